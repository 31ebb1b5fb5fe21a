"""The exercises of `notebooks/07_computation_graphs.py`."""

from fractions import Fraction

import numpy
from exercise_cases import Cases

from autograd import Value

CASES = {
    "7.1": Cases(
        right=(10, 10.0, Value(10.0), numpy.float64(10)),
        wrong=(-4, 5, 2, 25, -10, 7),
        secret=("10",),
    ),
    "7.2": Cases(
        right=(6, 6.0, Value(6), 5 + 1),
        wrong=(5, 1, 12, 2, 10, -6),
        secret=("6",),
    ),
    "7.3": Cases(
        right=(0.24, 0.8 * 0.3, Value(0.24), Fraction(6, 25)),
        wrong=(0.8, -0.24, 0.3, -0.06, 0.048, 0.5, 1.1),
        secret=("0.24",),
    ),
}
