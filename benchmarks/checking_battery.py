"""Functions whose derivatives are hard to check by differences, though there is nothing unusual about them.

Each is written once, over a module ``m`` with NumPy's names, so that every engine can compute it: NumPy, `jax.numpy`, PyTorch,
HIPS autograd, this project's Values and mpmath. All are smooth at their point, except those of the kind "on a kink".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PI = 3.141592653589793


@dataclass(frozen=True)
class Case:
    """A function at a point.

    Attributes:
        kind: what is hard about it.
        name: what it computes.
        f: takes the module to compute with, and the inputs.
        point: the inputs; an error is planted into the derivative for the first.
    """

    kind: str
    name: str
    f: Callable[..., Any]
    point: tuple[float, ...]


def _relu(m: Any, x: Any) -> Any:
    return m.where(x > 0.0, x, 0.0 * x)


def _repeat(times: int, step: Callable[[Any], Any], x: Any) -> Any:
    for _ in range(times):
        x = step(x)
    return x


def _variance(*x: Any) -> Any:
    squares = sum((v * v for v in x[1:]), x[0] * x[0])
    total = sum(x[1:], x[0])
    return squares / len(x) - (total / len(x)) * (total / len(x))


def _weierstrass(m: Any, x: Any) -> Any:
    return sum((0.5**k * m.cos(7.0**k * PI * x) for k in range(1, 8)), m.cos(PI * x))


def _maximum(m: Any, a: Any, b: Any) -> Any:
    return m.where(a > b, a, b)


Entries = list[tuple[str, Callable[..., Any], tuple[float, ...]]]
TINY_OR_HUGE: Entries = [
    ("logarithm of a tiny number", lambda m, x: m.log(x), (1e-300,)),
    ("tiny times huge", lambda m, x, y: x * y, (1e-200, 1e200)),
    ("cube of a large number, scaled", lambda m, x: 1e-30 * x**3, (1e12,)),
    ("small amplitude", lambda m, x: 1e-12 * m.sin(x), (0.7,)),
    ("large amplitude", lambda m, x: 1e12 * m.cos(x), (0.4,)),
    ("gravitation in SI units", lambda m, a, b, r: 6.674e-11 * a * b / r**2, (5.97e24, 7.35e22, 3.84e8)),
    ("entropy in SI units", lambda m, t, v: 1.380649e-23 * (1.5 * m.log(t) + m.log(v)), (300.0, 1e-3)),
    ("softplus in its tail", lambda m, x: m.log1p(m.exp(x)), (-30.0,)),
    ("logistic function in its tail", lambda m, x: 1.0 / (1.0 + m.exp(-x)), (20.0,)),
    ("exponential close to overflow", lambda m, x: m.exp(x), (700.0,)),
    ("Planck's law in its tail", lambda m, x: x**3 / m.expm1(x), (40.0,)),
]
NEAR_SINGULAR: Entries = [
    ("close to a pole", lambda m, x: 1.0 / (x - 1.0), (1.0 + 1e-7,)),
    ("square root close to 0", lambda m, x: m.sqrt(x), (1e-14,)),
    ("logarithm close to 0", lambda m, x: m.log(x), (1e-9,)),
    ("entropy of a rare event", lambda m, x: x * m.log(x), (1e-10,)),
    ("tangent close to its pole", lambda m, x: m.tan(x), (1.5707,)),
    ("narrow resonance", lambda m, x: 1.0 / (1e-12 + x * x), (7e-7,)),
    ("logarithm of a determinant close to 0", lambda m, a, b, c, d: m.log(a * d - b * c), (1.0 + 1e-6, 1.0, 1.0, 1.0)),
    ("smoothed sign", lambda m, x: x / m.sqrt(x * x + 1e-10), (1e-6,)),
    ("edge of a circle", lambda m, x: m.sqrt(1.0 - x * x), (1.0 - 1e-8,)),
    ("logarithmic barrier", lambda m, x: x - 1e-3 * m.log(x - 2.0), (2.0 + 1e-6,)),
    ("flat function", lambda m, x: m.exp(-1.0 / x), (0.02,)),
]
HIGH_FREQUENCY: Entries = [
    ("fast wave", lambda m, x: m.sin(1e6 * x), (0.3,)),
    ("fast wave far from its steep part", lambda m, x: m.cos(1e4 * x * x), (1.3,)),
    ("ever faster wave", lambda m, x: m.sin(1.0 / x), (1e-3,)),
    ("ripple on a ramp", lambda m, x: x + 1e-3 * m.sin(1e5 * x), (0.5,)),
    ("beat", lambda m, x: m.sin(1e5 * x) * m.sin(1.001e5 * x), (0.2,)),
    ("Weierstrass' function, 8 terms", _weierstrass, (0.37,)),
    ("logistic map, 20 times", lambda m, x: _repeat(20, lambda v: 3.9 * v * (1.0 - v), x), (0.4,)),
]
CANCELLATION: Entries = [
    ("1 - cos x over x²", lambda m, x: (1.0 - m.cos(x)) / (x * x), (0.03,)),
    ("eˣ - 1 over x", lambda m, x: (m.exp(x) - 1.0) / x, (1e-4,)),
    ("difference of square roots", lambda m, x: m.sqrt(x + 1.0) - m.sqrt(x), (1e8,)),
    ("cube of x - 1, multiplied out", lambda m, x: x**3 - 3.0 * x**2 + 3.0 * x - 1.0, (1.001,)),
    ("variance by the mean of squares", lambda m, *x: _variance(*x), (10001.0, 10002.0, 10004.0)),
    ("soft maximum of large numbers", lambda m, a, b: m.logaddexp(1e3 * a, 1e3 * b), (1.0, 1.001)),
    ("wave on a large offset", lambda m, x: 1e8 + m.sin(x), (0.9,)),
    ("valley of Rosenbrock", lambda m, x, y: 100.0 * (y - x * x) ** 2 + (1.0 - x) ** 2, (1.001, 1.0)),
]
NEAR_A_KINK: Entries = [
    ("absolute value close to 0", lambda m, x: abs(x), (1e-9,)),
    ("hinge close to its edge", lambda m, x: _relu(m, x - 1.0) + x * x, (1.0 - 1e-8,)),
    ("maximum close to a tie", lambda m, x, y: _maximum(m, x * y, y + 1.0), (1.5 + 1e-7, 2.0)),
    ("smoothed absolute value", lambda m, x: m.sqrt(x * x + 1e-16), (3e-9,)),
    ("Huber's loss at its joint", lambda m, x: m.where(abs(x) < 1.0, 0.5 * x * x, abs(x) - 0.5), (1.0 - 1e-9,)),
    ("leaky rectifier close to 0", lambda m, x: m.where(x > 0.0, x, 0.01 * x) * m.exp(x), (-1e-8,)),
]
ON_A_KINK: Entries = [
    ("absolute value at 0", lambda m, x: abs(x), (0.0,)),
    ("rectifier at 0", lambda m, x: m.exp(x) + 2.0 * _relu(m, x), (0.0,)),
    ("maximum at a tie", lambda m, x, y: _maximum(m, x * y, y + 1.0), (1.5, 2.0)),
    ("leaky rectifier at 0", lambda m, x: m.where(x > 0.0, x, 0.01 * x) - m.cos(x), (0.0,)),
    ("distance from a point, at it", lambda m, x, y: m.sqrt(x * x + y * y + 1.0) + abs(x - y), (0.3, 0.3)),
    ("absolute value of a wave at its zero", lambda m, x: 1e6 + abs(m.sin(3.0 * x)), (0.0,)),
]
KINK = "on a kink"
CASES: list[Case] = [
    Case(kind, name, f, point)
    for kind, cases in [
        ("tiny or huge", TINY_OR_HUGE),
        ("near-singular", NEAR_SINGULAR),
        ("high frequency", HIGH_FREQUENCY),
        ("cancellation", CANCELLATION),
        ("near a kink", NEAR_A_KINK),
        (KINK, ON_A_KINK),
    ]
    for name, f, point in cases
]
# What is planted: the derivative with respect to the first input is multiplied by this.
PLANTED = {"zeroed": 0.0, "sign": -1.0, "+10 %": 1.1, "+0.1 %": 1.001, "+1e-6": 1.0 + 1e-6}


def exact_derivatives(case: Case) -> list[float]:
    """The derivatives, from differences in 400 digits; nan on a kink."""
    import mpmath

    if case.kind == KINK:
        return [float("nan")] * len(case.point)
    with mpmath.workdps(400):
        numbers = list(map(mpmath.mpf, case.point))
        result = []
        for k, x in enumerate(numbers):
            step = abs(x) * mpmath.mpf(10) ** -100
            sides = [case.f(_Precise(), *numbers[:k], x + sign * step, *numbers[k + 1 :]) for sign in (1, -1)]
            result.append(float((sides[0] - sides[1]) / (2 * step)))
        return result


class _Precise:
    """mpmath's functions under NumPy's names."""

    def __getattr__(self, name: str) -> Any:
        import mpmath

        return getattr(mpmath, name)

    def where(self, condition: bool, a: Any, b: Any) -> Any:
        return a if condition else b

    def logaddexp(self, a: Any, b: Any) -> Any:
        return max(a, b) + self.log1p(self.exp(-abs(a - b)))
