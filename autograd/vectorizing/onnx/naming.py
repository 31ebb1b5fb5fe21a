"""What an ONNX model calls things: parameters after their labels, nodes after the scopes and labels of what they compute."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import takewhile

from autograd.engine.scopes import name_of, scope_of
from autograd.engine.value import Value
from autograd.errors import describe
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.building import ArrayProgram
from autograd.vectorizing.grouping.groups import Group, Grouping
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.printed.naming import names_of_parameters, stem_and_note_of, stem_of


def wanted_names_of_blocks(program: ArrayProgram, layout: ArrayLayout, labels: Sequence[str]) -> list[str]:
    """What to call the blocks of parameters: what their labels have in common; the textbook's letters where there are none.

    Args:
        program: what uses them.
        layout: where they are in θ.
        labels: those of the parameters, in the order of θ.
    """
    stems = [stem_and_note_of(labels[block.offset : block.offset + block.size])[0] for block in layout.blocks]
    looked_up, multiplied = [False] * len(stems), [False] * len(stems)
    for array in program.graph.arrays:
        for operand in array.arrays:
            while operand.is_other_form:
                (operand,) = operand.arrays
            if isinstance(operand.operation, op.ParameterBlock):
                looked_up[operand.operation.number] |= array.operation is op.Plain.LOOK_UP
                is_product = isinstance(array.operation, op.Contract) or array.function == "multiply"
                multiplied[operand.operation.number] |= is_product
    ranks = [len(block.shape) for block in layout.blocks]
    letters = names_of_parameters([""] * len(stems), ranks, looked_up, multiplied)
    return [printable(stem) or letter for stem, letter in zip(stems, letters, strict=True)]


def printable(name: str) -> str:
    """A name without what is no visible sign, such as the end of a line."""
    return "".join([c if c.isprintable() and not c.isspace() else "_" for c in name])


class Origins:
    """Which group of scalars an array was made for.

    An array that is no group's result was made on the way to that of the next group.
    """

    def __init__(self, program: ArrayProgram, grouping: Grouping) -> None:
        found = {
            array.number: grouping.groups[number]
            for number, array in reversed(program.values.items())
            if isinstance(array, Array) and not array.is_given
        }
        self._numbers = sorted(found)
        self._groups = [found[number] for number in self._numbers]
        self._parts: dict[int, str] = {}

    def group_of(self, array: Array) -> Group | None:
        """The group; None for what no group needs."""
        place = bisect_left(self._numbers, array.number)
        return self._groups[place] if place < len(self._groups) else None

    def part_of(self, array: Array) -> str:
        """What the names of the nodes that compute it begin with, as ``hidden/``."""
        group = self.group_of(array)
        if group is None:
            return ""
        if group.number not in self._parts:
            members = [member for member in group.members if member is not None]
            stem = stem_of([member.label for member in members]) if all(member.label for member in members) else ""
            names = [*_common([scopes_of(member) for member in members]), *([stem] if stem else [])]
            self._parts[group.number] = "".join([f"{printable(name)}/" for name in names])
        return self._parts[group.number]

    def described(self, array: Array) -> str:
        """The function that computes it, and a Value that it computes, for an error."""
        group = self.group_of(array)
        members = [] if group is None else [member for member in group.members if member is not None]
        name = array.function or (group.primitive if group else "an operation")
        return f"{name}, which gives {describe(members[0])}," if members else name


def scopes_of(value: Value) -> tuple[str, ...]:
    """The names of the scopes that a Value was computed in, the outermost first."""
    names = []
    scope = scope_of(value)
    while scope is not None:
        names.append(name_of(scope))
        scope = scope[0]
    return tuple(reversed(names))


def _common(paths: Iterable[tuple[str, ...]]) -> list[str]:
    """What all paths begin with."""
    return [names[0] for names in takewhile(lambda names: len(set(names)) == 1, zip(*set(paths), strict=False))]
