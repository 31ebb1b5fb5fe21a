"""The number system of mpmath's own numbers: for rules that can't be compiled, because they look at a whole sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.number_systems.high_precision import functions
from autograd.number_systems.high_precision.arithmetic import Raw
from autograd.table.number_system import NumberSystem


class HighPrecision(NumberSystem):
    """Numbers of a context of mpmath.

    >>> from autograd.number_systems.high_precision.arithmetic import at_precision
    >>> with at_precision(200) as context:
    ...     m = HighPrecision(context)
    ...     m.sigmoid(context.mpf(0)) == 0.5
    True
    """

    def __init__(self, context: Any) -> None:
        self.context = context

    def elementary(self, name: str, *operands: Any) -> Any:
        """A function of the registry."""
        return self.context.make_mpf(functions.FUNCTIONS[name](*map(self.raw, operands), self.context.prec))

    def raw(self, number: Any) -> Raw:
        """The raw number of one of mpmath's, or of a float."""
        raw: Raw = getattr(number, "_mpf_", None) or self.context.mpf(number)._mpf_
        return raw

    def numbers(self, groups: Sequence[Any]) -> list[Any]:
        """Groups of raw numbers as mpmath's numbers."""
        make = self.context.make_mpf
        return [[make(raw) for raw in group] if isinstance(group, list) else make(group) for group in groups]
