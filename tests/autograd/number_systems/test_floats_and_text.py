"""The number systems: floats that raise as `math` does, floats that never raise, and their agreement with the table."""

from __future__ import annotations

import math
import operator
import struct
from typing import Any

import numpy
import pytest

from autograd.number_systems.source_text import SourceText, text_of
from autograd.table import floats
from autograd.table.floats import FLOATS, QUIET, QuietFloat
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY
from autograd.vectorizing.arrays.array import Literal
from autograd.vectorizing.arrays.array_graph import ArrayGraph

SPECIAL = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 2.5, -2.5, 1e200, -1e200, 1e300, -1e300, 5e-324, -5e-324,
    math.inf, -math.inf, math.nan,
)  # fmt: skip


def same(left: float, right: float) -> bool:
    """The same bits, or both nan."""
    return (math.isnan(left) and math.isnan(right)) or struct.pack("<d", left) == struct.pack("<d", right)


@pytest.mark.parametrize(
    "operation", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod, operator.floordiv]
)
def test_quiet_arithmetic_is_that_of_ieee_754(operation: Any) -> None:
    """NumPy's scalars are the oracle: they leave errors to the hardware."""
    with numpy.errstate(all="ignore"):
        for a in SPECIAL:
            for b in SPECIAL:
                expected = float(operation(numpy.float64(a), numpy.float64(b)))
                for found in (operation(QuietFloat(a), b), operation(a, QuietFloat(b)), operation(QuietFloat(a), QuietFloat(b))):
                    assert type(found) is QuietFloat, (a, b)
                    assert same(float(found), expected), (a, b, found, expected)


def test_quiet_signs() -> None:
    assert same(float(-QuietFloat(0.0)), -0.0)
    assert same(float(abs(QuietFloat(-0.0))), 0.0)
    assert type(-QuietFloat(1.0)) is type(abs(QuietFloat(1.0))) is QuietFloat


def test_powers_are_never_complex() -> None:
    with pytest.raises(ValueError, match="complex"):
        FLOATS.power(-8.0, 1 / 3)
    with pytest.raises(ZeroDivisionError):
        FLOATS.power(0.0, -1.0)
    with pytest.raises(OverflowError):
        FLOATS.power(1e200, 2.0)
    assert FLOATS.power(-2.0, 3.0) == -8.0


def test_a_name_that_a_system_lacks_is_read_off_the_table() -> None:
    assert FLOATS.sigmoid(0.0) == 0.5
    assert math.isnan(QUIET.softplus(QuietFloat(math.nan)))
    with pytest.raises(AttributeError, match="Floats has no function 'frobnicate', and no primitive has that name"):
        FLOATS.frobnicate(1.0)


def test_sequences() -> None:
    assert FLOATS.argmax([1.0, 3.0, 3.0]) == 1
    assert FLOATS.argmin([2.0, 1.0, 1.0]) == 1
    assert same(FLOATS.total([]), -0.0)
    assert same(FLOATS.total([-0.0, 0.0]), 0.0)
    assert FLOATS.total([1e16, 1.0, 1.0, -1e16]) == 0.0  # left to right


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((5.0,), 5.0),
        ((1000.0, 1000.0), 1000.0 + math.log(2.0)),
        ((-1000.0, -1000.0), -1000.0 + math.log(2.0)),
        ((0.0, -40.0), math.exp(-40.0)),
        ((math.inf, 1.0), math.inf),
        ((math.inf, -math.inf), math.inf),
        ((-math.inf, -math.inf), -math.inf),
        ((-math.inf, 2.0), 2.0),
        ((math.nan, 2.0), math.nan),
        ((2.0, math.nan), math.nan),
        ((math.inf, math.nan), math.nan),
    ],
)
def test_logsumexp_of_extremes(values: tuple[float, ...], expected: float) -> None:
    found = FLOATS.logsumexp(values)
    assert math.isclose(found, expected, rel_tol=1e-14) or same(found, expected)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((5.0,), [1.0]),
        ((1000.0, 1000.0), [0.5, 0.5]),
        ((1000.0, -1000.0), [1.0, 0.0]),
        ((math.inf, 1.0, math.inf), [0.5, 0.0, 0.5]),
        ((-math.inf, 1.0), [0.0, 1.0]),
    ],
)
def test_softmax_of_extremes(values: tuple[float, ...], expected: list[float]) -> None:
    assert FLOATS.softmax(values) == expected


@pytest.mark.parametrize("name", [name for name, primitive in TABLE.items() if primitive.arity in (1, 2)])
def test_no_silent_nan_from_finite_operands(name: str) -> None:
    """A result is a number, or infinite because it overflows, or the operation raises."""
    extremes = [x for x in SPECIAL if math.isfinite(x)] + [1.7976931348623157e308, -1.7976931348623157e308, 1e-200, 710.0, -710.0]
    primitive = TABLE[name]
    for point in [(x,) for x in extremes] if primitive.arity == 1 else [(a, b) for a in extremes for b in extremes]:
        try:
            result = primitive.calculate(*point)
        except (ArithmeticError, ValueError):
            continue
        assert not math.isnan(result), point


@pytest.mark.parametrize("name", [name for name, primitive in TABLE.items() if primitive.arity in (1, 2)])
def test_source_text_computes_what_floats_do(name: str) -> None:
    """The statements a rule writes, executed, give the same value and local derivatives as the rule on floats."""
    primitive = TABLE[name]
    program = SourceText()
    operands = [program.name(letter) for letter in "ab"[: primitive.arity]]
    value = primitive.forward(program, *operands)
    derivatives = primitive.local_derivatives(program, operands, program.name("y"))
    for point in primitive.points[::4]:
        numbers_at = point if isinstance(point, tuple) else (point,)
        y = float(primitive.forward(FLOATS, *numbers_at))
        scope: dict[str, Any] = {**floats.FUNCTIONS, **dict(zip("ab", numbers_at, strict=False)), "y": y}
        try:
            expected = [float(d) for d in primitive.local_derivatives(FLOATS, numbers_at, y)]
        except (ArithmeticError, ValueError):
            continue
        exec("\n".join(program.lines), scope)
        assert same(float(eval(text_of(value), scope)), y), point
        for text, number in zip(map(text_of, derivatives), expected, strict=True):
            assert same(float(eval(text, scope)), number), point


def test_source_text_literals_read_back_to_the_same_bits() -> None:
    for x in (0.1, -0.0, 1e300, 5e-324, 1.0 / 3.0):
        assert same(eval(text_of(x)), x)


def test_source_text_writes_each_operator() -> None:
    program = SourceText()
    a, b = program.name("a"), program.name("b")
    results = [a + b, a - b, a * b, a / b, a**b, 2.0 + a, 2.0 - a, 2.0 * a, 2.0 / a, -a, abs(a), a < b, a <= b, a > b, a >= b]
    scope: dict[str, Any] = {"a": 3.0, "b": -2.0, **floats.FUNCTIONS}
    exec("\n".join(program.lines), scope)
    found = [eval(result.text, scope) for result in results]
    assert found == [1.0, 5.0, -6.0, -1.5, 1 / 9, 5.0, -1.0, 6.0, 2 / 3, -3.0, 3.0, False, False, True, True]


def test_many_is_not_a_fixed_arity() -> None:
    assert {TABLE[name].arity for name in ("total", "dot", "logsumexp", "maximum", "pick", "where")} == {MANY}


@pytest.mark.parametrize("number", [0.0, -0.0, 2.0, math.inf, math.nan], ids=str)
def test_a_number_that_is_known_is_true_or_false_as_floats_are(number: float) -> None:
    """A rule may branch on it, and so does the `where` of these number systems."""
    known = (QuietFloat(number), Literal(number, ArrayGraph(composite=False)))
    assert [bool(one) for one in known] == [bool(number)] * 2
    assert QUIET.where(QuietFloat(number), 1.0, 2.0) == (1.0 if number else 2.0)
