"""Running sums and products: however long, one accumulation each way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, assert_same_bits, examples_of

from autograd import Value, dot, exp, log, logsumexp, sigmoid, tanh, total, vectorize

pytestmark = pytest.mark.engine("numpy")

generator = numpy.random.default_rng(21)
X = generator.normal(size=(5, 24))
w = [Value(generator.normal(), f"w[{i}]") for i in range(24)]
b = Value(0.4, "b")
c = Value(-0.3, "c")

Numbers = Sequence[Any]
Chain = Callable[[Numbers, Numbers], list[Any]]


def checked(f: Callable[[Any], Any], batch: Any = X, *, exact: bool = True) -> Any:
    """The program of a function, after comparing all it gives, and its printed source, with the eager engine."""
    program = vectorize(f, batch[0].tolist())
    parameters = program.parameters.values
    theta = program.parameters.read()
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    for some in (batch, batch[:1]):
        eager = Eager(f, examples_of((some,)), parameters)
        assert_close(program, (some,), eager)
        loss, gradient = scope["value_and_grad"](theta, some)
        assert loss == pytest.approx(eager.loss, rel=1e-12, abs=1e-12)
        assert (numpy.abs(gradient - eager.gradient) <= 1e-11 * (1.0 + eager.size)).all()
    results = [f(*example) for example in examples_of((batch,))]
    if isinstance(results[0], tuple):
        given = program.outputs(theta, batch)
        for name in results[0][1]:
            assert given[name] == pytest.approx(
                numpy.array([[float(one.data) for one in r[1][name]] for r in results]), rel=1e-11
            )
    if exact:
        other = vectorize(f, batch[0].tolist(), exact=True)
        assert_same_bits(other, (batch,), Eager(f, examples_of((batch,)), other.parameters.values))
    return program


def n_statements(f: Callable[[Any], Any]) -> int:
    return int(checked(f)._backend.runner.compiled("value_and_grad").n_statements)


def running(steps: Numbers, start: Any, step: Callable[[Any, Any], Any] = lambda s, x: s + x) -> list[Any]:
    """What is before each step is left out."""
    return list(accumulate(steps, step, initial=start))[1:]


CHAINS: dict[str, tuple[Chain, int]] = {
    "accumulate": (lambda x, u: list(accumulate(x)), 16),
    "from 0": (lambda x, u: running(x, 0.0), 8),
    "from another number": (lambda x, u: running(x, 2.5), 10),
    "from a parameter": (lambda x, u: running(x, c), 16),
    "from an input": (lambda x, u: running([a * a for a in u], x[0]), 19),
    "of parameters": (lambda x, u: [s * a for s, a in zip(running(u, c), x, strict=True)], 15),
    "of products": (lambda x, u: list(accumulate([a * v for a, v in zip(x, u, strict=True)])), 13),
    "of products from a parameter": (lambda x, u: running([a * v for a, v in zip(x, u, strict=True)], c), 19),
    "of two terms": (lambda x, u: running(list(zip(x, u, strict=True)), 0.0, lambda s, p: s + p[0] + p[1]), 12),
    "of functions": (lambda x, u: running([tanh(a * c) for a in x], 0.0), 16),
    "minus": (lambda x, u: running([a * v for a, v in zip(x, u, strict=True)], 0.5, lambda s, p: s - p), 19),
    "the other way round": (lambda x, u: running(x, 0.0, lambda s, a: a + s), 8),
    "constants": (lambda x, u: running([0.5] * len(x), x[0]), 10),
    "means": (lambda x, u: [s / (t + 1.0) for t, s in enumerate(running(x, 0.0))], 9),
    "sums of sums": (lambda x, u: running(running(x, 0.0), 0.0), 9),
    "products": (lambda x, u: running([a * c for a in x], 1.0, lambda p, a: p * a), 13),
    "products, turned": (lambda x, u: running(x, 1.0, lambda p, a: a * p), 8),
    "products from a parameter": (lambda x, u: running([sigmoid(v) for v in u], c, lambda p, a: p * a), 28),
    "survival": (lambda x, u: running([1.0 - sigmoid(v * a) for v, a in zip(u, x, strict=True)], 1.0, lambda p, h: p * h), 29),
    "two chains": (lambda x, u: [s * r for s, r in zip(running(x, 0.0), running(u, 0.0), strict=True)], 14),
}


@pytest.mark.parametrize(("chain", "most"), CHAINS.values(), ids=CHAINS)
def test_a_chain_of_any_length_takes_as_many_statements(chain: Chain, most: int) -> None:
    short, long = (n_statements(lambda x, n=n: total([tanh(s * b) for s in chain(x[:n], w[:n])])) for n in (8, 24))
    assert short == long <= most


def test_prefix_sums_and_a_function_of_them_are_five_statements() -> None:
    program = checked(lambda x: total([tanh(s) for s in running(x, 0.0)]))
    assert program._backend.runner.compiled("value_and_grad").n_statements <= 5
    assert "loss = tanh(cumsum(X, axis=-1)).sum(axis=1).mean()" in program.source


def test_the_gradient_is_the_accumulation_from_the_other_end() -> None:
    program = checked(lambda x: total(running([v * a for v, a in zip(w, x, strict=True)], 0.0)))
    # Each product is in as many sums as there are from it on.
    expected = X.mean(axis=0) * numpy.arange(24.0, 0.0, -1.0)
    assert program.value_and_grad(program.parameters.read(), X)[1] == pytest.approx(expected)
    assert "[..., ::-1]" in program.source and "cumsum(" in program.source


def test_the_order_of_additions_is_that_of_the_loop() -> None:
    big = [1e16, 1.0, -1e16, 1.0, 1.0, 1e16, -1e16, 3.0]
    program = vectorize(lambda x: (total(x), {"s": running(x, 0.0)}), [1.0] * 8)
    sums = program.outputs(program.parameters.read(), numpy.array([big]))["s"][0]
    assert sums.tolist() == running(big, 0.0)


@pytest.mark.parametrize("zeros", [(), (0,), (3,), (7,), (2, 5), (4, 5), tuple(range(8))])
def test_factors_may_be_zero(zeros: tuple[int, ...]) -> None:
    factors = [0.0 if k in zeros else 0.5 + 0.25 * k for k in range(8)]
    theta = [Value(factor) for factor in factors]
    weights = [3.0, -1.0, 2.0, 0.5, 1.0, -2.0, 1.5, 4.0]
    program = vectorize(lambda x: dot(running(theta, 1.0, lambda p, a: p * a), x), weights)
    loss, gradient = program.value_and_grad(program.parameters.read(), numpy.array([weights]))
    assert "cumprod_gradient(" in program.source

    def product(numbers: Sequence[float]) -> float:
        return float(numpy.prod(numbers))

    assert loss == pytest.approx(sum(weight * product(factors[: t + 1]) for t, weight in enumerate(weights)))
    expected = [
        sum(weights[t] * product([*factors[:k], *factors[k + 1 : t + 1]]) for t in range(k, 8)) for k in range(8)
    ]  # the derivative by each factor is the product of all others
    assert gradient == pytest.approx(expected)


def test_rows_of_a_matrix_are_accumulated_at_once() -> None:
    def f(rows: int) -> Callable[[Any], Value]:
        return lambda x: total(
            [tanh(s) * b for i in range(rows) for s in running([x[4 * i + j] * w[4 * i + j] for j in range(4)], 0.0)]
        )

    assert n_statements(f(2)) == n_statements(f(6)) <= 20


def test_columns_of_a_matrix_are_accumulated_at_once() -> None:
    def f(x: Any) -> Value:
        states: list[Any] = [0.0] * 4
        loss: Any = 0.0
        for t in range(6):
            states = [s + x[4 * t + i] * w[4 * t + i] for i, s in enumerate(states)]
            loss = loss + total([tanh(s) * b for s in states])
        return loss

    assert n_statements(f) <= 20


def test_only_some_sums_are_used() -> None:
    def f(x: Any) -> Any:
        sums = running([v * a for v, a in zip(w, x, strict=True)], c)
        chosen = [sums[k] for k in (0, 1, 4, 5, 6, 11, 12, 20, 23)]
        return total([tanh(s) for s in chosen]), {"chosen": chosen, "backwards": chosen[::-1]}

    every_third = n_statements(lambda x: total([tanh(s * b) for s in running(x, 0.0)[2::3]]))
    assert every_third <= 12
    checked(f)


def test_what_is_computed_from_a_running_sum_may_branch_off() -> None:
    def f(x: Any) -> Any:
        s = running(x[:12], c)
        branches = [one for k in (2, 7) for one in running(x[12:20], s[k])]
        levels = [one - x[23] for one in s] + [one + x[0] for one in s]
        return total([tanh(one) for one in [*s, *branches, *levels]]) * b, {"s": s, "branches": branches, "levels": levels}

    checked(f)


def test_cumulative_links() -> None:
    """Ordinal regression: thresholds that grow, as sums of exponentials (McCullagh 1980)."""

    def f(n: int) -> Callable[[Any], Value]:
        def loss(x: Any) -> Value:
            thresholds = list(accumulate([exp(v) for v in w[:n]]))
            shares = [sigmoid(one - dot(x[:3], w[20:23])) for one in thresholds]
            return -log(shares[0]) - total([log(high - low) for low, high in pairwise(shares)])

        return loss

    assert n_statements(f(8)) == n_statements(f(16)) <= 70


def test_a_random_walk_and_what_was_seen_of_it() -> None:
    def f(x: Any) -> Any:
        walk = running(w[:12], b)
        return total([(a - s) * (a - s) * 0.5 for a, s in zip(x, walk, strict=False)]) + dot(w[:12], w[:12]) * 2.0

    assert n_statements(f) <= 25


def test_recurrences_are_as_they_were() -> None:
    def f(x: Any) -> Value:
        h, y = b, c
        states = []
        for a in x[:6]:
            h = tanh(h * w[0] + a)
            y = y + tanh(y * w[1] + a)
            states += [h, y]
        return total([s * s for s in states])

    program = checked(f)
    assert not any(group.primitive.startswith("running") for group in program._backend.grouping.groups)
    assert "cumsum" not in program.source


def test_short_chains_are_as_they_were() -> None:
    program = checked(lambda x: total([tanh(s) * b for s in running(x[:3], 0.0)]))
    assert "cumsum" not in program.source


def test_a_chain_of_captured_numbers_is_constant() -> None:
    program = checked(lambda x: total([s * x[0] for s in running([Value(0.5, "k") for _ in range(6)], Value(0.0))]))
    assert "cumsum" not in program.source


def test_single_precision() -> None:
    f = lambda x: total([tanh(s * b) for s in running(x, 0.0)]) + running(x, c, lambda p, a: p * a)[-1]  # noqa: E731
    program = vectorize(f, X[0].tolist(), dtype="float32")
    eager = Eager(f, examples_of((X,)), program.parameters.values)
    loss, gradient = program.value_and_grad(program.parameters.read(), X.astype("float32"))
    assert loss == pytest.approx(eager.loss, rel=1e-5)
    assert (numpy.abs(gradient - eager.gradient) <= 1e-4 * (1.0 + eager.size)).all()


def test_infinite_terms() -> None:
    program = vectorize(lambda x: (b * x[0], {"s": running(x, 0.0), "p": running(x, 1.0, lambda p, a: p * a)}), [1.0] * 6)
    x = [1.0, numpy.inf, 2.0, -numpy.inf, 1.0, 0.0]
    outputs = program.outputs(program.parameters.read(), numpy.array([x]))
    numpy.testing.assert_array_equal(outputs["s"][0], running(x, 0.0))
    numpy.testing.assert_array_equal(outputs["p"][0], running(x, 1.0, lambda p, a: p * a))


# ------------------------------------------------------------------------------------------------------ at random

STEPS: list[Callable[[Any, Any, Any], Any]] = [
    lambda s, a, u: s + a,
    lambda s, a, u: a + s,
    lambda s, a, u: s + a * u,
    lambda s, a, u: s - a,
    lambda s, a, u: s - a * u,
    lambda s, a, u: s + a - u,
    lambda s, a, u: s + tanh(a),
    lambda s, a, u: s * a,
    lambda s, a, u: a * s,
    lambda s, a, u: s * sigmoid(a),
    lambda s, a, u: s + a * 0.5,
    lambda s, a, u: s + tanh(s * a),
]
USES: list[Callable[[Numbers, Numbers, Any], list[Any]]] = [
    lambda s, a, one: [tanh(x) for x in s],
    lambda s, a, one: [x / (t + 1.0) for t, x in enumerate(s)],
    lambda s, a, one: [x - one for x in s],
    lambda s, a, one: [x + y for x, y in zip(s, a, strict=False)],
    lambda s, a, one: [x * y for x, y in zip(s, a, strict=False)],
    lambda s, a, one: list(s),
    lambda s, a, one: list(s),
]
LOSSES: list[Callable[[Numbers], Any]] = [
    lambda s: total([tanh(x) for x in s]),
    lambda s: total(s),
    lambda s: dot(s, s),
    lambda s: logsumexp(s),
    lambda s: total([tanh(x * b) for x in s[::2]]),
]


def chains_at_random(seed: int) -> Callable[[Any], Any]:
    """Chains of any steps, from anything, used in any way, also by further chains."""

    def f(x: Any) -> Any:
        draw = Random(seed)
        n = draw.choice([4, 5, 6, 8])
        pool = [list(x[:n]), list(x[n : 2 * n]), w[:n], w[n : 2 * n]]
        single = [b, x[0], w[0], x[-1], 0.0, 1.0, 2.0]
        for _ in range(draw.choice([1, 2, 3])):
            # Two of one array would cancel.
            steps, factors = draw.sample(pool, 2)
            # Some chains are interrupted, or used in part.
            kinds = [draw.choice(STEPS)] * len(steps)
            if draw.random() < 0.2:
                kinds[draw.randrange(len(kinds))] = draw.choice(STEPS)
            s = draw.choice(single)
            states: list[Any] = []
            for kind, a, u in zip(kinds, steps, factors, strict=False):
                s = kind(s, a, u)
                states.append(s)
            if draw.random() < 0.2:
                states = draw.sample(states, draw.randint(1, len(states)))
            if draw.random() < 0.4:
                single.append(draw.choice(states))
            pool.append(draw.choice(USES)(states, draw.choice(pool), draw.choice(single)))
        return total([draw.choice(LOSSES)(states) for states in pool[4:]]) * b, {"last": pool[-1]}

    return f


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_chains_at_random(start: int) -> None:
    n_running = 0
    for seed in range(start, start + 20):
        draw = Random(seed)
        batch = numpy.array([[draw.choice([0.0, 1.0, round(draw.uniform(-1.2, 1.2), 2)]) for _ in range(16)] for _ in range(3)])
        program = checked(chains_at_random(seed), batch, exact=False)
        n_running += any(group.primitive.startswith("running") for group in program._backend.grouping.groups)
    assert n_running >= 10
