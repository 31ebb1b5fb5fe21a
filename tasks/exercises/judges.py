"""Judges that many exercises share: of a number, of several numbers, of a choice, of a function."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd import Value
from autograd.engine.outputs import Outputs
from tasks.exercises.exercise import Judge, UnansweredError


def read_number(answer: Any) -> float | None:
    """Return the number that an answer stands for: a number of any library, a Value, one output of a network; else None.

    >>> read_number(Value(0.5)), read_number(2), read_number("two")
    (0.5, 2.0, None)
    """
    if isinstance(answer, Outputs):
        answer = answer[0] if len(answer) == 1 else None
    if isinstance(answer, Value):
        return answer.data
    if isinstance(answer, str | bytes | complex):
        return None
    if getattr(answer, "size", None) == 1:
        answer = answer.item()  # an array of one number
    try:
        return float(answer)
    except (TypeError, ValueError, OverflowError):
        return None


def is_close(answer: float, expected: float, digits: int | None = 2) -> bool:
    """Whether an answer is a number, rounded to as many significant digits or to more; without digits, exactly that number.

    Exactly allows for the rounding errors of a computation.

    >>> is_close(0.71, 0.7057), is_close(0.7, 0.7057), is_close(0.1 + 0.2, 0.3, digits=None)
    (True, False, True)
    """
    if digits is None or expected == 0:
        return math.isclose(answer, expected, rel_tol=1e-9, abs_tol=1e-9)
    place = math.floor(math.log10(abs(expected))) - digits + 1
    # Half of the last place, and a little, since 0.705 may lie on either side of itself.
    return abs(answer - expected) <= 0.5000001 * 10.0**place


def number(
    expected: float | Callable[[], float],
    hint: str,
    *,
    digits: int | None = 2,
    mistakes: Mapping[float, str] | None = None,
) -> Judge:
    """Return a judge of one number.

    Args:
        expected: the answer, or a function that computes it.
        hint: what is said of other numbers.
        digits: how many significant digits are enough; None is for whole numbers and simple fractions, which are exact.
        mistakes: hints for numbers that are found by a likely mistake.

    >>> judge = number(10, "Take 3 more often.", digits=None, mistakes={7: "The last addition is missing."})
    >>> judge(10), judge(7), judge("10")
    (None, 'The last addition is missing.', "Give a number, as in 1.5, not '10'.")
    """

    def judge(answer: Any) -> str | None:
        given = read_number(answer)
        if given is None:
            return f"Give a number, as in 1.5, not {_short(answer)}."
        if is_close(given, expected() if callable(expected) else expected, digits):
            return None
        for mistake, its_hint in (mistakes or {}).items():
            if is_close(given, mistake, digits):
                return its_hint
        return hint

    return judge


def numbers(
    expected: Mapping[str, float],
    hint: str,
    *,
    digits: int | None = 2,
) -> Judge:
    """Return a judge of several numbers in a row, each with its name, which says the first that is wrong.

    >>> judge = numbers({"w₁": 1, "w₂": -1}, "Look at the signs.")
    >>> judge((1, -1)), judge([1, 1]), judge(1)
    (None, 'w₂ is not right. Look at the signs.', 'Give 2 numbers, as in (1.5, 2.5): w₁, w₂.')
    """

    def judge(answer: Any) -> str | None:
        given = read_numbers(answer, len(expected))
        if given is None:
            example = ", ".join(f"{place + 0.5}" for place in range(1, len(expected) + 1))
            return f"Give {len(expected)} numbers, as in ({example}): {', '.join(expected)}."
        for (name, right), one in zip(expected.items(), given, strict=True):
            if not is_close(one, right, digits):
                return f"{name} is not right. {hint}"
        return None

    return judge


def read_numbers(answer: Any, count: int) -> list[float] | None:
    """Return the numbers of a sequence of that length, or None if the answer is none.

    >>> read_numbers((1, Value(2.0)), 2), read_numbers(3, 2)
    ([1.0, 2.0], None)
    """
    try:
        found = [read_number(one) for one in answer]
    except TypeError:
        return None
    if isinstance(answer, str) or len(found) != count or None in found:
        return None
    return [one for one in found if one is not None]


def choice(right: str, hints: Mapping[str, str]) -> Judge:
    """Return a judge of one word from a list: the right one, and for each other word a hint.

    >>> judge = choice("relu", {"tanh": "Its slope has to be a constant."})
    >>> judge("ReLU"), judge("tanh"), judge("step")
    (None, 'Its slope has to be a constant.', 'Give one of the words to choose from, in quotes.')
    """

    def judge(answer: Any) -> str | None:
        word = answer.strip().casefold() if isinstance(answer, str) else ""
        if word == right.casefold():
            return None
        told = {name.casefold(): hint for name, hint in hints.items()}
        return told.get(word) or "Give one of the words to choose from, in quotes."

    return judge


def function(expected: Callable[..., Any], cases: Sequence[tuple[Any, ...]], hint: str, *, digits: int | None = None) -> Judge:
    """Return a judge of a function, which is tried on some arguments and has to give the numbers of another function.

    >>> judge = function(lambda x: x * x, [(1.0,), (3.0,)], "What is the area of a square?")
    >>> judge(lambda x: x**2), judge(9)
    (None, 'Give a function, as in lambda x: x + 1.')
    >>> judge(lambda x: x)
    'For 3.0 it gives 3. What is the area of a square?'
    """

    def judge(answer: Any) -> str | None:
        if not callable(answer):
            return "Give a function, as in lambda x: x + 1."
        for arguments in cases:
            given = answer(*arguments)
            if given is ...:
                raise UnansweredError
            found = read_number(given)
            if found is None or not is_close(found, float(expected(*arguments)), digits):
                shown = ", ".join(map(_short, arguments))
                return f"For {shown} it gives {_short(given) if found is None else f'{found:.4g}'}. {hint}"
        return None

    return judge


def _short(answer: Any) -> str:
    text = repr(answer)
    return text if len(text) <= 60 else f"{text[:57]}…"
