"""The arguments of `train`, checked before anything changes."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

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


class GradientTransformation(Protocol):
    """An optimizer of optax, as what it is here: two functions."""

    @property
    def init(self) -> Callable[..., Any]:
        """Takes the parameters, and gives what the optimizer remembers at first."""

    @property
    def update(self) -> Callable[..., Any]:
        """Takes the gradients, what the optimizer remembers, and the parameters; gives the updates, and what to remember."""


def checked_optimizer(model: Any, optimizer: Any, engine: str, dtype: str) -> Optimizer:
    """Return an optimizer of `nn`, also for one of optax.

    Raises:
        TypeError: the model is no Module, or the optimizer is neither, or one of optax is given to another engine than JAX.
        ImportError: JAX is not installed.
    """
    is_of_optax = isinstance(optimizer, tuple) and callable(getattr(optimizer, "init", None)) and hasattr(optimizer, "update")
    if is_of_optax and isinstance(model, Module):
        if engine != "jax":
            raise TypeError(
                f'an optimizer of optax needs engine="jax", not {engine!r}, for which nn has optimizers of its own, such as '
                "nn.AdamW(model.parameters(), learning_rate=0.001)"
            )
        from autograd.vectorizing.choosing.engines import require_jax

        require_jax()
        from nn.engines.jax_optax import OptaxOptimizer

        return OptaxOptimizer(optimizer, model, "float32" if dtype == "float32" else "float64")
    _check_kinds(model, optimizer)
    return cast(Optimizer, optimizer)


def _check_kinds(model: Any, optimizer: Any) -> None:
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
