"""A rolled program read line by line on plain Python floats, with the order of reading and writing checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.vectorizing.rolled.program import Array, Item, Kind, Loop, Operation, Place, RolledProgram, Run, Slot


class Interpreter:
    """Computes a rolled program for one example.

    Args:
        program: the program.
        theta: the numbers of the parameters.
        inputs: the numbers of each input array.

    Attributes:
        n_operations: how many operations were computed.
    """

    def __init__(self, program: RolledProgram, theta: Sequence[float], inputs: Sequence[Sequence[float]]) -> None:
        assert len(theta) == program.parameters.size == len(program.parameter_values)
        self.n_operations = 0
        self._numbers: dict[Array, Any] = {program.parameters: list(theta)}
        self._depends: dict[Array, tuple[bool, bool]] = {}
        for array, numbers in zip(program.inputs, inputs, strict=True):
            assert array.size == len(numbers)
            self._numbers[array] = list(numbers)
        self._compute(program.items, ())
        self.loss = self._read(program.loss, ())
        self.outputs = {name: [self._read(place, ()) for place in places] for name, places in program.outputs.items()}
        self.demands = [self._read(place, ()) for place in program.demands]

    def _compute(self, items: Sequence[Item], counters: tuple[int, ...]) -> None:
        for item in items:
            if isinstance(item, Loop):
                assert item.trips > 1, "a loop is worth while"
                for counter in range(item.trips):
                    self._compute(item.items, (*counters, counter))
            else:
                self._apply(item, counters)

    def _apply(self, operation: Operation, counters: tuple[int, ...]) -> None:
        self.n_operations += 1
        operands = [self._operand(slot, counters) for slot in operation.slots]
        array, index = operation.result.array, operation.result.index.at(counters)
        assert array.kind is Kind.COMPUTED
        numbers = self._numbers.setdefault(array, [None] * array.size)
        assert 0 <= index < array.size == len(numbers)
        assert numbers[index] is None, "each element is written once"
        numbers[index] = operation.primitive.calculate(*operands)
        read = [run.array for slot in operation.slots for run in (slot if isinstance(slot, tuple) else (slot,))]
        assert array.batched >= any(one.batched for one in read)
        assert array.active >= any(one.active for one in read)

    def _operand(self, slot: Slot, counters: tuple[int, ...]) -> Any:
        if isinstance(slot, Place):
            return self._read(slot, counters)
        return tuple([number for run in slot for number in self._run(run, counters)])

    def _run(self, run: Run, counters: tuple[int, ...]) -> list[float]:
        assert run.count > 0
        return [self._read(Place(run.array, run.index), (*counters, counter)) for counter in range(run.count)]

    def _read(self, place: Place, counters: tuple[int, ...]) -> float:
        array, index = place.array, place.index.at(counters)
        assert len(place.index.steps) <= len(counters), "an index has steps for the counters around it, and no others"
        assert 0 <= index < array.size
        if array.kind is Kind.CONSTANTS:
            assert len(array.constants) == array.size and not array.batched and not array.active
            return array.constants[index]
        number: float | None = self._numbers[array][index]
        assert number is not None, "elements are computed before they are read"
        return number


def n_lines(program: RolledProgram) -> int:
    """How many operations stand in the text of a program."""
    return sum(1 for _ in program.operations())
