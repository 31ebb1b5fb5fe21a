"""Numbers of which only the latest is ever read, such as running sums: a variable that each repetition assigns anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from autograd.vectorizing.printed_loops.slots import Taken, count_of, padded, step_of, step_of_run
from autograd.vectorizing.printed_loops.steps import Step
from autograd.vectorizing.printed_loops.uses import Uses
from autograd.vectorizing.rolled.program import Array, Loop


@dataclass(frozen=True, slots=True)
class Running:
    """An array whose elements follow from one another in a loop outside of all others.

    Attributes:
        first: what computes the first element, before the loop.
        next: what computes each further one, in the loop.
    """

    first: Step
    next: Step

    @property
    def loop(self) -> Loop:
        """The loop."""
        return self.next.path[0]

    @property
    def last(self) -> int:
        """The index of the last element."""
        return self.next.result.index.base + step_of(self.next.result, 0) * (self.loop.trips - 1)

    def is_latest(self, operand: Taken, step: Step) -> bool:
        """Whether a reader in the loop reads what the same repetition has computed."""
        return _lies(operand, step, self.next, 0)

    def is_previous(self, operand: Taken, step: Step) -> bool:
        """Whether a reader in the loop reads what the repetition before it has computed."""
        return _lies(operand, step, self.next, -step_of(self.next.result, 0))


def find_running(uses: Uses, arrays: Collection[Array], nested: Collection[Array]) -> dict[Array, Running]:
    """Those of some arrays of which each reader reads the latest element.

    Args:
        uses: the operations.
        arrays: which arrays to look at.
        nested: the arrays whose numbers are computed where they are read.
    """
    place_of = {step: place for place, step in enumerate(uses.steps)}

    def place_in_text(step: Step) -> int:
        while step.array in nested:
            readers = uses.readers.get(step.array, [])
            if not readers:  # the loss
                return len(uses.steps)
            step = readers[0].step
        return place_of[step]

    found = {}
    for array in arrays:
        running = _follow_one_another(uses.writers[array])
        if running is None:
            continue
        loss = uses.program.loss
        if array is loss.array and loss.index.base != running.last:
            continue
        after = place_of[running.next]
        if all(
            _reads_the_latest(running, use.operand, use.step, place_in_text(use.step), after)
            for use in uses.readers.get(array, [])
        ):
            found[array] = running
    return found


def _follow_one_another(writers: list[Step]) -> Running | None:
    if len(writers) != 2:
        return None
    first, further = writers
    index, pace = further.result.index, step_of(further.result, 0)
    if (
        first.path
        or len(further.path) != 1
        or first.width != further.width
        or not pace
        or index.table
        or first.result.index.table
    ):
        return None
    if first.result.index.base != index.base - pace or step_of_run(first.result, 0) != step_of_run(further.result, 1):
        return None
    return Running(first, further)


def _reads_the_latest(running: Running, operand: Taken, step: Step, place: int, after: int) -> bool:
    """Whether a reader finds the element in the variable.

    Args:
        place: where the reader stands in the text.
        after: where the variable is assigned anew in the loop.
    """
    if operand.index.table or count_of(operand) != count_of(running.next.result):
        return False
    if step.path == running.next.path:
        return running.is_previous(operand, step) if place <= after else running.is_latest(operand, step)
    if step.path:
        return False
    base = running.first.result.index.base if place < after else running.last
    return operand.index.base == base and step_of_run(operand, 0) == step_of_run(running.first.result, 0)


def _lies(operand: Taken, step: Step, writer: Step, distance: int) -> bool:
    """Whether an operand lies at a distance of what a writer in the same loop writes, in each repetition."""
    index, written = operand.index, writer.result.index
    if index.base != written.base + distance or padded(index.steps, 1) != padded(written.steps, 1):
        return False
    return step_of_run(operand, len(step.path)) == step_of_run(writer.result, 1)
