"""A program as arrays, whichever engine computes it: for back ends that need nothing else of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from autograd.engine.value import Value
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
    # A copy, since parameters and captured leaves may have been assigned other numbers, as in training.
    recorded = restored(parts_of(recorded, parameters, captured)[1])
    grouping = group_graph(recorded, exact=False)
    layout = lay_out(grouping, [array.shape for array in recorded.arguments.arrays])
    members = grouping.groups[Grouping.PARAMETERS].members
    place_of = {value: place for place, value in enumerate(parameters)}
    places = numpy.array([place_of[members[position]] for position in layout.theta], numpy.intp)  # type: ignore[index]
    return ArrayForm(recorded, parameters, grouping, layout, build(grouping, layout, composite=composite), places)
