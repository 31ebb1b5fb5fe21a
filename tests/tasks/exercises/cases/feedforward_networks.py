"""The exercises of `notebooks/03_feedforward_networks.py`."""

import math
from fractions import Fraction

import numpy
from exercise_cases import Cases

from autograd import softmax

CASES = {
    "3.1": Cases(
        right=((0.25, 0.25, 0.5), softmax([0, 0, math.log(2)]), [Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)]),
        wrong=((0, 0, 1), (0.3, 0.3, 0.4), (1, 1, 2), (0.25, 0.5, 0.25), (0.33, 0.33, 0.33), (0.23, 0.23, 0.54), (0.25, 0.5)),
        secret=("0.25", "0.5", "1/4"),
    ),
    "3.2": Cases(right=(43, 43.0, numpy.int64(43)), wrong=(36, 40, 13, 39, 72, 45), secret=("43", "28", "15")),
    "3.3": Cases(
        right=((1, 1), [1.0, 1.0], numpy.array([1, 1])),
        wrong=((1, 3), (1, -1), (2, 1), (1, 2), (1, 1, 0), 1),
        secret=("(1, 1)", "1, 1"),
    ),
}
