"""Arrays of which each turn of a loop sees a few neighbouring rows only, as it sees ``h[t]`` and ``h[t + 1]``.

Such a loop need not carry the array from turn to turn: rows come in, are passed on to the next turn, and go out to where the loop
collects them.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from autograd.vectorizing.jax.loops.accesses import Replacement
from autograd.vectorizing.jax.loops.affine import Affine, Leaf, affine_of
from autograd.vectorizing.jax.loops.pieces import Pieces

Numbers = Any  # jax.Array
# More rows than that are too many to be handed on one by one.
_WIDEST = 6


@dataclass(frozen=True, slots=True)
class Window:
    """The rows ``step × counter + offset`` of an array, for offsets from a lowest to a highest one.

    Attributes:
        axis: along which the rows lie.
        step: how far they move from one turn to the next; negative if they move against the counter.
        lowest, highest: the offsets.
        trips: how often the loop is repeated.
        backwards: whether its counter runs from the end.
    """

    axis: int
    step: int
    lowest: int
    highest: int
    trips: int
    backwards: bool

    @property
    def moves_up(self) -> bool:
        """Whether later turns see later rows."""
        return (self.step > 0) is not self.backwards

    @property
    def offsets(self) -> range:
        """Of all rows that a turn sees."""
        return range(self.lowest, self.highest + 1)

    @property
    def entering(self) -> range:
        """Those that no earlier turn has seen."""
        n = abs(self.step)
        return self.offsets[-n:] if self.moves_up else self.offsets[:n]

    @property
    def leaving(self) -> range:
        """Those that no later turn sees."""
        n = abs(self.step)
        return self.offsets[:n] if self.moves_up else self.offsets[-n:]

    @property
    def handed_on(self) -> range:
        """Those that an earlier turn has seen."""
        n = abs(self.step)
        return self.offsets[:-n] if self.moves_up else self.offsets[n:]

    def in_next_turn(self, offset: int) -> int:
        """The offset in this turn of what has an offset in the next one."""
        return offset + abs(self.step) if self.moves_up else offset - abs(self.step)

    @property
    def first(self) -> int:
        """step × counter in the turn that comes first."""
        return self.step * (self.trips - 1) if self.backwards else 0

    @property
    def last(self) -> int:
        """step × counter in the turn that comes last."""
        return 0 if self.backwards else self.step * (self.trips - 1)

    def has_room_in(self, length: int) -> bool:
        """Whether all turns see rows of an array of a length."""
        ends = (0, self.step * (self.trips - 1))
        return min(ends) + self.lowest >= 0 and max(ends) + self.highest < length


def row_name(name: str, offset: int) -> str:
    """What a row of an array is called."""
    return f"{name}@{offset}"


def row_named(name: str, leaf: Leaf) -> Replacement:
    """What gives the rows of an array their names."""

    def replacement(index: ast.expr) -> ast.expr:
        place = affine_of(index, leaf)
        assert place is not None
        return ast.Name(row_name(name, place.base), ast.Load())

    return replacement


def rows_at(array: Pieces, window: Window, offset: int) -> Numbers | None:
    """The rows at an offset, in the order of the counter; None if all are zeros."""
    low, high = sorted((offset, offset + window.step * (window.trips - 1)))
    rows = array.rows(low, high + 1, abs(window.step))
    return rows if rows is None or window.step > 0 else jnp.flip(rows, 0)


def known_rows(indices: Sequence[Sequence[ast.expr]], n_axes: int, leaf: Leaf) -> tuple[int, list[int]] | None:
    """The axis along which only a few rows of an array are used, and the numbers of these rows; None if there is none."""
    for axis in range(n_axes):
        places = _along(axis, indices, leaf)
        if places is not None and all(place.is_known for place in places):
            found = sorted({place.base for place in places})
            if len(found) <= _WIDEST:
                return axis, found
    return None


def window_of(
    indices: Sequence[Sequence[ast.expr]], shape: Sequence[int], counter: str, trips: int, leaf: Leaf, *, backwards: bool
) -> Window | None:
    """The window through which a loop sees an array; None if there is none."""
    for axis, length in enumerate(shape):
        places = _along(axis, indices, leaf)
        if places is None or any(set(place.terms) != {counter} for place in places):
            continue
        steps = {place.terms[counter] for place in places}
        if len(steps) > 1:
            continue
        step, offsets = steps.pop(), [place.base for place in places]
        highest = max(*offsets, min(offsets) + abs(step) - 1)
        window = Window(axis, step, min(offsets), highest, trips, backwards)
        if len(window.offsets) <= _WIDEST + abs(step) - 1 and window.has_room_in(length):
            return window
    return None


def _along(axis: int, indices: Sequence[Sequence[ast.expr]], leaf: Leaf) -> list[Affine] | None:
    """The places along an axis; None where anything else than one place is used."""
    places = []
    for elements in indices:
        if len(elements) <= axis or any(_is_no_axis(element) for element in elements[: axis + 1]):
            return None
        place = affine_of(elements[axis], leaf)
        if place is None:
            return None
        places.append(place)
    return places


def _is_no_axis(element: ast.expr) -> bool:
    return isinstance(element, ast.Constant) and (element.value is None or element.value is ...)
