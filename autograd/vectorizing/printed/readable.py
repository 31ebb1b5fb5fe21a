"""Emitting the program that people read: array operations → a Python function as a person would write it.

It computes what the program with buffers computes, from the same array operations. A value that is used once is written where it
is used; one that is needed again, in the backward pass perhaps, has a line of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from autograd.vectorizing.arrays.array_graph import Array
from autograd.vectorizing.arrays.building import ArrayProgram
from autograd.vectorizing.arrays.texts import aligned, view_text
from autograd.vectorizing.arrays.walking import GIVEN
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.printed.array_names import LONGEST, NamedArrays
from autograd.vectorizing.printed.expressions import ATOM
from autograd.vectorizing.run import runtime
from autograd.vectorizing.run.accumulation_statements import is_dense

_SHARING = (*GIVEN, "view", "copy", "broadcast", "look up")


class ReadableProgram(NamedArrays):
    """Writes the source of a program.

    Args:
        program: its operations, with composite functions kept.
        grouping, layout: where names come from.
        inputs: the names of the input arrays.
        n_unused: how many parameters stand at the end of θ that nothing depends on.
    """

    def __init__(
        self, program: ArrayProgram, grouping: Grouping, layout: ArrayLayout, inputs: Sequence[str], n_unused: int = 0
    ) -> None:
        super().__init__(program, grouping, layout, inputs, n_unused)
        self.lines: list[str] = []
        self.source = self._write()

    def _write(self) -> str:
        program = self.program
        for array in self.order:
            if array in self.forward and array in self.names and array.operation not in GIVEN:
                self.lines.append(f"{self.names[array]} = {self._expression(array)[0]}")
        loss = self._text(program.loss)
        text = loss[0] if loss[1] == ATOM else f"({loss[0]})"
        self.lines.append(f"loss = {text}.mean()" if program.loss.batched else f"loss = {loss[0]}")
        forward, self.lines = self.lines, []
        self._inlined.clear()
        self._write_backward()
        backward = self.lines
        return self._assembled(forward, backward)

    def _write_backward(self) -> None:
        uses: Counter[Array] = Counter()
        backward = [array for array in self.order if array not in self.forward]
        for array in reversed(backward):
            # A view is written out wherever it is used, and with it what it is a view of.
            times = max(1, uses[array]) if array.operation == "view" and array.attribute.gathered is None else 1
            for operand in array.operands:
                if isinstance(operand, Array):
                    uses[operand] += times
        gradients = {array for array in self.program.gradient if array is not None}
        adjoint_names = self._adjoint_names(backward)
        for array in self.order:
            if array in self.names or array.operation in GIVEN:
                continue
            if array in self.forward:
                # A value that the forward pass wrote inline.
                if uses[array] > 1 and array.operation != "view" and array is not self.program.loss:
                    self._name_line(
                        array, self._inline_names.get(array) or self._wanted_name(array), given=array in self._inline_names
                    )
                continue
            is_view = array.is_view or array.operation == "copy"
            if array.operation == "accumulate":
                self._write_accumulate(array, adjoint_names.get(array, "d"))
            elif (
                array in gradients
                or (array in adjoint_names and uses[array] > 0)
                or (uses[array] > 1 and not is_view)
                or (not is_view and len(self._text(array)[0]) > LONGEST)
            ):
                self._name_line(array, self._gradient_names.get(array) or adjoint_names.get(array, "d"))

    def _adjoint_names(self, backward: list[Array]) -> dict[Array, str]:
        """What gradients are called: d and the name of what they are the gradient of."""
        wanted: dict[Array, str] = {}
        for number, adjoint in self.program.adjoints.items():
            if not isinstance(adjoint, Array) or adjoint in self.forward or adjoint.operation in GIVEN:
                continue
            value = self.program.values.get(number)
            if isinstance(value, Array):
                name = self.names.get(value) or self._inline_names.get(value, "")
                if name and adjoint not in wanted:
                    # A part of θ is written with its index.
                    wanted[adjoint] = f"d{name.partition('[')[0]}"
        return wanted

    def _name_line(self, array: Array, wanted: str, *, given: bool = False) -> None:
        text = self._text(array)[0]
        name = wanted if given else self._free.give(wanted)
        self.names[array] = name
        self._inlined.clear()
        self.lines.append(f"{name} = {text}")

    def _write_accumulate(self, array: Array, wanted: str) -> None:
        name = self._free.give(self._gradient_names.get(array) or wanted)
        parts = []
        operands = list(array.operands)
        for way, view in array.attribute:
            n = 1 if way == "add" else 2
            parts.append((way, view, operands[:n]))
            operands = operands[n:]
        way, view, first = parts[0]
        lengths = (["m"] if array.batched else []) + [str(length) for length in array.shape]
        shape = f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"
        if (
            way == "add"
            and view.is_identity
            and isinstance(first[0], Array)
            and first[0].shape == array.shape
            and first[0].batched == array.batched
            # A sum of everything is a number, and nothing can be added to a place in it.
            and (array.shape or array.batched or len(parts) == 1)
        ):
            text, level = self._text(first[0])
            # What shares its numbers with something else, or may, is copied before anything is added to it.
            fresh = first[0] not in self.names and first[0].operation not in _SHARING
            # What is added to in another shape must lie row after row, as a transposed product doesn't.
            flat = any(view.gathered is not None or view.reshaped is not None for _, view, _ in parts[1:])
            text = text if fresh and not flat else f"{text if level == ATOM else f'({text})'}.copy()"
            self.lines.append(f"{name} = {text}")
            parts = parts[1:]
        else:
            self._numpy("zeros")
            self.lines.append(f"{name} = zeros({shape}, theta.dtype)")
        for way, view, operands in parts:
            self._write_part(array, name, way, view, operands)
        self.names[array] = name

    def _write_part(self, array: Array, name: str, way: str, view: Any, operands: list[Any]) -> None:
        place = view_text(name, view, array.batched) if view.gathered is None else ""
        if way == "add":
            text, level = self._text(operands[0])
            if isinstance(operands[0], Array):
                text = aligned(text if level == ATOM else f"({text})", operands[0], view.shape) if operands[0].batched else text
            if view.gathered is not None:
                index = self._constant(view.indices(), integer=True)
                flat = f"{name}.reshape({'m, ' if array.batched else ''}-1)"
                where = f":, {index}" if array.batched else index
                if view.unique:
                    self.lines.append(f"{flat}[{where}] += {text}")
                elif array.batched and is_dense(view, array):
                    self.used.add("add_scattered")
                    self.lines.append(f"add_scattered({flat}, {index}, {text})")
                else:
                    self._numpy("add")
                    self.lines.append(f"add.at({flat}, ({'slice(None), ' if array.batched else ''}{index}), {text})")
            elif text.startswith("-") and level >= 4:
                self.lines.append(f"{place}{'' if place.endswith(']') else '[...]'} -= {text[1:]}")
            else:
                self.lines.append(f"{place}{'' if place.endswith(']') else '[...]'} += {text}")
            return
        index, adjoint = operands
        index_text, (text, level) = self._text(index)[0], self._text(adjoint)
        if view.gathered is not None:
            gathered = self._constant(view.indices(), integer=True)
            flat = f"{name}.reshape({'m, ' if array.batched else ''}-1)"
            self.used.add("add_gathered")
            self.lines.append(f"add_gathered({flat}, {gathered}, {way!r}, {index_text}, {text})")
        elif way == "rows":
            self.used.add("add_rows")
            self.lines.append(f"add_rows({place}, {index_text}, {text})")
        elif array.batched and isinstance(index, Array) and index.batched and not index.shape and view.is_identity:
            self._uses_examples = True
            sign, rest = ("-", text[1:]) if text.startswith("-") and level >= 4 else ("+", text)
            self.lines.append(f"{name}[examples, {index_text}] {sign}= {rest}")
        else:
            self.used.add("add_choice")
            self.lines.append(f"add_choice({place}, {index_text}, {text})")

    def _assembled(self, forward: list[str], backward: list[str]) -> str:
        self._numpy("concatenate")
        parts = []
        for array, name, block in zip(self.program.gradient, self.block_names, self.layout.blocks, strict=True):
            if array is None:
                self._numpy("zeros")
                parts.append(f"zeros({block.size})")
                continue
            text, level = self._text(array)
            if not block.shape:
                parts.append(f"[{text}]")
            else:
                parts.append(text if len(block.shape) == 1 else f"{text if level == ATOM else f'({text})'}.ravel()")
            del name
        spanning = "" if self.program.spanning is None else self._text(self.program.spanning)[0]
        unused = f"zeros({self.n_unused})"
        if self.n_unused and not spanning:
            parts.append(unused)
            self._numpy("zeros")
        gradient = [f"gradient = concatenate([{', '.join(parts)}])"] if parts else ["gradient = zeros(0)"]
        if not parts:
            self._numpy("zeros")
        if spanning:
            gradient.append(f"gradient += {spanning}")
            if self.n_unused:
                gradient.append(f"gradient = concatenate([gradient, {unused}])")
                self._numpy("zeros")
        unpacked = []
        for name, block, note in zip(self.block_names, self.layout.blocks, self.notes, strict=True):
            text = f"theta[{block.offset}:{block.offset + block.size}]" if block.shape else f"theta[{block.offset}]"
            if len(block.shape) > 1:
                text += f".reshape{block.shape}"
            unpacked.append((f"{name} = {text}", note if note != name else ""))
        width = max((len(line) for line, _ in unpacked), default=0)
        head = [line + (" " * (width - len(line)) + _comment(note) if note else "") for line, note in unpacked]
        body: list[str] = [*head]
        arguments = ["theta", *self.input_names]
        batch = next((name for name in self.input_names), None)
        everything = "\n".join([*forward, *backward, *gradient])
        if batch is not None and (self._uses_examples or _mentions_m(everything)):
            body.append(f"m = len({batch})")
        elif _mentions_m(everything):
            body.append("m = 1")
        if self._uses_examples:
            self._numpy("arange")
            body.append("examples = arange(m)")
        body += ["", "# forward", *forward, "", "# backward", *backward, *gradient, "return loss, gradient"]
        imports = []
        if self.from_numpy:
            imports.append(f"from numpy import {', '.join(sorted(self.from_numpy))}")
        from_runtime = sorted(self.used & runtime.FUNCTIONS.keys())
        functions = sorted(self.used - runtime.FUNCTIONS.keys())
        blank = [""]
        if functions:
            blank.append(f"from autograd.number_systems.arrays import {', '.join(functions)}")
        if from_runtime:
            blank.append(f"from autograd.vectorizing.run.runtime import {', '.join(from_runtime)}")
        imports += blank if len(blank) > 1 else []
        lines = [*imports, "", *self.constants, *([""] if self.constants else []), ""]
        while lines and not lines[0]:
            lines.pop(0)
        lines += [f"def value_and_grad({', '.join(arguments)}):", *("    " + line if line else "" for line in body)]
        return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    """A label in a comment: nothing in it ends the line or can't be written to a file."""
    shown = "".join([c if c.isprintable() else ascii(c)[1:-1] for c in text])
    return f"  # {shown}" if shown else ""


def _mentions_m(text: str) -> bool:
    import re

    return re.search(r"\bm\b", text) is not None
