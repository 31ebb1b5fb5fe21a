"""An optimizer on a vector of its parameters: the same formula, read with arrays for numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nn.optimizers import Optimizer

Numbers = Any  # numpy.ndarray


class ArrayOptimizer:
    """The state of an optimizer as arrays, until `finish` gives it back.

    Args:
        optimizer: whose formula and state it is.
        order: for each element of the vector, the place of its parameter in the optimizer.
    """

    def __init__(self, optimizer: Optimizer, order: Sequence[int]) -> None:
        import numpy

        self._optimizer = optimizer
        self._order = numpy.array(order, numpy.intp)
        self._states = [numpy.array(state)[self._order] for state in optimizer._states]
        steps = numpy.array(optimizer._steps)[self._order]
        # One number as long as all parameters have made the same number of steps, which is nearly always.
        self._steps: Any = int(steps[0]) if (steps == steps[0]).all() else steps

    def moved(self, places: Any, theta: Numbers, gradient: Numbers) -> Numbers:
        """The vector after a step of the parameters at some places; ``slice(None)`` for all."""
        import numpy

        from nn.optimizers import Optimizer

        if type(self._optimizer)._move is not Optimizer._move:
            return self._moved_one_by_one(places, theta, gradient)
        everything = isinstance(places, slice) and places == slice(None)
        if not everything and isinstance(self._steps, int):
            self._steps = numpy.full(len(theta), self._steps)
        t = self._steps + 1 if everything else self._steps[places] + 1
        kept = [state[places] for state in self._states]
        # What isn't finite is reported by whoever looks at the next loss.
        with numpy.errstate(all="ignore"):
            moved, states = self._optimizer._moved(theta[places], gradient[places], kept, t)
        if everything:
            self._steps, self._states = t, list(states)
            return moved
        self._steps[places] = t
        for state, new in zip(self._states, states, strict=True):
            state[places] = new
        whole = theta.copy()
        whole[places] = moved
        return whole

    def _moved_one_by_one(self, places: Any, theta: Numbers, gradient: Numbers) -> Numbers:
        """With the optimizer's own `_move`, which knows single numbers only and keeps its own state."""
        import numpy

        moved = theta.copy()
        for place in numpy.arange(len(theta))[places].tolist():
            moved[place] = self._optimizer._move(int(self._order[place]), float(theta[place]), float(gradient[place]))
        return moved

    def finish(self) -> None:
        """Give the optimizer its state back."""
        from nn.optimizers import Optimizer

        if type(self._optimizer)._move is not Optimizer._move:
            return
        import numpy

        inverse = numpy.empty_like(self._order)
        inverse[self._order] = numpy.arange(len(inverse))
        self._optimizer._states = [state[inverse].tolist() for state in self._states]
        n = len(inverse)
        self._optimizer._steps = [self._steps] * n if isinstance(self._steps, int) else self._steps[inverse].tolist()
