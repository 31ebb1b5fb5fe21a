"""The types of the functions that come from the table. Written by `make generated`: don't edit it."""

# ruff: noqa: E501
# fmt: off
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autograd.engine.operands import Operand
from autograd.engine.value import Value

if TYPE_CHECKING:
    def reciprocal(x: Operand) -> Value: """1 ÷ x."""
    def square(x: Operand) -> Value: """x²."""
    def exp(x: Operand) -> Value: """eˣ."""
    def exp2(x: Operand) -> Value: """2ˣ."""
    def expm1(x: Operand) -> Value: """eˣ - 1."""
    def log(x: Operand) -> Value: """ln x."""
    def log2(x: Operand) -> Value: """log₂ x."""
    def log10(x: Operand) -> Value: """log₁₀ x."""
    def log1p(x: Operand) -> Value: """ln(1 + x)."""
    def sqrt(x: Operand) -> Value: """√x."""
    def rsqrt(x: Operand) -> Value: """1 ÷ √x."""
    def cbrt(x: Operand) -> Value: """∛x, also of negative numbers."""
    def sin(x: Operand) -> Value: """sin x, x in radians."""
    def cos(x: Operand) -> Value: """cos x, x in radians."""
    def tan(x: Operand) -> Value: """tan x, x in radians."""
    def asin(x: Operand) -> Value: """Arcsine, in radians."""
    def acos(x: Operand) -> Value: """Arccosine, in radians."""
    def atan(x: Operand) -> Value: """Arctangent, in radians."""
    def sinh(x: Operand) -> Value: """Hyperbolic sine."""
    def cosh(x: Operand) -> Value: """Hyperbolic cosine."""
    def tanh(x: Operand) -> Value: """Hyperbolic tangent."""
    def asinh(x: Operand) -> Value: """Inverse hyperbolic sine."""
    def acosh(x: Operand) -> Value: """Inverse hyperbolic cosine."""
    def atanh(x: Operand) -> Value: """Inverse hyperbolic tangent."""
    def atan2(x: Operand, y: Operand) -> Value: """The angle of the point (b, a), in radians."""
    def hypot(x: Operand, y: Operand) -> Value: """√(a² + b²)."""
    def erf(x: Operand) -> Value: """The error function."""
    def erfc(x: Operand) -> Value: """1 - erf(x)."""
    def abs(x: Operand) -> Value: """The absolute value."""
    def relu(x: Operand) -> Value: """The rectified linear unit, max(0, x)."""
    def equal(x: Operand, y: Operand) -> Value: """1 where a = b, else 0."""
    def sigmoid(x: Operand) -> Value: """The logistic function, 1 ÷ (1 + e⁻ˣ)."""
    def logsigmoid(x: Operand) -> Value: """ln σ(x)."""
    def softplus(x: Operand) -> Value: """ln(1 + eˣ)."""
    def silu(x: Operand) -> Value: """xσ(x), also called swish."""
    def softsign(x: Operand) -> Value: """x ÷ (1 + |x|)."""
    def logaddexp(x: Operand, y: Operand) -> Value: """ln(eᵃ + eᵇ)."""
    def xlogy(x: Operand, y: Operand) -> Value: """a ln b, and 0 where a is 0."""
    def total(first: Iterable[Operand]) -> Value: """x₁ + … + xₙ, added from left to right."""
    def dot(first: Iterable[Operand], second: Iterable[Operand]) -> Value: """w₁x₁ + … + wₙxₙ, added from left to right: the weighted sum of a neuron."""
    def logsumexp(values: Iterable[Operand]) -> Value: """ln(exp x₁ + … + exp xₙ), without overflow and without losing the digits of a dominated sum."""
    def maximum(*values: Operand | Iterable[Operand]) -> Value: """The largest operand; of equal ones the first, which alone takes the gradient."""
    def minimum(*values: Operand | Iterable[Operand]) -> Value: """The smallest operand; of equal ones the first, which alone takes the gradient."""
    def argmax(values: Iterable[Operand]) -> Value: """The position of the largest operand, of equal ones the first; its derivative is 0."""
    def argmin(values: Iterable[Operand]) -> Value: """The position of the smallest operand, of equal ones the first; its derivative is 0."""
