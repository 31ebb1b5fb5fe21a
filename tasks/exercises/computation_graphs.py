"""The exercises of `notebooks/07_computation_graphs.py`."""

from autograd import Value, grad
from tasks.exercises.exercise import Exercise
from tasks.exercises.judges import number


def gradient_of_b() -> float:
    """Return ∂L/∂b of L = c(a + 2b) for c = 5.

    >>> gradient_of_b() == 5 * 2
    True
    """
    a, b, c = Value(3.0), Value(1.0), Value(5.0)
    return grad(c * (a + 2 * b), b)


def gradient_of_q() -> float:
    """Return ∂p/∂q of p = qr + q for q = 2 and r = 5.

    >>> gradient_of_q() == 5 + 1
    True
    """
    q, r = Value(2.0), Value(5.0)
    return grad(q * r + q, q)


EXERCISES = (
    Exercise(
        "7.1",
        number(
            gradient_of_b,
            "Multiply the local derivatives on the way from L over e and d to b. Which of them depend on c?",
            digits=None,
            mistakes={
                -4: "That was for the old c.",
                5: "That is the gradient of d. One more edge leads from d to b.",
                2: "That is only the local derivative from b to d.",
                25: "That is L itself.",
            },
        ),
        "The gradient of b is 2c, whatever a and b are: L is linear in b.",
    ),
    Exercise(
        "7.2",
        number(
            gradient_of_q,
            "There are two paths from q to p. Each has a product of local derivatives, and the gradient is the sum of both.",
            digits=None,
            mistakes={
                5: "That is what arrives through the product. There is one more path.",
                1: "That is what arrives directly. There is one more path, through the product.",
                12: "That is p itself.",
                2: "That is the gradient of r, which q is the local derivative for.",
            },
        ),
        "What arrives by several edges is added up.",
    ),
    Exercise(
        "7.3",
        number(
            0.8 * 0.3,
            "The gradient at the weighted sum is what was predicted minus what was right. What does the weight multiply?",
            mistakes={
                0.8: "That is the gradient at the weighted sum z. One edge leads from there to the weight.",
                -0.24: "Mind the sign: what was predicted comes first in the difference.",
                0.3: "That is only the local derivative of the weighted sum for this weight.",
                -0.06: "The right answer of this example is 0, not 1.",
                0.048: "The derivative of the sigmoid is in a − y already.",
            },
        ),
        "It is positive: the prediction was too high, and with a smaller weight it would have been lower.",
    ),
)
