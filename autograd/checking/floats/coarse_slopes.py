"""A second opinion on a slope, from larger steps: before a derivative that somebody supplies is called wrong.

What a function computes may be another one than what it stands for. A solver that stops at a tolerance, an integral over a
grid that adapts, a table: each is smooth, or constant, in small pieces, whose slopes are not the slope of what is computed to
that tolerance. Over many pieces the function follows it, to within noise. So larger steps are asked too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograd.checking.floats.difference_rows import nan_where_undefined
from autograd.checking.floats.extrapolation import CENTRAL, EPSILON, table

# Steps from a little more than the point's size to a millionth of that, each half of the one before.
_LARGEST = 1.4781702664
_LEVELS = 23
# The column of the extrapolation: what is left of a smooth function falls by 64 a step.
_COLUMN = 2
_GRADUAL = 2.0**12
# An estimate is clear that its neighbours agree with so far, relatively.
_CLEAR = 0.05
# Noise is a small part of the slope; what changes more is the function.
_MOST_NOISE = 1e-3


@dataclass(frozen=True)
class _Estimate:
    value: float
    change: float  # to the estimates from the next larger and the next smaller step
    rounding: float
    step: float


class CoarseSlopes:
    """Slopes of a function from large steps.

    Args:
        f: the function; where it raises, it is not defined.
        x: the point.
    """

    def __init__(self, f: Callable[[float], float], x: float) -> None:
        own = 1.0 if x == 0.0 else math.ldexp(1.0, math.frexp(x)[1] - 1)
        steps = [(abs(x) + math.ldexp(_LARGEST * own, -level)) - abs(x) for level in range(_LEVELS)]
        f, quotients, sizes = nan_where_undefined(f), [], []
        for h in steps:
            low, high = f(x - h), f(x + h)
            quotients.append((high - low) / (2.0 * h))
            sizes.append(max(abs(low), abs(high)))
        slopes = [row[_COLUMN] for row in table(quotients, CENTRAL) if len(row) > _COLUMN]
        changes = [abs(after - before) for before, after in pairwise(slopes)]
        self.size = max((size for size in sizes if math.isfinite(size)), default=math.inf)
        self._estimates = [
            _Estimate(slope, max(changes[max(k - 1, 0)], changes[min(k, len(changes) - 1)]), 8.0 * EPSILON * self.size / h, h)
            for k, (slope, h) in enumerate(zip(slopes, steps[_COLUMN:], strict=True))
            if math.isfinite(slope)
        ]

    def trusting(self, digits: float) -> tuple[float, float]:
        """The slope of a function whose numbers have the given number of trustworthy digits, and a bound for its error."""
        return self._best(digits, self._estimates)

    def settled(self, digits: float) -> float:
        """The slope on which three steps in a row agree to the given number of digits; nan if no three do.

        Where several threes do, it is that of the steps at which noise in the digits that can't be trusted changes least.
        """
        tolerance = 10.0**-digits
        return self._best(digits, [e for e in self._estimates if 2.0 * e.change + e.rounding <= tolerance * abs(e.value)])[0]

    def _best(self, digits: float, estimates: Sequence[_Estimate]) -> tuple[float, float]:
        noise = 10.0**-digits * self.size
        bounds = [(e.value, 2.0 * e.change + e.rounding + 2.0 * noise / e.step) for e in estimates if e.change == e.change]
        return min(bounds, key=lambda bound: bound[1], default=(math.nan, math.inf))

    def doubt(self, number: float, slope: float) -> bool:
        """Whether large steps speak for a number, and not for the slope that small steps gave.

        Args:
            number: the derivative that somebody supplies.
            slope: by the smallest steps.
        """
        for e in self._estimates:
            error = 2.0 * e.change + e.rounding
            if error <= _CLEAR * abs(e.value) and abs(number - e.value) <= error < 0.5 * abs(slope - e.value):
                return True
        return abs(number - slope) <= 16.0 * self._noise(slope)

    def _noise(self, slope: float) -> float:
        """By how much estimates from smaller and smaller steps go on changing, until all at once they don't."""
        noise = so_far = 0.0
        for larger, smaller in pairwise(self._estimates):
            if larger.change <= _MOST_NOISE * abs(slope):
                so_far = max(so_far, larger.change)
                # A smooth function comes closer step by step, until rounding hides it.
                if larger.change > _GRADUAL * max(smaller.change, smaller.rounding):
                    noise = so_far
        return noise
