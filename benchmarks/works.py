"""The works that `vectorized.py` times: networks, their first numbers and batches, the same in every process.

The parameters of a work are a list of arrays, each layer's W (a row for each unit) before its b; "flat" is their numbers in
that order. One training step is: the mean loss over the batch, its gradient, parameters -= rate * gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import numpy

Array = Any  # numpy.ndarray
Batch = tuple[Array, Array]

# With this seed no ReLU comes within 0.00004 of its kink in the steps that are compared, where roundings decide its slope.
_SEED = 14


@dataclass(frozen=True)
class Work:
    """One network, batch and dtype.

    Attributes:
        name: what `--only` takes.
        title: what the table says.
        network: the kind of network, by which an engine chooses its program: hinge, xor, digits, words.
        sizes: of its layers, inputs first.
        n_examples: of its batch.
        dtype: of all numbers.
        rate: the learning rate.
        vocabulary: how many words the embedding matrix E has rows for, which comes before all layers; 0: there is none.
        dimensions: the length of its rows.
    """

    name: str
    title: str
    network: str
    sizes: tuple[int, ...]
    n_examples: int
    dtype: str
    rate: float
    vocabulary: int = 0
    dimensions: int = 0

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the parameters."""
        embedding: list[tuple[int, ...]] = [(self.vocabulary, self.dimensions)] if self.vocabulary else []
        return embedding + [shape for n_in, n_out in pairwise(self.sizes) for shape in ((n_out, n_in), (n_out,))]

    def start(self) -> Array:
        """The parameters that training starts from, flat: uniform, the weights of a unit with variance 1 / n_inputs."""
        generator = numpy.random.default_rng(_SEED)
        limits = [1.0 if shape == (self.vocabulary, self.dimensions) else (3.0 / shape[-1]) ** 0.5 for shape in self.shapes]
        arrays = [generator.uniform(-limit, limit, shape) for limit, shape in zip(limits, self.shapes, strict=True)]
        arrays = [array if array.ndim == 2 else 0.1 * array for array in arrays]
        return numpy.concatenate([array.ravel() for array in arrays]).astype(self.dtype)

    def split(self, flat: Array) -> list[Array]:
        """The parameters as views of a flat array."""
        arrays, start = [], 0
        for shape in self.shapes:
            arrays.append(flat[start : start + prod(shape)].reshape(shape))
            start += prod(shape)
        return arrays

    def batch(self, number: int = 0) -> Batch:
        """Inputs X and targets y of a batch, a row or number for each example."""
        X, y = _BATCHES[self.network](self, numpy.random.default_rng(2 + number))
        return (X if self.vocabulary else X.astype(self.dtype)), (y if y.dtype == int else y.astype(self.dtype))


def _points(work: Work, generator: Any) -> Batch:
    X = generator.uniform(-1, 1, (work.n_examples, 2))
    return X, numpy.where(X[:, 0] * X[:, 1] > 0, 1.0, -1.0)


def _xor(work: Work, generator: Any) -> Batch:
    order = generator.permutation(4)[: work.n_examples]
    return numpy.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])[order], numpy.array([-1.0, 1.0, 1.0, -1.0])[order]


def _digits(work: Work, generator: Any) -> Batch:
    return generator.uniform(0, 1, (work.n_examples, work.sizes[0])), generator.integers(0, work.sizes[-1], work.n_examples)


def _words(work: Work, generator: Any) -> Batch:
    n_words = work.sizes[0] // work.dimensions
    # A few words are most of any text (Zipf's law): so rows of E repeat within a batch, and their gradients add up.
    numbers = numpy.exp(generator.uniform(0, numpy.log(work.vocabulary), (work.n_examples, n_words + 1))).astype(int)
    return numbers[:, :-1].copy(), numbers[:, -1].copy()


_BATCHES: dict[str, Callable[[Work, Any], Batch]] = {"hinge": _points, "xor": _xor, "digits": _digits, "words": _words}

_DIGITS = ((784, 128, 10), 128)
WORKS = {
    work.name: work
    for work in (
        # ReLU units, a linear output, max(0, 1 - y·s).
        Work("hinge", "2-16-16-1, ReLU, hinge loss, 100 examples, float64", "hinge", (2, 16, 16, 1), 100, "float64", 0.05),
        # tanh units, the output too; the square of its distance from -1 or 1.
        Work("xor", "2-2-1 XOR, tanh, squared error, 4 examples, float64", "xor", (2, 2, 1), 4, "float64", 0.05),
        # One example at a time, as stochastic gradient descent has it.
        Work("hinge1", "2-16-16-1, ReLU, hinge loss, 1 example, float64", "hinge", (2, 16, 16, 1), 1, "float64", 0.05),
        Work("xor1", "2-2-1 XOR, tanh, squared error, 1 example, float64", "xor", (2, 2, 1), 1, "float64", 0.05),
        # ReLU units, softmax, cross-entropy.
        Work("digits64", "784-128-10, ReLU, cross-entropy, 128 examples, float64", "digits", *_DIGITS, "float64", 0.05),
        Work("digits32", "784-128-10, ReLU, cross-entropy, 128 examples, float32", "digits", *_DIGITS, "float32", 0.05),
        # The vectors of 5 words side by side, tanh units, softmax over all words, cross-entropy.
        Work(
            "words",
            "window language model: 10,000 words, 5 × 60 inputs, 100 tanh units, 128 examples, float32",
            "words", (300, 100, 10000), 128, "float32", 0.05, vocabulary=10000, dimensions=60,
        ),
    )
}  # fmt: skip
