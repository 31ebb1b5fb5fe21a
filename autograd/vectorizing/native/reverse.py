"""Lowering of the reverse pass: adjoints are carried back through each operation by the table's local derivatives.

An adjoint stays in a register as long as all that is added to it is added in the block where it is used up, or in the turn of a
loop before. What a loop adds to the same element again and again is a variable, which is added when the loop is over. Everything
else is added up in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from autograd.table.rules import MANY, Selection, Summed
from autograd.vectorizing.native.code import Block, Buffer, Memory, Number, Variable
from autograd.vectorizing.native.destinations import Destinations, Element, Homes, depends
from autograd.vectorizing.native.forward import Forward
from autograd.vectorizing.native.indices import UNROLLED, at, moved, operands_of, picked, row_to_pick_from, segments, trimmed
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram


@dataclass
class _Frame:
    """A block of the reverse pass.

    Attributes:
        block: the code.
        homes: the elements whose adjoints are used up in this block.
        pending: what has been added to these so far.
        carried: of the elements that get something from the next turn: that number.
        carried_on: what is added to them for the turn to come.
        variables: what is added up while the block is repeated.
    """

    block: Block
    homes: Homes
    pending: dict[Element, list[Any]] = field(default_factory=dict)
    variables: dict[Element, Variable] = field(default_factory=dict)
    carried: dict[Element, Number] = field(default_factory=dict)
    carried_on: dict[Element, list[Any]] = field(default_factory=dict)


class Reverse:
    """The reverse pass of a kernel while it is written.

    Args:
        rolled: the program.
        forward: its forward pass, which has been written.
        after: the block that is run once after the loop over the examples.
    """

    def __init__(self, rolled: RolledProgram, forward: Forward, after: Block) -> None:
        self._rolled = rolled
        self._forward = forward
        self.numbers = forward.numbers
        self._after = after
        self._wide = True
        self._frames: list[_Frame] = []
        self._destinations = Destinations(rolled, exact=forward.numbers.exact)
        self._adjoints: dict[tuple[Array, bool], Buffer] = {}

    def write(self) -> None:
        """Write the code that carries the adjoint of the loss back to the parameters."""
        numbers, loss = self.numbers, self._rolled.loss
        if not loss.array.active:
            return
        for wide in (True, False):
            self._wide = wide
            numbers.block = numbers.examples if wide else self._after
            self._frames = [_Frame(numbers.block, self._destinations.homes(self._rolled.items, wide, 0))]
            if loss.array.batched is wide:
                self._contribute(loss.array, trimmed(loss.index), numbers.seed() if wide else 1.0)
            if not wide:
                self._take_over()
            self._items(self._rolled.items)

    def gradient(self) -> tuple[Buffer | None, Buffer | None]:
        """What has been added to θ for each example, and once for all of them."""
        parameters = self._rolled.parameters
        return self._adjoints.get((parameters, True)), self._adjoints.get((parameters, False))

    def _take_over(self) -> None:
        """Add what the examples have contributed to numbers that are the same for all of them."""
        numbers = self.numbers
        for (array, wide), buffer in list(self._adjoints.items()):
            if wide and not array.batched and array.kind is Kind.COMPUTED:
                if array.size == 1:
                    self._contribute(array, Index(0), numbers.sum_of_examples(numbers.load(buffer, Index(0), (), fresh=True)))
                    continue
                loop = self._after.loop(array.size, backwards=False)
                numbers.block = loop
                element = Index(0, (1,))
                total = numbers.sum_of_examples(numbers.load(buffer, element, loop.nest, fresh=True))
                numbers.state("add", self._adjoint_of(array), total, index=element, nest=loop.nest)
                numbers.block = self._after
                self._after.code.append(loop)

    def _items(self, items: Sequence[Item]) -> None:
        for item in reversed(items):
            if isinstance(item, Loop):
                self._repeated(item)
            elif item.result.array.batched is self._wide and item.result.array.active:
                self._operation(item)

    def _repeated(self, loop: Loop) -> None:
        depth = self._depth
        homes = self._destinations.homes(loop.items, self._wide, depth + 1)
        carried = [home for home in homes if home in self._destinations.carried]
        # What follows the loop has added to the elements of its last turn.
        first = [self._total((array, at(index, loop.trips - 1, depth))) for array, index in carried]
        frame = self._begin(loop.trips, True, homes)
        for home, number in zip(carried, first, strict=True):
            frame.carried[home] = self.numbers.carried(0.0 if number is None else number, wide=self._wide)
        self._items(loop.items)
        left: list[tuple[Element, Any]] = []
        for array, index in carried:
            total = self._sum_of(frame.carried_on.get((array, index), [0.0]))
            number = frame.carried[array, index]
            number.operands = (*number.operands, total)
            before = moved(index, depth, -1)
            assert before is not None
            left.append(((array, at(before, 0, depth)), total))
        self._end(frame)
        for (array, index), total in left:
            self._contribute(array, index, self.numbers.left_by(total))

    def _loop(self, trips: int, write: Callable[[], None]) -> None:
        """Write a loop that belongs to a single operation."""
        frame = self._begin(trips, False, Homes())
        write()
        self._end(frame)

    def _begin(self, trips: int, backwards: bool, homes: Homes) -> _Frame:
        frame = _Frame(self._frames[-1].block.loop(trips, backwards=backwards), homes)
        self._frames.append(frame)
        self.numbers.block = frame.block
        return frame

    def _end(self, frame: _Frame) -> None:
        """Append a loop to the block around it, and add what it has added up in variables."""
        self._frames.pop()
        outer = self.numbers.block = self._frames[-1].block
        for variable in frame.variables.values():
            self.numbers.state("set", variable, 0.0)
        if frame.block.code:
            outer.code.append(frame.block)
        for (array, index), variable in frame.variables.items():
            self._contribute(array, index, self.numbers.value_of(variable))

    # ------------------------------------------------------------------------------------------------------ operations

    def _operation(self, operation: Operation) -> None:
        upstream = self._used_up(operation.result)
        if upstream is None:
            return
        primitive, numbers = operation.primitive, self.numbers
        if isinstance(primitive, Summed):
            self._sum(primitive, operation, upstream)
            return
        if isinstance(primitive, Selection):
            self._selection(operation, upstream)
            return
        tapes = self._forward.tapes
        flat = operands_of(operation.slots, self._depth)
        derivatives: Sequence[Any] = ()
        for place, operand in enumerate(flat):
            if not operand.array.active:
                continue
            tape = tapes.get((operation, place))
            if tape is not None:
                derivative: Any = numbers.load(tape, operation.result.index, numbers.block.nest)
            else:
                if not derivatives:
                    groups = [self._forward.read(slot) for slot in operation.slots]
                    result = self._forward.read(operation.result)
                    derivatives = primitive.local_derivatives(numbers, groups, result)
                derivative = derivatives[place]
            if primitive.selects and numbers.exact:
                self._pass_on_what_is_chosen(operation, operand, upstream, derivative)
            else:
                self._pass_on(operand, upstream, derivative)

    def _pass_on(self, operand: Place, upstream: Any, derivative: Any) -> None:
        """Contribute upstream × local derivative to an operand."""
        numbers = self.numbers
        if derivative.__class__ is not Number:
            derivative = float(derivative)
            if derivative == 0.0 and not numbers.exact:
                return
        contribution = numbers.operate("multiply", upstream, derivative)
        self._contribute(operand.array, trimmed(operand.index), numbers.passed_on(upstream, contribution))

    def _pass_on_what_is_chosen(self, operation: Operation, operand: Place, upstream: Any, derivative: Any) -> None:
        """The same for an exact kernel, where an operand may be left out; but of an undefined number nothing is."""
        numbers = self.numbers
        contribution = numbers.operate("multiply", upstream, numbers.as_number(derivative))
        result = self._forward.read(operation.result)
        is_undefined = 0.0 if operation.primitive.arity == MANY else numbers.make("differs", result, result, kind="mask")
        kept = numbers.where(
            numbers.as_mask(derivative), contribution, numbers.where(is_undefined, contribution, numbers.left_out())
        )
        self._contribute(operand.array, trimmed(operand.index), numbers.passed_on(upstream, kept))

    def _sum(self, primitive: Summed, operation: Operation, upstream: Any) -> None:
        result = None
        for count, columns in segments(operation.slots, self._depth):
            if not any(run.array.active for run in columns):
                continue
            result = self._forward.read(operation.result)

            def of_term(places: Sequence[Place], result: Any = result) -> None:
                operands = [self._forward.read(place) for place in places]
                for place, derivative in zip(places, primitive.term_derivatives(self.numbers, *operands, result), strict=True):
                    if place.array.active:
                        self._pass_on(place, upstream, derivative)

            if count <= UNROLLED:
                for k in range(count):
                    of_term([Place(run.array, at(run.index, k, self._depth)) for run in columns])
            else:
                places = [Place(run.array, run.index) for run in columns]
                self._loop(count, partial(of_term, places))

    def _selection(self, operation: Operation, upstream: Any) -> None:
        primitive: Any = operation.primitive
        numbers, slots = self.numbers, operation.slots
        row = row_to_pick_from(slots) if primitive.name == "pick" else None
        if row is not None:
            if row.array.active:
                place = self._forward.read(slots[1])
                index = picked(row, place, self._depth)
                if index is None:
                    self._scatter(row.array, row.index, place, row.count, upstream)
                else:
                    self._contribute(row.array, index, upstream)
            return
        tape = self._forward.tapes.get((operation, 0))
        if tape is not None:
            chosen: Any = numbers.load(tape, operation.result.index, numbers.block.nest)
        else:
            chosen = self._forward.position(operation, [self._forward.read(slot) for slot in slots])
        for place, operand in enumerate(operands_of(slots if numbers.exact else slots[:1], self._depth)):
            if not operand.array.active or (place < primitive.first and not numbers.exact):
                continue
            is_chosen = numbers.equal(chosen, float(place)) if chosen.__class__ is Number else float(chosen == place)
            passed = numbers.where(is_chosen, upstream, numbers.left_out() if numbers.exact else 0.0)
            if passed.__class__ is Number or passed != 0.0:
                self._contribute(operand.array, trimmed(operand.index), numbers.passed_on(upstream, passed))

    # -------------------------------------------------------------------------------------------------------- adjoints

    @property
    def _depth(self) -> int:
        return len(self.numbers.block.nest)

    def _used_up(self, place: Place) -> Any:
        """The adjoint of an element: all has been added to it. None if nothing has."""
        element = (place.array, trimmed(place.index))
        parts: list[Any] = []
        if (place.array, self._wide) in self._destinations.in_memory:
            buffer = self._adjoint_of(place.array)
            parts.append(self.numbers.load(buffer, place.index, self.numbers.block.nest, fresh=True))
        rest = self._total(element)
        if rest is not None:
            parts.append(rest)
        return self._sum_of(parts) if parts else None

    def _total(self, element: Element) -> Any:
        """What has been added to an element of the present block in registers; None if nothing has."""
        frame = self._frames[-1]
        parts = [*([frame.carried[element]] if element in frame.carried else []), *frame.pending.pop(element, [])]
        return self._sum_of(parts) if parts else None

    def _sum_of(self, parts: Sequence[Any]) -> Any:
        total = parts[0]
        for part in parts[1:]:
            total = self.numbers.combined(total, part)
        return total

    def _contribute(self, array: Array, index: Index, number: Any) -> None:
        """Add a number to the adjoint of an element."""
        if not array.active:
            return
        frame = self._frames[-1]
        if self.numbers.exact:
            # One contribution after the other.
            if (array, index) in frame.homes and (array, self._wide) not in self._destinations.in_memory:
                frame.pending.setdefault((array, index), []).append(number)
            else:
                self.numbers.state("add", self._adjoint_of(array), number, index=index, nest=self.numbers.block.nest)
        elif len(self._frames) > 1 and not depends(index, len(self._frames) - 2) and array not in frame.homes.written:
            variable = frame.variables.get((array, index))
            if variable is None:
                variable = frame.variables[array, index] = Variable(self._wide)
            self.numbers.state("increase", variable, number)
        elif (array, index) in frame.homes:
            frame.pending.setdefault((array, index), []).append(number)
        elif (home := self._next_home(array, index)) in frame.carried:
            frame.carried_on.setdefault(home, []).append(number)
        else:
            self.numbers.state("add", self._adjoint_of(array), number, index=index, nest=self.numbers.block.nest)

    def _next_home(self, array: Array, index: Index) -> Any:
        """The element of the present turn that this one is in the turn to come."""
        after = moved(index, self._depth - 1, 1) if self._depth else None
        return (array, after)

    def _scatter(self, array: Array, index: Index, place: Any, length: int, number: Any) -> None:
        """Add a number to the adjoint of the element of a row that another number chooses."""
        step = index.steps[self._depth]
        index = at(index, 0, self._depth)
        values = (number, place, step, length)
        self.numbers.state("scatter", self._adjoint_of(array), *values, index=index, nest=self.numbers.block.nest)

    def _adjoint_of(self, array: Array) -> Buffer:
        """Where adjoints of an array are added up at present."""
        buffer = self._adjoints.get((array, self._wide))
        if buffer is None:
            # What is the same for all examples gets something from each of them.
            zeroed: Any = "block" if self._wide and array.batched else "call"
            buffer = self._adjoints[array, self._wide] = Buffer(Memory.SCRATCH, array.size, self._wide, zeroed=zeroed)
        return buffer
