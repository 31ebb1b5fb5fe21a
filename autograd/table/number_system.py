"""The number systems in which a rule of the table can be read.

A rule in `autograd.table.primitives` is an ordinary Python expression over a number system ``m``: operators on its numbers,
and functions ``m.exp``, ``m.where``, … This file holds the systems the eager engine needs:

- `FLOATS`: Python floats, raising what `math` raises;
- `QUIET`: floats that never raise, for derivatives at singular points: 1/0 is inf, log(-1) is nan.

Others are in `autograd.number_systems`; that of Values needs no class: the module `autograd.functions` has all the names a rule
can ask for.

A name that a system has no function of its own for is looked up in the table, so ``m.sigmoid`` works in each of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

Rule = Callable[..., Any]


def real(result: Any) -> float:
    """A rule's result as a float; Python gives a complex number for a negative one to a fractional power.

    Raises:
        ValueError: the result is complex.
    """
    if isinstance(result, complex):
        raise ValueError("a negative number to a fractional power is complex")
    return float(result)


def _power(base: float, exponent: float) -> float:
    return real(base**exponent)


def _equal(left: float, right: float) -> float:
    return 1.0 if left == right else 0.0


def _first_largest(values: Sequence[float]) -> int:
    return max(range(len(values)), key=values.__getitem__)


def _first_smallest(values: Sequence[float]) -> int:
    return min(range(len(values)), key=values.__getitem__)


def _total(terms: Sequence[float]) -> float:
    # -0.0 is the neutral element of addition (0.0 is not: 0.0 + -0.0 is 0.0), and `sum` rounds differently from 3.12 on.
    result = -0.0
    for term in terms:
        result = result + term
    return result


def _logsumexp(values: Sequence[float]) -> float:
    largest = _first_largest(values)
    shift = values[largest]
    if math.isinf(shift):
        return math.nan if any(map(math.isnan, values)) else shift
    rest = _total([math.exp(value - shift) for index, value in enumerate(values) if index != largest])
    # log1p of the others' share keeps the digits where one operand dominates.
    return shift + math.log1p(rest) if len(values) > 1 else shift


def _softmax(values: Sequence[float]) -> list[float]:
    shift = values[_first_largest(values)]
    if math.isinf(shift):
        infinite = [_equal(value, shift) for value in values]
        return [share / _total(infinite) for share in infinite]
    shares = [math.exp(value - shift) for value in values]
    whole = _total(shares)
    return [share / whole for share in shares]


def _sech2(x: float) -> float:
    e = math.exp(-abs(2.0 * x))  # never overflows
    # 4σ(2x)σ(-2x), which is how Values have it, to the bit.
    return 4.0 * (1.0 / (1.0 + e)) * (e / (1.0 + e))


_OF_MATH = (
    math.exp, math.exp2, math.expm1, math.log, math.log2, math.log10, math.log1p, math.sqrt, math.cbrt,
    math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.atan2, math.hypot,
    math.sinh, math.cosh, math.tanh, math.asinh, math.acosh, math.atanh, math.erf, math.erfc,
)  # fmt: skip

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{function.__name__: function for function in _OF_MATH},
    "power": _power,
    "equal": _equal,
    "argmax": _first_largest,
    "argmin": _first_smallest,
    "total": _total,
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "sech2": _sech2,
}


class NumberSystem:
    """Numbers that rules compute with; a name it lacks is read off the table."""

    # Filled by autograd.table.primitives: the forward rule of each primitive, by name.
    forward_rules: ClassVar[dict[str, Rule]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        rule = NumberSystem.forward_rules.get(name)
        if rule is None:
            raise AttributeError(f"{type(self).__name__} has no function {name!r}, and no primitive has that name")
        return lambda *operands: rule(self, *operands)

    def from_below(self, x: Any, bound: float) -> Any:
        """A number, or -bound where it is smaller: what stands in for -inf as a factor of what is 0 there."""
        return self.where(x < -bound, -bound, x)

    def clipped(self, x: Any, bound: float) -> Any:
        """A number, or ±bound where it is larger: what stands in for ±inf as a factor of what is 0 there."""
        low = self.from_below(x, bound)
        return self.where(low > bound, bound, low)

    def base_of_slope(self, a: Any, b: Any) -> Any:
        """The base of a power in the power's slope: x⁰ is constant, also at 0, where 1 stands in for the base."""
        return self.where(self.equal(abs(a) + abs(b), 0.0), 1.0, a)


class Floats(NumberSystem):
    """Python floats and the functions of `math`, exceptions and all."""

    def __init__(self) -> None:
        self.__dict__.update(FUNCTIONS)

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers, both already computed."""
        return if_true if condition else if_false


class QuietFloat(float):
    """A float whose arithmetic follows IEEE 754 all the way: it gives inf or nan where Python would raise.

    >>> QuietFloat(1.0) / 0.0, QuietFloat(0.0) ** -0.5
    (QuietFloat(inf), QuietFloat(inf))
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"QuietFloat({float(self)!r})"

    def __neg__(self) -> QuietFloat:
        return QuietFloat(-float(self))

    def __abs__(self) -> QuietFloat:
        return QuietFloat(abs(float(self)))

    def __add__(self, other: float) -> QuietFloat:
        return QuietFloat(float(self) + float(other))

    def __sub__(self, other: float) -> QuietFloat:
        return QuietFloat(float(self) - float(other))

    def __rsub__(self, other: float) -> QuietFloat:
        return QuietFloat(float(other) - float(self))

    def __mul__(self, other: float) -> QuietFloat:
        return QuietFloat(float(self) * float(other))

    __radd__ = __add__
    __rmul__ = __mul__

    def __truediv__(self, other: float) -> QuietFloat:
        return QuietFloat(_quiet_quotient(float(self), float(other)))

    def __rtruediv__(self, other: float) -> QuietFloat:
        return QuietFloat(_quiet_quotient(float(other), float(self)))

    def __mod__(self, other: float) -> QuietFloat:
        return QuietFloat(_quiet_remainder(float(self), float(other)))

    def __rmod__(self, other: float) -> QuietFloat:
        return QuietFloat(_quiet_remainder(float(other), float(self)))

    def __floordiv__(self, other: float) -> QuietFloat:
        return QuietFloat(_quiet_floor(float(self), float(other)))

    def __rfloordiv__(self, other: float) -> QuietFloat:
        return QuietFloat(_quiet_floor(float(other), float(self)))

    def __pow__(self, other: float, modulus: None = None) -> QuietFloat:
        return QuietFloat(_quiet_power(float(self), float(other)))

    def __rpow__(self, other: float, modulus: None = None) -> QuietFloat:
        return QuietFloat(_quiet_power(float(other), float(self)))


def _quiet_quotient(numerator: float, denominator: float) -> float:
    if denominator != 0.0:
        return numerator / denominator
    if numerator == 0.0 or math.isnan(numerator):
        return math.nan
    return math.copysign(math.inf, numerator) * math.copysign(1.0, denominator)


def _quiet_remainder(numerator: float, denominator: float) -> float:
    return numerator % denominator if denominator != 0.0 else math.nan


def _quiet_floor(numerator: float, denominator: float) -> float:
    return numerator // denominator if denominator != 0.0 else _quiet_quotient(numerator, denominator)


def _quiet_power(base: float, exponent: float) -> float:
    try:
        return _power(base, exponent)
    except ValueError:
        return math.nan
    except (OverflowError, ZeroDivisionError):
        if base < 0.0 and exponent % 1.0 != 0.0:
            return math.nan
        odd = exponent % 2.0 == 1.0
        return math.copysign(math.inf, base) if odd else math.inf


# The limit at a point where the function of `math` raises; nan wherever no line says otherwise.
_LIMITS: dict[str, Callable[..., Any]] = {
    "exp": lambda x: math.inf,
    "exp2": lambda x: math.inf,
    "expm1": lambda x: math.inf,
    "cosh": lambda x: math.inf,
    "sinh": lambda x: math.copysign(math.inf, x),
    "log": lambda x: -math.inf if x == 0.0 else math.nan,
    "log2": lambda x: -math.inf if x == 0.0 else math.nan,
    "log10": lambda x: -math.inf if x == 0.0 else math.nan,
    "log1p": lambda x: -math.inf if x == -1.0 else math.nan,
    "atanh": lambda x: math.copysign(math.inf, x) if abs(x) == 1.0 else math.nan,
    "power": _quiet_power,
}


def _undefined(*operands: float) -> float:
    return math.nan


def _quieten(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    limit = _LIMITS.get(name, _undefined)

    def quiet(*operands: Any) -> Any:
        try:
            result = function(*operands)
        except (ArithmeticError, ValueError):
            result = limit(*operands)
        if isinstance(result, list):
            return [QuietFloat(number) for number in result]
        return QuietFloat(result) if isinstance(result, float) else result

    return quiet


class QuietFloats(Floats):
    """Floats that never raise: what a derivative is computed with at a singular point."""

    def __init__(self) -> None:
        self.__dict__.update({name: _quieten(name, function) for name, function in FUNCTIONS.items()})


FLOATS = Floats()
QUIET = QuietFloats()
