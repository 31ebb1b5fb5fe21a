"""A number system of complex numbers, for the complex step: f(x + ih) ≈ f(x) + ih·f′(x), a difference that subtracts nothing.

The functions continue the real ones off the real axis: |z| is z or -z, and comparisons look at the real part; where the real
parts are equal, at the imaginary one, as if x had been moved to the right. So a recorded graph can be replayed at x + ih,
whatever the step, and its imaginary part divided by h is the derivative with a truncation error of h².

W. Squire & G. Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review 40 (1998).
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.table.number_system import NumberSystem


class Complex:
    """A complex number with an order: by its real part, then by its imaginary part.

    >>> abs(Complex(-3 + 1e-20j)).number, Complex(2 + 1e-20j) > 1.0
    ((3-1e-20j), True)
    """

    __slots__ = ("number",)

    def __init__(self, number: Any) -> None:
        self.number: complex = number.number if isinstance(number, Complex) else complex(number)

    @property
    def real(self) -> float:
        """The real part."""
        return self.number.real

    @property
    def place(self) -> tuple[float, float]:
        """What numbers are compared by."""
        return self.number.real, self.number.imag

    def __neg__(self) -> Complex:
        return Complex(-self.number)

    def __abs__(self) -> Complex:
        return -self if self < 0.0 else self

    def __add__(self, other: Any) -> Complex:
        return Complex(self.number + Complex(other).number)

    def __sub__(self, other: Any) -> Complex:
        return Complex(self.number - Complex(other).number)

    def __rsub__(self, other: Any) -> Complex:
        return Complex(Complex(other).number - self.number)

    def __mul__(self, other: Any) -> Complex:
        return Complex(self.number * Complex(other).number)

    __radd__ = __add__
    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Complex:
        return Complex(self.number / Complex(other).number)

    def __rtruediv__(self, other: Any) -> Complex:
        return Complex(Complex(other).number / self.number)

    def __floordiv__(self, other: Any) -> Complex:
        # Constant between its jumps, as on the real axis.
        return Complex(self.real // Complex(other).real)

    def __rfloordiv__(self, other: Any) -> Complex:
        return Complex(other) // self

    def __mod__(self, other: Any) -> Complex:
        divisor = Complex(other).number
        # The real part as floats have it, which is exact.
        remainder, quotient = self.real % divisor.real, self.real // divisor.real
        return Complex(complex(remainder, self.number.imag - quotient * divisor.imag))

    def __rmod__(self, other: Any) -> Complex:
        return Complex(other) % self

    def __pow__(self, other: Any) -> Complex:
        return Complex(self.number ** Complex(other).number)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int | float | complex | Complex) and self.number == Complex(other).number

    def __hash__(self) -> int:
        return hash(self.number)

    def __int__(self) -> int:
        # A position is a number like any other.
        return int(self.real)

    def __lt__(self, other: Any) -> bool:
        return self.place < Complex(other).place

    def __le__(self, other: Any) -> bool:
        return self.place <= Complex(other).place

    def __gt__(self, other: Any) -> bool:
        return self.place > Complex(other).place

    def __ge__(self, other: Any) -> bool:
        return self.place >= Complex(other).place


def _of_mpmath(name: str) -> Callable[[complex], complex]:
    def function(z: complex) -> complex:
        import mpmath

        with mpmath.workprec(80):
            return complex(getattr(mpmath, name)(mpmath.mpc(z)))

    return function


def _cbrt(z: complex) -> complex:
    # The root that is real on the whole real axis, not the principal one.
    return z ** (1.0 / 3.0) if z.real >= 0.0 else -((-z) ** (1.0 / 3.0))


_FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    **{
        function.__name__: function
        for function in (
            cmath.exp, cmath.log, cmath.log10, cmath.sqrt, cmath.sin, cmath.cos, cmath.tan, cmath.asin, cmath.acos, cmath.atan,
            cmath.sinh, cmath.cosh, cmath.tanh, cmath.asinh, cmath.acosh, cmath.atanh,
        )
    },
    **{name: _of_mpmath(name) for name in ("expm1", "log1p", "erf", "erfc")},
    "exp2": lambda z: 2.0**z,
    "log2": lambda z: cmath.log(z) / math.log(2.0),
    "cbrt": _cbrt,
    "sech2": lambda z: 1.0 / cmath.cosh(z) ** 2,
}  # fmt: skip


class ComplexNumbers(NumberSystem):
    """The functions of the rules on `Complex` numbers."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = _FUNCTIONS.get(name)
        if function is None:
            return super().__getattr__(name)
        return lambda operand: Complex(function(Complex(operand).number))

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers, by a truth value or a number that is not 0."""
        holds = condition if isinstance(condition, bool) else Complex(condition).number != 0.0
        return if_true if holds else if_false

    def equal(self, left: Any, right: Any) -> float:
        """1 where two numbers are equal, else 0."""
        return 1.0 if Complex(left).number == Complex(right).number else 0.0

    def argmax(self, values: Sequence[Any]) -> int:
        """The position of the first largest number."""
        return max(range(len(values)), key=lambda k: Complex(values[k]).place)

    def argmin(self, values: Sequence[Any]) -> int:
        """The position of the first smallest number."""
        return min(range(len(values)), key=lambda k: Complex(values[k]).place)

    def total(self, values: Sequence[Any]) -> Complex:
        """The sum of a sequence."""
        return Complex(sum((Complex(value).number for value in values), 0j))

    def hypot(self, a: Any, b: Any) -> Complex:
        """√(a² + b²), by the larger of both, so that squares don't overflow."""
        large, small = (a, b) if abs(Complex(a)) >= abs(Complex(b)) else (b, a)
        if Complex(large).real == 0.0:
            return Complex(0.0)
        ratio = Complex(small) / large
        return abs(Complex(large)) * Complex(cmath.sqrt(1.0 + (ratio * ratio).number))

    def atan2(self, a: Any, b: Any) -> Complex:
        """The angle of the point (b, a): an arctangent, turned to where the real angle is."""
        y, x = Complex(a), Complex(b)
        if x.number == y.number == 0.0:
            return Complex(math.atan2(y.real, x.real))
        turned = cmath.atan((y / x).number) if abs(x) >= abs(y) else -cmath.atan((x / y).number)
        return Complex(turned + (math.atan2(y.real, x.real) - turned.real))

    def logsumexp(self, values: Sequence[Any]) -> Complex:
        """ln Σ exp xᵢ."""
        shift = Complex(values[self.argmax(values)]).real
        return Complex(shift + cmath.log(sum(cmath.exp(Complex(value).number - shift) for value in values)))


def imaginary_part(output: Value, x: Value, step: float) -> float:
    """The imaginary part of a recorded output, replayed with x moved by ``step`` along the imaginary axis.

    >>> x = Value(2.0)
    >>> imaginary_part(x**3, x, 1e-20) / 1e-20
    12.0
    """
    m = ComplexNumbers()
    numbers: dict[Value, Complex] = {x: Complex(complex(x.data, step))}

    def replayed(group: Any) -> Any:
        return tuple(numbers[v] for v in group) if isinstance(group, tuple) else numbers[group]

    for node in graph.topological_order(output):
        if node in numbers:
            continue
        groups = graph.groups(node)
        numbers[node] = Complex(node.primitive.forward(m, *map(replayed, groups)) if groups else node.data)
    return numbers[output].number.imag if output in numbers else 0.0
