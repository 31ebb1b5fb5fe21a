"""Sums of different lengths don't split what is computed from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, assert_same_bits, examples_of

from autograd import Value, dot, exp, logsumexp, maximum, mean, minimum, sigmoid, softmax, tanh, total, vectorize

pytestmark = pytest.mark.engine("numpy")

generator = numpy.random.default_rng(13)
X = generator.normal(size=(4, 6))
w = [Value(generator.normal(), f"w[{i}]") for i in range(6)]
b = [Value(generator.normal(), f"b[{i}]") for i in range(6)]
U = [[Value(generator.normal(), f"U[{i},{j}]") for j in range(3)] for i in range(3)]


def n_groups(f: Callable[[Any], Any]) -> int:
    """How many groups a function becomes, after comparing it with the eager engine."""
    program: Any = vectorize(f, X[0].tolist())
    for some in (X, X[:1]):
        assert_close(program, (some,), Eager(f, examples_of((some,)), program.parameters.values))
    exact = vectorize(f, X[0].tolist(), exact=True)
    assert_same_bits(exact, (X,), Eager(f, examples_of((X,)), exact.parameters.values))
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    expected = program.value_and_grad(theta, X)
    loss, gradient = scope["value_and_grad"](theta, X)
    assert loss == pytest.approx(expected[0], rel=1e-13)
    assert gradient == pytest.approx(expected[1], rel=1e-11, abs=1e-13)
    return sum(1 for group in program._backend.grouping.groups if group.slots)


def layers_over_namesakes(degrees: Sequence[int], n_layers: int, pool: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """A graph network: each node takes what its neighbours have in common."""
    random = Random(3)
    neighbours = [random.sample(range(12), random.choice(degrees)) for _ in range(12)]

    def f(x: Any) -> Value:
        h = [x[i % 6] * w[i // 2] for i in range(12)]
        for layer in range(n_layers):
            h = [tanh(w[layer] * pool([h[j] for j in near]) + b[layer] * own) for near, own in zip(neighbours, h, strict=True)]
        return total(h)

    return f


POOLS = [mean, lambda h: sum(h, Value(0.0)), maximum, minimum, logsumexp, lambda h: dot(h, [exp(one) for one in h])]


@pytest.mark.parametrize("pool", POOLS, ids=["mean", "sum", "maximum", "minimum", "logsumexp", "dot"])
def test_neighbourhoods_of_any_size_are_one_group_to_the_next_layer(pool: Any) -> None:
    alike, ragged = ([n_groups(layers_over_namesakes(d, n, pool)) for n in (2, 3, 4)] for d in ((3,), (3, 4, 5)))
    # A layer of its own sums for each of three lengths and their concatenation, and all else as before.
    assert alike[2] - alike[1] == alike[1] - alike[0]
    assert ragged[2] - ragged[1] == ragged[1] - ragged[0] == alike[1] - alike[0] + 3


@pytest.mark.parametrize(
    ("pool", "n_short"),
    [(mean, 1), (POOLS[1], 1), (lambda h: sum(h), 1), (maximum, 1), (minimum, 1), (logsumexp, 1), (POOLS[-1], 2)],
    ids=["mean", "sum", "sum from 0", "maximum", "minimum", "logsumexp", "dot"],
)
def test_one_neighbour_and_two_are_neighbourhoods_too(pool: Any, n_short: int) -> None:
    few, alike = ([n_groups(layers_over_namesakes(d, n, pool)) for n in (2, 3)] for d in ((1, 2, 3), (3,)))
    # What there is for two, and for one where that is no neighbour itself, and the concatenation.
    assert few[1] - few[0] == alike[1] - alike[0] + n_short + 1


def test_attention_to_what_came_before() -> None:
    def attention(length: int) -> Callable[[Any], Value]:
        def f(x: Any) -> Value:
            q = [[sigmoid(u * x[t % 6]) for u in U[0]] for t in range(length)]
            outputs = []
            for t in range(length):
                shares = softmax([dot(q[t], q[s]) for s in range(t + 1)])
                mixed = [dot(shares, [q[s][i] for s in range(t + 1)]) for i in range(3)]
                outputs += [tanh(tanh(dot(u, mixed)) * w_i) for u, w_i in zip(U, w, strict=False)]
            return total(outputs)

        return f

    # For each further length one more largest score, one more sum of exponentials and one more weighted sum.
    assert n_groups(attention(6)) - n_groups(attention(3)) == n_groups(attention(9)) - n_groups(attention(6)) == 9


def test_lengths_that_nothing_mixes_stay_apart() -> None:
    def f(x: Any) -> Value:
        return tanh(dot(w[:2], x[:2])) * sigmoid(dot(w[2:], x[2:]))

    program = vectorize(f, X[0].tolist())
    assert "concatenate([t" not in program.source and "concatenate([z" not in program.source
    assert program.source.count("concatenate(") == 1  # the gradient
    assert n_groups(f) == 5


def test_sums_of_sums_of_many_lengths() -> None:
    def f(x: Any) -> Any:
        inner = [total(x[: n + 1]) for n in range(6)] + [total([w[0]]), total(w[1:4]), total(w[4:])]
        outer = [total(inner[k : k + 1 + k % 3]) for k in range(6)]
        loss = total([tanh(one) for one in outer]) + total([one * one for one in inner])
        return loss, {"inner": inner, "outer": outer, "one": inner[0]}

    assert n_groups(f) > 0
    program = vectorize(f, X[0].tolist())
    outputs = program.outputs(program.parameters.read(), X)
    for n, x in enumerate(X.tolist()):
        inner = [sum(x[: k + 1]) for k in range(6)]
        inner += [w[0].data, sum(one.data for one in w[1:4]), sum(one.data for one in w[4:])]
        assert outputs["inner"][n] == pytest.approx(inner)
        assert outputs["outer"][n] == pytest.approx([sum(inner[k : k + 1 + k % 3]) for k in range(6)])
        assert outputs["one"][n] == pytest.approx(x[0])


def test_a_total_of_one_may_be_the_loss() -> None:
    program = vectorize(lambda x: total([w[0] * x[0]]), X[0].tolist())
    assert program.losses(program.parameters.read(), X) == pytest.approx(w[0].data * X[:, 0])
    assert program.value_and_grad(program.parameters.read(), X)[1] == pytest.approx([X[:, 0].mean()])
