"""Random functions with loops: recurrences over several states, of vectors too, that read inputs, parameters, constants, earlier
states and the results of earlier loops in even and uneven places, with first, last and other steps that differ."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from autograd import Value, dot, logsumexp, maximum, sigmoid, square, tanh, total, where

Numbers = list[Any]


class RandomLoops:
    """A random function of one example.

    Args:
        seed: everything is drawn from it, in any process.

    Attributes:
        example: the arguments.
    """

    def __init__(self, seed: object) -> None:
        # A string as a seed is hashed by random itself, the same in all processes.
        self._seed = f"loops {seed}"
        draw = Random(self._seed)
        self._T = draw.choice([4, 5, 6, 7, 9, 12])
        self._H = draw.choice([1, 2, 3, 4, 5, 7])
        self._n_loops = draw.choice([1, 1, 2, 3])
        n = self._T * 2 + self._H + 4
        self._parameters = [Value(draw.uniform(-0.6, 0.6)) for _ in range(n)]
        self._matrix = [[Value(draw.uniform(-0.6, 0.6)) for _ in range(self._H)] for _ in range(self._H)]
        self.example = (
            [draw.uniform(-0.6, 0.6) for _ in range(n)],
            [[draw.uniform(-0.6, 0.6) for _ in range(self._H)] for _ in range(self._T)],
        )

    def __call__(self, x: Numbers, rows: list[Numbers]) -> tuple[Value, dict[str, Any]]:
        draw = Random(self._seed + " body")
        histories: list[Numbers] = []
        results: Numbers = []
        for _ in range(self._n_loops):
            results += self._loop(draw, x, rows, histories)
        loss = total([one * weight for one, weight in zip(results, [0.5, -0.3, 0.8] * len(results), strict=False)])
        return loss, {"history": histories[-1], "results": results}

    # ------------------------------------------------------------------------------------------------------- one loop

    def _loop(self, draw: Random, x: Numbers, rows: list[Numbers], histories: list[Numbers]) -> Numbers:
        """A loop; its history is added to those of the loops before."""
        T, H = self._T, self._H
        distance = draw.choice([1, 1, 1, 2, 3])
        states: list[Numbers] = [[self._initial(draw, x) for _ in range(distance)] for _ in range(draw.choice([1, 1, 2]))]
        vector: Numbers = [self._initial(draw, x) for _ in range(H)]
        statements = [self._statement(draw, x, rows, histories, states) for _ in range(draw.randint(1, 4))]
        # A vector's new elements, from all its old ones.
        of_vector = self._of_vector(draw, rows) if draw.random() < 0.6 else None
        extra_every, stop = draw.choice([0, 0, 0, 2, 3]), draw.choice([T, T, T, T - 2])
        other_first = draw.random() < 0.2
        loss: Any = draw.choice([0.0, 0.0, None])
        history: Numbers = []
        for t in range(T):
            new = [statement(t) for statement in statements]
            for number, state in enumerate(states):
                state.append(new[number % len(new)])
            if of_vector is not None:
                vector = of_vector(t, vector)
            if extra_every and t % extra_every == 0:
                states[0][-1] = tanh(states[0][-1] + x[t])
            if other_first and t == 0:
                states[0][-1] = square(states[0][-1])
            if loss is not None and t < stop:
                loss = loss + square(new[-1] - x[t])
            history.append(new[-1])
        histories.append(history)
        return [one for one in (loss, states[0][-1], *vector, *(history if draw.random() < 0.4 else [])) if one is not None]

    def _initial(self, draw: Random, x: Numbers) -> Any:
        kind = draw.randrange(5)
        if kind == 0:
            return 0.0
        if kind == 1:
            return Value(0.1 * draw.randrange(3))
        if kind == 2:
            return draw.choice(self._parameters)
        return draw.choice(x) if kind == 3 else tanh(draw.choice(x) * draw.choice(self._parameters))

    def _statement(
        self, draw: Random, x: Numbers, rows: list[Numbers], histories: list[Numbers], states: list[Numbers]
    ) -> Callable[[int], Any]:
        """A scalar of each step."""
        a, b, c = (self._operand(draw, x, rows, histories, states) for _ in range(3))
        kinds: list[Callable[[int], Any]] = [
            lambda t: a(t) + b(t) * c(t),
            lambda t: tanh(a(t) * b(t)),
            lambda t: sigmoid(a(t)) - b(t),
            lambda t: dot(self._parameters[:3], [a(t), b(t), c(t)]),
            lambda t: dot([a(t)] * 2 + rows[t], [b(t)] * 2 + self._matrix[0]),
            lambda t: logsumexp([a(t), b(t), c(t)]) * 0.5,
            lambda t: maximum([a(t), b(t)]) * c(t),
            lambda t: where(a(t) > b(t), b(t), c(t) * 0.5),
            lambda t: sum((w * one for w, one in zip(self._matrix[-1], rows[t], strict=True)), a(t)),
            lambda t: total(rows[t]) * a(t) + b(t),
        ]
        return draw.choice(kinds)

    def _operand(
        self, draw: Random, x: Numbers, rows: list[Numbers], histories: list[Numbers], states: list[Numbers]
    ) -> Callable[[int], Any]:
        """An operand in each step, a Value."""
        T, p = self._T, self._parameters
        order = draw.sample(range(T), T)
        fixed, far, factor = draw.randrange(len(p)), draw.randint(0, 2), draw.choice([0.5, 0.25, -0.7])
        state, column = draw.choice(states), draw.randrange(self._H)
        kinds: list[Callable[[int], Any]] = [
            lambda t: x[t],
            lambda t: x[2 * t + far],
            lambda t: x[T - 1 - t],
            lambda t: x[t // 2],
            lambda t: x[order[t]],
            lambda t: p[fixed],
            lambda t: p[t],
            lambda t: p[order[t]],
            lambda t: p[fixed] * factor,
            lambda t: x[t] * (0.1 * t + factor),
            lambda t: rows[t][column],
            lambda t: self._matrix[column][t % self._H],
            *[lambda t: Value(0.5) * x[0] + state[-1]] * 3,
            *[lambda t: state[t] + p[fixed]] * 3,
        ]
        if histories:
            history = draw.choice(histories)
            kinds += [
                lambda t: history[t],
                lambda t: history[T - 1 - t],
                lambda t: history[order[t]],
                lambda t: history[max(t - far, 0)],
            ]
        return draw.choice(kinds)

    def _of_vector(self, draw: Random, rows: list[Numbers]) -> Callable[[int, Numbers], Numbers]:
        H, W, p = self._H, self._matrix, self._parameters
        shift = draw.randint(1, 2)
        kinds: list[Callable[[int, Numbers], Numbers]] = [
            lambda t, h: [tanh(dot(W[j], h) + rows[t][j]) for j in range(H)],
            lambda t, h: [tanh(sum(w * one for w, one in zip(W[j], h, strict=True)) + p[j]) for j in range(H)],
            lambda t, h: [h[j] + p[j] * h[(j + shift) % H] for j in range(H)],
            lambda t, h: [h[j] + 0.1 * (h[max(j - 1, 0)] - 2.0 * h[j] + h[min(j + 1, H - 1)]) for j in range(H)],
            lambda t, h: [logsumexp([h[k] + W[k][j] for k in range(H)]) - rows[t][j] for j in range(H)],
            lambda t, h: [sigmoid(p[j] * rows[t][j]) * h[j] + (1 - p[j]) * tanh(h[j]) for j in range(H)],
            lambda t, h: [total([h[k] * W[j][k] for k in range(j + 1)]) for j in range(H)],
        ]
        return draw.choice(kinds)
