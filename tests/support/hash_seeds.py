"""What a program prints under several hash seeds: the same, if nothing depends on the order of sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def printed_under_hash_seeds(program: str) -> set[bytes]:
    """Run a program, which may import the project and tests/support, in fresh interpreters with different hash seeds."""
    paths = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests' / 'support')!r}]\n"
    return {
        subprocess.run(
            [sys.executable, "-c", paths + program],
            capture_output=True, timeout=120, check=True, cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip
