"""Going through epochs: batch after batch, or many batches in one call of machine code."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from nn.engines.engine import Engine
from nn.progress import Bar
from nn.shuffling import shuffled_order

# The orders of the examples that are drawn for one call hold at most this many numbers, but for that of one epoch.
_MOST_PLACES = 1_000_000


class Epochs:
    """The batches of one epoch after the other.

    Args:
        engine: what takes the steps.
        n_examples: how many examples there are.
        batch_size: how many of them make a batch; the last one of an epoch may be smaller.
        shuffle: what draws the order of the examples for each epoch; None keeps them in their order.
        n_epochs: how many epochs there are in all, which error messages name.
        bar: shows how many batches are done.
        begin: called before the first step of an epoch, with the number of epochs before it in this training.
        completed: called with the mean losses of the examples in the epochs that have come to their end.
        between: called between two steps, or two calls that take many; not after the last one of a `run`.
        n_completed: how many epochs have been completed before, whose orders `shuffle` has drawn.
        sums: the sums of the losses of the batches that have been done in the next epoch.

    Attributes:
        sums: the same at any time.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        n_examples: int,
        batch_size: int,
        shuffle: Random | None,
        n_epochs: int,
        bar: Bar,
        begin: Callable[[int], None] = lambda epoch: None,
        completed: Callable[[list[float]], None],
        between: Callable[[], None] = lambda: None,
        n_completed: int = 0,
        sums: Sequence[float] = (),
    ) -> None:
        self._engine = engine
        self._n_examples = n_examples
        self._batch_size = batch_size
        self._n_batches = -(-n_examples // batch_size)
        self._shuffle = shuffle
        self._n_epochs = n_epochs
        self._bar = bar
        self._begin = begin
        self._completed = completed
        self._between = between
        self._n_completed = n_completed
        # Of the epochs that have not been completed.
        self._orders: deque[Any] = deque()
        self.sums = list(sums)

    def run(self, n: int) -> None:
        """Take the steps of the next epochs.

        Args:
            n: how many epochs, with nothing to do in between.
        """
        end = self._n_completed + n
        while self._n_completed < end:
            n_steps = (end - self._n_completed) * self._n_batches - len(self.sums)
            if not self._take_many(n_steps):
                self._take_one()
            if self._n_completed < end:
                self._between()

    def _take_many(self, n_steps: int) -> bool:
        """Take steps in one call, if that is possible; tell whether the next one needn't be taken with care."""
        many = self._engine.many_steps(n_steps)
        if many is None:
            return False
        first = len(self.sums)
        n_steps = min(n_steps, many.limit, many.most_epochs * self._n_batches - first)
        if first == 0:
            self._begin(self._n_completed)
        if self._shuffle is not None:
            n_orders = min(-(-(first + n_steps) // self._n_batches), max(1, _MOST_PLACES // self._n_examples))
            n_steps = min(n_steps, n_orders * self._n_batches - first)
            self._orders.extend(many.orders(max(0, n_orders - len(self._orders)), self._shuffle))
        try:
            many.run(n_steps, first, None if self._shuffle is None else list(self._orders)[:n_orders])
        finally:
            # What was done before Ctrl-C is in the history.
            sums = many.sums()
            self._note(sums)
        return len(sums) == n_steps

    def _take_one(self) -> None:
        batch = len(self.sums)
        if batch == 0:
            self._begin(self._n_completed)
        order: Sequence[int] = range(self._n_examples)
        if self._shuffle is not None:
            if not self._orders:
                self._orders.append(shuffled_order(self._n_examples, self._shuffle))
            order = self._orders[0]
        places = order[batch * self._batch_size : (batch + 1) * self._batch_size]
        where = f"epoch {self._n_completed + 1} of {self._n_epochs}, batch {batch + 1} of {self._n_batches}"
        self._note([self._engine.step(places, where)])

    def _note(self, sums: list[float]) -> None:
        """Note the sums of the losses of some batches."""
        self._bar.advance(len(sums))
        self.sums += sums
        n = len(self.sums) // self._n_batches
        if n:
            starts = range(0, n * self._n_batches, self._n_batches)
            if self._n_batches > 1:
                totals = [math.fsum(self.sums[start : start + self._n_batches]) for start in starts]
            else:
                totals = self.sums
            losses = [total / self._n_examples for total in totals]
            del self.sums[: n * self._n_batches]
            for _ in range(min(n, len(self._orders))):
                self._orders.popleft()
            self._n_completed += n
            self._completed(losses)
