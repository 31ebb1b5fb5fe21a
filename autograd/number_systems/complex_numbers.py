"""The number system of complex numbers, in which rules are functions of a complex variable.

The functions continue the real ones off the real axis: |z| is z or -z, and comparisons look at the real part, or at the imaginary
one where the real parts are equal, as if x had been moved to the right.
"""

from __future__ import annotations

import cmath
from collections.abc import Callable
from functools import partial
from typing import Any

from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, ElementaryFunction
from autograd.table.number_system import NumberSystem
from autograd.table.operators import OPERATORS, Operators


class NoComplexFormError(ValueError):
    """A function is one of real numbers only."""


class Complex(Operators[Any]):
    """A complex number with an order: by its real part, then by its imaginary part.

    >>> abs(Complex(-3 + 1e-20j)).number, Complex(2 + 1e-20j) > 1.0
    ((3-1e-20j), True)
    """

    __slots__ = ("number",)

    def __init__(self, number: Any) -> None:
        self.number: complex = number.number if isinstance(number, Complex) else complex(number)

    def operate(self, operation: str, *operands: Any) -> Any:
        """A complex number, or the answer of a comparison."""
        numbers = [Complex(operand).number for operand in operands]
        if operation in _COMPARISONS:
            # Pairs of floats have the same order.
            return OPERATORS[operation](*((number.real, number.imag) for number in numbers))
        return Complex(_OPERATORS[operation](*numbers))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int | float | complex | Complex) and self.number == Complex(other).number

    def __hash__(self) -> int:
        return hash(self.number)

    def __bool__(self) -> bool:
        return self.number != 0.0

    def __int__(self) -> int:
        # A position is a number like any other.
        return int(self.number.real)


def _remainder(a: complex, b: complex) -> complex:
    # The real part as floats have it, which is exact.
    return complex(a.real % b.real, a.imag - (a.real // b.real) * b.imag)


_COMPARISONS = ("less", "less_equal", "greater", "greater_equal")
_OPERATORS: dict[str, Callable[..., complex]] = {
    **OPERATORS,
    "abs": lambda z: -z if (z.real, z.imag) < (0.0, 0.0) else z,
    "modulo": _remainder,
    # Constant between its jumps, as on the real axis.
    "floor_divide": lambda a, b: a.real // b.real,
}


def function_of(row: ElementaryFunction) -> Callable[..., complex]:
    """The function of a row of the registry.

    Raises:
        NoComplexFormError: there is no such function of complex numbers.
    """
    if row.complex is None:
        raise NoComplexFormError(f"{row.name} is a function of real numbers only")
    if callable(row.complex):
        return row.complex
    found: Callable[..., complex] | None = getattr(cmath, row.name, None)
    return found or partial(_by_mpmath, row)


def _by_mpmath(row: ElementaryFunction, *operands: complex) -> complex:
    from autograd.number_systems.high_precision.arithmetic import at_precision

    with at_precision(80) as context:
        return complex(row.by_mpmath(context, *map(context.mpc, operands)))


class ComplexNumbers(NumberSystem):
    """The functions of the rules on `Complex` numbers."""

    def elementary(self, name: str, *operands: Any) -> Complex:
        """A function of the registry."""
        return Complex(function_of(ELEMENTARY_FUNCTIONS[name])(*(Complex(operand).number for operand in operands)))

    def sech2(self, x: Any) -> Any:
        """1 ÷ cosh² x: near 0 the general form would lose digits of its slope."""
        return 1.0 / self.cosh(x) ** 2.0
