"""Where NumPy keeps what it knows of an array, for machine code that reads it there; verified before anyone relies on it.

The layout is part of NumPy's interface to C, which all versions 2.x share. On an interpreter whose objects look otherwise, or
where anything is not as expected, there is None, and arrays are read through Python.
"""

from __future__ import annotations

import ctypes
import importlib
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy

# Flags of arrays, as NumPy's headers name them.
C_CONTIGUOUS, ALIGNED, WRITEABLE, WARN_ON_WRITE = 0x1, 0x100, 0x400, 0x80000000
# What NumPy's table of functions for C has at these places: the version of the interface, the type of arrays, and a function.
_VERSION, _ARRAY_TYPE, _EMPTY = 0, 2, 184
# The interface of NumPy 2.
_INTERFACE = 2


@dataclass(frozen=True)
class Headers:
    """Offsets in bytes from the beginning of an object.

    Attributes:
        type: of the pointer to the type of any object.
        data, n_axes, shape, strides, base, dtype, flags: of what an array knows of itself.
        empty: the address of NumPy's function that makes arrays for C, `PyArray_Empty`; 0 if it was not found.
    """

    type: int
    data: int
    n_axes: int
    shape: int
    strides: int
    base: int
    dtype: int
    flags: int
    empty: int


@cache
def headers() -> Headers | None:
    """The layout of arrays, or None if it is not what NumPy 2 on CPython has."""
    if (
        sys.implementation.name != "cpython"
        or sysconfig.get_config_var("Py_GIL_DISABLED")
        or ctypes.sizeof(ctypes.c_void_p) != 8
        or object.__basicsize__ != 16
        or int(numpy.__version__.split(".")[0]) != _INTERFACE
    ):
        return None
    # An object begins with the number of references to it and its type.
    found = Headers(type=8, data=16, n_axes=24, shape=32, strides=40, base=48, dtype=56, flags=64, empty=_address_of_empty())
    samples = [
        numpy.arange(6.0),
        numpy.arange(24.0).reshape(2, 3, 4),
        numpy.arange(24.0).reshape(4, 6)[::-2, 1::2],
        numpy.arange(5, dtype=numpy.float32)[1:],
        numpy.asfortranarray(numpy.ones((2, 3), numpy.int64)),
        numpy.zeros(()),
        numpy.zeros((0, 3)),
        numpy.zeros(3, ">f8"),
        numpy.frombuffer(bytes(25), numpy.float64, offset=1, count=3),
    ]
    return found if numpy.ndarray.__basicsize__ >= 72 and all(_is_as_read(found, sample) for sample in samples) else None


def _is_as_read(found: Headers, array: Any) -> bool:
    """Whether what stands at the offsets is what the array says of itself."""
    begin = id(array)
    n_axes = ctypes.c_int.from_address(begin + found.n_axes).value
    if ctypes.c_size_t.from_address(begin + found.type).value != id(numpy.ndarray) or n_axes != array.ndim:
        return False

    def numbers(offset: int) -> tuple[int, ...]:
        place = ctypes.c_size_t.from_address(begin + offset).value
        return tuple((ctypes.c_ssize_t * n_axes).from_address(place)) if n_axes else ()

    flags = ctypes.c_uint.from_address(begin + found.flags).value
    return (
        ctypes.c_size_t.from_address(begin + found.data).value == array.__array_interface__["data"][0]
        and ctypes.c_size_t.from_address(begin + found.dtype).value == id(array.dtype)
        and (ctypes.c_size_t.from_address(begin + found.base).value or id(None)) == id(array.base)
        and array.shape == numbers(found.shape)
        and array.strides == numbers(found.strides)
        and bool(flags & C_CONTIGUOUS) == array.flags.c_contiguous
        and bool(flags & ALIGNED) == array.flags.aligned
        and bool(flags & WRITEABLE) == array.flags.writeable
    )


_pointer_of = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))


def _address_of_empty() -> int:
    """The address of `PyArray_Empty`, or 0 where NumPy's table of functions is not as expected."""
    try:
        capsule = getattr(importlib.import_module("numpy._core._multiarray_umath"), "_ARRAY_API")  # noqa: B009
        table = ctypes.cast(_pointer_of(capsule, None), ctypes.POINTER(ctypes.c_void_p))
        version = ctypes.PYFUNCTYPE(ctypes.c_uint)(table[_VERSION] or 0)() if table[_VERSION] else 0
        if version >> 24 != _INTERFACE or table[_ARRAY_TYPE] != id(numpy.ndarray):
            return 0
        return table[_EMPTY] or 0
    except (ImportError, AttributeError, ValueError):
        return 0
