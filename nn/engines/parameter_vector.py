"""The parameters as one vector of numbers, and the gradient of the loss as another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import Value
from autograd.engine.assigning import assign_all
from nn.engines.array_optimizer import ArrayOptimizer
from nn.engines.engine import Memory
from nn.optimizers import Optimizer

Numbers = Any  # numpy.ndarray


class ParameterVector:
    """The numbers of an optimizer's parameters while arrays are computed with.

    The Values have other numbers than the vector after a step, until `write` assigns them.

    Attributes:
        values: the parameters in the order of the vector, which `set_order` decides; none before.
        theta: their numbers.
        gradient: of the loss with respect to them.
        is_ahead: whether the Values may have other numbers.

    Args:
        optimizer: what moves the parameters.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self.values: Sequence[Value] = ()
        self.theta: Numbers = None
        self.gradient: Numbers = None
        self._optimizer = optimizer
        self._moving: ArrayOptimizer | None = None
        self.is_ahead = False

    def set_order(self, values: Sequence[Value]) -> None:
        """Put the parameters into an order, which should be that of the program that is run most."""
        import numpy

        self.values = values
        self.theta = numpy.array([value.data for value in values], float)
        self.gradient = numpy.zeros_like(self.theta)
        self._place_of = {value: place for place, value in enumerate(values)}
        self._moving = ArrayOptimizer(self._optimizer, values)
        # The same two in the order of another program.
        self._permuted_theta = numpy.empty_like(self.theta)
        self._permuted_gradient = numpy.empty_like(self.theta)

    def places_of(self, values: Sequence[Value]) -> Numbers:
        """Where some parameters are in the vector."""
        import numpy

        return numpy.array([self._place_of[value] for value in values], numpy.intp)

    def theta_at(self, places: Numbers | None) -> Numbers:
        """The numbers in another order, in a buffer that the next call overwrites; None for the vector's own order."""
        return self.theta if places is None else self.theta.take(places, out=self._permuted_theta)

    def buffer_for_gradient(self, places: Numbers | None, *, is_first: bool) -> Numbers:
        """Where a program in some order should write a gradient that `add_gradient` then takes."""
        return self.gradient if is_first and places is None else self._permuted_gradient

    def add_gradient(self, own: Numbers, places: Numbers | None, *, is_first: bool) -> None:
        """Add a gradient from that buffer, or begin the sum with it."""
        to = slice(None) if places is None else places
        if not is_first:
            self.gradient[to] += own
        elif own is not self.gradient:
            self.gradient[to] = own

    def forget_gradient(self) -> None:
        """Make the gradient 0."""
        if self.gradient is not None:
            self.gradient[:] = 0.0

    @property
    def moving(self) -> ArrayOptimizer:
        """The optimizer, once there is an order."""
        assert self._moving is not None
        return self._moving

    def move(self, reached: Numbers | None) -> None:
        """Let the optimizer take its step.

        Args:
            reached: the places of the parameters that have a gradient; None for all.

        Raises:
            FloatingPointError: a gradient is infinite or nan; no parameter has changed.
        """
        self.is_ahead = True
        self.moving.move(self.theta, self.gradient, reached)

    def memory(self) -> Memory:
        """Copy the numbers, and the optimizer's memory, once there is an order."""
        return self.moving.memory(self.theta)

    def write(self) -> None:
        """Assign the Values their numbers."""
        if self.is_ahead:
            assign_all(self.values, self.theta.tolist())
            self.is_ahead = False

    def read(self) -> None:
        """Take over the numbers that the Values have now."""
        if self._moving is not None:
            self.theta[:] = [value.data for value in self.values]

    def finish(self) -> None:
        """Assign the Values their numbers, and give the optimizer its state back."""
        self.write()
        if self._moving is not None:
            self._moving.finish()
