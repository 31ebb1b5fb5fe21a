"""Elementary functions and primitives as ONNX operators, against mpmath and the floats of the table, in both precisions."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy
import pytest

pytest.importorskip("onnx")

from onnx_models import OnnxModel

from autograd import functions, vectorize
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.table.floats import QUIET, QuietFloat
from autograd.table.primitives import TABLE
from autograd.vectorizing.onnx.functions import COMPOSED, NOT_IN_DOUBLE

pytestmark = [pytest.mark.onnx, pytest.mark.filterwarnings("ignore::DeprecationWarning:onnx")]

# What the engine can't compute in single precision, since squares of its points overflow, is tested at smaller ones.
LARGEST = {numpy.float32: 80.0, float: 1e300}
# Those of onnxruntime's Sigmoid in single precision.
ABSOLUTE = {"sigmoid": 1e-7, "sigmoid_slope": 1e-7, "silu": 3e-6, "gelu_tanh": 1e-6}

names_of_primitives = [name for name, primitive in TABLE.items() if primitive.arity in (1, 2)]


def points_of(name: str, dtype: Any) -> list[tuple[float, ...]]:
    """Points of the table inside the domain in a precision, rounded to it."""
    points = [point if isinstance(point, tuple) else (point,) for point in TABLE[name].points]
    rounded = [tuple([float(dtype(one)) for one in point]) for point in points if max(map(abs, point)) <= LARGEST[dtype]]
    most = float(numpy.finfo(dtype).max)
    return [point for point in dict.fromkeys(rounded) if abs(floats(name, point)) <= most]


def floats(name: str, point: tuple[float, ...]) -> float:
    return float(TABLE[name].forward(QUIET, *map(QuietFloat, point)))


def model_of(name: str, points: list[tuple[float, ...]], dtype: Any, path: Path) -> OnnxModel:
    # Operators have no function.
    compute = getattr(functions, name, None) or partial(TABLE[name].forward, functions)

    def f(*operands: Any) -> Any:
        result = compute(*operands)
        return result, {"y": result}

    for point in points:
        try:
            return OnnxModel(vectorize(f, *point, parameters=[]), path, dtype=dtype)
        except (ArithmeticError, ValueError):
            continue  # 0 in single precision may be no 0 in the table
    raise AssertionError(name)


@pytest.mark.parametrize("dtype", [numpy.float32, float], ids=["float32", "float64"])
@pytest.mark.parametrize("name", names_of_primitives)
def test_primitives_are_as_precise_as_their_operators(name: str, dtype: Any, tmp_path: Path) -> None:
    points = points_of(name, dtype)
    assert len(points) > 3
    found = model_of(name, points, dtype, tmp_path / "f.onnx").run(*map(numpy.array, zip(*points, strict=True)))["y"]
    assert found.dtype == dtype
    wanted = [floats(name, point) for point in points]
    relative, smallest = (1e-6, 1e-37) if dtype == numpy.float32 else (1e-13, 1e-300)
    assert found.tolist() == pytest.approx(
        wanted, rel=relative, abs=max(smallest, ABSOLUTE.get(name, 0.0) if relative == 1e-6 else 0.0)
    )


@pytest.mark.parametrize("name", ELEMENTARY_FUNCTIONS)
def test_each_function_of_the_registry_has_an_operator_or_is_composed(name: str) -> None:
    row = ELEMENTARY_FUNCTIONS[name]
    assert (row.onnx is None or name in NOT_IN_DOUBLE) == (name in COMPOSED)


def test_what_is_composed_is_in_the_registry() -> None:
    assert set(COMPOSED) <= set(ELEMENTARY_FUNCTIONS)


@pytest.mark.parametrize("name", sorted(NOT_IN_DOUBLE))
def test_onnxruntime_has_no_operator_in_double_precision(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it has one, the function can be taken off the list."""
    monkeypatch.setattr("autograd.vectorizing.onnx.numbers.NOT_IN_DOUBLE", NOT_IN_DOUBLE - {name})
    with pytest.raises(NotImplementedError, match=r'dtype="float32".*NOT_IMPLEMENTED'):
        model_of(name, points_of(name, float), float, tmp_path / "f.onnx")


def test_signs_of_zeros_and_infinities(tmp_path: Path) -> None:
    pairs = [(0.0, -1.0), (-0.0, -1.0), (0.0, 0.0), (-0.0, 0.0), (0.0, -0.0), (-0.0, -0.0), (-1.0, 0.0), (1.0, -0.0)]
    found = model_of("atan2", [(1.0, 1.0)], float, tmp_path / "f.onnx").run(*map(numpy.array, zip(*pairs, strict=True)))["y"]
    assert found == pytest.approx([math.atan2(*pair) for pair in pairs], rel=1e-15)
    inf = math.inf
    for name, points, wanted in (
        ("log1p", [inf], [inf]), ("expm1", [inf, -inf], [inf, -1.0]), ("cbrt", [inf, -inf, 0.0], [inf, -inf, 0.0]),
        ("atan", [inf, -inf], [math.pi / 2, -math.pi / 2]), ("sinh", [inf, -inf], [inf, -inf]), ("cosh", [-inf], [inf]),
        ("asinh", [inf, -inf], [inf, -inf]), ("acosh", [inf], [inf]), ("erf", [inf, -inf], [1.0, -1.0]),
        ("erfc", [inf, -inf], [0.0, 2.0]), ("relu", [inf, -inf], [inf, 0.0]), ("sigmoid", [inf, -inf], [1.0, 0.0]),
        ("asin", [1.0, -1.0], [math.pi / 2, -math.pi / 2]), ("acos", [1.0, -1.0], [0.0, math.pi]),
    ):  # fmt: skip
        for dtype in (numpy.float32, float):
            model = model_of(name, points_of(name, dtype), dtype, tmp_path / "f.onnx")
            assert model.run(points)["y"] == pytest.approx(wanted, rel=1e-15 if dtype is float else 1e-6), name
            (undefined,) = model.run([math.nan])["y"]
            assert math.isnan(undefined), name


@pytest.mark.parametrize("name", ["log", "log2", "log1p", "sqrt", "asin", "acos", "acosh", "atanh"])
@pytest.mark.parametrize("dtype", [numpy.float32, float], ids=["float32", "float64"])
def test_what_is_undefined_is_no_number(name: str, dtype: Any, tmp_path: Path) -> None:
    outside = [-2.0, -3.0] if name != "asin" else [2.0, -2.0]
    found = model_of(name, points_of(name, dtype), dtype, tmp_path / "f.onnx").run(outside)["y"]
    assert numpy.isnan(found).all()
