"""What is done about a loss or a gradient that is not finite.

A program multiplies an infinite derivative by the 0 of what a choice left out, which gives nan, and nan always reaches the
gradient. So programs stay as fast as they are, and a gradient that is not finite is looked into: the eager engine computes the
examples at which a choice leaves out what is infinite, the program all others. What still is not finite is reported, with the
examples that caused it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy

from autograd.derivatives import grad
from autograd.engine.value import Value
from autograd.errors import NonFiniteWarning
from autograd.table.primitives import TABLE
from autograd.vectorizing.backends import Backend
from autograd.vectorizing.example.eager import mean_loss
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.grouping.groups import Grouping

Numbers = Any  # numpy.ndarray

# More would take longer than anyone waits: the gradient stays what the program found, which is not finite.
_MOST_OPERATIONS = 5_000_000
_MOST_SHOWN = 5


class NotFinite:
    """Mends or reports the results of a program that are not finite.

    Args:
        recorded: what the function recorded.
        grouping: the same graph, grouped.
        parameters: the Values that θ stands for, in its order.
        backend: what computes the program's results.
    """

    def __init__(self, recorded: RecordedExample, grouping: Grouping, parameters: Sequence[Value], backend: Backend) -> None:
        self._recorded = recorded
        self._parameters = parameters
        self._backend = backend
        self._n_nodes = grouping.n_nodes
        self._has_choice = has_choice(grouping)

    def warn_of_losses(self, losses: Numbers) -> None:
        """Say which losses are not finite."""
        places = numpy.flatnonzero(~numpy.isfinite(losses)).tolist()
        self._warn(places, float(losses[places[0]]))

    def mend(self, loss: float, gradient: Numbers, theta: Numbers, arrays: Sequence[Numbers], m: int, *, warn: bool) -> float:
        """Write a gradient anew in which what a choice left out takes no part, and warn of what is not finite after that.

        Returns:
            The loss.
        """
        places = None
        if self._has_choice and not self._backend.is_exact and not math.isnan(loss):
            with numpy.errstate(all="ignore"):
                found = self._without_left_out(theta, arrays, m)
            if found is not None:
                loss, gradient[...], places = found
        if warn and places != []:
            self._warn(self._places(theta, arrays) if places is None else places, loss)
        return loss

    def _without_left_out(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> tuple[float, Numbers, list[int]] | None:
        """The loss and the gradient, both means, and the examples for which one of them is not finite.

        The batch is halved until either the program's gradient is finite or a single example is left, which the eager engine
        computes: its gradient is right wherever it exists. None if that would take too long.
        """
        loss, gradient, places = 0.0, numpy.zeros(()), []
        pending = [(0, m)]
        left = _MOST_OPERATIONS
        while pending:
            start, stop = pending.pop()
            part = None
            some = [array[start:stop] for array in arrays]
            if stop - start < m:
                part = self._backend.value_and_grad(theta, some, stop - start)[:2]
            if part is None or not numpy.isfinite(part[1]).all():
                if stop - start > 1:
                    middle = (start + stop) // 2
                    pending += [(middle, stop), (start, middle)]
                    continue
                left -= self._n_nodes
                if left < 0:
                    return None
                output, leaves = mean_loss(self._recorded, self._parameters, theta, 1, some)
                part = output.data, numpy.array(grad(output, leaves))
                if not (numpy.isfinite(part[0]) and numpy.isfinite(part[1]).all()):
                    places.append(start)
            loss += (stop - start) * part[0]
            gradient = gradient + (stop - start) * part[1].astype(float)
        return loss / m, gradient / m, places

    def _places(self, theta: Numbers, arrays: Sequence[Numbers]) -> list[int]:
        """The examples whose loss or gradient is not finite, found one by one."""
        places = []
        for example in range(len(arrays[0]) if arrays else 1):
            loss, gradient, _ = self._backend.value_and_grad(theta, [array[example : example + 1] for array in arrays], 1)
            if not (math.isfinite(loss) and numpy.isfinite(gradient).all()):
                places.append(example)
        return places

    def _warn(self, places: Sequence[int], loss: float) -> None:
        if not self._recorded.arguments.arrays:
            of_whom = "the program"
        elif not places:
            of_whom = "the batch as a whole, though not of one of its examples alone,"
        else:
            shown = ", ".join(map(str, places[:_MOST_SHOWN])) + (", …" if len(places) > _MOST_SHOWN else "")
            of_whom = f"example {shown} of the batch" if len(places) == 1 else f"examples {shown} of the batch"
        warnings.warn(f"the loss or the gradient of {of_whom} is not finite (loss {loss!r})", NonFiniteWarning, stacklevel=4)


def has_choice(grouping: Grouping) -> bool:
    """Whether anything in a graph can be left out."""
    names = {group.primitive.removesuffix(" of two") for group in grouping.groups}
    return any(TABLE[name].selects for name in names & TABLE.keys())
