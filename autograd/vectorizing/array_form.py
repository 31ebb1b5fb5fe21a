"""A program as arrays, whichever engine computes it: for back ends that need nothing else of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy

from autograd.engine.value import Value
from autograd.errors import StaleGraphError
from autograd.vectorizing.arrays.building import ArrayProgram, build
from autograd.vectorizing.example.copying import parts_of, restored
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.grouping.grouping import group_graph
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.layout import lay_out
from autograd.vectorizing.layout.plans import ArrayLayout


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """A program in the vocabulary of array operations.

    Attributes:
        recorded: what the function recorded.
        parameters: all parameters, in the order of θ.
        grouping: the graph.
        layout: where its scalars stand.
        program: the arrays.
        places: for each parameter of the layout, in its order, where it stands in θ.
    """

    recorded: RecordedExample
    parameters: Sequence[Value]
    grouping: Grouping
    layout: ArrayLayout
    program: ArrayProgram
    places: Any


def array_form(
    recorded: RecordedExample, parameters: Sequence[Value], captured: Sequence[tuple[Value, float]], *, composite: bool = False
) -> ArrayForm:
    """Write a recorded graph as arrays.

    Args:
        recorded: what the function recorded.
        parameters: all parameters, in the order of θ.
        captured: the leaves that are constants of the program, and the numbers that it was compiled with.
        composite: keep functions that the table states by others, as `build` has it.
    """
    recorded, grouping = _grouped(recorded, parameters, captured)
    layout = lay_out(grouping, [array.shape for array in recorded.arguments.arrays])
    members = grouping.groups[Grouping.PARAMETERS].members
    place_of = {value: place for place, value in enumerate(parameters)}
    places = numpy.array([place_of[members[position]] for position in layout.theta], numpy.intp)  # type: ignore[index]
    return ArrayForm(recorded, parameters, grouping, layout, build(grouping, layout, composite=composite), places)


def _grouped(
    recorded: RecordedExample, parameters: Sequence[Value], captured: Sequence[tuple[Value, float]]
) -> tuple[RecordedExample, Grouping]:
    """The record as it was when the program was made, and its groups."""
    if all(leaf._data.hex() == number.hex() for leaf, number in captured):
        with suppress(StaleGraphError):
            return recorded, group_graph(recorded, exact=False)
    # Leaves have been assigned other numbers since.
    recorded = restored(parts_of(recorded, parameters, captured)[1])
    return recorded, group_graph(recorded, exact=False)
