"""How the elements of an array lie in memory, which decides what is a view of it and what takes a copy."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from autograd.vectorizing.arrays.views import Shape, View, strides_of


@dataclass(frozen=True, slots=True)
class Memory:
    """Distances between elements, counted in elements.

    Attributes:
        strides: along each axis of one example.
        pitch: from one example to the next.
    """

    strides: tuple[int, ...]
    pitch: int

    @classmethod
    def of_new(cls, shape: Shape) -> Memory:
        """That of an array with numbers of its own: row after row, example after example."""
        if not shape:
            return _OF_ONE
        return cls(strides_of(shape), prod(shape))

    def is_contiguous(self, shape: Shape, batched: bool) -> bool:
        """Whether the elements of an array of a shape lie side by side, in the order of its axes."""
        expected = 1
        for length, stride in zip(reversed(shape), reversed(self.strides), strict=True):
            if length != 1:
                if stride != expected:
                    return False
                expected *= length
        return not batched or self.pitch == expected

    def after(self, view: View, shape: Shape) -> Memory | None:
        """That of a view of an array of a shape; None if the array has to be copied before it can be viewed so.

        >>> turned = Memory((1, 2), 4)
        >>> turned.after(View((4,), reshaped=(4,)), (2, 2)) is None
        True
        >>> Memory((2, 1), 4).after(View((4,), reshaped=(4,)), (2, 2))
        Memory(strides=(1,), pitch=4)
        """
        strides: list[int] | None = list(self.strides)
        if view.reshaped is not None:
            strides = _reshaped(shape, self.strides, view.reshaped)
            if strides is None:
                return None
        assert strides is not None
        if view.slices is not None:
            strides = [stride for stride, taken in zip(strides, view.slices, strict=True) if not isinstance(taken, int)]
        if view.order is not None:
            strides = [strides[axis] for axis in view.order]
        for axis in view.repeated:
            strides.insert(axis, 0)
        return Memory(tuple(strides), self.pitch)


_OF_ONE = Memory((), 1)


def _reshaped(shape: Shape, strides: tuple[int, ...], wanted: Shape) -> list[int] | None:
    """The strides of the same elements along other axes; None if no strides reach them in that order."""
    # Axes that run on from one another are one run of evenly spaced elements: how many, and how far apart.
    runs: list[tuple[int, int]] = []
    for length, stride in zip(shape, strides, strict=True):
        if length == 1:
            continue
        if runs and runs[-1][1] == length * stride:
            runs[-1] = (runs[-1][0] * length, stride)
        else:
            runs.append((length, stride))
    found: list[int] = []
    left = 1
    stride = 0
    waiting = iter(runs)
    for length in wanted:
        if length == 1:
            found.append(0)
            continue
        if left == 1:
            left, stride = next(waiting)
        if left % length:
            return None
        left //= length
        found.append(left * stride)
    return found
