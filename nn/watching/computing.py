"""What a model computes at many points, with the parameters of any frame."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd import FrozenChoiceError, Value, no_grad, vectorize
from autograd.engine.assigning import assign_all

Point = tuple[float, float]
_LARGEST = 1e100


class Scores:
    """A function of two numbers and of a model's parameters.

    It is compiled, or run with plain Values where NumPy is missing or the function can't be compiled.

    Args:
        function: gives a Value for a list of two numbers.
        parameters: the Values that it may depend on, in the order in which their numbers will be given. They are a copy's: they
            may be assigned.
    """

    def __init__(self, function: Callable[[Any], Value], parameters: Sequence[Value]) -> None:
        self._function = function
        self._parameters = parameters
        self._program: Any = None
        self._latest: tuple[Sequence[Point], Any] = (), None
        try:
            self._program = vectorize(function, [0.25, 0.5], parameters=parameters, engine="numpy")
        except (ImportError, FrozenChoiceError):
            return
        place_of = {value: place for place, value in enumerate(parameters)}
        self._places = [place_of[value] for value in self._program.parameters.values]

    @property
    def is_compiled(self) -> bool:
        """Whether many points take little time."""
        return self._program is not None

    def at(self, given: Sequence[float], points: Sequence[Point]) -> list[float]:
        """Compute the function at some points.

        Args:
            given: the numbers of the parameters.
            points: where; a sequence that isn't changed between calls.

        Returns:
            Finite numbers; 0 where there is none.
        """
        if self._program is None:
            assign_all(self._parameters, list(given))
            with no_grad():
                return [_finite(self._one(point)) for point in points]
        import numpy

        theta = numpy.array(given, float)[self._places]
        try:
            found = self._program.losses(theta, self._array_of(points), warn=False)
        except (ArithmeticError, ValueError):
            return [0.0] * len(points)
        numbers: list[float] = (
            numpy.nan_to_num(found, nan=0.0, posinf=_LARGEST, neginf=-_LARGEST).clip(-_LARGEST, _LARGEST).tolist()
        )
        return numbers

    def _array_of(self, points: Sequence[Point]) -> Any:
        import numpy

        # The same points are asked for in each frame.
        if points is not self._latest[0]:
            self._latest = points, numpy.array(points, float)
        return self._latest[1]

    def _one(self, point: Point) -> float:
        try:
            return self._function(list(point)).data
        except (ArithmeticError, ValueError):
            return 0.0


def _finite(number: float) -> float:
    return 0.0 if math.isnan(number) else max(-_LARGEST, min(_LARGEST, number))
