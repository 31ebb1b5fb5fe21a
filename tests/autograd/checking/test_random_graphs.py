"""Random graphs of about 50 nodes: right rules raise no alarm, broken ones do where they matter, and nobody else is blamed."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given, settings

from autograd import Value, grad
from autograd.checking import Verdict, gradcheck
from autograd.checking.random_expressions import PRIMITIVES, RandomExpression, random_expression
from autograd.checking.self_test.planting import BREAKS, broken
from autograd.checking.strategies import expressions
from autograd.table.primitives import TABLE

# `make random-programs N=2000` checks 500 right graphs and breaks rules in 120, `make test` 100 and 40.
COUNT = int(os.environ.get("RANDOM_PROGRAMS", "400"))


@pytest.mark.parametrize("block", range(max(1, COUNT // 200)))
def test_right_rules_raise_no_alarm(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        expression = random_expression(seed)
        assert len(expression.steps) >= 45
        report = gradcheck(expression, *expression.point)
        assert report, f"seed {seed}\n{expression}\n{report}"
        # A derivative of 1e-40 may take more digits than sixty.
        precisions = {one.precision for one in report.inputs if one.backward is not None and abs(one.backward) > 1e-30}
        assert precisions == {60}


def gradient(expression: RandomExpression) -> list[float]:
    leaves = [Value(x) for x in expression.point]
    return grad(expression(*leaves), leaves)


@pytest.mark.parametrize("block", range(max(2, COUNT // 330)))
def test_broken_rules_are_caught_where_they_matter(block: int) -> None:
    generator = Random(block)
    caught = 0
    for seed in range(1000 + 20 * block, 1020 + 20 * block):
        expression = random_expression(seed, nodes=50)
        name, how = generator.choice(sorted(expression.primitives)), generator.choice(BREAKS)
        right = gradient(expression)
        with broken(TABLE[name], how):
            wrong = gradient(expression)
            report = gradcheck(expression, *expression.point)
            blamed = {node.operation for node in report.faults}
        matters = [abs(a - b) > 1e-13 * max(abs(a), abs(b)) for a, b in zip(right, wrong, strict=True)]
        for differs, checked in zip(matters, report.inputs, strict=True):
            assert checked.verdict is Verdict.WRONG_RULE or not differs, f"seed {seed}: {name}, {how.name}\n{report}"
        assert blamed <= {name}, f"seed {seed}: {name}, {how.name}\n{report}"
        caught += any(matters)
    assert caught >= 3


def test_the_random_graphs_use_the_whole_table() -> None:
    used = {name for seed in range(200) for name in random_expression(seed).primitives}
    assert used == set(PRIMITIVES)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(expressions())
def test_the_strategy_gives_expressions_that_check(expression: RandomExpression) -> None:
    assert gradcheck(expression, *expression.point)


def test_a_failing_example_shrinks_to_the_operation_at_fault() -> None:
    found: list[RandomExpression] = []

    @settings(derandomize=True, deadline=None, max_examples=100, database=None)
    @given(expressions(primitives=["add", "tanh", "sin"], max_nodes=4))
    def check(expression: RandomExpression) -> None:
        report = gradcheck(expression, *expression.point)
        if not report:
            found.append(expression)
        assert report

    with broken(TABLE["tanh"], BREAKS[1]), pytest.raises(AssertionError):
        check()
    smallest = found[-1]
    assert [step.primitive for step in smallest.steps] == ["tanh"]
    assert len(smallest.point) == 1


def test_near_kinks_nothing_is_called_wrong() -> None:
    @settings(derandomize=True, deadline=None, max_examples=40)
    @given(expressions(kinks=True, primitives=["abs", "relu", "maximum", "minimum", "where", "subtract"], max_nodes=8))
    def check(expression: RandomExpression) -> None:
        report = gradcheck(expression, *expression.point)
        assert {checked.verdict for checked in report.inputs} <= {Verdict.RIGHT, Verdict.KINK}, f"{expression}\n{report}"

    check()


def test_unknown_primitives_are_refused() -> None:
    with pytest.raises(ValueError, match="no primitive is called 'frobnicate'"):
        expressions(primitives=["frobnicate"])
