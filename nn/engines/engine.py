"""What an engine of training does: the interface that `nn.train` works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, Protocol, TypeAlias

from autograd import Value
from nn.engines.noise import Noise
from nn.losses import Loss
from nn.optimizers import Optimizer

Example: TypeAlias = tuple[Any, ...]
"""The arguments of the loss for one example."""


@dataclass(frozen=True, slots=True)
class Training:
    """What an engine works on.

    Attributes:
        loss: the loss of one example.
        optimizer: what moves the parameters.
        reached: all Values whose gradient a backward pass may change.
        arrays: parameters that belong together, such as the elements of a matrix.
        examples: the examples to learn from.
        validation: the examples that are only measured.
        epochs: how many times the examples will be gone through, at most.
        batch_size: how many examples make a batch.
        compiled_by: the engine that `autograd.vectorize` is asked for, if the loss is compiled.
        noise: draws the masks that are the last arguments of the loss.
        clip_norm: the largest norm of a gradient; None for no limit.
        average: the decay of the running mean of the parameters, which is measured and remains; None for no mean.
        single_precision: whether a compiled loss computes in 32-bit floats.
    """

    loss: Loss
    optimizer: Optimizer
    reached: Sequence[Value]
    arrays: Sequence[Sequence[Value]]
    examples: Sequence[Example]
    validation: Sequence[Example]
    epochs: int = 1
    batch_size: int = 1
    compiled_by: Literal["auto", "numpy", "native"] = "auto"
    noise: Noise = field(default_factory=lambda: Noise((), 0))
    clip_norm: float | None = None
    average: float | None = None
    single_precision: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What a training has in its mind between two steps.

    Attributes:
        numbers: of the optimizer's parameters, in its order, as is all that follows.
        states: what it keeps for each parameter.
        steps: how many steps each one has taken.
        are_apart: whether an engine counts the steps of each parameter by themselves, though they may be the same.
        average: their running mean; None without one.
        n_averaged: how many steps it is of.
        order: the places of the parameters in the order in which an engine computes with them; None where it makes no difference.
        leaves: the arrays of what an optimizer of another library remembers.
    """

    numbers: Sequence[float]
    states: Sequence[Sequence[float]]
    steps: Sequence[int]
    are_apart: bool = False
    average: Sequence[float] | None = None
    n_averaged: int = 0
    order: Sequence[int] | None = None
    leaves: Sequence[Any] = ()


class ManySteps(Protocol):
    """What takes many steps in one call.

    Attributes:
        limit: how many steps the next call should take at most, so that it doesn't take long.
        most_epochs: how many epochs a call may touch, the one that has begun included.
    """

    limit: int
    most_epochs: int

    def run(self, n_steps: int, first_batch: int, orders: Sequence[Sequence[int]] | None) -> None:
        """Take steps as `Engine.step` does, until there are no more or one has to be taken by itself, with all care.

        Args:
            n_steps: how many steps to take.
            first_batch: the number of the first batch in its epoch, from 0.
            orders: the order of the examples in each epoch from that one on; None keeps them in their order.
        """

    def orders(self, n_orders: int, shuffle: Random) -> Sequence[Any]:
        """Draw orders of the examples, as `nn.shuffling.shuffled_order` does."""

    def sums(self) -> list[float]:
        """The sum of the losses of each batch since this was last asked for, also if `run` was interrupted."""


class Engine(Protocol):
    """What computes: with Values (`nn.engines.eager`) or with compiled programs (`nn.engines.vectorized`).

    Attributes:
        writes_checkpoints: whether this process writes the checkpoint of the training.
    """

    writes_checkpoints: bool

    @property
    def values(self) -> Sequence[Value]:
        """The optimizer's parameters, in the order of `numbers`."""

    def step(self, places: Sequence[int], where: str) -> float:
        """Take one step against the gradient of the mean loss of the examples at some places.

        Returns:
            The sum of the losses of these examples.

        Raises:
            FloatingPointError: a loss or a gradient is infinite or nan; no parameter has changed.
            ValueError: no loss depends on a parameter.
        """

    def gradient(self, where: str) -> tuple[float, Sequence[float]]:
        """Compute the mean loss of all examples, and its gradient with respect to `values`; nothing moves.

        Raises:
            Exception: what `step` would raise for these examples.
        """

    def many_steps(self, n_steps: int) -> ManySteps | None:
        """What can take the next steps in one call, on batches of the training's size; None if they are taken one by one.

        Args:
            n_steps: how many steps there will be.
        """

    def measure(self, where: str) -> float:
        """Compute the mean loss of the validation examples, with the running mean of the parameters if there is one."""

    def numbers(self) -> Sequence[float]:
        """Copy the numbers that the parameters have now."""

    def measured_numbers(self) -> Sequence[float]:
        """Copy the numbers that `measure` computes with."""

    def take_average(self) -> None:
        """Give the parameters the numbers of their running mean, if there is one, at the end of a training."""

    def memory(self) -> Memory:
        """Copy what the steps have led to, between two of them."""

    def remember(self, memory: Memory) -> None:
        """Go on with what neither the parameters nor the optimizer hold, before the first step."""

    def write(self) -> None:
        """Assign the parameters their numbers, so that other code sees them."""

    def read(self) -> None:
        """Take over the numbers that other code may have assigned to the parameters."""

    def finish(self) -> None:
        """Leave the parameters with their numbers and without gradients."""
