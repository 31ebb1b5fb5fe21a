"""The hyperbolic tangent and its slope on JAX, of the exponential that both need: with v = exp(2|x|) - 1, they are
±v/(v + 2) and 4s(1 - s) with s = 1/(v + 2).

Each is right to three units in the last place. On a processor, v is computed here, because XLA's functions take longer. XLA
computes it once more for the slope, which takes less time than to write it down and to read it.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from jax import lax
from jax import numpy as jnp

from autograd.number_systems.llvm.coefficients import EXPONENTIAL
from autograd.number_systems.llvm.exponentials import LN2_HIGH, LN2_LOW, LOG2_E

Numbers = Any  # jax.Array, a tracer, or a plain number


class _Format(NamedTuple):
    """How numbers are made of bits.

    Attributes:
        integer: integers of as many bits.
        n_digits, bias: the number of bits below the exponent, and what is added to the exponent.
        ln_2: the logarithm of 2 as a sum, of which a product of the first part with an exponent is exact.
        n_terms: how many terms of the polynomial give all digits.
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
    v, _ = _growth(x)
    # As a quotient: of a product with a reciprocal, XLA would keep the reciprocal in an array of its own.
    return jnp.copysign(v / (v + 2.0), x)


def sech2(x: Numbers) -> Numbers:
    """The slope of the hyperbolic tangent, 1 ÷ cosh² x, with all digits also where that is nearly 0."""
    v, is_0 = _growth(x)
    share = 1.0 / (v + 2.0)
    return jnp.where(is_0, 0.0, 4.0 * share * (1.0 - share))


def _growth(x: Numbers) -> tuple[Numbers, Numbers]:
    """Exp(2|x|) - 1 with all digits, and where that is too large, and a smaller number instead."""
    x = jnp.asarray(x)
    doubled = jnp.abs(x + x)
    # Up to here, the reciprocal is a normal number too.
    largest = math.floor(-math.log(jnp.finfo(x.dtype).tiny))
    is_too_large = doubled > largest
    bounded = jnp.where(is_too_large, largest, doubled)
    if x.dtype in _FORMATS:
        # Accelerators may have no doubles, and no bits of them.
        return lax.platform_dependent(bounded, cpu=_expm1, default=jnp.expm1), is_too_large
    return jnp.expm1(bounded), is_too_large


def _expm1(x: Numbers) -> Numbers:
    """Exp(x) - 1 of numbers from 0 to the largest ones above, with the polynomial of machine code."""
    form = _FORMATS[x.dtype]
    n = lax.round(x * LOG2_E, lax.RoundingMethod.TO_NEAREST_EVEN)
    high, low = form.ln_2
    r = (x - n * high) - n * low
    rest = r + r * r * _polynomial(r, [0.5, *EXPONENTIAL][: form.n_terms])
    # Added to this number, n is in the lowest bits; from them, 2ⁿ is made.
    bits = lax.bitcast_convert_type(n + 1.5 * 2.0**form.n_digits, form.integer)
    scale = lax.bitcast_convert_type((bits << form.n_digits) + (form.bias << form.n_digits), x.dtype)
    return scale * rest + (scale - 1.0)


def _polynomial(x: Numbers, terms: list[Any]) -> Numbers:
    """A polynomial, lowest coefficient first, in pairs, so that few steps wait for each other (Estrin's scheme)."""
    while len(terms) > 1:
        pairs = [low + x * high for low, high in zip(terms[0::2], terms[1::2], strict=False)]
        terms = [*pairs, *terms[2 * len(pairs) :]]
        x = x * x
    return terms[0]
