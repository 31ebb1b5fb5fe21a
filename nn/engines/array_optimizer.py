"""An optimizer on a vector of its parameters: the same formula, with arrays in place of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from autograd import Value
from autograd.engine.assigning import assign_all
from nn.engines.engine import Memory
from nn.optimizers import Optimizer, not_finite

if TYPE_CHECKING:
    from autograd.vectorizing.native.moves import Moves
    from nn.engines.optimizer_formula import OptimizerFormula

Numbers = Any  # numpy.ndarray

# This many parameters move at once, so that intermediate results stay in the processor's cache.
_PARAMETERS_AT_ONCE = 65_536
# With at least this many parameters, machine code is made for a step.
_MANY_PARAMETERS = 50_000


class ArrayOptimizer:
    """The state of an optimizer as arrays, until `finish` gives it back.

    An optimizer that defines `move` or `step` itself takes its steps on the Values.

    Args:
        optimizer: the optimizer whose formula and state are used.
        values: its parameters in the order of the vector.
        dtype: the type of the vector's numbers.
        in_machine_code: whether a step of many parameters may be taken by machine code, where it can be made.

    Attributes:
        has_formula: whether the optimizer's `update` is all that moves a parameter.
        states: an array of shape (number of states, number of parameters).
    """

    def __init__(
        self, optimizer: Optimizer, values: Sequence[Value], dtype: Any = float, *, in_machine_code: bool = False
    ) -> None:
        import numpy

        place_of = {value: place for place, value in enumerate(optimizer.parameters)}
        self._optimizer = optimizer
        self._values = values
        self._order: Numbers = numpy.array([place_of[value] for value in values], numpy.intp)
        self.has_formula = (
            type(optimizer).move is Optimizer.move and type(optimizer).step is Optimizer.step and "step" not in vars(optimizer)
        )
        # An optimizer of another library.
        self._moves_vector: Callable[..., None] | None = getattr(optimizer, "move_vector", None)
        self._dtype = dtype
        self._wants_machine_code = self.has_formula and in_machine_code and len(values) >= _MANY_PARAMETERS
        self._moves: tuple[OptimizerFormula, Moves] | None = None
        self.states = numpy.empty((len(optimizer.states), len(values)), dtype)
        for kept, state in zip(self.states, optimizer.states, strict=True):
            kept[:] = numpy.array(state, float)[self._order]
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
            if self._moves_vector is not None:
                self._moves_vector(theta, gradient, self._values)
            elif self.has_formula:
                self._move_by_formula(theta, gradient, reached)
            else:
                self._move_values(theta, gradient, reached)

    def steps_of(self, reached: Numbers | None) -> int | None:
        """How many steps some parameters have taken; None if they have not all taken the same number of steps."""
        if isinstance(self._steps, int):
            return self._steps
        steps = self._steps if reached is None else self._steps[reached]
        return int(steps[0]) if len(steps) and (steps == steps[0]).all() else None

    def count(self, n_steps: int, reached: Numbers | None) -> None:
        """Note that some parameters have taken steps, with numbers and states that are already in the arrays."""
        if reached is None:
            self._steps += n_steps
        else:
            self.separate()
            self._steps[reached] += n_steps

    def memory(self, theta: Numbers, average: Numbers | None, n_averaged: int) -> Memory:
        """Copy the numbers of the parameters, their running mean and what the optimizer remembers, in its own order."""
        states, steps = self._remembered() if self.has_formula else (self._optimizer.states, self._optimizer.steps)
        inverse = self._order.argsort()
        return Memory(
            theta[inverse],
            states,
            steps,
            are_apart=not isinstance(self._steps, int),
            average=None if average is None else average[inverse],
            n_averaged=n_averaged,
            order=self._order,
            leaves=getattr(self._optimizer, "leaves", ()),
        )

    def ordered(self, numbers: Sequence[float]) -> Numbers:
        """Put numbers that are in the optimizer's order into that of the vector."""
        import numpy

        return numpy.array(numbers, float)[self._order]

    def finish(self) -> None:
        """Give the optimizer its state back."""
        if self.has_formula:
            states, steps = self._remembered()
            self._optimizer.states = [state.tolist() for state in states]
            self._optimizer.steps = steps

    def _remembered(self) -> tuple[list[Numbers], list[int]]:
        inverse = self._order.argsort()
        steps = [self._steps] * len(inverse) if isinstance(self._steps, int) else self._steps[inverse].tolist()
        return [state[inverse] for state in self.states], steps

    def _check(self, gradient: Numbers) -> None:
        # The sum of squares takes a fraction of the time of a look at each element. It may overflow although no element has.
        if math.isfinite(gradient.dot(gradient)):
            return
        wrong = (gradient - gradient != 0.0).nonzero()[0]
        if len(wrong):
            first = wrong[self._order[wrong].argmin()]
            raise not_finite(self._values[first], int(self._order[first]), float(gradient[first]))

    def _move_in_machine_code(self, theta: Numbers, gradient: Numbers) -> bool:
        """Take a step of all parameters in one pass over memory, if that can be done."""
        if not (self._wants_machine_code and isinstance(self._steps, int)):
            return False
        if self._moves is None or not self._moves[0].is_up_to_date():
            self._moves = moves_of(self._optimizer, self._dtype)
            self._wants_machine_code = self._moves is not None
        if self._moves is None:
            return False
        formula, moves = self._moves
        if not moves.run(theta, gradient, self.states, formula.settings(), self._steps + 1):
            return False
        self._steps += 1
        return True

    def _move_by_formula(self, theta: Numbers, gradient: Numbers, reached: Numbers | None) -> None:
        if reached is None and self._move_in_machine_code(theta, gradient):
            return
        if reached is not None:
            self.separate()
        together = isinstance(self._steps, int)
        for places in _blocks(len(theta), reached):
            t = self._steps + 1 if together else self._steps[places] + 1
            kept = [state[places] for state in self.states]
            moved, states = self._optimizer.update(theta[places], gradient[places], kept, t)
            # A formula may hand on what it was given: a view of what is now going to be overwritten.
            states = [state.copy() if getattr(state, "base", None) is not None else state for state in states]
            theta[places] = moved
            for state, new in zip(self.states, states, strict=True):
                state[places] = new
            if not together:
                self._steps[places] = t
        if together:
            self._steps += 1

    def separate(self) -> None:
        """Count the steps of each parameter by themselves, which in 32 bits leads to other roundings."""
        if isinstance(self._steps, int):
            import numpy

            self._steps = numpy.full(len(self._values), self._steps)

    def _move_values(self, theta: Numbers, gradient: Numbers, reached: Numbers | None) -> None:
        assign_all(self._values, theta.tolist())
        for value in self._values:
            value.gradient = None
        for place in range(len(theta)) if reached is None else reached.tolist():
            self._values[place].gradient = float(gradient[place])
        self._optimizer.step()
        theta[:] = [value.data for value in self._values]


def moves_of(optimizer: Optimizer, dtype: Any) -> tuple[OptimizerFormula, Moves] | None:
    """The formula of an optimizer, and machine code for it; None if one of the two can't be made."""
    from nn.engines.optimizer_formula import NoFormulaError, OptimizerFormula

    try:
        from autograd.vectorizing.native.moves import Moves

        formula = OptimizerFormula(optimizer)
        return formula, Moves(formula.recorded, dtype)
    except (ImportError, NoFormulaError):
        # Without llvmlite, NumPy takes the steps.
        return None


def _blocks(n: int, reached: Numbers | None) -> Iterator[Any]:
    for start in range(0, n if reached is None else len(reached), _PARAMETERS_AT_ONCE):
        block = slice(start, start + _PARAMETERS_AT_ONCE)
        yield block if reached is None else reached[block]
