"""A Value computes what the plain float expression computes, to the bit, and raises where that raises."""

from __future__ import annotations

import copy
import linecache
import math
import operator
import struct
import warnings
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograd import IdentityComparisonWarning, Value, dot, maximum, tanh, total

OPERATORS: list[Callable[[Any, Any], Any]] = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod, operator.floordiv,
]  # fmt: skip
COMPARISONS: list[Callable[[Any, Any], Any]] = [operator.lt, operator.le, operator.gt, operator.ge]
UNARY: list[Callable[[Any], Any]] = [operator.neg, operator.pos, abs]

# The edges that random floats rarely meet, beside random ones.
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -8.0, 1 / 3, 2.0, 3.0, 5e-324, 1.7976931348623157e308, 1e200, math.inf, -math.inf, math.nan]
floats = st.sampled_from(EDGES) | st.floats() | st.floats(-10, 10) | st.integers(-6, 6).map(float)
NUMPY_TYPES = [numpy.float64, numpy.float32, numpy.float16, numpy.int64, numpy.int8, numpy.uint16]


def numpy_scalar(kind: Any, number: int) -> Any:
    return kind(number)


numbers = (
    floats
    | st.integers(-(2**70), 2**70)
    | st.booleans()
    | st.fractions(max_denominator=10**6)
    | st.builds(numpy_scalar, st.sampled_from(NUMPY_TYPES), st.integers(0, 100))
    | floats.map(numpy.float64)
)


def bits(number: float) -> bytes:
    """The bits of a float, the same for every nan."""
    assert type(number) is float
    return b"nan" if math.isnan(number) else struct.pack("<d", number)


def outcome_of_floats(operation: Callable[..., Any], *operands: float) -> Any:
    """The bits of the plain expression, or the kind of exception; a complex result counts as ValueError."""
    try:
        result = operation(*operands)
    except (ArithmeticError, ValueError) as error:
        return type(error)
    return ValueError if isinstance(result, complex) else bits(float(result))


def outcome_of_values(operation: Callable[..., Any], *operands: Any) -> Any:
    try:
        return bits(operation(*operands).data)
    except (ArithmeticError, ValueError) as error:
        return type(error)


# ------------------------------------------------------------------------------------------------------- promise 1


@pytest.mark.parametrize("operation", OPERATORS + COMPARISONS)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(a=floats, b=floats)
@example(-8.0, 1 / 3)
@example(0.0, -1.0)
@example(1e200, 2.0)
@example(-0.0, 0.0)
def test_two_values(operation: Callable[[Any, Any], Any], a: float, b: float) -> None:
    assert outcome_of_values(operation, Value(a), Value(b)) == outcome_of_floats(operation, a, b)


@pytest.mark.parametrize("operation", OPERATORS)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(a=floats, number=numbers)
@example(-0.0, True)
@example(2.0, Fraction(1, 3))
@example(0.5, 2**53 + 1)
def test_a_number_on_either_side(operation: Callable[[Any, Any], Any], a: float, number: Any) -> None:
    assert outcome_of_values(operation, Value(a), number) == outcome_of_floats(operation, a, float(number))
    assert outcome_of_values(operation, number, Value(a)) == outcome_of_floats(operation, float(number), a)


@pytest.mark.parametrize("operation", COMPARISONS)
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(a=floats, number=numbers)
def test_comparison_with_a_number_on_either_side(operation: Callable[[Any, Any], Any], a: float, number: Any) -> None:
    assert outcome_of_values(operation, Value(a), number) == outcome_of_floats(operation, a, float(number))
    assert outcome_of_values(operation, number, Value(a)) == outcome_of_floats(operation, float(number), a)


@pytest.mark.parametrize("operation", UNARY)
@pytest.mark.parametrize("x", EDGES)
def test_one_value(operation: Callable[[Any], Any], x: float) -> None:
    assert bits(operation(Value(x)).data) == bits(operation(x))


@pytest.mark.parametrize("pair", [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (-0.0, 3.0), (-1.0, math.inf), (1e300, 1e-3)])
def test_divmod(pair: tuple[float, float]) -> None:
    a, b = pair
    expected = [bits(part) for part in divmod(a, b)]
    for quotient, remainder in (divmod(Value(a), Value(b)), divmod(Value(a), b), divmod(a, Value(b))):
        assert [bits(quotient.data), bits(remainder.data)] == expected
    with pytest.raises(ZeroDivisionError, match="floor_divide of "):
        divmod(a, Value(0.0))
    with pytest.raises(TypeError):
        divmod(Value(a), "2")


AS_FLOATS: dict[str, Callable[[Any], Any]] = {
    "format": lambda x: f"{x:.4f}", "aligned": lambda x: f"{x:>12.3e}", "percent": lambda x: f"{x:.1%}",
    "width": lambda x: f"{x:9}", "str.format": lambda x: f"{x:+.2f}", "round": round,
    "round to": lambda x: round(x, 1), "round tens": lambda x: round(x, -1),
    "int": int, "floor": math.floor, "ceil": math.ceil, "trunc": math.trunc, "%": lambda x: operator.mod("%.3f", x),
}  # fmt: skip


@pytest.mark.parametrize("way", AS_FLOATS)
@pytest.mark.parametrize("number", [2.5, -2.5, 0.5, 123.456, -0.0, -7.0, 1e300])
def test_read_as_a_float(way: str, number: float) -> None:
    read = AS_FLOATS[way]
    found, expected = read(Value(number, "loss")), read(number)
    assert type(found) is type(expected)
    assert repr(found) == repr(expected)


@pytest.mark.parametrize("way", [int, round, math.floor, math.ceil, math.trunc])
@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_no_integer_is_raises_as_for_a_float(way: Any, number: float) -> None:
    with pytest.raises((ValueError, OverflowError)) as expected:
        way(number)
    with pytest.raises(expected.type):
        way(Value(number))


def test_text_without_a_format_is_that_of_the_value() -> None:
    x = Value(0.5, "x")
    assert f"{x}" == format(x, "") == str(x) == "Value(0.5, label='x')"
    with pytest.raises(ValueError, match="format"):
        f"{x:no}"


def test_text_is_formatted_as_ever() -> None:
    with pytest.raises(TypeError, match="not all arguments converted"):
        operator.mod("no place", Value(1.0))
    assert operator.mod("%s is %.3f", (Value(1.0), Value(0.5))) == "Value(1.0) is 0.500"


def test_plus_is_the_value_itself() -> None:
    x = Value(3.0)
    assert +x is x


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (3, 3.0), (True, 1.0), (Fraction(1, 3), 1 / 3), (numpy.float32(0.1), float(numpy.float32(0.1))), (numpy.int8(-3), -3.0),
        (numpy.True_, 1.0), (numpy.False_, 0.0), (numpy.longdouble(0.5), 0.5), (numpy.float16(0.1), 0.0999755859375),
        (numpy.array(2.5), 2.5), (numpy.array(True), 1.0), (numpy.array(3, numpy.int32), 3.0), (numpy.array(0.5, object), 0.5),
    ],
)  # fmt: skip
def test_data_is_always_a_float(number: Any, expected: float) -> None:
    x = Value(number)
    assert type(x.data) is float
    assert x.data == expected
    x.data = number
    assert type(x.data) is float
    for result in (x + number, number + x, total([x, number]), dot([number], [x]), maximum(number, x), tanh(number)):
        assert type(result.data) is float
    assert [(x + number).data, (number - x).data, maximum(number).data] == [2.0 * expected, 0.0, expected]
    assert [(x < number).data, (number >= x).data] == [0.0, 1.0]


@pytest.mark.parametrize("number", [numpy.float64(2.0), numpy.float32(2.0), numpy.int64(2), numpy.array(2.0), numpy.array(2)])
@pytest.mark.parametrize("operation", OPERATORS + COMPARISONS)
def test_numpy_on_the_left_makes_no_array(operation: Callable[[Any, Any], Any], number: Any) -> None:
    result = operation(number, Value(3.0))
    assert type(result) is Value
    assert result.data == float(operation(2.0, 3.0))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(pairs=st.lists(st.tuples(floats, floats), min_size=1, max_size=5))
@example([(1.7e308, 10.0), (-1.7e308, 10.0)])
@example([(math.inf, 1.0), (-math.inf, 1.0)])
def test_dot_is_nan_only_where_an_operand_is_not_finite(pairs: list[tuple[float, float]]) -> None:
    w, x = zip(*pairs, strict=True)
    plain = w[0] * x[0]
    for a, b in pairs[1:]:
        plain = plain + a * b
    if math.isnan(plain) and all(map(math.isfinite, (*w, *x))):
        with pytest.raises(OverflowError):
            dot(w, x)
    else:
        assert bits(dot(w, x).data) == bits(plain)
        assert bits(dot(tuple(map(Value, w)), tuple(map(Value, x))).data) == bits(plain)


@pytest.mark.parametrize("operation", OPERATORS)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(a=floats.filter(math.isfinite), b=floats.filter(math.isfinite))
def test_finite_operands_never_give_nan(operation: Callable[[Any, Any], Any], a: float, b: float) -> None:
    assert outcome_of_values(operation, Value(a), Value(b)) != b"nan"


EXPRESSIONS: list[Callable[[Any, Any, Any], Any]] = [
    lambda a, b, c: c * (a + 2 * b),
    lambda a, b, c: (a - b) / (c * c + 1) - 3 / (2 - a) ** 2,
    lambda a, b, c: abs(a) ** b + abs(b) ** -c - abs(c) ** 0.5,
    lambda a, b, c: -(a * b) + (b < c) * a - (c >= 1) * b,
    lambda a, b, c: 1 - (1 - (1 - a / 3) / 3) / 3 + 2**b * c,
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(a=floats, b=floats, c=floats)
def test_expressions(expression: Callable[..., Any], a: float, b: float, c: float) -> None:
    assert outcome_of_values(expression, Value(a), Value(b), Value(c)) == outcome_of_floats(expression, a, b, c)


# -------------------------------------------------------------------------------------------------- what a Value is


def test_the_parts_of_a_leaf() -> None:
    x = Value(3, "x")
    assert (x.data, x.gradient, x.label, x.operands, x.primitive.name) == (3.0, None, "x", (), "leaf")
    x.label = "renamed"
    x.gradient = 5.0
    assert (x.label, x.gradient) == ("renamed", 5.0)


def test_the_parts_of_a_result() -> None:
    x, y = Value(3.0), Value(4.0)
    product = x * y
    assert (product.data, product.gradient, product.label) == (12.0, None, "")
    assert (product.primitive.name, product.primitive.symbol) == ("multiply", "×")
    assert [operand is expected for operand, expected in zip(product.operands, (x, y), strict=True)] == [True, True]


def test_operands_in_order() -> None:
    x, y, z = Value(3.0), Value(4.0), Value(5.0)
    assert (x * x).operands == (x, x)
    assert (2 - x).operands[1] is x
    assert dot([x, y], [y, z]).operands == (x, y, y, z)
    assert total([z, x, z]).operands == (z, x, z)
    constant = (x + 2).operands[1]
    assert (constant.primitive.name, constant.data, constant.operands) == ("constant", 2.0, ())


def test_equality_of_two_values_is_identity() -> None:
    x, y = Value(3.0), Value(3.0)
    assert x == x
    with pytest.warns(IdentityComparisonWarning, match=r"a\.data == b\.data for the numbers"):
        assert (x == y) is False
    with pytest.warns(IdentityComparisonWarning):
        assert x != y
    assert x not in [y]
    assert [y, y, x].count(x) == 1
    assert len({x, y, x}) == 2
    assert {x: "first", y: "second"}[y] == "second"
    assert hash(x) == hash(x)
    assert [y, x].index(x) == 1


@pytest.mark.parametrize("number", [2.5, 0.0, -0.0, math.inf, math.nan, 1.0])
def test_equality_with_anything_else_is_that_of_the_number(number: float) -> None:
    others = [number, -number, True, 1, Fraction(5, 2), Decimal("2.5"), numpy.float64(number), numpy.float32(2.5), numpy.True_]
    others += [numpy.array(number), None, "2.5", (), 2.5 + 0j, object(), pytest.approx(number)]
    for other in others:
        assert repr(Value(number) == other) == repr(number == other), other
        assert repr(Value(number) != other) == repr(number != other), other
        if not isinstance(other, type(pytest.approx(1.0))):  # it refuses what it doesn't know before it asks
            assert bool(other == Value(number)) is bool(other == number), other
            assert bool(other != Value(number)) is bool(other != number), other
    assert (Value(number) in [1.0, 2.5]) is (number in [1.0, 2.5])


def test_equality_is_warned_of_once_for_each_line_and_only_where_it_is_written() -> None:
    x, y = Value(3.0), Value(3.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            assert x != y
            assert [y, x].index(x) == 1
            assert {y: 1, x: 2}[x] == 2
            assert y in (x, y)
            # Compared by Python's own code, which looks for an object.
            assert OfTwo(y, x).index(x) == 1
    assert [(w.category, w.filename, linecache.getline(w.filename, w.lineno).strip()) for w in caught] == [
        (IdentityComparisonWarning, __file__, "assert x != y")
    ]


class OfTwo(Sequence[Value]):
    def __init__(self, *values: Value) -> None:
        self.values = values

    def __getitem__(self, place: Any) -> Any:
        return self.values[place]

    def __len__(self) -> int:
        return len(self.values)


def test_the_hash_outlives_an_assignment() -> None:
    x = Value(3.0)
    known = {x}
    x.data = 4.0
    assert x in known


@pytest.mark.parametrize(("operation", "name"), [(operator.lt, "less"), (operator.le, "less_equal"),
                                                 (operator.gt, "greater"), (operator.ge, "greater_equal")])  # fmt: skip
def test_comparisons_are_recorded(operation: Callable[[Any, Any], Any], name: str) -> None:
    for a, b in [(1.0, 2.0), (2.0, 1.0), (2.0, 2.0), (math.nan, 1.0)]:
        x, y = Value(a), Value(b)
        result = operation(x, y)
        assert type(result) is Value
        assert result.primitive.name == name
        assert result.operands == (x, y)
        assert result.data == float(operation(a, b))
        assert bool(result) is operation(a, b)


def test_a_choice_by_comparison_carries_gradients() -> None:
    x, y = Value(3.0), Value(4.0)
    loss = (x < y) * x * x + (x >= y) * y
    loss.backward()
    assert (x.gradient, y.gradient) == (6.0, 0.0)


@pytest.mark.parametrize("x", [0.0, -0.0, 5e-324, -1.0, math.inf, math.nan])
def test_truth_is_that_of_the_float(x: float) -> None:
    assert bool(Value(x)) is bool(x)


def test_sorting_and_extremes_of_python() -> None:
    x, y, z = Value(3.0), Value(1.0), Value(2.0)
    assert sorted([x, y, z]) == [y, z, x]
    assert max([x, y, z]) is x
    assert min([x, y, z]) is y


def test_conversion_to_float() -> None:
    x = Value(2.5)
    assert type(float(x)) is float
    assert float(x * 2) == 5.0
    with pytest.raises(TypeError):
        operator.index(x)  # type: ignore[arg-type]


def test_in_place_operators_make_new_values() -> None:
    x = Value(3.0)
    y = x
    y += 1
    assert (x.data, y.data) == (3.0, 4.0)
    assert y.operands[0] is x


def test_no_other_attribute_can_be_set() -> None:
    with pytest.raises(AttributeError):
        Value(1.0).slope = 3.0  # type: ignore[attr-defined]


def test_grad_is_the_gradient() -> None:
    assert Value(3.0).grad is None
    x: Any = Value(3.0)
    (x * x).backward()
    assert (x.grad, x.gradient) == (6.0, 6.0)
    x.grad -= 2.0
    assert (x.grad, x.gradient) == (4.0, 4.0)
    x.gradient = None
    assert x.grad is None


def test_sum_of_python_works() -> None:
    x, y = Value(3.0), Value(4.0)
    result = sum([x, y])
    assert isinstance(result, Value)
    result.backward()
    assert (result.data, x.gradient, y.gradient) == (7.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Value(3), "Value(3.0)"),
        (Value(3, "a"), "Value(3.0, label='a')"),
        (Value(-0.0) + 0.1, "Value(0.1)"),
        (Value(math.nan, "it's"), 'Value(nan, label="it\'s")'),
    ],
)
def test_repr(value: Value, expected: str) -> None:
    assert repr(value) == expected


def test_repr_with_a_gradient() -> None:
    x = Value(3.0, "x")
    (x * x).backward()
    assert repr(x) == "Value(3.0, label='x', gradient=6.0)"


def test_copy_of_a_leaf_is_a_leaf_of_its_own() -> None:
    x = Value(3.0, "x")
    x.gradient = 2.0
    twin = copy.copy(x)
    assert twin is not x
    assert (twin.data, twin.label, twin.gradient, twin.operands) == (3.0, "x", 2.0, ())
    twin.data = 5.0
    assert x.data == 3.0
    (x * x).backward()
    assert (x.gradient, twin.gradient) == (8.0, 2.0)


def test_copy_of_a_result_shares_the_operands() -> None:
    x = Value(3.0)
    y = x * x
    twin = copy.copy(y)
    assert twin is not y
    assert twin.operands[0] is x
    twin.backward()
    assert x.gradient == 6.0
    assert y.gradient is None


def test_methods_and_functions_are_the_same_operations() -> None:
    x = Value(0.3)
    assert x.tanh().primitive is tanh(x).primitive
    assert x.tanh().data == math.tanh(0.3)
    assert x.abs().data == abs(x).data == 0.3


def test_value_is_not_to_be_subclassed() -> None:
    with pytest.raises(TypeError, match="can't be subclassed"):

        class Parameter(Value):
            pass
