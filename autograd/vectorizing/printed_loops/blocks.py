"""Parts of θ that have names: after the labels of their parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd.engine.value import Value
from autograd.vectorizing.printed.naming import Names, names_of_parameters, stem_and_note_of, stem_of
from autograd.vectorizing.printed_loops.shapes import Access, Axes, axes_of, shape_for


@dataclass(frozen=True, slots=True)
class Block:
    """Parameters whose labels have a stem in common.

    Attributes:
        name: what they are called.
        note: what their labels are, in words.
        axes: where they are in θ; without axes for a single parameter.
        begin, distance: for rows with other parameters in between, where the first of them begins with what stands before it,
            and how far the rows lie apart; a distance of 0 for all others.
    """

    name: str
    note: str
    axes: Axes
    begin: int = 0
    distance: int = 0

    @property
    def is_single(self) -> bool:
        """Whether it is one parameter."""
        return not self.axes.shape

    def taken_from(self, whole: str) -> str:
        """The expression that takes it out of θ, or of a gradient: a view."""
        shape, offset = self.axes.shape, self.axes.offset
        if not shape:
            return f"{whole}[{offset}]"
        if self.distance and len(shape) == 1:
            return f"{whole}[{offset}:{offset + (shape[0] - 1) * self.distance + 1}:{self.distance}]"
        if self.distance:
            rows, columns = shape
            rectangle = f"{whole}[{self.begin}:{self.begin + rows * self.distance}].reshape({rows}, {self.distance})"
            return f"{rectangle}[:, {offset - self.begin}:{offset - self.begin + columns}]"
        size = shape[0] * self.axes.strides[0]
        return f"{whole}[{offset}:{offset + size}]" + (f".reshape{shape}" if len(shape) > 1 else "")


def blocks_of(parameters: Sequence[Value], accesses: Sequence[Access], names: Names) -> list[Block]:
    """The named parts of θ, in its order.

    Args:
        parameters: the Values that θ stands for.
        accesses: what is read of θ.
        names: gives out the names.
    """
    places: dict[str, list[int]] = {}
    for place, value in enumerate(parameters):
        stem = stem_of([value.label]) if value.label else ""
        if stem:
            places.setdefault(stem, []).append(place)
    found = []
    for members in places.values():
        where = _lattice(members, len(parameters), found)
        if where is not None:
            axes, begin, distance = where
            if not distance and len(members) > 1:
                inside = [one for one in accesses if axes.coordinates(one) is not None]
                axes = axes_of(shape_for(len(members), [(base - axes.offset, *rest) for base, *rest in inside]), axes.offset)
            found.append((members, axes, begin, distance))
    labelled = [stem_and_note_of([parameters[place].label for place in members]) for members, *_ in found]
    wanted = names_of_parameters(
        [stem for stem, _ in labelled],
        [len(axes.shape) for _, axes, _, _ in found],
        [False for _ in found],
        [True for _ in found],
    )
    given = names.give_all(wanted)
    return [
        Block(name, note, axes, begin, distance)
        for name, (_, note), (_, axes, begin, distance) in zip(given, labelled, found, strict=True)
    ]


def _lattice(
    places: Sequence[int], size: int, others: Sequence[tuple[Sequence[int], Axes, int, int]]
) -> tuple[Axes, int, int] | None:
    """Where places lie, if they are one stretch or rows of equal length and distance: axes, begin and distance of a block."""
    first, n = places[0], len(places)
    if places[-1] - first == n - 1:
        return Axes(() if n == 1 else (n,), () if n == 1 else (1,), first), first, 0
    columns = next(k for k in range(n) if places[k] - first != k)
    distance = places[columns] - first
    rows = n // columns
    if [first + row * distance + column for row in range(rows) for column in range(columns)] != list(places):
        return None
    if columns == 1:
        return Axes((rows,), (distance,), first), first, distance
    # Beside the rows of another block, so that both are columns of one rectangle.
    near = [begin for _, _, begin, d in others if d == distance and 0 <= first - begin < distance]
    begin = min([*near, first])
    if first + columns > begin + distance:
        begin = first
    if begin + rows * distance > size:
        begin = size - rows * distance
    if begin < 0 or not 0 <= first - begin <= distance - columns:
        return None
    return Axes((rows, columns), (distance, 1), first), begin, distance
