"""The exercises of `notebooks/09_speed.py`."""

import numpy
from exercise_cases import Cases

from autograd import Value, maximum, minimum, square, where


def branching(e):
    if abs(e) <= 1:
        return e * e / 2
    return abs(e) - 0.5


CASES = {
    "9.1": Cases(
        right=((3, 2), [3, 2], numpy.zeros((3, 2)).shape, numpy.array([3, 2]), (Value(3), Value(2.0))),
        wrong=((2, 3), (100, 2), (3, 100), (100, 3), (3, 3), 6, (3, 2, 1)),
        secret=("(3, 2)", "3 rows", "3 × 2", "three rows"),
    ),
    "9.2": Cases(
        right=(
            lambda e: where(abs(e) <= 1, e * e / 2, abs(e) - 0.5),
            lambda e: where(abs(e) > 1.0, abs(e) - 1 / 2, 0.5 * square(e)),
            lambda e: where(e * e < 1, e**2 / 2, abs(e) - 0.5),
            lambda e: minimum(abs(e), 1.0) ** 2 / 2 + maximum(abs(e) - 1.0, 0.0),
        ),
        wrong=(
            branching,
            lambda e: e * e / 2,
            lambda e: abs(e) - 0.5,
            lambda e: where(abs(e) <= 1, abs(e) - 0.5, e * e / 2),
            lambda e: where(e <= 1, e * e / 2, abs(e) - 0.5),
            lambda e: where(abs(e) <= 1, e * e, abs(e)),
            lambda e: 0.125,
            0.125,
        ),
        secret=("where(", "abs("),
    ),
    "9.3": Cases(right=(0, 0.0, Value(0)), wrong=(800, 1000, 5, 1600, 200, 1), secret=("0", "none", "no more")),
}
