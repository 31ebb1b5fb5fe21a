"""Finding the example at fault: what the eager engine would say of each example of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.errors import of_example
from autograd.vectorizing.digest import Digest
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.run.runtime import IndexOutOfRangeError, UnmetDemandError

# Replaying a large graph for many examples would take longer than anyone waits.
_MOST_OPERATIONS = 20_000_000


class Examination:
    """Replays the recorded graph on single examples, with the rules for floats.

    Args:
        recorded: what the function recorded.
        digest: what has been read of the graph.
        parameters: the Values that θ stands for, in its order.

    Attributes:
        of_inputs: what the function requires of its arguments alone.
    """

    def __init__(self, recorded: RecordedExample, digest: Digest, parameters: Sequence[Value]) -> None:
        self._recorded = recorded
        self._parameters = parameters
        self.of_inputs = [recorded.demands[number] for number in digest.demands_on_inputs]

    def explain(self, theta: Any, arrays: Sequence[Any], first: int = 0) -> None:
        """Raise what the eager engine would raise for one of the examples, and say which; do nothing if it would not raise.

        Args:
            theta: the parameters; None to check nothing but what is required of the inputs alone.
            arrays: the examples.
            first: the number of the first one in the batch.

        Raises:
            ArithmeticError, ValueError, IndexError: the eager engine's error.
        """
        recorded, demands = self._recorded, self.of_inputs
        numbers: dict[Value, float] = {}
        results: list[Value] = []  # in the order of recording, so that the error is the one that comes first there
        if theta is not None:
            demands = list(recorded.demands)
            numbers.update(zip(self._parameters, numpy.asarray(theta, float).tolist(), strict=True))
            outputs = [value for output in recorded.outputs.values() for value in output.values]
            results = graph.computed_by_age(recorded.loss, *outputs)
        left = _MOST_OPERATIONS
        for example in range(len(arrays[0]) if arrays else 1):
            for values, array in zip(recorded.arguments.values, arrays, strict=True):
                numbers.update(zip(values, numpy.asarray(array[example], float).ravel().tolist(), strict=True))
            try:
                for demand in demands:
                    left -= demand.check(numbers)
                graph.recomputed(results, numbers)
                left -= len(results)
            except (ArithmeticError, ValueError, IndexError) as error:
                raise of_example(error, first + example if arrays else None) from None
            if left < 0 and theta is not None:
                return

    def explained(self, error: Exception, theta: Any, arrays: Sequence[Any], first: int = 0) -> Exception:
        """What to raise where a program refused a batch.

        The eager engine's error is raised here. It has none if there are too many examples, or if all is well in float64.
        """
        self.explain(theta, arrays, first)
        if isinstance(error, UnmetDemandError):
            messages = dict.fromkeys(self._recorded.demands[number].message for number in error.numbers)
            return of_example(ValueError(" or ".join(messages)), error.example if arrays else None)
        return IndexError(str(error)) if isinstance(error, IndexOutOfRangeError) else error
