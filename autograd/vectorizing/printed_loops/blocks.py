"""Parts of θ that have names: what labels have in common, or what is read together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from autograd.engine.value import Value
from autograd.vectorizing.printed.naming import Names, names_of_parameters, stem_and_note_of, stem_of
from autograd.vectorizing.printed_loops.shapes import Access, Axes, axes_of, shape_for

# With more parts than that, parameters without labels are called by their place in θ.
_MOST_NAMELESS = 12
_LARGEST_REGION = 1_000_000


@dataclass(frozen=True, slots=True)
class Block:
    """Parameters that have a name in common.

    Attributes:
        name: what they are called.
        adjoint: what their gradient is called.
        note: what their labels are, in words.
        axes: where they are in θ; without axes for a single parameter.
        begin, distance: for rows with other parameters in between, where the first of them begins with what stands before it,
            and how far the rows lie apart; a distance of 0 for all others.
    """

    name: str
    adjoint: str
    note: str
    axes: Axes
    begin: int = 0
    distance: int = 0

    @property
    def is_single(self) -> bool:
        """Whether it is one parameter."""
        return not self.axes.shape

    @property
    def places(self) -> Iterator[int]:
        """The places of the parameters in θ."""
        for indices in product(*map(range, self.axes.shape)):
            yield self.axes.offset + sum(index * stride for index, stride in zip(indices, self.axes.strides, strict=True))

    def has_all(self, ends: tuple[int, int]) -> bool:
        """Whether all parameters from one to another are in it, one behind the other."""
        first, last = ends
        return self.axes.strides == (1,) and self.axes.offset <= first and last < self.axes.offset + self.axes.shape[0]

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
        return f"{whole}[{offset}:{offset + prod(shape)}]" + (f".reshape{shape}" if len(shape) > 1 else "")


_Where = tuple[Axes, int, int]


def blocks_of(parameters: Sequence[Value], accesses: Sequence[Access], multiplied: Iterable[int], names: Names) -> list[Block]:
    """The named parts of θ, in its order.

    Args:
        parameters: the Values that θ stands for.
        accesses: what is read of θ.
        multiplied: the places of parameters that are factors.
        names: gives out the names.
    """
    found: list[tuple[Sequence[int], _Where]] = []
    for places in _groups([value.label for value in parameters], accesses):
        where = _lattice(places, len(parameters), [where for _, where in found])
        if where is not None:
            axes, begin, distance = where
            if not distance and len(places) > 1:
                inside = [(base, moves, n) for base, moves, n in accesses if axes.coordinates((base, moves, 0)) is not None]
                shape = shape_for(len(places), [(base - axes.offset, moves, n) for base, moves, n in inside])
                axes = axes_of(shape, axes.offset)
            found.append((places, (axes, begin, distance)))
    labelled = [stem_and_note_of([parameters[place].label for place in places]) for places, _ in found]
    factors = set(multiplied)
    wanted = names_of_parameters(
        [stem for stem, _ in labelled],
        [len(axes.shape) for _, (axes, _, _) in found],
        [False for _ in found],
        [not factors.isdisjoint(places) for places, _ in found],
    )
    given = names.give_all(wanted)
    adjoints = [names.give(f"d{name}") for name in given]
    return [
        Block(name, adjoint, note, *where)
        for name, adjoint, (_, note), (_, where) in zip(given, adjoints, labelled, found, strict=True)
    ]


def _groups(labels: Sequence[str], accesses: Sequence[Access]) -> list[list[int]]:
    """The places of parameters that belong together: by their labels, and what a loop or a run reads one after the other."""
    by_stem: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        if stem := stem_of([label]) if label else "":
            by_stem.setdefault(stem, []).append(place)
    group_of: dict[int, list[int]] = {place: places for places in by_stem.values() for place in places}
    for region in sorted({region for access in accesses if (region := _region(access))}):
        groups = [group_of.get(place) for place in region]
        if groups[0] is not None and all(group is groups[0] for group in groups):
            continue
        joined = set(region).union(*[group for group in groups if group is not None])
        merged = sorted(joined)
        for place in merged:
            group_of[place] = merged
    found: list[list[int]] = []
    seen: set[int] = set()
    for place in sorted(group_of):
        group = group_of[place]
        if id(group) not in seen:
            seen.add(id(group))
            found.append(group)
    nameless = [group for group in found if not all(labels[place] for place in group)]
    return [group for group in found if group not in nameless] if len(nameless) > _MOST_NAMELESS else found


def _region(access: Access) -> tuple[int, ...]:
    """All places that are read."""
    base, moves, _ = access
    moves = [(step, count) for step, count in moves if step]
    if prod(count for _, count in moves) > _LARGEST_REGION:
        return ()
    ways = product(*[range(0, step * count, step) for step, count in moves])
    return tuple(sorted({base + sum(one) for one in ways}))


def _lattice(places: Sequence[int], size: int, others: Sequence[_Where]) -> _Where | None:
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
    near = [begin for _, begin, d in others if d == distance and 0 <= first - begin < distance]
    begin = min([*near, first])
    if first + columns > begin + distance:
        begin = first
    begin = min(begin, size - rows * distance)
    if begin < 0 or not 0 <= first - begin <= distance - columns:
        return None
    return Axes((rows, columns), (distance, 1), first), begin, distance
