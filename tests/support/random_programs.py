"""Random functions of one example, for comparing engines: layers, loops, look-ups, choices and shared results."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from autograd import (
    Value,
    argmax,
    argmin,
    atan2,
    dot,
    functions,
    hypot,
    logaddexp,
    logsumexp,
    maximum,
    minimum,
    pick,
    softmax,
    square,
    tanh,
    total,
    where,
    xlogy,
)

SMOOTH = (
    "tanh", "sigmoid", "relu", "square", "sin", "cos", "atan", "softplus", "logsigmoid", "gelu", "silu", "softsign", "erf",
    "erfc", "asinh", "cbrt", "abs", "expm1",
)  # fmt: skip
CONSTANTS = (0.5, 2.0, -1.0, 3.0, 1.0, 0.0, -0.0)


class RandomProgram:
    """A random function, and a batch of examples for it."""

    def __init__(self, seed: int) -> None:
        generator = random.Random(seed)
        self.n_inputs = generator.randint(1, 4)
        self.n_sides = generator.randint(1, 3)
        self.parameters = [Value(generator.uniform(-1.5, 1.5), f"p{i}") for i in range(generator.randint(1, 6))]
        self.weight = [[Value(generator.uniform(-1, 1)) for _ in range(3)] for _ in range(generator.randint(2, 4))]
        self._choices = [generator.random() for _ in range(600)]
        m = generator.choice([1, 2, 5])
        self.batch = (
            numpy.array([[generator.uniform(-2, 2) for _ in range(self.n_inputs)] for _ in range(m)]),
            {
                "a": numpy.array([generator.uniform(-1, 1) for _ in range(m)]),
                "b": numpy.array([[generator.uniform(-1, 1) for _ in range(self.n_sides)] for _ in range(m)]),
            },
            numpy.array([generator.randrange(3) for _ in range(m)]),
        )
        self.m = m

    def example(self, n: int) -> tuple[Any, ...]:
        """One example of the batch, in plain numbers."""
        x, sides, index = self.batch
        return x[n].tolist(), {key: array[n].tolist() for key, array in sides.items()}, int(index[n])

    def values(self, n: int) -> tuple[Any, ...]:
        """The same in Values."""
        x, sides, index = self.example(n)
        return [Value(v) for v in x], {"a": Value(sides["a"]), "b": [Value(v) for v in sides["b"]]}, Value(float(index))

    def arrays(self) -> list[Any]:
        """The batch as the emitted source takes it."""
        x, sides, index = self.batch
        return [x, sides["a"], sides["b"], index]

    def __call__(self, x: Sequence[Value], sides: dict[str, Any], index: Value) -> tuple[Value, dict[str, Any]]:
        choices = iter(self._choices * 20)

        def chance() -> float:
            return next(choices)

        def one_of(candidates: Sequence[Any]) -> Any:
            return candidates[int(chance() * len(candidates))]

        p, a_side, b_side = self.parameters, sides["a"], sides["b"]
        pool: list[Any] = [*x, *p, a_side, *b_side]
        vectors = [(list(x) + [a_side] * 3)[:3], (b_side + [p[0]] * 3)[:3]]
        for _ in range(int(3 + chance() * 12)):
            a, b, c = one_of(pool), one_of(pool), one_of(pool)
            steps: list[Callable[[], Any]] = [
                lambda a=a, b=b: a + b,
                lambda a=a, b=b: a * b,
                lambda a=a, b=b: a - b,
                lambda a=a, b=b: a / (square(b) + 1.0),
                lambda a=a: getattr(functions, one_of(SMOOTH))(a),
                lambda a=a, b=b: where(a < b, a * 2.0, b + 1.0),
                lambda a=a, b=b, c=c: maximum(a, b, c),
                lambda a=a, b=b: minimum(a, b),
                lambda: self._layer_of_dots(vectors, one_of, pool),
                lambda: self._layer_of_sums(vectors, one_of, pool),
                lambda: logsumexp([one_of(pool) for _ in range(int(2 + chance() * 4))]),
                lambda: total([one_of(pool) for _ in range(int(1 + chance() * 5))]),
                lambda: pick([one_of(pool) for _ in range(3)], index),
                lambda a=a, b=b: a * one_of(CONSTANTS) + b**2,
                lambda: self._softmax(vectors, one_of, pool, index),
                lambda a=a, b=b: hypot(a, b),
                lambda a=a, b=b: atan2(a, square(b) + 0.1),
                lambda a=a, b=b: logaddexp(a, b),
                lambda a=a, b=b: dot([a, b, a], [b, a, p[0]]),
                lambda a=a, b=b: argmax([a, b]) * a + argmin([b, a]) * b,
                lambda a=a, b=b: pick([a, b, p[0]], argmax([a, b, a])),
                lambda a=a, b=b: xlogy(square(a), square(b) + 0.5),
            ]
            pool.append(one_of(steps)())
            if chance() < 0.15:
                pool = [tanh(v) for v in pool]
        loss = tanh(pool[-1]) + total([v * 0.1 for v in pool[-5:]])
        return loss, {"last": pool[-2], "vector": vectors[-1]}

    def _layer_of_dots(self, vectors: list[Any], one_of: Any, pool: list[Any]) -> Value:
        h = [tanh(dot(w, one_of(vectors))) + self.parameters[0] for w in self.weight]
        vectors.append((h + h)[:3])
        pool += h
        return h[0]

    def _layer_of_sums(self, vectors: list[Any], one_of: Any, pool: list[Any]) -> Value:
        x = one_of(vectors)
        h = [sum((w_i * x_i for w_i, x_i in zip(w, x, strict=True)), self.parameters[-1]) for w in self.weight]
        vectors.append((h + h)[:3])
        pool += h
        return h[-1]

    def _softmax(self, vectors: list[Any], one_of: Any, pool: list[Any], index: Value) -> Value:
        shares = softmax(one_of(vectors))
        pool += shares
        return pick(shares, index)
