"""The exercises of `notebooks/02_xor.py`."""

from collections.abc import Callable
from typing import Any

from tasks.boolean.separability import CASES, NAMES, Targets, Unit, decide
from tasks.exercises.exercise import Exercise, Judge
from tasks.exercises.judges import number, read_numbers

NAND: Targets = (1, 1, 1, 0)
EQUAL: Targets = (1, 0, 0, 1)


def step_unit(w1: float, w2: float, b: float, x1: int, x2: int) -> float:
    """Return what a perceptron gives.

    >>> [step_unit(1, 1, -1, *case) for case in CASES]
    [0.0, 0.0, 0.0, 1.0]
    """
    return float(w1 * x1 + w2 * x2 + b > 0)


def after_hidden_layer(u1: float, u2: float, b: float, x1: int, x2: int) -> float:
    """Return what a ReLU unit gives that sees the textbook's hidden layer for XOR.

    >>> [after_hidden_layer(1, -2, 0, *case) for case in CASES]
    [0, 1, 1, 0]
    """
    h1, h2 = max(x1 + x2, 0), max(x1 + x2 - 1, 0)
    return max(u1 * h1 + u2 * h2 + b, 0)


def weights(names: str, unit: Callable[..., float], targets: Targets, advice: str) -> Judge:
    """Return a judge of three weights: it tries them on the four cases, and any that give the targets are right."""

    def judge(answer: Any) -> str | None:
        given = read_numbers(answer, 3)
        if given is None:
            return f"Give three numbers {names}, as in (3, -2, 0.5)."
        for case, target in zip(CASES, targets, strict=True):
            # Decimal fractions like 0.1 leave rounding errors where people compute 0.
            found = round(unit(*given, *case), 12)
            if found != target:
                return f"For the inputs {case} your unit gives {found:.4g}, and it should give {target}. {advice}"
        return None

    return judge


EXERCISES = (
    Exercise(
        "2.1",
        weights(
            "(w₁, w₂, b)",
            step_unit,
            NAND,
            "Start with the bias: it alone decides what happens for (0, 0). And 0 is not greater than 0.",
        ),
        "Turning the signs of a perceptron for AND around is almost enough; only the points on the line itself need care.",
    ),
    Exercise(
        "2.2",
        number(
            sum(isinstance(decide(targets), Unit) for targets in NAMES),
            "XOR is one that it can't compute. Constant functions count too, and so do those that ignore one input.",
            digits=None,
            mistakes={
                16: "XOR is among them, and no perceptron computes it.",
                15: "XOR is not the only one: look at its opposite.",
            },
        ),
        "All but XOR and its opposite.",
    ),
    Exercise(
        "2.3",
        weights(
            "(u₁, u₂, b)",
            after_hidden_layer,
            EQUAL,
            "The hidden layer gives (0, 0) for (0, 0), (1, 0) for both middle cases, and (2, 1) for (1, 1): begin there.",
        ),
        "The hidden space is the same; only the line in it is another one.",
    ),
)
