"""Short repetitions, which are not worth a loop in machine code, made loops that are written as operations on arrays.

Where ``z1 = U[0] @ h``, ``z2 = U[1] @ h`` and ``z3 = U[2] @ h`` follow one another, a person writes ``z = U @ h``: the results
become one array, and the operations a loop that `steps` writes for all repetitions at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from autograd.vectorizing.printed.naming import stem_of
from autograd.vectorizing.printed_loops.independence import is_independent
from autograd.vectorizing.printed_loops.slots import padded
from autograd.vectorizing.printed_loops.steps import can_be_widened
from autograd.vectorizing.printed_loops.terms import Path
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram, Run, Slot

# How many operations a repetition has at most, how many repetitions there are, and how many lines less are worth while: of
# operations on arrays, and of a loop that stays one.
_LONGEST_PERIOD = 8
_FEWEST_TRIPS = 3
_FEWEST_SAVED = 2
_FEWEST_SAVED_BY_A_LOOP = 4


def joined(program: RolledProgram) -> RolledProgram:
    """The same program with more loops, and with fewer and larger arrays."""
    joiner = _Joiner(program)
    items = joiner.items(program.items, ())
    place = joiner.place
    return replace(
        program,
        items=joiner.moved(items),
        loss=place(program.loss),
        outputs={name: list(map(place, places)) for name, places in program.outputs.items()},
        demands=list(map(place, program.demands)),
    )


class _Joiner:
    def __init__(self, program: RolledProgram) -> None:
        self._moved: dict[Array, tuple[Array, int]] = {}
        self._n_joined = 0
        self._n_writers = Counter(operation.result.array for operation, _ in program.operations())
        self._stems = [stem_of([value.label]) if value.label else "" for value in program.parameter_values]

    # ---------------------------------------------------------------------------------------------- finding

    def items(self, items: Sequence[Item], path: Path) -> list[Item]:
        """Items, with repetitions among them as loops."""
        items = [self._loop(item, path) if isinstance(item, Loop) else item for item in items]
        found: list[Item] = []
        place = 0
        while place < len(items):
            loop, taken = self._repetition(items, place, path)
            found.append(items[place] if loop is None else loop)
            place += taken
        return found

    def _loop(self, loop: Loop, path: Path) -> Loop:
        return Loop(loop.trips, self.items(loop.items, (*path, loop)))

    def _repetition(self, items: Sequence[Item], start: int, path: Path) -> tuple[Loop | None, int]:
        """The longest loop that begins at an item, and how many items it takes the place of."""
        ways = [(self._trips(items, start, period), period) for period in range(1, _LONGEST_PERIOD + 1)]
        for trips, period in sorted(ways, key=lambda way: (-(way[0] - 1) * way[1], way[1])):
            if trips < _FEWEST_TRIPS or (trips - 1) * period < _FEWEST_SAVED:
                continue
            before = dict(self._moved)
            loop = self._made(items[start : start + trips * period], period, path)
            saves_enough = (trips - 1) * period >= _FEWEST_SAVED_BY_A_LOOP
            if loop is not None and is_independent(loop, path) and (saves_enough or can_be_widened(loop, len(path))):
                return loop, trips * period
            self._moved = before
        return None, 1

    @staticmethod
    def _trips(items: Sequence[Item], start: int, period: int) -> int:
        """How often the same primitives come again."""
        place = start
        while place < len(items):
            item, first = items[place], items[start + (place - start) % period]
            if not isinstance(item, Operation) or not isinstance(first, Operation) or not _look_alike(item, first):
                break
            place += 1
        return (place - start) // period

    def _made(self, items: Sequence[Item], period: int, path: Path) -> Loop | None:
        """The loop of some operations, if all that they read and write is as far apart from one repetition to the next."""
        columns = [[item for item in items[offset::period] if isinstance(item, Operation)] for offset in range(period)]
        if not all(self._join([one.result.array for one in column]) for column in columns):
            return None
        operations = [self._as_one(column, len(path)) for column in columns]
        found = [one for one in operations if one is not None]
        return Loop(len(columns[0]), list(found)) if len(found) == period else None

    def _join(self, arrays: Sequence[Array]) -> bool:
        """Make several arrays one, unless they are one, or parts of one."""
        if len({self._moved.get(array, (array, 0))[0] for array in arrays}) == 1:
            return True
        size = arrays[0].size
        if any(array in self._moved or array.size != size for array in arrays) or len(set(arrays)) < len(arrays):
            return False
        # What is written elsewhere too has a part of its own, such as the states of a recurrence; so has what is of another kind.
        if any(self._n_writers[array] > 1 for array in arrays) or len({(one.batched, one.active) for one in arrays}) > 1:
            return False
        self._n_joined += 1
        first = arrays[0]
        whole = Array(Kind.COMPUTED, size * len(arrays), -self._n_joined, batched=first.batched, active=first.active)
        self._moved.update({array: (whole, size * place) for place, array in enumerate(arrays)})
        return True

    def _as_one(self, column: Sequence[Operation], depth: int) -> Operation | None:
        results = self._places([one.result for one in column], depth)
        slots: list[Slot] = []
        for of_slot in zip(*[one.slots for one in column], strict=True):
            if isinstance(of_slot[0], Place):
                place = self._places([one for one in of_slot if isinstance(one, Place)], depth)
                if place is None:
                    return None
                slots.append(place)
                continue
            runs = []
            for of_run in zip(*[one for one in of_slot if isinstance(one, tuple)], strict=True):
                place = self._places([Place(run.array, run.index) for run in of_run], depth)
                if place is None:
                    return None
                runs.append(Run(place.array, place.index, of_run[0].count))
            slots.append(tuple(runs))
        return None if results is None else replace(column[0], slots=tuple(slots), result=results)

    def _places(self, places: Sequence[Place], depth: int) -> Place | None:
        """The place of a loop that is each of some places in turn."""
        moved = [self.place(place) for place in places]
        first = moved[0]
        if first.array.kind is Kind.CONSTANTS and all(_is_same_constant(first, place) for place in moved):
            return first
        if all(place.array.kind is Kind.CONSTANTS and not any(place.index.steps) and not place.index.table for place in moved):
            numbers = tuple([place.array.constants[place.index.base] for place in moved])
            return Place(Array(Kind.CONSTANTS, len(numbers), constants=numbers), Index(0, (*padded((), depth), 1)))
        distance = moved[1].index.base - first.index.base
        for number, place in enumerate(moved):
            if place.array is not first.array or place.index != replace(first.index, base=first.index.base + number * distance):
                return None
        index = first.index
        if index.table:
            return None
        # Parameters with names of their own are called by them.
        if first.array.kind is Kind.PARAMETERS and len({self._stems[place.index.base] for place in moved}) > 1:
            return None
        steps = (*padded(index.steps, depth), distance, *index.steps[depth:])
        return Place(first.array, Index(index.base, steps))

    # ---------------------------------------------------------------------------------------------- moving

    def place(self, place: Place) -> Place:
        """Where an element is now."""
        array, offset = self._moved.get(place.array, (place.array, 0))
        return place if array is place.array else Place(array, replace(place.index, base=place.index.base + offset))

    def moved(self, items: Sequence[Item]) -> list[Item]:
        """Items that read and write where elements are now."""
        return [
            Loop(item.trips, self.moved(item.items)) if isinstance(item, Loop) else self._moved_operation(item) for item in items
        ]

    def _moved_operation(self, operation: Operation) -> Operation:
        slots = tuple([self._moved_slot(slot) for slot in operation.slots])
        return replace(operation, slots=slots, result=self.place(operation.result))

    def _moved_slot(self, slot: Slot) -> Slot:
        if isinstance(slot, Place):
            return self.place(slot)
        places = [self.place(Place(run.array, run.index)) for run in slot]
        return tuple([Run(place.array, place.index, run.count) for place, run in zip(places, slot, strict=True)])


def _look_alike(one: Operation, other: Operation) -> bool:
    return one.primitive is other.primitive and list(map(_lengths, one.slots)) == list(map(_lengths, other.slots))


def _lengths(slot: Slot) -> list[int]:
    return [] if isinstance(slot, Place) else [run.count for run in slot]


def _is_same_constant(one: Place, other: Place) -> bool:
    """Whether two places are always the same number."""
    numbers = {repr(number) for place in (one, other) for number in place.array.constants}
    return other.array.kind is Kind.CONSTANTS and len(numbers) == 1
