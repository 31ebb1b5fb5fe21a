"""Learning-rate schedules against their formulas."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import constant, cosine_decay, exponential_decay, linear_warmup, step_decay


def test_constant() -> None:
    assert [constant()(epoch) for epoch in (0, 1, 1000)] == [1.0, 1.0, 1.0]


def test_steps() -> None:
    assert [step_decay(2, 0.1)(epoch) for epoch in range(5)] == pytest.approx([1.0, 1.0, 0.1, 0.1, 0.01])
    assert step_decay(1)(1) == 0.1


@given(st.integers(0, 200), st.floats(0.5, 1.5))
def test_exponential(epoch: int, factor: float) -> None:
    assert exponential_decay(factor)(epoch) == pytest.approx(math.exp(epoch * math.log(factor)), rel=1e-9)


def test_cosine() -> None:
    decay = cosine_decay(4, final=0.2)
    expected = [1.0, 0.2 + 0.8 * (0.5 + math.sqrt(0.5) / 2), 0.6, 0.2 + 0.8 * (0.5 - math.sqrt(0.5) / 2), 0.2, 0.2]
    assert [decay(epoch) for epoch in range(6)] == pytest.approx(expected, rel=1e-12)


@given(st.integers(1, 50))
def test_cosine_falls_throughout_and_ends_at_nothing(n: int) -> None:
    factors = [cosine_decay(n)(epoch) for epoch in range(n + 3)]
    assert factors[0] == 1.0
    assert factors[n:] == [0.0, 0.0, 0.0]
    assert all(later < sooner for sooner, later in pairwise(factors[: n + 1]))


def test_warmup() -> None:
    assert [linear_warmup(4)(epoch) for epoch in range(6)] == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    assert [linear_warmup(2, step_decay(1, 0.5))(epoch) for epoch in range(5)] == [0.5, 1.0, 1.0, 0.5, 0.25]


@pytest.mark.parametrize(
    "make",
    [
        lambda: step_decay(0),
        lambda: step_decay(1, 0.0),
        lambda: exponential_decay(-1.0),
        lambda: exponential_decay(math.nan),
        lambda: cosine_decay(0),
        lambda: cosine_decay(3, -0.1),
        lambda: linear_warmup(0),
    ],
)
def test_wrong_settings(make: Any) -> None:
    with pytest.raises(ValueError, match="must be"):
        make()
