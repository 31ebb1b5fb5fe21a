"""Calling a kernel: arrays in, numbers out, in as little time as the checks that keep it safe allow.

A kernel is a function in machine code; all kernels have the same form:

    i64 kernel(ptr theta, ptr out, ptr inputs, i64 m, ptr scratch, ptr results)

``theta`` are the numbers of the parameters. ``inputs`` is an array of pointers, one to the numbers of each input array of m
examples, example after example, aligned as single numbers are. ``scratch`` is aligned for vectors, and holds anything. ``out``
gets the gradient or the results of all examples, and doesn't overlap what is read. ``results`` are two doubles, 0 beforehand: the
mean loss, and the sum of squares of the gradient. The kernel returns a status, 0 if all is well.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy

from autograd.vectorizing.native.entry import Plan, add_kernel_of_one, entry_of, plan_of
from autograd.vectorizing.native.machine import Machine

Numbers = Any  # numpy.ndarray

# Letting other threads run while a kernel computes costs about a tenth of a microsecond. So many operations take ten.
_MANY_OPERATIONS = 20_000
# A built-in function keeps two pointers to each input array on the stack.
_MOST_INPUTS = 1_000
_LITTLE_WORK = 1e-6
_ALIGNMENT = 64
_KERNEL = ctypes.CFUNCTYPE(
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_void_p,
)


class Call:
    """Calls a kernel of a machine, which it keeps alive. Several threads may call at once.

    Args:
        machine: the compiled module.
        kernel: the kernel's name in it.
        n_theta: how many parameters there are.
        sizes: the shape of each input array for one example.
        out: what the kernel writes: the "gradient", n_theta numbers, or numbers "per example".
        width: how many numbers per example there are, in an array of shape (m, width); None for one, in an array of shape (m,).
        dtype: the type of parameters and results, float64 or float32.
        input_dtypes: the type of each input array; None if all are of the same type as the parameters.
        scratch_bytes: how much memory the kernel computes in. Two calls at the same time never share it.
        serves_one: whether the kernel is meant for single examples too. If not, `fast` gives None for one until
            `add_kernel_of_one` has been called.
        work_per_example: about how many operations the kernel computes for each example. Where there is much work, other
            threads run meanwhile.

    Attributes:
        width: how many numbers per example there are.
        fast: takes θ, an array for the gradient or None for a new one, and the input arrays. Gives the mean loss and the array
            of the gradient; or None if an array is not of exactly the right type, shape and layout, if the status is not 0, or if
            the loss or the sum of squares is not finite. The array for the gradient may have been written to then. None if the
            kernel's results are per example.
    """

    fast: Callable[..., tuple[float, Numbers] | None] | None

    def __init__(
        self,
        machine: Machine,
        kernel: str,
        *,
        n_theta: int,
        sizes: Sequence[tuple[int, ...]],
        out: Literal["gradient", "per example"],
        width: int | None = None,
        dtype: Any,
        input_dtypes: Sequence[Any] | None = None,
        scratch_bytes: int = 0,
        serves_one: bool = True,
        work_per_example: float = 0.0,
    ) -> None:
        # Functions in machine code are called as long as their machine lives.
        self._machines = [machine]
        self._kernel = _KERNEL(machine.address(kernel))
        self._kernel_of_one = self._kernel if serves_one else None
        self._shape = (n_theta,)
        self._sizes = [tuple(size) for size in sizes]
        self._per_example = out == "per example"
        self.width = 1 if width is None else width
        self._width = () if width is None else (width,)
        self._dtype = numpy.dtype(dtype)
        self._dtypes = [self._dtype for _ in sizes] if input_dtypes is None else [numpy.dtype(one) for one in input_dtypes]
        self._scratch_bytes = scratch_bytes
        # Memory that no call is using now.
        self._free: list[Numbers] = []
        self._plan: Plan | None = None
        entry = None
        if len(self._sizes) <= _MOST_INPUTS and all(math.prod(size) for size in self._sizes):
            self._plan = plan_of(
                machine,
                kernel,
                n_parameters=n_theta,
                dtype=self._dtype,
                sizes=self._sizes,
                input_dtypes=self._dtypes,
                per_example=self._per_example,
                extent=n_theta if not self._per_example else 1 if width is None else width,
                out_axes=1 if not self._per_example or width is None else 2,
                scratch_bytes=scratch_bytes,
                release=math.ceil(_MANY_OPERATIONS / max(work_per_example, _LITTLE_WORK)),
                serves_one=serves_one,
            )
            entry = entry_of(self._plan)
        self._careful = None if entry is None else entry.careful
        self.fast = None
        if not self._per_example:
            self.fast = self._fast_through_python if entry is None else entry.direct

    def __call__(self, theta: Numbers, out: Numbers, arrays: Sequence[Numbers], m: int) -> tuple[int, float, float]:
        """Run the kernel.

        Arrays that are not laid out as the kernel needs them are copied, and so is `out` if it overlaps what is read.

        Args:
            theta: the parameters.
            out: the array that the kernel's results are written to.
            arrays: the input arrays, of shape (m, …).
            m: the number of examples.

        Returns:
            The kernel's status, the mean loss, and the sum of squares of the gradient.

        Raises:
            TypeError: something is no array, or an array of another type.
            ValueError: an array has another shape, or `out` can't be written to.
        """
        if self._careful is not None:
            found: tuple[int, float, float] | None = self._careful(theta, out, *arrays)
            if found is not None:
                return found
        if m < 1 or (m != 1 and not arrays):
            raise ValueError(f"there must be at least one example, and exactly one if there are no inputs, not {m}")
        if len(arrays) != len(self._sizes):
            raise ValueError(f"there must be {len(self._sizes)} input arrays, not {len(arrays)}")
        theta = _readable("theta", theta, self._shape, self._dtype)
        arrays = [
            _readable(f"input array {number}", array, (m, *size), dtype)
            for number, (array, size, dtype) in enumerate(zip(arrays, self._sizes, self._dtypes, strict=True))
        ]
        out = _array("out", out, (m, *self._width) if self._per_example else self._shape, self._dtype)
        if not out.flags.writeable:
            raise ValueError("out must be an array that can be written to; this one is read-only")
        if _is_laid_out(out) and not _overlaps(out, theta, arrays):
            return self._run(theta, out, arrays, m)
        results = numpy.empty(out.shape, self._dtype)
        found = self._run(theta, results, arrays, m)
        out[...] = results
        return found

    def add_kernel_of_one(self, machine: Machine, kernel: str, scratch_bytes: int = 0) -> None:
        """Have single examples computed by a kernel of their own.

        Args:
            machine: the compiled module.
            kernel: the kernel's name in it.
            scratch_bytes: how much memory it computes in, no more than the other kernel.
        """
        if scratch_bytes > self._scratch_bytes:
            raise ValueError(f"a kernel of one must do with {self._scratch_bytes} bytes to compute in, not {scratch_bytes}")
        self._machines.append(machine)
        self._kernel_of_one = _KERNEL(machine.address(kernel))
        if self._plan is not None:
            add_kernel_of_one(self._plan, machine, kernel)

    def _run(self, theta: Numbers, out: Numbers, arrays: Sequence[Numbers], m: int) -> tuple[int, float, float]:
        """Run the kernel on arrays that have been checked."""
        results = (ctypes.c_double * 2)()
        pointers = (ctypes.c_void_p * max(len(arrays), 1))(*map(_address, arrays))
        try:
            scratch = self._free.pop()
        except IndexError:
            scratch = numpy.empty(self._scratch_bytes + _ALIGNMENT, numpy.uint8)
        begin = -(-_address(scratch) // _ALIGNMENT) * _ALIGNMENT
        kernel = (self._kernel_of_one if m == 1 else None) or self._kernel
        status = kernel(_address(theta), _address(out), pointers, m, begin, results)
        self._free.append(scratch)
        return status, results[0], results[1]

    def _fast_through_python(self, theta: Numbers, out: Numbers, *arrays: Numbers) -> tuple[float, Numbers] | None:
        """The same as the built-in function `fast`, for interpreters whose objects are unknown."""
        if not _is_as_it_is(theta, self._dtype) or theta.shape != self._shape or len(arrays) != len(self._sizes):
            return None
        m = arrays[0].shape[0] if arrays and _is_as_it_is(arrays[0], self._dtypes[0]) and arrays[0].ndim else 1
        for array, size, dtype in zip(arrays, self._sizes, self._dtypes, strict=True):
            if not _is_as_it_is(array, dtype) or array.shape != (m, *size):
                return None
        if not m or (m == 1 and self._kernel_of_one is None):
            return None
        if out is None:
            out = numpy.empty(self._shape, self._dtype)
        elif (
            not _is_as_it_is(out, self._dtype)
            or out.shape != self._shape
            or not out.flags.writeable
            or _overlaps(out, theta, arrays)
        ):
            return None
        status, loss, squares = self._run(theta, out, arrays, m)
        return (loss, out) if status == 0 and math.isfinite(loss) and math.isfinite(squares) else None


def _address(array: Numbers) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _is_laid_out(array: Numbers) -> bool:
    return bool(array.flags.c_contiguous and array.flags.aligned and array.dtype.isnative)


def _is_as_it_is(array: Any, dtype: Any) -> bool:
    return type(array) is numpy.ndarray and array.dtype is dtype and _is_laid_out(array)


def _overlaps(out: Numbers, theta: Numbers, arrays: Sequence[Numbers]) -> bool:
    return any(numpy.may_share_memory(out, array) for array in (theta, *arrays))


def _array(what: str, given: Any, shape: tuple[int, ...], dtype: Any) -> Numbers:
    """The array itself, without what a subclass may say of it."""
    # `isinstance` believes an object that calls itself an array.
    if not issubclass(type(given), numpy.ndarray):
        raise TypeError(f"{what} must be an array of {dtype}, not {type(given).__name__}")
    array = numpy.asarray(given)
    if array.dtype != dtype and array.dtype.newbyteorder("=") != dtype:
        raise TypeError(f"{what} must be an array of {dtype}, not of {array.dtype}")
    if array.shape != shape:
        raise ValueError(f"{what} must have shape {shape}, not {array.shape}")
    return array


def _readable(what: str, given: Any, shape: tuple[int, ...], dtype: Any) -> Numbers:
    """The array, or a copy that is laid out as kernels need it."""
    array = _array(what, given, shape, dtype)
    return array if _is_laid_out(array) else numpy.array(array, dtype, order="C", copy=True)
