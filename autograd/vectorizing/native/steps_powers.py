"""The function by which Python computes powers of floats."""

from __future__ import annotations

import ctypes
import os
from functools import cache


@cache
def address_of_power() -> int | None:
    """Where the C library has ``pow``, which Python calls for ``float ** float``; None if it can't be found.

    It is compared with Python on some numbers: a process may hold several such functions.

    >>> address_of_power() != 0
    True
    """
    try:
        # What the process has loaded, and Windows' C library.
        library = ctypes.CDLL("ucrtbase" if os.name == "nt" else None)
        function = library.pow
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_double, ctypes.c_double]
    bases = [0.9, 0.999, 0.5, 0.1, 1.0 - 1e-9, 1.0 / 3.0, 1.01, 7.25]
    same = all(function(base, float(t)) == base**t for base in bases for t in (1, 2, 3, 7, 10, 33, 99, 120, 301))
    return ctypes.cast(function, ctypes.c_void_p).value if same else None
