"""The way from Python into a kernel: a built-in function in machine code, which reads the headers of arrays itself.

Called with arrays as they should be, it costs less than a tenth of what the checks cost in Python. Of all else, it computes
nothing and gives None. There is one such function for all programs, compiled once; what it should expect of a program's arrays,
it reads from a plan, an array of integers that is the function's ``self``.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy

from autograd.vectorizing.native.array_headers import headers
from autograd.vectorizing.native.entry_code import FROM_PYTHON, PLACE, entry_code
from autograd.vectorizing.native.machine import Machine, compile_module

_FASTCALL = 0x80


class Plan(numpy.ndarray[Any, Any]):
    """What a built-in function has to know of one program, as integers. It keeps what the integers point to."""

    kept: tuple[Any, ...] = ()


def plan_of(
    machine: Machine,
    kernel: str,
    *,
    n_parameters: int,
    dtype: Any,
    sizes: Sequence[tuple[int, ...]],
    input_dtypes: Sequence[Any],
    per_example: bool,
    extent: int,
    out_axes: int,
    scratch_bytes: int,
    release: int,
    serves_one: bool = True,
) -> Plan:
    """Write down what a built-in function has to know of a program; see `Call` for the meanings."""
    found = headers()
    fields = {
        "KERNEL": machine.address(kernel),
        "KERNEL_OF_ONE": machine.address(kernel) if serves_one else 0,
        "INPUTS": len(sizes),
        "PARAMETERS": n_parameters,
        "NUMBER": id(dtype),
        "NUMBER_BYTES": dtype.itemsize,
        "OUT_AXES": out_axes,
        "OUT_PER_EXAMPLE": int(per_example),
        "OUT_EXTENT": extent,
        "MAKES_OUT": int(not per_example and found is not None and found.empty != 0),
        "RELEASE": release,
        "SCRATCH": scratch_bytes,
        "FREE": 0,
    }
    numbers = [fields[name] for name in PLACE]
    for shape, of_input in zip(sizes, input_dtypes, strict=True):
        numbers += [id(of_input), 1 + len(shape), of_input.itemsize * int(numpy.prod(shape, dtype=numpy.int64)), *shape]
    fields_in_memory = numpy.array(numbers, numpy.int64)
    fields_in_memory.flags.writeable = False
    plan = fields_in_memory.view(Plan)
    plan.kept = (machine, dtype, *input_dtypes)
    # When the interpreter goes down, threads may still compute.
    weakref.finalize(plan, _free_pieces, fields_in_memory).atexit = False
    return plan


def add_kernel_of_one(plan: Plan, machine: Machine, kernel: str) -> None:
    """Have single examples computed by a kernel of their own, which needs no more memory than the other one."""
    fields: Any = plan.base
    plan.kept = (*plan.kept, machine)
    fields.flags.writeable = True
    fields[PLACE["KERNEL_OF_ONE"]] = machine.address(kernel)
    fields.flags.writeable = False


def _free_pieces(plan: Any) -> None:
    """Free the memory that a program has computed in."""
    piece = int(plan[PLACE["FREE"]])
    while piece:
        following, allocated = (ctypes.c_size_t.from_address(piece - before).value for before in (16, 8))
        ctypes.pythonapi.PyMem_RawFree(ctypes.c_void_p(allocated))
        piece = following


@dataclass(frozen=True)
class Entry:
    """The two built-in functions of a plan, which both take θ, an array for results and the input arrays.

    Attributes:
        direct: gives the mean loss and the array of results, which is a new one in place of None; or None if anything is not as
            it should be, or the result should be looked at.
        careful: gives the kernel's status, the mean loss and the sum of squares, or None if an array is not as it should be.
    """

    direct: Callable[..., Any]
    careful: Callable[..., Any]


def entry_of(plan: Plan) -> Entry | None:
    """The built-in functions of a plan, or None on an interpreter whose objects are unknown."""
    functions = _functions()
    if functions is None:
        return None
    return Entry(*(_new_function(ctypes.addressof(method), plan, None) for method in functions.methods))


# -------------------------------------------------------------------------------------------------------- built-in functions


class _Method(ctypes.Structure):
    """`PyMethodDef`, what a built-in function is made of."""

    _fields_ = (("name", ctypes.c_char_p), ("address", ctypes.c_void_p), ("flags", ctypes.c_int), ("text", ctypes.c_char_p))


@dataclass(frozen=True)
class _Functions:
    machine: Machine
    methods: tuple[_Method, ...]


_new_function = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.py_object, ctypes.py_object)(
    ("PyCFunction_NewEx", ctypes.pythonapi)
)


@cache
def _functions() -> _Functions | None:
    found = headers()
    if found is None:
        return None
    symbols = {name: ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value or 0 for name in FROM_PYTHON}
    # Where it is 0 no plan asks for new arrays.
    symbols["PyArray_Empty"] = found.empty or symbols["PyTuple_New"]
    machine = compile_module(entry_code(found), symbols, level=0)
    methods = tuple(
        _Method(name.encode(), machine.address(name), _FASTCALL, b"Compute a program's results; None if they need a closer look.")
        for name in ("direct", "careful")
    )
    functions = _Functions(machine, methods)
    # Built-in functions may outlive this module when the interpreter goes down.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(functions))
    return functions
