"""Steps of training in machine code, many of them in one call: batches, gradients, and the optimizer's formula."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from random import Random
from time import perf_counter
from typing import Any

import numpy

from autograd.vectorizing.native.steps import Steps
from nn.engines.computing import Stage
from nn.engines.optimizer_formula import NoFormulaError, OptimizerFormula
from nn.shuffling import exchanges

Numbers = Any  # numpy.ndarray

# Ctrl-C waits for a call to end.
_SECONDS_OF_A_CALL = 0.1
_MOST_TIMES_MORE_STEPS = 16
# Recording a formula takes about as long as taking this many steps one by one.
_FEW_STEPS = 20


class MachineSteps:
    """Takes many steps in one call, with a program in machine code.

    The numbers and states of the parameters move in the vector's own arrays, and are the same to the bit as if the steps had been
    taken one by one.

    Args:
        stage: what the steps are made of.

    Attributes:
        limit, most_epochs: see `ManySteps`.
        is_outdated: whether the optimizer has been found to have another formula.

    Raises:
        NoFormulaError: the optimizer's steps can't be taken in machine code.
    """

    def __init__(self, stage: Stage) -> None:
        vector, examples = stage.vector, stage.examples
        if not vector.moving.has_formula:
            raise NoFormulaError("the optimizer moves parameters in a way of its own")
        self.program = stage.compiled.program
        self.limit, self.most_epochs = 1, sys.maxsize
        self.is_outdated = False
        self._vector = vector
        self._reached = stage.reached
        self._formula = OptimizerFormula(stage.training.optimizer)
        n_examples = len(examples.examples)
        batch_size = min(stage.training.batch_size, n_examples)
        self._steps = Steps(
            self._formula.recorded,
            self.program.step_kernel,
            vector.theta,
            vector.moving.states,
            None if stage.reached is None else stage.reached.tolist(),
            [numpy.ascontiguousarray(array, float) for array in examples.all_arrays(examples.structures[0])],
            batch_size,
        )
        n_batches = self._steps.n_batches
        self._sizes = numpy.full(n_batches, float(batch_size))
        self._sizes[-1] = n_examples - (n_batches - 1) * batch_size
        self._sums: list[float] = []

    def is_possible(self, n_steps: int) -> bool:
        """Whether the next steps can be taken in this way: the formula is the same, and so is the number of each one's step.

        Args:
            n_steps: how many steps there will be. For a few, a formula of one's own is not recorded anew, to see that it is the
                same.
        """
        if self._vector.moving.steps_of(self._reached) is None or (n_steps < _FEW_STEPS and not self._formula.is_of_this_package):
            return False
        self.is_outdated = self.is_outdated or not self._formula.is_up_to_date()
        return not self.is_outdated

    def run(self, n_steps: int, first_batch: int, orders: Sequence[Sequence[int]] | None) -> None:
        """See `ManySteps.run`."""
        moving = self._vector.moving
        t = moving.steps_of(self._reached)
        assert t is not None
        losses = numpy.empty(n_steps)
        arranged = None if orders is None else numpy.array(orders, numpy.int64)
        settings = self._formula.settings()
        started = perf_counter()
        self._vector.is_ahead = True
        try:
            self._steps.run(settings, t, losses, first_batch, arranged)
        finally:
            # Also if Ctrl-C came in between: what was done is done.
            n_taken = self._steps.taken()
            moving.count(n_taken, self._reached)
            self._sums += self._sums_of(losses[:n_taken], first_batch)
        fitting = int(n_steps * _SECONDS_OF_A_CALL / max(perf_counter() - started, 1e-9))
        # Where one step needs care, the next may need it too.
        self.limit = max(1, min(fitting, self.limit * _MOST_TIMES_MORE_STEPS)) if n_taken == n_steps else 1

    def orders(self, n_orders: int, shuffle: Random) -> Numbers:
        """See `ManySteps.orders`."""
        return self._steps.orders(exchanges(n_orders, self._steps.n_examples, shuffle))

    def sums(self) -> list[float]:
        """See `ManySteps.sums`."""
        sums, self._sums = self._sums, []
        return sums

    def _sums_of(self, means: Numbers, first_batch: int) -> list[float]:
        n_batches = len(self._sizes)
        if n_batches == 1:
            sums: list[float] = (means * self._sizes[0]).tolist()
        else:
            sums = (means * self._sizes[(first_batch + numpy.arange(len(means))) % n_batches]).tolist()
        return sums
