"""The exercises of `notebooks/08_checking.py`."""

import sys
from typing import Any

from autograd import Value, grad, sigmoid
from tasks.exercises.exercise import Exercise
from tasks.exercises.judges import choice, function, read_number

EPSILON = sys.float_info.epsilon


def judge_step(answer: Any) -> str | None:
    """Judge the best step of a central difference, of which the power of ten counts.

    >>> judge_step(5e-6), judge_step(EPSILON**0.5)
    (None, 'That is the best step of a forward difference, whose truncation error is about h and not h².')
    """
    step = read_number(answer)
    if step is None:
        return "Give a number, such as 1e-3."
    best = EPSILON ** (1 / 3)
    if best / 7 <= step <= best * 2:
        return None
    if 0.5 <= step / EPSILON**0.5 <= 2:
        return "That is the best step of a forward difference, whose truncation error is about h and not h²."
    if 0.5 <= step / EPSILON <= 2:
        return "That is ε itself. With so small a step, x + h may be x."
    return "Multiply both sides by h. Which power of h is then about as large as ε?"


def slope_of_swish(x: float) -> float:
    """Return the derivative of x · σ(x), by the engine.

    >>> slope_of_swish(0.0)
    0.5
    """
    leaf = Value(x)
    return grad(leaf * sigmoid(leaf), leaf)


EXERCISES = (
    Exercise("8.1", judge_step, "A step of 10⁻⁵ or 10⁻⁶ is what most programs take for central differences, for this reason."),
    Exercise(
        "8.2",
        function(
            slope_of_swish,
            [(0.0,), (1.0,), (-2.0,), (5.0,)],
            "It is a product, and x is in both of its factors. So the derivative is a sum of two terms.",
        ),
        "The bug had the first of the two terms, and not the second.",
    ),
    Exercise(
        "8.3",
        choice(
            "w2",
            {
                "w1": "That one has both factors, the 2 of the square and the input. What does the report say?",
                "b": "The input of the bias is 1, so that its derivative is right. What does the report say?",
            },
        ),
        "The 2 that comes from the square is missing in that line.",
    ),
)
