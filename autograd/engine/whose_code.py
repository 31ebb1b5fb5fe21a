"""Whose code a frame runs: this library's, Python's or the user's. All that names a line of the user's finds it here."""

from __future__ import annotations

import linecache
import os
import sys
from functools import cache
from types import FrameType
from typing import NamedTuple

# The files of this library, and the code that it generates. Names of files are compared as the interpreter has them, with
# symbolic links unresolved. The folder of the standard library may hold installed packages, which count as the user's.
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
_OURS = (*(os.path.join(_ROOT, name, "") for name in ("autograd", "nn")), "<autograd")
_STANDARD = os.path.join(os.path.dirname(os.__file__), "")


@cache
def owner(name: str) -> str:
    """Whose file it is: ``"library"`` for this library's own, ``"Python"`` for the standard library's, otherwise ``"user"``."""
    if name.startswith(_OURS):
        return "library"
    return "Python" if name.startswith("<frozen") or (name.startswith(_STANDARD) and "-packages" not in name) else "user"


def users_frame(frame: FrameType) -> FrameType:
    """The user's innermost frame, beginning with the given one and going outwards; the outermost frame if none is the user's."""
    while frame.f_back is not None and owner(frame.f_code.co_filename) != "user":
        frame = frame.f_back
    return frame


def is_installed(frame: FrameType) -> bool:
    """Whether a frame runs code of an installed package, which the user may know nothing of."""
    return "-packages" in frame.f_code.co_filename


def line_of_user(frame: FrameType) -> str:
    """The user's innermost line: its file (or cell of a notebook) and number, and what it says."""
    frame = users_frame(frame)
    name, number = frame.f_code.co_filename, frame.f_lineno
    line = linecache.getline(name, number, frame.f_globals).strip()
    return (line_in_cell(name, number) or f"{name}:{number}") + (f": `{line}`" if line else "")


def line_in_cell(file: str, number: int) -> str | None:
    """``"cell In[3], line 5"``, as IPython's own tracebacks say, if a file's name is one that it gave a cell; otherwise None.

    A cell that was run again has the number of its last run, which is the one that stands beside it.
    """
    ipython = sys.modules.get("IPython")  # a notebook has imported it before any cell runs
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    name_of = getattr(getattr(shell, "compile", None), "format_code_name", None)  # IPython before 8.8 has none
    match name_of(file) if name_of is not None else None:
        case "Cell", str(cell):
            return f"cell {cell}, line {number}"
    return None


# Libraries that compute with the numbers they are given. All other installed packages draw, print or store them.
COMPUTING = frozenset(("numpy", "scipy", "sklearn", "statsmodels", "sympy", "jax", "torch", "statistics"))


class Entry(NamedTuple):
    """Where a line has called a library that computes.

    Attributes:
        library: its name, ``"scipy"``.
        frame: that of the function which the line calls, not of those that the library calls within.
        caller: that of the line; None if no line of the user's is running.
    """

    library: str
    frame: FrameType
    caller: FrameType | None


def entry_of(frame: FrameType) -> Entry | None:
    """By which of its functions the user called the library whose code runs in a frame.

    None if it is the user's own code, Python's, or a library's that doesn't compute, or which does so for one that doesn't.
    """
    entry = None
    here: FrameType | None = frame
    while here is not None:
        library, place = _library(here.f_code.co_filename, here.f_globals.get("__name__"))
        if place == "user":
            break
        if place == "installed":
            entry = library, here
        here = here.f_back
    return Entry(*entry, here) if entry is not None and entry[0] in COMPUTING else None


def is_users(frame: FrameType) -> bool:
    """Whether a frame runs the user's own code, and not that of an installed package."""
    return _library(frame.f_code.co_filename, frame.f_globals.get("__name__"))[1] == "user"


@cache
def _library(file: str, module: str | None) -> tuple[str, str]:
    """The library of a file, and whether it is ``"installed"``, ``"user"``'s, or one that passes on what it is given."""
    name = (module or "").partition(".")[0]
    if name in COMPUTING:
        return name, "installed"
    place = owner(file)
    # Functions that `decorator` has written call another one.
    if place != "user" or file.startswith("<decorator-gen"):
        return name, "passing on"
    return name, "installed" if "-packages" in file else "user"
