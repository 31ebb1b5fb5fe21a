"""Programs with loops, as people write them: sequences, physics, layers, tables. Each takes its size, and is a function with an
example for it and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random
from typing import Any

from autograd import Value, dot, exp, log, logsumexp, maximum, minimum, sigmoid, sqrt, square, tanh, total

Program = tuple[Callable[..., Value], tuple[Any, ...]]

PROGRAMS: dict[str, Callable[..., Program]] = {}


def program(make: Callable[..., Program]) -> Callable[..., Program]:
    PROGRAMS[make.__name__] = make
    return make


def _numbers(draw: Random, *shape: int) -> Any:
    if not shape:
        return round(draw.uniform(-0.9, 0.9), 4)
    return [_numbers(draw, *shape[1:]) for _ in range(shape[0])]


def _values(draw: Random, *shape: int) -> Any:
    if not shape:
        return Value(_numbers(draw))
    return [_values(draw, *shape[1:]) for _ in range(shape[0])]


@program
def lotka_volterra(T: int = 50) -> Program:
    a, b, c, d = Value(1.1), Value(0.4), Value(0.1), Value(0.4)

    def f(start: Sequence[Value], target: Sequence[Value]) -> Value:
        x, y = start
        h = 1.0 / T
        for _ in range(T):
            x, y = x + h * (a * x - b * x * y), y + h * (c * x * y - d * y)
        return square(x - target[0]) + square(y - target[1])

    return f, ([1.0, 0.5], [0.3, 0.4])


@program
def runge_kutta(T: int = 30) -> Program:
    theta = [Value(1.1), Value(0.4), Value(0.1), Value(0.4)]

    def slope(x: Value, y: Value) -> tuple[Value, Value]:
        a, b, c, d = theta
        return a * x - b * x * y, c * x * y - d * y

    def f(start: Sequence[Value], seen: Sequence[Sequence[Value]]) -> Value:
        x, y = start
        h = 0.05
        loss: Any = 0.0
        for t in range(T):
            k1 = slope(x, y)
            k2 = slope(x + h / 2 * k1[0], y + h / 2 * k1[1])
            k3 = slope(x + h / 2 * k2[0], y + h / 2 * k2[1])
            k4 = slope(x + h * k3[0], y + h * k3[1])
            x = x + h / 6 * (k1[0] + 2 * k2[0] + 2 * k3[0] + k4[0])
            y = y + h / 6 * (k1[1] + 2 * k2[1] + 2 * k3[1] + k4[1])
            loss = loss + square(x - seen[t][0]) + square(y - seen[t][1])
        return loss

    draw = Random(1)
    return f, ([1.0, 0.5], _numbers(draw, T, 2))


@program
def rnn(T: int = 20, H: int = 8, D: int = 3, *, style: str = "dot") -> Program:
    draw = Random(2)
    W, U, b, v = _values(draw, H, D), _values(draw, H, H), _values(draw, H), _values(draw, H)

    def layer_of_dots(x: Any, h: Any) -> Any:
        return [tanh(dot(W[j], x) + dot(U[j], h) + b[j]) for j in range(H)]

    def layer_of_lists(x: Any, h: Any) -> Any:
        z = [dot(W[j], x) for j in range(H)]
        r = [dot(U[j], h) for j in range(H)]
        s = [z[j] + r[j] + b[j] for j in range(H)]
        return [tanh(one) for one in s]

    def layer_of_sums(x: Any, h: Any) -> Any:
        return [
            tanh(
                sum(w * one for w, one in zip(W[j], x, strict=True)) + sum(u * one for u, one in zip(U[j], h, strict=True)) + b[j]
            )
            for j in range(H)
        ]

    layer = {"dot": layer_of_dots, "lists": layer_of_lists, "sums": layer_of_sums}[style]

    def f(x: Any, y: Value) -> Value:
        h: Any = [0.0] * H
        for t in range(T):
            h = layer(x[t], h)
        return square(dot(v, h) - y)

    return f, (_numbers(draw, T, D), 0.3)


@program
def rnn_of_lists() -> Program:
    return rnn(style="lists")


@program
def rnn_of_sums() -> Program:
    return rnn(style="sums")


@program
def gru(T: int = 12, H: int = 6, D: int = 3) -> Program:
    draw = Random(3)
    gates = [(_values(draw, H, D), _values(draw, H, H), _values(draw, H)) for _ in range(3)]
    v = _values(draw, H)

    def f(x: Any, y: Any) -> Value:
        h: Any = [Value(0.0)] * H
        loss: Any = 0.0
        for t in range(T):
            z, r = ([sigmoid(dot(W[j], x[t]) + dot(U[j], h) + b[j]) for j in range(H)] for W, U, b in gates[:2])
            W, U, b = gates[2]
            rh = [r[j] * h[j] for j in range(H)]
            n = [tanh(dot(W[j], x[t]) + dot(U[j], rh) + b[j]) for j in range(H)]
            h = [(1 - z[j]) * n[j] + z[j] * h[j] for j in range(H)]
            loss = loss + square(dot(v, h) - y[t])
        return loss / T

    return f, (_numbers(draw, T, D), _numbers(draw, T))


@program
def lstm(T: int = 12, H: int = 6, D: int = 3) -> Program:
    draw = Random(4)
    gates = [(_values(draw, H, D), _values(draw, H, H), _values(draw, H)) for _ in range(4)]
    h0, c0 = _values(draw, H), _values(draw, H)

    def f(x: Any) -> Value:
        h, c = h0, c0
        hs = []
        for t in range(T):
            i, o, g, k = (
                [activation(dot(W[j], x[t]) + dot(U[j], h) + b[j]) for j in range(H)]
                for activation, (W, U, b) in zip((sigmoid, sigmoid, sigmoid, tanh), gates, strict=True)
            )
            c = [o[j] * c[j] + i[j] * k[j] for j in range(H)]
            h = [g[j] * tanh(c[j]) for j in range(H)]
            hs.append(h)
        return total([square(one) for h in hs for one in h])

    return f, (_numbers(draw, T, D),)


@program
def hidden_markov(T: int = 20, S: int = 5) -> Program:
    draw = Random(5)
    A, means, start = _values(draw, S, S), _values(draw, S), _values(draw, S)

    def f(x: Any) -> Value:
        rows = [[one - logsumexp(row) for one in row] for row in A]
        alpha = [start[s] - square(x[0] - means[s]) for s in range(S)]
        for t in range(1, T):
            alpha = [logsumexp([alpha[r] + rows[r][s] for r in range(S)]) - 0.5 * square(x[t] - means[s]) for s in range(S)]
        return -logsumexp(alpha)

    return f, (_numbers(draw, T),)


@program
def kalman(T: int = 25) -> Program:
    q, r, a = Value(0.3), Value(0.2), Value(0.9)

    def f(x: Any) -> Value:
        mean: Any = 0.0
        variance: Any = 1.0
        loss: Any = 0.0
        for one in x:
            mean, variance = a * mean, a * a * variance + exp(q)
            s = variance + exp(r)
            gain = variance / s
            error = one - mean
            loss = loss + 0.5 * (log(s) + error * error / s)
            mean = mean + gain * error
            variance = (1 - gain) * variance
        return loss

    return f, (_numbers(Random(6), T),)


@program
def soft_dtw(n: int = 10, m: int = 12) -> Program:
    gamma, scale = Value(0.7), Value(1.2)

    def f(x: Any, y: Any) -> Value:
        infinite = 1e10
        R: list[list[Any]] = [[infinite] * (m + 1) for _ in range(n + 1)]
        R[0][0] = 0.0
        for i in range(1, n + 1):
            for j in range(1, m + 1):
                cost = square(scale * x[i - 1] - y[j - 1])
                soft = -gamma * logsumexp([-R[i - 1][j] / gamma, -R[i][j - 1] / gamma, -R[i - 1][j - 1] / gamma])
                R[i][j] = cost + soft
        return R[n][m]

    draw = Random(7)
    return f, (_numbers(draw, n), _numbers(draw, m))


@program
def conditional_random_field(T: int = 15, S: int = 4, D: int = 3) -> Program:
    draw = Random(8)
    W, A = _values(draw, S, D), _values(draw, S, S)
    labels = [draw.randrange(S) for _ in range(T)]

    def f(x: Any) -> Value:
        scores = [[dot(W[s], x[t]) for s in range(S)] for t in range(T)]
        alpha = scores[0]
        for t in range(1, T):
            alpha = [logsumexp([alpha[r] + A[r][s] for r in range(S)]) + scores[t][s] for s in range(S)]
        gold = scores[0][labels[0]]
        for t in range(1, T):
            gold = gold + A[labels[t - 1]][labels[t]] + scores[t][labels[t]]
        return logsumexp(alpha) - gold

    return f, (_numbers(draw, T, D),)


@program
def layers(sizes: Sequence[int] = (6, 12, 12, 1), *, style: str = "dot") -> Program:
    draw = Random(9)
    weights = [(_values(draw, n, m), _values(draw, n)) for m, n in pairwise(sizes)]

    def f(x: Any, y: Value) -> Value:
        h: Any = x
        for W, b in weights:
            if style == "dot":
                h = [tanh(dot(row, h) + one) for row, one in zip(W, b, strict=True)]
            elif style == "total":
                h = [tanh(total([w * a for w, a in zip(row, h, strict=True)]) + one) for row, one in zip(W, b, strict=True)]
            elif style == "sum":
                h = [tanh(sum((w * a for w, a in zip(row, h, strict=True)), one)) for row, one in zip(W, b, strict=True)]
            else:
                z: Any = [[w * a for w, a in zip(row, h, strict=True)] for row in W]
                z = [sum(row) for row in z]
                z = [one + other for one, other in zip(z, b, strict=True)]
                h = [tanh(one) for one in z]
        return square(h[0] - y)

    return f, (_numbers(draw, sizes[0]), 0.4)


@program
def layers_of_totals() -> Program:
    return layers(style="total")


@program
def layers_of_sums() -> Program:
    return layers(style="sum")


@program
def layers_of_lists() -> Program:
    return layers(style="lists")


@program
def attention(T: int = 8, D: int = 6) -> Program:
    draw = Random(10)
    Q, K, V = (_values(draw, D, D) for _ in range(3))

    def f(x: Any) -> Value:
        q, k, v = ([[dot(row, one) for row in M] for one in x] for M in (Q, K, V))
        loss: Any = 0.0
        for t in range(T):
            scores = [dot(q[t], k[s]) / D**0.5 for s in range(T)]
            norm = logsumexp(scores)
            shares = [exp(score - norm) for score in scores]
            y = [dot(shares, [v[s][j] for s in range(T)]) for j in range(D)]
            loss = loss + total([square(y[j] - x[t][j]) for j in range(D)])
        return loss

    return f, (_numbers(draw, T, D),)


@program
def causal_attention(T: int = 8, D: int = 6) -> Program:
    draw = Random(11)
    Q, K, V = (_values(draw, D, D) for _ in range(3))

    def f(x: Any) -> Value:
        q, k, v = ([[dot(row, one) for row in M] for one in x] for M in (Q, K, V))
        loss: Any = 0.0
        for t in range(T):
            scores = [dot(q[t], k[s]) / D**0.5 for s in range(t + 1)]
            norm = logsumexp(scores)
            shares = [exp(score - norm) for score in scores]
            y = [dot(shares, [v[s][j] for s in range(t + 1)]) for j in range(D)]
            loss = loss + total([square(y[j] - x[t][j]) for j in range(D)])
        return loss

    return f, (_numbers(draw, T, D),)


@program
def cholesky(n: int = 10) -> Program:
    length = Value(0.8)

    def f(x: Any, y: Any) -> Value:
        K = [[exp(-square((x[i] - x[j]) * length)) + (0.5 if i == j else 0.0) for j in range(n)] for i in range(n)]
        L: list[list[Any]] = [[0.0] * n for _ in range(n)]
        for i in range(n):
            for j in range(i + 1):
                s = K[i][j]
                for k in range(j):
                    s = s - L[i][k] * L[j][k]
                L[i][j] = sqrt(s) if i == j else s / L[j][j]
        z: list[Any] = []
        for i in range(n):
            s = y[i]
            for k in range(i):
                s = s - L[i][k] * z[k]
            z.append(s / L[i][i])
        return 0.5 * total([square(one) for one in z]) + total([log(L[i][i]) for i in range(n)])

    draw = Random(12)
    return f, ([i + draw.uniform(-0.3, 0.3) for i in range(n)], _numbers(draw, n))


@program
def mixture(n: int = 30, K: int = 4) -> Program:
    draw = Random(13)
    means, scales, weights = _values(draw, K), _values(draw, K), _values(draw, K)

    def f(x: Any) -> Value:
        norm = logsumexp(weights)
        loss: Any = 0.0
        for one in x:
            loss = loss - logsumexp(
                [weights[k] - norm - scales[k] - 0.5 * square((one - means[k]) / exp(scales[k])) for k in range(K)]
            )
        return loss

    return f, (_numbers(draw, n),)


@program
def prefix_sums(T: int = 30) -> Program:
    a = Value(0.3)

    def f(x: Any) -> Value:
        sums = [x[0] * a]
        for one in x[1:]:
            sums.append(sums[-1] + one * a)
        return total([tanh(one) for one in sums])

    return f, (_numbers(Random(14), T),)


@program
def skips(T: int = 30, distance: int = 3) -> Program:
    a, b = Value(0.3), Value(0.7)
    start = _values(Random(15), distance)

    def f(x: Any) -> Value:
        h = list(start)
        for one in x:
            h.append(tanh(a * h[-1] + b * h[-distance] + one))
        return total(h)

    return f, (_numbers(Random(16), T),)


@program
def two_recurrences(T: int = 30) -> Program:
    a, b = Value(0.3), Value(0.7)

    def f(x: Any, y: Any) -> Value:
        u: Any = 0.0
        v: Any = 1.0
        loss: Any = 0.0
        for t in range(T):
            u = tanh(a * u + x[t])
            if t % 2 == 0:
                v = sigmoid(b * v + y[t // 2])
            loss = loss + u * v
        return loss

    return f, (_numbers(Random(17), T), _numbers(Random(18), T))


@program
def backwards(T: int = 30) -> Program:
    a, b = Value(0.3), Value(0.7)

    def f(x: Any) -> Value:
        u: Any = 0.5
        forward, backward = [], []
        for t in range(T):
            u = tanh(a * u + x[t])
            forward.append(u)
        u = 0.5
        for t in reversed(range(T)):
            u = tanh(b * u + x[t])
            backward.append(u)
        return total([f * g for f, g in zip(forward, reversed(backward), strict=True)])

    return f, (_numbers(Random(19), T),)


@program
def tree(depth: int = 5) -> Program:
    w, v, b = Value(0.3), Value(0.7), Value(0.1)

    def f(x: Any) -> Value:
        h = x
        while len(h) > 1:
            h = [tanh(w * h[i] + v * h[i + 1] + b) for i in range(0, len(h), 2)]
        return square(h[0])

    return f, (_numbers(Random(20), 2**depth),)


@program
def permutation(n: int = 40) -> Program:
    draw = Random(21)
    w = _values(draw, n)
    order = draw.sample(range(n), n)

    def f(x: Any) -> Value:
        h = [tanh(w[i] * x[i]) for i in range(n)]
        return total([h[order[i]] * x[i] for i in range(n)])

    return f, (_numbers(draw, n),)


@program
def sparse_graph(n: int = 24, T: int = 8) -> Program:
    draw = Random(22)
    a, b = Value(0.3), Value(0.2)
    neighbours = [draw.sample(range(n), 3) for _ in range(n)]

    def f(x: Any) -> Value:
        h = x
        for _ in range(T):
            h = [tanh(a * h[i] + b * total([h[j] for j in neighbours[i]])) for i in range(n)]
        return total(h)

    return f, (_numbers(draw, n),)


@program
def shortest_path(n: int = 8, T: int = 8) -> Program:
    w = _values(Random(23), n, n)

    def f(x: Any) -> Value:
        best = x
        for _ in range(T):
            best = [minimum([best[i] + square(w[i][j]) for i in range(n)]) for j in range(n)]
        return maximum(best)

    return f, (_numbers(Random(24), n),)


@program
def heat(n: int = 16, T: int = 10) -> Program:
    k = Value(0.2)

    def f(u: Any, target: Any) -> Value:
        for _ in range(T):
            inner = [u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1]) for i in range(1, n - 1)]
            u = [u[0], *inner, u[-1]]
        return total([square(one - other) for one, other in zip(u, target, strict=True)])

    draw = Random(25)
    return f, (_numbers(draw, n), _numbers(draw, n))


@program
def convolution(n: int = 30, width: int = 5, channels: int = 3) -> Program:
    draw = Random(26)
    kernels = _values(draw, channels, width)

    def f(x: Any) -> Value:
        maps = [[tanh(dot(kernel, x[i : i + width])) for i in range(n - width + 1)] for kernel in kernels]
        pooled = [[maximum(row[i : i + 2]) for i in range(0, len(row) - 1, 2)] for row in maps]
        return total([one for row in pooled for one in row])

    return f, (_numbers(draw, n),)


@program
def polynomial(n: int = 12, points: int = 20) -> Program:
    coefficients = _values(Random(27), n)

    def f(x: Any, y: Any) -> Value:
        loss: Any = 0.0
        for one, target in zip(x, y, strict=True):
            value: Any = 0.0
            for c in reversed(coefficients):
                value = value * one + c
            loss = loss + square(value - target)
        return loss

    draw = Random(28)
    return f, (_numbers(draw, points), _numbers(draw, points))


@program
def weighted_terms(n: int = 40) -> Program:
    a = Value(0.4)

    def f(x: Any) -> Value:
        return total([(0.3 + 0.2 * i - 0.05 * i * i) * sigmoid(a * x[i] + 0.1 * (i % 3)) for i in range(n)])

    return f, (_numbers(Random(29), n),)


@program
def bundle_adjustment(cameras: int = 4, points: int = 8, seen: int = 24) -> Program:
    draw = Random(30)
    poses, places = _values(draw, cameras, 4), _values(draw, points, 3)
    pairs = [(draw.randrange(cameras), draw.randrange(points)) for _ in range(seen)]

    def f(x: Any) -> Value:
        loss: Any = 0.0
        for (camera, point), (u, v) in zip(pairs, x, strict=True):
            angle, a, b, c = poses[camera]
            p, q, r = places[point]
            depth = 3.0 + r + c
            loss = loss + square((p * angle + q + a) / depth - u) + square((q * angle - p + b) / depth - v)
        return loss

    return f, (_numbers(draw, seen, 2),)


@program
def splines(n: int = 40, knots: int = 10) -> Program:
    draw = Random(31)
    coefficients = _values(draw, knots + 3)
    positions = [draw.uniform(0.0, knots) for _ in range(n)]

    def f(y: Any) -> Value:
        loss: Any = 0.0
        for position, target in zip(positions, y, strict=True):
            k = int(position)
            t = position - k
            weights = ((1 - t) ** 3 / 6, (3 * t**3 - 6 * t**2 + 4) / 6, (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6, t**3 / 6)
            value = sum(w * c for w, c in zip(weights, coefficients[k : k + 4], strict=True))
            loss = loss + square(value - target)
        return loss

    return f, (_numbers(draw, n),)


@program
def ising(n: int = 6) -> Program:
    J, h = Value(0.4), Value(0.1)

    def f(spins: Any) -> Value:
        energy: Any = 0.0
        for i in range(n):
            for j in range(n):
                neighbours = spins[(i + 1) % n][j] + spins[i][(j + 1) % n]
                energy = energy - J * spins[i][j] * neighbours - h * spins[i][j]
        return energy

    return f, (_numbers(Random(32), n, n),)


@program
def sparse_steps(n: int = 30, T: int = 6) -> Program:
    draw = Random(33)
    w = _values(draw, n)
    neighbours = [[draw.sample(range(n), 2) for _ in range(n)] for _ in range(T)]

    def f(x: Any) -> Value:
        h = x
        for step in neighbours:
            h = [tanh(w[i] * h[j] + w[j] * h[i]) for i, j in step]
        return dot(h, x)

    return f, (_numbers(draw, n),)


@program
def gaussian_process(n: int = 8) -> Program:
    length, noise = Value(0.8), Value(-1.0)

    def f(x: Any, y: Any) -> Value:
        K = [[exp(-0.5 * square((a - b) / length)) for b in x] for a in x]
        for i in range(n):
            K[i][i] = K[i][i] + exp(noise)
        # Gaussian elimination.
        b = list(y)
        logdet: Any = 0.0
        for k in range(n):
            logdet = logdet + log(K[k][k])
            for i in range(k + 1, n):
                factor = K[i][k] / K[k][k]
                for j in range(k + 1, n):
                    K[i][j] = K[i][j] - factor * K[k][j]
                b[i] = b[i] - factor * b[k]
        z: list[Any] = [0.0] * n
        for i in reversed(range(n)):
            s = b[i]
            for j in range(i + 1, n):
                s = s - K[i][j] * z[j]
            z[i] = s / K[i][i]
        return dot(list(y), z) + logdet

    draw = Random(34)
    return f, ([i + draw.uniform(-0.3, 0.3) for i in range(n)], _numbers(draw, n))


@program
def early_stop(T: int = 20, stop: int = 13) -> Program:
    a = Value(0.3)

    def f(x: Any) -> Value:
        h: Any = 0.1
        loss: Any = 0.0
        for t in range(T):
            h = tanh(a * h + x[t])
            if t < stop:
                loss = loss + square(h - x[t])
            if t == T - 1:
                loss = loss * sigmoid(h)
        return loss

    return f, (_numbers(Random(35), T),)


@program
def recomputed(T: int = 20) -> Program:
    """The same scalars are computed again in each step, and some in the step after."""
    a, b = Value(0.3), Value(0.7)

    def f(x: Any) -> Value:
        def slope(one: Any) -> Value:
            return exp(a) * tanh(one) + sigmoid(b)

        loss: Any = 0.0
        for t in range(T - 1):
            loss = loss + (slope(x[t]) + slope(x[t + 1])) / 2
        return loss

    return f, (_numbers(Random(36), T),)


@program
def strides(n: int = 12) -> Program:
    """A matrix that is read by rows, by columns, along diagonals and backwards."""
    W = _values(Random(37), n, n)

    def f(x: Any) -> Value:
        rows = [tanh(dot(row, x)) for row in W]
        columns = [tanh(dot([W[i][j] for i in range(n)], rows)) for j in range(n)]
        diagonals = [dot([W[i][(i + j) % n] for i in range(n)], columns) for j in range(n)]
        return total([W[i][n - 1 - i] * diagonals[n - 1 - i] for i in range(n)])

    return f, (_numbers(Random(38), n),)
