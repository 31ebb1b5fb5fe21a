"""Rows that change with the step, by where their numbers come from, how these lie, and what reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, examples_of
from printed_program import Printed

from autograd import Value, argmax, dot, logsumexp, maximum, pick, sin, square, tanh, total, vectorize

DRAW = numpy.random.default_rng(1)
BATCH = [DRAW.uniform(-1.0, 1.0, (5, 24)), DRAW.integers(0, 6, (5, 12))]
WEIGHTS = [Value(one) for one in DRAW.uniform(-1.0, 1.0, 24).round(3).tolist()]

SOURCES: dict[str, Callable[[Any], Sequence[Any]]] = {
    "of the example": lambda x: x,
    "parameters": lambda x: WEIGHTS,
    "of parameters": lambda x: [square(w) for w in WEIGHTS],
    "of both": lambda x: [sin(w * one) for w, one in zip(WEIGHTS, x, strict=True)],
}
ROWS: dict[str, Callable[[Any, int], Any]] = {
    "side by side": lambda s, t: s[8 * (t * t % 3) :][:6],
    "backwards": lambda s, t: s[8 * (t * t % 3) :][:6][::-1],
    "every second": lambda s, t: [*s[7 * (t % 3) :][:10:2], s[0]],
    "every second, backwards": lambda s, t: [*s[7 * (t % 3) :][:10:2][::-1], s[3]],
    "one again and again": lambda s, t: [s[7 * (t % 3)]] * 6,
    "in no order": lambda s, t: [s[(5 * i + t * t) % 24] for i in range(6)],
    "shifted": lambda s, t: s[(0, 9, 4)[t % 3] + t // 3 :][:6],
}
USES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "total": lambda row, word, x: total(row),
    "dot": lambda row, word, x: dot(row, x[:6]),
    "pick": lambda row, word, x: pick(row, word),
    "logsumexp": lambda row, word, x: logsumexp(row),
    "maximum": lambda row, word, x: maximum(*row),
    "pick at the largest": lambda row, word, x: pick(row, argmax(x[:6])),
}


def reading(source: str, row: str, uses: Sequence[str]) -> Callable[[Any, Any], Any]:
    """A function with a loop that reads a row in some ways."""

    def f(x: Any, words: Any) -> Any:
        numbers, y = SOURCES[source](x), x[0]
        for t, word in enumerate(words):
            y = sin(y * 0.5 + total([USES[use](ROWS[row](numbers, t), word, x) for use in uses]) + WEIGHTS[3])
            for w in WEIGHTS[1:3]:
                y = tanh(y + w)
        return y

    return f


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("source", ["parameters", "of both"])
def test_machine_code(source: str, row: str) -> None:
    pytest.importorskip("llvmlite")
    f = reading(source, row, list(USES))
    program = vectorize(f, *[array[0].tolist() for array in BATCH], engine="native")
    assert_close(program, BATCH, Eager(f, examples_of(BATCH), program.parameters.values))


@pytest.mark.parametrize("uses", [["total", "dot"], ["logsumexp", "maximum"], ["pick"], ["pick at the largest"]], ids=", ".join)
@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("source", SOURCES)
def test_printed_loops(source: str, row: str, uses: list[str]) -> None:
    Printed(reading(source, row, uses), BATCH).assert_agrees(3)


def test_a_choice_from_a_row_that_the_turn_before_computed() -> None:
    """What it gives that row must outlast the end of the turn, when the row of this turn has got all of its gradient."""

    def f(x: Any, words: Any) -> Any:
        row: Any = WEIGHTS[:9]
        y = x[0]
        for t, word in enumerate(words):
            y = y * 0.5 + pick(row, word) + x[t]
            row = [sin(w * y) for w in WEIGHTS[:9]]
        return y * 0.5 + pick(row, words[0])

    Printed(f, BATCH).assert_agrees(3)
