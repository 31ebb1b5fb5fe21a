"""What repeats in a recorded graph is a loop in the rolled program, whose text does not grow with the number of repetitions."""

from __future__ import annotations

from typing import Any

import pytest
from rolled_checks import rolled
from rolled_interpreter import n_lines
from sequence_programs import PROGRAMS

from autograd.vectorizing.rolled.program import RolledProgram


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
