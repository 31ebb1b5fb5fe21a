"""Extrapolation of difference quotients to step 0, with an error bound of its own (Ridders, 1982).

A difference quotient is the derivative, plus a truncation error that shrinks with the step, plus rounding that grows as the
step shrinks. Quotients for a row of halved steps are extrapolated to step 0, column by column, as Richardson does it. Where two
columns and two rows agree, the truncation is gone; what smaller steps still change is noise, be it rounding or something that the
function computes in fewer digits. The entry with the smallest sum of both is taken, and the sum is its error.

C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering Software 4 (1982).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

EPSILON = 2.0**-52

# The powers of the step in the truncation error, of differences around the point and of those to one side.
CENTRAL = (2, 4, 6, 8)
ONE_SIDED = (1, 2, 3, 4)

# The column by which the noise is judged, and how many smaller steps that takes at least.
_NOISE_COLUMN = 2
_FINER = 4
# Errors are estimates: how many times its error an estimate may be off another one.
_SAFETY = 4.0
# Noise that falls by this factor is no accident.
_FALL = 16.0


@dataclass(frozen=True)
class Estimate:
    """A derivative extrapolated from difference quotients.

    Attributes:
        value: the derivative.
        error: a bound for its error; if it is not consistent, what larger steps say lies within.
        step: the smallest step that it was computed from.
        is_consistent: larger steps say the same, or differ as those of a smooth function do; if not, the function is another
            one on a smaller scale: there is a kink close by, or it is a staircase.
        noise: of the quotient for each step.
        afar: if it is not consistent, the derivative for whom all that happens on a smaller scale is noise.
    """

    value: float
    error: float
    step: float
    is_consistent: bool
    noise: list[float]
    afar: Estimate | None = None


def table(quotients: Sequence[float], orders: Sequence[int]) -> list[list[float]]:
    """Richardson's extrapolation for steps that are halved: row k has quotient k, then that extrapolated with the rows above.

    >>> table([1.25, 1.0625], (2,))  # 1 + h²
    [[1.25], [1.0625, 1.0]]
    """
    rows: list[list[float]] = []
    for k, quotient in enumerate(quotients):
        row = [quotient]
        for column, order in enumerate(orders[:k]):
            row.append(row[column] + (row[column] - rows[k - 1][column]) / (2.0**order - 1.0))
        rows.append(row)
    return rows


def extrapolate(
    steps: Sequence[float], quotients: Sequence[float], sizes: Sequence[float], orders: Sequence[int]
) -> Estimate | None:
    """Extrapolate difference quotients to step 0.

    Args:
        steps: each is half of the one before.
        quotients: the difference quotient for each step.
        sizes: the largest number, by absolute value, that was subtracted for each: what rounding is relative to.
        orders: `CENTRAL` or `ONE_SIDED`.

    Returns:
        The estimate; None if there are too few steps.
    """
    count = len(steps)
    if count < _FINER + _NOISE_COLUMN + 2:
        return None
    rows = table(quotients, orders)
    noise = _noise(steps, rows, sizes)
    truncations = []
    values = []
    for k in range(_NOISE_COLUMN, count - _FINER):
        value, truncation = _closest(rows, k)
        values.append(value)
        truncations.append(truncation)
    errors = [2.0 * t + _SAFETY * noise[k] / steps[k] for k, t in enumerate(truncations, _NOISE_COLUMN)]
    best = _best(values, errors)
    if best is None:
        return None
    of_quotients = [n / h for n, h in zip(noise, steps, strict=True)]
    end = best + _NOISE_COLUMN + 2
    others = [coarser for coarser in range(best) if not _agree(values, errors, best, coarser)]
    unexplained = bool(others) and not _converges(quotients[others[-1] : end], of_quotients[others[-1] : end])
    plateau = _plateau(noise, end - 2)
    if plateau is not None and not unexplained:
        # What is left of a smooth function in that column falls by 2^(order + 1) a step; all at once is another matter.
        falls = [before / after for before, after in pairwise(noise[plateau : end - 1]) if after > 0.0]
        gradually = max(falls, default=1.0) <= 2.0 ** (orders[_NOISE_COLUMN] + 4)
        unexplained = not (gradually and _converges(quotients[plateau:end], of_quotients[plateau:end]))
    estimate = Estimate(values[best], errors[best], steps[end - 2], not unexplained, of_quotients)
    if estimate.is_consistent:
        return estimate
    # The noise of larger steps may be there for smaller ones too, and only not show.
    level = max(noise[plateau] if plateau is not None else 0.0, noise[others[-1] + _NOISE_COLUMN] if others else 0.0)
    errors = [2.0 * t + _SAFETY * max(level, noise[k]) / steps[k] for k, t in enumerate(truncations, _NOISE_COLUMN)]
    from_afar = min(range(len(values)), key=errors.__getitem__)
    afar = Estimate(values[from_afar], errors[from_afar], steps[from_afar + _NOISE_COLUMN], True, of_quotients)
    error = max(errors[best], *(abs(values[other] - values[best]) for other in others), 0.0)
    return replace(estimate, error=error, afar=afar)


def _closest(rows: Sequence[Sequence[float]], k: int) -> tuple[float, float]:
    """The entry of a row of the table that differs least from its neighbours, and by how much."""
    value, least = rows[k][0], math.inf
    for column in range(1, len(rows[k])):
        difference = max(abs(rows[k][column] - rows[k][column - 1]), abs(rows[k][column] - rows[k - 1][column - 1]))
        # NaN is never less.
        if difference < least:
            value, least = rows[k][column], difference
    return value, least


def _plateau(noise: Sequence[float], end: int) -> int | None:
    """The last step before a given one at which the noise had settled, on a level that it left again; None if there is none."""
    settled = (k for k in range(end - 1, 1, -1) if noise[k] > _FALL * noise[end] and noise[k - 2] < 2.5 * noise[k] < math.inf)
    return next(settled, None)


def _noise(steps: Sequence[float], rows: Sequence[Sequence[float]], sizes: Sequence[float]) -> list[float]:
    """For each step, how much smaller ones still change the numerator of the quotient, and rounding at least."""
    result = [0.0] * len(steps)
    worst = 0.0
    for k in range(len(steps) - 1, -1, -1):
        if k + 1 < len(steps) and len(rows[k]) > _NOISE_COLUMN:
            change = abs(rows[k + 1][_NOISE_COLUMN] - rows[k][_NOISE_COLUMN]) * steps[k + 1]
            # An infinite quotient makes nan here: that level is of no use then.
            worst = max(worst, change / 2.0) if change == change else math.inf
        result[k] = max(worst, EPSILON * sizes[k], 2.0**-1074)
    return result


def _best(values: Sequence[float], errors: Sequence[float]) -> int | None:
    """The estimate with the smallest error among those that no estimate from smaller steps contradicts."""
    for k in sorted(range(len(values)), key=errors.__getitem__):
        if not math.isfinite(errors[k]) or not math.isfinite(values[k]):
            return None
        if all(_agree(values, errors, k, finer) for finer in range(k + 1, len(values))):
            return k
    return None


def _agree(values: Sequence[float], errors: Sequence[float], one: int, other: int) -> bool:
    gap = abs(values[one] - values[other])
    return not gap > _SAFETY * (errors[one] + errors[other])


def _converges(quotients: Sequence[float], noise: Sequence[float]) -> bool:
    """Whether quotients come closer step by step as a smooth function's do, and not all at once, as past a jump or a bend."""
    changes = [abs(after - before) for before, after in pairwise(quotients)]
    in_a_row = 0
    for k in range(1, len(changes)):
        ratio = changes[k - 1] / changes[k] if changes[k] > 8.0 * noise[k + 1] else 0.0
        in_a_row = in_a_row + 1 if 1.7 < ratio < 40.0 else 0
        if in_a_row == 3:
            return True
    return False
