"""The kernels of a program as low-level code: its losses, its outputs, its demands, or its mean loss and gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from autograd.vectorizing.native.code import DEMAND_NOT_MET, Block, Buffer, Memory, Number
from autograd.vectorizing.native.forward import Forward
from autograd.vectorizing.native.numbers import KernelNumbers
from autograd.vectorizing.native.reverse import Reverse
from autograd.vectorizing.rolled.program import Array, Index, Kind, Place, RolledProgram

KernelKind: TypeAlias = Literal["value_and_grad", "losses", "outputs", "demands"]

LOSS, SQUARES = 0, 1
"""The figures of a batch: the mean loss, and the sum of the squares of the gradient."""


@dataclass
class Kernel:
    """Low-level code.

    Attributes:
        before: what is run once, the loop over the examples included.
        examples: that loop.
        after: what is run once after it.
        width: how many results each example has.
        exact: whether results are bit-equal to those of the eager engine: the last example comes first then, where gradients are
            added up.
    """

    before: Block
    examples: Block
    after: Block
    width: int
    exact: bool

    @property
    def blocks(self) -> tuple[Block, Block, Block]:
        """All of it, in order."""
        return self.before, self.examples, self.after


def lower(rolled: RolledProgram, kind: KernelKind, *, exact: bool = False, single: bool = False) -> Kernel:
    """Write the low-level code of a kernel.

    Args:
        rolled: the program.
        kind: what to compute. The demands are those on the inputs alone; all others are checked by the other kernels, which check
            all of them if they are exact.
        exact: whether results are to be bit-equal to those of the eager engine, which computes everything for each example.
        single: whether the program's numbers are in single precision, which its constants are rounded to. It computes in double
            precision nonetheless.
    """
    if exact:
        for operation, _ in rolled.operations():
            operation.result.array.batched = True
    numbers = KernelNumbers(exact=exact)
    forward = Forward(rolled, numbers, taped=kind == "value_and_grad", single=single)
    after = Block(parent=numbers.root, depth=1)
    of_inputs = [place for place in rolled.demands if not place.array.active]
    forward.write(_needed_for(rolled, of_inputs) if kind == "demands" else None)
    for place in rolled.demands:
        if not place.array.active if kind == "demands" else place.array.active or exact:
            numbers.block = numbers.examples if place.array.batched else numbers.root
            met = numbers.operate("greater", abs(forward.read(place)), 0.0)
            if met.__class__ is Number:
                numbers.state("refuse", DEMAND_NOT_MET, numbers.make("opposite", met, kind="mask"))
            elif not met:
                numbers.state("refuse", DEMAND_NOT_MET, 1.0)
    results: list[Place] = []
    if kind == "losses":
        results = [rolled.loss]
    elif kind == "outputs":
        results = [place for places in rolled.outputs.values() for place in places]
    elif kind == "value_and_grad":
        _mean_and_gradient(rolled, forward, after)
    numbers.block = numbers.examples
    for column, place in enumerate(results):
        numbers.state("result", column, forward.read(place))
    return Kernel(numbers.root, numbers.examples, after, len(results), exact)


def _mean_and_gradient(rolled: RolledProgram, forward: Forward, after: Block) -> None:
    numbers, loss = forward.numbers, rolled.loss
    if loss.array.batched:
        numbers.block = numbers.root
        losses = numbers.variable(True, 0.0)
        numbers.block = numbers.examples
        numbers.state("increase", losses, numbers.where(numbers.valid(), forward.read(loss), 0.0))
    reverse = Reverse(rolled, forward, after)
    reverse.write()
    numbers.block = after
    if loss.array.batched:
        mean = numbers.make("divide", numbers.sum_of_examples(numbers.value_of(losses)), numbers.make("count"))
    else:
        mean = forward.read(loss)
    numbers.state("figure", LOSS, mean)
    _write_gradient(rolled, reverse, numbers, after)


def _write_gradient(rolled: RolledProgram, reverse: Reverse, numbers: KernelNumbers, after: Block) -> None:
    """Add up what the examples and what comes after them have contributed to each parameter."""
    size = rolled.parameters.size
    squares = numbers.variable(False, 0.0)
    of_examples, of_all = reverse.gradient()
    if size and (of_examples or of_all):
        loop = after.loop(size, backwards=False)
        numbers.block = loop
        element = Index(0, (1,))
        parts: list[Any] = []
        if of_examples is not None:
            parts.append(numbers.sum_of_examples(numbers.load(of_examples, element, loop.nest, fresh=True)))
        if of_all is not None:
            parts.append(numbers.load(of_all, element, loop.nest, fresh=True))
        total = parts[0] if len(parts) == 1 else numbers.combined(*parts)
        if numbers.exact:
            total = numbers.make("settle", total)
        numbers.state("store", Buffer(Memory.GRADIENT, size), total, index=element, nest=loop.nest)
        numbers.state("increase", squares, numbers.operate("multiply", total, total))
        numbers.block = after
        after.code.append(loop)
    elif size:
        loop = after.loop(size, backwards=False)
        numbers.block = loop
        numbers.state("store", Buffer(Memory.GRADIENT, size), 0.0, index=Index(0, (1,)), nest=loop.nest)
        numbers.block = after
        after.code.append(loop)
    numbers.state("figure", SQUARES, numbers.value_of(squares))


def _needed_for(rolled: RolledProgram, places: list[Place]) -> set[Array]:
    """The computed arrays that some numbers depend on."""
    needed = {place.array for place in places}
    operations = list(rolled.operations())
    n_known = 0
    # A turn of a loop also uses what stands further down in it, and an earlier turn has computed.
    while n_known < len(needed):
        n_known = len(needed)
        for operation, _ in reversed(operations):
            if operation.result.array in needed:
                needed.update(
                    part.array
                    for slot in operation.slots
                    for part in (slot if isinstance(slot, tuple) else (slot,))
                    if part.array.kind is Kind.COMPUTED
                )
    return needed
