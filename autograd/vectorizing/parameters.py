"""`Parameters`: the mapping between a flat vector θ and the Values it stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy

from autograd.engine.assigning import assign_all
from autograd.engine.refusals import check, traces
from autograd.engine.value import Value

_data_of = attrgetter("_data")


class Parameters:
    """The parameters of a program, in the order of its vector θ.

    Attributes:
        values: the Values that θ stands for.

    >>> w, b = Value(2.0, "w"), Value(-1.0, "b")
    >>> parameters = Parameters([w, b], numpy.float64)
    >>> theta = parameters.read()
    >>> parameters.write(theta - 1.0)
    >>> w.data, b.data, len(parameters)
    (1.0, -2.0, 2)
    """

    def __init__(self, values: Sequence[Value], dtype: Any) -> None:
        self.values = tuple(values)
        self._dtype = numpy.dtype(dtype)

    def read(self) -> Any:
        """θ, a new array of the numbers that the Values have at present.

        Raises:
            FrozenChoiceError: `vectorize` is running a function, and a Value depends on its inputs or parameters.
        """
        self._check(".data")
        return numpy.fromiter(map(_data_of, self.values), self._dtype, len(self.values))

    def write(self, theta: Any) -> None:
        """Assign the Values the numbers of θ; results that were computed from the Values become stale.

        Raises:
            ValueError: theta has another shape, or holds inf or nan. No Value has changed.
            TypeError: theta holds something else than real numbers.
            FrozenChoiceError: `vectorize` is running a function, and a Value depends on its inputs or parameters.
        """
        self._check("assignment")
        numbers = numpy.asarray(theta)
        if numbers.dtype.kind not in "fiu":
            raise TypeError(f"theta must hold real numbers, not {numbers.dtype}")
        if numbers.shape != (len(self.values),):
            raise ValueError(f"theta must have shape ({len(self.values)},), one number for each parameter, not {numbers.shape}")
        # Values hold double precision, in which a wider number may be infinite.
        with numpy.errstate(over="ignore"):
            doubles = numbers.astype(float)
        finite = numpy.isfinite(doubles)
        if not finite.all():
            place = int(numpy.flatnonzero(~finite)[0])
            name = self.values[place].label or f"parameter {place}"
            raise ValueError(f"the number for {name} is {doubles[place].item()!r}; no parameter was changed")
        assign_all(self.values, doubles.tolist())

    def _check(self, way: str) -> None:
        if traces:
            for value in self.values:
                check(value, way)

    def named(self, theta: Any) -> dict[str, float]:
        """The numbers of θ, or of a gradient, by the labels of the Values; a Value without a label is called by its place.

        Of several Values with one label, each has its place too.

        >>> Parameters([Value(2.0, "w"), Value(1.0)], numpy.float64).named([0.5, 0.25])
        {'w': 0.5, 'parameter 1': 0.25}
        """
        times = Counter(value.label for value in self.values)
        named: dict[str, float] = {}
        for place, (value, one) in enumerate(zip(self.values, theta, strict=True)):
            name = f"parameter {place}"
            if value.label:
                name = value.label if times[value.label] == 1 else f"{value.label} ({name})"
            named[name] = float(one)
        return named

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"Parameters({len(self.values)} Values)"
