"""Warnings where a habit of plain numbers would do something else to Values than it seems to, without a word."""

from __future__ import annotations

import warnings
from types import BuiltinFunctionType, FrameType
from typing import Any

from autograd import specializing
from autograd.call_sites import UNKNOWN, Dotted, Site, site_of
from autograd.callers import is_installed, owner, users_frame
from autograd.errors import IdentityComparisonWarning, LostGradientWarning
from autograd.modes import is_paused
from autograd.names_elsewhere import recorded_form

# Functions whose results depend on no number smoothly, or that are there to make plain numbers.
_NUMBERS_MEANT = frozenset(
    ("isnan", "isinf", "isfinite", "isclose", "allclose", "copysign", "frexp", "ulp", "choice", "choices", "multinomial")
    + ("array", "asarray", "asanyarray", "ascontiguousarray", "astype", "fromiter", "copyto", "tensor", "as_tensor", "pack")
)
_ASSIGNMENT = ("STORE_SUBSCR", "STORE_SLICE")
# Instructions that take the next number out of a `map` or another iterator in C.
_TAKING = ("FOR_ITER", "LIST_EXTEND", "SET_UPDATE", "UNPACK_SEQUENCE", "UNPACK_EX", "CONTAINS_OP", "SEND", "YIELD_FROM")


def note_reading(frame: FrameType | None) -> None:
    """Warn if it is not ``float(v)`` that takes the number of a Value, but a function in C that was given the Value.

    Where the number is printed, converted or tested, and inside `no_grad`, nothing is lost.
    """
    if frame is None:
        return  # a thread that runs nothing of Python's
    site = site_of(frame)
    if site.is_float and frame.f_globals.get("float", float) is float:
        return
    taker = _taker(site, frame)
    if taker is None or (specializing.NAMESPACE["paused"] and is_paused()):
        return
    name, function, computes = taker
    while frame.f_back is not None and _is_of_numpy(frame):
        # A function that NumPy has written in Python, and that calls one in C: the user knows it by its own name.
        name = function = frame.f_code.co_name
        frame = frame.f_back
    if not computes and (is_installed(frame) or owner(frame.f_code.co_filename) == "Python"):
        return  # a library that makes plain numbers of what it is given, to draw them for example
    if not name:
        text = (
            "an array of plain numbers takes only the number of a Value: no gradient flows back through it. Make it an array of "
            "objects, array.astype(object), or assign float(…) if the number is meant"
        )
    else:
        recorded = recorded_form(function)
        advice = f"Write {recorded}" if recorded else "Use functions of autograd"
        text = (
            f"{name} takes only the number of a Value: no gradient flows back through its result. {advice} to record it, "
            f"or {name}(float(…)) if the number is meant"
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


def _taker(site: Site, frame: FrameType) -> tuple[str, str, bool] | None:
    """The function that takes a number behind the user's back; None if there is none.

    Returns:
        It as the line has it, its own name, and whether it is one of Python's mathematical functions.
    """
    if site.called is not None:
        function = site.called.found_in(frame)
        name = getattr(function, "__name__", None) or (site.called.attributes or ("",))[-1]
        # As the user has it in a line of theirs.
        as_written = site.called.attributes and owner(frame.f_code.co_filename) == "user"
        shown = str(site.called) if as_written else f"{getattr(function, '__module__', None) or ''}.{name}".strip(".")
        computes = _is_mathematical(function)
        if name in _NUMBERS_MEANT:
            return None if computes else _handed_on(site, frame)
        if computes:
            return shown, name, True
        if hidden := _handed_on(site, frame):
            return hidden
        # A class makes a number of its own kind; what is built in takes numbers as they are, out of iterators.
        if isinstance(function, type) or _is_built_in(function) or _mentions_conversion(site, frame):
            return None
        return shown or "a function of another library", name, False
    if site.operation in _ASSIGNMENT:
        return "", "", False
    return _handed_on(site, frame) if site.operation.startswith(_TAKING) else None


def _is_built_in(function: Any) -> bool:
    of = getattr(function, "__objclass__", None)
    return getattr(function if of is None else of, "__module__", None) in ("builtins", "_operator", "_functools")


def _is_mathematical(function: Any) -> bool:
    return getattr(function, "__module__", None) in ("math", "cmath")


def _handed_on(site: Site, frame: FrameType) -> tuple[str, str, bool] | None:
    """A function in C that is handed to another one: ``map(math.exp, values)``."""
    for dotted in site.mentioned:
        function = _mapped(dotted, frame)
        if isinstance(function, BuiltinFunctionType) and not _is_built_in(function) and function.__name__ not in _NUMBERS_MEANT:
            return f"{function.__module__ or ''}.{function.__name__}".strip("."), function.__name__, _is_mathematical(function)
    return None


def _mentions_conversion(site: Site, frame: FrameType) -> bool:
    return any(isinstance(_mapped(dotted, frame), type) for dotted in site.mentioned if str(dotted) != "map")


def _mapped(dotted: Dotted, frame: FrameType) -> Any:
    """What a name stands for; for a `map`, the function it calls."""
    found = dotted.found_in(frame)
    if found.__class__ is map:
        found = found.__reduce__()[1][0]
    return found if found is not UNKNOWN else None


def _is_of_numpy(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("numpy.")


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
    warnings.warn_explicit(text, category, file, frame.f_lineno, module, registry)
