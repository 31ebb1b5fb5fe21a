"""Sums of different lengths are one group while a graph is grouped, and are taken apart by length when their users are known.

Running sums and products are taken apart too, chain by chain.

To what is computed from them, a mean over two neighbours and a mean over three are the same thing, so they are members of one
group while a graph is being grouped. The rows of an array have one length, so each length becomes a group of its own in the end.
A concatenation puts the groups side by side, but only where something takes members of several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograd.vectorizing.grouping.groups import Group, Grouping, Located, Operands, Rows, Slot
from autograd.vectorizing.grouping.running import RUNNING, SHORTEST, paths

# Primitives whose members may take sequences of different lengths.
RAGGED = ("total", "dot", "logsumexp", "maximum", "minimum")
# What they are called when they have a single operand or two. With one operand in a single sequence they are that operand.
SHORT = {
    ("dot", 1): "multiply",
    ("total", 2): "add",
    ("maximum", 2): "maximum of two",
    ("minimum", 2): "minimum of two",
}


@dataclass
class _Family:
    """What becomes of a group whose members take sequences of several lengths.

    Attributes:
        members: where each member is, in the group of its length; a sum or a choice of one scalar is that scalar.
        parts: the groups by length; for chains, by length and by the group that they start in.
        whole: the number of the concatenation of all groups, if something takes members of several.
        positions: where each member is in the concatenation.
    """

    members: list[Located] = field(default_factory=list)
    parts: dict[Any, Group] = field(default_factory=dict)
    whole: int | None = None
    positions: list[int] = field(default_factory=list)


def by_length(grouping: Grouping, before: Mapping[int, Sequence[int]]) -> None:
    """Take groups apart whose members take sequences of several lengths, and those of running sums and products.

    Args:
        before: for each group of running sums or products, which member each of its members continues, or -1.
    """
    taking = _TakingApart(grouping, before)
    if taking.families:
        taking.finish()


class _TakingApart:
    def __init__(self, grouping: Grouping, before: Mapping[int, Sequence[int]]) -> None:
        self.grouping = grouping
        self.groups = {group.number: group for group in grouping.groups}
        self.families: dict[int, _Family] = {}
        # Groups are numbered anew in the end; until then those made here have further numbers.
        for group in grouping.groups:
            if group.primitive in RAGGED:
                slot = group.rows[0]
                lengths = {len(elements) for elements in slot.number_of}
                if len(slot.runs) > 1:
                    continue
                if len(lengths) > 1 or (lengths == {1} and len(group.slots) == 1):
                    self.families[group.number] = self._taken_apart(group)
                elif (group.primitive, *lengths) in SHORT:
                    _shorten(group, *lengths)
            elif group.number in before:
                if len(group.slots) == 2 and max(before[group.number]) < 0:
                    group.primitive = RUNNING[group.primitive]  # Nothing but starts: each is a sum or product of two.
                else:
                    self.families[group.number] = self._chains_apart(group, before[group.number])

    def _new(self, like: Group, primitive: str, slots: list[Slot]) -> Group:
        group = Group(len(self.groups), primitive, slots, [], like.batched, like.active)
        self.groups[group.number] = group
        return group

    def _taken_apart(self, group: Group) -> _Family:
        family = _Family()
        slots = group.rows
        sources = [slot.runs[0][0] for slot in slots]
        rows = [list(slot.number_of) for slot in slots]
        for place, node in enumerate(group.members):
            sequences = [of_slot[slot.position[place]] for of_slot, slot in zip(rows, slots, strict=True)]
            length = len(sequences[0])
            if length == len(sequences) == 1:
                family.members.append(self.scalar((sources[0], sequences[0][0])))
                continue
            short = SHORT.get((group.primitive, length))
            part = family.parts.get(length)
            if part is None:
                slots_of_part: list[Slot]
                if short:
                    slots_of_part = [Operands(source) for source in sources for _ in range(length)]
                else:
                    slots_of_part = [Rows(((source, length),)) for source in sources]
                part = family.parts[length] = self._new(group, short or group.primitive, slots_of_part)
            family.members.append((part.number, len(part.members)))
            part.members.append(node)
            scalars = iter([element for sequence in sequences for element in sequence])
            for slot, sequence in zip(part.slots, sequences * length, strict=False):
                if isinstance(slot, Rows):
                    slot.add(sequence)
                else:
                    slot.position.append(next(scalars))
        return family

    def _chains_apart(self, group: Group, before: Sequence[int]) -> _Family:
        """A row for each chain: what it starts with, and then its steps. Short chains are computed step by step."""
        family = _Family([(-1, -1)] * len(group.members))
        steps, *starts = group.singles
        for branched_from, path in paths(before):
            start = None
            if branched_from >= 0:
                start = family.members[branched_from]
            elif starts:
                start = self.scalar((starts[0].group, starts[0].position[path[0]]))
            if len(path) < SHORTEST:
                self._step_by_step(group, family, steps, start, path)
                continue
            key = (None if start is None else start[0], len(path))
            part = family.parts.get(key)
            if part is None:
                runs = () if start is None else ((start[0], 1),)
                part = family.parts[key] = self._new(group, group.primitive, [Rows((*runs, (steps.group, len(path))))])
            part.rows[0].add((*(() if start is None else start[1:]), *[steps.position[place] for place in path]))
            if start is not None:
                part.members.append(None)
            for place in path:
                family.members[place] = (part.number, len(part.members))
                part.members.append(group.members[place])
        return family

    def _step_by_step(self, group: Group, family: _Family, steps: Operands, start: Located | None, path: Sequence[int]) -> None:
        """The sums or products of a short chain, each of two operands."""
        for place in path:
            if start is None:
                start = self.scalar((steps.group, steps.position[place]))
            else:
                key = ("step", start[0])
                part = family.parts.get(key)
                if part is None:
                    slots: list[Slot] = [Operands(steps.group), Operands(start[0])]
                    part = family.parts[key] = self._new(group, RUNNING[group.primitive], slots)
                for slot, position in zip(part.singles, (steps.position[place], start[1]), strict=True):
                    slot.position.append(position)
                start = (part.number, len(part.members))
                part.members.append(group.members[place])
            family.members[place] = start

    def scalar(self, located: Located) -> Located:
        """Where a scalar is now."""
        family = self.families.get(located[0])
        return located if family is None else family.members[located[1]]

    def finish(self) -> None:
        """Make every user take its operands from one group, and number the groups."""
        order: list[Group] = []
        for group in self.grouping.groups:
            family = self.families.get(group.number)
            order += [group] if family is None else family.parts.values()
        order = [group for group in order if not self.families.keys().isdisjoint(group.operand_groups())]
        for group in order:
            for number, positions in self._taken(group):
                family = self.families[number]
                if family.whole is None and len({family.members[position][0] for position in positions}) > 1:
                    self._concatenate(number, family)
        for group in order:
            group.slots = [self._slot(slot) for slot in group.slots]
        grouping = self.grouping
        grouping.relocate(self.scalar)
        groups: list[Group] = []
        for group in grouping.groups:
            family = self.families.get(group.number)
            groups += [group] if family is None else family.parts.values()
            if family is not None and family.whole is not None:
                groups.append(self.groups[family.whole])
        _number(grouping, groups)

    def _taken(self, group: Group) -> Iterator[tuple[int, list[int]]]:
        """What a group takes together from a family: the family's number and some of its members."""
        for slot in group.slots:
            if isinstance(slot, Operands):
                if slot.group in self.families:
                    yield slot.group, slot.position
                continue
            for number, span in slot.spans():
                if number in self.families:
                    yield number, [position for row in slot.number_of for position in row[span]]

    def _concatenate(self, number: int, family: _Family) -> None:
        """Put all members of a family side by side; each slot of the group holds those that come from one group."""
        slots: dict[int, Operands] = {}
        places: dict[int, list[int]] = {}
        for place, (source, position) in enumerate(family.members):
            slots.setdefault(source, Operands(source)).position.append(position)
            places.setdefault(source, []).append(place)
        whole = self._new(self.groups[number], "concatenation", list(slots.values()))
        family.whole = whole.number
        family.positions = [0] * len(family.members)
        members = self.groups[number].members
        for place in (place for of_source in places.values() for place in of_source):
            family.positions[place] = len(whole.members)
            whole.members.append(members[place])

    def _slot(self, slot: Slot) -> Slot:
        """The same operands where they are now."""
        if isinstance(slot, Operands):
            return slot if slot.group not in self.families else Operands(*self._located(slot.group, slot.position))
        if not any(number in self.families for number, _ in slot.runs):
            return slot
        columns: list[Sequence[int]] = list(zip(*slot.number_of, strict=True))
        runs = []
        n = len(slot.number_of)
        for number, span in slot.spans():
            length = span.stop - span.start
            if number in self.families:
                number, positions = self._located(number, [position for column in columns[span] for position in column])
                columns[span] = [positions[k * n : (k + 1) * n] for k in range(length)]
            runs.append((number, length))
        rows = {row: place for place, row in enumerate(zip(*columns, strict=True))}
        assert len(rows) == len(slot.number_of), "rows that differ stay different"
        return Rows(tuple(runs), rows, slot.position)

    def _located(self, number: int, positions: Sequence[int]) -> tuple[int, list[int]]:
        """A group that all given scalars of a family are in, and their positions in it."""
        family = self.families[number]
        located = [family.members[position] for position in positions]
        if len({source for source, _ in located}) == 1:
            return located[0][0], [position for _, position in located]
        assert family.whole is not None
        return family.whole, [family.positions[position] for position in positions]


def _shorten(group: Group, length: int) -> None:
    """Turn a group whose sequences are all short into one of fixed arity."""
    slots: list[Slot] = []
    for slot in group.rows:
        rows = list(slot.number_of)
        slots += [Operands(slot.runs[0][0], [rows[number][k] for number in slot.position]) for k in range(length)]
    group.primitive, group.slots = SHORT[group.primitive, length], slots


def _number(grouping: Grouping, groups: list[Group]) -> None:
    """Number the groups by their places."""
    places = {group.number: place for place, group in enumerate(groups)}
    for group in groups:
        group.number = places[group.number]
        for slot in group.slots:
            if isinstance(slot, Operands):
                slot.group = places[slot.group]
            else:
                slot.runs = tuple([(places[number], length) for number, length in slot.runs])
    grouping.groups = groups
    grouping.relocate(lambda located: (places[located[0]], located[1]))
