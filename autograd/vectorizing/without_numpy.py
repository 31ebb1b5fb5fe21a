"""`vectorize` where NumPy isn't installed, as in a browser: it can be imported, and says what it needs when it is called."""

from __future__ import annotations

from typing import Any, NoReturn

from autograd.errors import optional_library


class Program:
    """A compiled program; there can be none without NumPy."""


def vectorize(*arguments: Any, **keywords: Any) -> NoReturn:
    """Say that compiling needs NumPy.

    Raises:
        ModuleNotFoundError: always.
    """
    optional_library("numpy", "vectorize")
    raise ModuleNotFoundError("NumPy was installed after autograd was imported: start Python anew", name="numpy")
