"""The functions of a program: what computes its losses, its outputs, or its mean loss and gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.building import ArrayProgram, Condition
from autograd.vectorizing.arrays.steps import lengths_of
from autograd.vectorizing.layout.plans import Block
from autograd.vectorizing.run.binding import Compiled
from autograd.vectorizing.run.buffered import BufferedProgram
from autograd.vectorizing.run.calls import Assignment, Call, Name, NumpyView


def compile_losses(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """What computes the loss of each example."""
    _, demands = program.demands
    buffered = BufferedProgram([program.loss, *program.refusing, *(holds for holds, _ in demands)])
    loss = Call("as_it_is", (buffered.statements.names[program.loss],))
    return _compiled(program, buffered, blocks, loss, events, last=_checks(buffered, demands))


def compile_demands(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """What checks the demands on inputs alone."""
    demands, _ = program.demands
    buffered = BufferedProgram([holds for holds, _ in demands])
    return _compiled(program, buffered, blocks, Call("as_it_is", (None,)), events, last=_checks(buffered, demands))


def compile_outputs(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """What computes the named outputs, as a dictionary."""
    _, demands = program.demands
    buffered = BufferedProgram([*program.outputs.values(), *(holds for holds, _ in demands)])
    arrays = tuple([buffered.statements.names[array] for array in program.outputs.values()])
    outputs = Call("named", (tuple(program.outputs), arrays))
    return _compiled(program, buffered, blocks, outputs, events, last=_checks(buffered, demands))


def compile_value_and_grad(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """What computes the mean loss and writes the gradient."""
    homes: dict[Array, Name] = {}
    setup = _parameters(blocks)
    last: list[Call] = []
    copied: list[tuple[Name, Array]] = []
    roots = [program.loss]
    for number, (array, block) in enumerate(zip(program.gradient, blocks, strict=True)):
        place = Name(f"g{number}")
        setup.append(Assignment(place, _part("gradient", block)))
        if array is None:
            last.append(Call(f"{place}.fill", (0.0,)))
            continue
        roots.append(array)
        # Computed in its place in the gradient, if nothing else has to be there too.
        if array.is_given or array.is_view or array in homes or array is program.loss:
            copied.append((place, array))
        else:
            homes[array] = place
    if program.spanning is not None:
        roots.append(program.spanning)
    _, demands = program.demands
    others = [*program.refusing, *(holds for holds, _ in demands)]
    buffered = BufferedProgram([*roots, *others], homes, forward=[program.loss, *others])
    # Before the gradient is written.
    buffered.statements.calls[buffered.n_forward : buffered.n_forward] = checks = _checks(buffered, demands)
    buffered.n_forward += len(checks)
    last += [Call("copyto", (place, buffered.statements.names[array])) for place, array in copied]
    if program.spanning is not None:
        gradient = Name("gradient")
        last.append(Call("add", (gradient, buffered.statements.names[program.spanning], gradient)))
    loss = buffered.statements.names[program.loss]
    result = Call("float", (loss,))
    if program.loss.batched:
        result = Call("mean_loss", (loss, buffered.statements.define("e", "ones", lengths_of((), True)[0]), Name("weight")))
    return _compiled(program, buffered, blocks, result, events, setup=setup, last=last, has_gradient=True)


def _checks(buffered: BufferedProgram, demands: Sequence[Condition]) -> list[Call]:
    return [Call("demand", (buffered.statements.names[holds], numbers)) for holds, numbers in demands]


def _parameters(blocks: Sequence[Block]) -> list[Assignment]:
    return [Assignment(Name(f"p{number}"), _part("theta", block)) for number, block in enumerate(blocks)]


def _part(vector: str, block: Block) -> NumpyView:
    steps = (("index", ((block.offset, block.offset + block.size),)), ("reshape", block.shape))
    return NumpyView(Name(vector), steps)


def _compiled(
    program: ArrayProgram,
    buffered: BufferedProgram,
    blocks: Sequence[Block],
    result: Call,
    events: list[Any],
    *,
    setup: Sequence[Assignment] | None = None,
    last: Sequence[Call] = (),
    has_gradient: bool = False,
) -> Compiled:
    n_theta = sum(block.size for block in blocks)
    setup = _parameters(blocks) if setup is None else setup
    return Compiled(buffered, setup, last, result, events, len(program.index_limits), n_theta, has_gradient)
