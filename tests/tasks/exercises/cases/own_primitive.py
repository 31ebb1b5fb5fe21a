"""The exercises of `notebooks/10_your_own_primitive.py`.

Each primitive is defined when the answer is tried: what a test defines is gone after it.
"""

import math

from exercise_cases import Cases

import autograd


def harmonic(forward, derivatives):
    """A function that defines a primitive and calls it."""
    return lambda a, b: autograd.primitive("harmonic_mean", "hm", forward, derivatives)(a, b)


def formula(m, a, b):
    return 2 * a * b / (a + b)


CASES = {
    "10.1": Cases(
        right=(
            lambda m, x, y: m.tanh(x),
            lambda m, x, y: m.sinh(x) / m.cosh(x),
            lambda m, x, y: m.sinh(x) / m.exp(y),
            lambda m, x, y: 1 - 2 / (m.exp(2 * x) + 1),
        ),
        wrong=(
            lambda m, x, y: math.tanh(x),
            lambda m, x, y: math.sinh(x) / math.cosh(x),
            lambda m, x, y: 1 / m.cosh(x),
            lambda m, x, y: m.cosh(x) / m.sinh(x),
            lambda m, x, y: m.sinh(x),
            lambda m, x, y: -m.tanh(x),
            lambda m, x, y: x,
            lambda x: math.tanh(x),
            math.tanh,
            "tanh",
        ),
        secret=("tanh", "sinh", "m.tanh"),
    ),
    "10.2": Cases(
        right=(
            harmonic(formula, lambda m, a, b, y: (2 * b * b / (a + b) ** 2, 2 * a * a / (a + b) ** 2)),
            harmonic(formula, lambda m, a, b, y: (y * y / (2 * a * a), y * y / (2 * b * b))),
            harmonic(lambda m, a, b: 2 / (1 / a + 1 / b), lambda m, a, b, y: (y * y / (2 * a * a), y * y / (2 * b * b))),
        ),
        wrong=(
            harmonic(formula, lambda m, a, b, y: (2 * a * a / (a + b) ** 2, 2 * b * b / (a + b) ** 2)),
            harmonic(formula, lambda m, a, b, y: (2 * b * b / (a + b) ** 2, 0.0)),
            harmonic(formula, lambda m, a, b, y: (2 * b / (a + b), 2 * a / (a + b))),
            harmonic(lambda m, a, b: a * b / (a + b), lambda m, a, b, y: (b * b / (a + b) ** 2, a * a / (a + b) ** 2)),
            harmonic(lambda m, a, b: (a + b) / 2, lambda m, a, b, y: (0.5, 0.5)),
            lambda a, b: formula(None, a, b),
            lambda a: a,
            3.0,
        ),
        secret=("2 * b", "(a + b)", "b²", "2b²"),
    ),
    "10.3": Cases(right=("C", "c"), wrong=("A", "B", "D", "a", ""), secret=("C", "m.where")),
}
