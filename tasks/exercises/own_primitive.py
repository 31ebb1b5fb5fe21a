"""The exercises of `notebooks/10_your_own_primitive.py`."""

import math
from typing import Any

from autograd import Value, functions, gradcheck
from autograd.table.floats import FLOATS
from tasks.exercises.exercise import Exercise, UnansweredError
from tasks.exercises.judges import choice, is_close, read_number

POINTS = (-2.0, 0.0, 0.5, 3.0)
PAIRS = ((2.0, 6.0), (1.5, 0.75))


def judge_rule(answer: Any) -> str | None:
    """Judge the rule for the local derivative of ln cosh x: its numbers, and whether it can be read with other numbers.

    >>> judge_rule(lambda m, x, y: m.tanh(x)), judge_rule(lambda m, x, y: m.sinh(x))
    (None, 'At x = -2 it gives -3.627. The outer function is ln, the inner one cosh: multiply their derivatives.')
    """
    if not callable(answer):
        return "Give a rule, a function of m, x and y."
    for x in POINTS:
        given = answer(FLOATS, x, math.log(math.cosh(x)))
        if given is ...:
            raise UnansweredError
        found = read_number(given)
        if found is None:
            return "The rule should return one number, the local derivative."
        if not is_close(found, math.tanh(x), None):
            return f"At x = {x:g} it gives {found:.4g}. The outer function is ln, the inner one cosh: multiply their derivatives."
    leaf = Value(0.5)
    try:
        recorded = answer(functions, leaf, functions.log(functions.cosh(leaf)))
    except TypeError:
        recorded = None
    if not isinstance(recorded, Value) or recorded is leaf:
        return "The numbers are right, but only for floats: take the functions from m, so that other numbers can be put in."
    return None


def judge_harmonic_mean(answer: Any) -> str | None:
    """Judge the harmonic mean as a primitive of two operands: its numbers, its being one operation, its derivatives."""
    if not callable(answer):
        return "Give the function that autograd.primitive returns."
    for pair in PAIRS:
        a, b = Value(pair[0]), Value(pair[1])
        mean = answer(a, b)
        found = read_number(mean)
        if found is None:
            return "The function should return one Value for two numbers."
        if not is_close(found, 2 * pair[0] * pair[1] / sum(pair), None):
            return f"For {pair[0]:g} and {pair[1]:g} it gives {found:.4g}. Compare the forward rule with the formula."
        if not isinstance(mean, Value) or [id(operand) for operand in mean.operands] != [id(a), id(b)]:
            return "The numbers are right, but it isn't one operation: its forward rule goes into autograd.primitive."
        report = gradcheck(answer, *pair)
        for name, checked in zip(("first", "second"), report.inputs, strict=True):
            if not checked:
                return f"At ({pair[0]:g}, {pair[1]:g}), gradcheck says of the slope for the {name} operand: {checked.verdict}."
    return None


EXERCISES = (
    Exercise("10.1", judge_rule, "It is tanh, which goes from −1 to 1: the slopes of |x|, with a smooth passage between them."),
    Exercise("10.2", judge_harmonic_mean, "And gradcheck agrees, at every point that was tried."),
    Exercise(
        "10.3",
        choice(
            "C",
            {
                "A": "It asks whether x is positive, and takes one branch. An array of several numbers has no single answer.",
                "B": "The module math knows floats, and nothing else.",
            },
        ),
        "It is written with operators and with functions of m, which each kind of number has.",
    ),
)
