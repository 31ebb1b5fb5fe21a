"""Names for the cases of a test: a function by its name or its expression, a structure by what it holds."""

from __future__ import annotations

import dis
import linecache
from collections.abc import Callable
from enum import Enum
from re import Pattern
from types import NoneType
from typing import Any

_LONGEST = 60
_NAMED_BY_PYTEST = (str, bytes, int, float, complex, NoneType, Enum, Pattern)
_BEFORE_THE_BODY = ("RESUME", "COPY_FREE_VARS", "MAKE_CELL")


def name_of_case(value: Any) -> str | None:
    """What to call a parameter of a test; None to leave it to pytest.

    >>> name_of_case([1.0, (2, "a")])
    "[1.0, (2, 'a')]"
    >>> name_of_case(3.0) is None
    True
    """
    name = None
    if getattr(value, "__name__", "") == "<lambda>":
        name = _expression(value)
    elif not isinstance(value, _NAMED_BY_PYTEST) and not hasattr(value, "__name__"):
        name = _written(value)
    if not name:
        return None
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _written(value: Any) -> str | None:
    """A structure as it is written, with functions by their expressions; None if something in it has no such form."""
    if isinstance(value, dict):
        parts = [(_written(key), _written(part)) for key, part in value.items()]
        whole = None if any(None in pair for pair in parts) else ", ".join(f"{key}: {part}" for key, part in parts)
        return None if whole is None else f"{{{whole}}}"
    if isinstance(value, list | tuple):
        elements = [_written(element) for element in value]
        if None in elements:
            return None
        inside = ", ".join(map(str, elements))
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if callable(value) and hasattr(value, "__name__"):
        return _expression(value) if value.__name__ == "<lambda>" else str(value.__name__)
    text = repr(value)
    # An address, and the order of a set, differ from process to process.
    return None if " at 0x" in text or isinstance(value, set | frozenset) else text


def _expression(function: Callable[..., Any]) -> str | None:
    """The body of a lambda, as it stands in its file."""
    places: Any = [step.positions for step in dis.get_instructions(function) if step.opname not in _BEFORE_THE_BODY]
    places = [place for place in places if place is not None and None not in place]
    if not places:
        return None
    first = min((place.lineno, place.col_offset) for place in places)
    last = max((place.end_lineno, place.end_col_offset) for place in places)
    file = function.__code__.co_filename
    lines = [linecache.getline(file, number).encode() for number in range(first[0], last[0] + 1)]
    if not lines or not lines[0]:
        return None
    # Columns count bytes.
    lines[-1] = lines[-1][: last[1]]
    lines[0] = lines[0][first[1] :]
    return b" ".join(lines).decode(errors="replace")
