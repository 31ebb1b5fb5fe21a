"""Many steps of training in one call of machine code.

A step takes the gradient of the mean loss of a batch, and moves each parameter by the formula of an optimizer. Before it moves
anything, it looks at what it found. A step whose loss or gradient is not finite, or in which the eager engine would raise an
error, changes nothing and ends the call, so that it can be taken again with all the care that errors need.

The loop is one function for each formula, whatever the program. It calls the program's own kernel:

    i64 kernel(ptr theta, ptr gradient, ptr inputs, i64 m, ptr scratch, ptr results)
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy

from autograd.vectorizing.native.machine import Machine, compile_module, lanes
from autograd.vectorizing.native.steps_formula import UpdateFormula
from autograd.vectorizing.native.steps_module import ADDRESSES, COUNTS, module_of
from autograd.vectorizing.native.steps_powers import address_of_power

Numbers = Any  # numpy.ndarray

_ALIGNMENT = 64
_STEPS = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_SHUFFLE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
_POWERS = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_double, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)


class _Task(ctypes.Structure):
    _fields_ = [*[(name, ctypes.c_void_p) for name in ADDRESSES], *[(name, ctypes.c_int64) for name in COUNTS]]


@dataclass(frozen=True, slots=True)
class StepKernel:
    """A program's function that computes the mean loss of a batch and its gradient.

    Attributes:
        address: where it begins.
        n_parameters: how many parameters it takes, and how many numbers the gradient has.
        widths: how many numbers each input has for one example.
        scratch_bytes: how much memory it needs besides.
        keeper: what must live as long as it is called.
    """

    address: int
    n_parameters: int
    widths: tuple[int, ...]
    scratch_bytes: int
    keeper: Any


class Steps:
    """Steps of training, with everything that they read and write.

    Args:
        formula: how a parameter moves.
        kernel_for: gives the kernel for batches of a size.
        theta: the numbers of the parameters, which `run` moves.
        states: an array of shape (number of states, number of parameters), which `run` updates.
        moving: the places of the parameters that move; None for all. The others have no gradient.
        inputs: an array for each input of the program, of all examples.
        batch_size: how many examples make a batch; what is left of them at the end makes a smaller one.

    Raises:
        ValueError: an array has another shape or type than the kernel needs, or is not contiguous.
    """

    def __init__(
        self,
        formula: UpdateFormula,
        kernel_for: Callable[[int], StepKernel],
        theta: Numbers,
        states: Numbers,
        moving: Sequence[int] | None,
        inputs: Sequence[Numbers],
        batch_size: int,
    ) -> None:
        n_parameters = len(theta)
        n_examples = len(inputs[0]) if inputs else 1
        _check(theta, (n_parameters,), writable=True)
        _check(states, (formula.n_states, n_parameters), writable=True)
        for array in inputs:
            _check(array, (n_examples, *numpy.shape(array)[1:]))
        if not (0 < batch_size <= n_examples):
            raise ValueError(f"batch_size must be from 1 to {n_examples}, the number of examples, not {batch_size}")
        self.n_examples = n_examples
        self.n_batches = -(-n_examples // batch_size)
        self._formula = formula
        self._machine = _machine(module_of(formula, lanes()))
        self._function = _STEPS(self._machine.address("steps"))
        self._shuffle = _SHUFFLE(self._machine.address("shuffle"))
        self._powers = _POWERS(self._machine.address("powers"))
        rest = n_examples % batch_size or batch_size
        self._kernels = kernel_for(batch_size), kernel_for(rest)
        widths = tuple([array[0].size for array in inputs])
        for kernel in self._kernels:
            if (kernel.n_parameters, kernel.widths) != (n_parameters, widths):
                raise ValueError(
                    f"a kernel takes {kernel.n_parameters} parameters and inputs of {kernel.widths} numbers for an example, not "
                    f"{n_parameters} and {widths}"
                )
        scratch = max(kernel.scratch_bytes for kernel in self._kernels) + _ALIGNMENT
        # What the function reads and writes lives as long as this object.
        self._arrays: dict[str, Numbers] = {
            "theta": theta,
            "states": states,
            "spans": spans_of(range(n_parameters) if moving is None else moving, n_parameters),
            "widths": numpy.array(widths, numpy.int64),
            "gradient": numpy.zeros(n_parameters),
            "scratch": numpy.empty(scratch, numpy.uint8),
            "results": numpy.zeros(2),
            "pointers": numpy.zeros(len(inputs), numpy.int64),
        }
        self._inputs = list(inputs)
        self._arrays["inputs"] = _addresses(self._inputs)
        self._widths, self._batch_size = widths, batch_size
        # Batches in an order of their own, once there is one.
        self._gathered: list[Numbers] = []
        self._task = task = _Task()
        for name, array in self._arrays.items():
            setattr(task, name, array.ctypes.data)
        task.scratch += -task.scratch % _ALIGNMENT
        task.kernel, task.kernel_of_rest = [kernel.address for kernel in self._kernels]
        task.n_parameters, task.n_spans, task.n_inputs = n_parameters, len(self._arrays["spans"]), len(inputs)
        task.n_examples, task.batch_size = n_examples, batch_size

    def run(
        self, settings: Sequence[float], t: int, losses: Numbers, first_batch: int = 0, orders: Numbers | None = None
    ) -> None:
        """Take steps, until there are no more or one has to be taken with care; `taken` says how many were taken.

        Other threads may run meanwhile.

        Args:
            settings: the present numbers of the formula's settings.
            t: how many steps each moving parameter has taken.
            losses: an array whose length is the number of steps to take; the mean loss of each batch is written to it.
            first_batch: the number of the first batch in its epoch, from 0.
            orders: the order of the examples in each epoch from that one on, an array of whole numbers of shape (number of
                epochs, number of examples). None keeps them in their order in all epochs.

        Raises:
            ValueError: an array has another shape or type, or there are too few orders.
            IndexError: an order names an example that there isn't.
        """
        task = self._task
        task.n_done = 0
        _check(losses, (len(losses),), writable=True)
        if not 0 <= first_batch < self.n_batches:
            raise ValueError(f"first_batch must be from 0 to {self.n_batches - 1}, not {first_batch}")
        task.order = None
        if orders is not None:
            n_epochs = -(-(first_batch + len(losses)) // self.n_batches)
            _check(orders, (len(orders), self.n_examples), numpy.int64)
            if len(orders) < n_epochs:
                raise ValueError(f"there must be an order for each of the {n_epochs} epochs, not {len(orders)}")
            if orders.size and not (orders.min() >= 0 and orders.max() < self.n_examples):
                raise IndexError(f"an order of {self.n_examples} examples holds {orders.min()} or {orders.max()}")
            if len(self._gathered) != len(self._inputs):
                self._gathered = [numpy.empty((self._batch_size, width)) for width in self._widths]
                self._arrays["gathered"] = _addresses(self._gathered)
                task.gathered = self._arrays["gathered"].ctypes.data
            task.order = orders.ctypes.data
        fixed, timed, n_computed = self._formula.common(settings, t + 1, len(losses), self._powers_of)
        task.fixed, task.timed, task.losses = fixed.ctypes.data, timed.ctypes.data, losses.ctypes.data
        task.timed_stride = task.n_steps = n_computed
        task.first_batch = first_batch
        self._function(ctypes.addressof(task))

    def _powers_of(self, base: float, first: int, n: int) -> Numbers:
        """The powers of a base with the exponents from a first one on, as Python computes them.

        Raises:
            ArithmeticError: it computes them in another way, or raises an error itself.
        """
        power = address_of_power()
        if power is None or not 0.0 < base < math.inf:
            raise ArithmeticError("such powers are computed one by one")
        results = numpy.empty(n)
        self._powers(power, base, first, n, results.ctypes.data)
        if not numpy.isfinite(results).all():
            raise OverflowError("a power is too large")
        return results

    def orders(self, others: Numbers) -> Numbers:
        """Orders of the examples that come of exchanging each example, from the last one on, with another one.

        Args:
            others: the places of these others, an array of shape (number of orders, number of examples - 1). None of them is
                behind the place it is exchanged with.

        Returns:
            An array of shape (number of orders, number of examples).

        Raises:
            ValueError: the array has another shape or type.
            IndexError: a place is not as it should be.
        """
        n = self.n_examples
        _check(others, (len(others), n - 1), numpy.int64)
        if not ((others >= 0).all() and (others < numpy.arange(n, 1, -1)).all()):
            raise IndexError(f"examples are exchanged with others from 0 to {n - 1}, and with none that is further behind")
        orders = numpy.empty((len(others), n), numpy.int64)
        self._shuffle(orders.ctypes.data, others.ctypes.data, len(others), n)
        return orders

    def taken(self) -> int:
        """How many steps have been taken since this was last asked for, also if `run` was interrupted."""
        n_taken, self._task.n_done = int(self._task.n_done), 0
        return n_taken


def _addresses(arrays: Sequence[Numbers]) -> Numbers:
    return numpy.array([array.ctypes.data for array in arrays], numpy.int64)


def spans_of(places: Iterable[int], n: int) -> Numbers:
    """Put places into as few spans as possible, each from a place up to, but not including, another.

    >>> spans_of([0, 1, 2, 5, 7, 6], 8).tolist()
    [[0, 3], [5, 8]]

    Raises:
        IndexError: a place is not from 0 to n - 1.
    """
    mask = numpy.zeros(n + 2, numpy.int8)
    at = numpy.fromiter(places, numpy.int64)
    if at.size and not (at.min() >= 0 and at.max() < n):
        raise IndexError(f"a place is not from 0 to {n - 1}")
    mask[at + 1] = 1
    return numpy.flatnonzero(numpy.diff(mask)).astype(numpy.int64).reshape(-1, 2)


def _check(array: Numbers, shape: tuple[int, ...], dtype: Any = numpy.float64, *, writable: bool = False) -> None:
    if (
        not isinstance(array, numpy.ndarray)
        or array.dtype != dtype
        or array.shape != shape
        or not array.flags.c_contiguous
        or not array.flags.aligned
        or (writable and not array.flags.writeable)
    ):
        given = f"{array.dtype} of shape {array.shape}" if isinstance(array, numpy.ndarray) else repr(array)
        raise ValueError(f"not a contiguous array of {numpy.dtype(dtype)} of shape {shape}, but {given}")


@lru_cache(maxsize=64)
def _machine(text: str) -> Machine:
    return compile_module(text, level=0)
