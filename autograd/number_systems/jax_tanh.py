"""The hyperbolic tangent and its slope on JAX, of s = 1 ÷ (exp(2|x|) + 1): ±(1 - 2s), but near 0, and 4s(1 - s).

Each is right to three units in the last place. XLA doesn't compute a quotient twice and keeps s in an array, so that the slope
takes next to no time. On a processor, the exponential is computed here, because XLA's takes longer.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from jax import lax
from jax import numpy as jnp

from autograd.number_systems.llvm.coefficients import EXPONENTIAL, TANH_NEAR_0
from autograd.number_systems.llvm.exponentials import LN2_HIGH, LN2_LOW, LOG2_E

Numbers = Any  # jax.Array, a tracer, or a plain number

# The share of 0.2618: for smaller numbers there is a polynomial.
_NEAR_0 = 0.372


class _Format(NamedTuple):
    """How numbers are made of bits.

    Attributes:
        integer: integers of as many bits.
        n_digits, bias: the number of bits below the exponent, and what is added to the exponent.
        ln_2: the logarithm of 2 as a sum, of which a product of the first part with an exponent is exact.
        n_terms: how many terms of the exponential's polynomial give all digits.
    """

    integer: Any
    n_digits: int
    bias: int
    ln_2: tuple[float, float]
    n_terms: int


_FORMATS = {
    jnp.dtype("float64"): _Format(jnp.int64, 52, 1023, (LN2_HIGH, LN2_LOW), 11),
    # The parts of Cody and Waite, *Software Manual for the Elementary Functions*, 1980, chapter 6.
    jnp.dtype("float32"): _Format(jnp.int32, 23, 127, (0.693359375, -2.12194440e-4), 7),
}


def tanh(x: Numbers) -> Numbers:
    """The hyperbolic tangent."""
    x = jnp.asarray(x)
    share = _share(x)
    near = x * _polynomial(x * x, (1.0, *TANH_NEAR_0))
    far = 1.0 - 2.0 * share
    return jnp.where(share > _NEAR_0, near, jnp.where(x < 0.0, -far, far))


def sech2(x: Numbers) -> Numbers:
    """The slope of the hyperbolic tangent, 1 ÷ cosh² x, with all digits also where that is nearly 0."""
    x = jnp.asarray(x)
    share = _share(x)
    return jnp.where(share < 1.01 * math.exp(-_largest(x)), 0.0, 4.0 * share * (1.0 - share))


def _largest(x: Numbers) -> int:
    """The largest whole number for which exp(-x) is a normal number."""
    return math.floor(-math.log(jnp.finfo(x.dtype).tiny))


def _share(x: Numbers) -> Numbers:
    """The s of above, or a larger one where it is hardly a normal number any more."""
    doubled, largest = jnp.abs(x + x), _largest(x)
    bounded = jnp.where(doubled > largest, largest, doubled)
    if x.dtype not in _FORMATS:
        return 1.0 / _usual_exponential_and_1(bounded)
    # Accelerators may have no doubles, and no bits of them.
    return 1.0 / lax.platform_dependent(bounded, cpu=_exponential_and_1, default=_usual_exponential_and_1)


def _usual_exponential_and_1(x: Numbers) -> Numbers:
    return jnp.exp(x) + 1.0


def _exponential_and_1(x: Numbers) -> Numbers:
    """Exp(x) + 1 of numbers from 0 to the largest ones above, with the polynomial of machine code."""
    form = _FORMATS[x.dtype]
    n = lax.round(x * LOG2_E, lax.RoundingMethod.TO_NEAREST_EVEN)
    high, low = form.ln_2
    r = (x - n * high) - n * low
    rest = r + r * r * _polynomial(r, (0.5, *EXPONENTIAL)[: form.n_terms])
    # Added to such a number, an exponent is in the lowest bits; from them, 2ⁿ is made.
    bits = lax.bitcast_convert_type(n + (1.5 * 2.0**form.n_digits + form.bias), form.integer)
    scale = lax.bitcast_convert_type(bits << form.n_digits, x.dtype)
    return scale * rest + (scale + 1.0)


def _polynomial(x: Numbers, coefficients: tuple[float, ...]) -> Numbers:
    """A polynomial, lowest coefficient first, in pairs, so that few steps wait for each other (Estrin's scheme)."""
    terms: list[Any] = list(coefficients)
    while len(terms) > 1:
        pairs = [low + x * high for low, high in zip(terms[0::2], terms[1::2], strict=False)]
        terms = [*pairs, *terms[2 * len(pairs) :]]
        x = x * x
    return terms[0]
