"""What can't be exported, and what a model is not given: errors that say why, and no file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import pytest

pytest.importorskip("onnx")

from onnx_models import OnnxModel

from autograd import MiscompiledError, Value, erfc, pick, vectorize
from autograd.vectorizing.onnx import functions, model
from autograd.vectorizing.onnx.checking import run

pytestmark = [pytest.mark.onnx, pytest.mark.filterwarnings("ignore::DeprecationWarning:onnx")]

# The classes of onnxruntime's errors differ from version to version.
REFUSED = "within the inclusive range|Out of range value in index"


def line(**settings: Any) -> Any:
    w = Value(2.0, "w")

    def f(x: Any) -> Any:
        y = erfc(x * w)
        y.label = "prediction"
        return y, {"y": y, "z": x * w}

    return vectorize(f, 0.25, **settings)


def refused(program: Any, path: Path, error: type[Exception], match: str, *arguments: Any, **settings: Any) -> None:
    with pytest.raises(error, match=match):
        program.to_onnx(path, *arguments, **settings)
    assert list(path.parent.iterdir()) == []


def test_outputs_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "f.onnx"
    refused(
        line(), path, ValueError, "no output 'p': its outputs are 'y', 'z', and 'loss' is the loss of each example", ["y", "p"]
    )
    refused(line(), path, TypeError, "outputs is a list of names, not 'y'", "y")
    refused(line(), path, TypeError, "outputs is a list of names", [1])
    refused(line(), path, ValueError, "at least one output", [])
    alone = vectorize(lambda x: x * x, 1.0)
    refused(alone, path, ValueError, r'return a dictionary of them beside it, as in return loss, \{"probability": p\}')
    refused(alone, path, ValueError, "it has no named outputs", ["y"])
    alone.to_onnx(path, ["loss"])
    assert run(path.read_bytes(), {"x": numpy.array([3.0], numpy.float32)})["loss"].tolist() == [9.0]


def test_settings_that_make_no_sense(tmp_path: Path) -> None:
    path = tmp_path / "f.onnx"
    refused(line(), path, TypeError, "dtype must be float64 or float32, not int64", dtype=int)
    refused(line(), path, ValueError, "theta must have shape", theta=[1.0, 2.0])
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        line().to_onnx(tmp_path / "missing" / "f.onnx")


def test_a_function_that_onnx_does_not_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(functions.COMPOSED, "erfc")
    match = "erfc, which gives prediction = .*can't be written as ONNX: ONNX has no operator for erfc"
    refused(line(), tmp_path / "f.onnx", NotImplementedError, match)
    # Other outputs don't need it.
    line().to_onnx(tmp_path / "f.onnx", ["z"])


def test_a_wrong_model_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(functions.COMPOSED, "erfc", lambda m, x: 1.0 + m.erf(x))
    for dtype in (numpy.float32, float):
        refused(
            line(), tmp_path / "f.onnx", MiscompiledError, "output 'y' is 1.* instead of 0.47.* a fault of to_onnx", dtype=dtype
        )
    path = tmp_path / "f.onnx"
    path.write_text("old")
    with pytest.raises(MiscompiledError):
        line().to_onnx(path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_what_single_precision_can_not_tell(tmp_path: Path) -> None:
    program = vectorize(lambda x: (x, {"y": 1e6 * ((x + 1e6) - 1e6)}), 0.1)
    refused(program, tmp_path / "f.onnx", ValueError, r'what roundings in float32 make of it; with dtype="float64" it is right')
    assert OnnxModel(program, tmp_path / "f.onnx", dtype=float).run([0.1])["y"] == pytest.approx([1e5], rel=1e-9)


def test_numbers_too_large_for_single_precision(tmp_path: Path) -> None:
    w = Value(1e300, "weight")
    program = vectorize(lambda x: (x, {"y": x * w}), 1e-300)
    refused(program, tmp_path / "f.onnx", OverflowError, '1e.300 of weight is too large for float32: write dtype="float64"')
    program.to_onnx(tmp_path / "f.onnx", dtype=float)


def test_a_model_too_large_for_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "LARGEST", 3)
    refused(line(), tmp_path / "f.onnx", ValueError, "an ONNX file holds less than 2 GiB")


@pytest.mark.parametrize("index", [-1, 3, 100])
def test_an_index_out_of_range(index: int, tmp_path: Path) -> None:
    columns = [[Value(10.0 * row + column) for row in range(3)] for column in range(2)]
    path = tmp_path / "f.onnx"
    rows = vectorize(lambda i: (pick(columns[0], i), {"row": [pick(column, i) for column in columns]}), 1)
    choice = vectorize(lambda x, i: (x[0], {"element": pick(x, i)}), [1.0, 2.0, 3.0], 1)
    as_float = vectorize(lambda x, i: (x[0], {"element": pick(x, i), "i": i * 1.0}), [1.0, 2.0, 3.0], 1)
    x = numpy.ones((2, 3), numpy.float32)
    for program, given in ((rows, {}), (choice, {"x": x}), (as_float, {"x": x})):
        content = OnnxModel(program, path).content
        kind = numpy.float32 if program is as_float else numpy.int64
        run(content, {**given, "i": numpy.array([2, 0], kind)})
        with pytest.raises(Exception, match=REFUSED):
            run(content, {**given, "i": numpy.array([0, index], kind)})
        if program is as_float:
            for wrong in (0.5, numpy.nan):
                with pytest.raises(Exception, match=REFUSED):
                    run(content, {**given, "i": numpy.array([0, wrong], kind)})
