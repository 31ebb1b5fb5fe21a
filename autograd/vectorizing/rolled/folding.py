"""Turning repetitions into loops, from the inside out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from autograd.vectorizing.rolled.items import Items
from autograd.vectorizing.rolled.periods import Stretch, periods, signatures, stretches
from autograd.vectorizing.rolled.shapes import LoopShape, Shapes

# How many neighbours must look alike for a period to be tried. Where items look much like others nearby, only a wide view tells
# how far apart the repetitions are.
_WINDOWS = (1, 4, 32, 256, 2048)


def fold(items: Items, shapes: Shapes, fewest_saved: int) -> Items:
    """The same items with loops in the place of what repeats, as far as there is anything that does.

    Args:
        items: the items.
        shapes: their shapes, to which those of loops are added.
        fewest_saved: how many operations a loop must save in the text.
    """
    before = None
    while items is not before:
        before = items
        for candidates in periods(signatures(items), _WINDOWS):
            items = _folded(items, shapes, candidates, fewest_saved)
            if items is not before:
                break
    return items


def _folded(items: Items, shapes: Shapes, candidates: Sequence[int], fewest_saved: int) -> Items:
    """The items with loops of some periods."""
    loops: set[int] = set()
    for period in candidates:
        found = []
        for start, trips in stretches(items, period):
            body = items.shape[start : start + period].tolist()
            # What holds new loops has other periods than it had.
            if (trips - 1) * sum([shapes.n_lines[shape] for shape in body]) >= fewest_saved and loops.isdisjoint(body):
                found.append((start, trips))
        if found:
            items, numbers = _with_loops(items, shapes, period, found)
            loops.update(numbers)
    return items


def _with_loops(items: Items, shapes: Shapes, period: int, found: Sequence[Stretch]) -> tuple[Items, list[int]]:
    """The same items with the repetitions in some stretches as loops, and the shapes of these loops."""
    shape, first, starts = items.shape, items.first, items.starts
    start = numpy.array([start for start, _ in found])
    end = start + period * numpy.array([trips for _, trips in found])
    numbers = []
    for (begin, trips), low, middle, high in zip(
        found, first[start].tolist(), first[start + period].tolist(), first[start + 2 * period].tolist(), strict=True
    ):
        steps = starts[middle:high] - starts[low:middle]
        numbers.append(shapes.number_of(LoopShape(trips, tuple(shape[begin : begin + period].tolist()), steps.tobytes())))
    # What becomes of each item: the first one of a loop stands for it, the others of the first repetition give it their starts.
    kept, kept_starts = numpy.zeros(len(shape) + 1, numpy.int64), numpy.zeros(len(starts) + 1, numpy.int64)
    for marks, low, high in ((kept, start + 1, end), (kept_starts, first[start + period], first[end])):
        marks[low] += 1
        marks[high] -= 1
    kept, kept_starts = numpy.cumsum(kept)[:-1] == 0, numpy.cumsum(kept_starts)[:-1] == 0
    new_shape = shape.copy()
    new_shape[start] = numbers
    counts = numpy.diff(first)
    counts[start] = first[start + period] - first[start]
    new_first = numpy.concatenate([[0], numpy.cumsum(counts[kept])])
    return Items(new_shape[kept], new_first, starts[kept_starts]), numbers
