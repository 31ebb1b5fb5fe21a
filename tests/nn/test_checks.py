"""Checks of what a user gave."""

import math

import pytest

from autograd import Value
from nn.checks import finite_number, number_of, whole_number


def test_a_number_is_read_from_values_and_numbers() -> None:
    assert number_of(Value(2.5)) == 2.5
    assert number_of(Value(2.0) * 3) == 6.0
    assert number_of(True) == 1.0
    with pytest.raises(TypeError, match="None"):
        number_of(None)


@pytest.mark.parametrize(("number", "error"), [(0, ValueError), (-3, ValueError), (2.0, TypeError), ("2", TypeError)])
def test_not_a_positive_whole_number(number: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="n_inputs must be"):
        whole_number(number, "n_inputs")


def test_the_least_whole_number_is_allowed() -> None:
    assert whole_number(0, "seed", least=0) == 0


@pytest.mark.parametrize("number", [0.0, -1.0, math.inf, math.nan])
def test_not_a_positive_finite_number(number: float) -> None:
    with pytest.raises(ValueError, match=r"rate must be a finite number greater than 0, not "):
        finite_number(number, "rate", above=0.0)


def test_a_bound_that_may_be_reached() -> None:
    assert finite_number(0, "rate", least=0.0) == 0.0
    with pytest.raises(ValueError, match=r"rate must be a finite number of at least 0, not -1\.0"):
        finite_number(-1, "rate", least=0.0)
