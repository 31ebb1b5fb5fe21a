"""What `import nn` offers, and what it costs."""

import subprocess
import sys

import nn


def test_all_public_names_exist() -> None:
    assert sorted(nn.__all__) == sorted(set(nn.__all__))
    assert [name for name in nn.__all__ if not hasattr(nn, name)] == []


def test_importing_loads_no_heavy_library() -> None:
    heavy = "numpy", "matplotlib", "tqdm", "safetensors", "mpmath", "graphviz"
    program = f"import sys, nn; print([name for name in {heavy!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
