"""From a recorded graph to a rolled program."""

from __future__ import annotations

from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.grouping.traversal import refuse_what_no_program_has
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Operation, Place, RolledProgram, Run, Slot

_CONSTANT = TABLE["constant"]


def roll(recorded: RecordedExample, *, exact: bool = False) -> RolledProgram:
    """Write the scalars that a loss, outputs and demands were computed from as a program over single numbers.

    Args:
        recorded: what a function recorded.
        exact: whether to compute each scalar as it was recorded: nothing is merged, and nothing becomes a constant.

    Raises:
        StaleGraphError: a leaf was assigned another number after something had been computed from it.
        TypeError: a primitive of the user's own has rules that can't be compiled, or has been defined anew since.
    """
    return _Roller(recorded, exact).program


class _Roller:
    def __init__(self, recorded: RecordedExample, exact: bool) -> None:
        self._first_tick = recorded.first_tick
        self._given = None if recorded.parameters is None else set(recorded.parameters)
        self._exact = exact
        self._constants: dict[str, Place] = {}
        self._known: dict[Any, Place] = {}
        nodes = [node for node in graph.topological_order(*recorded.roots()) if node._first is not None]
        primitives = {node.primitive for node in nodes}
        for primitive in primitives:
            refuse_what_no_program_has(primitive)
        self._parameters = Array(Kind.PARAMETERS, 0, active=True)
        self._parameter_values: list[Value] = []
        self._captured: dict[Value, None] = {}
        inputs = [Array(Kind.INPUT, len(v), number, batched=True) for number, v in enumerate(recorded.arguments.values)]
        self._place_of: dict[Value, Place] = {}
        for array, values in zip(inputs, recorded.arguments.values, strict=True):
            for index, value in enumerate(values):
                self._place_of[value] = Place(array, Index(index))
        items: list[Item] = []
        for node in nodes:
            self._enter(node, items)
        loss = self._locate(recorded.loss)
        outputs = {name: [self._locate(value) for value in output.values] for name, output in recorded.outputs.items()}
        demands = [self._locate(demand.condition) for demand in recorded.demands]
        self._parameters.size = len(self._parameter_values)
        self.program = RolledProgram(
            items,
            self._parameters,
            self._parameter_values,
            inputs,
            loss,
            outputs,
            demands,
            list(self._captured),
            len(nodes),
            frozenset(primitive.name for primitive in primitives),
        )

    def _enter(self, node: Value, items: list[Item]) -> None:
        slots: list[Slot] = []
        arrays: list[Array] = []
        for group in graph.groups(node):
            if group.__class__ is tuple:
                places = [self._locate(value) for value in group]
                slots.append(tuple([Run(place.array, place.index, 1) for place in places]))
                arrays += [place.array for place in places]
            else:
                place = self._locate(group)
                slots.append(place)
                arrays.append(place.array)
        if not self._exact:
            if all(array.kind is Kind.CONSTANTS for array in arrays):
                self._place_of[node] = self._constant(node)
                return
            key = (node.primitive, tuple(slots))
            known = self._known.get(key)
            if known is not None:
                self._place_of[node] = known
                return
        array = Array(Kind.COMPUTED, 1, len(items), batched=any(a.batched for a in arrays), active=any(a.active for a in arrays))
        result = self._place_of[node] = Place(array, Index(0))
        if not self._exact:
            self._known[key] = result
        items.append(Operation(node.primitive, tuple(slots), result, node))

    def _locate(self, value: Value) -> Place:
        place = self._place_of.get(value)
        if place is None:
            if value.primitive is not _CONSTANT and self._is_parameter(value):
                place = Place(self._parameters, Index(len(self._parameter_values)))
                self._parameter_values.append(value)
            else:
                if value.primitive is not _CONSTANT and value._tick < self._first_tick:
                    self._captured[value] = None
                place = self._constant(value)
            self._place_of[value] = place
        return place

    def _constant(self, value: Value) -> Place:
        # By bit pattern: 0.0 and -0.0 are two constants, and a nan is one.
        bits = value._data.hex()
        place = self._constants.get(bits)
        if place is None:
            place = self._constants[bits] = Place(Array(Kind.CONSTANTS, 1, constants=(value._data,)), Index(0))
        return place

    def _is_parameter(self, leaf: Value) -> bool:
        return leaf in self._given if self._given is not None else leaf._tick < self._first_tick
