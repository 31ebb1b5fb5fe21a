"""Finding the example at fault: what the eager engine would say of each example of a batch."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy

from autograd.engine import graph
from autograd.engine.demands import Demand
from autograd.engine.value import Value
from autograd.errors import NonFiniteWarning, of_example
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.run.runtime import UnmetDemandError

# Replaying a large graph for many examples would take longer than anyone waits.
_MOST_OPERATIONS = 20_000_000
_MOST_SHOWN = 5


class Examination:
    """Replays the recorded graph on single examples, with the rules for floats."""

    def __init__(self, recording: RecordedExample) -> None:
        self._recording = recording

    def explain(
        self,
        theta: Any,
        parameters: Parameters,
        arrays: Sequence[Any],
        demands: Sequence[Demand] = (),
        *,
        of_inputs: bool = False,
    ) -> None:
        """Raise what the eager engine would raise for one of the examples, and say which; nothing if it wouldn't.

        Args:
            theta: the parameters.
            parameters: what they stand for.
            arrays: the examples.
            demands: which are checked, before the results.
            of_inputs: leave out the results, for want of parameters.

        Raises:
            ArithmeticError, ValueError, IndexError: the eager engine's error.
        """
        recording = self._recording
        outputs = (value for output in recording.outputs.values() for value in output.values)
        roots = [] if of_inputs else [recording.loss, *outputs]
        numbers: dict[Value, float] = dict(zip(parameters.values, numpy.asarray(theta, float).tolist(), strict=True))
        left = _MOST_OPERATIONS
        for example in range(len(arrays[0]) if arrays else 1):
            for values, array in zip(recording.arguments.values, arrays, strict=True):
                numbers.update(zip(values, numpy.asarray(array[example], float).ravel().tolist(), strict=True))
            try:
                for demand in demands:
                    left -= demand.check(numbers)
                for root in roots:
                    nodes, _ = graph.recompute(root, numbers)
                    left -= len(nodes)
            except (ArithmeticError, ValueError, IndexError) as error:
                raise of_example(error, example if arrays else None) from None
            if left < 0 and not of_inputs:
                return

    def refusal(self, unmet: UnmetDemandError) -> Exception:
        """The error for an example of which `explain` had nothing to say: there are too many, or in float64 it would be right."""
        messages = dict.fromkeys(self._recording.demands[number].message for number in unmet.numbers)
        return of_example(ValueError(" or ".join(messages)), unmet.example if self._recording.arguments.arrays else None)

    def warn_of_losses(self, losses: Any) -> None:
        """Say which losses are not finite."""
        places = numpy.flatnonzero(~numpy.isfinite(losses)).tolist()
        self.warn(places, float(losses[places[0]]))

    def warn(self, places: Sequence[int], loss: float) -> None:
        """Warn of examples whose loss or gradient is infinite or nan."""
        if not self._recording.arguments.arrays:
            of_whom = "the program"
        elif not places:
            of_whom = "the batch as a whole, though not of one of its examples alone,"
        else:
            shown = ", ".join(map(str, places[:_MOST_SHOWN])) + (", …" if len(places) > _MOST_SHOWN else "")
            of_whom = f"example {shown} of the batch" if len(places) == 1 else f"examples {shown} of the batch"
        warnings.warn(f"the loss or the gradient of {of_whom} is not finite (loss {loss!r})", NonFiniteWarning, stacklevel=4)
