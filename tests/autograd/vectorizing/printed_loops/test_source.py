"""The printed source of rolled programs: what it computes, how long it is, and how it reads."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from random import Random
from typing import Any

import numpy
import pytest
from looping_programs import PROGRAMS, SEQUENCES, Drawn
from printed_program import Printed
from random_programs import RandomProgram
from structured_programs import StructuredProgram

from autograd import Value, dot, functions, grad, logsumexp, maximum, minimum, pick, primitive, square, tanh, total
from autograd.table.operators import OPERATORS
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY, Primitive
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.printed_loops.source import source_of
from autograd.vectorizing.rolled.rolling import roll

_M = 7


def printed(name: str, steps: int, seed: int = 1) -> Printed:
    return Printed(*PROGRAMS[name](Drawn(seed, _M), steps))


# ------------------------------------------------------------------------------------------------ what it computes


@pytest.mark.parametrize("steps", [3, 9])
@pytest.mark.parametrize("name", PROGRAMS)
def test_loops_compute_what_the_eager_engine_computes(name: str, steps: int) -> None:
    printed(name, steps).assert_agrees(1, 2, _M)


@pytest.mark.parametrize("seed", range(10))
def test_random_programs(seed: int) -> None:
    program = RandomProgram(seed)
    Printed(program, program.batch).assert_agrees(1, 2, _M)


@pytest.mark.parametrize("seed", [*range(14), 2034])
def test_structured_programs(seed: int) -> None:
    program = StructuredProgram(seed)
    batch = program.batch()
    Printed(program, batch, program.given_parameters()).assert_agrees(1, 2, _M if batch else 1)


FIXED = [primitive for primitive in TABLE.values() if primitive.arity in (1, 2)]


@pytest.mark.parametrize("primitive", FIXED, ids=lambda primitive: primitive.name)
def test_each_line_of_the_table_at_all_its_points(primitive: Primitive) -> None:
    """The operands are parameters, so that the gradient is the derivatives."""
    f = OPERATORS.get(primitive.name) or getattr(functions, primitive.name)
    points = [point if isinstance(point, tuple) else (point,) for point in primitive.points]
    n_compared = 0
    program: Printed | None = None
    for numbers in points:
        leaves = [Value(number) for number in numbers]
        try:
            result = f(*leaves)
        except (ArithmeticError, ValueError):
            continue
        expected = grad(result, leaves)
        program = program or Printed(lambda leaves=leaves: f(*leaves), [], leaves)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss, gradient = program.scope["value_and_grad"](numpy.array(numbers, float)[: len(program.values)])
        pairs = [(loss, result.data), *zip(gradient, expected, strict=True)]
        for given, wanted in pairs:
            assert given == pytest.approx(wanted, rel=1e-12, abs=1e-300, nan_ok=math.isnan(wanted)), (primitive.name, numbers)
        n_compared += 1
    assert n_compared >= min(4, len(points))


@pytest.mark.parametrize("primitive", [p for p in TABLE.values() if p.arity == MANY], ids=lambda primitive: primitive.name)
def test_primitives_of_sequences(primitive: Primitive) -> None:
    """Of parameters and of numbers of examples, one by one and in a row."""
    f = getattr(functions, primitive.name)
    w = [Value(0.3 * k - 0.7, f"w[{k}]") for k in range(6)]
    batch = [numpy.random.default_rng(3).uniform(-1.0, 1.0, (_M, 6)), numpy.arange(_M) % 3]

    def of(candidates: Any, index: Any) -> Any:
        if primitive.name == "where":
            return f(candidates[0] < candidates[1], candidates[1], candidates[2])
        if primitive.name == "pick":
            return f(candidates, index)
        return f(candidates, candidates[::-1]) if primitive.name == "dot" else f(candidates)

    def loss(x: Any, index: Any) -> Any:
        products = [one * other for one, other in zip(w, x, strict=True)]
        mixed = of([w[0], products[1] + 1.0, x[2], Value(0.2)], index)
        return of(w, index) + 2.0 * of(products, index) + mixed * w[5] + of(x, index) * w[4] + of(products, 2.0)

    Printed(loss, batch).assert_agrees(1, 2, _M)


def test_operands_in_no_order_stand_in_a_table() -> None:
    program = printed("permuted", 150)
    program.assert_agrees(1, 3)
    assert "h = tanh(a)" in lines_of(program) and "places = array([" in lines_of(program)


def test_a_choice_among_one_and_the_same() -> None:
    w = Value(0.5, "w")

    def f(x: Any, index: Any) -> Any:
        h = [tanh(w * one) for one in x]
        return maximum([h[2]] * 9) + minimum([w * w] * 5) + pick([h[1]] * 6, index) + logsumexp([h[0]] * 7) + total([h[3]] * 5)

    batch = [numpy.random.default_rng(3).uniform(-1.0, 1.0, (_M, 8)), numpy.arange(_M) % 6]
    Printed(f, batch).assert_agrees(1, 2, _M)


def test_a_choice_among_one_and_the_same_that_changes_with_the_step() -> None:
    weights = [Value(0.5), Value(-0.2)]

    def f(x: Any, words: Any) -> Any:
        y = x[0]
        for t, word in enumerate(words):
            of_parameters, of_data = pick([weights[t % 2] * 0.5] * 6, word), pick([x[t % 2] * 0.5] * 6, word)
            for w in [*weights, *weights]:
                y = tanh(y + w)
            y = y * 0.5 + of_parameters * of_data
        return y

    draw = numpy.random.default_rng(3)
    batch = [draw.uniform(-1.0, 1.0, (_M, 12)), draw.integers(0, 6, (_M, 12))]
    Printed(f, batch).assert_agrees(1, 2, _M)


def test_single_precision_stays_single() -> None:
    program = printed("recurrent_network", 6)
    arrays = [array.astype(numpy.float32) for array in program._arrays(_M)]
    loss, gradient = program.scope["value_and_grad"](program.theta.astype(numpy.float32), *arrays)
    assert loss.dtype == gradient.dtype == numpy.float32
    expected, in_doubles = program.run(_M)
    assert loss == pytest.approx(expected, rel=1e-4)
    assert numpy.abs(gradient - in_doubles).max() < 1e-4 * numpy.abs(in_doubles).max()


def test_programs_with_next_to_nothing_in_them() -> None:
    w, unused = Value(0.5, "w"), Value(2.0, "unused")
    x = numpy.array([1.0, 2.0, 3.0])
    Printed(lambda x: w, [x]).assert_agrees(1, 3)
    Printed(lambda x: x, [x]).assert_agrees(1, 3)
    Printed(lambda x: Value(2.0), [x]).assert_agrees(1, 3)
    Printed(lambda: w * w + 1.0, []).assert_agrees(1)
    Printed(lambda x: x * 2.0 + w * 0.0, [x], [unused, w]).assert_agrees(1, 3)
    recorded = record(lambda x: x * w, (1.0,), None)
    scope: dict[str, Any] = {}
    exec(source_of(roll(recorded), recorded, 3), scope)
    loss, gradient = scope["value_and_grad"](numpy.array([0.5, 7.0, 7.0]), x)
    assert loss == 1.0 and gradient.tolist() == [2.0, 0.0, 0.0]


def test_names_of_the_users_hide_nothing() -> None:
    t, exp = [Value(0.5, "t"), Value(0.25, "exp")]
    range_ = [Value(0.1 * k, f"range[{k}]") for k in range(8)]

    def f(sum: Any, m: Any, i: Any) -> Value:
        h: Any = t
        for k in range(8):
            h = tanh(h * range_[k] + sum[k]) * exp
        return square(h - m * i)

    batch = [numpy.linspace(-1.0, 1.0, 16).reshape(2, 8), numpy.array([1.0, 2.0]), numpy.array([0.5, 0.1])]
    Printed(f, batch).assert_agrees(1, 2)


# ------------------------------------------------------------------------------------------------ how long it is


@pytest.mark.parametrize("name", SEQUENCES)
def test_more_steps_take_no_more_lines(name: str) -> None:
    short, long = [printed(name, steps).source for steps in (12, 24)]
    assert len(long.splitlines()) == len(short.splitlines())
    assert "for t in range(" in short and "for t in reversed(range(" in short


@pytest.mark.parametrize("name", PROGRAMS)
def test_lines_are_no_longer_than_lines_of_print(name: str) -> None:
    assert max(map(len, printed(name, 9).source.splitlines())) <= 120


# ------------------------------------------------------------------------------------------------ how it reads


def lines_of(program: Printed) -> list[str]:
    return [line.strip() for line in program.source.splitlines()]


def test_a_recurrent_network_reads_as_in_a_textbook() -> None:
    lines = lines_of(printed("recurrent_network", 9))
    forward, backward = lines.index("for t in range(9):"), lines.index("for t in reversed(range(9)):")
    assert lines[forward + 1 : forward + 3] == ["a[t] = W @ x[t] + U @ h[t] + b[:, None]", "h[t + 1] = tanh(a[t])"]
    assert lines[backward + 1 : backward + 6] == [
        "da = dh[t + 1] * sech2(a[t])",
        "db += da.sum(axis=1)",
        "dU += da @ h[t].T",
        "dh[t] += U.T @ da",
        "dW += da @ x[t].T",
    ]


def test_a_classifier_reads_as_in_a_textbook() -> None:
    lines = lines_of(printed("classifier", 4))
    for line in ("a = W @ x + b[:, None]", "h = relu(a)", "scores = U @ h + c[:, None]", "dU += dscores @ h.T", "dW += da @ x.T"):
        assert line in lines, lines


def test_sums_of_products_read_as_products_of_matrices() -> None:
    lines = lines_of(printed("turned_weights", 6))
    for line in ("a = W @ x", "h = tanh(a)", "z = U @ h", "dU += dz @ h.T", "dh = U.T @ dz", "dW += da @ x.T"):
        assert line in lines, lines


def test_parameters_without_labels_get_the_letters_of_textbooks() -> None:
    lines = lines_of(printed("recurrent_network_without_labels", 9))
    assert "a[t] = W @ x[t] + U @ h[t] + b[:, None]" in lines


def test_labels_that_cannot_be_printed_do_no_harm() -> None:
    w = [Value(0.1, "a\nb[0]"), Value(0.2, "a\nb[1]")]
    Printed(lambda x: dot(w, x), [numpy.ones((2, 2))]).assert_agrees(2)


# ------------------------------------------------------------------------------------------------ of any size


def test_sums_of_very_many_terms_and_numbers_with_very_many_readers() -> None:
    """More than Python's own limit of recursion allows one in another."""
    w = [Value(0.001 * k, f"w[{k}]") for k in range(1100)]
    shuffled = Random(3).sample(range(1100), 1100)

    def f(x: Any) -> Value:
        h = [functions.sin(one * x) if k % 3 else functions.cos(one + x) for k, one in enumerate(w)]
        many = total([h[k] * x for k in shuffled])
        return dot([h[k] for k in shuffled], w) + many

    program = Printed(f, [numpy.array([0.5, -0.3])])
    program.assert_agrees(1, 2)
    assert max(map(len, program.source.splitlines())) <= 120


@pytest.mark.usefixtures("own_primitives")
def test_primitives_of_the_users_own() -> None:
    log_of = primitive("logcosh_of_the_test", "ln cosh", lambda m, x: m.log(m.cosh(x)), lambda m, x, y: m.tanh(x))
    product_of = primitive(
        "product_of_the_test", "∏",
        lambda m, x: _product(x), lambda m, x, y: [_product([*x[:k], *x[k + 1 :]]) for k in range(len(x))], many=True,
    )  # fmt: skip
    w = [Value(0.3 * k + 0.2, f"w[{k}]") for k in range(5)]
    Printed(
        lambda x: log_of(w[0] * x) + product_of([one * x for one in w]) * product_of(w), [numpy.array([0.5, -0.3, 2.0])]
    ).assert_agrees(1, 3)


def _product(numbers: Sequence[Any]) -> Any:
    result = numbers[0]
    for number in numbers[1:]:
        result = result * number
    return result
