"""Training with one example after the other: each loss is recorded as a graph of Values."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence

from autograd import Value, collector_paused, total
from autograd.engine.assigning import assign_all
from autograd.engine.outputs import single
from nn.engines.engine import Example, Memory, Training
from nn.engines.step_rules import clipping_factor, share_of_step
from nn.losses import Loss
from nn.reaching import check_reach, reach

# A batch is recorded in parts of this size, so that its graph needs little memory however large the batch is.
_EXAMPLES_AT_ONCE = 32


class EagerEngine:
    """Computes with Values."""

    writes_checkpoints = True

    def __init__(self, training: Training) -> None:
        self._loss = training.loss
        self._optimizer = training.optimizer
        self._reached = training.reached
        self._arrays = training.arrays
        self._examples = training.examples
        self._validation = training.validation
        self._is_reached = False
        self._noise = training.noise
        self._clip_norm = training.clip_norm
        self._decay = training.average
        self._average: list[float] | None = None
        self._n_averaged = 0

    def step(self, places: Sequence[int], where: str) -> float:
        """See `Engine.step`."""
        forget_gradients(self._reached)
        losses = self._backward(places, self._noise.lists(len(places)), where)
        self._complete_gradients()
        self._clip()
        try:
            self._optimizer.step()
        except FloatingPointError as error:
            raise in_step(error, where) from None
        self._follow()
        return math.fsum(losses)

    def gradient(self, where: str) -> tuple[float, list[float]]:
        """See `Engine.gradient`."""
        forget_gradients(self._reached)
        try:
            places = range(len(self._examples))
            losses = self._backward(places, [self._noise.nothing() for _ in places], where)
            found = [parameter.gradient or 0.0 for parameter in self._optimizer.parameters]
        finally:
            forget_gradients(self._reached)
        return math.fsum(losses) / len(losses), found

    def many_steps(self, n_steps: int) -> None:
        """Steps are taken one by one."""

    def measure(self, where: str) -> float:
        """See `Engine.measure`."""
        masks, now = self._noise.nothing(), self.numbers()
        if self._average is not None:
            assign_all(self.values, self._average)
        try:
            losses = [
                loss_of(self._loss, (*example, *masks), f"validation[{n}]", where) for n, example in enumerate(self._validation)
            ]
        finally:
            if self._average is not None:
                assign_all(self.values, now)
        return math.fsum(losses) / len(losses)

    @property
    def values(self) -> Sequence[Value]:
        """The optimizer's parameters."""
        return self._optimizer.parameters

    def numbers(self) -> list[float]:
        """Copy the numbers that the parameters have now."""
        return [parameter.data for parameter in self._optimizer.parameters]

    def measured_numbers(self) -> list[float]:
        """See `Engine.measured_numbers`."""
        return self.numbers() if self._average is None else list(self._average)

    def take_average(self) -> None:
        """See `Engine.take_average`."""
        if self._average is not None:
            assign_all(self.values, self._average)

    def memory(self) -> Memory:
        """See `Engine.memory`."""
        optimizer = self._optimizer
        return Memory(self.numbers(), optimizer.states, optimizer.steps, average=self._average, n_averaged=self._n_averaged)

    def remember(self, memory: Memory) -> None:
        """See `Engine.remember`."""
        self._average = None if memory.average is None else list(memory.average)
        self._n_averaged = memory.n_averaged

    def write(self) -> None:
        """Do nothing: the parameters have their numbers already."""

    def read(self) -> None:
        """Do nothing: the numbers are read wherever they are used."""

    def finish(self) -> None:
        """Leave no gradient behind."""
        forget_gradients(self._reached)

    def _backward(self, places: Sequence[int], masks: Sequence[list[list[float]]], where: str) -> list[float]:
        """Add the gradient of the mean loss of a batch to the parameters; return the losses of its examples."""
        numbers: list[float] = []
        for start in range(0, len(places), _EXAMPLES_AT_ONCE):
            some = list(zip(places, masks, strict=True))[start : start + _EXAMPLES_AT_ONCE]
            with collector_paused():
                losses = tuple([_recorded(self._loss, (*self._examples[n], *own), f"examples[{n}]", where) for n, own in some])
                if not self._is_reached:
                    # Once, before the first backward pass; mostly the graphs that are there anyway tell.
                    if not reach(losses, set(self._optimizer.parameters)):
                        nothing = self._noise.nothing()
                        whole = ((*example, *nothing) for example in self._examples)
                        check_reach(self._loss, whole, self._optimizer.parameters)
                    self._is_reached = True
                (total(losses) / len(places)).backward()
            numbers += [one.data for one in losses]
        return numbers

    def _clip(self) -> None:
        """Shorten a gradient that is too long."""
        if self._clip_norm is not None:
            reached = [parameter for parameter in self._optimizer.parameters if parameter.gradient is not None]
            factor = clipping_factor(math.hypot(*[parameter.gradient or 0.0 for parameter in reached]), self._clip_norm)
            if factor != 1.0:
                for parameter in reached:
                    parameter.gradient = (parameter.gradient or 0.0) * factor

    def _follow(self) -> None:
        """Let the running mean follow the parameters."""
        if self._decay is not None:
            if self._average is None:
                self._average = self.numbers()
            self._n_averaged += 1
            share = share_of_step(self._decay, self._n_averaged)
            self._average = [mean + share * (now - mean) for mean, now in zip(self._average, self.numbers(), strict=True)]

    def _complete_gradients(self) -> None:
        """Give the gradient 0 to the other elements of an array that was reached in part, such as an embedding's other rows."""
        for array in self._arrays:
            if any(parameter.gradient is not None for parameter in array):
                for parameter in array:
                    if parameter.gradient is None:
                        parameter.gradient = 0.0


def loss_of(loss: Loss, example: Example, name: str, where: str) -> float:
    """Return the loss of one example.

    Raises:
        Exception: what the loss raises, with a note of the epoch, the batch and the example.
        TypeError: it is not a Value.
        FloatingPointError: it is infinite or nan.
    """
    # Not in `no_grad`, where a loss that takes derivatives itself would have 0 for them.
    with collector_paused():
        return _recorded(loss, example, name, where).data


def _recorded(loss: Loss, example: Example, name: str, where: str) -> Value:
    try:
        value = single(loss(*example))
    except Exception as error:
        error.add_note(f"in {where}, for {name} = {reprlib.repr(example)}")
        raise
    if not isinstance(value, Value):
        raise TypeError(f"the loss of {name} is not a Value but {reprlib.repr(value)} ({where})")
    if not math.isfinite(value.data):
        raise FloatingPointError(
            f"the loss of {name} = {reprlib.repr(example)} is {value.data!r} in {where}; a smaller learning rate often helps"
        )
    return value


def in_step(error: FloatingPointError, where: str) -> FloatingPointError:
    """Return an error of a step that says which step it was."""
    return FloatingPointError(f"{error} (in {where}; a smaller learning rate often helps)")


def forget_gradients(parameters: Sequence[Value]) -> None:
    """Set gradients to None."""
    for parameter in parameters:
        parameter.gradient = None
