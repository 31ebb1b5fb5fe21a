"""Emitting the program that people read: array operations → a Python function as a person would write it.

It computes what the program with buffers computes, from the same array operations. A value that is used once is written where it
is used; one that is needed again, in the backward pass perhaps, has a line of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.building import ArrayProgram
from autograd.vectorizing.arrays.steps import steps_of, text_of_steps
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.printed.array_names import LONGEST, ArrayNames
from autograd.vectorizing.printed.expressions import FROM_RUNTIME, Expressions, shape_text


class ReadableProgram:
    """A program as source.

    Args:
        program: its operations, with composite functions kept.
        grouping: where the labels of computed values are.
        layout: where parameters are.
        inputs: the wanted names of the input arrays.
        n_unused: how many parameters stand at the end of θ that nothing depends on.
    """

    def __init__(
        self, program: ArrayProgram, grouping: Grouping, layout: ArrayLayout, inputs: Sequence[str], n_unused: int = 0
    ) -> None:
        self._program = program
        self._layout = layout
        self._n_unused = n_unused
        self._expressions = Expressions()
        self._names = ArrayNames(self._expressions, program, grouping, layout, inputs, n_unused)
        self.source = self._assembled()

    def _assembled(self) -> str:
        forward = self._forward()
        self._expressions.name_anew()
        body = ["# forward", *forward, "", "# backward", *self._backward(), *self._gradient(), "return loss, gradient"]
        head = [*self._parameters(), *self._batch_size(body)]
        name = f"def value_and_grad({', '.join(['theta', *self._names.inputs])}):"
        constants = self._expressions.constants
        lines = [*self._imports(), "", *constants, *([""] if constants else []), ""]
        while lines and not lines[0]:
            lines.pop(0)
        return "\n".join([*lines, name, *("    " + line if line else "" for line in [*head, "", *body])]) + "\n"

    def _forward(self) -> list[str]:
        expressions, names, loss = self._expressions, self._names, self._program.loss
        lines = [
            f"{expressions.names[array]} = {expressions.computed(array)[0]}"
            for array in names.order
            if array in names.forward and array in expressions.names and not array.is_given
        ]
        return [*lines, f"loss = {expressions.operand(loss)}.mean()" if loss.batched else f"loss = {expressions.text(loss)}"]

    # --------------------------------------------------------------------------------------------- backward

    def _backward(self) -> list[str]:
        expressions, names = self._expressions, self._names
        uses: Counter[Array] = Counter()
        backward = [array for array in names.order if array not in names.forward]
        for array in reversed(backward):
            # A view is written out wherever it is used, and with it what it is a view of.
            times = max(1, uses[array]) if array.is_view else 1
            for operand in array.arrays:
                uses[operand] += times
        gradients = {array for array in self._program.gradient if array is not None}
        adjoint_names = self._adjoint_names()
        lines: list[str] = []
        for array in names.order:
            if array in expressions.names or array.is_given:
                continue
            wanted = names.gradients.get(array) or adjoint_names.get(array, "d")
            if array in names.forward:
                # A value that the forward pass wrote inline.
                is_part = array.is_view or isinstance(array.operation, op.Gather)
                if uses[array] > 1 and not is_part and array is not self._program.loss:
                    name = names.inline.get(array)
                    lines.append(self._named(array, name or names.wanted(array), is_wanted=not name))
                continue
            is_view = array.is_view or array.operation is op.Plain.COPY
            if isinstance(array.operation, op.Accumulate):
                name = expressions.free.give(wanted)
                lines += self._accumulated(array, array.operation, name)
                expressions.names[array] = name
            elif (
                array in gradients
                or (array in adjoint_names and uses[array] > 0)
                or (uses[array] > 1 and not is_view)
                or (not is_view and len(expressions.text(array)) > LONGEST)
            ):
                lines.append(self._named(array, wanted, is_wanted=True))
        return lines

    def _adjoint_names(self) -> dict[Array, str]:
        """What gradients are called: d and the name of what they are the gradient of."""
        names = self._names
        wanted: dict[Array, str] = {}
        for number, adjoint in self._program.adjoints.items():
            if not isinstance(adjoint, Array) or adjoint in names.forward or adjoint.is_given:
                continue
            value = self._program.values.get(number)
            if isinstance(value, Array):
                name = self._expressions.names.get(value) or names.inline.get(value, "")
                if name and adjoint not in wanted:
                    # A part of θ is written with its index.
                    wanted[adjoint] = f"d{name.partition('[')[0]}"
        return wanted

    def _named(self, array: Array, name: str, *, is_wanted: bool = False) -> str:
        """The line of an array, which is called by its name from now on; a name that is only wanted may be taken."""
        text = self._expressions.text(array)
        name = self._expressions.free.give(name) if is_wanted else name
        self._expressions.names[array] = name
        self._expressions.name_anew()
        return f"{name} = {text}"

    def _accumulated(self, array: Array, accumulate: op.Accumulate, name: str) -> list[str]:
        expressions = self._expressions
        parts = [*accumulate.contributions(array.operands)]
        way, view, (first, *_) = parts[0]
        # A sum of everything is a number, and nothing can be added to a place in it.
        can_be_added_to = not array.is_uniform or len(parts) == 1
        if way == "add" and view.is_identity and array.is_like(first) and can_be_added_to:
            # What shares its numbers with something else, or may, is copied before anything is added to it.
            shares = first.is_given or first.is_other_form or first.operation in (op.Plain.BROADCAST, op.Plain.LOOK_UP)
            fresh = first not in expressions.names and not shares
            # What is added to in another shape must lie row after row, as a transposed product doesn't.
            flat = any(view.gathered is not None or view.reshaped is not None for _, view, _ in parts[1:])
            text = expressions.text(first) if fresh and not flat else f"{expressions.operand(first)}.copy()"
            lines = [f"{name} = {text}"]
            parts = parts[1:]
        else:
            lines = [f"{name} = {expressions.numpy('zeros')}({shape_text(array)}, theta.dtype)"]
        return lines + [self._added(array, name, way, view, operands) for way, view, operands in parts]

    def _added(self, array: Array, name: str, way: op.Way, view: View, operands: Sequence[Array | float]) -> str:
        """The line that adds a contribution to an array."""
        expressions = self._expressions
        *indices, adjoint = operands
        flat = f"{name}.reshape({'m, ' if array.batched else ''}-1)"
        if way == "add":
            if isinstance(adjoint, Array) and adjoint.batched:
                text, level = expressions.aligned(adjoint, view.shape), expressions.bound(adjoint)[1]
            else:
                text, level = expressions.bound(adjoint)
            if view.gathered is None:
                place = self._place(array, name, view)
                return _added_to(place if place.endswith("]") else f"{place}[...]", text, level)
            index = expressions.index(view)
            if view.unique:
                return f"{flat}[{':, ' if array.batched else ''}{index}] += {text}"
            if array.batched and view.is_dense_in(array.shape):
                return f"{expressions.own('add_scattered')}({flat}, {index}, {text})"
            return f"{expressions.numpy('add')}.at({flat}, ({'slice(None), ' if array.batched else ''}{index}), {text})"
        (index_array,) = indices
        index, (text, level) = expressions.text(index_array), expressions.bound(adjoint)
        if view.gathered is not None:
            gathered = expressions.index(view)
            return f"{expressions.own('add_gathered')}({flat}, {gathered}, {way!r}, {index}, {text})"
        if way == "rows":
            return f"{expressions.own('add_rows')}({self._place(array, name, view)}, {index}, {text})"
        assert isinstance(index_array, Array)
        if array.batched and index_array.batched and not index_array.shape and view.is_identity:
            expressions.uses_examples = True
            return _added_to(f"{name}[examples, {index}]", text, level)
        return f"{expressions.own('add_choice')}({self._place(array, name, view)}, {index}, {text})"

    @staticmethod
    def _place(array: Array, name: str, view: View) -> str:
        return text_of_steps(name, steps_of(view, array.batched))

    # ---------------------------------------------------------------------------------------------- the rest

    def _gradient(self) -> list[str]:
        expressions, program = self._expressions, self._program
        parts = []
        for array, block in zip(program.gradient, self._layout.blocks, strict=True):
            if array is None:
                parts.append(f"{expressions.numpy('zeros')}({block.size})")
            elif not block.shape:
                parts.append(f"[{expressions.text(array)}]")
            else:
                parts.append(expressions.text(array) if len(block.shape) == 1 else f"{expressions.operand(array)}.ravel()")
        unused = []
        if self._n_unused:
            unused = [f"{expressions.numpy('zeros')}({self._n_unused})"]
        if program.spanning is None:
            parts += unused
        concatenate = expressions.numpy("concatenate")
        lines = [f"gradient = {concatenate}([{', '.join(parts)}])" if parts else f"gradient = {expressions.numpy('zeros')}(0)"]
        if program.spanning is not None:
            lines.append(f"gradient += {expressions.text(program.spanning)}")
            lines += [f"gradient = concatenate([gradient, {zeros}])" for zeros in unused]
        return lines

    def _parameters(self) -> list[str]:
        """The lines that take the parameters from θ, with their labels in comments."""
        lines, notes = [], []
        for name, block, note in zip(self._names.blocks, self._layout.blocks, self._names.notes, strict=True):
            text = f"theta[{block.offset}:{block.offset + block.size}]" if block.shape else f"theta[{block.offset}]"
            lines.append(f"{name} = {text}{f'.reshape{block.shape}' if len(block.shape) > 1 else ''}")
            notes.append(_comment(note) if note != name else "")
        width = max(map(len, lines), default=0)
        return [f"{line:{width}}{note}" if note else line for line, note in zip(lines, notes, strict=True)]

    def _batch_size(self, body: Sequence[str]) -> list[str]:
        """The lines for the number of examples, and the numbers of the examples, where they are needed."""
        uses_examples = self._expressions.uses_examples
        lines = []
        if self._names.inputs and (uses_examples or _mentions_m(body)):
            lines.append(f"m = len({self._names.inputs[0]})")
        elif _mentions_m(body):
            lines.append("m = 1")
        if uses_examples:
            lines.append(f"examples = {self._expressions.numpy('arange')}(m)")
        return lines

    def _imports(self) -> list[str]:
        used = sorted(self._expressions.used)
        of_runtime = [name for name in used if name in FROM_RUNTIME]
        of_arrays = [name for name in used if name not in FROM_RUNTIME]
        numpy_names = sorted(self._expressions.from_numpy)
        lines = [f"from numpy import {', '.join(numpy_names)}"] if numpy_names else []
        lines += [""] if used else []
        if of_arrays:
            lines.append(f"from autograd.number_systems.arrays import {', '.join(of_arrays)}")
        if of_runtime:
            lines.append(f"from autograd.vectorizing.run.runtime import {', '.join(of_runtime)}")
        return lines


def _added_to(place: str, text: str, level: int) -> str:
    """The statement that adds a term to a place, or subtracts it where it begins with a minus sign."""
    return f"{place} -= {text[1:]}" if text.startswith("-") and level >= 4 else f"{place} += {text}"


def _comment(text: str) -> str:
    """A label in a comment: nothing in it ends the line or can't be written to a file."""
    shown = "".join([c if c.isprintable() else ascii(c)[1:-1] for c in text])
    return f"  # {shown}" if shown else ""


def _mentions_m(lines: Sequence[str]) -> bool:
    return re.search(r"\bm\b", "\n".join(lines)) is not None
