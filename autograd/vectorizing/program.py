"""`vectorize` and the `Program` it makes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy

from autograd.value import Value
from autograd.vectorizing import array_functions, runtime
from autograd.vectorizing.array_graph import Array
from autograd.vectorizing.buffered import BufferedProgram
from autograd.vectorizing.building import ArrayProgram, build
from autograd.vectorizing.grouping import group_graph
from autograd.vectorizing.layout import lay_out
from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.tracing import Recording, record


def vectorize(
    f: Callable[..., Any],
    *example: Any,
    parameters: Iterable[Value] | None = None,
    dtype: Any = float,
    exact: bool = False,
) -> Program:
    """Compile a function of one example into an array program over batches of examples."""
    recording = record(f, example, parameters)
    return Program(recording, dtype)


class Program:
    """A compiled function."""

    def __init__(self, recording: Recording, dtype: Any) -> None:
        start = time.perf_counter()
        self._dtype = numpy.dtype(dtype)
        self._arguments = recording.arguments
        self._grouping = group_graph(
            recording.loss,
            {name: output.values for name, output in recording.outputs.items()},
            recording.arguments.values,
            recording.parameters,
            recording.first_tick,
        )
        self._layout = lay_out(self._grouping, [array.shape for array in recording.arguments.arrays])
        members = self._grouping.groups[0].members
        self.parameters = Parameters([members[n] for n in self._layout.theta], self._dtype)
        self._program = build(self._grouping, self._layout, composite=False)
        self._limits = self._program.index_limits
        self._bound: dict[Any, Any] = {}
        self._text, self._bind = self._emit_value_and_grad(self._program)
        self.compile_seconds = time.perf_counter() - start

    def _emit_value_and_grad(self, program: ArrayProgram) -> tuple[str, Any]:
        homes: dict[Array, str] = {}
        after: list[str] = []
        roots: list[Array] = [program.loss]
        setup = []
        for number, block in enumerate(self._layout.blocks):
            shape = f"({', '.join(map(str, block.shape))},)" if block.shape else "()"
            setup.append(f"p{number} = theta[{block.offset}:{block.offset + block.size}].reshape({shape})")
            setup.append(f"g{number} = gradient[{block.offset}:{block.offset + block.size}].reshape({shape})")
        shared = []
        for number, array in enumerate(program.gradient):
            if array is None:
                after.append(f"g{number}.fill(0.0)")
                continue
            roots.append(array)
            computed = array.operation not in ("theta", "block", "input", "weight", "constant", "view")
            if computed and array not in homes and array is not program.loss:
                homes[array] = f"g{number}"
            else:
                shared.append((number, array))
        if program.spanning is not None:
            roots.append(program.spanning)
        buffered = BufferedProgram(roots, homes)
        for number, array in shared:
            after.append(f"copyto(g{number}, {buffered.names[array]})")
        if program.spanning is not None:
            after.append(f"add(gradient, {buffered.names[program.spanning]}, gradient)")
        loss = buffered.names[program.loss]
        result = f"dot({loss}, every) * weight" if program.loss.batched else f"float({loss})"
        inputs = ", ".join(f"x{n}" for n in range(len(self._arguments.arrays)))
        captured = "".join(f", {name}" for name in buffered.captured)
        lines = [
            f"def bind(m, theta, gradient, new{captured}):",
            "    weight = 1.0 / m",
            "    every = ones(m)",
            *("    " + line for line in setup + buffered.setup),
            f"    def run({inputs}):",
            *("        " + line for line in buffered.statements + after),
            f"        return {result}",
            "    return run",
        ]
        text = "\n".join(lines) + "\n"
        constants = {}
        for name, thing in buffered.captured.items():
            if isinstance(thing, tuple):
                data, shape = thing
                thing = numpy.frombuffer(data).reshape(shape).astype(self._dtype)
            constants[name] = thing
        namespace = {
            **{name: getattr(numpy, name) for name in (
                "add", "subtract", "multiply", "divide", "negative", "absolute", "less", "less_equal", "greater", "greater_equal",
                "equal", "not_equal", "maximum", "minimum", "copyto", "dot", "matmul", "einsum", "take", "inf", "nan")},
            "reduce_add": numpy.add.reduce, "add_at": numpy.add.at,
            "ones": lambda n: numpy.ones(n, self._dtype),
            "filled": lambda shape, number: numpy.full(shape, number, self._dtype),
            "functions": array_functions.FUNCTIONS_OUT,
            "logsumexp_and_softmax": array_functions.logsumexp_and_softmax,
            **{name: getattr(runtime, name) for name in ("row_starts", "as_index", "choose", "add_choice", "add_rows", "add_gathered")},
        }  # fmt: skip
        exec(compile(text, "<vectorized program>", "exec"), namespace)

        kinds = {"float": self._dtype, "bool": numpy.dtype(bool), "index": numpy.dtype(numpy.intp)}

        def bind(m: int, theta: Any, gradient: Any) -> Any:
            return namespace["bind"](m, theta, gradient, lambda size, kind: numpy.empty(size, kinds[kind]), **constants)  # type: ignore[operator]

        return text, bind

    def value_and_grad(self, theta: Any, *batch: Any) -> Any:
        m, arrays = self._arguments.read(batch, self._limits, self._dtype)
        bound = self._bound.get(m)
        if bound is None:
            own, gradient = numpy.empty(len(self.parameters), self._dtype), numpy.empty(len(self.parameters), self._dtype)
            bound = self._bound[m] = (own, gradient, self._bind(m, own, gradient))
        own, gradient, run = bound
        numpy.copyto(own, theta)
        with numpy.errstate(all="ignore"):
            loss = run(*arrays)
        return float(loss), gradient.copy()
