"""What repeats in a recorded graph is a loop in the rolled program, whose text does not grow with the number of repetitions."""

from __future__ import annotations

from typing import Any

import pytest
from rolled_checks import rolled
from rolled_interpreter import n_lines
from sequence_programs import PROGRAMS

from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.rolled.program import Loop, RolledProgram
from autograd.vectorizing.rolled.rolling import roll


def rolled_program(name: str, *sizes: Any, exact: bool = False) -> RolledProgram:
    f, example = PROGRAMS[name](*sizes)
    return rolled(f, *example, exact=exact)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_with_loops_computes_what_was_recorded(name: str) -> None:
    rolled_program(name)


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_exact_program_with_loops_computes_all_that_was_recorded(name: str) -> None:
    rolled_program(name, exact=True)


SIZES: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "lotka_volterra": ((20,), (45,)),
    "runge_kutta": ((12,), (20,)),
    "rnn": ((9,), (14,)),
    "gru": ((9,), (12,)),
    "lstm": ((9,), (12,)),
    "hidden_markov": ((9,), (14,)),
    "kalman": ((12,), (19,)),
    "soft_dtw": ((8, 9), (11, 12)),
    "mixture": ((12,), (25,)),
    "prefix_sums": ((12,), (25,)),
    "skips": ((12,), (25,)),
    "backwards": ((12,), (25,)),
    "heat": ((12, 9), (16, 12)),
    "shortest_path": ((8, 7), (9, 11)),
    "convolution": ((16,), (30,)),
    "polynomial": ((8, 9), (12, 14)),
    "attention": ((7,), (9,)),
}


@pytest.mark.parametrize("name", SIZES)
def test_the_text_does_not_grow_with_the_number_of_repetitions(name: str) -> None:
    shorter, longer = (rolled_program(name, *sizes) for sizes in SIZES[name])
    assert shorter.n_nodes < longer.n_nodes
    assert n_lines(shorter) == n_lines(longer)


LINES = {
    "lotka_volterra": 19,
    "runge_kutta": 67,
    "rnn": 9,
    "rnn_of_lists": 9,
    "rnn_of_sums": 16,
    "gru": 27,
    "lstm": 29,
    "mixture": 12,
    "polynomial": 7,
    "prefix_sums": 5,
    "backwards": 10,
    "convolution": 8,
    "bundle_adjustment": 17,
    "splines": 12,
    "sparse_graph": 16,
    "shortest_path": 5,
    "attention": 34,
    "two_recurrences": 16,
}


@pytest.mark.parametrize("name", LINES)
def test_how_long_the_text_is(name: str) -> None:
    f, example = PROGRAMS[name]()
    assert n_lines(roll(record(f, example, None))) == LINES[name]


def test_the_first_repetition_of_a_recurrence_is_in_its_loop() -> None:
    program = rolled_program("lotka_volterra", 30)
    (loop,) = [item for item in program.items if isinstance(item, Loop)]
    assert (loop.trips, len(loop.items)) == (30, 12)


def test_numbers_of_a_loop_of_loops_lie_close_together() -> None:
    program = rolled_program("rnn", 10, 6, 3)
    sizes = {
        operation.result.array: operation.result.array.size for operation, around in program.operations() if len(around) == 2
    }
    # The states have their initial values too.
    assert sorted(sizes.values()) == [60, 60, 60, 60, 66]
    indices = {operation.result.index.steps for operation, around in program.operations() if len(around) == 2}
    assert indices == {(6, 1)}
