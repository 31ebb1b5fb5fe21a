"""Short repetitions become loops over one array, and compute what they computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from looping_programs import PROGRAMS, Drawn
from rolled_interpreter import Interpreter

from autograd import Value, square, tanh, total
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.printed_loops.joining import joined
from autograd.vectorizing.rolled.program import Loop, RolledProgram
from autograd.vectorizing.rolled.rolling import roll


def rolled(f: Callable[..., Any], *example: Any) -> tuple[RolledProgram, list[float], list[list[float]]]:
    recorded = record(f, example, None)
    program = roll(recorded)
    inputs = [[value.data for value in values] for values in recorded.arguments.values]
    return program, [value.data for value in program.parameter_values], inputs


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_joined_program_computes_the_same_bits(name: str) -> None:
    f, batch = PROGRAMS[name](Drawn(2, 1), 5)
    program, theta, inputs = rolled(f, *[part[0].tolist() for part in batch])
    before, after = Interpreter(program, theta, inputs), Interpreter(joined(program), theta, inputs)
    assert (after.loss, after.outputs, after.n_operations) == (before.loss, before.outputs, before.n_operations)


def test_three_of_a_kind_are_a_loop() -> None:
    w = [Value(0.1 * k, f"w[{k}]") for k in range(3)]
    program, *_ = rolled(lambda x: total([square(tanh(one * x)) for one in w]), 0.5)
    (loop, summed) = joined(program).items
    assert isinstance(loop, Loop) and loop.trips == 3 and len(loop.items) == 3
    assert not isinstance(summed, Loop) and summed.primitive.name == "total"


def test_what_follows_from_one_another_is_left_alone() -> None:
    w = Value(0.5, "w")
    program, *_ = rolled(lambda x: tanh(w * tanh(w * tanh(w * x))), 0.5)
    assert not any(isinstance(item, Loop) for item in joined(program).items)
