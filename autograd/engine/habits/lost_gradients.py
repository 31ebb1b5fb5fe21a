"""Warnings where something that is usual with plain numbers would silently do something else to Values."""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager
from contextvars import ContextVar
from types import FrameType
from typing import Any

from autograd.engine import state
from autograd.engine.habits.call_sites import site_of
from autograd.engine.habits.number_takers import computing_taker_of, taker_of
from autograd.engine.habits.recorded_forms import recorded_form
from autograd.engine.modes import holding, is_paused
from autograd.engine.whose_code import entry_of, is_installed, line_in_cell, owner, users_frame
from autograd.errors import IdentityComparisonWarning, LostGradientWarning

_expecting: ContextVar[bool] = ContextVar("expecting lost gradients", default=False)


def expecting_lost_gradients() -> AbstractContextManager[None]:
    """Say nothing of numbers that are taken: a function is run to find out whether it takes Values or floats."""
    return holding(_expecting, True)


def note_reading(frame: FrameType | None) -> None:
    """Warn if it is not ``float(v)`` that takes the number of a Value, but a function in C that was given the Value.

    Where the number is printed, converted or tested, and inside `no_grad`, nothing is lost.
    """
    if frame is None:
        return  # a thread that runs nothing of Python's
    site = site_of(frame)
    is_float = site.is_float and frame.f_globals.get("float", float) is float
    if is_float and site.is_users_float:
        return
    entry = entry_of(frame)
    if entry is not None and entry.library == "statistics" and not is_float:
        entry = None  # what it calls of `math` says more
    if (is_float and entry is None) or _expecting.get() or (state.paused and is_paused()):
        return
    taker = taker_of(site, frame) if entry is None else computing_taker_of(entry, site)
    if taker is None:
        return
    if entry is not None:
        frame = entry.caller or entry.frame
    elif not taker.computes and (is_installed(frame) or owner(frame.f_code.co_filename) == "Python"):
        return  # a library that makes plain numbers of what it is given, to draw them for example
    if not taker.shown:
        text = (
            "an array of plain numbers takes only the number of a Value: no gradient flows back through it. Make it an array of "
            "objects, array.astype(object), or assign float(…) if the number is meant"
        )
    else:
        recorded = recorded_form(taker.name)
        advice = f"Write {recorded}" if recorded else "Use functions of autograd"
        # What a library takes may stand in a function that it was given.
        otherwise = f"{taker.shown}(float(…))" if entry is None else "give it float(…)"
        text = (
            f"{taker.shown} takes only the number of a Value: no gradient flows back through its result. {advice} to record it, "
            f"or {otherwise} if the number is meant"
        )
    _warn(f"{text}.", LostGradientWarning, _frame_to_name(frame))


def note_identity(frame: FrameType | None) -> None:
    """Warn if two different Values meet at an ``==`` that a user has written, and not in a look-up."""
    if frame is None or site_of(frame).operation != "COMPARE_OP":
        return
    if owner(frame.f_code.co_filename) == "user" and not is_installed(frame):
        text = (
            "== and != of two Values ask whether they are one object, not whether their numbers are equal. "
            "Write a.data == b.data for the numbers, equal(a, b) to record the comparison, `a is b` if the object is meant."
        )
        _warn(text, IdentityComparisonWarning, frame)


def _frame_to_name(frame: FrameType) -> FrameType:
    """The innermost frame that is the user's own; if all are of installed packages, the innermost of these."""
    innermost = own = users_frame(frame)
    while is_installed(own) and own.f_back is not None:
        own = users_frame(own.f_back)
    return innermost if is_installed(own) or owner(own.f_code.co_filename) != "user" else own


# What was warned of, by file: cells of a notebook share their module's own registry, and their lines have the same numbers.
_registries: dict[str, dict[Any, Any]] = {}


def _warn(text: str, category: type[Warning], frame: FrameType) -> None:
    file = frame.f_code.co_filename
    module = str(frame.f_globals.get("__name__", "<unknown>"))
    registry: Any = _registries.setdefault(file, {})
    # Python begins a warning with the name of a file, which for a cell is one that nobody has given.
    if place := line_in_cell(file, frame.f_lineno):
        text = f"{text} It is in {place}."
    warnings.warn_explicit(text, category, file, frame.f_lineno, module, registry)
