"""The functions of a program: they compute its losses, its outputs, or its mean loss and gradient, or check its demands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.building import ArrayProgram, Condition
from autograd.vectorizing.arrays.steps import EXAMPLES
from autograd.vectorizing.layout.plans import Block
from autograd.vectorizing.run.binding import Compiled
from autograd.vectorizing.run.buffered import BufferedProgram
from autograd.vectorizing.run.calls import Assignment, Call, Name, NumpyView
from autograd.vectorizing.run.statements import Statements

FunctionKind: TypeAlias = Literal["losses", "demands", "outputs", "value_and_grad"]


def compile_function(kind: FunctionKind, program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """A function of a program: it computes what its name says, and checks the demands on inputs alone, or all others.

    Args:
        kind: which function.
        program: the array program.
        blocks: where parameters stand in θ.
        events: the list that floating-point events are noted in.
    """
    if kind == "value_and_grad":
        return _of_both_passes(program, blocks, events)
    wanted = {"losses": [program.loss, *program.refusing], "demands": [], "outputs": [*program.outputs.values()]}[kind]
    demands = program.demands[0 if kind == "demands" else 1]
    written = BufferedProgram([*wanted, *(holds for holds, _ in demands)]).statements
    calls = [*written.calls, *_checks(written, demands)]
    names = [written.names[array] for array in wanted]
    result = Call("as_it_is", (names[0] if names else None,))
    if kind == "outputs":
        result = Call("named", (tuple(program.outputs), tuple(names)))
    sizes = len(program.index_limits), sum(block.size for block in blocks)
    return Compiled(written, _parameters(blocks), calls, 0, result, events, *sizes, has_gradient=False)


def _of_both_passes(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """The function that computes the mean loss and writes the gradient."""
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
    written = buffered.statements
    names = written.names
    # Before the gradient is written.
    forward = [*written.calls[: buffered.n_forward], *_checks(written, demands)]
    backward = [*written.calls[buffered.n_forward :], *last]
    backward += [Call("copyto", (place, names[array])) for place, array in copied]
    if program.spanning is not None:
        gradient = Name("gradient")
        backward.append(Call("add", (gradient, names[program.spanning], gradient)))
    result = Call("float", (names[program.loss],))
    if program.loss.batched:
        result = Call("mean_loss", (names[program.loss], written.define("e", "ones", EXAMPLES), Name("weight")))
    sizes = len(program.index_limits), sum(block.size for block in blocks)
    return Compiled(written, setup, [*forward, *backward], len(forward), result, events, *sizes, has_gradient=True)


def _checks(written: Statements, demands: Sequence[Condition]) -> list[Call]:
    return [Call("demand", (written.names[holds], numbers)) for holds, numbers in demands]


def _parameters(blocks: Sequence[Block]) -> list[Assignment]:
    return [Assignment(Name(f"p{number}"), _part("theta", block)) for number, block in enumerate(blocks)]


def _part(vector: str, block: Block) -> NumpyView:
    steps = (("index", ((block.offset, block.offset + block.size),)), ("reshape", block.shape))
    return NumpyView(Name(vector), steps)
