"""The small networks as scalar programs: the loss of one example, with + and * on whatever numbers an engine has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

Scalar = Any
Scalars = Sequence[Scalar]
Activation = Callable[[Scalar], Scalar]


def hinge(sizes: Sequence[int], parameters: Scalars, x: Scalars, y: Scalar, relu: Activation, tanh: Any) -> Scalar:
    """max(0, 1 - y·s) of the output s of a network of ReLU units."""
    (score,) = _network(sizes, iter(parameters), x, relu, lambda z: z)
    return relu(1.0 - y * score)


def xor(sizes: Sequence[int], parameters: Scalars, x: Scalars, y: Scalar, relu: Any, tanh: Activation) -> Scalar:
    """(o - y)² of the output o of a network of tanh units."""
    (output,) = _network(sizes, iter(parameters), x, tanh, tanh)
    error = output - y
    return error * error


LOSSES: dict[str, Callable[..., Scalar]] = {"hinge": hinge, "xor": xor}


def _network(
    sizes: Sequence[int], parameters: Iterator[Scalar], x: Scalars, activation: Activation, output_activation: Activation
) -> list[Scalar]:
    h = list(x)
    for n_in, n_out in pairwise(sizes):
        W = [[next(parameters) for _ in range(n_in)] for _ in range(n_out)]
        b = [next(parameters) for _ in range(n_out)]
        function = activation if n_out != sizes[-1] else output_activation
        h = [function(sum((w_i * h_i for w_i, h_i in zip(w, h, strict=True)), b_i)) for w, b_i in zip(W, b, strict=True)]
    return h
