"""All exercises: right answers are accepted in every form, and wrong ones get a hint that doesn't give the answer away."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, NoReturn

import numpy
import pytest
from exercise_cases import read_cases

from autograd import Value
from autograd.engine.outputs import Outputs
from tasks.exercises import check
from tasks.exercises.checking import exercises
from tasks.exercises.exercise import UnansweredError
from tasks.exercises.judges import function, is_close, read_number

# Some answers are primitives.
pytestmark = pytest.mark.usefixtures("own_primitives")
CASES = read_cases()


class Hostile:
    """An answer that can do nothing without an error."""

    def refuse(self, *_: Any) -> NoReturn:
        raise RuntimeError(self)

    __getattr__ = __repr__ = __str__ = __float__ = __iter__ = __eq__ = __call__ = __len__ = refuse
    __hash__ = None  # type: ignore[assignment]


def leave(*_: Any) -> NoReturn:
    raise SystemExit(3)


def verdict(name: Any, answer: Any, capsys: pytest.CaptureFixture[str]) -> str:
    check(name, answer)
    printed = capsys.readouterr()
    assert printed.err == "" and printed.out.endswith("\n")
    return printed.out[:-1]


def test_every_exercise_has_cases() -> None:
    assert CASES.keys() == exercises().keys()
    for name, cases in CASES.items():
        assert len(cases.right) >= 1 and len(cases.wrong) >= 3 and cases.secret, name


@pytest.mark.parametrize("name", CASES)
def test_right_answers_are_accepted(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for answer in CASES[name].right:
        assert re.match(rf"Exercise {name}: right\.( |$)", verdict(name, answer, capsys)), answer


@pytest.mark.parametrize("name", CASES)
def test_wrong_answers_get_a_hint_without_the_answer(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    strange = (None, "", "two", (), [1, "a"], 1j, float("nan"), float("inf"), Hostile(), lambda *_: None, leave, Value, 10**400)
    for answer in (*CASES[name].wrong, *strange):
        said = verdict(name, answer, capsys)
        start = f"Exercise {name}: not yet. "
        assert said.startswith(start) and len(said) > len(start) + 15 and said[-1] in ".?!", said
        hint = said.removeprefix(start)
        assert not any(re.search(rf"(?<![\w.]){re.escape(text)}(?![\w]|\.\d)", hint) for text in CASES[name].secret), said


@pytest.mark.parametrize("name", CASES)
def test_dots_are_asked_to_be_replaced(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for answer in (..., (..., ...), [1, ...], {"w": ...}):
        assert verdict(name, answer, capsys) == f"Exercise {name}: put your answer in place of the dots, and run the cell again."


def test_dots_in_a_function_too() -> None:
    with pytest.raises(UnansweredError):
        function(abs, [(1,)], "")(lambda _: ...)


@pytest.mark.parametrize("name", ["9.99", "", None, 1.1, []], ids=str)
def test_an_exercise_that_is_not_there(name: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert "1.1" in verdict(name, 1, capsys)


def test_numbers_of_any_kind_are_read() -> None:
    given = (0.5, Value(0.5), Outputs([Value(0.5)]), Fraction(1, 2), numpy.float32(0.5), numpy.array([0.5]), numpy.array(0.5))
    assert [read_number(one) for one in given] == [0.5] * len(given)
    others: tuple[Any, ...] = (Outputs([Value(1.0), Value(2.0)]), "0.5", b"1", None, [], 1j, numpy.zeros(2))
    assert [read_number(one) for one in others] == [None] * len(others)


@pytest.mark.parametrize(
    ("answer", "expected", "digits", "verdict"),
    [
        (0.87, 0.8699, 2, True), (0.8699, 0.8699, 2, True), (0.9, 0.8699, 2, False), (-0.87, 0.8699, 2, False),
        (1.0, 0.999, 2, True), (0.705, 0.70, 2, True), (4.19, 4.1897, 3, True), (4.2, 4.1897, 3, False),
        (0.30000000000000004, 0.3, None, True), (0.301, 0.3, None, False), (0.0, 0.0, 2, True), (0.01, 0.0, 2, False),
        (float("nan"), 1.0, 2, False), (float("inf"), 1.0, 2, False),
    ],
)  # fmt: skip
def test_numbers_may_be_rounded(answer: float, expected: float, digits: int | None, verdict: bool) -> None:
    assert is_close(answer, expected, digits) is verdict
