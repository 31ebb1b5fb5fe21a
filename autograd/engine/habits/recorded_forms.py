"""What functions of other libraries are called here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograd.table.primitives import TABLE

# The functions that users know this library by, with their public names. They need Values, so they are told from above.
_functions: dict[str, Callable[..., Any]] = {}

# Where the name differs, or where it is an operator: what to write.
_OTHERWISE = {
    **{alias: primitive.name for primitive in TABLE.values() for alias in primitive.aliases},
    "absolute": "abs",
    "expit": "sigmoid",
    "log_expit": "logsigmoid",
    "fsum": "total",
    "fmean": "mean",
    "sumprod": "dot",
}
_OPERATORS = {
    "pow": "a ** b",
    "fmod": "a - b * math.trunc(a / b)",
    "remainder": "a - b * round(a / b)",
    "dist": "autograd.sqrt(autograd.total((a - b) ** 2 for a, b in zip(p, q)))",
    "degrees": "a * (180 / math.pi)",
    "radians": "a * (math.pi / 180)",
    "rad2deg": "a * (180 / math.pi)",
    "deg2rad": "a * (math.pi / 180)",
    "floor": "a // 1",
    "ceil": "-(-a // 1)",
    "sign": "(a > 0) - (a < 0)",
    "heaviside": "autograd.where(a < 0, 0, autograd.where(a > 0, 1, b))",
    "clip": "autograd.minimum(autograd.maximum(a, low), high)",
    "logical_and": "a * b",
    "logical_or": "autograd.maximum(a, b)",
    "logical_not": "1 - a",
    "fmax": "autograd.maximum(a, b)",
    "fmin": "autograd.minimum(a, b)",
    "copysign": "abs(a) * math.copysign(1, float(b))",
    "frexp": "a / 2 ** math.frexp(float(a))[1]",
}
# NumPy's functions that make arrays of plain numbers unless they are told otherwise.
_OF_OBJECTS = {
    "fromiter": "numpy.fromiter(…, object)",
    "numpy.vectorize": "numpy.vectorize(…, otypes=[object])",
    "numpy.full_like": "numpy.full_like(…, dtype=object)",
    "numpy.insert": "numpy.insert(a.astype(object), …)",
}


def offer(functions: Mapping[str, Callable[..., Any]]) -> None:
    """Take note of functions of Values under the names that users know them by."""
    _functions.update(functions)


def name_here(name: str) -> str | None:
    """The name of the function here that does what another library's function of a given name does.

    >>> name_here("arctan"), name_here("exp"), name_here("gamma")
    ('atan', 'exp', None)
    """
    name = _OTHERWISE.get(name, name)
    return name if name in _functions else None


def function_here(name: str) -> Callable[..., Any] | None:
    """The function of Values that does what another library's function of a given name does."""
    return _functions.get(_OTHERWISE.get(name, name))


def recorded_form(name: str) -> str | None:
    """What to write here for another library's function, so that it is recorded; None if there is nothing like it.

    >>> recorded_form("arctan"), recorded_form("pow"), recorded_form("gamma")
    ('autograd.atan', 'a ** b', None)
    """
    here = name_here(name)
    return f"autograd.{here}" if here else _OPERATORS.get(name) or _OF_OBJECTS.get(name)
