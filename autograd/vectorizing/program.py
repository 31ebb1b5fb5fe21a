"""A program: what `vectorize` makes of a function."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy

from autograd.engine.collector import collector_paused
from autograd.engine.value import Value
from autograd.vectorizing.array_form import ArrayForm, array_form
from autograd.vectorizing.choosing.choosing import Choice, choose_again
from autograd.vectorizing.choosing.engines import require_jax, require_onnx
from autograd.vectorizing.comparing.comparison import compare
from autograd.vectorizing.example.batches import Batches
from autograd.vectorizing.example.copying import parts_of, restored
from autograd.vectorizing.example.eager import mean_loss
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.making import Kept, make
from autograd.vectorizing.not_finite import NotFinite

if TYPE_CHECKING:
    from autograd.vectorizing.jax.public import JaxFunctions


class Program:
    """A compiled function, as `vectorize` makes it.

    Its methods take θ, a vector of all parameters in the order of `parameters`, and a batch: for each argument of the function,
    the same structure with a leading axis of m examples. A number becomes an array of m numbers, and a list of n numbers an array
    of shape (m, n). A dictionary becomes a dictionary of batches; any other list becomes a list of batches, one for each of its
    elements. A function without arguments takes no batch.

    Attributes:
        parameters: the mapping between θ and the Values: `read()` returns θ, and `write(theta)` assigns the Values.
        dtype: the type of θ and of all results.
        exact: whether results are bit-equal to those of the eager engine.
        engine: what computes, "numpy" or "native", which is machine code.
        index_limits: for each input array None, or the number of things that its numbers choose from.
        compile_seconds: the time that compiling took, without the runs of the function.
        compare_seconds: the time that comparing it with the eager engine on the example took.

    Where the eager engine would raise an error for one of the examples, so does the program, and the message names the example.
    Where the eager engine gives inf or nan, so does the program, and a `NonFiniteWarning` names the example. Calls from several
    threads run at the same time in machine code, and wait for each other with NumPy.

    A program can be pickled and copied. A copy has parameters of its own, in the same order, and the engine of the original, so
    that it gives the same bits. Where machine code can't be made, it is computed by NumPy, and `report` says so.
    """

    def __init__(
        self,
        recorded: RecordedExample,
        dtype: Any,
        exact: bool,
        choice: Callable[[], Choice],
        *,
        kept: Kept | None = None,
    ) -> None:
        started = time.perf_counter()
        self.dtype = dtype
        self.exact = exact
        self._recorded = recorded
        self._batches = Batches(recorded.arguments)
        chosen = choice()
        self.engine: Literal["numpy", "native"] = chosen.engine
        self._reason = chosen.reason
        made = make(recorded, chosen, dtype, exact, kept)
        self.parameters = made.parameters
        self._shape = (len(self.parameters),)
        self._digest, self._captured, self._backend = made.digest, made.captured, made.backend
        self.index_limits = self._backend.index_limits
        self._is_unconditional = not self._backend.checks_inputs
        # It takes arguments that are arrays already.
        self._fast = self._backend.fast if self._batches.is_plain else None
        self._not_finite = NotFinite(recorded, self._digest, self.parameters.values, self._backend)
        compiled = time.perf_counter()
        self.compile_seconds = compiled - started
        if kept is None:
            compare(self._backend.once_in_doubles, recorded, self.parameters.values, self.index_limits)
        self.compare_seconds = time.perf_counter() - compiled

    # ------------------------------------------------------------------------------------------------ results

    def __call__(self, theta: Any, *batch: Any) -> float:
        """The mean loss of a batch."""
        losses = self.losses(theta, *batch)
        return float(numpy.add.accumulate(losses)[-1] / len(losses) if self.exact else losses.mean(dtype=self.dtype))

    def check_inputs(self, *batch: Any) -> None:
        """Check what the function requires of its arguments alone (`autograd.require`).

        The other methods do so too, unless they are told not to; this one is for examples that are used again and again.

        Raises:
            ValueError: an example does not meet a requirement. The message says which example, and what was required.
            ArithmeticError, ValueError, IndexError: what the eager engine would raise when it computes a condition.
        """
        m, arrays = self._batches.read(batch, self.index_limits, self.dtype)
        self._backend.check_inputs(arrays, m)

    def input_arrays(self, *batch: Any) -> tuple[int, Sequence[Any]]:
        """The number of examples in a batch, and its arrays one after the other, as functions of JAX take them.

        Raises:
            TypeError, ValueError, IndexError: the batch has a wrong shape or type, or an index is out of range.
        """
        return self._batches.read(batch, self.index_limits, self.dtype)

    def losses(self, theta: Any, *batch: Any, warn: bool = True, check: bool = True) -> Any:
        """The loss of each example, an array of shape (m,).

        Args:
            theta: the parameters.
            batch: the examples.
            warn: whether to warn of results that are not finite.
            check: whether to check what is required of the batch alone; False if `check_inputs` has done so.
        """
        m, arrays = self._batches.read(batch, self.index_limits, self.dtype)
        theta = self._checked(theta)
        if check and self._backend.checks_inputs:
            self._backend.check_inputs(arrays, m)
        losses = self._backend.losses(theta, arrays, m)
        if warn and not numpy.isfinite(losses).all():
            self._not_finite.warn_of_losses(losses)
        return losses

    def value_and_grad(
        self, theta: Any, *batch: Any, out: Any = None, warn: bool = True, check: bool = True
    ) -> tuple[float, Any]:
        """The mean loss of a batch and its gradient, a vector in the order of θ.

        Args:
            theta: the parameters.
            batch: the examples.
            out: an array to write the gradient to; None for a new one.
            warn: whether to warn of results that are not finite.
            check: whether to check what is required of the batch alone; False if `check_inputs` has done so.

        Raises:
            ArithmeticError, ValueError, IndexError: what the eager engine would raise for one of the examples, such as a
                ValueError where the example does not meet what is required (`autograd.require`).
            TypeError, ValueError, IndexError: theta or the batch has a wrong shape or type.
        """
        if self._fast is not None and (self._is_unconditional or not check):
            found = self._fast(theta, out, *batch)
            if found is not None:
                return found
        m, arrays = self._batches.read(batch, self.index_limits, self.dtype)
        if theta.__class__ is not numpy.ndarray or theta.dtype is not self.dtype or theta.shape != self._shape:
            theta = self._checked(theta)
        if out is not None:
            self._check_out(out)
            if out is theta:
                theta = theta.copy()
        if check and self._backend.checks_inputs:
            self._backend.check_inputs(arrays, m)
        loss, gradient, squares = self._backend.value_and_grad(theta, arrays, m, out)
        # The sum of squares takes a fraction of the time of looking at each. It may overflow where no element has.
        if not (math.isfinite(loss) and (math.isfinite(squares) or numpy.isfinite(gradient).all())):
            loss = self._not_finite.mend(loss, gradient, theta, arrays, m, warn=warn)
        return loss, gradient

    def outputs(self, theta: Any, *batch: Any) -> dict[str, Any]:
        """The named outputs of each example, as arrays whose first axis is that of the examples."""
        m, arrays = self._batches.read(batch, self.index_limits, self.dtype)
        theta = self._checked(theta)
        if not self._recorded.outputs:
            return {}
        if self._backend.checks_inputs:
            self._backend.check_inputs(arrays, m)
        return self._backend.outputs(theta, arrays, m)

    def eager(self, theta: Any, *batch: Any) -> tuple[Value, list[Value]]:
        """The mean loss of a batch as a graph of Values, to look at or to compare with, and the leaves that θ became."""
        m, arrays = self._batches.read(batch, [None for _ in self.index_limits], self.dtype)
        return mean_loss(self._recorded, self.parameters.values, self._checked(theta), m, arrays)

    # ------------------------------------------------------------------------------------------------ reading

    @property
    def source(self) -> str:
        """The program as a person would write it: a Python module whose ``value_and_grad(theta, …)`` can be run.

        It is made from what the running program is made from: array operations for NumPy, loops over single numbers for machine
        code (`buffered_source` is what runs). On its own it gives nan where a choice leaves out what is infinite; the program
        asks the eager engine there.
        """
        return self._backend.source

    @property
    def buffered_source(self) -> str:
        """What runs: statements for NumPy that write into buffers they keep, or a module in LLVM's language."""
        return self._backend.buffered_source

    def report(self) -> str:
        """Which engine was chosen, why, and what became of the scalars.

        For NumPy that is the number of statements, the matrix products, the constants, and what did not group; for machine code
        the loops, what is computed once for all examples, and the constants.
        """
        return f"Engine: {self._reason}\n{self._backend.report()}"

    def step_kernel(self, m: int) -> Any:
        """The machine code for the gradient of batches of m examples, which `nn.train` calls in a loop of machine code.

        None if the engine is NumPy.
        """
        kernel_for = getattr(self._backend, "step_kernel", None)
        return None if kernel_for is None else kernel_for(m)

    def to_jax(self) -> JaxFunctions:
        """The program as two functions of JAX, ``loss`` and ``value_and_grad``, to be compiled, mapped and differentiated by it.

        Both are pure. They take θ in the order of `parameters`, and a batch as the methods of the program do, of arrays of JAX or
        of NumPy: ``loss(theta, *batch)`` is the mean loss, and ``value_and_grad(theta, *batch)`` the mean loss and its gradient.
        The gradient is that of the program, in the same array operations, and so is the derivative that JAX has of ``loss``; JAX
        differentiates it again for second derivatives. A batch has no derivatives.

        A function of JAX can't raise an error for an example. Where the program would do so, the mean loss is nan, and so is all
        of the gradient; no `NonFiniteWarning` tells which example it is.

        Raises:
            ImportError: JAX is not installed.
            ValueError: the program computes in float64, and JAX hasn't been told to; or it has thousands of different operations,
                which JAX would take many minutes to compile.
            MiscompiledError: JAX disagrees with the eager engine on the example.
        """
        require_jax()
        # It takes a second to import.
        from autograd.vectorizing.jax.public import public_functions

        return public_functions(self.array_form(), self._batches, self.dtype)

    def array_form(self) -> ArrayForm:
        """The program in the closed vocabulary of array operations, whichever engine computes it."""
        return array_form(self._recorded, self.parameters.values, self._captured)

    def to_onnx(
        self, path: str | os.PathLike[str], outputs: Sequence[str] | None = None, *, theta: Any = None, dtype: Any = numpy.float32
    ) -> None:
        """Write the named outputs as an ONNX file, which onnxruntime and other runtimes compute for batches of any size.

        The model has an input for each argument, or array of one, that the outputs depend on, called like it. Whole numbers that
        choose something are of int64. All inputs and outputs have an axis of examples before the others. Parameters stand in the
        file with their numbers, called after their labels. The file is checked, and onnxruntime computes the program's example
        from it, before it is put in its place.

        A model can't raise an error that names an example. Its outputs are nan where an example does not meet what the function
        requires of these inputs (`autograd.require`). Where an operation is not defined, it gives inf or nan, and the outputs are
        what follows from that. The runtime refuses an index that is out of range.

        Args:
            path: of the file, which is replaced if it exists.
            outputs: the names of outputs; ``"loss"`` is the loss of each example. None means all named outputs.
            theta: the parameters; None for the numbers that they have at present.
            dtype: of all floats of the model, numpy.float32 or float.

        Raises:
            ImportError: onnx or onnxruntime is not installed; the message says what to install.
            ValueError: there is no such output, or the model is too large for a file, or roundings in single precision leave
                few digits of the results.
            NotImplementedError: a function can't be written with operators of ONNX.
            MiscompiledError: what onnxruntime computes is not what the program gives, which is a fault of this method.
        """
        from autograd.vectorizing.onnx.exporting import chosen_outputs, export
        from autograd.vectorizing.onnx.program_model import Exported

        wanted = chosen_outputs(self._recorded, outputs)
        of_model = checked_dtype(dtype, exact=False)
        require_onnx()
        theta = self.parameters.read() if theta is None else self._checked(theta)

        def results(theta: Any, arrays: list[Any], m: int) -> dict[str, Any]:
            pairs = zip(arrays, self.index_limits, strict=True)
            given = [array if limit is None else array.astype(numpy.intp) for array, limit in pairs]
            if self._backend.checks_inputs:
                self._backend.check_inputs(given, m)
            outputs = self._backend.outputs(theta, given, m) if self._recorded.outputs else {}
            return outputs if "loss" in outputs else {**outputs, "loss": self._backend.losses(theta, given, m)}

        export(
            Exported(self._recorded, self._captured, self.parameters.values, theta, results, self.dtype),
            Path(path),
            wanted,
            of_model,
        )

    @property
    def n_used(self) -> int:
        """The number of parameters that the loss or an output depends on; they are the first ones."""
        return len(self._digest.parameters)

    @property
    def has_gradient(self) -> bool:
        """Whether the loss depends on a parameter."""
        return self._digest.has_gradient

    @property
    def demands(self) -> tuple[str, ...]:
        """What the function requires of its inputs and parameters, in the words of `autograd.require`."""
        return tuple(dict.fromkeys(demand.message for demand in self._recorded.demands))

    @property
    def captured(self) -> tuple[Value, ...]:
        """The leaves that are not parameters, whose numbers are constants of the program."""
        return self._digest.captured

    def __reduce__(self) -> tuple[Any, ...]:
        whole, recorded = parts_of(self._recorded, self.parameters.values, self._captured)
        return _restored, (
            whole,
            recorded,
            self._captured,
            self.dtype,
            self.exact,
            self.parameters.values,
            self.engine,
            self._reason,
        )

    def __repr__(self) -> str:
        exact = ", exact" if self.exact else ""
        return f"Program({len(self.parameters)} parameters, {self.dtype}{exact}, engine {self.engine!r})"

    # ---------------------------------------------------------------------------------------------- arguments

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


def checked_dtype(dtype: Any, *, exact: bool) -> Any:
    """The type of all arrays of a program; raises TypeError for one that programs don't compute in."""
    dtype = numpy.dtype(dtype)
    if dtype not in (numpy.dtype(numpy.float64), numpy.dtype(numpy.float32)):
        raise TypeError(f"dtype must be float64 or float32, not {dtype}")
    if exact and dtype != numpy.dtype(numpy.float64):
        raise TypeError("exact=True needs dtype float64, in which the eager engine computes")
    return dtype


def _restored(
    whole: Value,
    recorded: RecordedExample,
    captured: list[tuple[Value, float]],
    dtype: Any,
    exact: bool,
    order: tuple[Value, ...],
    engine: Literal["numpy", "native"],
    reason: str,
) -> Program:
    # It was compared when it was made. Its leaves may have numbers now at which the loss is not defined.
    with collector_paused():
        recorded = restored(recorded)
        return Program(
            recorded, dtype, exact, lambda: choose_again(recorded, engine, reason, exact=exact), kept=Kept(captured, order)
        )
