"""The number system of any precision: mpmath's numbers, for the rules over whole sequences.

Rules of one and two operands are compiled instead (`rule_text.py`), which is several times faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.number_systems.high_precision import arithmetic, functions
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

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers, both already computed."""
        return if_true if condition else if_false

    def equal(self, left: Any, right: Any) -> Any:
        """1 where two numbers are equal, else 0."""
        return self.context.mpf(left == right)

    def argmax(self, values: Sequence[Any]) -> int:
        """The position of the first largest number."""
        return max(range(len(values)), key=values.__getitem__)

    def argmin(self, values: Sequence[Any]) -> int:
        """The position of the first smallest number."""
        return min(range(len(values)), key=values.__getitem__)

    def total(self, values: Sequence[Any]) -> Any:
        """The sum of a sequence."""
        return self._number(arithmetic.total(self._raw(values), self.context.prec))

    def logsumexp(self, values: Sequence[Any]) -> Any:
        """ln Σ exp xᵢ."""
        return self._number(functions.logsumexp(self._raw(values), self.context.prec))

    def softmax(self, values: Sequence[Any]) -> list[Any]:
        """exp xᵢ ÷ Σ exp xⱼ for each i."""
        return [self._number(raw) for raw in functions.softmax(self._raw(values), self.context.prec)]

    def _raw(self, values: Sequence[Any]) -> list[Raw]:
        return [self.context.mpf(value)._mpf_ for value in values]

    def _number(self, raw: Raw) -> Any:
        return self.context.make_mpf(raw)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = functions.FUNCTIONS.get(name)
        if function is None:
            return super().__getattr__(name)
        return lambda *operands: self._number(function(*self._raw(operands), self.context.prec))


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
