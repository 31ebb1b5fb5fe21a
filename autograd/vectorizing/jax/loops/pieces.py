"""Arrays in pieces: what a loop has left behind stays as it is until somebody reads all of it.

A history such as ``h = empty((T + 1, n, m))`` consists of the row that was there before the loop, the rows that the loop gave,
and perhaps some zeros. Put together in one array they would be copied; most readers want a single row, or the rows of a loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import lax

Numbers = Any  # jax.Array


class Pieces:
    """An array as parts that lie one behind the other along an axis.

    Attributes:
        shape: of the whole array.
        dtype: of its numbers.
        axis: along which it is cut; None as long as it is all zeros.
        parts: how many rows each part has, and the rows, with this axis in front; None for zeros.
    """

    def __init__(
        self, shape: Sequence[int], dtype: Any, axis: int | None = None, parts: Sequence[tuple[int, Numbers]] | None = None
    ) -> None:
        self.shape = tuple(shape)
        self.dtype = dtype
        self.axis = axis
        self.parts = tuple(part for part in parts if part[0]) if parts is not None else None

    @property
    def ndim(self) -> int:
        """How many axes the whole array has."""
        return len(self.shape)

    def along(self, axis: int) -> Pieces:
        """The same array, cut along an axis."""
        if self.axis == axis:
            return self
        length = self.shape[axis]
        numbers = None if self.axis is None else jnp.moveaxis(self.whole(), axis, 0)
        return Pieces(self.shape, self.dtype, axis, [(length, numbers)])

    def whole(self) -> Numbers:
        """All of it as one array."""
        if self.parts is None or self.axis is None:
            return jnp.zeros(self.shape, self.dtype)
        arrays = [self._block(length, numbers) for length, numbers in self.parts]
        joined = arrays[0] if len(arrays) == 1 else lax.concatenate(arrays, 0)
        return joined if self.axis == 0 else jnp.moveaxis(joined, 0, self.axis)

    def row(self, place: int) -> Numbers | Pieces:
        """One row, without the axis along which the array is cut; zeros as pieces."""
        ((_, numbers),) = self._cut(place, place + 1)
        return Pieces(self._row_shape(), self.dtype) if numbers is None else lax.squeeze(numbers, [0])

    def rows(self, start: int, stop: int, step: int = 1) -> Numbers | None:
        """Some rows, with the axis along which the array is cut in front; None if all are zeros."""
        parts = self._cut(start, stop)
        if all(numbers is None for _, numbers in parts):
            return None
        arrays = [self._block(length, numbers) for length, numbers in parts]
        joined = arrays[0] if len(arrays) == 1 else lax.concatenate(arrays, 0)
        return joined if step == 1 else joined[::step]

    def part_with(self, start: int, stop: int) -> tuple[Numbers, int] | None:
        """The one part that all of some rows are in, and where it begins; None if there is none."""
        begin = 0
        for length, numbers in self.parts or ():
            if begin <= start and stop <= begin + length:
                return None if numbers is None else (numbers, begin)
            begin += length
        return None

    def replaced(self, start: int, rows: Numbers) -> Pieces:
        """The same array with other rows from a place on."""
        length = self.shape[self._axis]
        parts = [*self._cut(0, start), (len(rows), rows), *self._cut(start + len(rows), length)]
        return Pieces(self.shape, self.dtype, self.axis, parts)

    @property
    def _axis(self) -> int:
        assert self.axis is not None, "an array that is cut has an axis for it"
        return self.axis

    def _row_shape(self) -> tuple[int, ...]:
        return (*self.shape[: self._axis], *self.shape[self._axis + 1 :])

    def _block(self, length: int, numbers: Numbers) -> Numbers:
        return jnp.zeros((length, *self._row_shape()), self.dtype) if numbers is None else numbers

    def _cut(self, start: int, stop: int) -> list[tuple[int, Numbers]]:
        """The parts of a stretch of rows."""
        found: list[tuple[int, Numbers]] = []
        begin = 0
        for length, numbers in self.parts or ():
            first, last = max(start - begin, 0), min(stop - begin, length)
            if first < last:
                is_whole = (first, last) == (0, length)
                found.append((last - first, numbers if numbers is None or is_whole else lax.slice_in_dim(numbers, first, last)))
            begin += length
        return found


def in_pieces(array: Any, axis: int) -> Pieces:
    """An array cut along an axis."""
    if isinstance(array, Pieces):
        return array.along(axis)
    return Pieces(array.shape, array.dtype, axis, [(array.shape[axis], jnp.moveaxis(array, axis, 0) if axis else array)])


def whole(value: Any) -> Any:
    """A value as one array, if it is in pieces."""
    return value.whole() if isinstance(value, Pieces) else value
