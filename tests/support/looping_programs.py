"""Functions of one example in which the same operations come again and again: recurrences, layers, filters, mixtures.

Each is made for a number of steps; its example, and so its batch, has numbers drawn from a fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeAlias

import numpy

from autograd import (
    Value,
    argmax,
    dot,
    exp,
    log,
    logsumexp,
    maximum,
    minimum,
    pick,
    relu,
    sigmoid,
    softmax,
    sqrt,
    square,
    tanh,
    total,
    where,
)

Made: TypeAlias = tuple[Callable[..., Any], list[Any]]
"""A function, and a batch of arrays for each of its arguments."""


class Drawn:
    """Parameters and batches, drawn from a seed."""

    def __init__(self, seed: int, m: int) -> None:
        self._draw = Random(seed)
        self._m = m

    def value(self, label: str = "", low: float = -1.0, high: float = 1.0) -> Value:
        return Value(self._draw.uniform(low, high), label)

    def vector(self, n: int, label: str = "") -> list[Value]:
        return [self.value(f"{label}[{i}]" if label else "") for i in range(n)]

    def matrix(self, rows: int, columns: int, label: str = "") -> list[list[Value]]:
        return [[self.value(f"{label}[{i}][{j}]" if label else "") for j in range(columns)] for i in range(rows)]

    def numbers(self, *shape: int, low: float = -1.0) -> Any:
        count = int(numpy.prod((self._m, *shape)))
        return numpy.array([self._draw.uniform(low, 1.0) for _ in range(count)]).reshape(self._m, *shape)

    def positions(self, limit: int, *shape: int) -> Any:
        count = int(numpy.prod((self._m, *shape)))
        return numpy.array([self._draw.randrange(limit) for _ in range(count)]).reshape(self._m, *shape)


def scalar_recurrence(drawn: Drawn, steps: int) -> Made:
    w, u, b = drawn.value("w"), drawn.value("u"), drawn.value("b")

    def f(x: Any, y: Any) -> Value:
        h: Any = 0.0
        for t in range(steps):
            h = tanh(w * h + u * x[t] + b)
        return square(h - y)

    return f, [drawn.numbers(steps), drawn.numbers()]


def recurrent_network(drawn: Drawn, steps: int, labels: bool = True) -> Made:
    names = ("W", "U", "b", "v") if labels else ("",) * 4
    W, U, b, v = drawn.matrix(6, 3, names[0]), drawn.matrix(6, 6, names[1]), drawn.vector(6, names[2]), drawn.vector(6, names[3])

    def f(x: Any, y: Any) -> Value:
        h: list[Any] = [0.0] * 6
        for t in range(steps):
            h = [tanh(dot(W[i], x[t]) + dot(U[i], h) + b[i]) for i in range(6)]
        return square(dot(v, h) - y)

    return f, [drawn.numbers(steps, 3), drawn.numbers()]


def recurrent_network_without_labels(drawn: Drawn, steps: int) -> Made:
    return recurrent_network(drawn, steps, labels=False)


def gated_recurrent_network(drawn: Drawn, steps: int) -> Made:
    W, U = [drawn.matrix(5, 2, f"W{kind}") for kind in "zrh"], [drawn.matrix(5, 5, f"U{kind}") for kind in "zrh"]
    b = [drawn.vector(5, f"b{kind}") for kind in "zrh"]

    def f(x: Any, y: Any) -> Value:
        h: list[Any] = [0.0] * 5

        def gate(kind: int, inner: Sequence[Any], t: int, function: Any) -> list[Any]:
            return [function(dot(W[kind][i], x[t]) + dot(U[kind][i], inner) + b[kind][i]) for i in range(5)]

        for t in range(steps):
            z, r = gate(0, h, t, sigmoid), gate(1, h, t, sigmoid)
            c = gate(2, [r[i] * h[i] for i in range(5)], t, tanh)
            h = [(1.0 - z[i]) * h[i] + z[i] * c[i] for i in range(5)]
        return square(total(h) - y)

    return f, [drawn.numbers(steps, 2), drawn.numbers()]


def predator_and_prey(drawn: Drawn, steps: int) -> Made:
    """The equations of Lotka and Volterra, by Euler's method."""
    a, b, c, d = [drawn.value(label, 0.1, 1.0) for label in "abcd"]

    def f(p: Any, q: Any, observed: Any) -> Value:
        loss: Any = 0.0
        for t in range(steps):
            p, q = p + 0.01 * (a * p - b * p * q), q + 0.01 * (c * p * q - d * q)
            loss = loss + square(p - observed[t])
        return loss

    return f, [drawn.numbers(low=0.1), drawn.numbers(low=0.1), drawn.numbers(steps)]


def runge_kutta(drawn: Drawn, steps: int) -> Made:
    a, b = drawn.value("a", 0.1, 1.0), drawn.value("b", 0.1, 1.0)

    def rate(x: Any, v: Any) -> tuple[Any, Any]:
        return v, -(a * x) - b * v

    def f(x: Any, v: Any, goal: Any) -> Value:
        h = 0.05
        for _ in range(steps):
            k1 = rate(x, v)
            k2 = rate(x + h / 2 * k1[0], v + h / 2 * k1[1])
            k3 = rate(x + h / 2 * k2[0], v + h / 2 * k2[1])
            k4 = rate(x + h * k3[0], v + h * k3[1])
            x, v = [s + h / 6 * (p + 2 * q + 2 * r + w) for s, p, q, r, w in zip((x, v), k1, k2, k3, k4, strict=True)]
        return square(x - goal)

    return f, [drawn.numbers(), drawn.numbers(), drawn.numbers()]


def hidden_markov_model(drawn: Drawn, steps: int) -> Made:
    A, B, start = drawn.matrix(5, 5, "A"), drawn.matrix(5, 3, "B"), drawn.vector(5, "start")

    def f(seen: Any) -> Value:
        log_a = [[one - logsumexp(row) for one in row] for row in A]
        log_b = [[one - logsumexp(row) for one in row] for row in B]
        alpha: list[Any] = [start[j] - logsumexp(start) + pick(log_b[j], seen[0]) for j in range(5)]
        for t in range(1, steps):
            alpha = [
                logsumexp([alpha[i] + log_a[i][j] for i in range(5)]) + pick(log_b[j], seen[t]) for j in range(5)
            ]  # fmt: skip
        return -logsumexp(alpha)

    return f, [drawn.positions(3, steps)]


def kalman_filter(drawn: Drawn, steps: int) -> Made:
    a, q, r = drawn.value("a", 0.5, 1.0), drawn.value("q", 0.2, 0.5), drawn.value("r", 0.3, 0.6)

    def f(z: Any) -> Value:
        x: Any = 0.0
        p: Any = 1.0
        loss: Any = 0.0
        for t in range(steps):
            x, p = a * x, a * a * p + q * q
            s = p + r * r
            gain, error = p / s, z[t] - x
            loss = loss + 0.5 * (log(s) + error * error / s)
            x, p = x + gain * error, (1.0 - gain) * p
        return loss

    return f, [drawn.numbers(steps)]


def soft_alignment(drawn: Drawn, steps: int) -> Made:
    """Two sequences aligned by soft dynamic time warping."""
    w = drawn.value("w")

    def f(x: Any, y: Any) -> Value:
        cost: list[list[Any]] = [[100.0] * (steps + 1) for _ in range(steps + 1)]
        cost[0][0] = 0.0
        for i in range(steps):
            for j in range(steps):
                before = [-cost[i][j], -cost[i][j + 1], -cost[i + 1][j]]
                cost[i + 1][j + 1] = square(w * x[i] - y[j]) - logsumexp(before)
        return cost[steps][steps]

    return f, [drawn.numbers(steps), drawn.numbers(steps)]


def classifier(drawn: Drawn, steps: int) -> Made:
    W, b, U, c = (
        drawn.matrix(2 * steps, 4, "W"),
        drawn.vector(2 * steps, "b"),
        drawn.matrix(5, 2 * steps, "U"),
        drawn.vector(5, "c"),
    )

    def f(x: Any, y: Any) -> tuple[Value, dict[str, Any]]:
        h = [relu(dot(row, x) + bias) for row, bias in zip(W, b, strict=True)]
        z = [dot(row, h) + bias for row, bias in zip(U, c, strict=True)]
        return logsumexp(z) - pick(z, y), {"scores": z}

    return f, [drawn.numbers(4), drawn.positions(5)]


def turned_weights(drawn: Drawn, steps: int) -> Made:
    """Layers whose weights stand in columns."""
    W, U = drawn.matrix(4, steps, "W"), drawn.matrix(steps, 6, "U")

    def f(x: Any) -> Value:
        h = [tanh(total([W[i][j] * x[i] for i in range(4)])) for j in range(steps)]
        z = [dot([U[i][j] for i in range(steps)], h) for j in range(6)]
        return total([square(one) for one in z])

    return f, [drawn.numbers(4)]


def mixture(drawn: Drawn, steps: int) -> Made:
    mu, log_sigma, logits = drawn.vector(steps, "mu"), drawn.vector(steps, "log_sigma"), drawn.vector(steps, "logits")

    def f(x: Any) -> Value:
        log_weights = [one - logsumexp(logits) for one in logits]
        return -logsumexp([log_weights[k] - log_sigma[k] - 0.5 * square((x - mu[k]) / exp(log_sigma[k])) for k in range(steps)])

    return f, [drawn.numbers()]


def choices(drawn: Drawn, steps: int) -> Made:
    w, v = drawn.vector(steps, "w"), drawn.vector(steps)

    def f(x: Any, y: Any) -> Value:
        largest = maximum([w[i] * x[i] for i in range(steps)])
        cut = [minimum(maximum(v[i] * x[i], -0.3), 0.3) for i in range(steps)]
        turned = [where(x[i] < v[i], x[i] * v[i], square(v[i])) for i in range(steps)]
        chosen = pick(w, argmax(x)) + pick([one * y for one in cut], argmax(turned)) + minimum([*cut, largest, y])
        return where(largest < 0.5, largest * largest, sqrt(abs(largest) + 1.0)) + chosen + total(turned)

    return f, [drawn.numbers(steps), drawn.numbers()]


def attention(drawn: Drawn, steps: int) -> Made:
    Q, K = drawn.matrix(3, 3, "Q"), drawn.matrix(3, 3, "K")

    def f(x: Any) -> Value:
        q, k = [[[dot(row, one) for row in M] for one in x] for M in (Q, K)]
        out = []
        for i in range(steps):
            shares = softmax([dot(q[i], k[j]) for j in range(steps)])
            out += [dot(shares, [x[j][d] for j in range(steps)]) for d in range(3)]
        return total([square(one) for one in out])

    return f, [drawn.numbers(steps, 3)]


def embeddings(drawn: Drawn, steps: int) -> Made:
    E, w = drawn.matrix(6, 3, "E"), drawn.vector(3, "w")

    def f(words: Any, y: Any) -> Value:
        states = [[pick([row[d] for row in E], word) for d in range(3)] for word in words]
        return square(tanh(total([dot(w, state) for state in states])) - y)

    return f, [drawn.positions(6, steps), drawn.numbers()]


def polynomial(drawn: Drawn, steps: int) -> Made:
    c = drawn.vector(steps, "c")

    def f(x: Any, y: Any) -> Value:
        value: Any = c[-1]
        for one in reversed(c[:-1]):
            value = value * x + one
        return square(value - y)

    return f, [drawn.numbers(), drawn.numbers()]


def permuted(drawn: Drawn, steps: int) -> Made:
    """A sparse graph: each node reads two others in no order."""
    w = drawn.vector(steps, "w")
    shuffled = Random(5).sample(range(steps), steps)

    def f(x: Any) -> Value:
        h = [tanh(w[i] * x[shuffled[i]]) for i in range(steps)]
        return total([h[shuffled[i]] * w[shuffled[-i]] for i in range(steps)])

    return f, [drawn.numbers(steps)]


PROGRAMS: dict[str, Callable[[Drawn, int], Made]] = {
    made.__name__: made
    for made in (
        scalar_recurrence, recurrent_network, recurrent_network_without_labels, gated_recurrent_network, predator_and_prey,
        runge_kutta, hidden_markov_model, kalman_filter, soft_alignment, classifier, turned_weights, mixture, choices, attention,
        embeddings, polynomial, permuted,
    )
}  # fmt: skip
# Those whose number of steps is a number of repetitions, and nothing else.
SEQUENCES = (
    "scalar_recurrence", "recurrent_network", "recurrent_network_without_labels", "gated_recurrent_network",
    "predator_and_prey", "runge_kutta", "hidden_markov_model", "kalman_filter", "polynomial",
)  # fmt: skip
