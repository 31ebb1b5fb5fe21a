"""`vectorize` and the `Program` it makes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Any

import numpy

from autograd.derivatives import grad
from autograd.engine.collector import collector_paused
from autograd.engine.value import Value
from autograd.vectorizing.arrays.building import ArrayProgram, build
from autograd.vectorizing.comparing.comparison import compare
from autograd.vectorizing.example.batches import Batches
from autograd.vectorizing.example.copying import parts_of, restored
from autograd.vectorizing.example.eager import mean_loss
from autograd.vectorizing.example.examination import Examination
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.grouping import left_out
from autograd.vectorizing.grouping.grouping import group_graph
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.layout import lay_out
from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.printed.readable import ReadableProgram
from autograd.vectorizing.report import report_of
from autograd.vectorizing.run.binding import Binding
from autograd.vectorizing.run.runner import Runner
from autograd.vectorizing.run.runtime import IndexOutOfRangeError, UnmetDemandError


def vectorize(
    f: Callable[..., Any],
    *example: Any,
    parameters: Iterable[Value] | None = None,
    dtype: Any = float,
    exact: bool = False,
) -> Program:
    """Compile a function of one example into an array program over batches of examples.

    `f` is run on the example, twice, to see that it is a function of its arguments. The graph it records is compiled into NumPy
    statements that compute the mean loss of a batch and its gradient, the step from the text's equation for one example to that
    for m examples in matrix form.

    Args:
        f: gives the loss of one example, a Value; or the loss and a dictionary of named outputs, which are Values or nested
            lists of them.
        example: the arguments of f: numbers, or lists, tuples, dictionaries or NumPy arrays of them, also nested. Each number
            becomes an input: f gets a Value in its place.
        parameters: the Values to differentiate with respect to; other leaves are captured as constants. None: all leaves
            that were made before and that the loss depends on.
        dtype: `float` (float64) or numpy.float32: of all arrays.
        exact: compute every sum in the order in which it was recorded, so that results are bit-equal to those of the eager
            engine. It is many times slower, and float64 only.

    Raises:
        FrozenChoiceError: f asks for the number of a Value that depends on inputs or parameters, as ``if x > 0`` does, or looks
            up in a dictionary or a set what depends on inputs: the answer would be the same for all examples. The message says
            where, and what to write instead. Or f depends on something besides its arguments, such as random numbers.
        ValueError: the example lacks what f requires of it (`autograd.require`).
        TypeError: an argument is none of these.
        MiscompiledError: the program disagrees with the eager engine on the example, which would be a fault of the compiler.

    >>> w, b = Value(2.0, "w"), Value(-1.0, "b")
    >>> program = vectorize(lambda x, y: (w * x + b - y).square(), 1.0, 0.5)
    >>> theta = program.parameters.read()
    >>> program(theta, [1.0, 2.0, 3.0], [1.0, 3.0, 5.0])
    0.0
    >>> loss, gradient = program.value_and_grad(theta, [0.0, 1.0], [0.0, 0.0])
    >>> loss, gradient.tolist()
    (1.0, [1.0, 0.0])
    """
    # Nothing made here is garbage yet: looking for some would take longer than all the rest.
    with collector_paused():
        recording = record(f, example, None if parameters is None else list(parameters))
        return Program(recording, dtype, exact)


class Program:
    """A compiled function: what `vectorize` makes.

    Every method takes θ, a vector of all parameters in the order of `parameters`, and a batch: for each argument of the
    function the same with a leading axis of m examples. A number becomes an array of m numbers, a list of n numbers an array
    of shape (m, n); a dictionary becomes a dictionary of batches; a list of things that are no numbers, or of lists of
    different lengths, becomes a list of as many batches. A function without arguments takes no batch.

    Attributes:
        parameters: the mapping between θ and the Values: `read()` gives θ, `write(theta)` assigns the Values.
        dtype: of θ and of all results.
        exact: whether results are bit-equal to those of the eager engine.
        compile_seconds: how long compiling took, once the function had been run.
        compare_seconds: how long it took to compare it with the eager engine on the example.

    Where the eager engine would raise for one of the examples, so does the program, and the message says for which. Where the
    eager engine gives inf or nan, so does the program, and a `NonFiniteWarning` says for which example. Calls from several
    threads wait for each other.

    A program can be pickled and copied. What is unpickled, and a deep copy, has parameters of its own, in the same order, and
    gives the same bits.
    """

    def __init__(self, recording: RecordedExample, dtype: Any, exact: bool, *, compared: bool = True) -> None:
        started = time.perf_counter()
        self.dtype = numpy.dtype(dtype)
        if self.dtype not in (numpy.dtype(numpy.float64), numpy.dtype(numpy.float32)):
            raise TypeError(f"dtype must be float64 or float32, not {self.dtype}")
        if exact and self.dtype != numpy.dtype(numpy.float64):
            raise TypeError("exact=True needs dtype float64, in which the eager engine computes")
        self.exact = exact
        self._recording = recording
        self._arguments = recording.arguments
        self._batches = Batches(recording.arguments)
        self._grouping = group_graph(recording, exact=exact)
        self._of_inputs, self._of_parameters = (
            [recording.demands[n] for numbers in self._grouping.demands_by_group(active=active).values() for n in sorted(numbers)]
            for active in (False, True)
        )
        # The numbers that are compiled in: their leaves may be assigned others.
        self._captured = [(leaf, leaf._data) for leaf in self._grouping.captured]
        members = self._grouping.groups[Grouping.PARAMETERS].members
        self._lock = Lock()
        self._examination = Examination(recording)
        if exact:
            from autograd.vectorizing.exact import ExactProgram

            self._exact = ExactProgram(self._grouping)
            self.parameters = Parameters(self._with_unused(members), self.dtype)
            self._limits: list[int | None] = [None for _ in self._arguments.arrays]
        else:
            self._layout = lay_out(self._grouping, [array.shape for array in self._arguments.arrays])
            self.parameters = Parameters(self._with_unused([members[n] for n in self._layout.theta]), self.dtype)
            self._program = self._built(composite=False)
            self._limits = self._program.index_limits
            self._buffers = Runner(self._program, self._layout, len(self.parameters), len(members))
            self._buffers.compiled("value_and_grad")
        self._has_choice = not exact and left_out.has_choice(self._grouping)
        self._shape = (len(self.parameters),)
        # An exact program checks them while it runs.
        self._checks_inputs = bool(self._of_inputs) and not exact
        self._no_theta = numpy.zeros(self._shape if self._of_inputs else 0, self.dtype)
        compiled = time.perf_counter()
        self.compile_seconds = compiled - started
        if compared:
            compare(self._once_in_doubles, recording, self.parameters.values, self._limits)
        self.compare_seconds = time.perf_counter() - compiled

    def _once_in_doubles(self, theta: Any, arrays: list[Any]) -> tuple[float, Any]:
        """The loss of one example and its gradient, in double precision also of a program in single precision."""
        gradient = numpy.zeros(len(theta))
        if self.exact:
            loss, used = self._run_exactly(lambda: self._exact.value_and_grad(theta, arrays, 1), theta, arrays)
            gradient[: len(used)] = used
        else:
            loss = self._buffers.once("value_and_grad", theta, gradient, arrays)
        return loss, gradient

    def _with_unused(self, used: list[Any]) -> list[Value]:
        """All parameters: behind those that the loss depends on, the others that were given."""
        given = self._recording.parameters
        if given is None:
            return used
        known = set(used)
        return used + [value for value in given if value not in known]

    def _built(self, *, composite: bool) -> ArrayProgram:
        return build(self._grouping, self._layout, composite=composite)

    # ------------------------------------------------------------------------------------------------ results

    def __call__(self, theta: Any, *batch: Any) -> float:
        """The mean loss of a batch."""
        losses = self.losses(theta, *batch)
        return float(numpy.add.accumulate(losses)[-1] / len(losses) if self.exact else losses.mean(dtype=self.dtype))

    def check_inputs(self, *batch: Any) -> None:
        """Check what the function requires of its arguments alone (`autograd.require`).

        The other methods do so too, unless they are told not to: this is for examples that are used again and again.

        Raises:
            ValueError: an example lacks it. The message says which example, and what was required.
            ArithmeticError, ValueError, IndexError: the eager engine would raise it for a condition.
        """
        m, arrays = self._batches.read(batch, self._limits, self.dtype)
        if self.exact:
            self._examination.explain(self._no_theta, self.parameters, arrays, self._of_inputs, of_inputs=True)
        elif self._of_inputs:
            with self._lock:
                self._check_inputs(m, arrays)

    def losses(self, theta: Any, *batch: Any, warn: bool = True, check: bool = True) -> Any:
        """The loss of each example, an array of shape (m,).

        Args:
            theta: the parameters.
            batch: the examples.
            warn: of results that are not finite.
            check: what is required of the batch alone; False if `check_inputs` has done it.
        """
        m, arrays = self._batches.read(batch, self._limits, self.dtype)
        with self._lock:
            if check and self._checks_inputs:
                self._check_inputs(m, arrays)
            if self.exact:
                losses = self._run_exactly(lambda: self._exact.losses(self._checked(theta), arrays, m), theta, arrays)
            else:
                theta = self._checked(theta)
                losses = self._run(self._buffers.binding("losses", m, theta), theta, arrays)[0]
                losses = numpy.full(m, losses, self.dtype) if numpy.ndim(losses) == 0 else losses.copy()
        if warn and not numpy.isfinite(losses).all():
            self._examination.warn_of_losses(losses)
        return losses

    def value_and_grad(
        self, theta: Any, *batch: Any, out: Any = None, warn: bool = True, check: bool = True
    ) -> tuple[float, Any]:
        """The mean loss of a batch and its gradient, a vector in the order of θ.

        Args:
            theta: the parameters.
            batch: the examples.
            out: an array to write the gradient to; None for a new one.
            warn: of results that are not finite.
            check: what is required of the batch alone; False if `check_inputs` has done it.

        Raises:
            ArithmeticError, ValueError, IndexError: the eager engine would raise it for one of the examples, such as a ValueError
                where something is required that it lacks (`autograd.require`).
            TypeError, ValueError, IndexError: theta or the batch are not of the right shapes or types.
        """
        m, arrays = self._batches.read(batch, self._limits, self.dtype)
        if theta.__class__ is not numpy.ndarray or theta.dtype is not self.dtype or theta.shape != self._shape:
            theta = self._checked(theta)
        if out is not None:
            self._check_out(out)
            if out is theta:
                theta = theta.copy()
        with self._lock:
            if check and self._checks_inputs:
                self._check_inputs(m, arrays)
            if self.exact:
                loss, gradient = self._run_exactly(lambda: self._exact.value_and_grad(theta, arrays, m), theta, arrays)
                gradient = numpy.concatenate([gradient, numpy.zeros(len(self.parameters) - len(gradient))])
                squares = float(numpy.dot(gradient, gradient))
            else:
                binding = self._buffers.binding("value_and_grad", m, theta, self._written_directly(out, theta, arrays))
                loss, squares = self._run(binding, theta, arrays)
                gradient = binding.gradient
                if self._buffers.copies and out is None:
                    gradient = gradient.copy()
            if out is not None and gradient is not out:
                out[...] = gradient
                gradient = out
        # The sum of squares takes a fraction of the time of looking at each. It may overflow where no element has.
        if not (math.isfinite(loss) and (math.isfinite(squares) or numpy.isfinite(gradient).all())):
            places = None
            if self._has_choice and not math.isnan(loss):
                loss, places = self._without_left_out(loss, gradient, theta, arrays, m)
            if warn and places != []:
                self._warn_of(loss, theta, arrays, places)
        return loss, gradient

    def outputs(self, theta: Any, *batch: Any) -> dict[str, Any]:
        """The named outputs for each example: arrays whose first axis is that of the examples."""
        m, arrays = self._batches.read(batch, self._limits, self.dtype)
        theta = self._checked(theta)
        outputs = self._recording.outputs
        if not outputs:
            return {}
        with self._lock:
            if self._checks_inputs:
                self._check_inputs(m, arrays)
            if self.exact:
                found = self._run_exactly(lambda: self._exact.outputs(theta, arrays, m), theta, arrays)
            else:
                found, _ = self._run(self._buffers.binding("outputs", m, theta), theta, arrays)
            results = {}
            for name, array in found.items():
                batched = self.exact or self._program.outputs[name].batched
                full = numpy.broadcast_to(array if batched else array[None], (m, len(outputs[name].values)))
                results[name] = full.reshape((m, *outputs[name].shape)).copy()
        return results

    def eager(self, theta: Any, *batch: Any) -> tuple[Value, list[Value]]:
        """The mean loss of a batch as a graph of Values, to be looked at or compared with; and the leaves that θ became."""
        m, arrays = self._batches.read(batch, [None for _ in self._arguments.arrays], self.dtype)
        return self._eager(self._checked(theta), m, arrays)

    def _eager(self, theta: Any, m: int, arrays: Sequence[Any]) -> tuple[Value, list[Value]]:
        parameters = self.parameters.values
        leaves = [Value(number, value.label) for value, number in zip(parameters, theta.tolist(), strict=True)]
        return mean_loss(self._recording, dict(zip(parameters, leaves, strict=True)), m, arrays), leaves

    # ------------------------------------------------------------------------------------------------ reading

    @property
    def source(self) -> str:
        """The program as a person would write it: a Python module whose ``value_and_grad(theta, …)`` can be run.

        It is written from the same array operations as the program that runs, which writes into buffers that it keeps
        (`buffered_source`). By itself it gives nan where a choice leaves out what is infinite; the program asks the eager engine.
        """
        if self.exact:
            return self._exact.source
        names = [array.name for array in self._arguments.arrays]
        n_unused = len(self.parameters) - self.n_used
        return ReadableProgram(self._built(composite=True), self._grouping, self._layout, names, n_unused).source

    @property
    def buffered_source(self) -> str:
        """The statements that run."""
        return self._exact.source if self.exact else self._buffers.compiled("value_and_grad").text

    def report(self) -> str:
        """How many scalars became how many array statements, which products were found, what was captured, what did not group."""
        if self.exact:
            return report_of(self._grouping, None, None, self.parameters)
        return report_of(self._grouping, self._layout, self._buffers.compiled("value_and_grad").n_statements, self.parameters)

    def __reduce__(self) -> tuple[Any, ...]:
        whole, recording = parts_of(self._recording, self.parameters.values, self._captured)
        return _restored, (whole, recording, self._captured, self.dtype, self.exact)

    def __repr__(self) -> str:
        return f"Program({len(self.parameters)} parameters, {self.dtype}{', exact' if self.exact else ''})"

    # ------------------------------------------------------------------------------------------------ running

    def _checked(self, theta: Any) -> Any:
        if theta.__class__ is not numpy.ndarray or theta.dtype != self.dtype or theta.ndim != 1:
            theta = numpy.asarray(theta)
            if theta.dtype.kind not in "fiu":
                raise TypeError(f"theta must be a vector of numbers, not an array of {theta.dtype}")
            theta = theta.astype(self.dtype)
        if theta.shape != self._shape:
            raise ValueError(f"theta must have shape {self._shape}, one number for each parameter, not {theta.shape}")
        return theta

    def _check_out(self, out: Any) -> None:
        if (
            not isinstance(out, numpy.ndarray)
            or out.shape != self._shape
            or out.dtype != self.dtype
            or not out.flags.c_contiguous
        ):
            given = f"{out.dtype} of shape {out.shape}" if isinstance(out, numpy.ndarray) else repr(out)
            raise ValueError(f"out must be a contiguous array of {self.dtype} of shape {self._shape}, not {given}")

    def _written_directly(self, out: Any, theta: Any, arrays: Sequence[Any]) -> Any:
        """The array for the gradient, unless what the gradient is computed from lies in it."""
        if out is None or self._buffers.copies or not any(numpy.may_share_memory(out, read) for read in (theta, *arrays)):
            return out
        return None

    @property
    def index_limits(self) -> list[int | None]:
        """For each array of a batch, how many rows its numbers choose from; None where they are computed with."""
        return self._limits

    @property
    def n_used(self) -> int:
        """How many parameters, the first ones, the loss or an output depends on."""
        return len(self._grouping.groups[Grouping.PARAMETERS].members)

    @property
    def has_gradient(self) -> bool:
        """Whether the loss depends on a parameter."""
        return self._grouping.groups[self._grouping.loss[0]].active

    @property
    def demands(self) -> tuple[str, ...]:
        """What the function requires of its inputs and parameters, in the words of `autograd.require`."""
        return tuple(dict.fromkeys(demand.message for demand in self._recording.demands))

    @property
    def captured(self) -> tuple[Value, ...]:
        """The leaves that are no parameters, whose numbers are constants of the program."""
        return tuple(self._grouping.captured)

    def _run(self, binding: Binding, theta: Any, arrays: Sequence[Any]) -> tuple[Any, Any]:
        """The result of a compiled function, and the sum of the gradient's squares."""
        try:
            result, suspicious, squares = self._buffers.run(binding, theta, arrays)
        except IndexOutOfRangeError as error:
            self._examination.explain(theta, self.parameters, arrays, self._of_parameters)
            raise IndexError(str(error)) from None
        except UnmetDemandError as error:
            self._examination.explain(theta, self.parameters, arrays, self._of_parameters)
            raise self._examination.refusal(error) from None
        if suspicious:
            self._examination.explain(theta, self.parameters, arrays, self._of_parameters)
        return result, squares

    def _check_inputs(self, m: int, arrays: Sequence[Any]) -> None:
        """Check the demands that concern the inputs alone."""
        try:
            _, suspicious, _ = self._buffers.run(self._buffers.binding("demands", m, self._no_theta), self._no_theta, arrays)
        except (IndexOutOfRangeError, UnmetDemandError) as error:
            self._examination.explain(self._no_theta, self.parameters, arrays, self._of_inputs, of_inputs=True)
            raise (self._examination.refusal(error) if isinstance(error, UnmetDemandError) else IndexError(str(error))) from None
        if suspicious:
            self._examination.explain(self._no_theta, self.parameters, arrays, self._of_inputs, of_inputs=True)

    def _run_exactly(self, compute: Callable[[], Any], theta: Any, arrays: Sequence[Any]) -> Any:
        try:
            with numpy.errstate(all="ignore"):
                return compute()
        except (ArithmeticError, ValueError, IndexError) as error:
            self._examination.explain(theta, self.parameters, arrays, self._recording.demands)
            raise (self._examination.refusal(error) if isinstance(error, UnmetDemandError) else error) from None

    def _without_left_out(
        self, loss: float, gradient: Any, theta: Any, arrays: Sequence[Any], m: int
    ) -> tuple[float, list[int] | None]:
        """Write the gradient anew, in which what a choice left out takes no part; and which examples' are not finite."""

        def by_program(start: int, stop: int) -> tuple[float, Any]:
            part = [array[start:stop] for array in arrays]
            with self._lock:
                binding = self._buffers.binding("value_and_grad", stop - start, theta)
                loss, _ = self._run(binding, theta, part)
                return loss, binding.gradient.astype(float)

        def by_eager_engine(start: int, stop: int) -> tuple[float, Any]:
            output, leaves = self._eager(theta, 1, [array[start:stop] for array in arrays])
            return output.data, numpy.array(grad(output, leaves))

        with numpy.errstate(all="ignore"):
            found = left_out.loss_and_gradient(m, self._grouping.n_nodes, by_program, by_eager_engine)
            if found is None:
                return loss, None
            loss, gradient[...], places = found
        return loss, places

    def _warn_of(self, loss: float, theta: Any, arrays: Sequence[Any], places: list[int] | None) -> None:
        """Find the examples whose loss or gradient is not finite, one by one, where they are not known."""
        if places is not None:
            self._examination.warn(places, loss)
            return
        n = len(arrays[0]) if arrays else 1
        places = []
        for example in range(n):
            one = [array[example : example + 1] for array in arrays]
            if self.exact:
                one_loss, gradient = self._exact.value_and_grad(theta, one, 1)
            else:
                with self._lock:
                    binding = self._buffers.binding("value_and_grad", 1, theta)
                    one_loss, _ = self._run(binding, theta, one)
                    gradient = binding.gradient
            if not (math.isfinite(one_loss) and numpy.isfinite(gradient).all()):
                places.append(example)
        self._examination.warn(places, loss)


def _restored(whole: Value, recording: RecordedExample, captured: list[tuple[Value, float]], dtype: Any, exact: bool) -> Program:
    # What was compared when it was made need not be again: its leaves may have numbers now where nothing is defined.
    with collector_paused():
        program = Program(restored(recording), dtype, exact, compared=False)
    program._captured = captured
    program._grouping.captured[:] = [leaf for leaf, _ in captured]
    return program
