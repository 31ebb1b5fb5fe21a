"""What a number system is: the numbers that a rule of the table computes with, and the functions it can ask for.

A rule in `autograd.table.primitives` is an ordinary Python expression over a number system ``m``: operators on its numbers,
and functions ``m.exp``, ``m.where``, … A number system states `NumberSystem.elementary`, which computes each function of the
registry (`autograd.table.elementary_functions`). The rest follows from that and from Python's operators, and is overridden
only where the numbers don't have a value yet (text, formulas, arrays of a program being written), or for speed or range.

Two systems of floats are in `autograd.table.floats`, others in `autograd.number_systems`. That of Values needs no class: the
module `autograd.functions` has all the names a rule can ask for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS

Rule = Callable[..., Any]


class NumberSystem:
    """Numbers that rules compute with.

    A name is looked up among the functions below, then in the registry of elementary functions, then in the table: so
    ``m.sigmoid`` works in each number system.
    """

    # Filled by autograd.table.primitives: the forward rule of each primitive, by name.
    forward_rules: ClassVar[dict[str, Rule]] = {}

    def elementary(self, name: str, *operands: Any) -> Any:
        """A function of the registry."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in ELEMENTARY_FUNCTIONS:
            return partial(self.elementary, name)
        rule = NumberSystem.forward_rules.get(name)
        if rule is None:
            raise AttributeError(f"{type(self).__name__} has no function {name!r}, and no primitive has that name")
        return partial(rule, self)

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers, both already computed."""
        return if_true if condition else if_false

    def equal(self, left: Any, right: Any) -> Any:
        """1 where two numbers are equal, else 0."""
        return 1.0 if left == right else 0.0

    def argmax(self, values: Sequence[Any]) -> Any:
        """The position of the first largest number."""
        return max(range(len(values)), key=values.__getitem__)

    def argmin(self, values: Sequence[Any]) -> Any:
        """The position of the first smallest number."""
        return min(range(len(values)), key=values.__getitem__)

    def total(self, terms: Sequence[Any]) -> Any:
        """The sum of a sequence, added from left to right."""
        # -0.0 is the neutral element of addition (0.0 is not: 0.0 + -0.0 is 0.0), and `sum` rounds differently from 3.12 on.
        result: Any = -0.0
        for term in terms:
            result = result + term
        return result

    def logsumexp(self, values: Sequence[Any]) -> Any:
        """ln Σ exp xᵢ."""
        largest = self.argmax(values)
        shift = values[largest]
        if abs(shift) == math.inf:
            return math.nan if any(value != value for value in values) else shift
        if len(values) == 1:
            return shift
        exp = self.exp
        # log1p of the others' share keeps the digits where one operand dominates.
        return shift + self.log1p(self.total([exp(value - shift) for index, value in enumerate(values) if index != largest]))

    def softmax(self, values: Sequence[Any]) -> list[Any]:
        """exp xᵢ ÷ Σ exp xⱼ for each i."""
        shift = values[self.argmax(values)]
        if abs(shift) == math.inf:  # what is infinite has the whole share, or an equal part of it
            shares = [self.equal(value, shift) for value in values]
        else:
            exp = self.exp
            shares = [exp(value - shift) for value in values]
        whole = self.total(shares)
        return [share / whole for share in shares]

    def sech2(self, x: Any) -> Any:
        """1 ÷ cosh² x, as 4σ(2x)σ(-2x), which never overflows."""
        e = self.exp(-abs(2.0 * x))
        return 4.0 * (1.0 / (1.0 + e)) * (e / (1.0 + e))

    def from_below(self, x: Any, bound: float) -> Any:
        """A number, or -bound where it is smaller: what stands in for -inf as a factor of what is 0 there."""
        return self.where(x < -bound, -bound, x)

    def clipped(self, x: Any, bound: float) -> Any:
        """A number, or ±bound where it is larger: what stands in for ±inf as a factor of what is 0 there."""
        low = self.from_below(x, bound)
        return self.where(low > bound, bound, low)

    def base_of_slope(self, a: Any, b: Any) -> Any:
        """The base of a power in the power's slope: x⁰ is constant, also at 0, where 1 stands in for the base."""
        return self.where(self.equal(abs(a) + abs(b), 0.0), 1.0, a)
