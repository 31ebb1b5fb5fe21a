"""Reading and writing parts of arrays whose place depends on the counter of a loop, while JAX traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import jax.numpy as jnp
import numpy
from jax import lax

from autograd.vectorizing.jax.loops.affine import Affine, number_of

Numbers = Any  # jax.Array or numpy.ndarray
Counters: TypeAlias = Mapping[str, Any]
_PLACES = numpy.int32
# Indices have been checked where they were made.
_INSIDE = {"mode": "promise_in_bounds", "wrap_negative_indices": False}


@dataclass(frozen=True, slots=True)
class At:
    """One place of an axis, which the result doesn't have."""

    place: Affine


@dataclass(frozen=True, slots=True)
class Stretch:
    """Several places of an axis that lie at equal distances."""

    start: Affine
    length: int
    step: int = 1

    def is_all(self, length: int) -> bool:
        """Whether it is a whole axis of a length."""
        return self.start == Affine(0) and self.step == 1 and self.length == length


@dataclass(frozen=True, slots=True)
class Chosen:
    """Places of an axis that were computed."""

    places: Numbers


@dataclass(frozen=True, slots=True)
class New:
    """An axis of length 1 that the array doesn't have."""


Entry: TypeAlias = At | Stretch | Chosen | New


def read(array: Numbers, entries: Sequence[Entry], counters: Counters) -> Numbers:
    """The part of an array."""
    if any(isinstance(entry, Chosen) for entry in entries):
        basic, chosen = _separated(entries, array.shape)
        part = read(array, basic, counters)
        return jnp.asarray(part).at[chosen].get(**_INSIDE)
    if isinstance(array, numpy.ndarray) and all(_is_known(entry) for entry in entries):
        return array[tuple(map(_index_of, entries))]
    array = jnp.asarray(array, _PLACES if array.dtype.kind == "i" else None)
    axes = [entry for entry in entries if not isinstance(entry, New)]
    if not all(isinstance(entry, Stretch) and entry.is_all(length) for entry, length in zip(axes, array.shape, strict=True)):
        array = _extract(array, axes, counters)
    lengths: list[int] = []
    for entry in entries:
        if isinstance(entry, Stretch):
            lengths.append(entry.length)
        elif isinstance(entry, New):
            lengths.append(1)
    return array if array.shape == tuple(lengths) else lax.reshape(array, lengths)


def written(array: Numbers, entries: Sequence[Entry], numbers: Any, counters: Counters, *, adds: bool) -> Numbers:
    """The same array with other numbers in a part of it, or with numbers added to that part."""
    array = jnp.asarray(array)
    if any(isinstance(entry, Chosen) for entry in entries):
        return _scattered(array, entries, numbers, counters, adds=adds)
    shape = shape_of(entries)
    numbers = jnp.broadcast_to(jnp.asarray(numbers, array.dtype), shape)
    if all(isinstance(entry, Stretch) and entry.is_all(length) for entry, length in zip(entries, array.shape, strict=True)):
        return array + numbers if adds else numbers
    starts, lengths, steps = _extents(entries)
    for axis, step in enumerate(_steps_of(entries)):
        if step < 0:
            numbers = lax.rev(numbers, [axis])
    numbers = lax.reshape(numbers, lengths)
    if any(step > 1 for step in steps):
        return _spread(array, starts, lengths, steps, numbers, counters, adds=adds)
    places = [number_of(start, counters) for start in starts]
    if adds:
        numbers = numbers + _sliced(array, places, lengths)
    return lax.dynamic_update_slice(array, numbers, places, allow_negative_indices=False)


def shape_of(entries: Sequence[Entry]) -> tuple[int, ...]:
    """The shape of a part without computed places."""
    return tuple([entry.length for entry in entries if isinstance(entry, Stretch)])


def composed(first: Sequence[Entry], second: Sequence[Entry], counters: Counters) -> list[Entry]:
    """The entries for a part of a part."""
    found: list[Entry] = []
    rest = list(second)
    for entry in first:
        if not isinstance(entry, Stretch):
            found.append(entry)
            continue
        inner = rest.pop(0)
        match inner:
            case At(place):
                found.append(At(entry.start + place * entry.step))
            case Stretch(start, length, step):
                found.append(Stretch(entry.start + start * entry.step, length, step * entry.step))
            case Chosen(places):
                found.append(Chosen(places * entry.step + number_of(entry.start, counters)))
            case New():
                raise AssertionError("nothing is written to a new axis")
    return found


# ------------------------------------------------------------------------------------------------ parts in a row


def _is_known(entry: Entry) -> bool:
    match entry:
        case At(place):
            return place.is_known
        case Stretch(start):
            return start.is_known
        case _:
            return isinstance(entry, New)


def _index_of(entry: Entry) -> Any:
    match entry:
        case At(place):
            return place.base
        case Stretch(start, length, step):
            stop = start.base + length * step
            return slice(start.base, stop if stop >= 0 else None, step)
        case _:
            return None


def _extents(entries: Sequence[Entry]) -> tuple[list[Affine], list[int], list[int]]:
    """Where the part begins on each axis, how many places it takes there, and how far they lie apart."""
    starts, lengths, steps = [], [], []
    for entry in entries:
        match entry:
            case At(place):
                start, length, step = place, 1, 1
            case Stretch(start, length, step):
                if step < 0:
                    start, step = start + (length - 1) * step, -step
            case _:
                raise AssertionError(f"{entry} is no stretch of an axis")
        starts.append(start)
        lengths.append(length)
        steps.append(step)
    return starts, lengths, steps


def _steps_of(entries: Sequence[Entry]) -> list[int]:
    return [entry.step for entry in entries if isinstance(entry, Stretch)]


def _extract(array: Numbers, entries: Sequence[Entry], counters: Counters) -> Numbers:
    """The part with all axes of the array; axes that only one place is taken of have length 1."""
    starts, lengths, steps = _extents(entries)
    spans = [(length - 1) * step + 1 for length, step in zip(lengths, steps, strict=True)]
    if all(start.is_known for start in starts):
        stops = [start.base + span for start, span in zip(starts, spans, strict=True)]
        array = lax.slice(array, [start.base for start in starts], stops, steps)
    else:
        array = _sliced(array, [number_of(start, counters) for start in starts], spans)
        if any(step > 1 for step in steps):
            array = lax.slice(array, [0] * array.ndim, spans, steps)
    backwards = [axis for axis, entry in enumerate(entries) if isinstance(entry, Stretch) and entry.step < 0]
    return lax.rev(array, backwards) if backwards else array


def _sliced(array: Numbers, places: Sequence[Any], lengths: Sequence[int]) -> Numbers:
    return lax.dynamic_slice(array, places, lengths, allow_negative_indices=False)


def _spread(
    array: Numbers,
    starts: Sequence[Affine],
    lengths: Sequence[int],
    steps: Sequence[int],
    numbers: Numbers,
    counters: Counters,
    *,
    adds: bool,
) -> Numbers:
    """Write to places with others in between."""
    spans = [(length - 1) * step + 1 for length, step in zip(lengths, steps, strict=True)]
    places = [number_of(start, counters) for start in starts]
    between = [(0, 0, step - 1) for step in steps]
    part = _sliced(array, places, spans)
    filled = lax.pad(numbers, jnp.zeros((), array.dtype), between)
    if adds:
        part = part + filled
    else:
        mask = numpy.zeros(spans, bool)
        mask[tuple(slice(None, None, step) for step in steps)] = True
        part = lax.select(jnp.asarray(mask), filled, part)
    return lax.dynamic_update_slice(array, part, places, allow_negative_indices=False)


# ------------------------------------------------------------------------------------------------ computed places


def _separated(entries: Sequence[Entry], shape: Sequence[int]) -> tuple[list[Entry], tuple[Any, ...]]:
    """The same in two steps: all axes of which no places are computed, then the others."""
    basic: list[Entry] = []
    chosen: list[Any] = []
    lengths = iter(shape)
    for entry in entries:
        length = 1 if isinstance(entry, New) else next(lengths)
        basic.append(Stretch(Affine(0), length) if isinstance(entry, Chosen) else entry)
        if not isinstance(entry, At):
            chosen.append(entry.places if isinstance(entry, Chosen) else slice(None))
    return basic, tuple(chosen)


def _place_of(entry: Entry, counters: Counters) -> Any:
    match entry:
        case Chosen(places):
            return places
        case At(place):
            return number_of(place, counters)
        case _:
            return slice(None)


def _scattered(array: Numbers, entries: Sequence[Entry], numbers: Any, counters: Counters, *, adds: bool) -> Numbers:
    numbers = jnp.asarray(numbers, array.dtype)
    single = [axis for axis, entry in enumerate(entries) if isinstance(entry, At | Chosen)]
    others_are_whole = all(
        not isinstance(entry, Stretch) or entry.is_all(length) for entry, length in zip(entries, array.shape, strict=True)
    )
    if others_are_whole and all(after == before + 1 for before, after in pairwise(single)):
        # Without a look at the part: it may be a long row of a table.
        index = tuple([_place_of(entry, counters) for entry in entries])
        return array.at[index].add(numbers, **_INSIDE) if adds else array.at[index].set(numbers, **_INSIDE)
    basic, chosen = _separated(entries, array.shape)
    part = read(array, basic, counters)
    part = part.at[chosen].add(numbers, **_INSIDE) if adds else part.at[chosen].set(numbers, **_INSIDE)
    return written(array, basic, part, counters, adds=False)
