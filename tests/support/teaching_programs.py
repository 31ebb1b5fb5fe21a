"""Five programs whose printed source is kept: what a reader of the textbook would compile first.

``python tests/support/teaching_programs.py`` writes the snapshots anew, after a change that is meant to change them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

SNAPSHOTS = Path(__file__).parents[1] / "autograd" / "vectorizing" / "snapshots"

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from autograd import Program, Value, dot, relu, sigmoid, vectorize
from nn import MLP, Embedding, binary_cross_entropy_from_logit, concatenate, cross_entropy_from_logits, mean_pool


def vector(length: int, label: str) -> list[Value]:
    return [Value((i + 1) / 10, f"{label}[{i}]") for i in range(length)]


def matrix(rows: int, columns: int, label: str) -> list[list[Value]]:
    return [[Value((i - j) / 10, f"{label}[{i},{j}]") for j in range(columns)] for i in range(rows)]


def logistic_regression() -> Program:
    w, b = vector(3, "w"), Value(0.1, "b")
    return vectorize(lambda x, y: binary_cross_entropy_from_logit(dot(w, x) + b, y), [1.0, 2.0, 3.0], 1)


def xor() -> Program:
    network = MLP(2, [2, 1], activation="tanh")
    return vectorize(lambda x, y: binary_cross_entropy_from_logit(network(x)[0], y), [0, 1], 1)


def pooled_classifier() -> Program:
    """The textbook's h = σ(Wx + b), ŷ = softmax(Uh) with x the mean of the words' embeddings."""
    embedding = Embedding(20, 3)
    W, b, U = matrix(4, 3, "W"), vector(4, "b"), matrix(3, 4, "U")

    def loss(words: Any, y: Any) -> Value:
        x = mean_pool(embedding(words))
        h = [sigmoid(dot(row, x) + bias) for row, bias in zip(W, b, strict=True)]
        return cross_entropy_from_logits([dot(row, h) for row in U], y)

    return vectorize(loss, [1, 2, 3, 4, 5], 2)


def language_model() -> Program:
    embedding = Embedding(12, 4)
    network = MLP(8, [6, 12], activation="tanh")

    def loss(context: Any, word: Any) -> Value:
        return cross_entropy_from_logits(network(concatenate(embedding(context), 2, padding=0.0)), word)

    return vectorize(loss, [3, 5], 7)


def scalars() -> Program:
    """2-16-16-1 with + and *, as micrograd's demonstration writes it."""
    layers = [
        (matrix(n_out, n_in, f"w{depth}"), vector(n_out, f"b{depth}"))
        for depth, (n_in, n_out) in enumerate(((2, 16), (16, 16), (16, 1)))
    ]

    def loss(x: Any, y: Any) -> Value:
        h = x
        for depth, (w, b) in enumerate(layers):
            z = [sum((w_i * h_i for w_i, h_i in zip(row, h, strict=True)), bias) for row, bias in zip(w, b, strict=True)]
            h = [relu(one) for one in z] if depth < 2 else z
        return relu(1 + -y * h[0])

    return vectorize(loss, [0.5, -0.5], 1.0)


PROGRAMS: dict[str, Callable[[], Program]] = {
    function.__name__: function for function in (logistic_regression, xor, pooled_classifier, language_model, scalars)
}

if __name__ == "__main__":
    vectorize = partial(vectorize, engine="numpy")  # what the snapshots are of, as in the tests that read them
    for name, make in PROGRAMS.items():
        (SNAPSHOTS / f"{name}.txt").write_text(make().source, encoding="utf-8")
