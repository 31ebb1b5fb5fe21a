"""The functions of arrays agree with the rules for floats, element by element, in both precisions."""

from __future__ import annotations

import itertools
import math
import operator
import struct
from collections.abc import Callable, Iterator
from typing import Any

import mpmath
import numpy
import pytest

from autograd.number_systems import arrays
from autograd.number_systems.arrays import ARRAYS, argmax, argmin, erf, erfc, logsumexp, sech2, softmax, total
from autograd.table.floats import FUNCTIONS, QUIET, QuietFloat
from autograd.table.primitives import TABLE

INF, NAN = math.inf, math.nan
SPECIAL = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 1e-300, -1e-300, 5e-324, 1e-8, 20.0, -20.0, 40.0, -40.0, 360.0, -360.0,
    710.0, -746.0, 1e5, 1e16, 1e154, -1e154, 1e300, -1e300, 1.7e308, INF, -INF, NAN,
)  # fmt: skip
ELEMENTWISE = [primitive for primitive in TABLE.values() if primitive.arity in (1, 2)]
ROWS = [
    [0, 0], [1000, 0], [-1000, 0.5, 3], [50, 0, 0], [7], [1, 2, 2], [3, 1, 3], [1e308, -1e308],
    [INF, 1], [INF, INF], [-INF, -INF], [-INF, 1], [INF], [-INF],
    [NAN, 1], [1, NAN], [INF, NAN], [NAN, INF], [-INF, NAN], [NAN, NAN, -INF],
    [-INF, NAN, -INF], [INF, NAN, INF], [NAN], [1, NAN, 3, 3], [0, -0.0],
]  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Callers arrange for warnings; pytest has made errors of them."""
    with numpy.errstate(all="ignore"):
        yield


def close(a: float, b: float, tolerance: float = 1e-13) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    # Below the smallest normal number there are fewer digits.
    return abs(a - b) <= max(tolerance * max(abs(a), abs(b)), 1e-307)


def points_of(primitive: Any) -> list[tuple[float, ...]]:
    own = [point if isinstance(point, tuple) else (point,) for point in (*primitive.points, *primitive.outside)]
    return [*itertools.product(SPECIAL, repeat=primitive.arity), *(tuple(map(float, point)) for point in own)]


@pytest.mark.parametrize("name", ["modulo", "floor_divide"])
def test_remainders_have_the_bits_of_floats(name: str) -> None:
    operation = {"modulo": operator.mod, "floor_divide": operator.floordiv}[name]
    pairs = [(a, b) for a, b in itertools.product((*SPECIAL, 0.1, 0.3, 7.5, -7.5), repeat=2) if b != 0.0]
    found = getattr(arrays, name)(*(numpy.array(column) for column in zip(*pairs, strict=True))).tolist()
    for pair, number in zip(pairs, found, strict=True):
        expected = operation(*pair)
        assert struct.pack("d", number) == struct.pack("d", expected) or (number != number and expected != expected), pair


@pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda primitive: primitive.name)
def test_every_function_of_the_table_agrees_with_floats_that_never_raise(primitive: Any) -> None:
    points = points_of(primitive)
    found = getattr(arrays, primitive.name)(*(numpy.array(column) for column in zip(*points, strict=True)))
    expected = [float(primitive.forward(QUIET, *map(QuietFloat, point))) for point in points]
    wrong = [each for each in zip(points, expected, found.tolist(), strict=True) if not close(each[1], each[2])]
    assert not wrong


@pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda primitive: primitive.name)
def test_single_precision_stays_single_and_out_receives_the_result(primitive: Any) -> None:
    function = getattr(arrays, primitive.name)
    operands = [numpy.array([[1.5, 1.25], [1.0, 3.0]], numpy.float32), numpy.array([[2.0, 1.0], [0.5, 1.5]], numpy.float32)]
    operands = operands[: primitive.arity]
    result = function(*operands)
    assert result.dtype == numpy.float32
    out = numpy.full((2, 2), 99.0, numpy.float32)
    assert function(*operands, out=out) is out
    assert numpy.array_equal(out, result, equal_nan=True)
    double = function(*(operand.astype(float) for operand in operands))
    assert all(close(a, b, 1e-6) for a, b in zip(result.ravel().tolist(), double.ravel().tolist(), strict=True))


@pytest.mark.parametrize("primitive", [one for one in ELEMENTWISE if one.arity == 2], ids=lambda primitive: primitive.name)
@pytest.mark.parametrize("number", [2, 0.75])
def test_a_plain_number_takes_the_precision_of_the_array(primitive: Any, number: float) -> None:
    function = getattr(arrays, primitive.name)
    x = numpy.array([1.5, 0.25], numpy.float32)
    for operands in ((x, number), (number, x)):
        result = function(*operands)
        assert result.dtype == numpy.float32
        exact = [float(primitive.forward(QUIET, *map(QuietFloat, pair))) for pair in numpy.broadcast(*operands)]
        assert all(close(a, b, 1e-6) for a, b in zip(result.tolist(), exact, strict=True))


def test_rows_and_columns_are_broadcast() -> None:
    column, row = numpy.array([[0.0], [1.0]]), numpy.array([2.0, 3.0, 4.0])
    found = arrays.logaddexp(column, row)
    assert found.shape == (2, 3)
    assert found[1, 2] == pytest.approx(math.log(math.exp(1.0) + math.exp(4.0)), rel=1e-15)


def test_integers_are_computed_with_as_floats() -> None:
    whole = numpy.array([-1, 0, 2])
    for name in ("sigmoid", "gelu", "softsign", "relu", "silu", "erf", "erfc"):
        function = getattr(arrays, name)
        assert function(whole).dtype == numpy.float64
        assert function(whole).tolist() == function(whole.astype(float)).tolist()
    assert arrays.erf(whole)[2] == pytest.approx(0.9953222650189527, rel=1e-15)


@pytest.mark.parametrize(("function", "oracle"), [(erf, mpmath.erf), (erfc, mpmath.erfc)])
def test_the_error_function_in_the_tails(function: Callable[..., Any], oracle: Callable[..., Any]) -> None:
    points = [-7.0, -0.3, 0.0, 1e-200, 0.5, 2.0, 6.0, 26.0]
    assert all(close(float(oracle(x)), found) for x, found in zip(points, function(numpy.array(points)).tolist(), strict=True))


@pytest.mark.parametrize("size", [1, 499, 500, 5000])
@pytest.mark.parametrize("dtype", [numpy.float64, numpy.float32])
def test_the_slope_of_tanh_in_arrays_small_and_large(size: int, dtype: Any) -> None:
    x = numpy.linspace(-40.0, 40.0, size).astype(dtype)
    found = sech2(x)
    expected = [float(mpmath.sech(mpmath.mpf(float(one))) ** 2) for one in x[:: max(size // 50, 1)]]
    assert found.dtype == dtype
    tolerance = 1e-13 if dtype is numpy.float64 else 2e-6
    assert all(close(a, b, tolerance) for a, b in zip(found[:: max(size // 50, 1)].tolist(), expected, strict=True))
    out = numpy.empty_like(x)
    assert sech2(x, out) is out and out.tolist() == found.tolist()


# ------------------------------------------------------------------------------------------------- along the rows


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("name", ["logsumexp", "softmax", "argmax", "argmin", "total"])
def test_rows_as_the_rules_for_floats_have_them(name: str, row: list[float]) -> None:
    row = [float(one) for one in row]
    expected = numpy.atleast_1d(numpy.array(getattr(QUIET, name)([QuietFloat(one) for one in row]), float)).tolist()
    # Between rows without anything special, which an infinite neighbour must not touch.
    ordinary = [0.25 * place for place in range(len(row))]
    found = getattr(ARRAYS, name)(numpy.array([ordinary, row, ordinary]))
    alone = getattr(ARRAYS, name)(numpy.array([ordinary]))
    assert all(close(a, b) for a, b in zip(expected, numpy.atleast_1d(found[1]).tolist(), strict=True))
    for other in (0, 2):
        pairs = zip(numpy.atleast_1d(found[other]).tolist(), numpy.atleast_1d(alone[0]).tolist(), strict=True)
        assert all(close(a, b, 1e-15) for a, b in pairs)


@pytest.mark.parametrize("dominance", [30.0, 100.0, 700.0])
def test_logsumexp_keeps_the_digits_where_one_number_dominates(dominance: float) -> None:
    with mpmath.workdps(400):
        exact = mpmath.log(mpmath.exp(0) + 2 * mpmath.exp(-dominance))
        expected = float(exact)
    assert close(expected, float(logsumexp(numpy.array([[-dominance, 0.0, -dominance]]))[0]))


@pytest.mark.parametrize("dtype", [numpy.float64, numpy.float32])
@pytest.mark.parametrize("shape", [(7,), (4, 7), (3, 4, 7), (4, 1)])
def test_logsumexp_and_softmax_of_any_shape(shape: tuple[int, ...], dtype: Any) -> None:
    x = numpy.random.default_rng(1).normal(scale=5.0, size=shape).astype(dtype)
    tolerance = 1e-13 if dtype is numpy.float64 else 1e-5
    for row, one, shares in zip(
        x.reshape(-1, shape[-1]), logsumexp(x).reshape(-1), softmax(x).reshape(-1, shape[-1]), strict=True
    ):
        exact = mpmath.log(mpmath.fsum(mpmath.exp(float(number)) for number in row))
        assert abs(float(one) - float(exact)) <= tolerance * max(1.0, abs(float(exact)))
        assert [float(share) for share in shares] == pytest.approx(
            [float(mpmath.exp(float(number) - exact)) for number in row], rel=tolerance
        )
    assert logsumexp(x).dtype == softmax(x).dtype == dtype
    assert logsumexp(x).shape == shape[:-1] and softmax(x).shape == shape


def test_operands_need_not_be_contiguous_and_stay_as_they_are() -> None:
    x = numpy.random.default_rng(2).normal(size=(5, 6))
    for view in (x.T, x[:, ::2], x[::-1]):
        kept = view.copy()
        assert logsumexp(view) == pytest.approx(logsumexp(kept), rel=1e-15)
        assert softmax(view) == pytest.approx(softmax(kept), rel=1e-15)
        assert (view == kept).all()


def test_where_results_go() -> None:
    x = numpy.random.default_rng(3).normal(size=(4, 6))
    expected = softmax(x.copy())
    for out in (numpy.empty((4, 6)), numpy.empty((6, 4)).T, numpy.empty((4, 12))[:, ::2]):
        assert softmax(x, out) is out
        assert out == pytest.approx(expected, rel=1e-15)
    sums = numpy.empty(8)[::2]
    assert logsumexp(x, sums) is sums and sums == pytest.approx(logsumexp(x), rel=1e-15)
    in_place = x.copy()
    softmax(in_place, in_place)
    assert in_place == pytest.approx(expected, rel=1e-15)
    for function in (argmax, argmin, total):
        out = numpy.empty(4)
        assert function(x, out) is out and out.tolist() == function(x).tolist()


# ------------------------------------------------------------------------------------------------------- the names


def test_every_function_a_rule_can_ask_for_is_there() -> None:
    assert all(callable(getattr(arrays, name)) for name in (*FUNCTIONS, *(one.name for one in ELEMENTWISE)))


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError, match="no function 'nonsense'"):
        arrays.nonsense  # noqa: B018
    with pytest.raises(ImportError, match="nonsense"):
        from autograd.number_systems.arrays import nonsense  # noqa: F401
    with pytest.raises(AttributeError, match="leaf"):
        arrays.leaf  # noqa: B018
