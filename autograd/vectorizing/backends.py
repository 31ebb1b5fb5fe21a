"""What computes a program's results: array operations compiled into statements, or the recorded operations as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Protocol

import numpy

from autograd.vectorizing.arrays.building import build
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example_at_fault import Examination
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.printed.readable import ReadableProgram
from autograd.vectorizing.report import report_of
from autograd.vectorizing.run.binding import Binding
from autograd.vectorizing.run.runner import Runner
from autograd.vectorizing.run.runtime import IndexOutOfRangeError, UnmetDemandError

Numbers = Any  # numpy.ndarray


class Backend(Protocol):
    """Computes the results of a program for m examples, whose input arrays have been checked. All arrays it gives are new.

    Attributes:
        is_exact: whether the results are bit-equal to those of the eager engine.
        checks_inputs: whether `check_inputs` has to be called before the results are computed.
        index_limits: for each input array None, or the number of things its numbers choose from.
        fast: takes θ, an array for the gradient or None, and input arrays that nobody has checked. Gives the mean loss and the
            gradient, both finite; or None if anything is not as it should be. None if there is no such function.
    """

    is_exact: bool
    checks_inputs: bool
    index_limits: list[int | None]
    fast: Callable[..., tuple[float, Numbers] | None] | None

    def check_inputs(self, arrays: Sequence[Numbers], m: int) -> None:
        """Check what is required of the inputs alone."""

    def losses(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> Numbers:
        """The loss of each example."""

    def value_and_grad(
        self, theta: Numbers, arrays: Sequence[Numbers], m: int, out: Numbers = None
    ) -> tuple[float, Numbers, float]:
        """The mean loss, its gradient, which is written to `out` if that is given, and the sum of the gradient's squares."""

    def outputs(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> dict[str, Numbers]:
        """The named outputs of each example."""

    def once_in_doubles(self, theta: Numbers, arrays: Sequence[Numbers]) -> tuple[float, Numbers]:
        """The loss of one example and its gradient, in double precision whatever the program computes in."""

    @property
    def source(self) -> str:
        """The program as a person would write it."""

    @property
    def buffered_source(self) -> str:
        """The statements that run."""

    def report(self) -> str:
        """What became of the recorded graph."""


class CompiledBackend:
    """Runs the statements of an array program in buffers that it keeps; calls from several threads wait for each other."""

    is_exact = False
    # The short way of a program's calls is that of machine code.
    fast: Callable[..., tuple[float, Numbers] | None] | None = None

    def __init__(
        self,
        recorded: RecordedExample,
        grouping: Grouping,
        layout: ArrayLayout,
        parameters: Parameters,
        examination: Examination,
        dtype: Any,
    ) -> None:
        self._recorded = recorded
        self.grouping = grouping
        self._layout = layout
        self._parameters = parameters
        self._examination = examination
        self._program = build(grouping, layout, composite=False)
        self.index_limits = self._program.index_limits
        self.checks_inputs = bool(examination.of_inputs)
        self._no_theta = numpy.zeros(len(parameters) if self.checks_inputs else 0, dtype)
        self.runner = Runner(self._program, layout, len(parameters), len(layout.theta))
        self.runner.compiled("value_and_grad")
        self._lock = Lock()

    def check_inputs(self, arrays: Sequence[Numbers], m: int) -> None:
        """Check what is required of the inputs alone."""
        if self.checks_inputs:
            with self._lock:
                self._run(self.runner.binding("demands", m, self._no_theta), self._no_theta, arrays, of_inputs=True)

    def losses(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> Numbers:
        """The loss of each example."""
        with self._lock:
            losses, _ = self._run(self.runner.binding("losses", m, theta), theta, arrays)
            return numpy.full(m, losses, theta.dtype) if numpy.ndim(losses) == 0 else losses.copy()

    def value_and_grad(
        self, theta: Numbers, arrays: Sequence[Numbers], m: int, out: Numbers = None
    ) -> tuple[float, Numbers, float]:
        """The mean loss, its gradient and the sum of the gradient's squares."""
        direct = out
        if out is not None and not self.runner.copies and any(numpy.may_share_memory(out, read) for read in (theta, *arrays)):
            # What the gradient is computed from lies in the array that it is to be written to.
            direct = None
        with self._lock:
            binding = self.runner.binding("value_and_grad", m, theta, direct)
            loss, squares = self._run(binding, theta, arrays)
            gradient = binding.gradient
            if out is not None and gradient is not out:
                out[...] = gradient
                gradient = out
            elif out is None and self.runner.copies:
                gradient = gradient.copy()
        return loss, gradient, squares

    def outputs(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> dict[str, Numbers]:
        """The named outputs of each example."""
        results = {}
        with self._lock:
            found, _ = self._run(self.runner.binding("outputs", m, theta), theta, arrays)
            for name, output in self._recorded.outputs.items():
                array = found[name] if self._program.outputs[name].batched else found[name][None]
                results[name] = numpy.broadcast_to(array, (m, len(output.values))).reshape((m, *output.shape)).copy()
        return results

    def once_in_doubles(self, theta: Numbers, arrays: Sequence[Numbers]) -> tuple[float, Numbers]:
        """The loss of one example and its gradient, in double precision also if the program computes in single precision."""
        gradient = numpy.zeros(len(theta))
        return self.runner.once("value_and_grad", theta, gradient, arrays), gradient

    def _run(self, binding: Binding, theta: Numbers, arrays: Sequence[Numbers], *, of_inputs: bool = False) -> tuple[Any, Any]:
        """The result of a compiled function, and the sum of the gradient's squares."""
        examined = None if of_inputs else theta
        try:
            result, is_suspicious, squares = self.runner.run(binding, theta, arrays)
        except (IndexOutOfRangeError, UnmetDemandError) as error:
            raise self._examination.explained(error, examined, arrays) from None
        if is_suspicious:
            self._examination.explain(examined, arrays)
        return result, squares

    @property
    def source(self) -> str:
        """The program as a person would write it, from the same array operations."""
        program = build(self.grouping, self._layout, composite=True)
        names = [array.name for array in self._recorded.arguments.arrays]
        n_unused = len(self._parameters) - len(self._layout.theta)
        return ReadableProgram(program, self.grouping, self._layout, names, n_unused).source

    @property
    def buffered_source(self) -> str:
        """The statements that run."""
        return self.runner.compiled("value_and_grad").text

    def report(self) -> str:
        """What became of the recorded graph."""
        return report_of(self.grouping, self._layout, self.runner.compiled("value_and_grad").n_statements, self._parameters)
