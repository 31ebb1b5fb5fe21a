"""Demands outside of a trace: they hold or raise at once, and nothing is kept."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy
import pytest

from autograd import Value, equal, no_grad, require, total, where
from autograd.engine import refusals

x, y = Value(2.0, "x"), Value(-1.0, "y")


@pytest.mark.parametrize(
    "condition",
    [True, numpy.bool_(True), 1, -0.5, Fraction(1, 3), math.inf, Value(1.0), x > 0, (x > 0) * (y < 0), where(x > y, 1.0, 0.0)],
)
def test_what_holds(condition: Any) -> None:
    assert require(condition, "it must hold") is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("condition", [False, numpy.bool_(False), 0, 0.0, -0.0, math.nan, Value(0.0), Value(math.nan), x * 0.0])
def test_what_does_not_hold(condition: Any) -> None:
    with pytest.raises(ValueError, match=r"^it must hold$"):
        require(condition, "it must hold")


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        (x < 0, "x = 2.0"),
        (x <= 0, "x = 2.0"),
        (x < y, "x = 2.0, y = -1.0"),
        (y > x, "x = 2.0, y = -1.0"),
        ((x < 0) * (x > -1), "x = 2.0"),
        (where(y < x, equal(y, 3.0), 1.0), "x = 2.0, y = -1.0"),
        (x * y > 0, "-2.0"),
        (equal(Value(0.0, "z"), 1.0) + equal(y, 1.0), "y = -1.0, z = 0.0"),
        (Value(0.0, "weight"), "weight = 0.0"),
        (total([Value(float(n), f"a{n}") > 10 for n in range(7)]), "a0 = 0.0, a1 = 1.0, a2 = 2.0, a3 = 3.0, …"),
    ],
)
def test_the_numbers_that_were_compared_are_shown(condition: Value, shown: str) -> None:
    with pytest.raises(ValueError) as caught:
        require(condition, "it must hold")
    assert str(caught.value) == f"it must hold ({shown})"


@pytest.mark.parametrize("condition", ["text", None, [1.0], 1j])
def test_what_is_no_condition(condition: Any) -> None:
    with pytest.raises(TypeError):
        require(condition, "it must hold")


def test_the_message_is_text() -> None:
    with pytest.raises(TypeError, match="a message, which is a string, not Value"):
        require(x > 0, x > 0)  # type: ignore[arg-type]


def test_it_holds_without_recording_too() -> None:
    with no_grad(), pytest.raises(ValueError, match="it must hold"):
        require(x < 0, "it must hold")


def test_nothing_is_kept_and_nothing_changes() -> None:
    condition = x > 0
    state = (x._tick, x.gradient, condition._tick)
    before = len(gc.get_referrers(condition))
    require(condition, "it must hold")
    assert (x._tick, x.gradient, condition._tick) == state
    assert len(gc.get_referrers(condition)) == before
    assert refusals.traces == []


def test_it_needs_no_numpy() -> None:
    program = "import sys; from autograd import Value, require; require(Value(1.0) > 0, ''); assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
