"""What operations accept: Values, plain numbers that become constants, sequences of both; and what they say of the rest."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from typing import Any, TypeAlias

from autograd.engine import graph, state
from autograd.engine.modes import is_deriving, is_paused
from autograd.engine.outputs import Outputs, single
from autograd.engine.value import Value, real_number, recorded_as
from autograd.errors import all_finite, explain, explain_overflow, is_real_number
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive

Operand: TypeAlias = Value | float

_CONSTANT = TABLE["constant"]


def as_operand(number: Operand) -> Value:
    """A Value as it is, also that of `Outputs` that hold one; a plain number as a constant.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(number, Value):
        return number
    if number.__class__ is Outputs:  # type: ignore[comparison-overlap]
        return single(number)
    return recorded_as(_CONSTANT, None, None, real_number(number))


def record(primitive: Primitive, first: Any, second: Any, data: float) -> Value:
    """Record a node whose result has been computed; inside `no_grad` only the number remains."""
    if state.paused and is_paused():
        return Value(data)
    return recorded_as(primitive, first, second, data)


def _constant_or_not_implemented(data: Any) -> Any:
    """A plain number that meets a Value becomes a constant of the graph; anything else is for Python to refuse."""
    # The two usual kinds first: asking for any real number takes longer.
    if data.__class__ is float or data.__class__ is int or isinstance(data, numbers.Real):
        return recorded_as(_CONSTANT, None, None, float(data))
    return recorded_as(_CONSTANT, None, None, real_number(data)) if is_real_number(data) else NotImplemented


def _recover(primitive: Primitive, first: Any, second: Any, error: Exception) -> float:
    """After an operation failed: its limit while derivatives are being recorded, otherwise an error that says more."""
    groups = [first] if second is None else [first, second]
    if is_deriving():
        return graph.quiet_forward(primitive, groups)
    raise explain(primitive, graph.flatten(groups), error) from None


def _check_overflow(primitive: Primitive, first: Any, second: Any) -> None:
    nodes = graph.flatten([first] if second is None else [first, second])
    if all_finite(nodes) and not is_deriving():
        raise explain_overflow(primitive, nodes)


def as_sequence(values: Iterable[Operand], name: str) -> tuple[Any, ...]:
    """The operands of an n-ary function as a tuple; a tuple is kept, not copied.

    Raises:
        ValueError: it is empty.
        TypeError: it can't be iterated over, or has no order.
    """
    if values.__class__ is not tuple:
        if isinstance(values, Value | str | bytes | set | frozenset | dict):
            raise TypeError(f"{name} takes a list or tuple of Values and numbers, not a {type(values).__name__}")
        try:
            values = tuple(values)
        except TypeError:
            raise TypeError(f"{name} takes a list or tuple of Values and numbers, not {values!r}") from None
    if not values:
        raise ValueError(f"{name} of no operands: give at least one")
    return values


# So many are looked at faster together.
_MANY = 16
_ONLY_VALUES = frozenset([Value])


def operands_of(values: tuple[Any, ...]) -> tuple[Value, ...]:
    """All elements as Values, plain numbers as constants; a tuple of Values only is kept as it is."""
    if len(values) > _MANY and _ONLY_VALUES.issuperset(map(type, values)):
        return values
    for value in values:
        if value.__class__ is not Value:
            # From a list: `tuple(map(...))` guesses a size and leaves the spare tuples in Python's free list.
            return tuple([as_operand(value) for value in values])
    return values


def _unequal_lengths(name: str, first: tuple[Any, ...], second: tuple[Any, ...]) -> ValueError:
    return ValueError(f"{name} of sequences of {len(first)} and {len(second)} operands: they must be equally long")


state.as_operand = as_operand
state.constant_or_not_implemented = _constant_or_not_implemented
state.sequence = as_sequence
state.operands_of = operands_of
state.unequal_lengths = _unequal_lengths
state.recover = _recover
state.check_overflow = _check_overflow
