"""Learning-rate schedules: functions from the number of an epoch, counted from 0, to a factor of the learning rate.

`nn.train` calls its schedule once an epoch. In a loop of your own, a schedule can count steps instead. `plateau_decay` goes by
the losses on validation examples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nn.checks import finite_number, whole_number

Schedule: TypeAlias = Callable[[int], float]


def constant() -> Schedule:
    """Keep the same learning rate throughout.

    >>> constant()(7)
    1.0
    """
    return lambda epoch: 1.0


def step_decay(every: int, factor: float = 0.1) -> Schedule:
    """Multiply the learning rate by a factor after each period of `every` epochs.

    Raises:
        ValueError: every is less than 1, or factor is not positive.

    >>> decay = step_decay(every=10, factor=0.5)
    >>> decay(0), decay(9), decay(10), decay(25)
    (1.0, 1.0, 0.5, 0.25)
    """
    every = whole_number(every, "every")
    factor = finite_number(factor, "factor", above=0.0)
    return lambda epoch: factor ** (epoch // every)


def exponential_decay(factor: float) -> Schedule:
    """Multiply the learning rate by a factor after each epoch.

    Raises:
        ValueError: factor is not positive.

    >>> exponential_decay(0.5)(3)
    0.125
    """
    return step_decay(1, factor)


def cosine_decay(n_epochs: int, final: float = 0.0) -> Schedule:
    """Let the factor fall from 1 to a final factor along half a cosine, and stay there from epoch n_epochs on.

    Source: Loshchilov & Hutter 2017, "SGDR: stochastic gradient descent with warm restarts", equation 5, without
    restarts.

    Raises:
        ValueError: n_epochs is less than 1, or final is negative.

    >>> decay = cosine_decay(10)
    >>> decay(0), round(decay(5), 6), decay(10), decay(11)
    (1.0, 0.5, 0.0, 0.0)
    """
    n_epochs = whole_number(n_epochs, "n_epochs")
    final = finite_number(final, "final", least=0.0)
    return lambda epoch: final + (1.0 - final) * 0.5 * (1.0 + math.cos(math.pi * min(epoch / n_epochs, 1.0)))


def linear_warmup(n_epochs: int, then: Schedule | None = None) -> Schedule:
    """Raise the learning rate in n_epochs equal steps to its full size, and then follow another schedule.

    Source: Goyal and others 2017, "Accurate, large minibatch SGD", section 2.2.

    Args:
        n_epochs: in epoch e < n_epochs the factor is (e + 1) ÷ n_epochs.
        then: what follows, with its epochs counted from the end of the rise; by default the full learning rate.

    Raises:
        ValueError: n_epochs is less than 1.

    >>> warmup = linear_warmup(4, exponential_decay(0.5))
    >>> [warmup(epoch) for epoch in range(7)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.25]
    """
    n_epochs = whole_number(n_epochs, "n_epochs")
    following = constant() if then is None else then
    return lambda epoch: (epoch + 1) / n_epochs if epoch < n_epochs else following(epoch - n_epochs)


@dataclass(frozen=True)
class PlateauDecay:
    """A schedule that looks at the losses on validation examples; see `plateau_decay`."""

    factor: float
    patience: int
    least: float

    def factor_after(self, validation_losses: Sequence[float]) -> float:
        """Return the factor for the epoch that follows epochs with these losses on validation examples.

        >>> plateau_decay(0.5).factor_after([3.0, 2.0, 2.5, 1.9, 1.9, 1.8])
        0.25
        """
        factor, best, waited = 1.0, math.inf, 0
        for loss in validation_losses:
            waited = 0 if loss < best else waited + 1
            best = min(best, loss)
            if waited == self.patience:
                factor, waited = max(self.least, factor * self.factor), 0
        return factor


def plateau_decay(factor: float = 0.5, patience: int = 1, least: float = 0.0) -> PlateauDecay:
    """Multiply the learning rate by a factor each time some epochs have brought no new least validation loss.

    `nn.train` needs validation examples for it. The factor follows from the losses of the history, so that a training which
    goes on with a history goes on with its learning rate too.

    Args:
        factor: from 0 to less than 1.
        patience: how many epochs in a row have to be without a new least loss.
        least: the factor of the learning rate falls no further than to this.

    Raises:
        TypeError, ValueError: an argument has the wrong type or is out of range.

    >>> decay = plateau_decay(factor=0.1, patience=2)
    >>> decay.factor_after([1.0, 0.9, 0.95]), decay.factor_after([1.0, 0.9, 0.95, 0.9])
    (1.0, 0.1)
    """
    factor = finite_number(factor, "factor", least=0.0)
    if factor >= 1.0:
        raise ValueError(f"factor must be less than 1, not {factor!r}")
    return PlateauDecay(factor, whole_number(patience, "patience"), finite_number(least, "least", least=0.0))
