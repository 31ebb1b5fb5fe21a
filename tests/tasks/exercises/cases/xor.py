"""The exercises of `notebooks/02_xor.py`."""

import numpy
from exercise_cases import Cases

from autograd import Value

CASES = {
    "2.1": Cases(
        right=(
            (-1, -1, 2),
            [-2, -1, 2.5],
            (Value(-0.5), Value(-0.5), Value(0.75)),
            numpy.array([-1.0, -1.0, 1.5]),
            (-0.1, -0.2, 0.3),
        ),
        wrong=((-1, -1, 1), (1, 1, -1), (-1, -1, 0), (1, 1, 0), (-1, -1, 3), (-1, -1), 2),
        secret=("(-1, -1, 2)", "-1", "−1", "1.5"),
    ),
    "2.2": Cases(right=(14, 14.0, Value(14)), wrong=(16, 15, 12, 8, 2), secret=("14", "fourteen")),
    "2.3": Cases(
        right=((-1, 2, 1), [-1.0, 2.0, 1.0], (Value(-1), Value(2), 1), (-2, 4, 1), numpy.array([-1.5, 3, 1])),
        wrong=((1, -2, 0), (-1, 2, 0), (-1, 1, 1), (-1, 0, 1), (1, -2, 1), (-1, 3, 1), (-1, -2, 1), "(a, b, c)"),
        secret=("-1", "−1", "(-1, 2, 1)"),
    ),
}
