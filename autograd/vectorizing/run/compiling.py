"""The functions of a program: they compute its losses, its outputs, or its mean loss and gradient, or check its demands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.building import ArrayProgram, Condition
from autograd.vectorizing.arrays.steps import EXAMPLES
from autograd.vectorizing.layout.plans import Block
from autograd.vectorizing.run.binding import Compiled
from autograd.vectorizing.run.buffered import BufferedProgram
from autograd.vectorizing.run.calls import Assignment, Call, Name, NumpyView
from autograd.vectorizing.run.statements import Statements


def compile_losses(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """The function that computes the loss of each example."""
    arrays = [program.loss, *program.refusing]
    return _of_forward_pass(program, blocks, events, arrays, lambda names: Call("as_it_is", (names[program.loss],)))


def compile_demands(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """The function that checks the demands on inputs alone."""
    return _of_forward_pass(program, blocks, events, [], lambda names: Call("as_it_is", (None,)), of_inputs=True)


def compile_outputs(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """The function that computes the named outputs, as a dictionary."""
    arrays = [*program.outputs.values()]

    def result(names: Mapping[Array, Name]) -> Call:
        return Call("named", (tuple(program.outputs), tuple([names[array] for array in arrays])))

    return _of_forward_pass(program, blocks, events, arrays, result)


def _of_forward_pass(
    program: ArrayProgram,
    blocks: Sequence[Block],
    events: list[Any],
    arrays: Sequence[Array],
    result: Callable[[Mapping[Array, Name]], Call],
    *,
    of_inputs: bool = False,
) -> Compiled:
    """A function that computes some arrays and checks the demands on inputs alone, or those that depend on parameters."""
    demands = program.demands[0 if of_inputs else 1]
    buffered = BufferedProgram([*arrays, *(holds for holds, _ in demands)])
    written = buffered.statements
    calls = [*written.calls, *_checks(written, demands)]
    sizes = len(program.index_limits), sum(block.size for block in blocks)
    return Compiled(written, _parameters(blocks), calls, 0, result(written.names), events, *sizes, has_gradient=False)


def compile_value_and_grad(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
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
