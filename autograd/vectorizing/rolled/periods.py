"""Finding what repeats: periods of a sequence of items, and the stretches in which each start moves by a constant.

The idea of finding the innermost loops first and then loops of loops is that of Ketterlin and Clauss, *Prediction and trace
compression of data access addresses through nested loop recognition* (CGO 2008).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    order = in_order_of(shape)
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


def periods(code: Numbers, windows: Sequence[int]) -> Iterator[list[int]]:
    """Distances at which items may repeat, the shortest first: those found with one window after the other.

    Args:
        code: something of each item that recurs.
        windows: how many neighbouring items must have the same codes; powers of two, the least first.
    """
    # That other windows than equal ones have equal codes is all but impossible, and would only lead to a period in vain.
    of_window, width = code, 1
    for number, window in enumerate(windows):
        n = len(code) - window + 1
        if n < FEWEST_TRIPS:
            return
        while width < window:
            of_window = mixed(of_window[:-width] * _FACTOR + of_window[width:])
            width *= 2
        distances = _distances(of_window)
        often = numpy.bincount(distances)
        # All but the first two repetitions have a window like theirs one period before. Shorter periods are found with other
        # windows.
        wanted = (FEWEST_TRIPS - 2) * numpy.arange(len(often)) - window
        likely = numpy.flatnonzero((often >= wanted) & (often > 0)).tolist()
        short = range(1, min(_SHORT, n // 2) + 1) if window == 1 else ()
        yield [period for period in sorted({*short, *likely}) if period >= window and _recur(code, period)]
        # A period is no shorter than its window. What repeats in a wider window does in this one.
        if number + 1 < len(windows) and len(distances) < (FEWEST_TRIPS - 2) * windows[number + 1] - window:
            return


def _distances(code: Numbers) -> Numbers:
    """How far each code that recurs is from where it was last."""
    # Sorted with their places in their last bits, which is faster than asking for the order.
    bits = numpy.uint64(len(code).bit_length())
    order = numpy.sort(code >> bits << bits | numpy.arange(len(code), dtype=numpy.uint64))
    again = order[1:] >> bits == order[:-1] >> bits
    return (order[1:] - order[:-1])[again].astype(numpy.int64)


def in_order_of(shape: Numbers) -> Numbers:
    """The places of small numbers in their order, those of equal ones in that of their places."""
    if shape.max(initial=0) < 1 << 16:
        # Sorted without comparisons.
        shape = shape.astype(numpy.uint16)
    return numpy.argsort(shape, kind="stable")


def rows(marks: Numbers) -> tuple[Numbers, Numbers]:
    """Where rows of marks begin, and where they end."""
    ends = numpy.flatnonzero(marks[1:] != marks[:-1]) + 1
    first, last = [0] if marks[:1].any() else [], [len(marks)] if marks[-1:].any() else []
    ends = numpy.concatenate([first, ends, last]).astype(numpy.int64)
    return ends[::2], ends[1::2]


def _recur(code: Numbers, period: int) -> bool:
    """Whether codes recur at a distance in a row of enough of them for a loop."""
    start, end = rows(code[period:] == code[:-period])
    return bool((end - start).max(initial=0) >= (FEWEST_TRIPS - 2) * period)


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
    for start, end in zip(*map(numpy.ndarray.tolist, rows(candidates)), strict=True):
        start = max(start, free)
        trips = (end + 2 * period - start) // period
        if trips >= FEWEST_TRIPS:
            found.append((start, trips))
            free = start + trips * period
    return found


def _long_enough(marks: Numbers, period: int) -> Numbers:
    """Only those marks that stand in a row of enough of them for a loop."""
    start, end = rows(marks)
    kept = end - start >= (FEWEST_TRIPS - 2) * period
    inside = numpy.zeros(len(marks) + 1, numpy.int64)
    inside[start[kept]] += 1
    inside[end[kept]] -= 1
    return numpy.cumsum(inside)[:-1] > 0
