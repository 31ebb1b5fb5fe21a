"""The functions of the C library that machine code calls, and where they are in this process."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

from autograd.number_systems.llvm.rare_cases import C_FUNCTIONS


@cache
def address_of(name: str) -> int:
    """The address of a function of the C library of mathematics.

    Raises:
        AttributeError: there is no function of that name.
    """
    function = getattr(_library(), name)
    return ctypes.cast(function, ctypes.c_void_p).value or 0


@cache
def _library() -> ctypes.CDLL:
    # On Windows the functions are in the runtime; elsewhere in what Python itself has loaded, or in a library of their own.
    if sys.platform == "win32":
        return ctypes.CDLL("ucrtbase")
    here = ctypes.CDLL(None)
    return here if hasattr(here, "sin") else ctypes.CDLL("libm.so.6")


def c_symbols() -> dict[str, int]:
    """The names by which machine code calls functions of the C library, with their addresses."""
    return {symbol: address_of(name) for symbol, name in C_FUNCTIONS.items()}
