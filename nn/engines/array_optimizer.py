"""An optimizer on a vector of its parameters: the same formula, with arrays in place of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from autograd import Value
from autograd.engine.assigning import assign_all
from nn.optimizers import Optimizer, not_finite

Numbers = Any  # numpy.ndarray

# This many parameters move at once, so that intermediate results stay in the processor's cache.
_PARAMETERS_AT_ONCE = 65_536


class ArrayOptimizer:
    """The state of an optimizer as arrays, until `finish` gives it back.

    An optimizer that defines `move` or `step` itself takes its steps on the Values.

    Args:
        optimizer: the optimizer whose formula and state are used.
        values: its parameters in the order of the vector.
    """

    def __init__(self, optimizer: Optimizer, values: Sequence[Value]) -> None:
        import numpy

        place_of = {value: place for place, value in enumerate(optimizer.parameters)}
        self._optimizer = optimizer
        self._values = values
        self._order = numpy.array([place_of[value] for value in values], numpy.intp)
        self._has_formula = (
            type(optimizer).move is Optimizer.move and type(optimizer).step is Optimizer.step and "step" not in vars(optimizer)
        )
        self._states = [numpy.array(state, float)[self._order] for state in optimizer.states]
        steps = numpy.array(optimizer.steps)[self._order]
        # One number while all parameters have taken the same number of steps, which is nearly always so.
        self._steps: Any = int(steps[0]) if (steps == steps[0]).all() else steps

    def move(self, theta: Numbers, gradient: Numbers, reached: Numbers | None) -> None:
        """Take a step, in place.

        Args:
            theta: the numbers of the parameters.
            gradient: of the loss with respect to them.
            reached: the places of the parameters that have a gradient; None for all.

        Raises:
            FloatingPointError: a gradient is infinite or nan; nothing has changed then.
        """
        import numpy

        # Numbers that are not finite are reported when the next loss is computed.
        with numpy.errstate(all="ignore"):
            self._check(gradient)
            if self._has_formula:
                self._move_by_formula(theta, gradient, reached)
            else:
                self._move_values(theta, gradient, reached)

    def finish(self) -> None:
        """Give the optimizer its state back."""
        if not self._has_formula:
            return
        inverse = self._order.argsort()
        n = len(inverse)
        self._optimizer.states = [state[inverse].tolist() for state in self._states]
        self._optimizer.steps = [self._steps] * n if isinstance(self._steps, int) else self._steps[inverse].tolist()

    def _check(self, gradient: Numbers) -> None:
        # The sum of squares takes a fraction of the time of a look at each element. It may overflow although no element has.
        if math.isfinite(gradient.dot(gradient)):
            return
        wrong = (gradient - gradient != 0.0).nonzero()[0]
        if len(wrong):
            first = wrong[self._order[wrong].argmin()]
            raise not_finite(self._values[first], int(self._order[first]), float(gradient[first]))

    def _move_by_formula(self, theta: Numbers, gradient: Numbers, reached: Numbers | None) -> None:
        if reached is not None and isinstance(self._steps, int):
            import numpy

            self._steps = numpy.full(len(theta), self._steps)
        together = isinstance(self._steps, int)
        for places in _blocks(len(theta), reached):
            t = self._steps + 1 if together else self._steps[places] + 1
            kept = [state[places] for state in self._states]
            moved, states = self._optimizer.update(theta[places], gradient[places], kept, t)
            theta[places] = moved
            for state, new in zip(self._states, states, strict=True):
                state[places] = new
            if not together:
                self._steps[places] = t
        if together:
            self._steps += 1

    def _move_values(self, theta: Numbers, gradient: Numbers, reached: Numbers | None) -> None:
        assign_all(self._values, theta.tolist())
        for value in self._values:
            value.gradient = None
        for place in range(len(theta)) if reached is None else reached.tolist():
            self._values[place].gradient = float(gradient[place])
        self._optimizer.step()
        theta[:] = [value.data for value in self._values]


def _blocks(n: int, reached: Numbers | None) -> Iterator[Any]:
    for start in range(0, n if reached is None else len(reached), _PARAMETERS_AT_ONCE):
        block = slice(start, start + _PARAMETERS_AT_ONCE)
        yield block if reached is None else reached[block]
