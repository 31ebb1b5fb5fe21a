"""Warnings where a habit of plain numbers would do something else to Values than it seems to, without a word."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import takewhile
from types import BuiltinFunctionType, FrameType
from typing import Any

from autograd.engine import state
from autograd.engine.habits.call_sites import UNKNOWN, Dotted, Site, site_of
from autograd.engine.habits.names_elsewhere import recorded_form
from autograd.engine.modes import is_paused
from autograd.engine.whose_code import COMPUTING, Entry, entry_of, is_installed, owner, users_frame
from autograd.errors import IdentityComparisonWarning, LostGradientWarning

# Functions whose results are truth values, steps or text, which carry no gradient; and those there to make plain numbers.
_NUMBERS_MEANT = frozenset(
    ("isnan", "isinf", "isfinite", "isclose", "allclose", "ulp", "__repr__", "__str__")
    + ("array", "asarray", "asanyarray", "ascontiguousarray", "astype", "tensor", "as_tensor", "pack")
)
# Functions in C that draw one of several things, which jumps.
_DRAWING = frozenset(("choice", "choices", "multinomial"))
_ASSIGNMENT = ("STORE_SUBSCR", "STORE_SLICE")
# Instructions that take the next number out of a `map` or another iterator in C.
_TAKING = ("FOR_ITER", "LIST_EXTEND", "SET_UPDATE", "UNPACK_SEQUENCE", "UNPACK_EX", "CONTAINS_OP", "SEND", "YIELD_FROM")


_expecting: ContextVar[bool] = ContextVar("expecting lost gradients", default=False)


@contextmanager
def expecting_lost_gradients() -> Iterator[None]:
    """Say nothing of numbers that are taken: a function is run to find out whether it takes Values or floats."""
    token = _expecting.set(True)
    try:
        yield
    finally:
        _expecting.reset(token)


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
    taker = _taker(site, frame) if entry is None else _computing_function(entry, site)
    if taker is None:
        return
    name, function, computes = taker
    if entry is not None:
        frame = entry.caller or entry.frame
    elif not computes and (is_installed(frame) or owner(frame.f_code.co_filename) == "Python"):
        return  # a library that makes plain numbers of what it is given, to draw them for example
    if not name:
        text = (
            "an array of plain numbers takes only the number of a Value: no gradient flows back through it. Make it an array of "
            "objects, array.astype(object), or assign float(…) if the number is meant"
        )
    else:
        recorded = recorded_form(function)
        advice = f"Write {recorded}" if recorded else "Use functions of autograd"
        # What a library takes may stand in a function that it was given.
        otherwise = f"{name}(float(…))" if entry is None else "give it float(…)"
        text = (
            f"{name} takes only the number of a Value: no gradient flows back through its result. {advice} to record it, "
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
        if name in _NUMBERS_MEANT or name in _DRAWING:
            return None if computes else _handed_on(site, frame)
        if computes:
            return shown, name, True
        if hidden := _handed_on(site, frame):
            return hidden
        # A class makes a number of its own kind; what is built in takes numbers as they are, out of iterators.
        makes_numbers = isinstance(function, type) and not _is_of_scipy(function)
        if makes_numbers or _is_built_in(function) or _mentions_conversion(site, frame, name):
            return None
        return shown or "a function of another library", name, False
    if site.operation in _ASSIGNMENT:
        return "", "", False
    return _handed_on(site, frame) if site.operation.startswith(_TAKING) else None


def _computing_function(entry: Entry, site: Site) -> tuple[str, str, bool] | None:
    """What `_taker` answers where a library's own Python takes the number, at a site inside the library."""
    code = entry.frame.f_code
    name = code.co_name
    called = site_of(entry.caller).called if entry.caller is not None else None
    function = called.found_in(entry.caller) if called is not None and entry.caller is not None else UNKNOWN
    known = called.attributes[-1] if called is not None and called.attributes else getattr(function, "__name__", None)
    if name in _NUMBERS_MEANT or known in _NUMBERS_MEANT or _has_type_given(entry):
        return None
    if site.called is None and not site.operation.startswith(("CALL", *_ASSIGNMENT, *_TAKING)):
        return None  # "%.3f" % v
    bare = code.co_qualname
    if name in ("__init__", "__call__"):
        function = type(entry.frame.f_locals.get("self"))  # the class that the user knows may have inherited it
        bare = function.__qualname__
    if called is not None and called.attributes and not _is_built_in(function):
        shown = str(called)
    elif getattr(function, "__qualname__", None) == bare:
        public = takewhile(lambda part: not part.startswith("_"), str(function.__module__).split("."))
        shown = ".".join((*public, bare))
    else:
        shown = entry.library if "<locals>" in bare else bare
    return shown, next(filter(recorded_form, (f"{entry.library}.{bare}", bare)), bare), True


def _has_type_given(entry: Entry) -> bool:
    """Whether the user has told NumPy what kind of array to make."""
    if entry.library != "numpy":
        return False
    code, names = entry.frame.f_code, entry.frame.f_locals
    if code.co_qualname == "vectorize.__call__":
        return names["self"].otypes is not None
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return "dtype" in arguments and names.get("dtype") is not None


def _is_built_in(function: Any) -> bool:
    of = getattr(function, "__objclass__", None)
    return getattr(function if of is None else of, "__module__", None) in ("builtins", "_operator", "_functools")


def _is_of_scipy(function: Any) -> bool:
    """Whether it is a class of SciPy's or of its kind, such as `cKDTree`: none of these is a kind of number."""
    return str(getattr(function, "__module__", "")).partition(".")[0] in COMPUTING - {"numpy", "torch", "sympy"}


def _is_mathematical(function: Any) -> bool:
    return getattr(function, "__module__", None) in ("math", "cmath")


def _handed_on(site: Site, frame: FrameType) -> tuple[str, str, bool] | None:
    """A function in C that is handed to another one: ``map(math.exp, values)``."""
    for dotted in site.mentioned:
        function = _mapped(dotted, frame)
        if not isinstance(function, BuiltinFunctionType) or _is_built_in(function):
            continue
        if function.__name__ not in _NUMBERS_MEANT | _DRAWING:
            return f"{function.__module__ or ''}.{function.__name__}".strip("."), function.__name__, _is_mathematical(function)
    return None


def _mentions_conversion(site: Site, frame: FrameType, name: str) -> bool:
    # `numpy.fromiter` is always told a type, which says only what to make of what comes out of the iterator.
    mentioned = site.nested if name == "fromiter" else site.mentioned
    mapped = (_mapped(dotted, frame) for dotted in site.mentioned if dotted in mentioned or _is_map(dotted.found_in(frame)))
    return any(isinstance(function, type) and function is not map for function in mapped)


def _mapped(dotted: Dotted, frame: FrameType) -> Any:
    """What a name stands for; for a `map`, the function it calls."""
    found = dotted.found_in(frame)
    if _is_map(found):
        found = found.__reduce__()[1][0]
    return found if found is not UNKNOWN else None


def _is_map(found: Any) -> bool:
    return found.__class__ is map


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
