"""Programs with loops in machine code against the eager engine, for any number of lanes and examples."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, examples_of
from sequence_programs import PROGRAMS

from autograd import Value, argmax, dot, exp, logsumexp, pick, square, tanh, total, vectorize
from autograd.vectorizing.native import backend

pytest.importorskip("llvmlite")

LANES = (1, 2, 4, 8)


def batch_around(example: Any, m: int) -> list[Any]:
    """Examples near the one given, which comes first."""
    draw = numpy.random.default_rng(m)
    batch = []
    for argument in example:
        numbers = numpy.repeat(numpy.asarray(argument, float)[None], m, 0)
        numbers[1:] += draw.uniform(-0.1, 0.1, numbers[1:].shape)
        batch.append(numbers)
    return batch


@pytest.mark.parametrize("name", PROGRAMS)
def test_sequences(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    f, example = PROGRAMS[name]()
    lanes = LANES[list(PROGRAMS).index(name) % 4]
    monkeypatch.setattr(backend, "_lanes_for", lambda rolled: lanes)
    program = vectorize(f, *example, engine="native")
    for m in (1, lanes + 1):
        batch = batch_around(example, m)
        assert_close(program, batch, Eager(f, examples_of(batch), program.parameters.values))


W, E = [[Value(0.1 * (i - j) + 0.05) for j in range(3)] for i in range(3)], [Value(0.3 - 0.05 * k) for k in range(12)]
a, b = Value(0.7, "a"), Value(-0.4, "b")


def everything(x: Any, words: Any, y: Any) -> Any:
    """A recurrence, long and short sums, look-ups by the data, numbers of parameters alone in loops, outputs in loops."""
    h: Any = [0.0, 0.1, -0.2]
    hidden = []
    q: Any = a
    for t in range(9):
        q = tanh(q * b + 0.1 * t)
        h = [tanh(dot(W[j], h) + x[t] * exp(a) + pick(E, words[t]) * q) for j in range(3)]
        hidden.append(h)
    flat = [one for row in hidden for one in row]
    score = logsumexp([dot(flat, flat[::-1]), *flat[:8]]) + pick(flat, argmax(flat))
    return square(score - y) + total([one * one * (0.1 * k) for k, one in enumerate(flat)]), {"hidden": hidden, "q": q}


@pytest.mark.parametrize("lanes", LANES)
def test_any_number_of_examples_with_any_number_of_lanes(lanes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_lanes_for", lambda rolled: lanes)
    draw = numpy.random.default_rng(lanes)
    whole = [draw.uniform(-1, 1, (33, 9)), draw.integers(0, 12, (33, 9)), draw.uniform(-1, 1, 33)]
    program = vectorize(everything, *(array[0].tolist() for array in whole), engine="native")
    theta = program.parameters.read()
    values = program.parameters.values
    each = [Eager(everything, examples_of([array[k : k + 1] for array in whole]), values) for k in range(33)]
    for m in sorted({1, 2, 3, lanes - 1, lanes, lanes + 1, 2 * lanes, 33} - {0}):
        batch = [array[:m] for array in whole]
        loss, gradient = program.value_and_grad(theta, *batch)
        assert loss == pytest.approx(numpy.mean([one.loss for one in each[:m]]), rel=1e-12)
        wanted = numpy.mean([one.gradient for one in each[:m]], axis=0)
        scale = numpy.mean([one.size for one in each[:m]], axis=0)
        assert (abs(gradient - wanted) <= 1e-12 * numpy.maximum(scale, 1.0)).all()
        assert program.losses(theta, *batch) == pytest.approx([one.loss for one in each[:m]], rel=1e-12)
    outputs = program.outputs(theta, *whole)
    for row in (0, 1, 31, 32):
        _, wanted = everything(*examples_of([array[row : row + 1] for array in whole])[0])
        assert outputs["hidden"].shape == (33, 9, 3) and outputs["q"].shape == (33,)
        assert outputs["hidden"][row].ravel().tolist() == pytest.approx(
            [one.data for h in wanted["hidden"] for one in h], rel=1e-12
        )
        assert outputs["q"][row] == pytest.approx(wanted["q"].data, rel=1e-13)


def test_a_number_of_the_example_that_parameters_choose() -> None:
    """The place is the same for all examples, what is there is not."""
    w = [Value(0.1), Value(0.9), Value(0.3)]

    def f(x: Any) -> Any:
        return square(pick(x, argmax(w)) * w[0]) + pick([square(one) for one in x], argmax(w) * 4.0)

    batch = [numpy.arange(55.0).reshape(5, 11) / 20]
    program = vectorize(f, batch[0][0].tolist(), engine="native")
    assert_close(program, batch, Eager(f, examples_of(batch), program.parameters.values))


def test_the_place_of_an_extreme_among_others() -> None:
    """An element at the place of the largest is that largest number only where it is chosen from the same numbers."""
    w = [Value(0.1), Value(0.9), Value(0.3)]

    def f(x: Any) -> Any:
        place = argmax(x)
        return pick(w, place) + pick(x, place) * pick([x[2], x[1], x[0]], place) + pick([*x, w[0]], place) * w[1]

    batch = [numpy.array([[0.1, 0.5, 0.2], [0.9, 0.5, 0.2], [0.3, 0.3, 0.4], [0.2, 0.2, 0.2]])]
    program = vectorize(f, batch[0][0].tolist(), engine="native")
    assert_close(program, batch, Eager(f, examples_of(batch), program.parameters.values))


def test_a_choice_among_equal_numbers() -> None:
    """A row that repeats one number has no step of its own, and the loop around it has one: which must not be taken for it."""
    w = [Value(0.1 * k - 0.4) for k in range(12)]

    def f(x: Any, words: Any) -> Any:
        y: Any = pick([0.25] * 9, words[0]) * w[0] + pick([w[1]] * 9, words[1]) * pick([x[0]] * 10, words[2])
        for t in range(12):
            chosen = pick([w[t]] * 9, words[t]) + pick([x[t]] * 9, words[t]) * pick([0.5 * t] * 9, words[t])
            y = tanh(y + chosen + pick([y] * 9, words[t]))
        return square(y) + pick([0.25 - 0.5] * 9, words[3])

    draw = numpy.random.default_rng(1)
    batch = [draw.uniform(-1, 1, (5, 12)), draw.integers(0, 9, (5, 12))]
    for engine in ("numpy", "native"):
        program = vectorize(f, *[array[0].tolist() for array in batch], engine=engine)
        assert_close(program, batch, Eager(f, examples_of(batch), program.parameters.values))


def test_parameters_that_nothing_depends_on() -> None:
    unused, half = Value(3.0), Value(0.5)
    program = vectorize(lambda x: square(half * x), 1.0, parameters=[unused, half], engine="native")
    assert program.n_used == 1 and program.has_gradient
    assert program.parameters.values == (half, unused)
    loss, gradient = program.value_and_grad(numpy.array([0.5, 3.0]), [2.0, 4.0])
    assert (loss, gradient.tolist()) == (2.5, [10.0, 0.0])


def test_a_loss_of_the_data_alone_and_one_of_parameters_alone() -> None:
    w = Value(0.5)
    program = vectorize(lambda x: x * 2.0, 1.0, parameters=[w], engine="native")
    assert not program.has_gradient and program.n_used == 0
    loss, gradient = program.value_and_grad(numpy.array([0.5]), [1.0, 2.0, 4.5])
    assert (loss, gradient.tolist()) == (5.0, [0.0])
    program = vectorize(lambda x: square(w), 1.0, engine="native")
    for m in (1, 3, 8):
        loss, gradient = program.value_and_grad(numpy.array([1.5]), [0.0] * m)
        assert (loss, gradient.tolist()) == (2.25, [3.0])
        assert program.losses(numpy.array([1.5]), [0.0] * m).tolist() == [2.25] * m


@pytest.mark.parametrize("of_parameters", [True, False])
def test_a_recurrence_through_a_loop_in_a_loop(of_parameters: bool) -> None:
    """The adjoint that an inner loop leaves belongs to the last turn of the same loop, one turn of the outer one before."""
    h = [Value(0.1 * k - 0.3) for k in range(9)]
    factor: Any = a if of_parameters else 0.5

    def f(x: Any) -> Any:
        s = x
        for _ in range(12):
            for one in h:
                s = s * factor + one
        return square(s) + total([one * one for one in h])

    batch = [numpy.array([0.2, -0.4, 0.9])]
    program = vectorize(f, 0.2, engine="native")
    assert_close(program, batch, Eager(f, examples_of(batch), program.parameters.values))
