"""Checks of arguments, before anything is computed from them or changed by them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from operator import index
from typing import Any, TypeVar

from autograd import Value
from autograd.engine import graph
from autograd.engine.outputs import single
from autograd.engine.value import real_number

_F = TypeVar("_F", bound=Callable[..., Any])


def number_of(operand: Any) -> float:
    """Return the number that a Value or a plain number stands for, in order to check it.

    Raises:
        TypeError: operand is neither.

    >>> number_of(Value(0.5)), number_of(3)
    (0.5, 3.0)
    """
    operand = single(operand)
    # Not `.data`: the number is only checked here, and chooses no path of the computation.
    return graph.numbers_of([operand])[0] if isinstance(operand, Value) else real_number(operand)


def whole_number(number: Any, name: str, *, least: int = 1) -> int:
    """Return a whole number of at least `least`.

    Raises:
        TypeError: it is not a whole number.
        ValueError: it is too small.

    >>> whole_number(3, "n_inputs")
    3
    """
    try:
        whole = index(number)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {number!r}") from None
    if whole < least:
        raise ValueError(f"{name} must be at least {least}, not {whole}")
    return whole


def finite_number(number: Any, name: str, *, above: float | None = None, least: float = -math.inf) -> float:
    """Return a finite number that is at least `least` and, if it is given, greater than `above`.

    Raises:
        TypeError: it is not a number.
        ValueError: it is out of range, infinite or nan.

    >>> finite_number(1, "learning_rate", above=0)
    1.0
    """
    real = real_number(number)
    if not math.isfinite(real) or real < least or (above is not None and real <= above):
        bound = f" greater than {above:g}" if above is not None else f" of at least {least:g}" if math.isfinite(least) else ""
        raise ValueError(f"{name} must be a finite number{bound}, not {real!r}")
    return real


def named_function(given: str | _F, known: Mapping[str, _F], kind: str, takes: str = "") -> _F:
    """Return the function that a name stands for; a function is returned as it is.

    Args:
        given: the name or the function.
        known: the functions that have a name.
        kind: what the functions are, with its article.
        takes: what kind of function it is, if that helps to correct a mistake.

    Raises:
        ValueError: there is no function of that name.
        TypeError: it is neither a name nor a function.

    >>> named_function("root", {"root": math.sqrt}, "an activation")(4.0)
    2.0
    """
    if isinstance(given, str):
        if given not in known:
            raise ValueError(f"no {kind.partition(' ')[2]} is called {given!r}; there are {', '.join(known)}")
        return known[given]
    if not callable(given):
        raise TypeError(f"{kind} is a name or a function{takes}, not {given!r}")
    return given
