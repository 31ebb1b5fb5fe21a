"""Compiling emitted statements into functions, and binding them to buffers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from autograd.vectorizing import array_functions, runtime
from autograd.vectorizing.array_graph import Array
from autograd.vectorizing.buffered import BufferedProgram
from autograd.vectorizing.building import ArrayProgram
from autograd.vectorizing.layout import Block
from autograd.vectorizing.walking import GIVEN

_FROM_NUMPY = (
    "absolute", "add", "copyto", "divide", "dot", "einsum", "equal", "greater", "greater_equal", "inf", "less", "less_equal",
    "matmul", "maximum", "minimum", "multiply", "nan", "negative", "not_equal", "subtract", "take",
)  # fmt: skip
_FROM_RUNTIME = (
    "add_at_places", "add_choice", "add_gathered", "add_rows", "as_index", "choose", "places_in_batch", "row_starts",
)  # fmt: skip
_NAMESPACE: dict[str, Any] = {
    **{name: getattr(numpy, name) for name in _FROM_NUMPY},
    **{name: getattr(runtime, name) for name in _FROM_RUNTIME},
    "reduce_add": numpy.add.reduce,
    "add_at": numpy.add.at,
    "functions": array_functions.FUNCTIONS_OUT,
    "logsumexp_and_softmax": array_functions.logsumexp_and_softmax,
}

Run = Callable[..., Any]


@dataclass
class Binding:
    """A compiled function bound to arrays: what it runs in for batches of one size.

    Attributes:
        run: takes the batch. Gives its result, how many floating-point events the forward pass met, and the sum of the
            gradient's squares, which is finite if the gradient is.
        theta: the parameters it reads.
        gradient: what it writes the gradient to.
        buffers: what it computes in.
    """

    run: Run
    theta: Any
    gradient: Any
    buffers: list[Any]


class Compiled:
    """Statements of a program as a function that can be bound to buffers.

    Args:
        text: defines ``bind``.
        captured: arrays that the text refers to by name.
        dtype: of all floating-point arrays.
        events: the list that a floating-point event is noted in.
        n_statements: how many statements run for a batch.
        n_theta: how many parameters, the first ones, it depends on.
    """

    def __init__(
        self, text: str, captured: dict[str, Any], dtype: Any, events: list[Any], n_statements: int, n_theta: int
    ) -> None:
        self.text = text
        self.n_statements = n_statements
        self._n_theta = n_theta
        self._dtype = dtype
        self._captured = {name: self._as_array(thing) for name, thing in captured.items()}
        self._kinds = {"float": dtype, "bool": numpy.dtype(bool), "index": numpy.dtype(numpy.intp)}
        scope: dict[str, Any] = {
            **_NAMESPACE,
            "ones": lambda length: numpy.ones(length, dtype),
            "filled": lambda shape, number: numpy.full(shape, number, dtype),
            "events": events,
        }
        exec(compile(text, "<vectorized program>", "exec"), scope)
        self._bind = scope["bind"]

    def _as_array(self, thing: Any) -> Any:
        if not isinstance(thing, tuple):
            return thing
        data, shape = thing
        return numpy.frombuffer(data).reshape(shape).astype(self._dtype)

    def bind(self, m: int, theta: Any, gradient: Any, buffers: list[Any] | None = None) -> Binding:
        """Make a function for batches of m examples; it takes over buffers of an earlier binding for as many."""
        kept = iter(buffers or ())
        used: list[Any] = []

        def new(size: int, kind: str) -> Any:
            buffer = next(kept, None)
            used.append(numpy.empty(size, self._kinds[kind]) if buffer is None else buffer)
            return used[-1]

        n = self._n_theta
        of_used = None if gradient is None else gradient[:n]
        return Binding(self._bind(m, theta[:n], of_used, new, **self._captured), theta, gradient, used)


def compile_losses(program: ArrayProgram, blocks: Sequence[Block], n_inputs: int, dtype: Any, events: list[Any]) -> Compiled:
    """The function that computes the loss of each example."""
    buffered = BufferedProgram([program.loss])
    loss = buffered.names[program.loss]
    return _compiled(buffered, blocks, _parameters(blocks), n_inputs, [], loss, dtype, events)


def compile_outputs(program: ArrayProgram, blocks: Sequence[Block], n_inputs: int, dtype: Any, events: list[Any]) -> Compiled:
    """The function that computes the named outputs, as a dictionary."""
    buffered = BufferedProgram(list(program.outputs.values()))
    result = ", ".join(f"{name!r}: {buffered.names[array]}" for name, array in program.outputs.items())
    return _compiled(buffered, blocks, _parameters(blocks), n_inputs, [], f"{{{result}}}", dtype, events)


def compile_value_and_grad(
    program: ArrayProgram, blocks: Sequence[Block], n_inputs: int, dtype: Any, events: list[Any]
) -> Compiled:
    """The function that computes the mean loss and writes the gradient."""
    homes: dict[Array, str] = {}
    setup = _parameters(blocks)
    last: list[str] = []
    copied: list[tuple[int, Array]] = []
    roots = [program.loss]
    for number, (array, block) in enumerate(zip(program.gradient, blocks, strict=True)):
        setup.append(f"g{number} = gradient[{block.offset}:{block.offset + block.size}].reshape({_shape(block)})")
        if array is None:
            last.append(f"g{number}.fill(0.0)")
            continue
        roots.append(array)
        # Computed in its place in the gradient, if nothing else has to be there too.
        if array.operation in (*GIVEN, "view") or array in homes or array is program.loss:
            copied.append((number, array))
        else:
            homes[array] = f"g{number}"
    if program.spanning is not None:
        roots.append(program.spanning)
    buffered = BufferedProgram(roots, homes, forward=[program.loss])
    last += [f"copyto(g{number}, {buffered.names[array]})" for number, array in copied]
    if program.spanning is not None:
        last.append(f"add(gradient, {buffered.names[program.spanning]}, gradient)")
    loss = buffered.names[program.loss]
    if program.loss.batched:
        setup.append("every = ones(m)")
        loss = f"float(dot({loss}, every) * weight)"
    else:
        loss = f"float({loss})"
    return _compiled(buffered, blocks, setup, n_inputs, last, loss, dtype, events)


def _parameters(blocks: Sequence[Block]) -> list[str]:
    return [
        f"p{number} = theta[{block.offset}:{block.offset + block.size}].reshape({_shape(block)})"
        for number, block in enumerate(blocks)
    ]


def _shape(block: Block) -> str:
    return f"({', '.join(map(str, block.shape))},)" if block.shape else "()"


def _compiled(
    buffered: BufferedProgram,
    blocks: Sequence[Block],
    setup: list[str],
    n_inputs: int,
    last: list[str],
    result: str,
    dtype: Any,
    events: list[Any],
) -> Compiled:
    lines = [
        f"def bind({', '.join(['m', 'theta', 'gradient', 'new', *buffered.captured])}):",
        "    weight = 1.0 / m",
        *("    " + line for line in setup + buffered.setup),
        f"    def run({', '.join(f'x{number}' for number in range(n_inputs))}):",
        *("        " + line for line in [*buffered.statements, *last]),
        f"        return {result}, {'met, float(dot(gradient, gradient))' if buffered.marked else 'len(events), 0.0'}",
        "    return run",
    ]
    text = "\n".join(lines) + "\n"
    n_theta = sum(block.size for block in blocks)
    return Compiled(text, buffered.captured, dtype, events, len(buffered.statements) + len(last), n_theta)
