"""A backend whose θ has another order than that of its program.

Engines put θ into different orders. A program that is unpickled where its engine is missing is computed by another one, and keeps
its order, in which vectors may have been stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from autograd.vectorizing.backends import Backend

Numbers = Any  # numpy.ndarray


class Reordered:
    """Computes with a backend whose parameters stand in another order.

    Args:
        backend: what computes.
        places: for each of the backend's parameters, where it is in the θ of the program.
    """

    fast: Callable[..., tuple[float, Numbers] | None] | None = None

    def __init__(self, backend: Backend, places: Sequence[int]) -> None:
        self._backend = backend
        self._places = numpy.array(places, numpy.intp)
        self.is_exact = backend.is_exact
        self.checks_inputs = backend.checks_inputs
        self.index_limits = backend.index_limits

    def check_inputs(self, arrays: Sequence[Numbers], m: int) -> None:
        """Check what is required of the inputs alone."""
        self._backend.check_inputs(arrays, m)

    def losses(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> Numbers:
        """The loss of each example."""
        return self._backend.losses(theta[self._places], arrays, m)

    def value_and_grad(
        self, theta: Numbers, arrays: Sequence[Numbers], m: int, out: Numbers = None
    ) -> tuple[float, Numbers, float]:
        """The mean loss, its gradient and the sum of the gradient's squares."""
        loss, own, squares = self._backend.value_and_grad(theta[self._places], arrays, m)
        return loss, self._turned(own, out), squares

    def outputs(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> dict[str, Numbers]:
        """The named outputs of each example."""
        return self._backend.outputs(theta[self._places], arrays, m)

    def once_in_doubles(self, theta: Numbers, arrays: Sequence[Numbers]) -> tuple[float, Numbers]:
        """The loss of one example and its gradient, in double precision."""
        loss, own = self._backend.once_in_doubles(theta[self._places], arrays)
        return loss, self._turned(own, None)

    def _turned(self, own: Numbers, out: Numbers) -> Numbers:
        """A gradient of the backend's in the order of the program."""
        gradient = numpy.empty_like(own) if out is None else out
        gradient[self._places] = own
        return gradient

    @property
    def source(self) -> str:
        """The source of the backend, and on top of it a function that takes θ as the program does."""
        places = self._places.tolist()
        return (
            f"{self._backend.source}\n\n"
            "in_another_order = value_and_grad\n\n\n"
            "def value_and_grad(theta, *batch):\n"
            "    # θ has the order of the program that this one is a copy of.\n"
            f"    places = {places}\n"
            "    loss, own = in_another_order(theta[places], *batch)\n"
            "    gradient = own.copy()\n"
            "    gradient[places] = own\n"
            "    return loss, gradient\n"
        )

    @property
    def buffered_source(self) -> str:
        """The statements that run, with θ in the backend's order."""
        return self._backend.buffered_source

    def report(self) -> str:
        """What became of the recorded graph."""
        return self._backend.report()
