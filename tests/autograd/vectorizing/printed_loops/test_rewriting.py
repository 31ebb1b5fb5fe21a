"""What is done to a rolled program before it is printed leaves its results as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from looping_programs import PROGRAMS, Drawn
from rolled_interpreter import Interpreter

from autograd import Value, square, tanh, total
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.printed_loops.rewriting.chains import without_chains
from autograd.vectorizing.printed_loops.rewriting.joining import joined
from autograd.vectorizing.printed_loops.rewriting.nesting import nested
from autograd.vectorizing.rolled.program import Index, Item, Loop, Operation, Place, RolledProgram
from autograd.vectorizing.rolled.rolling import roll


class Rolled:
    """A rolled program of a function, and its arguments."""

    def __init__(self, f: Callable[..., Any], *example: Any) -> None:
        recorded = record(f, example, None)
        self.program = roll(recorded)
        self._theta = [value.data for value in self.program.parameter_values]
        self._inputs = [[value.data for value in values] for values in recorded.arguments.values]

    def interpreted(self, program: RolledProgram) -> Interpreter:
        """The interpreter sees that each element is written once, and before it is read."""
        return Interpreter(program, self._theta, self._inputs)


def made(name: str, steps: int) -> Rolled:
    f, batch = PROGRAMS[name](Drawn(2, 1), steps)
    return Rolled(f, *[part[0].tolist() for part in batch])


def plain_sums() -> Rolled:
    """A layer written with + and ×, and the sum of its squares."""
    W, b = [[Value(0.1 * (i - j) + 0.05) for j in range(7)] for i in range(6)], [Value(0.2 * i + 0.1) for i in range(6)]

    def f(x: Any) -> Any:
        h = []
        for i in range(6):
            s: Any = 0.0
            for j in range(7):
                s = s + W[i][j] * x[j]
            h.append(tanh(s + b[i]))
        loss: Any = 0.0
        for one in h:
            loss = loss + one * one
        return loss

    return Rolled(f, [0.1 * k - 0.3 for k in range(7)])


def operations(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Loop):
            yield from operations(item.items)
        else:
            yield item.primitive.name


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("rewritten", [joined, nested], ids=lambda function: function.__name__)
def test_the_same_operations_give_the_same_bits(rewritten: Callable[[RolledProgram], RolledProgram], name: str) -> None:
    rolled = made(name, 12 if rewritten is nested else 5)
    before, after = rolled.interpreted(rolled.program), rolled.interpreted(rewritten(rolled.program))
    assert (after.loss, after.outputs, after.n_operations) == (before.loss, before.outputs, before.n_operations)


@pytest.mark.parametrize("name", [*PROGRAMS, "plain_sums"])
def test_sums_in_another_form_give_the_same_to_within_roundings(name: str) -> None:
    rolled = plain_sums() if name == "plain_sums" else made(name, 9)
    before, after = rolled.interpreted(rolled.program), rolled.interpreted(without_chains(rolled.program))
    assert after.loss == pytest.approx(before.loss, rel=1e-13)
    for one, values in before.outputs.items():
        assert after.outputs[one] == pytest.approx(values, rel=1e-13)


def test_sums_of_products_are_dot_products() -> None:
    before = plain_sums().program
    names = list(operations(without_chains(before).items))
    assert "multiply" in operations(before.items) and "multiply" not in names
    assert names.count("dot") == 2


def test_three_of_a_kind_are_a_loop() -> None:
    w = [Value(0.1 * k, f"w[{k}]") for k in range(3)]
    program = Rolled(lambda x: total([square(tanh(one * x)) for one in w]), 0.5).program
    (loop, summed) = joined(program).items
    assert isinstance(loop, Loop) and loop.trips == 3 and len(loop.items) == 3
    assert not isinstance(summed, Loop) and summed.primitive.name == "total"


def test_what_follows_from_one_another_is_left_alone() -> None:
    w = Value(0.5, "w")
    program = Rolled(lambda x: tanh(w * tanh(w * tanh(w * x))), 0.5).program
    assert not any(isinstance(item, Loop) for item in joined(program).items)


def test_a_table_of_two_counters_is_two_loops() -> None:
    """A loop over a matrix, row by row, whose columns are given by a table."""
    rolled = Rolled(lambda x: total([square(x[k]) for k in range(12)]), [0.1 * k for k in range(12)])
    loop = rolled.program.items[0]
    assert isinstance(loop, Loop) and isinstance(loop.items[0], Operation)
    (place,) = loop.items[0].slots
    assert isinstance(place, Place)
    # The elements column by column: 0, 4, 8, 1, 5, 9, …
    turned = tuple([4 * (k % 3) + k // 3 for k in range(12)])
    operation = replace(loop.items[0], slots=(Place(place.array, Index(0, (), turned, (1,))),))
    program = replace(rolled.program, items=[Loop(12, [operation]), *rolled.program.items[1:]])
    (outer, _) = nested(program).items
    assert isinstance(outer, Loop) and isinstance(outer.items[0], Loop)
    assert (outer.trips, outer.items[0].trips) == (4, 3)
    assert rolled.interpreted(nested(program)).loss == rolled.interpreted(program).loss
