"""A vector in pieces: neighbouring parts of it, each an array of a shape of its own."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from jax import numpy as jnp

from autograd.vectorizing.arrays.views import Shape

Numbers = Any  # jax.Array, a tracer, or numpy.ndarray


class Pieces:
    """Where the pieces of a vector are.

    Args:
        shapes: of the pieces, one after the other.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = tuple(shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def split(self, vectors: Numbers) -> tuple[Numbers, ...]:
        """The pieces of a vector, or of several that lie along the last axis of an array."""
        pieces, start, before = [], 0, vectors.shape[:-1]
        for shape in self._shapes:
            stop = start + prod(shape)
            pieces.append(vectors[..., start:stop].reshape(*before, *shape))
            start = stop
        return tuple(pieces)

    def join(self, pieces: Sequence[Numbers], n_before: int = 0) -> Numbers:
        """The vector of some pieces, which may have further axes before their own: of several vectors."""
        flat = [piece.reshape(*piece.shape[:n_before], -1) for piece in pieces]
        return flat[0] if len(flat) == 1 else jnp.concatenate(flat, -1)
