"""Steps of training on JAX, many of them in one call."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from time import perf_counter
from typing import Any

import jax
import numpy

from autograd.vectorizing.jax.compiling import compiled
from nn.engines.computing import Stage
from nn.engines.jax_devices import Devices
from nn.engines.jax_loop import Carried, Given, Plan, loop_of
from nn.engines.jax_moves import FormulaMove, Move
from nn.engines.jax_optax import OptaxMove, OptaxOptimizer
from nn.engines.jax_program import JaxProgram
from nn.engines.step_rules import share_of_step
from nn.interrupting import HeldBack
from nn.shuffling import shuffled_orders

Numbers = Any  # numpy.ndarray

# A call takes no more steps than this, and orders of examples and masks of no more numbers, but for one epoch or one step.
_MOST_STEPS = 4096
_MOST_PLACES = 131_072
_MOST_MASKS = 1_000_000
# Ctrl-C waits for a call to end.
_SECONDS_OF_A_CALL = 0.25
_MOST_TIMES_MORE_STEPS = 16
# An accelerator has the processor look whether a loop goes on, and waits: less often if several steps are taken in between.
_STEPS_IN_BETWEEN = {"cpu": 1}
_STEPS_IN_BETWEEN_ELSEWHERE = 8


class JaxSteps:
    """Takes many steps in one call, with a program on JAX.

    Between two calls the numbers and states of the parameters are in the vector's arrays; a call copies them to the devices, and
    back. How many steps a call takes makes no difference to them.

    Args:
        stage: what the steps are made of.
        program: the functions of the program on JAX.
        devices: what computes.

    Attributes:
        limit, most_epochs: see `ManySteps`.
        stage: what the steps are made of.
        compiled: what XLA has made of the steps, once some have been taken.

    Raises:
        NoFormulaError: the optimizer has no formula that can be recorded.
        IndexError, TypeError, ValueError: an index in the examples is out of range, or not whole.
    """

    def __init__(self, stage: Stage, program: JaxProgram, devices: Devices) -> None:
        training, n = stage.training, len(stage.examples.examples)
        self.stage = stage
        self.limit = 1
        self.compiled: Any = None
        self._vector = stage.vector
        self._devices = devices
        self._noise = training.noise
        self._decay = training.average
        optimizer = training.optimizer
        self._move: Move = OptaxMove(stage, optimizer) if isinstance(optimizer, OptaxOptimizer) else FormulaMove(stage)
        # A single batch of all examples may be smaller, and is divided among the devices if it divides evenly.
        size = n if n < training.batch_size and n % devices.n == 0 else training.batch_size
        flat = program.flat
        plan = Plan(flat.value_and_grad_of_pieces, flat.pieces, self._move, n, size, training.clip_norm, devices.mesh)
        self._n_batches = plan.n_batches
        self._n_orders = max(1, min(_MOST_STEPS // plan.n_batches + 2, _MOST_PLACES // n))
        self._sizes = numpy.full(plan.n_batches, size)
        self._sizes[-1] = n - (plan.n_batches - 1) * size
        width = sum(mask.n for mask in self._noise.masks)
        self._most_steps = max(1, min(_MOST_STEPS, _MOST_MASKS // (width * int(self._sizes[0])))) if width else _MOST_STEPS
        # The masks of each epoch are drawn by themselves.
        self.most_epochs = 1 if width else self._n_orders
        self._sums: list[float] = []
        parts = [program.arrays_of(*stage.examples.arrays(batch)) for batch in stage.examples.batches(range(n))]
        n_own = len(parts[0]) - len(self._noise.masks)
        self._examples = [devices.put(numpy.concatenate(column)) for column in list(zip(*parts, strict=True))[:n_own]]
        self._plan = plan
        self._zeros = self._move.zeros
        self._has_agreed = False

    def is_possible(self) -> bool:
        """Whether the next steps can be taken in this way."""
        return self._move.is_possible()

    def run(self, n_steps: int, first_batch: int, orders: Sequence[Sequence[int]] | None) -> None:
        """See `ManySteps.run`."""
        with jax.enable_x64(True):
            self._run(n_steps, first_batch, orders)

    def _run(self, n_steps: int, first_batch: int, orders: Sequence[Sequence[int]] | None) -> None:
        fixed, timed, n_computed = self._move.shared(min(n_steps, self._most_steps))
        n_steps = min(n_steps, n_computed)
        if n_steps == 0:
            return
        place = self._noise.place()
        sizes = self._sizes[(first_batch + numpy.arange(n_steps)) % self._n_batches]
        now = self._carried()
        given = Given(
            numpy.int32(first_batch),
            numpy.int32(n_steps),
            None if orders is None else _filled(numpy.array(orders), (self._n_orders, int(self._sizes.sum())), numpy.int32),
            self._masks(int(sizes.sum())),
            fixed.astype(now.theta.dtype),
            _filled(timed, (len(timed), self._most_steps), now.theta.dtype),
            self._shares(n_steps),
        )
        self._devices.check_agreement(n_steps, first_batch, given, *([] if self._has_agreed else jax.tree.leaves(now)))
        self._has_agreed = True
        if self.compiled is None or self._zeros != self._move.zeros:
            self._zeros = self._move.zeros
            self.compiled = self._compiled((now, given, self._examples), careful=not self._move.keeps_what_is_not_finite)
        started = perf_counter()
        # What a call has led to is taken over as a whole, or not at all.
        with HeldBack():
            with self._devices.together():
                found = self.compiled(*self._devices.given((now, given)), self._examples)
                after, n_taken, losses, is_fine = jax.tree.map(numpy.asarray, found)
                if not is_fine:
                    # All over again, up to the step at fault, looking at each; this happens once in a training, if at all.
                    careful = self._compiled((now, given, self._examples), careful=True)
                    found = careful(*self._devices.given((now, given)), self._examples)
                    after, n_taken, losses, _ = jax.tree.map(numpy.asarray, found)
            n_taken = int(n_taken)
            self._take(after, n_taken)
            self._sums += (losses[:n_taken].astype(float) * sizes[:n_taken]).tolist()
            if n_taken < n_steps:
                self._noise.return_to(place)
                self._noise.arrays(int(sizes[:n_taken].sum()))
            fitting = int(n_steps * _SECONDS_OF_A_CALL / max(perf_counter() - started, 1e-9))
            # Where one step needs care, the next may need it too.
            limit = max(1, min(fitting, self.limit * _MOST_TIMES_MORE_STEPS)) if n_taken == n_steps else 1
            self.limit = int(self._devices.same(limit))

    def _compiled(self, everything: Any, *, careful: bool) -> Any:
        specified = jax.tree.map(self._devices.specified, everything)
        at_once = _STEPS_IN_BETWEEN.get(jax.default_backend(), _STEPS_IN_BETWEEN_ELSEWHERE)
        return compiled(loop_of(self._plan, careful=careful, at_once=at_once), *specified, donated=(0,))

    def orders(self, n_orders: int, shuffle: Random) -> Numbers:
        """See `ManySteps.orders`."""
        return shuffled_orders(n_orders, int(self._sizes.sum()), shuffle)

    def sums(self) -> list[float]:
        """See `ManySteps.sums`."""
        sums, self._sums = self._sums, []
        return sums

    def _carried(self) -> Carried:
        vector = self._vector
        average = None if self._decay is None else vector.measured
        return Carried(vector.theta, self._move.state, average)

    def _take(self, after: Carried, n_taken: int) -> None:
        vector = self._vector
        vector.is_ahead = True
        vector.theta[:] = after.theta
        self._move.take(after.state, n_taken)
        if after.average is not None and n_taken:
            vector.average = after.average.copy()
            vector.n_averaged += n_taken

    def _masks(self, n_examples: int) -> tuple[Numbers, ...]:
        """The masks of the next examples, in arrays of always the same size."""
        rows, dtype = self._most_steps * int(self._sizes[0]), self._vector.theta.dtype
        return tuple([_filled(mask, (rows, mask.shape[1]), dtype) for mask in self._noise.arrays(n_examples)])

    def _shares(self, n_steps: int) -> Numbers | None:
        if self._decay is None:
            return None
        first = self._vector.n_averaged + 1
        shares = [share_of_step(self._decay, step) for step in range(first, first + n_steps)]
        return _filled(numpy.array(shares), (self._most_steps,), self._vector.theta.dtype)


def _filled(array: Numbers, shape: tuple[int, ...], dtype: Any) -> Numbers:
    """An array of one shape whatever the size of what is in it, so that nothing need be compiled anew."""
    filled = numpy.zeros(shape, dtype)
    filled[tuple(map(slice, array.shape))] = array
    return filled
