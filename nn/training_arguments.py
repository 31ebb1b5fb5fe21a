"""The arguments of `train`, checked before anything changes."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from typing import Any

from nn.checks import finite_number, whole_number
from nn.engines.engine import Example
from nn.engines.noise import Noise
from nn.examples import Examples
from nn.masks import Dropout
from nn.module import Module
from nn.optimizers import Optimizer


class Settings:
    """What a step is besides the optimizer's own, checked."""

    def __init__(
        self,
        noise: Sequence[Dropout],
        noise_seed: int,
        clip_norm: float | None,
        average: float | None,
        dtype: str,
        engine: str,
    ) -> None:
        masks = [noise] if isinstance(noise, Dropout) else list(noise)
        for mask in masks:
            if not isinstance(mask, Dropout):
                raise TypeError(f"noise takes a list of masks, such as [nn.Dropout(100, rate=0.5)], not {mask!r} in it")
        self.noise = Noise(masks, whole_number(noise_seed, "noise_seed", least=0))
        self.clip_norm = None if clip_norm is None else finite_number(clip_norm, "clip_norm", above=0.0)
        self.average = None if average is None else finite_number(average, "average", least=0.0)
        if self.average is not None and self.average >= 1.0:
            raise ValueError(f"average must be less than 1, such as 0.999, not {self.average!r}")
        if dtype not in ("float64", "float32"):
            raise ValueError(f'dtype is "float64" or "float32", not {dtype!r}')
        self.single_precision = dtype == "float32"
        if self.single_precision and engine == "eager":
            raise ValueError('dtype="float32" needs a compiled loss; engine="eager" computes with Python\'s own floats')


def check_kinds(model: Any, optimizer: Any) -> None:
    """Raise a TypeError unless a model is a Module and an optimizer an Optimizer."""
    if not isinstance(model, Module):
        raise TypeError(f"train takes a model, an nn.Module, whose parameters() it asks for, not {reprlib.repr(model)}")
    if not isinstance(optimizer, Optimizer):
        is_class = isinstance(optimizer, type) and issubclass(optimizer, Optimizer)
        name = optimizer.__name__ if is_class else "Adam"
        given = f"the class {name}" if is_class else reprlib.repr(optimizer)
        raise TypeError(f"optimizer must be an optimizer, such as {name}(model.parameters(), learning_rate=0.01), not {given}")


def checked_examples(examples: Sequence[Example], name: str) -> Sequence[Example]:
    """Return examples as a sequence that can be gone through again and again.

    Raises:
        ValueError: there are none.
        TypeError: one of them is not a tuple.
    """
    checked = examples if isinstance(examples, Examples) else list(examples)
    if not checked:
        raise ValueError(f"{name}: there must be at least one")
    if isinstance(checked, Examples):
        return checked
    for position, example in enumerate(checked):
        if not isinstance(example, tuple):
            given = reprlib.repr(example)
            raise TypeError(f"{name}[{position}] must be a tuple, the arguments of the loss, not {given}")
    return checked
