"""Who writes and who reads each array of a rolled program, as far as the loss depends on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograd.vectorizing.printed_loops.shapes import Access
from autograd.vectorizing.printed_loops.slots import Rectangle, Taken, access_to, count_of, padded, step_of_run
from autograd.vectorizing.printed_loops.steps import Step, steps_of
from autograd.vectorizing.printed_loops.terms import Path
from autograd.vectorizing.rolled.program import Array, Item, Kind, Loop, Operation, RolledProgram


@dataclass(eq=False, slots=True)
class Use:
    """A reader of an array."""

    step: Step
    operand: Taken


class Uses:
    """The operations that the loss depends on.

    Args:
        program: the program.
        widened: the loops that are written for all repetitions at once.

    Attributes:
        steps: in their order; `step_of`: by operation.
        writers: the operations that write elements of an array.
        readers: what reads them.
    """

    def __init__(self, program: RolledProgram, widened: Collection[Loop] = ()) -> None:
        self.program = program
        self._widened = widened
        everything = list(steps_of(program.items, widened))
        needed = _needed(program.loss.array, everything)
        self.steps = [step for step in everything if step.array in needed]
        self.step_of: dict[Operation, Step] = {step.operation: step for step in self.steps}
        self.writers: dict[Array, list[Step]] = {}
        self.readers: dict[Array, list[Use]] = {}
        for step in self.steps:
            self.writers.setdefault(step.array, []).append(step)
            for operand in step.operands:
                self.readers.setdefault(operand.array, []).append(Use(step, operand))

    def written_out(self, items: Sequence[Item]) -> Iterator[Item]:
        """Items, with the operations of widened loops in their place."""
        for item in items:
            if isinstance(item, Loop) and item in self._widened:
                yield from item.items
            else:
                yield item

    def is_local(self, array: Array) -> bool:
        """Whether each element is read only in the repetition that has computed it, so that no other one is needed there."""
        writers = self.writers.get(array, [])
        if len(writers) != 1:
            return False
        (writer,) = writers
        depth = len(writer.path)
        return all(
            use.step.path[:depth] == writer.path and _is_same(writer.result, depth, use.operand, len(use.step.path))
            for use in self.readers.get(array, [])
        )

    def accesses(self, array: Array) -> list[Access] | None:
        """All that is read and written of an array; None if some of it is chosen by a table."""
        places: list[tuple[Taken, Path]] = [(step.result, step.path) for step in self.writers.get(array, [])]
        places += [(use.operand, use.step.path) for use in self.readers.get(array, [])]
        if array is self.program.loss.array:
            places.append((self.program.loss, ()))
        if any(place.index.table for place, _ in places):
            return None
        return [access_to(place, path) for place, path in places]


def length_chosen_from(use: Use) -> int:
    """The length of the sequence that an operand is a position in; 0 if it is something else."""
    slots = use.step.slots
    if use.step.operation.primitive.name != "pick" or use.operand is not slots[1][0]:
        return 0
    length = sum(map(count_of, slots[0]))
    return length if length > 2 else 0


def _is_same(written: Taken, depth: int, read: Taken, depth_of_reader: int) -> bool:
    """Whether a reader in the same loops, and perhaps further ones, reads what is written in the same repetition."""
    index, other = written.index, read.index
    if isinstance(read, Rectangle) or count_of(written) != count_of(read) or index.base != other.base:
        return False
    if (index.table, index.table_steps) != (other.table, other.table_steps):
        return False
    if padded(index.steps, depth) != padded(other.steps, depth) or any(other.steps[depth:depth_of_reader]):
        return False
    return step_of_run(written, depth) == step_of_run(read, depth_of_reader)


def _needed(loss: Array, steps: Sequence[Step]) -> set[Array]:
    """The computed arrays that an array depends on, itself included."""
    writers: dict[Array, list[Step]] = {}
    for step in steps:
        writers.setdefault(step.array, []).append(step)
    needed, pending = {loss}, [loss]
    while pending:
        for step in writers.get(pending.pop(), []):
            for operand in step.operands:
                if operand.array.kind is Kind.COMPUTED and operand.array not in needed:
                    needed.add(operand.array)
                    pending.append(operand.array)
    return needed
