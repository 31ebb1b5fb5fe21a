"""The module that leads from Python into a kernel: what a plan holds, and where things are in the headers of arrays."""

from __future__ import annotations

from string import Template

import numpy

from autograd.vectorizing.native.array_headers import ALIGNED, C_CONTIGUOUS, WARN_ON_WRITE, WRITEABLE, Headers
from autograd.vectorizing.native.entry_results import TEXT as RESULTS
from autograd.vectorizing.native.entry_run import TEXT as RUN

# The places of a plan. Behind them stands for each input array: its dtype, its number of axes, the bytes of one example, and the
# extents of its axes besides the first.
_PLACES = (
    "KERNEL",  # where the machine code begins
    "KERNEL_OF_ONE",  # the same for a single example; 0 if that has not been compiled
    "INPUTS",  # how many input arrays there are
    "PARAMETERS",  # how many parameters
    "NUMBER",  # the dtype of parameters and results
    "NUMBER_BYTES",
    "OUT_AXES",  # 1, or 2 if each example gives several numbers
    "OUT_PER_EXAMPLE",  # 1 if the first axis is that of the examples, else 0
    "OUT_EXTENT",  # numbers in all, or for each example
    "MAKES_OUT",  # 1 if an array for results is made where there is None
    "RELEASE",  # from how many examples on other threads run meanwhile
    "SCRATCH",  # bytes to compute in
    "FREE",  # a list of pieces of memory for that, which nobody uses now
)
PLACE = {name: place for place, name in enumerate(_PLACES)}
# A piece of memory is aligned. Before it stand the next one in the list, and where it was allocated.
_ALIGNMENT = 64
FROM_PYTHON = (
    "PyEval_RestoreThread", "PyEval_SaveThread", "PyFloat_FromDouble", "PyLong_FromLongLong", "PyMem_RawMalloc", "PyTuple_New",
    "PyTuple_SetItem", "Py_DecRef", "Py_IncRef",
)  # fmt: skip


def entry_code(found: Headers) -> str:
    """The module of the built-in functions ``direct`` and ``careful``, for arrays whose headers are laid out like this."""
    places = {name: str(place) for name, place in PLACE.items()}
    return Template("\n".join(("", _DECLARATIONS, RESULTS, RUN))).substitute(
        places,
        RECORDS=str(len(_PLACES)),
        ALIGNMENT=str(_ALIGNMENT),
        PADDING=str(2 * _ALIGNMENT),
        TYPE=str(found.type),
        DATA=str(found.data),
        AXES=str(found.n_axes),
        SHAPE=str(found.shape),
        DTYPE=str(found.dtype),
        FLAGS=str(found.flags),
        ARRAY_TYPE=str(id(numpy.ndarray)),
        NONE=str(id(None)),
        READABLE=str(C_CONTIGUOUS | ALIGNED),
        WRITTEN=str(C_CONTIGUOUS | ALIGNED | WRITEABLE),
        LOOKED_AT=str(C_CONTIGUOUS | ALIGNED | WRITEABLE | WARN_ON_WRITE),
    )


_DECLARATIONS = """\
declare ptr @PyArray_Empty(i32, ptr, ptr, i32)
declare void @PyEval_RestoreThread(ptr)
declare ptr @PyEval_SaveThread()
declare ptr @PyFloat_FromDouble(double)
declare ptr @PyLong_FromLongLong(i64)
declare ptr @PyMem_RawMalloc(i64)
declare ptr @PyTuple_New(i64)
declare i32 @PyTuple_SetItem(ptr, i64, ptr)
declare void @Py_DecRef(ptr)
declare void @Py_IncRef(ptr)
"""
