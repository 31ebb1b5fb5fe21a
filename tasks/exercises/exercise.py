"""What an exercise is: a number, a judge, and what is said of a right answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Judge = Callable[[Any], str | None]
"""Takes an answer of any kind, and returns None if it is right, else a hint.

A hint is one or two sentences that say what to look at again; it never contains the answer. A judge may raise any error for
an answer that it doesn't understand.
"""


class UnansweredError(Exception):
    """What a judge raises when the dots still stand somewhere in the answer."""


@dataclass(frozen=True)
class Exercise:
    """An exercise of a notebook.

    Args:
        name: the number of the notebook and of the exercise, such as "1.2".
        judge: finds out whether an answer is right.
        explanation: a sentence about why it is right, which is shown with a right answer only.
    """

    name: str
    judge: Judge
    explanation: str = ""
