"""Finding what repeats: periods of a sequence of items, and the stretches in which each start moves by a constant.

The idea of finding the innermost loops first and then loops of loops is that of Ketterlin and Clauss, *Prediction and trace
compression of data access addresses through nested loop recognition* (CGO 2008).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy

from autograd.vectorizing.rolled.items import Items
from autograd.vectorizing.rolled.shapes import Numbers

# Fewer repetitions are not a loop.
FEWEST_TRIPS = 4

Stretch: TypeAlias = tuple[int, int]
"""The first item, and the number of repetitions."""


# Periods up to this one are tried in any case.
_SHORT = 8
_FACTOR = numpy.uint64(0x9E3779B97F4A7C15)


def mixed(code: Numbers) -> Numbers:
    """Codes that depend on all bits of the given ones: a multiplication modulo 2⁶⁴ between two shifts."""
    code = (code ^ (code >> numpy.uint64(29))) * numpy.uint64(0xBF58476D1CE4E5B9)
    return code ^ (code >> numpy.uint64(32))


def signatures(items: Items) -> Numbers:
    """A code for each item that recurs in each repetition: of its shape, and of its distance from the last item of that shape.

    Where each start moves by a constant from one repetition to the next, the distances within all repetitions are the same.
    """
    shape, first, starts = items.shape, items.first, items.starts
    order = numpy.argsort(shape, kind="stable")
    again = shape[order[1:]] == shape[order[:-1]]
    item, before = order[1:][again], order[:-1][again]
    count = first[item + 1] - first[item]
    offset = numpy.arange(int(count.sum())) - numpy.repeat(numpy.cumsum(count) - count, count)
    distance = starts[numpy.repeat(first[item], count) + offset] - starts[numpy.repeat(first[before], count) + offset]
    code = (shape.astype(numpy.uint64) + numpy.uint64(1)) * _FACTOR
    if len(item):
        parts = mixed(distance.astype(numpy.uint64) + offset.astype(numpy.uint64) * _FACTOR)
        code[item] += numpy.add.reduceat(parts, numpy.cumsum(count) - count)
    return code


def periods(code: Numbers, window: int) -> list[int]:
    """Distances at which items may repeat, the shortest first.

    Args:
        code: something of each item that recurs.
        window: how many neighbouring items must have the same codes; a power of two.
    """
    n = len(code) - window + 1
    if n < FEWEST_TRIPS:
        return []
    # That other windows than equal ones have equal codes is all but impossible, and would only lead to a period in vain.
    of_window, width = code, 1
    while width < window:
        of_window = mixed(of_window[:-width] * _FACTOR + of_window[width:])
        width *= 2
    order = numpy.argsort(of_window, kind="stable")
    again = of_window[order[1:]] == of_window[order[:-1]]
    often = numpy.bincount((order[1:] - order[:-1])[again])
    # All but the first two repetitions have a window like theirs one period before. Shorter periods are found with other windows.
    wanted = (FEWEST_TRIPS - 2) * numpy.arange(len(often)) - window
    likely = numpy.flatnonzero((often >= wanted) & (often > 0)).tolist()
    short = range(1, min(_SHORT, n // 2) + 1) if window == 1 else ()
    return [period for period in sorted({*short, *likely}) if period >= window and _recur(code, period)]


def _recur(code: Numbers, period: int) -> bool:
    """Whether codes recur at a distance in a row of enough of them for a loop."""
    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate([[0], (code[period:] == code[:-period]).astype(numpy.int8), [0]])))
    return bool((edges[1::2] - edges[::2]).max(initial=0) >= (FEWEST_TRIPS - 2) * period)


def stretches(items: Items, period: int) -> list[Stretch]:
    """Where items repeat at a distance, each start moving by a constant, from the left."""
    shape, first, starts = items.shape, items.first, items.starts
    n = len(shape) - 2 * period
    if n < (FEWEST_TRIPS - 2) * period:
        return []
    same = shape[period:] == shape[:-period]
    candidates = _long_enough(same[:n] & same[period:], period)
    chosen = numpy.flatnonzero(candidates)
    if not len(chosen):
        return []
    count = first[chosen + 1] - first[chosen]
    offset = numpy.arange(int(count.sum())) - numpy.repeat(numpy.cumsum(count) - count, count)
    one, two, three = (starts[numpy.repeat(first[chosen + far], count) + offset] for far in (0, period, 2 * period))
    uneven = numpy.repeat(chosen, count)[three - two != two - one]
    candidates[uneven] = False
    found: list[Stretch] = []
    free = 0
    edges = numpy.diff(numpy.concatenate([[0], candidates.astype(numpy.int8), [0]]))
    for start, end in zip(numpy.flatnonzero(edges == 1).tolist(), numpy.flatnonzero(edges == -1).tolist(), strict=True):
        start = max(start, free)
        trips = (end + 2 * period - start) // period
        if trips >= FEWEST_TRIPS:
            found.append((start, trips))
            free = start + trips * period
    return found


def _long_enough(marks: Numbers, period: int) -> Numbers:
    """Only those marks that stand in a row of enough of them for a loop."""
    edges = numpy.diff(numpy.concatenate([[0], marks.astype(numpy.int8), [0]]))
    start, end = numpy.flatnonzero(edges == 1), numpy.flatnonzero(edges == -1)
    kept = end - start >= (FEWEST_TRIPS - 2) * period
    inside = numpy.zeros(len(marks) + 1, numpy.int64)
    inside[start[kept]] += 1
    inside[end[kept]] -= 1
    return numpy.cumsum(inside)[:-1] > 0
