"""A rolled program, interpreted, computes what the eager engine computes, to the bit."""

from __future__ import annotations

from typing import Any

import pytest
from random_loops import RandomLoops
from random_programs import RandomProgram
from rolled_checks import rolled
from rolled_interpreter import n_lines
from structured_checks import example_of
from structured_programs import StructuredProgram

from autograd import StaleGraphError, Value, dot, require, tanh, total
from autograd.table.primitives import TABLE
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.rolled import choosing, irregular
from autograd.vectorizing.rolled.program import Kind
from autograd.vectorizing.rolled.rolling import roll


@pytest.mark.parametrize("exact", [False, True])
def test_random_programs(exact: bool) -> None:
    for seed in range(30):
        program = RandomProgram(seed)
        rolled(program, *program.example(0), exact=exact)


@pytest.mark.parametrize("start", range(0, 50, 25))
def test_structured_programs(start: int) -> None:
    for seed in range(start, start + 25):
        f = StructuredProgram(f"rolled {seed}")
        example = [example_of(part, 0) for part in f.batch()]
        try:
            rolled(f, *example, parameters=f.given_parameters())
        except (ArithmeticError, ValueError):
            continue  # not defined for this example


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("start", range(0, 24, 12))
def test_random_loops(start: int, exact: bool) -> None:
    for seed in range(start, start + 12):
        f = RandomLoops(seed)
        rolled(f, *f.example, exact=exact)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("start", range(0, 24, 12))
def test_random_loops_as_if_their_texts_were_long(start: int, exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is done only where a text is long is done."""
    monkeypatch.setattr(irregular, "_FEWEST_SAVED", 6)
    monkeypatch.setattr(choosing, "_LONG", 4)
    monkeypatch.setattr(choosing, "_VERY_LONG", 8)
    for seed in range(start, start + 12):
        f = RandomLoops(f"long {seed}")
        rolled(f, *f.example, exact=exact)


def test_a_run_with_a_table_is_cut_with_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(irregular, "_FEWEST_SAVED", 6)
    W, order = [[Value(0.1 * i + 0.03 * j) for j in range(4)] for i in range(6)], [2, 5, 0, 3, 1, 4]

    def f(x: Any) -> Value:
        first = total([tanh(one) for row in W for one in row])
        return total([first, *(tanh(dot(W[i], [x[0], x[1], first, x[2]])) for i in order)])

    tables = [
        run.index.table
        for operation, _ in rolled(f, [0.5, 0.25, -0.5]).operations()
        for slot in operation.slots
        for run in (slot if isinstance(slot, tuple) else ())
    ]
    assert any(tables)


def test_parameters_are_in_the_order_of_their_first_use() -> None:
    a, b, c = Value(0.1), Value(0.2), Value(0.3)
    program = rolled(lambda x: c * x + a * b * c, 1.5)
    assert program.parameter_values == [c, a, b]


def test_only_the_given_parameters_are_parameters_and_others_are_captured_once() -> None:
    a, b = Value(0.1), Value(0.2)
    program = rolled(lambda x: (a * x + b) * b, 1.5, parameters=[a])
    assert program.parameter_values == [a]
    assert program.captured == [b]


def test_the_same_scalar_is_computed_once_and_constants_are_not_computed() -> None:
    a = Value(0.1)

    def f(x: Value) -> Value:
        return tanh(a * x) + tanh(a * x) * tanh(Value(0.5) * 2.0)

    assert n_lines(rolled(f, 1.5)) == 4
    assert n_lines(rolled(f, 1.5, exact=True)) == 8


def test_a_loss_may_be_a_leaf() -> None:
    a = Value(0.1)
    assert rolled(lambda: a).loss.array.kind is Kind.PARAMETERS
    assert rolled(lambda x: x, 1.0).loss.array.kind is Kind.INPUT
    assert rolled(lambda: Value(2.0)).loss.array.kind is Kind.CONSTANTS


def test_outputs_and_demands_have_places() -> None:
    a = Value(0.1)

    def f(x: Any) -> Any:
        require(x[0] > 0.0, "positive")
        h = [tanh(a * one) for one in x]
        return total(h), {"h": h, "a": a}

    program = rolled(f, [1.5, 2.5])
    assert [len(places) for places in program.outputs.values()] == [2, 1]
    assert len(program.demands) == 1


def test_a_stale_graph_is_refused() -> None:
    a = Value(0.1)
    recorded = record(lambda x: a * x, (1.0,), None)
    a.data = 0.5
    with pytest.raises(StaleGraphError):
        roll(recorded)


def test_a_primitive_of_plain_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = record(lambda x: x.gelu(), (1.0,), None)
    monkeypatch.setattr(TABLE["gelu"], "plain", (TABLE["gelu"].forward,))
    with pytest.raises(TypeError, match="gelu can't be compiled: its rules are plain Python"):
        roll(recorded)
