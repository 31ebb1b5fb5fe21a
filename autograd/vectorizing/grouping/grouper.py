"""Entering scalars into groups, operands first: the same primitive with operands from the same groups is the same group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count, groupby
from typing import Any

from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive
from autograd.vectorizing.grouping.groups import Group, Grouping, Located, Operands, Rows, Run
from autograd.vectorizing.grouping.ragged import RAGGED, SHORT

_WHERE, _PICK, _POWER = TABLE["where"], TABLE["pick"], TABLE["power"]
_OF_TWO = {TABLE[name]: of_two for (name, length), of_two in SHORT.items() if length == 2 and name != "total"}
_CONSTANT = TABLE["constant"]
_COMMUTATIVE = ("add", "multiply")


class Grouper:
    """The groups of a graph while it is being grouped.

    Args:
        inputs: the leaves of each input array.
        parameters: which leaves are parameters; None for all that are older than `first_tick`.
        first_tick: leaves with a smaller tick existed before the function was run.
        exact: enter every node as it was recorded.

    Attributes:
        groups: operands first.
        captured: the leaves whose numbers have become constants.
        group_of: the number of the group that a scalar is in.
        position_of: the scalar's position in that group.
        before: for each group of running sums or products, which member each of its members continues, or -1.
    """

    def __init__(
        self, inputs: Sequence[Sequence[Value]], parameters: Sequence[Value] | None, first_tick: int, exact: bool
    ) -> None:
        self.groups = [Group(0, "parameter", active=True), Group(1, "constant")]
        self.exact = exact
        self.first_tick = first_tick
        self.captured: list[Value] = []
        self.group_of: dict[Value, int] = {}
        self.position_of: dict[Value, int] = {}
        self._number_of_key: dict[Any, int] = {}
        self._constants: dict[Any, int] = {}
        self._sequences: dict[int, tuple[tuple[Run, ...], tuple[int, ...]]] = {}
        self._known: list[dict[Any, int]] = [{}, {}]
        self.before: dict[int, list[int]] = {}
        self._given = None if parameters is None else set(parameters)
        # In the order given, so that a vector of parameters that are used in that order is in it too.
        for values in inputs:
            group = self._new_group("input", [])
            group.input = group.number - 2
            group.batched = True
            for value in values:
                self._put(value, group)

    # --------------------------------------------------------------------------------------------- nodes

    def enter(self, node: Value) -> None:
        """Put a computed node into its group; its operands have been entered before."""
        primitive = node.primitive
        first, second = node._first, node._second
        if first.__class__ is not tuple:
            if second is None:
                self.put_at(node, self.computed(primitive.name, (self.locate(first),), node))
                return
            left, right = self.locate(first), self.locate(second)
            self.put_at(node, self.computed(primitive.name, (left, right), node, literal=primitive.name == _POWER.name))
        elif primitive is _WHERE:
            self.put_at(node, self.computed("where", tuple([self.locate(v) for v in first]), node))
        elif primitive in _OF_TWO and len(first) == 2 and (self.exact or len(self.sequence(first)[0]) == 2):
            self.put_at(node, self.computed(_OF_TWO[primitive], tuple([self.locate(v) for v in first]), node))
        else:
            self.put_at(node, self._computed_from_rows(primitive, first, second, node))

    def computed(self, name: str, operands: tuple[Located, ...], node: Value | None, *, literal: bool = False) -> Located:
        """Where the result of a primitive of fixed arity is: a new member of its group, or the same scalar computed before."""
        groups = tuple([group for group, _ in operands])
        if groups[0] == Grouping.CONSTANTS and node is not None and self._are_constants(groups):
            return self._constant(node)
        key: Any = (name, groups)
        if key not in self._number_of_key and name in _COMMUTATIVE and not self.exact:
            # An exact program does not do so, since it adds contributions to gradients in the order of the operands.
            turned: Any = (name, groups[::-1])
            if turned in self._number_of_key:
                operands, groups, key = operands[::-1], groups[::-1], turned
        if literal and groups[1] == Grouping.CONSTANTS:
            # A single exponent for the whole group is much faster than one for each member.
            key = (name, groups, operands[1][1])
        group = self._group_for(key, name, groups)
        positions = tuple([position for _, position in operands])
        if not group.slots:
            group.slots = [Operands(number) for number in groups]
        return group.number, self._member(group, positions, node)

    def computed_from_rows(
        self, name: str, rows: Sequence[tuple[tuple[Run, ...], tuple[int, ...]]], node: Value | None
    ) -> Located:
        """The same for an n-ary primitive, whose operands are sequences."""
        # Rows from one group may have any length; they are taken apart by length later.
        ragged = name in RAGGED and not self.exact and all(len(runs) == 1 for runs, _ in rows)
        key: Any = (name, tuple([runs[0][0] if ragged else runs for runs, _ in rows]))
        if node is not None and self._are_constants([number for runs, _ in rows for number, _ in runs]):
            return self._constant(node)
        group = self._group_for(key, name, [number for runs, _ in rows for number, _ in runs])
        if not group.slots:
            group.slots = [Rows(runs) for runs, _ in rows]
        numbers_of = [slot.number_of for slot in group.rows]
        numbers = tuple([number_of.setdefault(row, len(number_of)) for number_of, (_, row) in zip(numbers_of, rows, strict=True)])
        return group.number, self._member(group, numbers, node)

    def accumulated(self, name: str, before: Located | None, step: Located, node: Value | None) -> Located:
        """Where a running sum or product is: in the group of the one before it, if both take their steps from the same group.

        Args:
            before: what the step is added to or multiplied with; None at the start of a chain.
        """
        group, start, place = None, -1, -1
        if node is not None and self._are_constants([step[0], *([] if before is None else before[:1])]):
            return self._constant(node)
        if before is not None:
            group, start = self.groups[before[0]], before[1]
        if group is not None and group.primitive == name and group.operand_groups()[0] == step[0]:
            start, place = -1, start
        else:
            operands = [step[0]] if group is None else [step[0], group.number]
            group = self._group_for((name, *operands), name, operands)
            if not group.slots:
                group.slots = [Operands(number) for number in operands]
                self.before[group.number] = []
        known = self._known[group.number]
        positions = (step[1], start, place)
        position = known.get(positions)
        if position is None:
            position = known[positions] = len(group.members)
            group.members.append(node)
            self.before[group.number].append(place)
            for slot, operand in zip(group.singles, positions, strict=False):
                slot.position.append(operand)
        return group.number, position

    def _computed_from_rows(self, primitive: Primitive, first: tuple[Value, ...], second: Any, node: Value) -> Located:
        if primitive is _PICK:
            index = self.locate(second)
            runs, elements = self.sequence(first)
            if self._are_constants([index[0], *(number for number, _ in runs)]):
                return self._constant(node)
            group = self._group_for(("pick", runs, index[0]), "pick", [number for number, _ in runs] + [index[0]])
            if not group.slots:
                group.slots = [Rows(runs), Operands(index[0])]
            number_of = group.rows[0].number_of
            number = number_of.setdefault(elements, len(number_of))
            return group.number, self._member(group, (number, index[1]), node)
        rows_of_operands = [self.sequence(first)] if second is None else [self.sequence(first), self.sequence(second)]
        return self.computed_from_rows(primitive.name, rows_of_operands, node)

    def _are_constants(self, groups: Sequence[int]) -> bool:
        """Whether all operands of an operation are constants, so that its result is a constant too."""
        return not self.exact and groups.count(Grouping.CONSTANTS) == len(groups)

    def _constant(self, node: Value) -> Located:
        """Where the number is that the node had when it was recorded."""
        return Grouping.CONSTANTS, self.position_of_constant(node)

    def _member(self, group: Group, positions: tuple[int, ...], node: Value | None) -> int:
        known = self._known[group.number]
        position = None if self.exact else known.get(positions)
        if position is None:
            position = known[positions] = len(group.members)
            group.members.append(node)
            for slot, operand in zip(group.slots, positions, strict=True):
                slot.position.append(operand)
        return position

    def _group_for(self, key: Any, name: str, operand_groups: Iterable[int]) -> Group:
        number = self._number_of_key.get(key)
        if number is not None:
            return self.groups[number]
        group = self._new_group(name, operand_groups)
        self._number_of_key[key] = group.number
        return group

    def _new_group(self, name: str, operand_groups: Iterable[int]) -> Group:
        operands = [self.groups[number] for number in operand_groups]
        group = Group(
            len(self.groups),
            name,
            batched=any(operand.batched for operand in operands),
            active=any(operand.active for operand in operands),
        )
        self.groups.append(group)
        self._known.append({})
        return group

    # -------------------------------------------------------------------------------------------- operands

    def locate(self, value: Value) -> Located:
        """Where a node is that has been entered, or a leaf, which is entered now."""
        number = self.group_of.get(value)
        if number is None:
            assert value._first is None, "operands are entered before results"
            if value.primitive is _CONSTANT or not self._is_parameter(value):
                if value.primitive is not _CONSTANT and value._tick < self.first_tick:
                    self.captured.append(value)
                return Grouping.CONSTANTS, self.position_of_constant(value)
            self._put(value, self.groups[Grouping.PARAMETERS])
            number = Grouping.PARAMETERS
        return number, self.position_of[value]

    def sequence(self, values: tuple[Value, ...]) -> tuple[tuple[Run, ...], tuple[int, ...]]:
        """The runs of a tuple of operands and their positions. A tuple that many nodes share is read once."""
        read = self._sequences.get(id(values))
        if read is None:
            group_of, position_of = self.group_of, self.position_of
            try:
                numbers = [group_of[value] for value in values]
                positions = tuple([position_of[value] for value in values])
            except KeyError:
                start = self._put_parameters(values)
                if start is not None:
                    numbers = [Grouping.PARAMETERS] * len(values)
                    positions = tuple(range(start, start + len(values)))
                else:
                    located = [self.locate(value) for value in values]
                    numbers = [number for number, _ in located]
                    positions = tuple([position for _, position in located])
            if numbers.count(numbers[0]) == len(numbers):
                runs: tuple[Run, ...] = ((numbers[0], len(numbers)),)
            else:
                runs = tuple([(number, len(list(run))) for number, run in groupby(numbers)])
            read = self._sequences[id(values)] = (runs, positions)
        return read

    def _put_parameters(self, values: tuple[Value, ...]) -> int | None:
        """Enter a tuple of nothing but parameters that are new, such as a row of a matrix, in few steps of the interpreter.

        Returns:
            The position of the first; None if the tuple is anything else.
        """
        if self._given is None or not self._given.issuperset(values) or not self.group_of.keys().isdisjoint(values):
            return None
        members = self.groups[Grouping.PARAMETERS].members
        start = len(members)
        new = dict(zip(values, count(start), strict=False))
        # One that occurs twice has one place.
        if len(new) != len(values):
            return None
        self.group_of.update(dict.fromkeys(values, Grouping.PARAMETERS))
        self.position_of.update(new)
        members.extend(values)
        return start

    def _is_parameter(self, leaf: Value) -> bool:
        if self._given is not None:
            return leaf in self._given
        return leaf._tick < self.first_tick

    def position_of_constant(self, value: Value) -> int:
        """Where the number of a Value is among the constants."""
        # By bit pattern: 0.0 and -0.0 are two constants, and a nan is one.
        bits = value._data.hex()
        position = self._constants.get(bits)
        if position is None:
            group = self.groups[Grouping.CONSTANTS]
            position = self._constants[bits] = len(group.members)
            group.members.append(value)
        return position

    def _put(self, value: Value, group: Group) -> None:
        self.group_of[value] = group.number
        self.position_of[value] = len(group.members)
        group.members.append(value)

    def put_at(self, value: Value, located: Located) -> None:
        """Note where a node is."""
        self.group_of[value], self.position_of[value] = located
