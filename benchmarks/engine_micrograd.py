"""One training step with micrograd's Values."""

from __future__ import annotations

import sys

import numpy
from engines import Array, Engine
from micrograd.engine import Value
from scalar_networks import LOSSES
from works import Work


def make(work: Work, threads: int) -> Engine:
    """The loop of micrograd's demonstration: one graph for all examples."""
    sys.setrecursionlimit(100_000)
    parameters = [Value(number) for number in work.start().tolist()]
    loss_of = LOSSES[work.network]

    def step(X: list[list[float]], y: list[float]) -> float:
        losses = [loss_of(work.sizes, parameters, x, target, Value.relu, None) for x, target in zip(X, y, strict=True)]
        loss = sum(losses) * (1.0 / len(losses))
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= work.rate * p.grad
        return loss.data

    def read() -> Array:
        return numpy.array([p.data for p in parameters])

    def write(flat: Array) -> None:
        for p, number in zip(parameters, flat.tolist(), strict=True):
            p.data = number

    return Engine(step, read, write, lambda X, y: (X.tolist(), y.tolist()))
