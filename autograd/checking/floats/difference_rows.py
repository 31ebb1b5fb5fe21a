"""The differences of a function of floats for a row of steps, and what they say about its slope."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from autograd.checking.floats.extrapolation import CENTRAL, EPSILON, ONE_SIDED, Estimate, extrapolate

Kind = Literal["smooth", "kink", "inconclusive", "not finite", "non-deterministic"]

# A row of steps: from a third of the scale to 2⁻⁴⁶ of it, where six binary digits of a float are left. No power of two: with such
# steps, products and sums round the same way for all of them, which looks like another function and not like noise.
_LARGEST = 0.3695425666
_LEVELS = 45
# A slope to one side with a larger relative error than this is none to call a kink by.
_CLEAR = 1e-3
# How far together the slopes to both sides must come, against what they were for larger steps.
_TOGETHER = 1e-2
# The smallest steps of a row, at which a slope without bound shows.
_TAIL = 8
# From this step on, a thousandth of the largest, a function that is constant is so on purpose.
_LEVEL_FROM = 10

# By which a slope may be tilted where a change of the input makes one in the function that is relatively so much larger.
_TILT = 2.5e-7
_SENSITIVE = 1e5

JUMPS = "the function jumps at the point"
GROWS = "the slope grows without bound towards the point: the derivative may be infinite"


@dataclass(frozen=True)
class Slope:
    """What differences of a function say about its derivative.

    Attributes:
        verdict: ``"smooth"``: the derivative is known to the digits asked for; ``"kink"``: the slopes on both sides differ;
            ``"inconclusive"``: nothing sure can be said; ``"not finite"``: the function isn't at the point;
            ``"non-deterministic"``: it gives different numbers for the same input.
        message: what there is to say about the verdict; empty where it says all.
        derivative: the best estimate; at a kink the mean of both slopes; nan where there is none.
        error: a bound for the error of `derivative`, as far as the differences can tell.
        left: the slope towards smaller numbers, None where the function is not defined there or the slope can't be told.
        right: the slope towards larger ones.
    """

    verdict: Kind
    message: str = ""
    derivative: float = math.nan
    error: float = math.inf
    left: float | None = None
    right: float | None = None


def constant(error: float) -> Slope:
    """The slope of a function that does not change around the point."""
    return Slope("smooth", "the function is constant around the point", 0.0, error, 0.0, 0.0)


def nan_where_undefined(f: Callable[[float], float]) -> Callable[[float], float]:
    """A function that gives nan where another one raises; what it raises at the point itself has been raised before."""

    def defined(x: float) -> float:
        try:
            return float(f(x)) if math.isfinite(x) else math.nan
        except Exception:
            return math.nan

    return defined


class Row:
    """The differences of a function for a row of halved steps, to both sides."""

    def __init__(self, f: Callable[[float], float], x: float, here: float, scale: float) -> None:
        self.x = x
        self.here = here
        self.steps: list[float] = []
        self.below: list[tuple[float, float]] = []  # (step, value): the steps as they come out in floats
        self.above: list[tuple[float, float]] = []
        for level in range(_LEVELS):
            # Steps that come out the same to both sides.
            step = (abs(x) + math.ldexp(_LARGEST * scale, -level)) - abs(x)
            down, up = x - step, x + step
            if down == x or up == x or step == 0.0:
                break
            self.steps.append(step)
            self.below.append((x - down, f(down)))
            self.above.append((up - x, f(up)))

    @property
    def is_flat(self) -> bool:
        """Whether the function is the same for all steps."""
        return bool(self.steps) and all(value == self.here for points in (self.below, self.above) for _, value in points)

    def judge(self, goal: float) -> tuple[Slope, bool]:
        """What the differences say, and whether the sizes of the steps agree on it."""
        if self._is_level():
            return constant(EPSILON * max(abs(self.here), 1.0) / self.steps[_LEVEL_FROM]), True
        left, right = self._one_sided(self.below, -1.0), self._one_sided(self.above, 1.0)
        central = self._central()
        estimates = [e for e in (central, left, right) if e is not None]
        of_left = None if left is None else left.value
        of_right = None if right is None else right.value
        if not estimates:
            return Slope("inconclusive", self._why_none()), False
        if left is not None and right is not None and _is_kink(left, right, goal):
            mean = left.value / 2.0 + right.value / 2.0
            return Slope("kink", "", mean, left.error + right.error, of_left, of_right), True
        growths = self._growth(self.below, -1.0), self._growth(self.above, 1.0)
        if any(growths):
            # A slope that grows from step to step has no limit but infinity.
            of_left, of_right = (
                math.copysign(math.inf, growth) if growth else slope
                for growth, slope in zip(growths, (of_left, of_right), strict=True)
            )
            message = JUMPS if max(map(abs, growths)) > 1.9 else GROWS
            return Slope("inconclusive", message, left=of_left, right=of_right), False
        if (afar := _seen_from_afar(estimates, central)) is not None:
            estimates, central, left, right = [afar], afar, None, None
        consistent = [e for e in estimates if e.is_consistent]
        best = min(consistent or estimates, key=lambda e: e.error)
        error = max(best.error, self._condition(best))
        if left is not None and right is not None and left.error + right.error < abs(left.value - right.value):
            # A bend that is no kink to the digits asked for.
            error = max(error, abs(left.value - right.value))
        is_sure = bool(consistent) and (left is None or right is None or self._sides_meet(left, right, best.value))
        if is_sure and (error <= goal * abs(best.value) or self._is_zero(best, goal)):
            message = "" if central is not None else "the function is defined on one side of the point only"
            return Slope("smooth", message, best.value, error, of_left, of_right), True
        message = "the slopes for small steps and for large ones differ"
        if is_sure:
            sure_digits = -math.log10(error / abs(best.value)) if 0.0 < error < abs(best.value) else 0.0
            message = f"differences of floats give the derivative to {sure_digits:.0f} digits only"
        else:
            error += max(abs(best.value - e.value) for e in estimates)
        return Slope("inconclusive", message, best.value, error, of_left, of_right), is_sure

    def _one_sided(self, points: list[tuple[float, float]], sign: float) -> Estimate | None:
        start = _last_undefined(value for _, value in points)
        used = points[start:]
        quotients = [sign * (value - self.here) / step for step, value in used]
        sizes = [2.0 * max(abs(value), abs(self.here), self._hidden) for _, value in used]
        return extrapolate(self.steps[start:], quotients, sizes, ONE_SIDED)

    def _central(self) -> Estimate | None:
        pairs = list(zip(self.below, self.above, strict=True))
        start = _last_undefined(low + high for (_, low), (_, high) in pairs)
        quotients, sizes = [], []
        for (down, low), (up, high) in pairs[start:]:
            quotients.append((high - low) / (down + up))
            sizes.append(max(abs(low), abs(high), self._hidden))
        return extrapolate(self.steps[start:], quotients, sizes, CENTRAL)

    @cached_property
    def _hidden(self) -> float:
        """The size of what may be rounded away: where a function doesn't change at all, it may have added something to 1."""
        values = [value for points in (self.below, self.above) for _, value in points[len(points) // 2 :]]
        return 1.0 if all(value == self.here for value in values) else 0.0

    def _sides_meet(self, left: Estimate, right: Estimate, derivative: float) -> bool:
        """Whether the slopes to both sides come together as the steps shrink: differences around the point may hide that."""
        bounds, widest = [], 0.0
        for k in range(1, min(len(left.noise), len(right.noise)) + 1):
            (down, low), (up, high) = self.below[-k], self.above[-k]
            split = abs((high - self.here) / up - (self.here - low) / down)
            bounds.append((split, split + 4.0 * (left.noise[-k] + right.noise[-k])))
        bounds.reverse()
        if not any(split for split, _ in bounds[-3:]):
            return True
        for k in range(len(bounds) - 2):
            if max(bound for _, bound in bounds[k : k + 3]) <= _TOGETHER * max(abs(derivative), widest):
                return True
            widest = max(widest, bounds[k][0])
        return False

    def _is_level(self) -> bool:
        """Whether the function is constant up to a step that is no rounding, but not further out."""
        values = [(value, other) for (_, value), (_, other) in zip(self.below, self.above, strict=True)]
        near = values[_LEVEL_FROM:]
        is_constant = bool(near) and all(value == self.here == other for value, other in near)
        return is_constant and any(self.here not in pair for pair in values[:_LEVEL_FROM])

    def _condition(self, best: Estimate) -> float:
        """What rounding may do to a slope without showing in it, where the function is sensitive to its input.

        The last digit of the input may change the slope as much as it changes the function. And where digits cancel, a product
        that is rounded may be a little too steep or too flat for all the small steps.
        """
        values = [abs(value) for points in (self.below, self.above) for h, value in points if best.step <= h < 2.5 * best.step]
        size = max([abs(self.here), *(value for value in values if math.isfinite(value))])
        if size == 0.0:
            return 0.0
        sensitivity = abs(self.x) * (abs(best.value) / size)
        return abs(best.value) * max(4.0 * EPSILON * sensitivity, _TILT if sensitivity > _SENSITIVE else 0.0)

    def _is_zero(self, best: Estimate, goal: float) -> bool:
        """Whether a derivative is 0 within its error, and that error small against the slopes further away."""
        changes = [abs(value - self.here) / h for points in (self.below, self.above) for h, value in points if h >= best.step]
        secant = max((change for change in changes if math.isfinite(change)), default=0.0)
        return abs(best.value) <= best.error <= goal * secant

    def _why_none(self) -> str:
        if all(value != value for _, value in self.below + self.above):
            return "the function is not defined around the point"
        return "the function is defined at too few points around"

    def _growth(self, points: list[tuple[float, float]], sign: float) -> float:
        """By which factor the slope to one side grows from step to step, with the slope's sign; 0 if it doesn't."""
        # Below the floor, growth may be rounding.
        floor = 2.0**10 * EPSILON * abs(self.here)
        changes = [(h, sign * (value - self.here)) for h, value in points[-_TAIL:]]
        if len(changes) < _TAIL or not all(floor < abs(change) < math.inf for _, change in changes):
            return 0.0
        ratios = [(after / before) * (wide / narrow) for (wide, before), (narrow, after) in pairwise(changes)]
        return math.copysign(min(ratios), changes[0][1]) if min(ratios) > 1.1 and max(ratios) < 2.5 else 0.0


def _last_undefined(values: Iterator[float]) -> int:
    """From which step on the function is defined, and stays so."""
    start = 0
    for k, value in enumerate(values):
        if not math.isfinite(value):
            start = k + 1
    return start


def _seen_from_afar(estimates: list[Estimate], central: Estimate | None) -> Estimate | None:
    """The derivative of a function that is smooth but for small steps, where rounding makes a staircase of it."""
    afar = [estimate.afar for estimate in estimates if estimate.afar is not None]
    if central is None or len(afar) < len(estimates) or len(afar) < 3:
        return None
    lowest, highest = min(e.value + e.error for e in afar), max(e.value - e.error for e in afar)
    is_clear = all(e.error <= _CLEAR * abs(e.value) for e in afar)
    return central.afar if is_clear and highest <= lowest else None


def _is_kink(left: Estimate, right: Estimate, goal: float) -> bool:
    size = max(abs(left.value), abs(right.value))
    clear = left.error <= _CLEAR * size and right.error <= _CLEAR * size
    return clear and abs(left.value - right.value) > 4.0 * (left.error + right.error) + 2.0 * goal * size
