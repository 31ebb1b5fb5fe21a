"""Emitting the sum of contributions to a gradient: the first is assigned, later ones are added where they belong."""

from __future__ import annotations

from math import prod

from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.operations import Accumulate, Way
from autograd.vectorizing.arrays.steps import EXAMPLES, Length, lengths_of, steps_of
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.run.calls import Assignment, Call, Name
from autograd.vectorizing.run.places import Places
from autograd.vectorizing.run.statements import Statements


def write_accumulation(statements: Statements, places: Places, array: Array, accumulate: Accumulate) -> None:
    """Write the sum of all contributions to an array."""
    parts = [*accumulate.contributions(array.operands)]
    way, view, first = parts[0]
    if way == "add" and view.is_identity:
        out = places.out_of_copy(array, first[0])
        parts = parts[1:]
    else:
        out = places.out(array)
        statements.write(f"{out}.fill", 0.0)
    for way, view, operands in parts:
        if way == "add":
            _add(statements, array, out, view, operands[0])
        else:
            index, upstream = operands
            assert isinstance(index, Array)
            _add_by_index(statements, array, out, view, way, index, statements.name(upstream))


def _add(statements: Statements, array: Array, out: Name, view: View, adjoint: Array | float) -> None:
    """Write the sum of an array and numbers for the elements of a view of it."""
    if view.gathered is None:
        place = statements.shown(array, out, steps_of(view, array.batched))
        statements.write("add", place, statements.aligned(adjoint, view.shape), place)
        return
    index = statements.capture(view.indices(), "i")
    flat, numbers = statements.flat(array), statements.aligned(adjoint, view.shape)
    for_each_example = (slice(None), index) if array.batched else index
    if view.unique:
        statements.write("add_to", flat, for_each_example, numbers)
    elif array.batched and view.is_dense_in(array.shape):
        key = ("places", view.gathered, view.shape, array.shape)
        places = statements.once(key, lambda: statements.define("f", "places_in_batch", index, EXAMPLES, prod(array.shape)))
        statements.write("add_at_places", flat, places, numbers)
    else:
        statements.write("add_at", flat, for_each_example, numbers)


def _add_by_index(
    statements: Statements, array: Array, out: Name, view: View, way: Way, index: Array, numbers: Name | float
) -> None:
    """Write the sum of an array and numbers for the elements of a view that an index chooses."""
    chosen = statements.names[index]
    if view.gathered is not None:
        taken = statements.capture(view.indices(), "i")
        statements.write("add_gathered", statements.flat(array), taken, way, chosen, numbers)
        return
    place = statements.shown(array, out, steps_of(view, array.batched))
    if way == "rows":
        statements.write("add_rows", place, chosen, numbers)
    elif array.batched and index.batched and view.is_identity:
        flat = statements.reshaped(array, (Length(prod(array.shape), True),))
        statements.write("add_to", flat, flat_index(statements, array, index), numbers)
    else:
        statements.write("add_choice", place, chosen, numbers)


def flat_index(statements: Statements, rows: Array, index: Array) -> Name:
    """A variable for the flat indices of the chosen elements of rows; they serve the way back too."""

    def make() -> Name:
        start = statements.define("f", "row_starts", lengths_of(index.shape, index.batched), rows.shape[-1])
        # In a place of its own: it is needed until the end.
        places = statements.new_name("f")
        statements.setup.append(Assignment(places, Call("copy_of", (start,))))
        statements.write("add", start, statements.names[index], places)
        return places

    return statements.once(("flat index", index, rows.shape, rows.batched), make)
