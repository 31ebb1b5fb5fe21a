"""The parameters as one vector of numbers, and the gradient of the loss as another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from autograd import Value
from autograd.engine.assigning import assign_all
from nn.engines.array_optimizer import ArrayOptimizer
from nn.engines.engine import Memory
from nn.engines.step_rules import clipping_factor, share_of_step
from nn.optimizers import Optimizer

Numbers = Any  # numpy.ndarray

_SMALLEST_SQUARES = 1e-30


class ParameterVector:
    """The numbers of an optimizer's parameters while arrays are computed with.

    The Values have other numbers than the vector after a step, until `write` assigns them.

    Attributes:
        values: the parameters in the order of the vector, which `set_order` decides; none before.
        theta: their numbers.
        gradient: of the loss with respect to them.
        average: the running mean of the numbers after each step; None without one.
        is_ahead: whether the Values may have other numbers.

    Args:
        optimizer: what moves the parameters.
        clip_norm: the largest norm of a gradient; None for no limit.
        decay: that of the running mean; None for none.
        dtype: the type of all numbers.
        in_machine_code: whether machine code may take the optimizer's steps, where it can be made.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        clip_norm: float | None = None,
        decay: float | None = None,
        dtype: Any = float,
        *,
        in_machine_code: bool = False,
    ) -> None:
        self.values: Sequence[Value] = ()
        self.theta: Numbers = None
        self.gradient: Numbers = None
        self.average: Numbers = None
        self.n_averaged = 0
        self._clip_norm = clip_norm
        self._decay = decay
        self._dtype = dtype
        self._in_machine_code = in_machine_code
        self._optimizer = optimizer
        self._moving: ArrayOptimizer | None = None
        self._remembered: Memory | None = None
        self.is_ahead = False

    def set_order(self, values: Sequence[Value]) -> None:
        """Put the parameters into an order, which should be that of the program that is run most."""
        import numpy

        self.values = values
        self.theta = numpy.fromiter([value.data for value in values], self._dtype, len(values))
        self.gradient = numpy.zeros_like(self.theta)
        self._place_of = {value: place for place, value in enumerate(values)}
        self._moving = ArrayOptimizer(self._optimizer, values, self._dtype, in_machine_code=self._in_machine_code)
        self._difference = numpy.empty_like(self.theta)
        remembered = self._remembered
        if remembered is not None and remembered.are_apart:
            self._moving.separate()
        if remembered is not None and remembered.average is not None:
            self.average = self._moving.ordered(remembered.average).astype(self._dtype)
            self.n_averaged = remembered.n_averaged
        # The same two in the order of another program.
        self._permuted_theta = numpy.empty_like(self.theta)
        self._permuted_gradient = numpy.empty_like(self.theta)

    def places_of(self, values: Sequence[Value]) -> Numbers:
        """Where some parameters are in the vector."""
        import numpy

        return numpy.array([self._place_of[value] for value in values], numpy.intp)

    def theta_at(self, places: Numbers | None, *, measured: bool = False) -> Numbers:
        """The numbers in another order, in a buffer that the next call overwrites; None for the vector's own order."""
        numbers = self.measured if measured else self.theta
        return numbers if places is None else numbers.take(places, out=self._permuted_theta)

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
        if self._clip_norm is not None:
            self._clip(self._clip_norm, reached)
        self.moving.move(self.theta, self.gradient, reached)
        if self._decay is not None:
            self._follow(self._decay)

    def memory(self) -> Memory:
        """Copy the numbers, and what else there is to remember, once there is an order."""
        memory = self.moving.memory(self.theta, self.average, self.n_averaged)
        # The last bits of a norm depend on the order, and nothing else does.
        return memory if self._clip_norm is not None else replace(memory, order=None)

    def remember(self, memory: Memory) -> None:
        """See `Engine.remember`."""
        self._remembered = memory
        if memory.order is not None and self._clip_norm is not None:
            self.set_order([self._optimizer.parameters[place] for place in memory.order])

    @property
    def takes_plain_steps(self) -> bool:
        """Whether a step is the optimizer's formula and nothing else."""
        return self._clip_norm is None and self._decay is None

    @property
    def measured(self) -> Numbers:
        """The numbers to measure with: the running mean, if there is one."""
        return self.theta if self.average is None else self.average

    def take_average(self) -> None:
        """Give the parameters the numbers of their running mean."""
        if self.average is not None:
            self.theta[:] = self.average
            self.is_ahead = True
        elif self._remembered is not None and self._remembered.average is not None:
            # No step was taken.
            assign_all(self._optimizer.parameters, self._remembered.average)

    def _clip(self, limit: float, reached: Numbers | None) -> None:
        import numpy

        with numpy.errstate(all="ignore"):
            gradient = self.gradient if reached is None else self.gradient[reached]
            squares = float(gradient.dot(gradient))
            norm = math.sqrt(squares)
            if not _SMALLEST_SQUARES < squares < math.inf:
                # Squares overflow, and vanish, where no element does: in 32 bits soon.
                norm = float(numpy.linalg.norm(gradient.astype(float) / limit)) * limit
            factor = clipping_factor(norm, limit)
            if factor != 1.0:
                self.gradient *= factor

    def _follow(self, decay: float) -> None:
        import numpy

        if self.average is None:
            self.average = self.theta.copy()
        self.n_averaged += 1
        numpy.subtract(self.theta, self.average, out=self._difference)
        self._difference *= share_of_step(decay, self.n_averaged)
        self.average += self._difference

    def write(self, *, measured: bool = False) -> None:
        """Assign the Values their numbers; or those to measure with, until they are written again."""
        if measured and self.average is not None:
            assign_all(self.values, self.average.tolist())
            self.is_ahead = True
        elif self.is_ahead:
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
