"""What the functions that printed programs call are in JAX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy

from autograd.number_systems.jax_arrays import FUNCTIONS, JAX_ARRAYS
from autograd.table.primitives import TABLE
from autograd.vectorizing.jax.loops.pieces import Pieces

Numbers = Any  # jax.Array


def _zeros(shape: int | Sequence[int], dtype: Any) -> Pieces:
    return Pieces((shape,) if isinstance(shape, int) else shape, dtype)


def _zeros_like(array: Numbers) -> Pieces:
    return Pieces(array.shape, array.dtype)


def _arange(*ends: int) -> Numbers:
    return jnp.asarray(numpy.arange(*ends, dtype=numpy.int32))


def _concatenate(parts: Sequence[Any]) -> Numbers:
    """Parts of a sequence one behind the other; a part may be a list of single numbers."""
    return jnp.concatenate([jnp.stack(part) if isinstance(part, list) else part for part in parts])


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": jnp.abs,
    "arange": _arange,
    "broadcast_arrays": jnp.broadcast_arrays,
    "broadcast_to": jnp.broadcast_to,
    "clip": jnp.clip,
    "concatenate": _concatenate,
    # All elements of an array are written before they are read.
    "empty": _zeros,
    "full": jnp.full,
    "len": len,
    "maximum": jnp.maximum,
    "minimum": jnp.minimum,
    "moveaxis": jnp.moveaxis,
    "outer": jnp.outer,
    "stack": jnp.stack,
    "where": jnp.where,
    "zeros": _zeros,
    "zeros_like": _zeros_like,
}


def function_named(name: str) -> Callable[..., Any]:
    """What a name of a printed program calls."""
    found = _FUNCTIONS.get(name) or FUNCTIONS.get(name)
    return found or (lambda *operands: TABLE[name].forward(JAX_ARRAYS, *operands))
