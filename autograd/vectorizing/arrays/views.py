"""How an operand of an array statement is taken from an array: as it is, transposed, sliced, repeated, or gathered.

Grouping knows for each element of an operand which element of an array it is: an array of flat indices. A person would write
``W.T`` or ``Z[:, 3]`` for it. Finding that expression is what this file does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TypeAlias

import numpy

from autograd.vectorizing.grouping.distinct import are_distinct

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class View:
    """An operand as an expression of an array, apart from the axis of examples.

    The steps are taken in order: reshape, then slices, then a permutation of the axes, then new axes of length 1 that
    broadcasting repeats; or all elements are gathered by an index array.

    Attributes:
        shape: of the operand, repetitions included.
        reshaped: the shape to bring the array into first; None to leave it.
        slices: for each axis an index, or (start, stop); None for all of the array.
        order: of the axes that are left.
        repeated: which axes of the result repeat what is there.
        gathered: flat indices, of the operand's shape; None where slices do.
        unique: whether each element of the array is taken at most once, apart from repeated axes.
        whole: whether every element of the array is taken.
    """

    shape: Shape
    reshaped: Shape | None = None
    slices: tuple[int | tuple[int, int] | None, ...] | None = None
    order: tuple[int, ...] | None = None
    repeated: tuple[int, ...] = ()
    gathered: bytes | None = None
    unique: bool = True
    whole: bool = True

    @property
    def is_identity(self) -> bool:
        """Whether the operand is the array as it stands."""
        return self.is_other_axes and self.reshaped is None and self.order is None

    @property
    def is_other_axes(self) -> bool:
        """Whether the operand is all of the array, each element once, perhaps along other axes."""
        return self.gathered is None and self.slices is None and not self.repeated

    def without_repetitions(self) -> View:
        """The same elements, each axis that repeats them left out."""
        shape = tuple([length for axis, length in enumerate(self.shape) if axis not in self.repeated])
        return replace(self, shape=shape, repeated=())

    def is_dense_in(self, shape: Shape) -> bool:
        """Whether counting through an array of a shape costs less than finding each element that is added to it."""
        return 16 * prod(self.shape) >= prod(shape)

    def indices(self) -> numpy.ndarray[Shape, numpy.dtype[numpy.intp]]:
        """The flat indices of a gathered operand."""
        assert self.gathered is not None
        return numpy.frombuffer(self.gathered, numpy.intp).reshape(self.shape)


def find_view(indices: numpy.ndarray, natural: Shape) -> View:
    """The simplest expression that takes the elements of the given flat indices from an array of a natural shape.

    >>> find_view(numpy.array([[0, 2], [1, 3]]), (2, 2))
    View(shape=(2, 2), reshaped=None, slices=None, order=(1, 0), repeated=(), gathered=None, unique=True, whole=True)
    """
    shape = indices.shape
    if not shape:
        # One element: the usual thing in an irregular graph, where there are many of them.
        return _single(int(indices), natural)
    total = prod(natural)
    offset = int(indices.flat[0])
    strides = _strides_of(indices, offset)
    if strides is not None:
        repeated = tuple([axis for axis in range(len(shape)) if strides[axis] == 0])
        core = [axis for axis in range(len(shape)) if axis not in repeated]
        core_shape = tuple([shape[axis] for axis in core])
        taken = prod(core_shape)
        core_strides = [strides[axis] for axis in core]
        found = _along_axes(offset, core_shape, core_strides, natural, None)
        found = found or _along_other_axes(offset, core_shape, core_strides, total)
        if found is not None:
            reshaped, slices, order = found
            return View(shape, reshaped, slices, order, repeated, whole=taken == total)
    flat = indices.ravel()
    unique = are_distinct(flat)
    return View(shape, gathered=indices.astype(numpy.intp).tobytes(), unique=unique, whole=unique and len(flat) == total)


def _single(index: int, natural: Shape) -> View:
    if not natural:
        return View(())
    places: list[int] = []
    for stride in strides_of(natural):
        places.append(index // stride)
        index %= stride
    return View((), slices=tuple(places), whole=prod(natural) == 1)


def _strides_of(indices: numpy.ndarray, offset: int) -> list[int] | None:
    strides = []
    expected = numpy.full((1,) * indices.ndim, offset, numpy.intp)
    for axis, length in enumerate(indices.shape):
        stride = int(indices[(0,) * axis + (1,) + (0,) * (indices.ndim - axis - 1)]) - offset if length > 1 else 0
        strides.append(stride)
        expected = expected + (stride * numpy.arange(length)).reshape((length,) + (1,) * (indices.ndim - axis - 1))
    return strides if numpy.array_equal(expected, indices) else None


_Found = tuple[Shape | None, tuple[int | tuple[int, int] | None, ...] | None, tuple[int, ...] | None]


def _along_other_axes(offset: int, shape: Shape, strides: list[int], total: int) -> _Found | None:
    """Slices and a permutation after the array was given the axes that the operand runs along."""
    wanted = sorted(set(strides), reverse=True)
    if any(stride <= 0 for stride in wanted):
        return None
    axes: list[int] = []
    rest = total
    for stride in wanted:
        if rest % stride:
            return None
        axes.append(rest // stride)
        rest = stride
    if rest > 1 or not axes:
        axes.append(rest)
    contiguous = sorted(zip(strides, shape, strict=True), reverse=True)
    in_order, reshaped = tuple([stride for stride, _ in contiguous]), tuple([length for _, length in contiguous])
    if in_order == strides_of(reshaped) and len(wanted) == len(shape) and prod(shape) == total:
        # All of it: give it its axes.
        return reshaped, None, _unless_as_it_is(tuple([in_order.index(stride) for stride in strides]))
    return _along_axes(offset, shape, strides, tuple(axes), tuple(axes))


def _along_axes(offset: int, shape: Shape, strides: list[int], axes: Shape, reshaped: Shape | None) -> _Found | None:
    """Slices and a permutation of the axes that the array has, or was given."""
    own = strides_of(axes)
    start = []
    rest = offset
    for stride in own:
        start.append(rest // stride)
        rest %= stride
    slices: list[int | tuple[int, int] | None] = [*start]
    source: list[int] = []
    for length, stride in zip(shape, strides, strict=True):
        candidates = [axis for axis, of_axis in enumerate(own) if of_axis == stride and axis not in source and axes[axis] > 1]
        if not candidates or start[candidates[0]] + length > axes[candidates[0]]:
            return None
        axis = candidates[0]
        source.append(axis)
        slices[axis] = (start[axis], start[axis] + length)
    left = sorted(source)
    shown = tuple([None if kept == (0, length) else kept for kept, length in zip(slices, axes, strict=True)])
    order = _unless_as_it_is(tuple([left.index(axis) for axis in source]))
    return reshaped, shown if any(kept is not None for kept in shown) else None, order


def _unless_as_it_is(order: tuple[int, ...]) -> tuple[int, ...] | None:
    return None if order == tuple(range(len(order))) else order


def strides_of(shape: Shape) -> tuple[int, ...]:
    """The distances along the axes of an array whose rows lie side by side, counted in elements.

    >>> strides_of((2, 3))
    (3, 1)
    """
    strides = []
    stride = 1
    for length in reversed(shape):
        strides.append(stride)
        stride *= length
    return tuple(reversed(strides))
