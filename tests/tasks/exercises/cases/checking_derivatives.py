"""The exercises of `notebooks/08_checking.py`."""

import math
import sys

import numpy
from exercise_cases import Cases

from autograd import Value, exp, grad, silu


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


CASES = {
    "8.1": Cases(
        right=(6e-6, 1e-5, 1e-6, sys.float_info.epsilon ** (1 / 3), numpy.cbrt(2.2e-16), Value(5e-6)),
        wrong=(1.5e-8, 2.2e-16, 1e-3, 0.1, 1e-8, -6e-6, 1e-4, 0),
        secret=("6e-06", "6e-6", "1e-05", "10⁻⁵", "10⁻⁶", "third", "cube"),
    ),
    "8.2": Cases(
        right=(
            lambda x: sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
            lambda x: (1 + math.exp(-x) * (1 + x)) / (1 + math.exp(-x)) ** 2,
            lambda x: exp(x) * (exp(x) + x + 1) / (exp(x) + 1) ** 2,
            lambda x: grad(silu(leaf := Value(x)), leaf),
        ),
        wrong=(
            sigmoid,
            lambda x: x * sigmoid(x) * (1 - sigmoid(x)),
            lambda x: sigmoid(x) + sigmoid(x) * (1 - sigmoid(x)),
            lambda x: sigmoid(x) * (1 - sigmoid(x)),
            lambda x: x * sigmoid(x),
            lambda: 0.5,
            0.5,
        ),
        secret=("σ(x) + x", "1 − σ(x)", "1 - σ(x)"),
    ),
    "8.3": Cases(right=("w2", "W2", " w2 "), wrong=("w1", "b", "w3", "all"), secret=("w2", "2.0")),
}
