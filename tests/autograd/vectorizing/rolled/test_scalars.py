"""Reading a recorded graph: with the nodes that the comparison of its two runs has visited, and without knowing any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy
import pytest
from loop_programs import LoopProgram
from random_loops import RandomLoops
from structured_checks import example_of
from structured_programs import StructuredProgram

from autograd import StaleGraphError, Value, dot, grad, log, square, total
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.rolled.addresses import COMPUTED, CONSTANTS, FIRST_INPUT, PARAMETERS, address
from autograd.vectorizing.rolled.scalars import Scalars, read

w, v = Value(0.5, "w"), Value(0.25, "v")


def both(recorded: RecordedExample) -> Scalars:
    """What is read, which is the same without the nodes that are known."""
    assert recorded.computed is not None
    scalars, without = read(recorded), read(replace(recorded, computed=None))
    for one in fields(Scalars):
        known, found = getattr(scalars, one.name), getattr(without, one.name)
        if isinstance(known, numpy.ndarray):
            assert known.dtype == found.dtype
            assert known.tolist() == found.tolist(), one.name
        else:
            assert len(known) == len(found) and all(a is b or a == b for a, b in zip(known, found, strict=True)), one.name
    return scalars


@pytest.mark.parametrize("kind", [LoopProgram, StructuredProgram, RandomLoops])
def test_random_programs(kind: Any) -> None:
    for seed in range(8):
        f = kind(f"scalars {seed}")
        example = f.example if kind is RandomLoops else [example_of(part, 0) for part in f.batch()]
        try:
            recorded = record(f, example, None)
        except (ArithmeticError, ValueError):
            continue  # not defined for this example
        both(recorded)


def test_operands_are_found_where_they_are() -> None:
    def f(x: Any, y: Any) -> Value:
        pair = (x[1], v)
        return dot(pair, [w * y, 2.0]) + dot(pair, [y, y]) + w

    scalars = both(record(f, ([1.0, 2.0], 3.0), None))
    x1, y = address(FIRST_INPUT, 1), address(FIRST_INPUT + 1, 0)
    # In the order of their first use.
    assert scalars.parameters == [w, v]
    a, b, two = address(PARAMETERS, 0), address(PARAMETERS, 1), address(CONSTANTS, 0)
    computed = [address(COMPUTED, place) for place in range(5)]
    names = [scalars.primitives[number].name for number in scalars.primitive]
    assert names == ["multiply", "dot", "dot", "add", "add"]
    assert scalars.operands.T.tolist() == [[a, y], [-2, -3], [-2, -4], computed[1:3], [computed[3], a]]
    assert scalars.sequences.tolist() == [x1, b, computed[0], two, y, y]
    assert scalars.first_element.tolist() == [0, 2, 4, 6]
    assert scalars.constants.tolist() == [2.0]
    assert scalars.roots == [computed[4]]


def test_tuples_of_the_same_operands_are_one_sequence() -> None:
    scalars = both(record(lambda x: total([x, w]) + total([x, w]) + total([w, x]), (1.0,), None))
    assert scalars.first_element.tolist() == [0, 2, 4]


@pytest.mark.parametrize("root", ["input", "parameter", "constant"])
def test_a_root_that_is_a_leaf(root: str) -> None:
    scalars = both(record(lambda x: (w * x, {"out": {"input": x, "parameter": v, "constant": 3.0}[root]}), (1.0,), None))
    expected = {"input": address(FIRST_INPUT, 0), "parameter": address(PARAMETERS, 1), "constant": address(CONSTANTS, 0)}
    assert scalars.roots == [address(COMPUTED, 0), expected[root]]
    assert len(both(record(lambda x: x, (1.0,), None)).nodes) == 0


def test_what_was_computed_before_the_function_ran_is_read_too() -> None:
    before = square(w)
    in_tuple = square(v)
    for f in (lambda x: before * x, lambda x: total([x, before, in_tuple])):
        scalars = both(record(f, (1.0,), None))
        assert before in scalars.nodes and all(node._first is not None for node in scalars.nodes)


def test_what_is_computed_only_to_be_differentiated_is_read_too() -> None:
    def f(x: Any) -> Value:
        (slope,) = grad(log(x * w), [x], create_graph=True)
        return slope

    assert "log" in [primitive.name for primitive in both(record(f, (1.0,), None)).primitives]


def test_two_nodes_of_the_first_run_may_be_one_of_the_second() -> None:
    calls: list[None] = []

    def f(x: Any) -> Value:
        calls.append(None)
        a = square(x)
        return a + (square(x) if len(calls) == 1 else a)

    assert len(both(record(f, (1.0,), None)).nodes) == 2


@pytest.mark.parametrize("forget", [False, True])
def test_a_stale_graph_is_refused(forget: bool) -> None:
    leaf = Value(1.0)
    before: Callable[[Any], Value] = (lambda node: lambda x: node * x)(square(leaf))
    recorded = record(before, (1.0,), None)
    leaf.data = 2.0
    with pytest.raises(StaleGraphError):
        read(replace(recorded, computed=None) if forget else recorded)
