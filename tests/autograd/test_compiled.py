"""The compiled operations against the same expressions in plain Python: the same bits, the same kinds of exceptions."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, functions
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY


def plain_sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else math.exp(x) / (1.0 + math.exp(x))


def plain_power(a: float, b: float) -> float:
    result = a**b
    if isinstance(result, complex):
        raise ValueError("complex")
    return float(result)


def plain_gelu_tanh(x: float) -> float:
    return x * plain_sigmoid(2.0 * math.sqrt(2.0 / math.pi) * (x + 0.044715 * (x * x * x)))


def plain_power_log(a: float, b: float) -> float:
    power = plain_power(a, b)
    return power * math.log(a) if power else power


# name -> (the operation as a user writes it, the plain expression)
ONE: dict[str, tuple[Callable[[Any], Any], Callable[[float], float]]] = {
    **{
        name: (getattr(functions, name), getattr(math, name))
        for name in [
            "exp",
            "exp2",
            "expm1",
            "log",
            "log2",
            "log10",
            "log1p",
            "sqrt",
            "cbrt",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "atanh",
            "erf",
            "erfc",
        ]
    },
    "negative": (lambda x: -x, lambda x: -x),
    "abs": (abs, abs),
    "reciprocal": (functions.reciprocal, lambda x: 1.0 / x),
    "square": (functions.square, lambda x: x * x),
    "one_minus_square": (functions.one_minus_square, lambda x: (1.0 - x) * (1.0 + x)),
    "sech2": (functions.sech2, lambda x: 4.0 * plain_sigmoid(abs(2.0 * x)) * plain_sigmoid(-abs(2.0 * x))),
    "rsqrt": (functions.rsqrt, lambda x: 1.0 / math.sqrt(x)),
    "relu": (functions.relu, lambda x: x if x > 0.0 else 0.0),
    "sigmoid": (functions.sigmoid, plain_sigmoid),
    "sigmoid_slope": (functions.sigmoid_slope, lambda x: plain_sigmoid(x) * plain_sigmoid(-x)),
    "logsigmoid": (functions.logsigmoid, lambda x: min(x, 0.0) - math.log1p(math.exp(-abs(x)))),
    "softplus": (functions.softplus, lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x)))),
    "gelu": (functions.gelu, lambda x: 0.5 * x * math.erfc(-math.sqrt(0.5) * x)),
    "gelu_tanh": (lambda x: functions.gelu(x, approximate="tanh"), plain_gelu_tanh),
    "silu": (functions.silu, lambda x: x * plain_sigmoid(x)),
    "softsign": (functions.softsign, lambda x: x / (1.0 + abs(x))),
}
TWO: dict[str, tuple[Callable[[Any, Any], Any], Callable[[float, float], float]]] = {
    "add": (lambda a, b: a + b, lambda a, b: a + b),
    "subtract": (lambda a, b: a - b, lambda a, b: a - b),
    "multiply": (lambda a, b: a * b, lambda a, b: a * b),
    "divide": (lambda a, b: a / b, lambda a, b: a / b),
    "modulo": (lambda a, b: a % b, lambda a, b: a % b),
    "floor_divide": (lambda a, b: a // b, lambda a, b: a // b),
    "power": (lambda a, b: a**b, plain_power),
    "power_log": (functions.power_log, plain_power_log),
    "ratio": (functions.ratio, lambda a, b: a / b if a or b else 0.0),
    "gap": (functions.gap, lambda a, b: a - b),
    "atan2": (functions.atan2, math.atan2),
    "hypot": (functions.hypot, math.hypot),
    "less": (lambda a, b: a < b, lambda a, b: float(a < b)),
    "less_equal": (lambda a, b: a <= b, lambda a, b: float(a <= b)),
    "greater": (lambda a, b: a > b, lambda a, b: float(a > b)),
    "greater_equal": (lambda a, b: a >= b, lambda a, b: float(a >= b)),
    "equal": (functions.equal, lambda a, b: float(a == b)),
    "logaddexp": (functions.logaddexp, lambda a, b: max(a, b) + math.log1p(math.exp(-abs(a - b)))),
    "xlogy": (functions.xlogy, lambda a, b: a * math.log(b) if a else 0.0 * a),
}
OPERATORS = ("add", "subtract", "multiply", "divide", "modulo", "floor_divide", "power")


def bits(x: float) -> bytes:
    return struct.pack("<d", x)


def test_every_primitive_of_fixed_arity_is_here() -> None:
    assert set(ONE) == {name for name, primitive in TABLE.items() if primitive.arity == 1}
    assert set(TWO) == {name for name, primitive in TABLE.items() if primitive.arity == 2}


@pytest.mark.parametrize("name", ONE)
def test_one_operand(name: str) -> None:
    operation, plain = ONE[name]
    for x in TABLE[name].points:
        leaf = Value(x)
        result = operation(leaf)
        assert bits(result.data) == bits(plain(x)), x
        assert bits(TABLE[name].calculate(x)) == bits(plain(x)), x
        assert result.primitive is TABLE[name]
        assert result.operands == (leaf,)
        assert result.gradient is None


@pytest.mark.parametrize("name", TWO)
def test_two_operands(name: str) -> None:
    operation, plain = TWO[name]
    for a, b in TABLE[name].points:
        first, second = Value(a), Value(b)
        result = operation(first, second)
        assert bits(result.data) == bits(plain(a, b)), (a, b)
        assert bits(TABLE[name].calculate(a, b)) == bits(plain(a, b)), (a, b)
        assert result.primitive is TABLE[name]
        assert result.operands == (first, second)
        assert type(result.data) is float


@pytest.mark.parametrize("name", TWO)
def test_a_plain_number_on_either_side(name: str) -> None:
    operation, plain = TWO[name]
    for a, b in TABLE[name].points[::5]:
        for result in (operation(Value(a), b), operation(a, Value(b))):
            assert bits(result.data) == bits(plain(a, b)), (a, b)
            # A comparison with a number on the left is answered by the right operand, mirrored.
            assert sorted(operand.data for operand in result.operands) == sorted((a, b))
            assert sorted(operand.primitive.name for operand in result.operands) == ["constant", "leaf"]


@pytest.mark.parametrize("name", OPERATORS)
def test_order_of_reflected_operands(name: str) -> None:
    operation, _ = TWO[name]
    result = operation(2, Value(3.0))
    assert [operand.data for operand in result.operands] == [2.0, 3.0]
    assert result.primitive is TABLE[name]


@pytest.mark.parametrize(("name", "point"), [(name, p) for name in {**ONE, **TWO} for p in TABLE[name].outside])
def test_outside_the_domain(name: str, point: Any) -> None:
    operation, plain = {**ONE, **TWO}[name]
    numbers = point if isinstance(point, tuple) else (point,)
    with pytest.raises((ArithmeticError, ValueError)) as expected:
        plain(*numbers)
    operands = [Value(x, label) for x, label in zip(numbers, ("alpha", "beta"), strict=False)]
    with pytest.raises(expected.type) as raised:
        operation(*operands)
    assert raised.type is expected.type
    message = str(raised.value)
    assert message.startswith(f"{name} of ")
    for operand in operands:
        assert f"{operand.label} = {operand.data!r}" in message
        assert operand.gradient is None


def test_many_operands() -> None:
    for name in ("total", "maximum", "minimum", "argmax", "argmin"):
        plain: Callable[[Any], float] = {
            "total": add_up, "maximum": max, "minimum": min,
            "argmax": lambda x: x.index(max(x)), "argmin": lambda x: x.index(min(x)),
        }[name]  # fmt: skip
        for values in TABLE[name].points:
            leaves = tuple(map(Value, values))
            result = getattr(functions, name)(leaves)
            assert bits(result.data) == bits(plain(values)), (name, values)
            assert result.operands == leaves
            assert result.primitive.arity == MANY


def add_up(values: Any) -> float:
    result: float = values[0]
    for value in values[1:]:
        result += value
    return result


def test_dot() -> None:
    for w, x in TABLE["dot"].points:
        expected = add_up([a * b for a, b in zip(w, x, strict=True)])
        assert bits(functions.dot(tuple(map(Value, w)), tuple(map(Value, x))).data) == bits(expected)
        assert bits(functions.dot(list(map(Value, w)), x).data) == bits(expected)


def test_sums_keep_the_sign_of_zero() -> None:
    assert bits(functions.total([Value(-0.0), Value(-0.0)]).data) == bits(-0.0)
    assert bits(functions.dot([Value(-0.0)], [Value(1.0)]).data) == bits(-0.0)


def test_sums_round_as_left_to_right_addition_does() -> None:
    # Neither fsum nor the compensated `sum` of Python 3.12 gives this.
    assert functions.total([1e16, 1.0, 1.0, Value(-1e16)]).data == 0.0


def test_sum_that_overflows_to_both_infinities() -> None:
    huge = [Value(1.7e308, "p"), Value(1.7e308), Value(-1.7e308), Value(-1.7e308)]
    assert functions.total(huge).data == math.inf  # inf - 1.7e308, as floats have it
    with pytest.raises(OverflowError, match=r"^dot of .*p = 1.7e\+308"):
        functions.dot([huge[0], huge[2]], [10.0, 10.0])


def test_infinite_operands_give_nan_as_floats_do() -> None:
    assert math.isnan((Value(math.inf) - math.inf).data)
    assert math.isnan(functions.total([Value(math.inf), -math.inf]).data)


def test_what_is_no_number_is_left_to_the_other_operand() -> None:
    class Other:
        def __radd__(self, other: object) -> str:
            return "from the right"

        def __add__(self, other: object) -> str:
            return "from the left"

    assert Value(1.0) + Other() == "from the right"  # type: ignore[operator]
    assert Other() + Value(1.0) == "from the left"
    with pytest.raises(TypeError, match="unsupported operand"):
        Value(1.0) - "two"  # type: ignore[operator]
    with pytest.raises(TypeError, match="one real number"):
        functions.tanh("two")  # type: ignore[arg-type]


def test_functions_carry_documentation() -> None:
    for name in (*ONE, "atan2", "hypot", "logaddexp", "xlogy"):
        function = getattr(functions, name, None)
        if function is not None:
            assert function.__doc__, name
