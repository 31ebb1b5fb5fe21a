"""Groups of scalars that were computed the same way, which is what grouping makes of a recorded graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeAlias

import numpy

from autograd.engine.value import Value

Located: TypeAlias = tuple[int, int]
"""A scalar's group and its position in it."""

Run: TypeAlias = tuple[int, int]
"""A group, and the number of neighbouring operands of a row that come from it."""


@dataclass
class Rows:
    """The distinct sequences of operands that the members of an n-ary group take, each stated once.

    Attributes:
        runs: the groups that the elements come from, in order; a single run if all come from the same group.
        number_of: the number of each sequence, which is given as the positions of its elements in their groups.
        position: for each member, the number of its sequence.
    """

    runs: tuple[Run, ...]
    number_of: dict[tuple[int, ...], int] = field(default_factory=dict)
    position: list[int] = field(default_factory=list)

    def add(self, elements: tuple[int, ...]) -> int:
        """Enter the sequence of one more member; its number."""
        number = self.number_of.setdefault(elements, len(self.number_of))
        self.position.append(number)
        return number

    @property
    def length(self) -> int:
        """The number of operands in a sequence."""
        return sum(length for _, length in self.runs)

    def spans(self) -> Iterator[tuple[int, slice]]:
        """Which elements of a sequence come from which group."""
        start = 0
        for number, length in self.runs:
            yield number, slice(start, start + length)
            start += length

    def matrix(self) -> Any:
        """The distinct sequences, each in a row."""
        elements = numpy.fromiter(chain.from_iterable(self.number_of), numpy.intp, len(self.number_of) * self.length)
        return elements.reshape(len(self.number_of), self.length)


@dataclass
class Operands:
    """One operand of each member of a group, all from the same group."""

    group: int
    position: list[int] = field(default_factory=list)


Slot: TypeAlias = Operands | Rows


@dataclass
class Group:
    """Scalars computed by the same primitive from operands of the same groups.

    Attributes:
        number: its place among the groups; operands are in groups with smaller numbers.
        primitive: a name in the table; `"parameter"`, `"input"` or `"constant"` for leaves; `"maximum of two"` and
            `"minimum of two"` for a choice between two operands.
        slots: the operands.
        members: the Values that were grouped; None for a partial sum that was not recorded.
        batched: whether the members depend on an input, so that each example has its own.
        active: whether the members depend on a parameter.
        input: the number of the input array, for an input.
    """

    number: int
    primitive: str
    slots: list[Slot] = field(default_factory=list)
    members: list[Value | None] = field(default_factory=list)
    batched: bool = False
    active: bool = False
    input: int = -1

    @property
    def rows(self) -> list[Rows]:
        """The slots that hold a sequence of each member."""
        return [slot for slot in self.slots if isinstance(slot, Rows)]

    @property
    def singles(self) -> list[Operands]:
        """The slots that hold one operand of each member."""
        return [slot for slot in self.slots if isinstance(slot, Operands)]

    def operand_groups(self) -> list[int]:
        """The groups that its operands come from, with repetitions."""
        numbers: list[int] = []
        for slot in self.slots:
            numbers += [slot.group] if isinstance(slot, Operands) else [group for group, _ in slot.runs]
        return numbers


@dataclass
class Grouping:
    """A grouped graph.

    Attributes:
        groups: the groups, operands first. The first is that of all parameters, the second that of all constants.
        loss: where the loss is.
        outputs: where the elements of the named outputs are.
        demands: where the conditions of the demands are.
        n_nodes: the number of scalars that were recorded, including the leaves.
        n_operands: the number of operands that all of them have together.
        captured: the leaves that are not parameters and whose data were captured.
    """

    groups: list[Group]
    loss: Located
    outputs: dict[str, list[Located]]
    demands: list[Located]
    n_nodes: int
    n_operands: int
    captured: list[Value]

    PARAMETERS = 0
    CONSTANTS = 1

    def relocate(self, place_of: Callable[[Located], Located]) -> None:
        """Note the new places of what a program is asked for: the loss, the outputs and the demands."""
        self.loss = place_of(self.loss)
        self.outputs = {name: list(map(place_of, located)) for name, located in self.outputs.items()}
        self.demands = list(map(place_of, self.demands))

    def demands_by_group(self, *, active: bool) -> dict[int, list[int]]:
        """The numbers of the demands that depend on parameters, or of those on inputs alone, by the group they are in."""
        found: dict[int, list[int]] = {}
        for number, (group, _) in enumerate(self.demands):
            # A demand that depends on neither held when it was recorded, and always will.
            if group != self.CONSTANTS and self.groups[group].active == active:
                found.setdefault(group, []).append(number)
        return {group: numbers for group, numbers in found.items() if active or self.groups[group].batched}
