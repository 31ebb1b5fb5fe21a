"""Refusing to freeze a choice: while a function is being traced, nobody may ask for the number of a traced Value.

A function that is compiled is run once, on one example. If it asks whether a Value is positive, the answer for that example
would hold for all of them, and nobody would notice. So the ways of asking look here first, whether a trace is on.
"""

from __future__ import annotations

import contextlib
import linecache
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from typing import Any

from autograd import graph
from autograd.errors import FrozenChoiceError

# How many traces are on, in all threads: looked at first, so that asking costs next to nothing when there are none.
n_tracing = 0
_count_lock = Lock()
# Tells of a leaf whether a traced result would depend on it, in the present thread or task.
_varies: ContextVar[Callable[[Any], bool] | None] = ContextVar("varies", default=None)
# Files that a line of the user's is not in: this library's, what it compiles, and what runs context managers.
_ROOT = Path(__file__).resolve().parent.parent
_OURS = (*(str(_ROOT / name) + os.sep for name in ("autograd", "nn")), "<autograd", contextlib.__file__)

_HINTS = {
    "bool()": "record the choice instead: where(condition, a, b), maximum, minimum, relu",
    "==": "== compares Values as objects; record the comparison with equal(a, b), and a choice with where(condition, a, b)",
    "no_grad": "what is computed in it would be a constant; leave it out",
}
_READING = "compute with the Value itself; for a choice there is where(condition, a, b), for an index pick(values, index)"


@contextmanager
def tracing(varies: Callable[[Any], bool]) -> Iterator[None]:
    """Refuse reading Values that depend on leaves which vary, in the present thread or task.

    Args:
        varies: whether a leaf is an input or a parameter.
    """
    token = _varies.set(varies)
    _count(1)
    try:
        yield
    finally:
        _count(-1)
        _varies.reset(token)


def _count(change: int) -> None:
    global n_tracing
    from autograd.value import Value

    with _count_lock:
        n_tracing += change
        if n_tracing and change > 0:
            # Identity is what == means for Values, and what a dictionary needs; so it is only guarded meanwhile.
            Value.__eq__ = _guarded_equal  # type: ignore[method-assign]
            Value.__ne__ = _guarded_unequal  # type: ignore[method-assign]
        elif not n_tracing:
            del Value.__eq__
            del Value.__ne__


def check(value: Any, way: str) -> None:
    """Refuse a way of reading a Value if that depends on what varies.

    Raises:
        FrozenChoiceError: it does. The message names the line.
    """
    varies = _varies.get()
    if varies is not None and _depends(value, varies):
        where, line = _line_of_user()
        what = value.label or f"a result of {value.primitive.name}"
        raise FrozenChoiceError(
            f"{way} of a traced Value ({what}) at {where}"
            + (f": `{line}`" if line else "")
            + f". Its number would be that of the one example for all examples; {_HINTS.get(way, _READING)}."
        )


def check_pause() -> None:
    """Refuse to stop recording while a trace is on.

    Raises:
        FrozenChoiceError: a trace is on in the present thread or task.
    """
    if _varies.get() is not None:
        where, line = _line_of_user()
        raise FrozenChoiceError(
            f"no_grad in a traced function at {where}" + (f": `{line}`" if line else "") + f": {_HINTS['no_grad']}."
        )


def _depends(value: Any, varies: Callable[[Any], bool]) -> bool:
    seen = {value}
    stack = [value]
    while stack:
        node = stack.pop()
        if node._first is None:
            if varies(node):
                return True
            continue
        for operand in graph.operands(node):
            if operand not in seen:
                seen.add(operand)
                stack.append(operand)
    return False


def _line_of_user() -> tuple[str, str]:
    """The innermost line that is not of this library."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    name, number = frame.f_code.co_filename, frame.f_lineno
    return f"{name}:{number}", linecache.getline(name, number, frame.f_globals).strip()


def _guarded_equal(left: Any, right: object) -> Any:
    if left is right:
        return True
    check(left, "==")
    return NotImplemented


def _guarded_unequal(left: Any, right: object) -> Any:
    if left is right:
        return False
    check(left, "==")
    return NotImplemented
