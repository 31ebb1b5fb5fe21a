"""Binding written statements to buffers: what a program runs for batches of one size."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy

from autograd.number_systems import arrays
from autograd.number_systems.generated_code import compile_visibly
from autograd.vectorizing.run import runtime
from autograd.vectorizing.run.calls import Assignment, Call
from autograd.vectorizing.run.statements import Statements

_FROM_NUMPY = (
    "absolute", "add", "copyto", "divide", "dot", "einsum", "equal", "greater", "greater_equal", "less", "less_equal",
    "matmul", "maximum", "minimum", "multiply", "negative", "not_equal", "subtract",
)  # fmt: skip
_FUNCTIONS: dict[str, Any] = {
    **arrays.FUNCTIONS_OUT,
    **{name: getattr(numpy, name) for name in _FROM_NUMPY},
    **{name: thing for name, thing in vars(runtime).items() if isinstance(thing, FunctionType)},
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

    run: Callable[..., Any]
    theta: Any
    gradient: Any
    buffers: list[Any]


@dataclass
class Compiled:
    """Statements of a program, which can be bound to buffers.

    Attributes:
        written: what was written for the arrays wanted.
        setup: what is named before everything else.
        calls: all statements.
        n_forward: how many of them the forward pass has.
        result: what the program gives.
        events: the list that a floating-point event is noted in.
        n_inputs: how many input arrays a batch has.
        n_theta: how many parameters, the first ones, it depends on.
        has_gradient: whether it writes one.
    """

    written: Statements
    setup: Sequence[Assignment]
    calls: Sequence[Call]
    n_forward: int
    result: Call
    events: list[Any]
    n_inputs: int
    n_theta: int
    has_gradient: bool

    def __post_init__(self) -> None:
        self.n_statements = len(self.calls)
        self._code: Any = None
        if self.n_statements <= _MOST_COMPILED:
            self._code = compile_visibly(self._text_of_run(), "vectorized program", {}).__code__
        self._captured_as: dict[Any, dict[str, Any]] = {}

    # ------------------------------------------------------------------------------------------------ text

    @property
    def text(self) -> str:
        """The program as Python: what is done once for a batch of m examples, and the function that is run for each."""
        setup = "\n".join([assignment.text for assignment in [*self.setup, *self.written.setup]])
        return f"# for batches of m examples\n{setup}\n\n\n# for each batch\n{self._text_of_run()}"

    def _text_of_run(self) -> str:
        lines = [f"def run({', '.join([f'x{number}' for number in range(self.n_inputs)])}):"]
        lines += [f"    {assignment.text}" for assignment in self.written.live]
        statements = [f"    {call.text}" for call in self.calls]
        met, squares = "len(events)", "0.0"
        if self.has_gradient:
            statements.insert(self.n_forward, "    met = len(events)")
            met, squares = "met", "float(gradient.dot(gradient))"
        return "\n".join([*lines, *statements, f"    return {self.result.text}, {met}, {squares}"]) + "\n"

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
            "events": self.events,
            "sum_of_examples": runtime.sum_in_blocks if has_many else numpy.dot,
            "mean_loss": runtime.mean_of_many if has_many else runtime.mean_loss,
            "theta": theta[: self.n_theta],
            "gradient": gradient[: self.n_theta] if self.has_gradient else None,
            "m": m,
            "weight": 1.0 / m,
            "count": float(m),
        }
        # Plain strings: the interpreter is fast to find globals in a dictionary that has no other keys.
        for name, what in [*self.setup, *self.written.setup]:
            names[str(name)] = what.value(names, m)
        if self._code is not None:
            # A copy of the code for each binding: the interpreter notes in it where it has found its globals.
            run: Callable[..., Any] = FunctionType(self._code.replace(), names, "run")
        else:
            run = self._run_of_calls(names, m, new)
        return Binding(run, theta, gradient, used)

    def _run_of_calls(self, names: dict[str, Any], m: int, new: Callable[[int, str], Any]) -> Callable[..., Any]:
        """A function that goes through a list of calls."""
        places = []
        for number, array in self.written.inputs.items():
            shape = [m, *array.shape]
            # The batch is copied, so that views of it can be made once too.
            names[f"x{number}"] = new(int(numpy.prod(shape)), array.kind).reshape(shape)
            places.append((number, names[f"x{number}"]))
        for name, what in self.written.live:
            names[name] = what.value(names, m)
        calls = [call.bound(names, m) for call in self.calls]
        forward, backward = calls[: self.n_forward], calls[self.n_forward :]
        result, arguments = self.result.bound(names, m)
        gradient, events = names["gradient"], self.events
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
                for name, thing in self.written.captured.items()
            }
        return known
