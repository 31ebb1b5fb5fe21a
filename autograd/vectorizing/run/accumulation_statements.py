"""Emitting the sum of contributions to a gradient: the first is assigned, later ones are added where they belong."""

from __future__ import annotations

from math import prod

from autograd.vectorizing.arrays.array_graph import Array
from autograd.vectorizing.arrays.texts import steps_of
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.arrays.walking import base_of
from autograd.vectorizing.run.calls import EXAMPLES, Assignment, Call, Length, Name, lengths_of
from autograd.vectorizing.run.statements import Statements


def is_dense(view: View, array: Array) -> bool:
    """Whether counting through the whole array costs less than finding each element that is added."""
    return 16 * prod(view.shape) >= prod(array.shape)


class AccumulationStatements(Statements):
    """Writes accumulations, and the flat indices that choices are read and added by."""

    def _accumulate(self, array: Array, dead: list[Array]) -> None:
        operands = list(array.operands)
        parts = []
        for way, view in array.attribute:
            taken = 1 if way == "add" else 2
            parts.append((way, view, operands[:taken]))
            operands = operands[taken:]
        way, view, first = parts[0]
        start = first[0]
        if way == "add" and view.is_identity:
            alone = sum(1 for operand in array.operands if isinstance(operand, Array) and base_of(operand) is start) == 1
            if (
                isinstance(start, Array) and start in dead and start in self._buffer_of and start.shape == array.shape
                and start.batched == array.batched and array not in self.homes and alone
            ):  # fmt: skip
                out = self._take_over(start, array)
            else:
                out = self._out(array, dead)
                self.write("copyto", out, self.aligned(start, array.shape))
            parts = parts[1:]
        else:
            out = self._out(array, dead)
            self.write(f"{out}.fill", 0.0)
        for way, view, operands in parts:
            self._add_part(array, out, way, view, operands)

    def _add_part(self, array: Array, out: Name, way: str, view: View, operands: list[Array | float]) -> None:
        if view.gathered is not None and way == "add":
            index = self.capture(view.indices(), "i")
            flat, adjoint = self._flat(array), self.aligned(operands[0], view.shape)
            if view.unique:
                self.write("add_to", flat, (slice(None), index) if array.batched else index, adjoint)
            elif not array.batched:
                self.write("add_at", flat, index, adjoint)
            elif is_dense(view, array):
                self.write("add_at_places", flat, self._places(view, index, array), adjoint)
            else:
                self.write("add_at", flat, (slice(None), index), adjoint)
            return
        place = out if view.gathered is not None else self.shown(array, out, steps_of(view, array.batched))
        if way == "add":
            self.write("add", place, self.aligned(operands[0], view.shape), place)
            return
        chosen, upstream = operands
        assert isinstance(chosen, Array)
        if view.gathered is not None:
            taken = self.capture(view.indices(), "i")
            self.write("add_gathered", self._flat(array), taken, way, self.names[chosen], self.name(upstream))
        elif way == "rows":
            self.write("add_rows", place, self.names[chosen], self.name(upstream))
        elif array.batched and chosen.batched and view.is_identity:
            flat = self.reshaped(array, (Length(prod(array.shape), True),))
            self.write("add_to", flat, self._flat_index(array, chosen), self.name(upstream))
        else:
            self.write("add_choice", place, self.names[chosen], self.name(upstream))

    def _flat(self, array: Array) -> Name:
        """An array with one axis for each example."""
        return self.reshaped(array, lengths_of((prod(array.shape),), array.batched))

    def _places(self, view: View, index: Name, array: Array) -> Name:
        """A variable for the flat places of gathered elements in a batch."""
        key = ("places", view.gathered, view.shape, array.shape)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.define("f", "places_in_batch", index, EXAMPLES, prod(array.shape))
        return known

    def _flat_index(self, rows: Array, index: Array) -> Name:
        """The flat indices of the chosen elements of rows; they serve the way back too."""
        key = ("flat index", index, rows.shape, rows.batched)
        known = self._known.get(key)
        if known is None:
            start = self.define("f", "row_starts", lengths_of(index.shape, index.batched), rows.shape[-1])
            # In a place of its own: it is needed until the end.
            known = self._known[key] = self._new_name("f")
            self.setup.append(Assignment(known, Call("copy_of", (start,))))
            self.write("add", start, self.names[index], known)
        return known
