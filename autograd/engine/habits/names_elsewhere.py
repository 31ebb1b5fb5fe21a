"""What functions of other libraries are called here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

# Where the name differs, or where it is an operator: what to write.
_OTHERWISE = {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "arctan2": "atan2",
    "absolute": "abs",
    "fabs": "abs",
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


@cache
def name_here(name: str) -> str | None:
    """The name of the function in `autograd.functions` that does what another library's does.

    >>> name_here("arctan"), name_here("exp"), name_here("gamma")
    ('atan', 'exp', None)
    """
    name = _OTHERWISE.get(name, name)
    functions = import_module("autograd.functions")
    return name if hasattr(functions, name) and name in import_module("autograd").__all__ + ["abs"] else None


def recorded_form(name: str) -> str | None:
    """What to write here for another library's function, so that it is recorded; None if there is nothing like it.

    >>> recorded_form("arctan"), recorded_form("pow"), recorded_form("gamma")
    ('autograd.atan', 'a ** b', None)
    """
    here = name_here(name)
    return f"autograd.{here}" if here else _OPERATORS.get(name) or _OF_OBJECTS.get(name)
