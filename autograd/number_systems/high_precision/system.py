"""The number system of any precision: mpmath's numbers, for the rules over whole sequences.

Rules of one and two operands are compiled instead (`rule_text.py`), which is several times faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.number_systems.high_precision import functions
from autograd.number_systems.high_precision.arithmetic import Raw, at_precision
from autograd.table.number_system import NumberSystem
from autograd.table.rules import Primitive


class HighPrecision(NumberSystem):
    """Numbers of a context of mpmath.

    >>> with at_precision(200) as context:
    ...     m = HighPrecision(context)
    ...     m.sigmoid(context.mpf(0)) == 0.5
    True
    """

    def __init__(self, context: Any) -> None:
        self.context = context

    def elementary(self, name: str, *operands: Any) -> Any:
        """A function of the registry."""
        raw = [self.context.mpf(operand)._mpf_ for operand in operands]
        return self.context.make_mpf(functions.FUNCTIONS[name](*raw, self.context.prec))


def forward(primitive: Primitive, groups: Sequence[Any], precision: int) -> Raw:
    """The forward rule of a primitive on groups of raw numbers."""
    with at_precision(precision) as context:
        return _raw(context, primitive.forward(HighPrecision(context), *_numbers(context, groups)))


def local_derivatives(primitive: Primitive, groups: Sequence[Any], result: Raw, precision: int) -> list[Raw]:
    """The local derivatives of a primitive on groups of raw numbers, in operand order."""
    with at_precision(precision) as context:
        derivatives = primitive.local_derivatives(HighPrecision(context), _numbers(context, groups), context.make_mpf(result))
        return [_raw(context, derivative) for derivative in derivatives]


def _numbers(context: Any, groups: Sequence[Any]) -> list[Any]:
    make = context.make_mpf
    return [[make(raw) for raw in group] if isinstance(group, list) else make(group) for group in groups]


def _raw(context: Any, number: Any) -> Raw:
    raw: Raw = context.mpf(number)._mpf_
    return raw
