"""The two number systems of Python floats.

- `FLOATS` raises what `math` raises: the eager engine;
- `QUIET` never raises, for derivatives at singular points: 1/0 is inf, log(-1) is nan.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, ElementaryFunction
from autograd.table.number_system import NumberSystem
from autograd.table.operators import OPERATORS, Operators

# The registry's column of floats.
FUNCTIONS: dict[str, Callable[..., float]] = {name: row.floats for name, row in ELEMENTARY_FUNCTIONS.items()}


class Floats(NumberSystem):
    """Python floats and the functions of `math`, exceptions and all."""

    def __init__(self) -> None:
        # As attributes they are found at once.
        self.__dict__.update(FUNCTIONS)


class QuietFloat(Operators[Any], float):  # type: ignore[misc]
    """A float whose arithmetic follows IEEE 754 all the way: it gives inf or nan where Python would raise.

    >>> QuietFloat(1.0) / 0.0, QuietFloat(0.0) ** -0.5
    (QuietFloat(inf), QuietFloat(inf))
    """

    __slots__ = ()

    # Rules may branch on it, since it is known.
    __bool__ = float.__bool__

    def __repr__(self) -> str:
        return f"QuietFloat({float(self)!r})"

    def operate(self, operation: str, *operands: Any) -> Any:
        """A quiet float, or the answer of a comparison."""
        result = _QUIET_OPERATORS[operation](*map(float, operands))
        return result if isinstance(result, bool) else QuietFloat(result)


def _quotient(numerator: float, denominator: float) -> float:
    if denominator != 0.0:
        return numerator / denominator
    if numerator == 0.0 or math.isnan(numerator):
        return math.nan
    return math.copysign(math.inf, numerator) * math.copysign(1.0, denominator)


def _remainder(numerator: float, denominator: float) -> float:
    return numerator % denominator if denominator != 0.0 else math.nan


def _floor(numerator: float, denominator: float) -> float:
    return numerator // denominator if denominator != 0.0 else _quotient(numerator, denominator)


def quiet_function_of(row: ElementaryFunction) -> Callable[..., QuietFloat]:
    """The function of a row of the registry, which gives its limit where that of floats raises."""

    def quiet(*operands: float) -> QuietFloat:
        try:
            return QuietFloat(row.floats(*operands))
        except (ArithmeticError, ValueError):
            return QuietFloat(row.limit(*operands))

    return quiet


_QUIET_FUNCTIONS = {name: quiet_function_of(row) for name, row in ELEMENTARY_FUNCTIONS.items()}
_QUIET_OPERATORS: dict[str, Callable[..., Any]] = {
    **OPERATORS,
    "divide": _quotient,
    "modulo": _remainder,
    "floor_divide": _floor,
    "power": _QUIET_FUNCTIONS["power"],
}


class QuietFloats(NumberSystem):
    """Floats that never raise: what a derivative is computed with at a singular point."""

    def __init__(self) -> None:
        self.__dict__.update(_QUIET_FUNCTIONS)


FLOATS = Floats()
QUIET = QuietFloats()
