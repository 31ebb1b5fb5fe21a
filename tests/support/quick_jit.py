"""Functions of JAX that are compiled for a call or two: quickly, whatever they take to run. Imported where JAX is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

# At level 0, XLA 0.10.2 computes some programs wrongly on processors with AVX-512.
OPTIONS = {"xla_backend_optimization_level": 1, "xla_llvm_disable_expensive_passes": True}


def quickly(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function, compiled when it is called; operation by operation, JAX would compile each of them."""
    compiled: Callable[..., Any] = jax.jit(function, compiler_options=OPTIONS)
    return compiled
