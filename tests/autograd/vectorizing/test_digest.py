"""What is known of a graph is the same, whichever engine has read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from random_programs import RandomProgram

from autograd import Value, exp, require, tanh, where
from autograd.vectorizing.digest import digest_of_grouping, digest_of_rolled
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.grouping.grouping import group_graph
from autograd.vectorizing.layout.layout import lay_out
from autograd.vectorizing.rolled.rolling import roll

w, v, c = Value(2.0, "w"), Value(0.5, "v"), Value(3.0, "c")


def assert_the_same(recorded: RecordedExample, *, exact: bool) -> None:
    grouping = group_graph(recorded, exact=exact)
    layout = None if exact else lay_out(grouping, [array.shape for array in recorded.arguments.arrays])
    one, other = digest_of_grouping(grouping, layout), digest_of_rolled(roll(recorded, exact=exact))
    assert len(set(one.parameters)) == len(one.parameters) and len(set(other.parameters)) == len(other.parameters)
    assert set(one.parameters) == set(other.parameters)
    assert set(one.captured) == set(other.captured)
    assert sorted(one.demands_on_inputs) == sorted(other.demands_on_inputs)
    assert (one.has_choice, one.has_gradient) == (other.has_choice, other.has_gradient)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_random_programs(seed: int, exact: bool) -> None:
    f = RandomProgram(seed)
    try:
        recorded = record(f, f.example(0), None)
    except (ArithmeticError, ValueError):
        pytest.skip("this program refuses its own example")
    assert_the_same(recorded, exact=exact)


def demanding(x: Any) -> Value:
    require(x[0] > 0.0, "of an input")
    require(w * x[1] < 100.0, "of both")
    require(c > 0.0, "of a captured leaf")
    require(w > 0.0, "of a parameter")
    require(x[1] > x[0], "of inputs")
    return tanh(w * x[0])


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    "f",
    [
        demanding,
        lambda x: where(x[0] > 1.0, w, v),
        lambda x: exp(x[0]) + c,  # no gradient
        lambda x: w + 0.0 * x[0],
        lambda x: w,
        lambda x: x[1],
        lambda x: Value(2.0) * c,
        lambda x: (w * x[0], {"used by an output alone": v}),
    ],
)  # fmt: skip
def test_programs_of_every_kind(f: Callable[..., Any], exact: bool) -> None:
    assert_the_same(record(f, ([1.0, 2.0],), [w, v]), exact=exact)


def test_demands_on_inputs_alone() -> None:
    digest = digest_of_rolled(roll(record(demanding, ([1.0, 2.0],), [w])))
    assert digest.demands_on_inputs == (0, 4)
    assert digest.captured == (c,)
    assert digest.parameters == (w,)
