"""The exercises of `notebooks/01_units.py`."""

import math

import numpy
from exercise_cases import Cases

from autograd import Value, dot, grad, sigmoid

CASES = {
    "1.1": Cases(
        right=(-0.5, Value(-0.5), numpy.float64(-0.5), dot((1.5, -2, 0.5), (2, 1, -4)) + 0.5),
        wrong=(-1.0, -1.5, 0.5, 3.5, 0.0, (1, 2, 3), "one half"),
        secret=("-0.5", "−0.5"),
    ),
    "1.2": Cases(
        right=(
            (0.38, -0.46, 0),
            [0.378, -0.462, 0.0],
            (Value(0.3775), Value(-0.4621), Value(0.0)),
            numpy.array([0.3775, -0.46, 0]),
        ),
        wrong=((0.62, 0.46, 0.5), (0.38, -0.46, -0.5), (0.38, 0.46, 0), (0.622, -0.46, 0), 0.38, (0.38, -0.46)),
        secret=("0.38", "0.46", "0.3775", "0.4621"),
    ),
    "1.3": Cases(
        right=(lambda y: y * (1 - y), lambda y: y - y**2, lambda y: grad(sigmoid(z := Value(-math.log(1 / y - 1))), z)),
        wrong=(lambda y: 1 - y, lambda y: y, lambda y: 1 - y**2, lambda y: y * (1 + y), 0.25, lambda: 0, math.sqrt),
        secret=("1 - y", "1 − y", "y²"),
    ),
}
