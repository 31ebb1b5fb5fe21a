"""Without the extra, asking for a file says what to install: this test needs no onnx."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograd import vectorize


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime"])
def test_the_error_says_what_to_install(missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import util

    def found(name: str) -> object:
        return None if name == missing else object()

    program = vectorize(lambda x: (x, {"y": x * x}), 1.0, engine="numpy")
    monkeypatch.setattr(util, "find_spec", found)
    with pytest.raises(ImportError, match=f'an ONNX file needs {missing}.*pip install "chalkgrad\\[onnx\\]"'):
        program.to_onnx(tmp_path / "f.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_blocked_module_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match="pip install"):
        vectorize(lambda x: (x, {"y": x * x}), 1.0, engine="numpy").to_onnx(tmp_path / "f.onnx")


def test_nothing_of_it_is_imported_before_it_is_asked_for() -> None:
    code = (
        "import sys; import autograd, nn; p = autograd.vectorize(lambda x: x * x, 1.0, engine='numpy'); p([], [1.0]); "
        "print([name for name in sys.modules if 'onnx' in name])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
