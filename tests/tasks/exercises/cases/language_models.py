"""The exercises of `notebooks/05_language_models.py`."""

from fractions import Fraction

from exercise_cases import Cases

from autograd import Value

CASES = {
    "5.1": Cases(
        right=(0.5, 1 / 2, Fraction(3, 6), Value(0.5)), wrong=(0.6, 3 / 7, 0.3, 3, 0.33), secret=("0.5", "1/2", "3/6", "half")
    ),
    "5.2": Cases(
        right=(4, 4.0, Value(4.0), 2.0**2),
        wrong=(2, 5, 256, 0.25, 8, 3.4),
        secret=("4", "four"),
    ),
    "5.3": Cases(
        right=(166_100, 50_000 + 15_100 + 101_000, 166100.0),
        wrong=(165_000, 116_100, 156_100, 266_100, 166_000, 150_000, 100),
        secret=("166100", "166,100", "50,000", "15,100", "101,000"),
    ),
}
