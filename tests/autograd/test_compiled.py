"""The compiled operations against the same expressions in plain Python: the same bits, the same kinds of exceptions."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, functions
from autograd.table.operators import OPERATORS
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


# name -> the plain expression in floats; it is that of Python or of `math` where nothing stands here.
PLAIN: dict[str, Callable[..., float]] = {
    **{name: function for name, function in {**vars(math), **OPERATORS}.items() if name in TABLE},
    "reciprocal": lambda x: 1.0 / x,
    "square": lambda x: x * x,
    "one_minus_square": lambda x: (1.0 - x) * (1.0 + x),
    "sech2": lambda x: 4.0 * plain_sigmoid(abs(2.0 * x)) * plain_sigmoid(-abs(2.0 * x)),
    "rsqrt": lambda x: 1.0 / math.sqrt(x),
    "relu": lambda x: x if x > 0.0 else 0.0,
    "sigmoid": plain_sigmoid,
    "sigmoid_slope": lambda x: plain_sigmoid(x) * plain_sigmoid(-x),
    "logsigmoid": lambda x: min(x, 0.0) - math.log1p(math.exp(-abs(x))),
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    "gelu": lambda x: 0.5 * x * math.erfc(-math.sqrt(0.5) * x),
    "gelu_tanh": plain_gelu_tanh,
    "silu": lambda x: x * plain_sigmoid(x),
    "softsign": lambda x: x / (1.0 + abs(x)),
    "power": plain_power,
    "power_log": plain_power_log,
    "ratio": lambda a, b: a / b if a or b else 0.0,
    "gap": lambda a, b: a - b,
    "equal": lambda a, b: float(a == b),
    "logaddexp": lambda a, b: max(a, b) + math.log1p(math.exp(-abs(a - b))),
    "xlogy": lambda a, b: a * math.log(b) if a else 0.0 * a,
}
ONE = [name for name, primitive in TABLE.items() if primitive.arity == 1]
TWO = [name for name, primitive in TABLE.items() if primitive.arity == 2]


def operation_and_plain(name: str) -> tuple[Callable[..., Any], Callable[..., float]]:
    """The operation as a user writes it, and the plain expression; else the table's rule as it stands, evaluated on floats."""
    return OPERATORS.get(name) or getattr(functions, name), PLAIN.get(name) or TABLE[name].calculate


def bits(x: float) -> bytes:
    return struct.pack("<d", x)


@pytest.mark.parametrize("name", ONE)
def test_one_operand(name: str) -> None:
    operation, plain = operation_and_plain(name)
    for x in TABLE[name].points:
        leaf = Value(x)
        result = operation(leaf)
        assert bits(result.data) == bits(float(plain(x))), x
        assert bits(TABLE[name].calculate(x)) == bits(float(plain(x))), x
        assert result.primitive is TABLE[name]
        assert result.operands == (leaf,)
        assert result.gradient is None


@pytest.mark.parametrize("name", TWO)
def test_two_operands(name: str) -> None:
    operation, plain = operation_and_plain(name)
    for a, b in TABLE[name].points:
        first, second = Value(a), Value(b)
        result = operation(first, second)
        assert bits(result.data) == bits(float(plain(a, b))), (a, b)
        assert bits(TABLE[name].calculate(a, b)) == bits(float(plain(a, b))), (a, b)
        assert result.primitive is TABLE[name]
        assert result.operands == (first, second)
        assert type(result.data) is float


@pytest.mark.parametrize("name", TWO)
def test_a_plain_number_on_either_side(name: str) -> None:
    operation, plain = operation_and_plain(name)
    for a, b in TABLE[name].points[::5]:
        for result in (operation(Value(a), b), operation(a, Value(b))):
            assert bits(result.data) == bits(float(plain(a, b))), (a, b)
            # A comparison with a number on the left is answered by the right operand, mirrored.
            assert sorted(operand.data for operand in result.operands) == sorted((a, b))
            assert sorted(operand.primitive.name for operand in result.operands) == ["constant", "leaf"]


@pytest.mark.parametrize("name", [name for name in OPERATORS if hasattr(float, f"__r{OPERATORS[name].__name__}__")])
def test_order_of_reflected_operands(name: str) -> None:
    operation = OPERATORS[name]
    result = operation(2, Value(3.0))
    assert [operand.data for operand in result.operands] == [2.0, 3.0]
    assert result.primitive is TABLE[name]


@pytest.mark.parametrize(("name", "point"), [(name, p) for name in ONE + TWO for p in TABLE[name].outside])
def test_outside_the_domain(name: str, point: Any) -> None:
    operation, plain = operation_and_plain(name)
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
    of_floats: dict[str, Callable[[Any], float]] = {
        "total": add_up, "maximum": max, "minimum": min,
        "argmax": lambda x: x.index(max(x)), "argmin": lambda x: x.index(min(x)),
    }  # fmt: skip
    for name, plain in of_floats.items():
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

    assert Value(1.0) + Other() == "from the right"
    assert Other() + Value(1.0) == "from the left"
    with pytest.raises(TypeError, match="unsupported operand"):
        Value(1.0) - "two"  # type: ignore[operator]
    with pytest.raises(TypeError, match="one real number"):
        functions.tanh("two")  # type: ignore[arg-type]


def test_functions_carry_documentation() -> None:
    for name in ONE + TWO:
        assert getattr(functions, name).__doc__, name
