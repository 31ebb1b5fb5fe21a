"""The oracle: the eager engine, one example after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from autograd import Value, grad, mean


def as_values(example: Any) -> Any:
    """An example with a Value for each number."""
    if isinstance(example, dict):
        return {key: as_values(part) for key, part in example.items()}
    if isinstance(example, list | tuple):
        return type(example)([as_values(part) for part in example])
    return Value(float(example))


def examples_of(batch: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The examples of a batch of arrays, in Values; a function without arguments has one."""
    if not batch:
        return [()]
    return [as_values(tuple(numpy.asarray(array)[n].tolist() for array in batch)) for n in range(len(batch[0]))]


def loss_of(result: Any) -> Value:
    """The loss, of a function that may return outputs too."""
    loss: Value = result[0] if isinstance(result, tuple) else result
    return loss


class Eager:
    """What the eager engine computes for a batch.

    Attributes:
        loss: the mean.
        gradient: of the mean, bit for bit that of one backward pass.
        size: of each parameter's gradient, the sum of the magnitudes of the examples' shares: what roundings are relative to.
    """

    def __init__(self, f: Any, examples: Sequence[Any], parameters: Sequence[Value]) -> None:
        losses = [loss_of(f(*example)) for example in examples]
        self.losses = [one.data for one in losses]
        whole = mean(losses)
        self.loss = whole.data
        self.gradient = numpy.array(grad(whole, list(parameters)), float)
        self.size = numpy.zeros(len(parameters))
        for one in losses:
            self.size += numpy.abs(numpy.array(grad(one, list(parameters)), float)) / len(losses)


def assert_close(program: Any, batch: Sequence[Any], eager: Eager, tolerance: float = 1e-12) -> None:
    """The program's loss, losses and gradient are those of the eager engine, to within roundings of their terms."""
    theta = program.parameters.read()
    loss, gradient = program.value_and_grad(theta, *batch)
    scale = max(1.0, *map(abs, eager.losses))
    assert abs(loss - eager.loss) <= tolerance * scale
    assert numpy.abs(program.losses(theta, *batch) - eager.losses).max() <= tolerance * scale
    assert program(theta, *batch) == loss or abs(program(theta, *batch) - loss) <= tolerance * scale
    assert (numpy.abs(gradient - eager.gradient) <= tolerance * numpy.maximum(1.0, eager.size)).all()


def assert_same_bits(program: Any, batch: Sequence[Any], eager: Eager) -> None:
    """An exact program agrees to the last bit."""
    loss, gradient = program.value_and_grad(program.parameters.read(), *batch)
    assert numpy.array(loss).tobytes() == numpy.array(eager.loss).tobytes()
    assert gradient.tobytes() == eager.gradient.tobytes()
