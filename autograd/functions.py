"""The functions of Values: what the table offers, under the names that rules and users call.

Each takes Values or plain numbers and gives a Value; the unary ones are methods of Value too. Sequences may be lists or
tuples of Values and numbers. A tuple of Values is kept by the node as it is, so many nodes can share one: pass tuples
where the same weights or inputs are used again and again.

This module is at the same time a number system (see `autograd.table.number_system`): the rules of the table read their functions
from it when derivatives are themselves recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograd.engine import graph
from autograd.engine.compiled import compile_operation, compile_sum
from autograd.engine.operands import Operand, as_operand, as_sequence, operands_of, record
from autograd.engine.outputs import single
from autograd.engine.value import Value, real_number
from autograd.errors import explain, is_real_number
from autograd.table.primitives import TABLE
from autograd.table.rules import Summed

Function = Callable[[Operand], Value]
FunctionOfTwo = Callable[[Operand, Operand], Value]

exp: Function = Value.exp
exp2: Function = Value.exp2
expm1: Function = Value.expm1
log: Function = Value.log
log2: Function = Value.log2
log10: Function = Value.log10
log1p: Function = Value.log1p
sqrt: Function = Value.sqrt
rsqrt: Function = Value.rsqrt
cbrt: Function = Value.cbrt
reciprocal: Function = Value.reciprocal
square: Function = Value.square
sin: Function = Value.sin
cos: Function = Value.cos
tan: Function = Value.tan
asin: Function = Value.asin
acos: Function = Value.acos
atan: Function = Value.atan
sinh: Function = Value.sinh
cosh: Function = Value.cosh
tanh: Function = Value.tanh
sech2: Function = Value.sech2
one_minus_square: Function = Value.one_minus_square
asinh: Function = Value.asinh
acosh: Function = Value.acosh
atanh: Function = Value.atanh
erf: Function = Value.erf
erfc: Function = Value.erfc
sigmoid: Function = Value.sigmoid
sigmoid_slope: Function = Value.sigmoid_slope
logsigmoid: Function = Value.logsigmoid
softplus: Function = Value.softplus
relu: Function = Value.relu
silu: Function = Value.silu
softsign: Function = Value.softsign
abs: Function = Value.abs

atan2: FunctionOfTwo = Value.atan2
hypot: FunctionOfTwo = Value.hypot
logaddexp: FunctionOfTwo = compile_operation(TABLE["logaddexp"])
xlogy: FunctionOfTwo = compile_operation(TABLE["xlogy"])
gap: FunctionOfTwo = compile_operation(TABLE["gap"])
ratio: FunctionOfTwo = compile_operation(TABLE["ratio"])
power_log: FunctionOfTwo = compile_operation(TABLE["power_log"])
equal: FunctionOfTwo = compile_operation(TABLE["equal"])


def gelu(x: Operand, approximate: str = "none") -> Value:
    """The Gaussian error linear unit, xΦ(x), with Φ the normal distribution function (Hendrycks & Gimpel 2016).

    Args:
        x: a Value or a number.
        approximate: ``"none"`` for the exact function, ``"tanh"`` for its usual approximation.

    Raises:
        ValueError: approximate is neither.

    >>> round(gelu(1.0).data, 6), round(gelu(1.0, approximate="tanh").data, 6)
    (0.841345, 0.841192)
    """
    return as_operand(x).gelu(approximate)


def _summed(name: str, groups: int) -> Callable[..., Value]:
    primitive = TABLE[name]
    assert isinstance(primitive, Summed)
    return compile_sum(primitive, groups)


_recorded_total = _summed("total", 1)
_recorded_dot = _summed("dot", 2)


def total(values: Iterable[Operand]) -> Value:
    """The sum of a sequence as one node, added from left to right.

    Raises:
        ValueError: the sequence is empty.
        OverflowError: finite operands whose partial sums overflow to both inf and -inf.

    >>> total([Value(1.0), Value(2.0), 3.0]).data
    6.0
    """
    return _recorded_total(values)


def mean(values: Iterable[Operand]) -> Value:
    """The arithmetic mean of a sequence: its total, divided by its length.

    Raises:
        ValueError: the sequence is empty.

    >>> mean([Value(1.0), Value(2.0), 6.0]).data
    3.0
    """
    operands = as_sequence(values, "mean")
    return _recorded_total(operands) / len(operands)


def dot(w: Iterable[Operand], x: Iterable[Operand]) -> Value:
    """The dot product w·x = w₁x₁ + … + wₙxₙ as one node, added from left to right: a neuron's weighted sum.

    Raises:
        ValueError: the sequences are empty or not equally long.
        OverflowError: finite operands whose partial sums overflow to both inf and -inf.

    The text's unit (the section on units), without its bias:

    >>> round(dot([Value(0.2), Value(0.3), Value(0.9)], [0.5, 0.6, 0.1]).data, 12)
    0.37
    """
    return _recorded_dot(w, x)


def _recorded(name: str, operands: tuple[Value, ...]) -> Value:
    """Compute and record an n-ary primitive over one group of operands."""
    primitive = TABLE[name]
    try:
        data = primitive.calculate(tuple([operand._data for operand in operands]))
    except (ArithmeticError, ValueError) as error:
        raise explain(primitive, operands, error) from None
    return record(primitive, operands, None, data)


def _sequence_of_values(values: Iterable[Operand], name: str) -> tuple[Value, ...]:
    return operands_of(as_sequence(values, name))


def logsumexp(values: Iterable[Operand]) -> Value:
    """ln(exp x₁ + … + exp xₙ) as one node, without overflow and without losing the digits of a dominated sum.

    Raises:
        ValueError: the sequence is empty.

    >>> logsumexp([1000.0, 1000.0]).data
    1000.6931471805599
    """
    return _recorded("logsumexp", _sequence_of_values(values, "logsumexp"))


def softmax(values: Iterable[Operand]) -> list[Value]:
    """The softmax of a sequence: exp xᵢ ÷ Σ exp xⱼ for each i (the text's equation for softmax).

    The largest operand is subtracted first, so that nothing overflows. An infinite operand has the whole share; several that are
    infinite alike share it, also where all are -inf.

    Raises:
        ValueError: the sequence is empty.

    >>> [float(f"{p.data:.2g}") for p in softmax([0.6, 1.1, -1.5, 1.2, 3.2, -1.1])]
    [0.055, 0.09, 0.0067, 0.1, 0.74, 0.01]
    """
    operands = _sequence_of_values(values, "softmax")
    largest = _recorded("maximum", operands)
    shares = tuple([exp(gap(operand, largest)) for operand in operands])
    whole = _recorded_total(shares)
    return [share / whole for share in shares]


def clipped(x: Operand, bound: float) -> Operand:
    """The operand as it is: rules guard products with it that would be 0 × inf far out, but no guard is recorded."""
    return x


def base_of_slope(a: Value, b: Value) -> Value:
    """The base of a power in the power's slope; no guard is recorded where the exponent is a plain number other than 0."""
    number = b
    while number.primitive.name == "subtract" and number._second.primitive.name == "constant":
        number = number._first  # the exponent of a slope is b − 1
    if number.primitive.name == "constant" and b._data != 0.0:
        return a
    return where(equal(abs(a) + abs(b), 0.0), 1.0, a)


def maximum(*values: Any) -> Value:
    """The largest operand; of equal ones the first, which alone takes the gradient.

    Takes the operands one by one or as one sequence.

    Raises:
        ValueError: no operands.

    >>> maximum(Value(1.0), 3.0, 2.0).data
    3.0
    """
    return _recorded("maximum", _one_by_one_or_sequence(values, "maximum"))


def minimum(*values: Any) -> Value:
    """The smallest operand; of equal ones the first, which alone takes the gradient.

    Takes the operands one by one or as one sequence.

    Raises:
        ValueError: no operands.

    >>> minimum([Value(1.0), 3.0, 2.0]).data
    1.0
    """
    return _recorded("minimum", _one_by_one_or_sequence(values, "minimum"))


def argmax(values: Iterable[Operand]) -> Value:
    """The position of the largest operand, of equal ones the first, as a Value; its derivative is 0.

    >>> argmax([1.0, 3.0, 3.0]).data
    1.0
    """
    return _recorded("argmax", _sequence_of_values(values, "argmax"))


def argmin(values: Iterable[Operand]) -> Value:
    """The position of the smallest operand, of equal ones the first, as a Value; its derivative is 0.

    >>> argmin([1.0, 3.0, 0.5]).data
    2.0
    """
    return _recorded("argmin", _sequence_of_values(values, "argmin"))


def _one_by_one_or_sequence(values: tuple[Any, ...], name: str) -> tuple[Value, ...]:
    if len(values) == 1 and not (isinstance(values[0], Value) or is_real_number(values[0])):
        return _sequence_of_values(values[0], name)
    return _sequence_of_values(values, name)


def pick(values: Iterable[Operand], index: Operand) -> Value:
    """The operand at a position, as one node: an embedding look-up, or the correct class of a cross-entropy.

    Args:
        values: the sequence to pick from.
        index: a whole number from 0 to len(values) - 1; it may be a Value, and takes no gradient.

    Raises:
        IndexError: the index is out of range; negative ones are too.
        TypeError: the index is not a whole number.

    >>> pick([Value(2.0), Value(4.0), Value(8.0)], 1).data
    4.0
    """
    operands = _sequence_of_values(values, "pick")
    index = single(index)
    position = real_number(index._data if isinstance(index, Value) else index)
    if position != position or position in (float("inf"), -float("inf")) or position != int(position):
        raise TypeError(f"pick: the index must be a whole number, not {position!r}")
    if not 0 <= position < len(operands):
        raise IndexError(f"pick: index {int(position)} is out of range for {len(operands)} values; they count from 0")
    return record(TABLE["pick"], operands, as_operand(index), operands[int(position)]._data)


def where(condition: Operand, a: Operand, b: Operand) -> Value:
    """The Value a where the condition holds (is not 0), else b: how a choice that depends on data is recorded.

    Both a and b have been computed; only the one chosen takes a gradient.

    >>> x = Value(-2.0)
    >>> where(x < 0, -x, x).data
    2.0
    """
    return _recorded("where", (as_operand(condition), as_operand(a), as_operand(b)))


def local_derivatives_as_values(node: Value) -> list[Any]:
    """∂node/∂operand for each operand, evaluated on Values by the same rules; plain numbers where they are constant."""
    import sys

    return list(node.primitive.recorded_derivatives(sys.modules[__name__], graph.groups(node), node))
