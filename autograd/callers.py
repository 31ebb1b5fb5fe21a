"""Whose code asks: the innermost line that is the user's, neither of this library nor of Python's."""

from __future__ import annotations

import linecache
import os
from functools import cache
from types import FrameType

# Files that a line of the user's is not in: this library's, what it compiles, and the standard library, in whose folder
# installed packages may lie. Names are compared as the interpreter has them, with symbolic links unresolved.
_ROOT = os.path.dirname(os.path.dirname(__file__))
_OURS = (*(os.path.join(_ROOT, name, "") for name in ("autograd", "nn")), "<autograd")
_STANDARD = os.path.join(os.path.dirname(os.__file__), "")


@cache
def owner(name: str) -> str:
    """Whose file it is: ``"library"`` for this one's, ``"Python"`` or ``"user"``."""
    if name.startswith(_OURS):
        return "library"
    return "Python" if name.startswith("<frozen") or (name.startswith(_STANDARD) and "-packages" not in name) else "user"


def users_frame(frame: FrameType) -> FrameType:
    """The innermost frame at or below the given one that is the user's; the outermost if none is."""
    while frame.f_back is not None and owner(frame.f_code.co_filename) != "user":
        frame = frame.f_back
    return frame


def is_installed(frame: FrameType) -> bool:
    """Whether a frame runs code of an installed package, which the user may know nothing of."""
    return "-packages" in frame.f_code.co_filename


def line_of_user(frame: FrameType) -> str:
    """The innermost line of the user's: its place, and what it says."""
    frame = users_frame(frame)
    name, number = frame.f_code.co_filename, frame.f_lineno
    line = linecache.getline(name, number, frame.f_globals).strip()
    return f"{name}:{number}" + (f": `{line}`" if line else "")
