"""Functions with the bits of Python's floats, for machine code that promises the same results as the eager engine to the bit.

Python's `math` hands nearly everything to the C library, so machine code does the same, number by number. What Python computes by
itself, and what turns out to differ, is asked from Python.
"""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any

from autograd.number_systems.llvm.c_library import address_of
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, ElementaryFunction
from autograd.table.floats import quiet_function_of

# The names by which machine code calls the functions, by the names of their rows. They take and give doubles.
EXACT = {name: f"chalkgrad_exact_{name}" for name in ELEMENTARY_FUNCTIONS}
# What C calls otherwise.
_C_NAMES = {"power": "pow"}
# Since version 3.10, Python has a more exact one of its own.
_OF_PYTHON_ITSELF = {"hypot": math.hypot}
# Where the C library is compared with Python: what is special, and ordinary numbers of several magnitudes.
_SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1e-300, 5e-324, -1e300, 709.9, -745.2, math.inf, -math.inf, math.nan)
_MAGNITUDES = (1e-5, 0.9, 1.0, 4.0, 30.0, 700.0, 1e5, 1e18)
_GOLDEN_RATIO = 0.6180339887498949


def exact_symbols(names: Iterable[str] = tuple(EXACT)) -> dict[str, int]:
    """The names and addresses of functions of `EXACT`, which stay valid as long as Python runs.

    Each function is compared with Python's when it is first asked for, which takes a few milliseconds.

    Args:
        names: those of the rows in the registry.
    """
    return {EXACT[name]: _address_for(ELEMENTARY_FUNCTIONS[name]) for name in names}


@cache
def _address_for(row: ElementaryFunction) -> int:
    if row.name not in _OF_PYTHON_ITSELF:
        try:
            address = address_of(_C_NAMES.get(row.name, row.name))
        except AttributeError:
            address = 0
        if address and _has_the_same_bits(row, _prototype(row)(address)):
            return address
    return ctypes.cast(_callback(row), ctypes.c_void_p).value or 0


def _prototype(row: ElementaryFunction) -> Any:
    return ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_double] * row.arity)


@cache
def _callback(row: ElementaryFunction) -> Any:
    """A function of C that calls Python. It is never forgotten, because machine code may have its address."""
    # What is written in C itself isn't interrupted by Ctrl-C in between, and this one never raises.
    function: Callable[..., float] = _OF_PYTHON_ITSELF.get(row.name) or quiet_function_of(row)
    return _prototype(row)(function)


def _has_the_same_bits(row: ElementaryFunction, function: Callable[..., float]) -> bool:
    quiet = quiet_function_of(row)
    return all(_bits(function(*point)) == _bits(quiet(*point)) for point in _points(row.arity))


def _points(arity: int) -> Iterator[tuple[float, ...]]:
    yield from product(_SPECIAL, repeat=arity)
    for k in range(30 * len(_MAGNITUDES)):
        magnitudes = [_MAGNITUDES[(k + 3 * place) % len(_MAGNITUDES)] for place in range(arity)]
        yield tuple(m * (2.0 * (((k + 1) * (place + 1) * _GOLDEN_RATIO) % 1.0) - 0.7) for place, m in enumerate(magnitudes))


def _bits(x: float) -> bytes:
    return b"nan" if math.isnan(x) else struct.pack("d", x)
