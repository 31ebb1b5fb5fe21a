"""What is recorded of a training."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from nn.engines.engine import Example
from nn.history import History
from nn.module import Module
from nn.watching.spacing import Spacing


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of a model after some epochs of training.

    Attributes:
        epoch: how many epochs it has been trained for.
        loss: the mean loss of all examples with these parameters; nan if it can't be computed.
        parameters: their numbers, in the order of `Module.parameters`.
        gradients: the gradient of that loss with respect to each; nan if it is not known, as of frozen parameters.
    """

    epoch: int
    loss: float
    parameters: array[float]
    gradients: array[float]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a page can show of a training.

    Attributes:
        model: a copy of the model.
        examples: the examples that are learned from.
        history: the losses of all epochs.
        frames: what was kept, one at least.
        spacing: how the epochs of the frames are spaced.
        threshold: see `nn.watch`.
    """

    model: Module
    examples: Sequence[Example]
    history: History
    frames: Sequence[Frame]
    spacing: Spacing
    threshold: float | None
