"""Binding emitted statements to buffers: what a program runs for batches of one size."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy

from autograd.number_systems import arrays
from autograd.number_systems.generated_code import compile_visibly
from autograd.vectorizing.arrays.array_graph import Array
from autograd.vectorizing.arrays.building import ArrayProgram, Condition
from autograd.vectorizing.arrays.walking import GIVEN
from autograd.vectorizing.layout.plans import Block
from autograd.vectorizing.run import runtime
from autograd.vectorizing.run.buffered import BufferedProgram
from autograd.vectorizing.run.calls import Assignment, Call, Name, NumpyView, lengths_of

_FROM_NUMPY = (
    "absolute", "add", "copyto", "divide", "dot", "einsum", "equal", "greater", "greater_equal", "less", "less_equal",
    "matmul", "maximum", "minimum", "multiply", "negative", "not_equal", "subtract",
)  # fmt: skip
_FROM_RUNTIME = ("add_at_places", "add_to", "cumsum_from_end", "demand", "places_in_batch", "row_starts")
_FUNCTIONS: dict[str, Any] = {
    **arrays.FUNCTIONS_OUT,
    **{name: getattr(numpy, name) for name in _FROM_NUMPY},
    **runtime.FUNCTIONS,
    **{name: getattr(runtime, name) for name in _FROM_RUNTIME},
    "reduce_add": numpy.add.reduce,
    "add_at": numpy.add.at,
    "cumsum": numpy.add.accumulate,
    "cumprod": numpy.multiply.accumulate,
    "copy_of": numpy.copy,
    "number_negative": operator.neg,
    "number_multiply": operator.mul,
    "logsumexp_and_softmax": arrays.logsumexp_and_softmax,
    "float": float,
    "len": len,
    # As Python writes such numbers.
    "inf": numpy.inf,
    "nan": numpy.nan,
    "as_it_is": lambda array: array,
    "named": lambda names, arrays: dict(zip(names, arrays, strict=True)),
}

# Python's compiler takes longer for each statement than emitting it did; a longer program is a list of calls instead, which is
# a few hundredths slower to run.
_MOST_COMPILED = 2000

Run = Callable[..., Any]


@dataclass
class Binding:
    """A program bound to arrays: what it runs in for batches of one size.

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
    """Statements of a program, which can be bound to buffers.

    Args:
        buffered: the statements.
        setup: what is named before everything else.
        last: statements behind the others.
        result: what the program gives.
        events: the list that a floating-point event is noted in.
        n_inputs: how many input arrays a batch has.
        n_theta: how many parameters, the first ones, it depends on.
        has_gradient: whether it writes one.
    """

    def __init__(
        self,
        buffered: BufferedProgram,
        setup: Sequence[Assignment],
        last: Sequence[Call],
        result: Call,
        events: list[Any],
        n_inputs: int,
        n_theta: int,
        has_gradient: bool,
    ) -> None:
        self._setup = [*setup, *buffered.setup]
        self._live = buffered.live
        self._statements = [*buffered.statements, *last]
        self._n_forward = buffered.n_forward
        self._result = result
        self._inputs = buffered.inputs
        self._captured = buffered.captured
        self._events = events
        self._n_inputs = n_inputs
        self._n_theta = n_theta
        self._has_gradient = has_gradient
        self.n_statements = len(self._statements)
        self._code = self._compiled_code() if self.n_statements <= _MOST_COMPILED else None
        self._captured_as: dict[Any, dict[str, Any]] = {}

    # ------------------------------------------------------------------------------------------------ text

    @property
    def text(self) -> str:
        """The program as Python: what is done once for a batch of m examples, and the function that is run for each."""
        setup = "\n".join([assignment.text for assignment in self._setup])
        return f"# for batches of m examples\n{setup}\n\n\n# for each batch\n{self._text_of_run()}"

    def _text_of_run(self) -> str:
        lines = [f"def run({', '.join([f'x{number}' for number in range(self._n_inputs)])}):"]
        lines += [f"    {assignment.text}" for assignment in self._live]
        statements = [f"    {call.text}" for call in self._statements]
        if self._has_gradient:
            statements.insert(self._n_forward, "    met = len(events)")
            lines += [*statements, f"    return {self._result.text}, met, float(gradient.dot(gradient))"]
        else:
            lines += [*statements, f"    return {self._result.text}, len(events), 0.0"]
        return "\n".join(lines) + "\n"

    def _compiled_code(self) -> Any:
        return compile_visibly(self._text_of_run(), "vectorized program", {}).__code__

    # --------------------------------------------------------------------------------------------- binding

    def bind(self, m: int, theta: Any, gradient: Any, buffers: list[Any] | None = None) -> Binding:
        """Make a function for batches of m examples; it takes over buffers of an earlier binding for as many.

        The dtype of θ is that of all arrays.
        """
        dtype = theta.dtype
        kinds = {"float": dtype, "bool": numpy.dtype(bool), "index": numpy.dtype(numpy.intp)}
        kept = iter(buffers or ())
        used: list[Any] = []

        def new(size: int, kind: str) -> Any:
            buffer = next(kept, None)
            used.append(numpy.empty(size, kinds[kind]) if buffer is None else buffer)
            return used[-1]

        # In single precision, a sum of many terms one after the other loses digits.
        has_many = dtype == numpy.float32 and m >= runtime.MANY_EXAMPLES
        names: dict[str, Any] = {
            **_FUNCTIONS,
            **self._captured_in(dtype),
            "new": new,
            "ones": lambda length: numpy.ones(length, dtype),
            "filled": lambda shape, number: numpy.full(shape, number, dtype),
            "events": self._events,
            "sum_of_examples": runtime.sum_in_blocks if has_many else numpy.dot,
            "mean_loss": runtime.mean_of_many if has_many else runtime.mean_loss,
            "theta": theta[: self._n_theta],
            "gradient": gradient[: self._n_theta] if self._has_gradient else None,
            "m": m,
            "weight": 1.0 / m,
            "count": float(m),
        }
        # Plain strings: the interpreter is fast to find globals in a dictionary that has no other keys.
        for name, what in self._setup:
            names[str(name)] = what.value(names, m)
        if self._code is not None:
            # A copy of the code for each binding: the interpreter notes in it where it has found its globals.
            run: Run = FunctionType(self._code.replace(), names, "run")
        else:
            run = self._run_of_calls(names, m, new)
        return Binding(run, theta, gradient, used)

    def _run_of_calls(self, names: dict[str, Any], m: int, new: Callable[[int, str], Any]) -> Run:
        """A function that goes through a list of calls."""
        places = []
        for number, array in self._inputs.items():
            shape = [m, *array.shape]
            # The batch is copied, so that views of it can be made once too.
            names[f"x{number}"] = new(int(numpy.prod(shape)), array.kind).reshape(shape)
            places.append((number, names[f"x{number}"]))
        for name, what in self._live:
            names[name] = what.value(names, m)
        calls = [call.bound(names, m) for call in self._statements]
        forward, backward = calls[: self._n_forward], calls[self._n_forward :]
        result, arguments = self._result.bound(names, m)
        gradient, events = names["gradient"], self._events
        copyto = numpy.copyto

        def run(*arrays: Any) -> Any:
            for number, place in places:
                copyto(place, arrays[number])
            for function, operands in forward:
                function(*operands)
            met = len(events)
            for function, operands in backward:
                function(*operands)
            if gradient is None:
                return result(*arguments), len(events), 0.0
            return result(*arguments), met, float(gradient.dot(gradient))

        return run

    def _captured_in(self, dtype: Any) -> dict[str, Any]:
        """The arrays that statements refer to by name: numbers in a dtype, and indices."""
        known = self._captured_as.get(dtype)
        if known is None:
            known = self._captured_as[dtype] = {
                str(name): numpy.frombuffer(thing[0]).reshape(thing[1]).astype(dtype) if isinstance(thing, tuple) else thing
                for name, thing in self._captured.items()
            }
        return known


def compile_losses(program: ArrayProgram, blocks: Sequence[Block], events: list[Any]) -> Compiled:
    """What computes the loss of each example."""
    _, demands = program.demands
    buffered = BufferedProgram([program.loss, *program.refusing, *(holds for holds, _ in demands)])
    loss = Call("as_it_is", (buffered.names[program.loss],))
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
    arrays = tuple([buffered.names[array] for array in program.outputs.values()])
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
        if array.operation in (*GIVEN, "view") or array in homes or array is program.loss:
            copied.append((place, array))
        else:
            homes[array] = place
    if program.spanning is not None:
        roots.append(program.spanning)
    _, demands = program.demands
    others = [*program.refusing, *(holds for holds, _ in demands)]
    buffered = BufferedProgram([*roots, *others], homes, forward=[program.loss, *others])
    # Before the gradient is written.
    buffered.statements[buffered.n_forward : buffered.n_forward] = checks = _checks(buffered, demands)
    buffered.n_forward += len(checks)
    last += [Call("copyto", (place, buffered.names[array])) for place, array in copied]
    if program.spanning is not None:
        gradient = Name("gradient")
        last.append(Call("add", (gradient, buffered.names[program.spanning], gradient)))
    loss = buffered.names[program.loss]
    result = Call("float", (loss,))
    if program.loss.batched:
        result = Call("mean_loss", (loss, buffered.define("e", "ones", lengths_of((), True)[0]), Name("weight")))
    return _compiled(program, buffered, blocks, result, events, setup=setup, last=last, has_gradient=True)


def _checks(buffered: BufferedProgram, demands: Sequence[Condition]) -> list[Call]:
    return [Call("demand", (buffered.names[holds], numbers)) for holds, numbers in demands]


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
