"""The first repetition of a recurrence joins its loop, and its initial values are copied to where the loop reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rolled_checks import is_copy, rolled
from rolled_interpreter import n_lines
from sequence_programs import PROGRAMS

from autograd import Value, dot, exp, sigmoid, tanh, total
from autograd.vectorizing.rolled import choosing, placing, rolling
from autograd.vectorizing.rolled.placing import CollisionError
from autograd.vectorizing.rolled.program import Kind, Loop, RolledProgram

T, H = 12, 5
X = [0.1 * t - 0.5 for t in range(T)]
a, b = Value(0.3, "a"), Value(0.7, "b")


def copies(program: RolledProgram) -> list[Kind]:
    """Where what is copied comes from."""
    operations = [operation for operation, _ in program.operations() if is_copy(operation)]
    return [slot[0].array.kind for operation in operations for slot in operation.slots if isinstance(slot, tuple)]


STARTS: dict[str, tuple[Callable[[Any], Any], Kind]] = {
    "a constant": (lambda x: 0.25, Kind.CONSTANTS),
    "a parameter": (lambda x: b, Kind.PARAMETERS),
    "an input": (lambda x: x[3], Kind.INPUT),
    "computed": (lambda x: sigmoid(b * x[0]), Kind.COMPUTED),
}


@pytest.mark.parametrize("start", STARTS)
def test_an_initial_value_is_copied(start: str) -> None:
    initial, kind = STARTS[start]

    def f(x: Any) -> Value:
        h = initial(x)
        between = exp(x[1])
        for one in x:
            h = tanh(a * h + one)
        return h * between

    program = rolled(f, X)
    assert copies(program) == [kind]
    loops = [item for item in program.items if isinstance(item, Loop)]
    assert [loop.trips for loop in loops] == [T]
    assert len(loops[0].items) == 3


def test_a_vector_of_initial_values_is_copied_in_a_loop() -> None:
    W = [[Value(0.1 * i - 0.07 * j) for j in range(H)] for i in range(H)]

    def f(x: Any) -> Value:
        h: Any = [0.1 * j for j in range(H)]
        for one in x:
            h = [tanh(dot(row, h) + one) for row in W]
        return total(h)

    program = rolled(f, X)
    assert copies(program) == [Kind.CONSTANTS]
    assert [item.trips for item in program.items if isinstance(item, Loop)] == [H, T]
    assert n_lines(program) == 1 + 3 + 1


def test_a_single_read_of_a_vector_is_copied_with_the_vector() -> None:
    W = [[Value(0.1 * i - 0.07 * j) for j in range(H)] for i in range(H)]

    def f(x: Any) -> Value:
        h: Any = [0.0] * H
        loss: Any = 0.0
        for one in x:
            loss = loss + h[2] * one
            h = [tanh(dot(row, h) + one) for row in W]
        return total([loss, *h])

    assert copies(rolled(f, X)) == [Kind.CONSTANTS] * 2


def test_two_initial_values_of_one_place_are_two_values() -> None:
    """0.0 and -0.0, which a comparison would take for the same."""

    def f(x: Any) -> Any:
        u: Any = 0.0
        v: Any = -0.0
        results = []
        for one in x:
            results += [u * one, v * one]
            u, v = tanh(a * one), tanh(b * one)
        return total(results), {"results": results}

    rolled(f, X)


def test_what_is_the_same_in_all_repetitions_comes_before_the_loop() -> None:
    def f(x: Any) -> Value:
        h: Any = 0.0
        for one in x:
            h = tanh(exp(a) * h + sigmoid(b) * one)
        return h

    program = rolled(f, X)
    assert [operation.primitive.name for operation, around in program.operations() if not around] == ["exp", "sigmoid", "total"]
    assert n_lines(program) == 3 + 4


def test_an_initial_value_that_is_where_it_would_be_copied_to_is_not_copied() -> None:
    def f(x: Any) -> Value:
        h = sigmoid(a * x[0])
        for one in x[1:]:
            h = tanh(a * h + one)
        return h

    program = rolled(f, X)
    assert [operation.primitive.name for operation, around in program.operations() if not around] == ["multiply", "sigmoid"]


def test_a_repetition_that_differs_in_more_stands_before_the_loop() -> None:

    def f(x: Any) -> Value:
        h: Any = 0.5
        for t, one in enumerate(x):
            h = tanh(a * h + one) if t else tanh(a * h - one)
        return h

    program = rolled(f, X)
    assert copies(program) == []
    assert [item.trips for item in program.items if isinstance(item, Loop)] == [T - 1]


def test_what_was_computed_before_a_loop_around_is_no_recurrence_of_it() -> None:
    """The last loop reads each of h[1:] in each turn of the loop around: there is no place for what stands there at first."""

    def f(x: Any) -> Value:
        h: Any = [x[0]]
        for one in x[:4]:
            h.append(tanh(a * h[-1] + one))
        y: Any = x[0]
        for one in x:
            y = y * 0.5 + tanh(b * one)
            for again in h[1:]:
                y = y * 0.5 + again
        return y

    loops = [item for item in rolled(f, X).items if isinstance(item, Loop)]
    assert sum(loop.trips for loop in loops if any(isinstance(item, Loop) for item in loop.items)) in (T - 1, T)


def test_an_exact_program_copies_nothing() -> None:
    def f(x: Any) -> Value:
        h: Any = b
        for one in x:
            h = tanh(a * h + one)
        return h

    program = rolled(f, X, exact=True)
    assert copies(program) == []
    assert n_lines(program) == 6


def test_where_a_copy_would_be_in_the_way_nothing_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    places = placing.Places
    refused = []

    def refusing(lines: Any, *others: Any) -> Any:
        if any(line.reader is not None for line in lines):
            refused.append(lines)
            raise CollisionError
        return places(lines, *others)

    monkeypatch.setattr(rolling, "Places", refusing)

    def f(x: Any) -> Value:
        h: Any = b
        for one in x:
            h = tanh(a * h + one)
        return h

    assert copies(rolled(f, X)) == []
    assert len(refused) == 1


def test_a_repetition_that_reads_what_it_computes_itself_stands_before_the_loop() -> None:
    """A copy would come before what is copied."""

    def f(x: Any) -> Value:
        before = None
        results = []
        for one in x:
            u = tanh(a * one)
            results.append(sigmoid(one * (u if before is None else before)))
            before = u
        return total(results)

    assert copies(rolled(f, X)) == []


def test_what_depends_on_the_first_repetition_does_not_come_before_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    # In the order of primitives, the first repetition is in line with the others.
    monkeypatch.setattr(choosing, "_LONG", 0)
    monkeypatch.setattr(choosing, "_MOST_IN_A_LINE", 1000)

    def f(x: Any) -> Value:
        h: Any = 0.0
        first: Any = None
        for one in x:
            u = tanh(a * h + one)
            if first is None:
                first = exp(u)
            h = sigmoid(u)
        return h * first

    program = rolled(f, X)
    assert copies(program) == []
    assert [item.trips for item in program.items if isinstance(item, Loop)] == [T - 1]


def test_an_array_has_no_gaps_where_an_initial_value_chances_to_be_next_to_it() -> None:
    f, example = PROGRAMS["hidden_markov"](20, 5)
    program = rolled(f, *example)
    sizes = {operation.result.array: operation.result.array.size for operation, _ in program.operations()}
    assert sum(sizes.values()) <= program.n_nodes
