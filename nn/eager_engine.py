"""Training one example after the other: each loss is recorded as a graph of Values, as in the text's figures."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence
from typing import Any

from autograd import Value, collector_paused, no_grad, total
from nn.losses import Loss
from nn.optimizers import Optimizer

Example = tuple[Any, ...]

# A batch is recorded in parts of so many examples, so that its graph needs little memory however large the batch is.
_EXAMPLES_AT_ONCE = 32


class EagerEngine:
    """Computes with Values.

    Args:
        loss: of one example.
        optimizer: what moves the parameters.
        reached: all Values whose gradient a backward pass may change.
    """

    def __init__(self, loss: Loss, optimizer: Optimizer, reached: Sequence[Value]) -> None:
        self._loss = loss
        self._optimizer = optimizer
        self._reached = reached

    def step(self, examples: Sequence[Example], indices: Sequence[int], where: str) -> float:
        """One step against the gradient of the mean loss of some examples; the sum of their losses.

        Raises:
            FloatingPointError: a loss or a gradient is infinite or nan; no parameter has changed.
        """
        forget_gradients(self._reached)
        losses = self._backward(examples, indices, where)
        try:
            self._optimizer.step()
        except FloatingPointError as error:
            raise FloatingPointError(f"{error} (in {where}; a smaller learning rate often helps)") from None
        return math.fsum(losses)

    def measure(self, examples: Sequence[Example], where: str) -> float:
        """The mean loss of validation examples."""
        with no_grad():
            losses = [self._loss_of(example, f"validation[{n}]", where).data for n, example in enumerate(examples)]
        return math.fsum(losses) / len(losses)

    def numbers(self) -> list[float]:
        """The parameters' present numbers."""
        return [parameter.data for parameter in self._optimizer.parameters]

    def restore(self, numbers: Sequence[float]) -> None:
        """Give the parameters the numbers they had."""
        for parameter, number in zip(self._optimizer.parameters, numbers, strict=True):
            parameter.data = number

    def finish(self) -> None:
        """Leave no gradient behind."""
        forget_gradients(self._reached)

    def _backward(self, examples: Sequence[Example], indices: Sequence[int], where: str) -> list[float]:
        """Add the gradient of the mean loss of a batch to the parameters; the losses of its examples."""
        numbers: list[float] = []
        for start in range(0, len(indices), _EXAMPLES_AT_ONCE):
            some = indices[start : start + _EXAMPLES_AT_ONCE]
            with collector_paused():
                losses = tuple([self._loss_of(examples[index], f"examples[{index}]", where) for index in some])
                (total(losses) / len(indices)).backward()
            numbers += [one.data for one in losses]
        return numbers

    def _loss_of(self, example: Example, name: str, where: str) -> Value:
        try:
            value = self._loss(*example)
        except Exception as error:
            error.add_note(f"in {where}, for {name} = {reprlib.repr(example)}")
            raise
        if not isinstance(value, Value):
            raise TypeError(f"the loss of {name} is not a Value but {reprlib.repr(value)} ({where})")
        if not math.isfinite(value.data):
            raise infinite_loss(value.data, name, example, where)
        return value


def infinite_loss(loss: float, name: str, example: Example, where: str) -> FloatingPointError:
    """The error for a loss that is infinite or nan."""
    return FloatingPointError(
        f"the loss of {name} = {reprlib.repr(example)} is {loss!r} in {where}; a smaller learning rate often helps"
    )


def forget_gradients(parameters: Sequence[Value]) -> None:
    """Set gradients to None."""
    for parameter in parameters:
        parameter.gradient = None
