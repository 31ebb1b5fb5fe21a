"""The interpreter that the tests of rolled programs rest on notices programs that are wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rolled_checks import check
from rolled_interpreter import Interpreter

from autograd import Value, tanh, total
from autograd.table.primitives import TABLE
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.rolled.program import Array, Index, Kind, Loop, Operation, Place, RolledProgram, Run
from autograd.vectorizing.rolled.rolling import roll

N = 3
X = Array(Kind.INPUT, N, batched=True)


def running_sum(first: int = 0, result: int = 1, read: int = 0, trips: int = N, *, batched: bool = True) -> Interpreter:
    """s[0] = x[0], and then s[t + 1] = s[t] + x[t]: with mistakes if the indices are others."""
    sums = Array(Kind.COMPUTED, N + 1, batched=batched)
    node = Value(0.0)
    start = Operation(TABLE["total"], ((Run(X, Index(0), 1),),), Place(sums, Index(first)), node)
    step = Operation(
        TABLE["add"], (Place(sums, Index(read, (1,))), Place(X, Index(0, (1,)))), Place(sums, Index(result, (1,))), node
    )
    program = RolledProgram([start, Loop(trips, [step])], Array(Kind.PARAMETERS, 0, active=True), [], [X], Place(sums, Index(N)))
    return Interpreter(program, [], [[1.0, 2.0, 4.0]])


def test_a_right_program() -> None:
    assert running_sum().loss == 8.0


def test_an_element_that_is_written_twice() -> None:
    with pytest.raises(AssertionError, match="each element is written once"):
        running_sum(result=0)


def test_an_element_that_is_read_too_early() -> None:
    with pytest.raises(AssertionError, match="computed before they are read"):
        running_sum(read=1)


def test_an_index_outside_its_array() -> None:
    with pytest.raises(AssertionError):
        running_sum(trips=N + 1)


def test_an_array_that_should_differ_from_example_to_example() -> None:
    with pytest.raises(AssertionError):
        running_sum(batched=False)


def test_a_program_that_computes_something_else_is_noticed() -> None:
    a = Value(0.5)
    recorded = record(lambda x: total([tanh(a * one) for one in x]), ([0.1 * k for k in range(9)],), None)
    program = roll(recorded)
    check(recorded, program)
    loop = program.items[0]
    assert isinstance(loop, Loop)
    operation = loop.items[1]
    assert isinstance(operation, Operation)
    operation.primitive = TABLE["sin"]
    with pytest.raises(AssertionError):
        check(recorded, program)


def test_a_place_that_is_wrong_in_one_repetition_is_noticed() -> None:
    a = Value(0.5)
    recorded = record(lambda x: total([tanh(a * one) for one in x]), ([0.1 * k for k in range(9)],), None)
    program = roll(recorded)
    loop = program.items[0]
    assert isinstance(loop, Loop)
    operation = loop.items[0]
    assert isinstance(operation, Operation)
    slots = [slot for slot in operation.slots if isinstance(slot, Place)]
    wrong = [replace(slot, index=Index(0, (), (0, 1, 2, 3, 3, 5, 6, 7, 8), (1,))) if slot.index.steps else slot for slot in slots]
    operation.slots = tuple(wrong)
    with pytest.raises(AssertionError):
        check(recorded, program)
