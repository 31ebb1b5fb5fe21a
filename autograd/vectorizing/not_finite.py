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
from autograd.vectorizing.backends import Backend
from autograd.vectorizing.digest import Digest
from autograd.vectorizing.example.eager import mean_loss
from autograd.vectorizing.example.recorded import RecordedExample

Numbers = Any  # numpy.ndarray

# More would take longer than anyone waits: the gradient stays what the program found, which is not finite.
_MOST_OPERATIONS = 5_000_000
_MOST_SHOWN = 5


class NotFinite:
    """Mends or reports the results of a program that are not finite.

    Args:
        recorded: what the function recorded.
        digest: what has been read of the graph.
        parameters: the Values that θ stands for, in its order.
        backend: what computes the program's results.
    """

    def __init__(self, recorded: RecordedExample, digest: Digest, parameters: Sequence[Value], backend: Backend) -> None:
        self._recorded = recorded
        self._parameters = parameters
        self._backend = backend
        self._n_nodes = digest.n_nodes
        # An exact program leaves out what a choice does.
        self._has_choice = digest.has_choice and not backend.is_exact

    def warn_of_losses(self, losses: Numbers) -> None:
        """Say which losses are not finite."""
        places = numpy.flatnonzero(~numpy.isfinite(losses)).tolist()
        self._warn(places, float(losses[places[0]]))

    def mend(self, loss: float, gradient: Numbers, theta: Numbers, arrays: Sequence[Numbers], m: int, *, warn: bool) -> float:
        """Write a gradient anew in which what a choice left out takes no part, and warn of what is not finite after that.

        Returns:
            The loss.
        """
        mends = self._has_choice and not math.isnan(loss)
        if mends or warn:
            with numpy.errstate(all="ignore"):
                found, anew, places, is_within_bounds = self._search(loss, gradient, theta, arrays, m, mends)
            mends = mends and is_within_bounds
            if mends:
                loss, gradient[...] = found, anew
            if warn and (places or not _are_finite(loss, gradient)):
                self._warn(places, loss)
        return loss

    def _search(
        self, loss: float, gradient: Numbers, theta: Numbers, arrays: Sequence[Numbers], m: int, mends: bool
    ) -> tuple[float, Numbers, list[int], bool]:
        """The loss and the gradient, both means, and the examples for which one of them is not finite.

        The batch is halved until either what the program gives is finite or a single example is left. The eager engine computes
        that if choices are to be mended, since its gradient is right wherever it exists; False if this would have taken too long.
        """
        total, total_gradient, places = 0.0, numpy.zeros(()), []
        pending = [(0, m)]
        left = _MOST_OPERATIONS
        while pending:
            start, stop = pending.pop()
            some = [array[start:stop] for array in arrays]
            part = (loss, gradient) if stop - start == m else self._backend.value_and_grad(theta, some, stop - start)[:2]
            if not _are_finite(*part):
                if stop - start > 1:
                    middle = (start + stop) // 2
                    pending += [(middle, stop), (start, middle)]
                    continue
                left -= self._n_nodes if mends else 0
                if mends and left >= 0:
                    output, leaves = mean_loss(self._recorded, self._parameters, theta, 1, some)
                    part = output.data, numpy.array(grad(output, leaves))
                if not _are_finite(*part):
                    places.append(start)
            total += (stop - start) * part[0]
            total_gradient = total_gradient + (stop - start) * part[1].astype(float)
        return total / m, total_gradient / m, places, left >= 0

    def _warn(self, places: Sequence[int], loss: float) -> None:
        if not self._recorded.arguments.arrays:
            of_whom = "the program"
        elif not places:
            of_whom = "the batch as a whole, though not of one of its examples alone,"
        else:
            shown = ", ".join(map(str, places[:_MOST_SHOWN])) + (", …" if len(places) > _MOST_SHOWN else "")
            of_whom = f"example {shown} of the batch" if len(places) == 1 else f"examples {shown} of the batch"
        warnings.warn(f"the loss or the gradient of {of_whom} is not finite (loss {loss!r})", NonFiniteWarning, stacklevel=4)


def _are_finite(loss: float, gradient: Numbers) -> bool:
    return math.isfinite(loss) and bool(numpy.isfinite(gradient).all())
