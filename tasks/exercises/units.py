"""The exercises of `notebooks/01_units.py`."""

from autograd import Value, grad, relu, sigmoid, tanh
from tasks.exercises.exercise import Exercise
from tasks.exercises.judges import function, number, numbers

WEIGHTS, BIAS, INPUTS = (1.5, -2.0, 0.5), 0.5, (2.0, 1.0, -4.0)
SUM = sum(w * x for w, x in zip(WEIGHTS, INPUTS, strict=True)) + BIAS


def slope_from_output(y: float) -> float:
    """Return the slope of the sigmoid where it gives y, by the engine."""
    z = -Value(1 / y - 1).log()
    return grad(sigmoid(z), z)


EXERCISES = (
    Exercise(
        "1.1",
        number(
            SUM,
            "Multiply each input by its own weight, add the three products, and add the bias. Mind the signs.",
            digits=None,
            mistakes={SUM - BIAS: "That is w · x. The bias is still missing.", SUM - 2 * BIAS: "The bias is added."},
        ),
        "The bias is positive, but the products weigh more.",
    ),
    Exercise(
        "1.2",
        numbers(
            {"The sigmoid": sigmoid(SUM).data, "tanh": tanh(SUM).data, "ReLU": relu(SUM).data},
            "Use the z of the exercise before; it is negative. Which range does this function have?",
        ),
        "Only tanh lets the sign of z through.",
    ),
    Exercise(
        "1.3",
        function(
            slope_from_output,
            [(0.5,), (0.88,), (0.01,)],
            "The slope is largest in the middle, where the output is one half, and gets small at both ends of the range.",
            digits=None,
        ),
        "So a program that has kept the output gets the slope for one multiplication.",
    ),
)
