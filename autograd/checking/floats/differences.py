"""Slopes of functions of which nothing is known but their floats: the derivative, an error bound, the slopes to both sides.

There is no step size to guess: differences for a row of steps, each half of the one before, from half of the point's size to
a few of its last digits, are extrapolated to step 0 (`extrapolation.py`). If that leaves too few digits, other
rows of steps follow: of the size of 1, much smaller and much larger. What can't be told for sure is inconclusive, never a
false alarm.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator

from autograd.checking.floats.difference_rows import GROWS, JUMPS, Row, Slope, constant, nan_where_undefined
from autograd.checking.floats.extrapolation import EPSILON

# How much larger and smaller the scales are that are tried where the point's own leaves too few digits.
_FURTHER = (2.0**-46, 2.0**20, 2.0**-92, 2.0**50, 2.0**-138, 2.0**80)
# Steps, relative to the point, at which a function must be the same to be taken for constant.
_FAR = tuple(2.0**k for k in (-30, -20, -10, -5, -2, -1, 0, 3, 6, 10, 20, 30, 50))


def slopes(f: Callable[[float], float], x: float, *, digits: float = 6.0) -> Slope:
    """Find the derivative of a function of a float, with a bound for the error.

    Args:
        f: the function; where it raises or is not finite beside the point, it counts as not defined there.
        x: the point.
        digits: how many digits of the derivative must be sure; with fewer the verdict is ``"inconclusive"``.

    Raises:
        Whatever f raises at the point itself.

    >>> slope = slopes(math.exp, 1.0)
    >>> slope.verdict, abs(slope.derivative - math.e) < slope.error < 1e-10
    ('smooth', True)
    >>> slope = slopes(abs, 0.0)
    >>> slope.verdict, slope.left, slope.right
    ('kink', -1.0, 1.0)
    """
    here = float(f(x))
    again = float(f(x))
    if here != again and not (here != here and again != again):
        return Slope("non-deterministic", f"two runs at {x!r} gave {here!r} and {again!r}")
    if not (math.isfinite(here) and math.isfinite(x)):
        return Slope("not finite", f"the function is {here!r} at {x!r}")
    # Steps out of a domain are expected; libraries warn of them.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _search(nan_where_undefined(f), x, here, 0.5 * 10.0**-digits)
        again = float(f(x))
    if again != here:
        message = f"the function gave {here!r} at {x!r}, and {again!r} after it had been computed elsewhere"
        return Slope("non-deterministic", message)
    return found


def _search(f: Callable[[float], float], x: float, here: float, goal: float) -> Slope:
    """Try rows of steps until one gives enough digits."""
    judged: list[tuple[float, Slope, bool]] = []
    smallest_without_bound = math.inf
    own, is_flat = next(_scales(x)), False
    for number, scale in enumerate(_scales(x)):
        if scale > smallest_without_bound:
            continue
        if number == 1 and _is_constant(f, x, here):
            return constant(EPSILON * max(abs(here), 1.0) / max(abs(x), 1.0))
        row = Row(f, x, here, scale)
        is_flat = is_flat or (number == 0 and row.is_flat)
        found, is_sure = row.judge(goal)
        # Far out many a function is flat, which says nothing of its slope here: there only a slope that is not 0 counts.
        is_sure = is_sure and (scale <= max(own, 1.0) or found.error < 0.1 * abs(found.derivative))
        # A kink far out is no kink here; close by it is, if smaller steps change nothing at all.
        hidden = scale > own and not (is_flat and scale <= 1.0)
        smaller = [slope for other, slope, _ in judged if other < scale]
        if (found.verdict == "smooth" and is_sure and _agrees(found, smaller)) or (found.verdict == "kink" and not hidden):
            return found
        if found.message in (JUMPS, GROWS):
            # From afar a staircase may look smooth, but that says nothing about its steps.
            smallest_without_bound = scale
        judged.append((scale, found, is_sure))
    if is_flat:
        return constant(EPSILON * max(abs(here), 1.0) / own)
    # What happens on a smaller scale is closer to the derivative.
    judged.sort(key=lambda row: row[0])
    known = [row for row in judged if math.isfinite(row[1].error)] or judged
    slopes_of_rows = [slope for _, slope, _ in known]
    sure = [slope for k, (_, slope, is_sure) in enumerate(known) if is_sure and _agrees(slope, slopes_of_rows[:k])]
    return min(sure, key=lambda slope: slope.error) if sure else slopes_of_rows[0]


def _agrees(slope: Slope, others: list[Slope]) -> bool:
    return not any(abs(slope.derivative - other.derivative) > 4.0 * (slope.error + other.error) for other in others)


def _scales(x: float) -> Iterator[float]:
    """The sizes of steps."""
    own = 1.0 if x == 0.0 else math.ldexp(1.0, math.frexp(x)[1] - 1)
    yield own
    if not 2.0**-8 < own < 2.0**8:
        yield 1.0
    for factor in _FURTHER:
        # What adds nothing to x is no step.
        if 0.0 < own * factor < math.inf and (factor > 1.0 or x == 0.0):
            yield own * factor


def _is_constant(f: Callable[[float], float], x: float, here: float) -> bool:
    scale = max(abs(x), 1.0)
    numbers = [f(x + sign * far * scale) for far in _FAR for sign in (-1.0, 1.0)]
    defined = [number for number in numbers if number == number]
    return len(defined) >= len(_FAR) and all(number == here for number in defined)
