"""A function is traced twice: what it depends on besides its arguments is found, and what is legitimately different is not."""

from __future__ import annotations

import itertools
import math
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograd import FrozenChoiceError, Value, dot, grad, logsumexp, pick, require, softmax, tanh, total, vectorize, where
from autograd.engine import refusals
from autograd.vectorizing.example.repeating import first_difference, same_number
from autograd.vectorizing.example.tracing import record
from nn import MLP, Embedding

w, v = Value(0.5, "w"), Value(0.5, "v")
demanded: Any = require  # Its result, None, has a place in the expressions below.
WEIGHTS = [Value(0.1 * k, f"w{k}") for k in range(6)]
EMBEDDING, NETWORK = Embedding(5, 2, seed=1), MLP(2, [3, 1], seed=2)


class Calls:
    """Functions that know which call they are in."""

    def __init__(self) -> None:
        self.count = 0
        self.kept: list[Value] = []

    def next(self) -> int:
        """The number of the present call, from 1."""
        self.count += 1
        return self.count

    def keep(self, value: Value) -> Value:
        """What was given first."""
        self.kept.append(value)
        return self.kept[0]


UNREPEATABLE: dict[str, tuple[Callable[[Calls], Callable[..., Any]], str]] = {
    "another constant": (
        lambda calls: lambda x: w * x * calls.next(),
        "the constant 1.0 and then the constant 2.0 as an operand of multiply",
    ),
    "a leaf of its own": (
        lambda calls: lambda x: w * x + Value(calls.next(), "noise"),
        "the leaf noise = 1.0 and then the leaf noise = 2.0",
    ),
    "zeros of other signs": (
        lambda calls: lambda x: w * x * (0.0 if calls.next() % 2 else -0.0),
        r"the constant 0\.0 and then the constant -0\.0",
    ),
    "another operation": (
        lambda calls: lambda x: w * x if calls.next() % 2 else w / x,
        r"multiply \(0\.5\) and then divide \(0\.5\)",
    ),
    "one operation more": (lambda calls: lambda x: total([w * x] * calls.next()), r"total \(0\.5\) and then total \(1\.0\)"),
    "another parameter": (
        lambda calls: lambda x: (w if calls.next() % 2 else v) * x,
        "the leaf w = 0.5 and then the leaf v = 0.5",
    ),
    "another parameter among many": (
        lambda calls: lambda x: dot([*WEIGHTS[:3], WEIGHTS[2 + calls.next()]], [x] * 4),
        "the leaf w3 = .* and then the leaf w4 =",
    ),
    "another input": (
        lambda calls: lambda x: w * (x if calls.next() % 2 else Value(1.0)),
        "the leaf x = 1.0 and then the leaf 1.0",
    ),
    "an input in the place of a leaf": (
        lambda calls: lambda x: w * (Value(1.0) if calls.next() % 2 else x),
        "the leaf 1.0 and then the leaf x = 1.0",
    ),
    "operands in another order": (
        lambda calls: lambda x: (w * x - v * x) if calls.next() % 2 else (v * x - w * x),
        "the leaf v = 0.5 and then the leaf w = 0.5 as an operand of multiply",
    ),
    "an intermediate result of the first call": (
        lambda calls: lambda x: w * x * calls.keep(x * 2.0),
        r"the leaf x = 1\.0 of the first run in the second too",
    ),
    "the input of the first call": (
        lambda calls: lambda x: w * calls.keep(x),
        r"the leaf x = 1\.0 of the first run in the second too",
    ),
    "results of all calls, in a row": (
        lambda calls: lambda x: dot([calls.keep(x * w)] + WEIGHTS, [w] * 7),
        r"the leaf x = 1\.0 of the first run",
    ),
    "a demand less": (
        lambda calls: lambda x: [demanded(x > 0, "positive") for _ in range(calls.next())] and w * x,
        r"the demands \['positive'\] and then \['positive', 'positive'\]",
    ),
    "another demand": (
        lambda calls: lambda x: demanded(x < 1 + calls.next(), "small") or w * x,
        "the constant 2.0 and then the constant 3.0",
    ),
    "an output more": (
        lambda calls: lambda x: (w * x, {"h": [x] * calls.next()}),
        r"outputs of the shapes \{'h': \(1,\)\} and then \{'h': \(2,\)\}",
    ),
    "another output": (lambda calls: lambda x: (w * x, {"h": x * calls.next()}), "the constant 1.0 and then the constant 2.0"),
}


@pytest.mark.parametrize("name", UNREPEATABLE)
def test_what_is_no_function_of_its_arguments(name: str) -> None:
    make, how = UNREPEATABLE[name]
    with pytest.raises(
        FrozenChoiceError, match=f"run twice on the same example, the function gave .*{how}.*not a function of its arg"
    ):
        vectorize(make(Calls()), 1.0)
    assert refusals.traces == []


def test_random_numbers() -> None:
    for draw in (random.random, lambda: random.gauss(0, 1)):
        with pytest.raises(FrozenChoiceError, match="random numbers"):
            vectorize(lambda x, draw=draw: w * x + draw(), 1.0)


def test_an_assigned_constant() -> None:
    """The leaf is the same in both runs, and only the results tell."""
    scale = Value(1.0)
    count: Iterator[float] = itertools.count(1)

    def f(x: Any) -> Any:
        scale.data = next(count)
        return w * x * scale

    with pytest.raises(FrozenChoiceError, match=r"a loss of 0\.5 and then of 1\.0"):
        vectorize(f, 1.0, parameters=[w])
    count = itertools.repeat(3.0)
    assert vectorize(f, 1.0, parameters=[w])([0.5], [2.0]) == 3.0


def test_an_error_of_the_second_run_only() -> None:
    numbers = iter([1.0])
    with pytest.raises(StopIteration) as caught:
        vectorize(lambda x: w * x * next(numbers), 1.0)
    assert any("had run without this error on the same example" in note for note in caught.value.__notes__)


def changes_its_arguments(x: Any) -> Any:
    x.reverse()
    return w * x.pop() + x[0]


def labels_its_arguments(x: Any) -> Any:
    for n, one in enumerate(x):
        one.label = f"mine {n}"
    return w * x[0] + x[1]


CACHE: dict[Any, Value] = {}


def keeps_what_depends_on_parameters(x: Any) -> Any:
    if w not in CACHE:
        CACHE[w] = w * w
    return CACHE[w] * x[0]


def makes_constants_of_its_own(x: Any) -> Any:
    noise = random.Random(0)
    return total([w * x[0] * Value(noise.random()) + noise.gauss(0, 1) for _ in range(5)])


def has_numbers_that_are_not_finite(x: Any) -> Any:
    return where(x[0] > 0, w * x[0], math.nan) + where(x[1] > 0, x[1], Value(math.inf))


def has_no_gradient(x: Any) -> Any:
    return 3.0


REPEATABLE = [
    changes_its_arguments,
    labels_its_arguments,
    keeps_what_depends_on_parameters,
    makes_constants_of_its_own,
    has_numbers_that_are_not_finite,
    has_no_gradient,
    lambda x: x[0],
    lambda x: w,
    lambda x: (NETWORK(x)[0] + logsumexp(EMBEDDING(pick([1.0, 2.0], 1))), {"p": softmax([*x, w]), "w": w}),
    lambda x: grad(tanh(w * x[0]) * x[1], x, create_graph=True)[0],
    lambda x: total([p * q for p in set(WEIGHTS) for q in x]),
]


@pytest.mark.parametrize("f", REPEATABLE)
def test_what_is_legitimately_different(f: Callable[..., Any]) -> None:
    first, second = record(f, ([0.5, 2.0],), None), record(f, ([0.5, 2.0],), None)
    assert same_number(first.loss.data, second.loss.data)


def test_graphs_are_compared_in_linear_time_and_without_recursion() -> None:
    """A diamond of 2¹⁰⁰⁰ paths, rows that a thousand nodes share, and a chain longer than the stack."""

    def f(x: Any) -> Any:
        for _ in range(1000):
            x = x * 0.5 + x * 0.5
        row = tuple(x * k for k in range(1000))
        x = total([dot(row, row) for _ in range(1000)])
        for _ in range(2 * sys.getrecursionlimit()):
            x = x * 1.0
        return w * x

    once, again = (record(f, (1.0,), None) for _ in range(2))
    inputs = {once.arguments.values[0][0]: again.arguments.values[0][0]}
    assert first_difference([once.loss], [again.loss], inputs, once.first_tick) is None


def test_the_number_of_a_leaf_is_compared_to_the_bit() -> None:
    assert same_number(0.1 + 0.2, 0.30000000000000004)
    assert same_number(math.nan, -math.nan)
    assert not same_number(0.0, -0.0)
    assert not same_number(0.1 + 0.2, 0.3)
