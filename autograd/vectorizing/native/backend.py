"""What computes a program's results in machine code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from threading import Lock
from typing import Any, TypeAlias

import numpy

from autograd.errors import of_example
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example_at_fault import Examination
from autograd.vectorizing.native.calling import Call
from autograd.vectorizing.native.code import DEMAND_NOT_MET, INDEX_OUT_OF_RANGE
from autograd.vectorizing.native.kernels import KernelKind
from autograd.vectorizing.native.machine import lanes
from autograd.vectorizing.native.modules import NAME, CompiledKernel, compile_kernel
from autograd.vectorizing.native.steps import StepKernel
from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.printed_loops.report import report_of_rolled
from autograd.vectorizing.printed_loops.source import source_of
from autograd.vectorizing.rolled.program import Loop, RolledProgram
from autograd.vectorizing.rolled.rolling import roll
from autograd.vectorizing.run.runtime import UnmetDemandError

Numbers = Any  # numpy.ndarray

_Key: TypeAlias = tuple[KernelKind, int, Any, bool]
"""What a kernel computes, with how many lanes, in which type, and whether the gradient is written whatever happens."""

# Up to this many examples are checked by replaying them, which takes less time than compiling a kernel.
_FEW_EXAMPLES = 200
# How often a single example is computed before it gets a kernel of its own.
_FEW_SINGLE_EXAMPLES = 20


class NativeBackend:
    """Runs kernels, which are compiled when they are first called. Calls from several threads run at once.

    Attributes:
        fast: takes θ, an array for the gradient or None, and the input arrays; gives the mean loss and the gradient, or None if
            an array is not as it should be, or if the result needs a closer look. None in an exact program, whose loss is a sum
            of its own.
        is_exact: whether results are bit-equal to those of the eager engine. What is required of the inputs is checked on the way
            then.
    """

    def __init__(
        self,
        recorded: RecordedExample,
        rolled: RolledProgram,
        parameters: Parameters,
        examination: Examination,
        dtype: Any,
        exact: bool,
    ) -> None:
        self._recorded = recorded
        self._rolled = rolled
        self._parameters = parameters
        self._examination = examination
        self._dtype = numpy.dtype(dtype)
        self._sizes = [array.shape for array in recorded.arguments.arrays]
        self.is_exact = exact
        self._lanes = _lanes_for(rolled) if self._sizes and not exact else 1
        self._calls: dict[_Key, Call] = {}
        self._kernels: dict[_Key, CompiledKernel] = {}
        self._lock = Lock()
        self.index_limits: list[int | None] = [None for _ in self._sizes]
        self.checks_inputs = bool(examination.of_inputs) and not exact
        self._n_replayed = 0
        self._n_single = 0
        fast = self._call("value_and_grad", self._lanes, self._dtype).fast
        self.fast = None if exact else fast

    def check_inputs(self, arrays: Sequence[Numbers], m: int) -> None:
        """Check what is required of the inputs alone."""
        if self._examination.of_inputs:
            self._n_replayed += m
            if self._n_replayed <= _FEW_EXAMPLES and self._dtype == numpy.float64:
                # The check of some examples, such as those of a training, is not worth a kernel.
                self._examination.explain(None, arrays)
                return
            call = self._call("demands", self._lanes_for(m), self._dtype)
            theta = numpy.zeros(len(self._parameters), self._dtype)
            status, _, _ = call(theta, numpy.empty((m, 1), self._dtype), arrays, m)
            if status:
                self._refuse("demands", call, theta, arrays, m)

    def losses(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> Numbers:
        """The loss of each example."""
        losses = numpy.empty((m, 1), self._dtype)
        self._run("losses", theta, losses, arrays, m)
        return losses[:, 0]

    def value_and_grad(
        self, theta: Numbers, arrays: Sequence[Numbers], m: int, out: Numbers = None
    ) -> tuple[float, Numbers, float]:
        """The mean loss, its gradient and the sum of the gradient's squares."""
        gradient = numpy.empty(len(self._parameters), self._dtype) if out is None else out
        loss, squares = self._run("value_and_grad", theta, gradient, arrays, m)
        if self.is_exact:
            # The gradient takes the last example first, the mean the first one.
            return float((-0.0 + numpy.add.accumulate(self.losses(theta, arrays, m))[-1]) / m), gradient, squares
        if not (math.isfinite(loss) and math.isfinite(squares)) and m % self._lanes:
            # In the last turn, missing examples have been given the weight 0; but 0 × inf is not 0.
            loss, squares = self._run("value_and_grad", theta, gradient, arrays, m, n_lanes=1)
        return loss, gradient, squares

    def outputs(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> dict[str, Numbers]:
        """The named outputs of each example."""
        sizes = {name: len(output.values) for name, output in self._recorded.outputs.items()}
        columns = numpy.empty((m, sum(sizes.values())), self._dtype)
        self._run("outputs", theta, columns, arrays, m)
        results, start = {}, 0
        for name, output in self._recorded.outputs.items():
            results[name] = columns[:, start : start + sizes[name]].reshape((m, *output.shape)).copy()
            start += sizes[name]
        return results

    def once_in_doubles(self, theta: Numbers, arrays: Sequence[Numbers]) -> tuple[float, Numbers]:
        """The loss of one example and its gradient, in double precision also if the program's numbers are in single precision."""
        if self.is_exact:
            return self.value_and_grad(theta, arrays, 1)[:2]
        gradient = numpy.empty(len(theta))
        for whatever_happens in (False, True):
            call = self._call("value_and_grad", self._lanes, numpy.dtype(float), whatever_happens)
            status, loss, _ = call(theta, gradient, arrays, 1)
            if not status:
                break
        return loss, gradient

    def step_kernel(self, m: int) -> StepKernel:
        """The kernel for the gradient of batches of m examples, for a loop of steps in machine code.

        Raises:
            TypeError: the program computes in single precision, and such loops in double precision.
        """
        if self._dtype != numpy.float64:
            raise TypeError(f"steps are computed in double precision, not in {self._dtype}")
        key: _Key = ("value_and_grad", self._lanes_for(m), self._dtype, False)
        self._call(*key)
        kernel = self._kernels[key]
        widths = tuple(map(math.prod, self._sizes))
        return StepKernel(kernel.machine.address(NAME), len(self._parameters), widths, kernel.scratch_bytes, kernel.machine)

    def _lanes_for(self, m: int) -> int:
        """How many examples to compute side by side. A kernel for single examples, which takes less time, has to pay off."""
        if m > 1 or self._lanes == 1:
            return self._lanes
        self._n_single += 1
        return 1 if self._n_single > _FEW_SINGLE_EXAMPLES else self._lanes

    def _call(self, kind: KernelKind, n_lanes: int, dtype: Any, whatever_happens: bool = False) -> Call:
        key = (kind, n_lanes, dtype, whatever_happens)
        call = self._calls.get(key)
        if call is None:
            with self._lock:
                call = self._calls.get(key) or self._compiled(key)
        return call

    def _compiled(self, key: _Key) -> Call:
        kind, n_lanes, dtype, whatever_happens = key
        kernel = compile_kernel(
            self._rolled,
            kind,
            n_parameters=len(self._parameters),
            lanes=n_lanes,
            dtype=dtype,
            exact=self.is_exact,
            keeps_out=not whatever_happens,
        )
        self._kernels[key] = kernel
        is_gradient = kind == "value_and_grad"
        call = self._calls[key] = Call(
            kernel.machine,
            NAME,
            n_theta=len(self._parameters),
            sizes=self._sizes,
            out="gradient" if is_gradient else "per example",
            width=None if is_gradient else max(kernel.width, 1),
            serves_one=n_lanes == 1,
            dtype=dtype,
            scratch_bytes=kernel.scratch_bytes,
            work_per_example=float(self._rolled.n_nodes),
        )
        if is_gradient and n_lanes == 1 < self._lanes and dtype == self._dtype and not whatever_happens:
            self._calls[kind, self._lanes, dtype, False].add_kernel_of_one(kernel.machine, NAME, kernel.scratch_bytes)
        return call

    def _run(
        self, kind: KernelKind, theta: Numbers, out: Numbers, arrays: Sequence[Numbers], m: int, n_lanes: int = 0
    ) -> tuple[float, float]:
        """The mean loss and the sum of the gradient's squares, if the kernel gives them."""
        call = self._call(kind, n_lanes or self._lanes_for(m), self._dtype)
        status, loss, squares = call(theta, out, arrays, m)
        if status:
            self._refuse(kind, call, theta, arrays, m)
            if kind == "value_and_grad":
                # The eager engine computes all of them, and the gradient hasn't been written yet.
                call = self._call(kind, n_lanes or self._lanes_for(m), self._dtype, whatever_happens=True)
                _, loss, squares = call(theta, out, arrays, m)
        return loss, squares

    def _refuse(self, kind: KernelKind, call: Call, theta: Numbers, arrays: Sequence[Numbers], m: int) -> None:
        """Raise what the eager engine raises for the first example at fault. Where it doesn't raise, results stay as they are.

        Raises:
            ArithmeticError, ValueError, IndexError: the eager engine's error.
        """

        def status_of(first: int, end: int) -> int:
            out = numpy.empty(len(theta) if kind == "value_and_grad" else (end - first, call.width), self._dtype)
            status: int = call(theta, out, [array[first:end] for array in arrays], end - first)[0]
            return status

        examined = None if kind == "demands" else theta
        first = 0
        while first < m and status_of(first, m):
            low, high = first, m
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (low, middle) if status_of(low, middle) else (middle, high)
            example = [array[low:high] for array in arrays]
            status = status_of(low, high)
            if status & DEMAND_NOT_MET:
                is_checked = [self.is_exact or (kind == "demands") is not place.array.active for place in self._rolled.demands]
                error = UnmetDemandError(tuple([n for n, checked in enumerate(is_checked) if checked]), low)
                raise self._examination.explained(error, examined, example, first=low)
            self._examination.explain(examined, example, first=low)
            if status & INDEX_OUT_OF_RANGE:
                raise of_example(IndexError("pick: the index is no place of the sequence"), low if arrays else None)
            first = high

    @property
    def source(self) -> str:
        """The program as a person would write it."""
        # An exact kernel has made all numbers into numbers of each example.
        rolled = roll(self._recorded) if self.is_exact else self._rolled
        return source_of(rolled, self._recorded, len(self._parameters))

    @property
    def buffered_source(self) -> str:
        """What the machine code is compiled from, in LLVM's language."""
        return self._kernels["value_and_grad", self._lanes, self._dtype, False].text

    def report(self) -> str:
        """What became of the recorded graph."""
        return report_of_rolled(self._rolled)


def _lanes_for(rolled: RolledProgram) -> int:
    """How many examples to compute side by side."""
    # In a loop, each turn waits for the one before. Where vectors are short, two of them at a time keep the processor busy.
    has_loop = any(isinstance(item, Loop) for item in rolled.items)
    return max(lanes(), min(2 * lanes(), 8)) if has_loop else lanes()
