"""The sum of contributions to a gradient in JAX, where nothing is added in place.

Few slices are padded with zeros and added, which XLA does in one pass. Other views have places in the flat array that are known
beforehand: where an element gets few numbers, it looks them up among all that are added. The rest is added by index.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy
from jax import numpy as jnp

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.views import Shape, View
from autograd.vectorizing.jax.views import places, put_back

Numbers = Any  # jax.Array or a tracer

# More slices than these are looked up at once, in one array of their numbers.
_MOST_PADDED = 4
# An element that gets at most this many numbers looks each of them up.
_MOST_LOOKED_UP = 4


def accumulated(
    accumulate: op.Accumulate, operands: Sequence[Numbers], are_batched: Sequence[bool], shape: Shape, m: int | None, dtype: Any
) -> Numbers:
    """The sum of all contributions to an array.

    Args:
        accumulate: what is added where.
        operands: the numbers of its operands.
        are_batched: of each operand, whether it has an axis of examples.
        shape: of the array, for one example.
        m: how many examples the array has; None if it has no axis of them.
        dtype: of the result.
    """
    total = _Total(shape, m, dtype)
    pairs = list(zip(operands, are_batched, strict=True))
    parts = list(accumulate.contributions(pairs))
    n_slices = sum(way == "add" and _is_slice(view) for way, view, _ in parts)
    for way, view, taken_by in parts:
        if way == "add":
            (numbers, is_batched), *_ = taken_by
            full = aligned(numbers, is_batched, view.shape, m)
            if view.is_identity or (_is_slice(view) and n_slices <= _MOST_PADDED):
                total.add(put_back(full.astype(dtype), view, shape, m is not None))
            else:
                total.add_at(places(view, shape), full)
        else:
            (index, index_is_batched), (numbers, numbers_are_batched) = taken_by
            if way == "rows":
                total.add_rows(view, index, index_is_batched, numbers)
            else:
                total.add_choice(view, index, index_is_batched, numbers, numbers_are_batched)
    return total.sum()


def aligned(number: Numbers, batched: bool, shape: Shape, m: int | None) -> Numbers:
    """An operand repeated over a shape: its last axes meet those of the shape, behind the axis of examples."""
    number = jnp.asarray(number)
    if batched:
        own = number.shape[1:]
        number = number.reshape(number.shape[0], *[1] * (len(shape) - len(own)), *own)
    return jnp.broadcast_to(number, shape if m is None else (m, *shape))


def _is_slice(view: View) -> bool:
    return view.gathered is None and not view.repeated


class _Total:
    """What has been added so far: whole arrays, numbers for flat places that are known, and the rest."""

    def __init__(self, shape: Shape, m: int | None, dtype: Any) -> None:
        self.shape = shape
        self.m = m
        self.before = () if m is None else (m,)
        self.dtype = dtype
        self.whole: Numbers = None
        self.places: list[Any] = []
        self.numbers: list[Numbers] = []

    def add(self, numbers: Numbers) -> None:
        self.whole = numbers if self.whole is None else self.whole + numbers

    def add_at(self, where: Any, numbers: Numbers) -> None:
        self.places.append(where.ravel())
        self.numbers.append(numbers.astype(self.dtype).reshape(*self.before, where.size))

    def add_rows(self, view: View, index: Numbers, index_is_batched: bool, numbers: Numbers) -> None:
        """Add numbers to the rows that an index chooses."""
        numbers = numbers.astype(self.dtype)
        if self.m is None:
            if view.is_identity:
                self.add(_added_by_index(jnp.zeros(self.shape, self.dtype), index, numbers))
            else:
                where = jnp.asarray(places(view, self.shape))[index]
                numbers = jnp.broadcast_to(numbers, where.shape)
                flat = _added_by_index(jnp.zeros(prod(self.shape), self.dtype), where, numbers)
                self.add(flat.reshape(self.shape))
            return
        where = jnp.asarray(places(view, self.shape))[index]
        where = where if index_is_batched else jnp.broadcast_to(where, (self.m, *where.shape))
        self._add_in_examples(where, numbers)

    def add_choice(self, view: View, index: Numbers, index_is_batched: bool, numbers: Numbers, numbers_are_batched: bool) -> None:
        """Add numbers to one element of each row, which an index chooses."""
        rows = view.shape[:-1]
        index = index if index_is_batched else index[None]
        index = index.reshape(index.shape[0], *[1] * (len(rows) - index.ndim + 1), *index.shape[1:])
        numbers = jnp.asarray(numbers, self.dtype)
        if numbers.ndim and not numbers_are_batched:
            numbers = numbers[None]
        if self.m is None and index.shape[0] > 1:
            where = jnp.broadcast_to(jnp.asarray(places(view, self.shape)), (index.shape[0], *view.shape))
            where = jnp.take_along_axis(where, jnp.broadcast_to(index, where.shape[:-1])[..., None], -1)[..., 0]
            flat = _added_by_index(jnp.zeros(prod(self.shape), self.dtype), where, jnp.broadcast_to(numbers, where.shape))
            self.add(flat.reshape(self.shape))
            return
        # All elements of each row: most of them are 0, and nothing has to be looked up.
        is_chosen = jnp.arange(view.shape[-1]) == index[..., None]
        spread = jnp.where(is_chosen, numbers[..., None] if numbers.ndim else numbers, jnp.zeros((), self.dtype))
        if self.m is None:
            spread = jnp.broadcast_to(spread.sum(0), view.shape)
        else:
            spread = jnp.broadcast_to(spread, (self.m, *view.shape))
        if _is_slice(view):
            self.add(put_back(spread, view, self.shape, self.m is not None))
        else:
            self.add_at(places(view, self.shape), spread)

    def _add_in_examples(self, where: Numbers, numbers: Numbers) -> None:
        """Add numbers to flat places in the array of each example."""
        m, size = self.m or 1, prod(self.shape)
        starts = (jnp.arange(m) * size).reshape(m, *[1] * (where.ndim - 1))
        flat = _added_by_index(jnp.zeros(m * size, self.dtype), where + starts, jnp.broadcast_to(numbers, where.shape))
        self.add(flat.reshape(m, *self.shape))

    def sum(self) -> Numbers:
        """The sum of everything."""
        if self.places:
            self.add(self._at_known_places().reshape(*self.before, *self.shape))
        return self.whole

    def _at_known_places(self) -> Numbers:
        where, size = numpy.concatenate(self.places), prod(self.shape)
        numbers = jnp.concatenate(self.numbers, -1)
        times = numpy.bincount(where, minlength=size)
        if times.max() > _MOST_LOOKED_UP:
            return jnp.zeros((*self.before, size), self.dtype).at[..., where].add(numbers, mode="promise_in_bounds")
        # For each element the first number that is added to it, then the second, …; where there is none, a 0 behind all numbers.
        order = where.argsort(kind="stable")
        turn = numpy.arange(len(where)) - numpy.concatenate([[0], times.cumsum()])[where[order]]
        numbers = jnp.concatenate([numbers, jnp.zeros((*self.before, 1), self.dtype)], -1)
        result = None
        for k in range(times.max()):
            source = numpy.full(size, len(where))
            source[where[order[turn == k]]] = order[turn == k]
            part = numbers.at[..., source].get(mode="promise_in_bounds", wrap_negative_indices=False)
            result = part if result is None else result + part
        return result


def _added_by_index(zeros: Numbers, where: Numbers, numbers: Numbers) -> Numbers:
    return zeros.at[where].add(numbers, mode="promise_in_bounds", wrap_negative_indices=False)
