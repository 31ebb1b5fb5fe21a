"""The engines of training by their names."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Literal

from nn.engines.eager import EagerEngine
from nn.engines.engine import Engine, Training

COMPILED_BY: dict[str, Literal["auto", "numpy", "native"]] = {
    "auto": "auto",
    "numpy": "numpy",
    "native": "native",
    "vectorized": "auto",
    "jax": "numpy",
}
"""For each engine that compiles the loss, what it asks `autograd.vectorize` for."""


def engine_class(name: str) -> Callable[[Training], Engine]:
    """Return what makes an engine.

    Raises:
        ValueError: there is no engine of that name.
        ModuleNotFoundError: it needs NumPy, which is not installed.
        ImportError: it needs JAX.
    """
    if name != "jax" and name in COMPILED_BY:
        # It needs NumPy, which takes longer to import than all the rest.
        try:
            from nn.engines.vectorized import VectorizedEngine
        except ModuleNotFoundError as error:
            if error.name != "numpy":
                raise
            message = f"engine={name!r} needs NumPy, which is not installed"
            if COMPILED_BY[name] != "auto":
                raise ModuleNotFoundError(f'{message}; engine="eager" does without it', name="numpy") from None
            warnings.warn(f'{message}: every example is recorded instead, as with engine="eager"', stacklevel=4)
            return EagerEngine
        return VectorizedEngine
    if name == "jax":
        from autograd.vectorizing.choosing.engines import require_jax

        require_jax()
        # It takes a second to import.
        from nn.engines.jax_computing import ByJax
        from nn.engines.vectorized import VectorizedEngine

        return lambda training: VectorizedEngine(training, ByJax(training))
    if name == "eager":
        return EagerEngine
    raise ValueError(f'engine is "auto", "numpy", "native", "jax" or "eager", not {name!r}')
