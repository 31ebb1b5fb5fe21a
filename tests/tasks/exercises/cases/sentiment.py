"""The exercises of `notebooks/04_sentiment.py`."""

import math

import numpy
from exercise_cases import Cases

from nn import max_pool, mean_pool

VECTORS = ((1, -2), (3, 0), (-1, 5))

CASES = {
    "4.1": Cases(
        right=((2, 0, 0, 2, 1, 2.48), [2, 0, False, 2, True, math.log(12)], numpy.array([2, 0, 0, 2, 1, 2.485])),
        wrong=((1, 0, 0, 2, 1, 2.48), (2, 0, 0, 1, 1, 2.48), (2, 0, 0, 2, 1, 2.3), (2, 0, 0, 2, 1, 12), (2, 0, 0, 2, 0, 2.48), 5),
        secret=("2.48", "2.485", "12", "twelve"),
    ),
    "4.2": Cases(
        right=((1, 1, 3, 5), [*mean_pool(VECTORS), *max_pool(VECTORS)], numpy.array([1.0, 1.0, 3.0, 5.0])),
        wrong=((3, 3, 3, 5), (1, 1, 3, 0), (3, 5, 1, 1), ((1, 1), (3, 5)), (1, 2, 3, 5), (1, 1)),
        secret=("1, 1", "3, 5"),
    ),
    "4.3": Cases(
        right=("concatenation", "Concatenation", " concatenation "),
        wrong=("mean", "max", "Mean", "none", "both", 1),
        secret=("concatenation",),
    ),
}
