"""The epoch with the least validation loss: early stopping returns to its parameters."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from autograd import Value
from autograd.engine.assigning import assign_all
from nn.engines.engine import Engine
from nn.history import History


class BestEpoch:
    """The least validation loss of a history, and the parameters that gave it.

    Args:
        engine: where the parameters' numbers are during training.
        history: may know the best epoch of an earlier training.
        parameters: all parameters of the model and of the optimizer.
        restored: whether `finish` gives the parameters the numbers they had after the best epoch.
    """

    def __init__(self, engine: Engine, history: History, parameters: Sequence[Value], *, restored: bool) -> None:
        self._engine = engine
        self._history = history
        self._parameters = parameters
        self._restored = restored
        self._loss = math.inf if history.best_epoch is None else min(history.validation_loss, default=math.inf)
        # None until an epoch of this training is the best one.
        self._numbers: Sequence[float] | None = None
        self.epochs_since = 0

    def compare(self) -> None:
        """Look at the latest epoch, and copy its parameters if it is the best so far."""
        loss = self._history.validation_loss[-1]
        if loss < self._loss:
            self._numbers = self._engine.measured_numbers()
            self._loss = loss
            self.epochs_since = 0
            self._history.best_epoch = len(self._history.train_loss) - 1
        else:
            self.epochs_since += 1

    def keep(self) -> None:
        """Store the best epoch's parameters in the history, for a training that continues with it."""
        if self._numbers is not None:
            known = dict(zip(self._engine.values, self._numbers, strict=True))
            self._history.best_parameters = array("d", [known.get(one, one.data) for one in self._parameters])

    def finish(self) -> None:
        """Store the best epoch's parameters and, if they are wanted, give them back to the model."""
        self.keep()
        if not self._restored or self._history.best_parameters is None:
            return
        parameters, numbers = self._parameters, list(self._history.best_parameters)
        if self._numbers is not None:
            # Frozen parameters have not changed in this training; assigned anew, they would make results stale.
            parameters, numbers = self._engine.values, list(map(float, self._numbers))
        self._engine.write()
        assign_all(parameters, numbers)
        self._engine.read()
