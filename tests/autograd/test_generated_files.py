"""The files that are written from the table are up to date, and say what type checkers have to know."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_specification = spec_from_file_location("generate", ROOT / "tools" / "generate.py")
assert _specification is not None and _specification.loader is not None
generate: Any = module_from_spec(_specification)
_specification.loader.exec_module(generate)


@pytest.mark.parametrize("path", generate.GENERATED)
def test_is_up_to_date(path: str) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == generate.GENERATED[path](), f"{path} is not what the table says: run make generated"


RIGHT = """\
import autograd
from autograd import Value, maximum, sigmoid, total
v = Value(1.0)
results: list[Value] = [
    autograd.tanh(v), sigmoid(1), v.tanh(), v.arctan2(2.0), v + 1, 1 - v, 2 ** v, -v, abs(v), v < 2, v // 3,
    maximum(v, 2), total([v, 3]), autograd.abs(v), v.gelu("tanh"), autograd.where(v < 2, v, 0.0),
]
"""
WRONG = {
    "an unknown function": ("autograd.tanhh(v)", 'Module has no attribute "tanhh"'),
    "an unknown method": ("v.tanhh()", '"Value" has no attribute "tanhh"'),
    "a function that only derivatives need": ("autograd.gap(v, v)", 'Module has no attribute "gap"'),
    "a string as an operand": ('v + "a"', "Unsupported operand types"),
    "a string on the left": ('"a" + v', "Unsupported operand types"),
    "a string as an argument": ('sigmoid("a")', 'incompatible type "str"'),
    "a number for a sequence": ("total(v)", 'expected "Iterable'),
    "two arguments for one": ("v.tanh(1)", "Too many arguments"),
}  # fmt: skip


def test_types(tmp_path: Path) -> None:
    first = RIGHT.count("\n") + 1
    program = tmp_path / "program.py"
    program.write_text(RIGHT + "".join(f"{line}\n" for line, _ in WRONG.values()), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", "--config-file", ""]
    done = subprocess.run([*command, str(program)], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=600)
    # The packages' own imports have no types where they are checked without the project's settings.
    said = [line for line in done.stdout.splitlines() if "program.py:" in line]
    assert not [line for line in said if int(line.split(":")[1]) < first], done.stdout
    for number, (what, (_, expected)) in enumerate(WRONG.items(), first):
        # The path before it may be that of another run, from mypy's cache.
        assert any(f"program.py:{number}: error:" in line and expected in line for line in said), (what, said)
