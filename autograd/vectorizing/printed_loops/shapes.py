"""Where a flat index is in an array of several axes: ``W[i, j]`` for ``theta[16 * i + j]``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

Moves: TypeAlias = Sequence[tuple[int, int]]
"""What the counters around a reader, and that of a run, add to an index: a step, and how many values the counter has."""
Access: TypeAlias = tuple[int, Moves, int]
"""Which elements are read or written: the index where all counters are 0, the moves, and how many of these are those of a run."""


@dataclass(frozen=True, slots=True)
class Affine:
    """base + Σ steps[k] × counter[k]."""

    base: int
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axes:
    """How an array's elements lie in the memory of another one.

    Attributes:
        shape: of the array.
        strides: how many elements of the other one each axis skips.
        offset: where it begins there.

    >>> Axes((4, 2), (5, 1), 10).coordinates((11, [(5, 4)], 0))
    [Affine(base=0, steps=(1,)), Affine(base=1, steps=(0,))]
    >>> Axes((4, 2), (5, 1), 10).coordinates((12, [(5, 4)], 0)) is None
    True
    """

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int = 0

    def coordinates(self, access: Access) -> list[Affine] | None:
        """The index along each axis; None if a part of the elements isn't here, or a run isn't along an axis of its own."""
        base, moves, n_runs = access
        if not moves and self.strides == (1,):
            place = base - self.offset
            return [Affine(place, ())] if 0 <= place < self.shape[0] else None
        rest = Affine(base - self.offset, tuple([step if count > 1 else 0 for step, count in moves]))
        counts = [count for _, count in moves]
        found = []
        for length, stride in zip(self.shape, self.strides, strict=True):
            parts = _split(rest, counts, stride)
            if parts is None:
                return None
            along, rest = parts
            low, high = _range(along, counts)
            if low < 0 or high >= length:
                return None
            found.append(along)
        if rest.base or any(rest.steps):
            return None
        axes = [[axis for axis, along in enumerate(found) if along.steps[-run]] for run in range(1, n_runs + 1)]
        return found if all(len(one) < 2 for one in axes) and (n_runs < 2 or axes[0] != axes[1]) else None


def _split(index: Affine, counts: Sequence[int], stride: int) -> tuple[Affine, Affine] | None:
    """Multiples of a stride, and what remains, which is never negative and always smaller than the stride."""
    for half in (0, stride // 2):
        multiples, rests = [], []
        for step in index.steps:
            multiple = (abs(step) + half) // stride * (1 if step >= 0 else -1)
            multiples.append(multiple)
            rests.append(step - multiple * stride)
        low, high = _range(Affine(index.base, tuple(rests)), counts)
        base = low // stride
        if high - base * stride < stride:
            return Affine(base, tuple(multiples)), Affine(index.base - base * stride, tuple(rests))
    return None


def _range(index: Affine, counts: Sequence[int]) -> tuple[int, int]:
    ends = [step * (count - 1) for step, count in zip(index.steps, counts, strict=True)]
    return index.base + sum(min(0, end) for end in ends), index.base + sum(max(0, end) for end in ends)


def axes_of(shape: Sequence[int], offset: int = 0) -> Axes:
    """The axes of an array in C order."""
    return Axes(tuple(shape), tuple([prod(shape[axis + 1 :]) for axis in range(len(shape))]), offset)


def shape_for(size: int, accesses: Sequence[Access], *, padded: bool = False) -> tuple[int, ...]:
    """The shape in which all accesses to an array of a size are along its axes: as many axes as there are strides.

    Args:
        size: how many elements it has.
        accesses: all that is read and written.
        padded: whether it may have more elements than that.

    >>> rows: list[Access] = [(0, [(3, 4), (1, 3)], 0), (2, [], 0)]
    >>> shape_for(12, rows), shape_for(12, [*rows, (1, [(5, 3)], 0)])
    ((4, 3), (12,))
    """
    candidates = {abs(step) for _, moves, _ in accesses for step, count in moves if count > 1}
    candidates |= {count for _, moves, _ in accesses for step, count in moves if abs(step) == 1}
    shape: tuple[int, ...] = (size,)
    for stride in sorted(candidates - {0, 1}, reverse=True):
        whole = shape[-1]
        if len(shape) == 1 and padded:
            whole += -whole % stride
        if stride >= shape[-1] or whole % stride:
            continue
        tried = (*shape[:-1], whole // stride, stride)
        axes = axes_of(tried)
        if all(axes.coordinates(access) is not None for access in accesses):
            shape = tried
    return shape
