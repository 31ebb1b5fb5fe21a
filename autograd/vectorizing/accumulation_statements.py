"""Emitting the sum of contributions to a gradient: the first is assigned, later ones are added where they belong."""

from __future__ import annotations

from math import prod

from autograd.vectorizing.array_graph import Array
from autograd.vectorizing.statements import Statements
from autograd.vectorizing.texts import aligned, aligned_to, view_text
from autograd.vectorizing.views import View
from autograd.vectorizing.walking import base_of


def is_dense(view: View, array: Array) -> bool:
    """Whether so many elements are added that counting through all of the array costs less than finding each."""
    return 16 * prod(view.shape) >= prod(array.shape)


class AccumulationStatements(Statements):
    """Writes accumulations, and the flat indices that choices are read and added by."""

    def _accumulate(self, array: Array, dead: list[Array]) -> None:
        write = self.statements.append
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
                self._buffer_of[array] = self._buffer_of.pop(start)
                out = self.names[array] = self.names[start]
            else:
                out = self._out(array, dead)
                text = aligned(self.name(start), start, array) if isinstance(start, Array) else self.name(start)
                write(f"copyto({out}, {text})")
            parts = parts[1:]
        else:
            out = self._out(array, dead)
            write(f"{out}.fill(0.0)")
        for way, view, operands in parts:
            self._add_part(array, out, way, view, operands)

    def _add_part(self, array: Array, out: str, way: str, view: View, operands: list[Array | float]) -> None:
        write = self.statements.append
        if view.gathered is not None and way == "add":
            index = self.capture(view.indices(), "i")
            flat = self.reshaped(array, "m, -1" if array.batched else "-1")
            adjoint = self.name(operands[0])
            if view.unique:
                write(f"{flat}[{f':, {index}' if array.batched else index}] += {adjoint}")
            elif not array.batched:
                write(f"add_at({flat}, {index}, {adjoint})")
            elif is_dense(view, array):
                write(f"add_at_places({flat}, {self._places(view, index, array)}, {adjoint})")
            else:
                write(f"add_at({flat}, (slice(None), {index}), {adjoint})")
            return
        place = out
        if not view.is_identity and view.gathered is None:
            place = self._new_name()
            self.setup.append(f"{place} = {view_text(out, view, array.shape, array.batched)}")
        if way == "add":
            text = self.name(operands[0])
            if isinstance(operands[0], Array):
                text = aligned_to(text, operands[0], view.shape, array.batched)
            write(f"add({place}, {text}, {place})")
            return
        chosen, upstream = operands
        assert isinstance(chosen, Array)
        if view.gathered is not None:
            taken = self.capture(view.indices(), "i")
            flat = self.reshaped(array, "m, -1" if array.batched else "-1")
            write(f"add_gathered({flat}, {taken}, {way!r}, {self.names[chosen]}, {self.name(upstream)})")
        elif way == "rows":
            write(f"add_rows({place}, {self.names[chosen]}, {self.name(upstream)})")
        elif array.batched and chosen.batched and view.is_identity:
            flat = self.reshaped(array, "-1")
            write(f"{flat}[{self._flat_index(array, chosen)}] += {self.name(upstream)}")
        else:
            write(f"add_choice({place}, {self.names[chosen]}, {self.name(upstream)})")

    def _places(self, view: View, index: str, array: Array) -> str:
        """A variable for the flat places of gathered elements in a batch."""
        key = ("places", view.gathered, view.shape, array.shape)
        known = self._flat.get(key)
        if known is None:
            known = self._flat[key] = self._new_name("f")
            self.setup.append(f"{known} = places_in_batch({index}, m, {prod(array.shape)})")
        return known

    def _flat_index(self, rows: Array, index: Array) -> str:
        """The flat indices of the chosen elements of rows; they serve the way back too."""
        key = (index, rows.shape, rows.batched)
        known = self._flat.get(key)
        if known is None:
            n = rows.shape[-1]
            known = self._flat[key] = self._new_name("f")
            start = self._new_name("f")
            lengths = ("m, " if index.batched else "") + "".join(f"{length}, " for length in index.shape)
            self.setup.append(f"{start} = row_starts(({lengths}), {n})")
            self.setup.append(f"{known} = {start}.copy()")
            self.statements.append(f"add({start}, {self.names[index]}, {known})")
        return known
