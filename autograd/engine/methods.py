"""The types of the methods that `Value` has from the table. Written by `make generated`: don't edit it."""

# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

V = TypeVar("V")


class Methods(Generic[V]):
    """What type checkers know of the methods that are compiled from the table; ``V`` is Value."""

    if TYPE_CHECKING:
        def __neg__(self) -> V: ...
        def __abs__(self) -> V: ...
        def __add__(self, other: V | float) -> V: ...
        def __radd__(self, other: V | float) -> V: ...
        def __sub__(self, other: V | float) -> V: ...
        def __rsub__(self, other: V | float) -> V: ...
        def __mul__(self, other: V | float) -> V: ...
        def __rmul__(self, other: V | float) -> V: ...
        def __truediv__(self, other: V | float) -> V: ...
        def __rtruediv__(self, other: V | float) -> V: ...
        def __mod__(self, other: V | float) -> V: ...
        def __rmod__(self, other: V | float) -> V: ...
        def __floordiv__(self, other: V | float) -> V: ...
        def __rfloordiv__(self, other: V | float) -> V: ...
        def __pow__(self, other: V | float) -> V: ...
        def __rpow__(self, other: V | float) -> V: ...
        def __lt__(self, other: V | float) -> V: ...
        def __le__(self, other: V | float) -> V: ...
        def __gt__(self, other: V | float) -> V: ...
        def __ge__(self, other: V | float) -> V: ...
        def reciprocal(self) -> V: """1 ÷ x."""
        def one_minus_square(self) -> V: """1 - x²."""
        def square(self) -> V: """x²."""
        def exp(self) -> V: """eˣ."""
        def exp2(self) -> V: """2ˣ."""
        def expm1(self) -> V: """eˣ - 1."""
        def log(self) -> V: """ln x."""
        def log2(self) -> V: """log₂ x."""
        def log10(self) -> V: """log₁₀ x."""
        def log1p(self) -> V: """ln(1 + x)."""
        def sqrt(self) -> V: """√x."""
        def rsqrt(self) -> V: """1 ÷ √x."""
        def cbrt(self) -> V: """∛x, also of negative numbers."""
        def sin(self) -> V: """sin x, x in radians."""
        def cos(self) -> V: """cos x, x in radians."""
        def tan(self) -> V: """tan x, x in radians."""
        def asin(self) -> V: """Arcsine, in radians."""
        arcsin = asin
        def acos(self) -> V: """Arccosine, in radians."""
        arccos = acos
        def atan(self) -> V: """Arctangent, in radians."""
        arctan = atan
        def sinh(self) -> V: """Hyperbolic sine."""
        def cosh(self) -> V: """Hyperbolic cosine."""
        def tanh(self) -> V: """Hyperbolic tangent."""
        def sech2(self) -> V: """1 ÷ cosh² x, the slope of tanh."""
        def asinh(self) -> V: """Inverse hyperbolic sine."""
        arcsinh = asinh
        def acosh(self) -> V: """Inverse hyperbolic cosine."""
        arccosh = acosh
        def atanh(self) -> V: """Inverse hyperbolic tangent."""
        arctanh = atanh
        def atan2(self, y: V | float) -> V: """The angle of the point (b, a), in radians."""
        arctan2 = atan2
        def hypot(self, y: V | float) -> V: """√(a² + b²)."""
        def erf(self) -> V: """The error function."""
        def erfc(self) -> V: """1 - erf(x)."""
        def abs(self) -> V: """The absolute value."""
        fabs = abs
        def relu(self) -> V: """The rectified linear unit, max(0, x)."""
        def sigmoid(self) -> V: """The logistic function, 1 ÷ (1 + e⁻ˣ)."""
        def sigmoid_slope(self) -> V: """σ(x)σ(-x), the slope of the logistic function."""
        def logsigmoid(self) -> V: """ln σ(x)."""
        def softplus(self) -> V: """ln(1 + eˣ)."""
        def gelu_tanh(self) -> V: """GELU's approximation with tanh."""
        def silu(self) -> V: """xσ(x), also called swish."""
        def softsign(self) -> V: """x ÷ (1 + |x|)."""
