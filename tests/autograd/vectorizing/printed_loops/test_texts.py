"""Terms written as Python mean what was computed with them, brackets or not; so do long statements on several lines."""

from __future__ import annotations

import ast
from random import Random
from typing import Any

import numpy
import pytest

from autograd.table.operators import OPERATORS
from autograd.vectorizing.printed.naming import Names
from autograd.vectorizing.printed_loops.places import Places
from autograd.vectorizing.printed_loops.sequences import sum_of_sequence, sum_over_examples
from autograd.vectorizing.printed_loops.term_system import TERMS
from autograd.vectorizing.printed_loops.terms import Operand, apply, named
from autograd.vectorizing.printed_loops.texts import Texts
from autograd.vectorizing.printed_loops.wrapping import wrapped

_M, _N = 3, 4
_DRAW = numpy.random.default_rng(5)
NUMBERS: dict[str, Any] = {
    "a": _DRAW.uniform(0.5, 2.0),
    "x": _DRAW.uniform(0.5, 2.0, _M),
    "y": _DRAW.uniform(-2.0, 2.0, _M),
    "w": _DRAW.uniform(0.5, 2.0, _N),
    "h": _DRAW.uniform(-2.0, 2.0, (_N, _M)),
}
# Of what stands for sequences, the numbers in the shape of a sequence for each example.
WIDE = {"w": NUMBERS["w"][:, None]}


def texts() -> Texts:
    return Texts(Places([], {}, 0, Names([])), Names([]))


def value_of(operand: Operand) -> Any:
    writer = texts()
    text = writer.number(operand)
    scope = {name: getattr(numpy, name) for name in writer.from_numpy}
    with numpy.errstate(all="ignore"):
        return eval(text, {**scope, **NUMBERS, "abs": abs})


def names() -> dict[str, Operand]:
    return {
        "a": named("a", batched=False),
        "x": named("x", batched=True),
        "y": named("y", batched=True),
        "w": named("w", batched=False, length=_N),
        "h": named("h", batched=True, length=_N),
    }


@pytest.mark.parametrize("seed", range(60))
def test_any_expression(seed: int) -> None:
    draw = Random(seed)
    operators = ["negative", "abs", "divide", "less", "greater_equal", *(["add", "subtract", "multiply"] * 2)]
    pool: list[tuple[Operand, Any]] = [(term, WIDE.get(name, NUMBERS[name])) for name, term in names().items()]
    pool += [(number, number) for number in (1.0, -1.0, 2.5, -0.5)]
    for _ in range(7):
        operator = draw.choice(operators)
        count = 1 if operator in ("negative", "abs") else 2
        terms, numbers = zip(*[draw.choice(pool) for _ in range(count)], strict=True)
        with numpy.errstate(all="ignore"):
            result = OPERATORS[operator](*numbers) * 1.0
        pool.append((apply(operator, *terms), result))
    for term, expected in pool:
        given = value_of(term)
        # A sequence that is the same for all examples has no axis for these.
        given = given[:, None] if numpy.ndim(given) == 1 and len(given) == _N else given
        with numpy.errstate(all="ignore"):
            assert numpy.allclose(given, expected, rtol=1e-13, atol=1e-13, equal_nan=True), texts().text(term)


@pytest.mark.parametrize("first", ["a", "x", "w", "h"])
@pytest.mark.parametrize("second", ["w", "h"])
def test_sums_of_products(first: str, second: str) -> None:
    terms = names()
    product = apply("multiply", -terms[first], terms[second] - 0.5)
    numbers = -WIDE.get(first, NUMBERS[first]) * (WIDE.get(second, NUMBERS[second]) - 0.5)
    along = numbers.sum(axis=0) if numbers.shape[1] == _M else numbers.sum()
    assert numpy.allclose(value_of(sum_of_sequence(product, _N)), along, rtol=1e-13)
    if numbers.shape[1] == _M:
        assert numpy.allclose(value_of(sum_over_examples(product)), numbers.sum(axis=1), rtol=1e-13)


@pytest.mark.parametrize("condition", [0.25, 1.0, 2.0])
def test_a_choice_and_its_opposite(condition: float) -> None:
    x, y = names()["x"], names()["y"]
    chosen = TERMS.where(x < condition, 1.0, 2.0)
    numbers = NUMBERS["x"] < condition
    for place, holds in ((1, numbers), (2, ~numbers)):
        term = apply("multiply", y, TERMS.equal(chosen, float(place)))
        assert value_of(term).tolist() == numpy.where(holds, NUMBERS["y"], 0.0).tolist()


@pytest.mark.parametrize("width", [20, 40, 60])
def test_long_statements_are_the_same_statements(width: int) -> None:
    statements = [
        "loss = first * second + third @ (fourth - fifth) - sixth[1, 2:3]",
        "    dW[i, 2] += da @ x[t + 1] + (db - dc) * sech2(a[t, i]) * 2.0",
        "d = -(first_long_name * second_long_name) * third_long_name",
        "logits -= stack([a + b, c, d, e, f, g, h], axis=-1)",
        "add.at(dE, words[t], some_long_expression * another_long_expression)",
    ]
    for statement in statements:
        lines = wrapped(statement, width)
        assert ast.dump(ast.parse("\n".join(lines).strip())) == ast.dump(ast.parse(statement.strip()))
        assert all(line.startswith(statement[: len(statement) - len(statement.lstrip())]) for line in lines)


@pytest.mark.parametrize("seed", range(20))
def test_random_long_statements_are_the_same_statements(seed: int) -> None:
    draw = Random(seed)

    def expression(depth: int) -> str:
        if depth == 0 or draw.random() < 0.2:
            return draw.choice(["alpha", "beta[t, 2:5]", "gamma_with_a_name", "2.5", "d[i]"])
        inner = [expression(depth - 1) for _ in range(draw.randint(1, 4))]
        return draw.choice(
            [f"f({', '.join(inner)})", " + ".join(inner), f"({' - '.join(inner)})", f"stack([{', '.join(inner)}])"]
        )

    for _ in range(10):
        statement = (
            f"{'    ' * draw.randint(0, 2)}{draw.choice(['x = ', 'y[t + 1] += ', ''])}g({expression(4)}) * {expression(3)}"
        )
        lines = wrapped(statement, 50)
        assert ast.dump(ast.parse("\n".join(lines).strip())) == ast.dump(ast.parse(statement.strip()))
