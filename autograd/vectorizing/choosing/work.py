"""How much there is to compute in a rolled program, read off its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from autograd.vectorizing.choosing.products import LARGE
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram, Run

# What a processor computes in one instruction or two; a quotient takes several times as long, and all else is a function.
_SIMPLE = frozenset(
    {"add", "subtract", "gap", "multiply", "negative", "square", "one_minus_square", "abs", "relu", "total", "dot"}
    | {"less", "less_equal", "greater", "greater_equal", "equal", "maximum", "minimum", "argmax", "argmin", "pick", "where"}
)
_QUOTIENTS = frozenset({"divide", "ratio", "reciprocal", "sqrt", "rsqrt", "softsign"})
# Running sums and products are a single group of scalars, however long they are.
_RUNNING = frozenset(("add", "subtract", "multiply"))


@dataclass(slots=True)
class Work:
    """What there is to compute.

    Attributes:
        n_groups: how many groups of like scalars NumPy computes one after the other, estimated: the repetitions of a loop are one
            group, unless each is computed from the one before it.
        n_operations: how many operations are written, those in a loop once.
        n_instructions: about how many instructions there are to compile, with those of a loop counted once.
        per_example: operations for each example, simple ones, quotients and functions.
        per_batch: the same for what depends on parameters alone.
        in_products: how many of the simple ones are steps of sums of products that are as large as products of matrices.
    """

    n_groups: int = 0
    n_operations: int = 0
    n_instructions: int = 0
    per_example: tuple[int, int, int] = (0, 0, 0)
    per_batch: tuple[int, int, int] = (0, 0, 0)
    in_products: int = 0


def work_of(rolled: RolledProgram) -> Work:
    """How much a rolled program computes in one forward pass."""
    return _Reader(rolled).work


class _Reader:
    def __init__(self, rolled: RolledProgram) -> None:
        self.work = Work()
        # How many groups the numbers of an array belong to; one if nothing is said.
        self._n_classes: dict[Array, int] = {}
        # Groups of single numbers, by what they are computed from.
        self._single: dict[Any, int] = {}
        self._class_of: dict[Array, int] = {}
        self._read(rolled.items, (), frozenset())
        self.work.n_groups += len(self._single)

    def _read(self, items: Sequence[Item], trips: tuple[int, ...], carrying: frozenset[int]) -> None:
        for item in items:
            if isinstance(item, Loop):
                deeper = {len(trips)} if _carries(item, len(trips)) else set()
                self._read(item.items, (*trips, item.trips), carrying | deeper)
            else:
                self._count(item, trips, carrying)

    def _count(self, operation: Operation, trips: tuple[int, ...], carrying: frozenset[int]) -> None:
        name = operation.primitive.name
        self.work.n_operations += 1
        length = sum(1 if isinstance(slot, Place) else sum(run.count for run in slot) for slot in operation.slots)
        times = prod(trips)
        simple = name in _SIMPLE
        weight = length // len(operation.slots) if simple else length if name == "logsumexp" else 1
        kind = 0 if simple else 1 if name in _QUOTIENTS else 2
        done = [0, 0, 0]
        done[kind] = times * max(weight, 1)
        batched = operation.result.array.batched
        before = self.work.per_example if batched else self.work.per_batch
        after = (before[0] + done[0], before[1] + done[1], before[2] + done[2])
        if batched:
            self.work.per_example = after
        else:
            self.work.per_batch = after
        if simple and batched and _is_product(operation, trips):
            self.work.in_products += done[0]
        self.work.n_instructions += _instructions(operation, kind)
        self._group(operation, trips, carrying)

    def _group(self, operation: Operation, trips: tuple[int, ...], carrying: frozenset[int]) -> None:
        result = operation.result.array
        operands = [place for slot in operation.slots for place in ((slot,) if isinstance(slot, Place) else slot)]
        if not trips:
            key = (operation.primitive.name, *(self._key_of(place) for place in operands))
            self._class_of[result] = self._single.setdefault(key, len(self._single))
            return
        n = 1
        for place in operands:
            moved = prod(count for count, step in zip(trips, place.index.steps, strict=False) if step)
            n = max(n, min(self._n_classes.get(place.array, 1), moved))
        if operation.primitive.name not in _RUNNING or not _reads_itself(operation):
            n = max(n, prod([trips[depth] for depth in carrying]))
        self._n_classes[result] = max(self._n_classes.get(result, 1), n)
        self.work.n_groups += n

    def _key_of(self, place: Place | Run) -> Any:
        array = place.array
        if array.kind is not Kind.COMPUTED:
            return array.kind, array.number
        if self._n_classes.get(array, 1) > 1:
            return array, place.index.base
        return self._class_of.get(array, array)


def _is_product(operation: Operation, trips: tuple[int, ...]) -> bool:
    """Whether it is a long sum, or a step of one, that is computed for many rows: it may be a product of matrices."""
    name = operation.primitive.name
    if name == "dot":
        return prod(trips) >= LARGE and any(
            run.count >= LARGE for slot in operation.slots if isinstance(slot, tuple) for run in slot
        )
    return name in _RUNNING and len(trips) >= 2 and trips[-1] >= LARGE and prod(trips[:-1]) >= LARGE


def _instructions(operation: Operation, kind: int) -> int:
    """About how many instructions the forward and the reverse pass of an operation are, as written."""
    places = 0
    for slot in operation.slots:
        # A sequence that is one stretch of an array is a loop of its own.
        places += 1 if isinstance(slot, Place) else sum(4 for run in slot)
    return places * (3, 6, 30)[kind]


def _carries(loop: Loop, depth: int) -> bool:
    """Whether a repetition is computed from what an earlier one has computed, but for sums and products that run on.

    Args:
        depth: how many loops are around it.
    """
    written: dict[Array, list[tuple[int, int]]] = {}
    for operation, trips in _operations(loop, ()):
        written.setdefault(operation.result.array, []).append(_reach(operation.result, depth, trips))
    # What has been written in the present repetition, and where.
    known: dict[Array, set[Index]] = {array: set() for array in written}
    for operation, trips in _operations(loop, ()):
        for place in _places(operation):
            array = place.array
            if array not in written or _runs_on(operation, place):
                continue
            least, most = _reach(place, depth, trips)
            if all(most < first or last < least for first, last in written[array]):
                # It was written before the loop began, in an earlier repetition of a loop around it.
                continue
            if not known[array] or (isinstance(place, Place) and place.index not in known[array]):
                return True
        known[operation.result.array].add(operation.result.index)
    return False


def _reach(place: Place | Run, depth: int, trips: Sequence[int]) -> tuple[int, int]:
    """The least and the largest index of a place while the loops from a depth on run once."""
    index = place.index
    counts = [*trips, place.count] if isinstance(place, Run) else trips
    least = most = index.base
    for step, count in zip(index.steps[depth:], counts, strict=False):
        least += min(step * (count - 1), 0)
        most += max(step * (count - 1), 0)
    return least + min(index.table, default=0), most + max(index.table, default=0)


def _runs_on(operation: Operation, place: Place | Run) -> bool:
    return operation.primitive.name in _RUNNING and place.array is operation.result.array


def _reads_itself(operation: Operation) -> bool:
    return any(place.array is operation.result.array for place in _places(operation))


def _operations(loop: Loop, around: tuple[int, ...]) -> Iterator[tuple[Operation, tuple[int, ...]]]:
    """The operations in a loop, each with the trips of the loops around it, from this one on."""
    trips = (*around, loop.trips)
    for item in loop.items:
        if isinstance(item, Loop):
            yield from _operations(item, trips)
        else:
            yield item, trips


def _places(operation: Operation) -> Iterator[Place | Run]:
    for slot in operation.slots:
        yield from (slot,) if isinstance(slot, Place) else slot
