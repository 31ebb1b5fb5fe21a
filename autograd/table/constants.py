"""Numbers in the table that a float can only approximate, each stated as what it is exactly."""

from __future__ import annotations

from typing import Any, SupportsIndex

from autograd.table.floats import FLOATS
from autograd.table.number_system import Rule


class Constant(float):
    """A number given by a rule without operands, which each number system evaluates with its own precision.

    Used as a float it is the rule's value in floats. A product with another float is an ordinary float again, so the table
    gives a name to each number that it needs exactly; only the sign may change.

    >>> LN2, -LN2, LN2.rule(FLOATS)
    (0.6931471805599453, -0.6931471805599453, 0.6931471805599453)
    """

    __slots__ = ("rule",)

    rule: Rule

    def __new__(cls, rule: Rule) -> Constant:
        """Evaluate the rule in floats."""
        constant = super().__new__(cls, rule(FLOATS))
        constant.rule = rule
        return constant

    def __neg__(self) -> Constant:
        return Constant(lambda m: -self.rule(m))

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return (float, (float(self),))


def _pi(m: Any) -> Any:
    return m.acos(-1.0)


LN2 = Constant(lambda m: m.log(2.0))
LOG2_E = Constant(lambda m: 1.0 / m.log(2.0))
LOG10_E = Constant(lambda m: 1.0 / m.log(10.0))
SQRT_HALF = Constant(lambda m: m.sqrt(0.5))
NORMAL_DENSITY_AT_0 = Constant(lambda m: 1.0 / m.sqrt(2.0 * _pi(m)))
TWO_OVER_SQRT_PI = Constant(lambda m: 2.0 / m.sqrt(_pi(m)))
GELU_SLOPE = Constant(lambda m: 2.0 * m.sqrt(2.0 / _pi(m)))
GELU_CUBIC = 0.044715  # as published, so the float itself is meant
THREE_GELU_CUBICS = Constant(lambda m: m.sqrt(9.0) * GELU_CUBIC)  # its factor 3 as a number of m
