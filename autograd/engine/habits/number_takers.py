"""Which function takes the number of a Value behind the user's back, and whether anything is lost by that."""

from __future__ import annotations

from itertools import takewhile
from types import BuiltinFunctionType, FrameType
from typing import Any, NamedTuple

from autograd.engine.habits.call_sites import UNKNOWN, Dotted, Site, site_of
from autograd.engine.habits.recorded_forms import recorded_form
from autograd.engine.whose_code import COMPUTING, Entry, owner

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


class Taker(NamedTuple):
    """What takes a number.

    Attributes:
        shown: the function as the line has it; empty where a number is assigned to an element of an array.
        name: the function's own name.
        computes: whether it computes with the number, as Python's mathematical functions do.
    """

    shown: str
    name: str
    computes: bool


def taker_of(site: Site, frame: FrameType) -> Taker | None:
    """What takes a number behind the user's back; None if nothing does."""
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
            return Taker(shown, name, True)
        if hidden := _handed_on(site, frame):
            return hidden
        # A class makes a number of its own kind; what is built in takes numbers as they are, out of iterators.
        makes_numbers = isinstance(function, type) and not _is_of_scipy(function)
        if makes_numbers or _is_built_in(function) or _mentions_conversion(site, frame, name):
            return None
        return Taker(shown or "a function of another library", name, False)
    if site.operation in _ASSIGNMENT:
        return Taker("", "", False)
    return _handed_on(site, frame) if site.operation.startswith(_TAKING) else None


def computing_taker_of(entry: Entry, site: Site) -> Taker | None:
    """What takes a number where a library's own Python does so, at a site inside the library; None if nothing is lost."""
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
    return Taker(shown, next(filter(recorded_form, (f"{entry.library}.{bare}", bare)), bare), True)


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
    """Whether it is a class of SciPy's or of a similar library's, such as `cKDTree`, which is not a kind of number."""
    return str(getattr(function, "__module__", "")).partition(".")[0] in COMPUTING - {"numpy", "torch", "sympy"}


def _is_mathematical(function: Any) -> bool:
    return getattr(function, "__module__", None) in ("math", "cmath")


def _handed_on(site: Site, frame: FrameType) -> Taker | None:
    """A function in C that is handed to another one: ``map(math.exp, values)``."""
    for dotted in site.mentioned:
        function = _mapped(dotted, frame)
        if not isinstance(function, BuiltinFunctionType) or _is_built_in(function):
            continue
        if function.__name__ not in _NUMBERS_MEANT | _DRAWING:
            shown = f"{function.__module__ or ''}.{function.__name__}".strip(".")
            return Taker(shown, function.__name__, _is_mathematical(function))
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
