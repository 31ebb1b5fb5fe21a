"""Computes the polynomials of the elementary functions in machine code, with mpmath, and writes them down.

``python tools/coefficients.py`` writes ``autograd/number_systems/llvm/coefficients.py``, the one place that has such numbers. A
polynomial interpolates its function at Chebyshev's nodes, which comes within a factor of about two of the least possible error
(Trefethen, *Approximation Theory and Approximation Practice*, chapters 15 and 16); then its coefficients are rounded to
doubles. ``--errors`` prints how far each one is from its function after that, so that a number of coefficients can be judged.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mpmath
from mpmath import mp

TARGET = Path(__file__).parents[1] / "autograd" / "number_systems" / "llvm" / "coefficients.py"
DIGITS = 120
# A function divided by powers of its argument is read next to 0 where it stands at 0.
_NEARLY_ZERO = mpmath.mpf(10) ** -25

HEAD = '''"""Coefficients of polynomials, lowest first. Written by `tools/coefficients.py`, which says what of: don't edit it."""

# fmt: off
'''


@dataclass(frozen=True)
class Fit:
    """A polynomial to be found.

    Attributes:
        name: the constant that holds its coefficients.
        meaning: the function, in a formula.
        function: the same function, of numbers of mpmath.
        low, high: the interval on which the polynomial stands for the function.
        count: how many coefficients it has.
    """

    name: str
    meaning: str
    function: Callable[[Any], Any]
    low: float
    high: float
    count: int

    def exact(self, x: Any) -> Any:
        """The function at a point, also where its formula divides by zero."""
        return self.function(x if abs(x) > _NEARLY_ZERO else _NEARLY_ZERO)


def coefficients_of(fit: Fit) -> tuple[float, ...]:
    """The coefficients of the polynomial through a function's values at Chebyshev's nodes, rounded to doubles."""
    with mp.workdps(DIGITS):
        middle, half = (mp.mpf(fit.low) + fit.high) / 2, (mp.mpf(fit.high) - fit.low) / 2
        angles = [mp.pi * (2 * k + 1) / (2 * fit.count) for k in range(fit.count)]
        nodes = [middle + half * mp.cos(angle) for angle in angles]
        powers = mp.matrix([[node**power for power in range(fit.count)] for node in nodes])
        return tuple(float(number) for number in mp.lu_solve(powers, mp.matrix([fit.exact(node) for node in nodes])))


def error_of(fit: Fit, coefficients: tuple[float, ...], points: int = 400) -> float:
    """The largest difference between the polynomial with its rounded coefficients and its function."""
    with mp.workdps(DIGITS):
        low, high = mp.mpf(fit.low), mp.mpf(fit.high)
        grid = [low + (high - low) * k / points for k in range(points + 1)]
        return float(max(abs(_value(coefficients, x) - fit.exact(x)) for x in grid))


def _value(coefficients: Sequence[float], x: Any) -> Any:
    result = mp.mpf(0)
    for coefficient in reversed(coefficients):
        result = result * x + coefficient
    return result


def _tail_of_exponential(r: Any) -> Any:
    return (mp.expm1(r) - r - r * r / 2) / r**3


def _tail_of_logarithm(z: Any) -> Any:
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) / s - 2) / z


def _second_tail_of_logarithm(z: Any) -> Any:
    s = mp.sqrt(z)
    return (mp.atanh(s) / s - 1 - z / 3) / z**2


def _odd_tail(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function (f(x) ÷ x - 1) ÷ x² of x²."""

    def tail(z: Any) -> Any:
        x = mp.sqrt(z)
        return (function(x) / x - 1) / z

    return tail


def _tail_of_cosine(z: Any) -> Any:
    return (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2


def _error_function(z: Any) -> Any:
    x = mp.sqrt(z)
    return mp.erf(x) / x - 1


# The transformation is that of Shepherd and Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞",
# Mathematics of Computation 36 (1981), with a factor and a middle that suit this interval better.
ERFC_MIDDLE = 3.0
ERFC_FROM, ERFC_TO = 0.5, 28.0


def _complementary_error_function(t: Any) -> Any:
    x = ERFC_MIDDLE * (1 + t) / (1 - t)
    return (1 + x) * mp.exp(x * x) * mp.erfc(x)


def _turned(x: float) -> float:
    return (x - ERFC_MIDDLE) / (x + ERFC_MIDDLE)


HALF_LN2 = 0.34658
FITS = (
    Fit("EXPONENTIAL", "(eʳ - 1 - r - r²/2) ÷ r³ for |r| ≤ ½ ln 2", _tail_of_exponential, -HALF_LN2, HALF_LN2, 10),
    Fit("EXPONENTIAL_OF_2", "(2ʳ - 1) ÷ r for |r| ≤ ½", lambda r: mp.expm1(r * mp.ln2) / r, -0.5, 0.5, 12),
    Fit("TANH_NEAR_0", "(tanh(x)/x - 1) ÷ z of z = x², for |x| ≤ 0.262", _odd_tail(mp.tanh), 0.0, 0.0687, 7),
    Fit("LOGARITHM", "(2 artanh(s)/s - 2) ÷ z of z = s², for |s| ≤ 3 - 2√2", _tail_of_logarithm, 0.0, 0.02945, 7),
    Fit("LOGARITHM_IN_PAIRS", "(artanh(s)/s - 1 - z/3) ÷ z² of z = s²", _second_tail_of_logarithm, 0.0, 0.02945, 8),
    Fit("SINE", "(sin(r)/r - 1) ÷ z of z = r², for |r| ≤ π/4", _odd_tail(mp.sin), 0.0, 0.6170, 6),
    Fit("COSINE", "(cos r - 1 + z/2) ÷ z² of z = r², for |r| ≤ π/4", _tail_of_cosine, 0.0, 0.6170, 6),
    Fit("ARCTANGENT", "(arctan(q)/q - 1) ÷ z of z = q², for |q| ≤ 1", _odd_tail(mp.atan), 0.0, 1.0, 22),
    Fit("ARCSINE", "(arcsin(s)/s - 1) ÷ z of z = s², for |s| ≤ ½", _odd_tail(mp.asin), 0.0, 0.25, 13),
    Fit("ERROR_FUNCTION", "erf(x)/x - 1 of z = x², for |x| ≤ 1", _error_function, 0.0, 1.0, 14),
    Fit("ERROR_FUNCTION_NEAR_0", "the same for |x| ≤ ½", _error_function, 0.0, 0.25, 9),
    Fit(
        "COMPLEMENTARY_ERROR_FUNCTION", f"(1 + x) exp(x²) erfc x of t = (x - {ERFC_MIDDLE:.0f}) ÷ (x + {ERFC_MIDDLE:.0f}), x ≥ ½",
        _complementary_error_function, _turned(ERFC_FROM), _turned(ERFC_TO), 22,
    ),
    Fit("INVERSE_CUBE_ROOT", "1 ÷ ∛x for 1 ≤ x ≤ 2", lambda x: 1 / mp.cbrt(x), 1.0, 2.0, 6),
)  # fmt: skip


def text() -> str:
    """The file of coefficients."""
    parts = [HEAD]
    for fit in FITS:
        numbers = ",\n".join(f"    {number!r}" for number in coefficients_of(fit))
        parts.append(f"# {fit.meaning}\n{fit.name} = (\n{numbers},\n)\n")
    return "\n".join(parts)


if __name__ == "__main__":
    if "--errors" in sys.argv[1:]:
        for fit in FITS:
            error = error_of(fit, coefficients_of(fit))
            print(f"{fit.name:30} {fit.count:3} coefficients, error {error:.2e} = 2^{mpmath.log(error, 2).__float__():.1f}")
    else:
        TARGET.write_text(text(), encoding="utf-8")
