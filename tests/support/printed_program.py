"""The printed source of a rolled program, to be run and compared with the eager engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from autograd import Value, grad
from autograd.vectorizing.example.batches import Batches
from autograd.vectorizing.example.eager import mean_loss
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.printed_loops.source import source_of
from autograd.vectorizing.rolled.rolling import roll


class Printed:
    """A function's rolled program as source, and the module that it is."""

    def __init__(self, f: Callable[..., Any], batch: Sequence[Any], parameters: Sequence[Value] | None = None) -> None:
        example = [_first(part) for part in batch]
        self._recorded = record(f, tuple(example), None if parameters is None else list(parameters))
        rolled = roll(self._recorded)
        self.values = list(rolled.parameter_values)
        self.theta = numpy.array([value.data for value in self.values], float)
        self.source = source_of(rolled, self._recorded, len(self.values))
        self.scope: dict[str, Any] = {}
        exec(self.source, self.scope)
        self._batch = batch

    def run(self, m: int) -> tuple[float, Any]:
        return self.scope["value_and_grad"](self.theta, *self._arrays(m))

    def _arrays(self, m: int) -> list[Any]:
        batches = Batches(self._recorded.arguments)
        limits = [None for _ in self._recorded.arguments.arrays]
        return list(batches.read([_cut(part, m) for part in self._batch], limits, numpy.dtype(float))[1])

    def assert_agrees(self, *sizes: int) -> None:
        """The loss and the gradient are those of the eager engine, to within roundings."""
        for m in sizes:
            output, leaves = mean_loss(self._recorded, self.values, self.theta, m, self._arrays(m))
            expected = numpy.array(grad(output, leaves), float)
            loss, gradient = self.run(m)
            assert abs(loss - output.data) <= 1e-12 * max(1.0, abs(output.data)), self.source
            assert gradient.shape == expected.shape
            largest = max(1.0, numpy.abs(expected).max(initial=0.0))
            assert numpy.abs(gradient - expected).max(initial=0.0) <= 1e-12 * largest, self.source


def _first(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _first(one) for key, one in part.items()}
    return [_first(one) for one in part] if isinstance(part, list) else part[0].tolist()


def _cut(part: Any, m: int) -> Any:
    """The first m examples, again from the first one on where there are fewer."""
    if isinstance(part, dict):
        return {key: _cut(one, m) for key, one in part.items()}
    return [_cut(one, m) for one in part] if isinstance(part, list) else part[numpy.arange(m) % len(part)]
