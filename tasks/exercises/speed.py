"""The exercises of `notebooks/09_speed.py`."""

from typing import Any

from autograd import FrozenChoiceError, Value, vectorize
from tasks.exercises.exercise import Exercise, UnansweredError
from tasks.exercises.judges import is_close, number, read_number, read_numbers

ROWS, COLUMNS = 3, 2
ERRORS = (-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.5)


def judge_shape(answer: Any) -> str | None:
    """Judge the shape of the gradient of a matrix of weights.

    >>> judge_shape((3, 2)), judge_shape((2, 3))
    (None, 'You have exchanged rows and columns: dA is the factor that is turned over.')
    """
    shape = read_numbers(answer, 2)
    if shape is None:
        return "Give two numbers, as in (100, 2)."
    if shape == [ROWS, COLUMNS]:
        return None
    if shape == [COLUMNS, ROWS]:
        return "You have exchanged rows and columns: dA is the factor that is turned over."
    return "A product of matrices has as many rows as its first factor and as many columns as its second. What shape has dA.T?"


def huber(error: float) -> float:
    """Return the Huber loss of an error, with a bend at ±1.

    >>> huber(0.5), huber(-3.0)
    (0.125, 2.5)
    """
    return error * error / 2 if -1 <= error <= 1 else abs(error) - 0.5


def judge_huber(answer: Any) -> str | None:
    """Judge the Huber loss as a function of a Value: its numbers, and whether it compiles."""
    if not callable(answer):
        return "Give a function of one number."
    for error in ERRORS:
        loss = answer(Value(error))
        if loss is ...:
            raise UnansweredError
        found = read_number(loss)
        if found is None:
            return "The function should return one number, the loss."
        if not is_close(found, huber(error), None):
            return f"For an error of {error:g} it gives {found:g}. Which of the two formulas holds there?"
    factor = Value(1.0)
    try:
        program = vectorize(lambda error: answer(factor * error), ERRORS[0], parameters=[factor], engine="numpy")
    except FrozenChoiceError:
        return "The numbers are right, but it can't be compiled: the choice has to be recorded, so that each example has its own."
    losses = program.losses([1.0], list(ERRORS))
    if not all(is_close(float(loss), huber(error), None) for loss, error in zip(losses, ERRORS, strict=True)):
        return "Compiled, it gives other losses for other examples than the one that it was compiled for."
    return None


EXERCISES = (
    Exercise(
        "9.1", judge_shape, "A gradient always has the shape of what it is the gradient of: W has three rows and two columns."
    ),
    Exercise("9.2", judge_huber, "Both formulas are computed for each example, and each example takes one of them."),
    Exercise(
        "9.3",
        number(
            0,
            "The steps are in loops. Where does the number of steps stand in the program?",
            digits=None,
            mistakes={
                800: "That would be so if each step had a line of its own, as in the program of NumPy. Look at the loops.",
                1600: "That would be so if each step had its own lines, as in the program of NumPy. Look at the loops.",
                1000: "Do the steps stand there one by one?",
                5: "How a loop is written doesn't depend on how often it runs.",
            },
        ),
        "Only the numbers in the program would change: 1000 in place of 200, and 1001 in place of 201.",
    ),
)
