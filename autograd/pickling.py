"""Pickling and copying of graphs of any depth, with everything shared staying shared.

Python pickles an object by recursion over its parts, which a chain of a million nodes would exhaust. Here all computed nodes
of a graph travel in one flat table, operands before results and named by position; a node is "number k of that table".
While one `pickle.dumps` or `copy.deepcopy` runs, its memo keeps the table alive, so nodes met later find it and share it.
"""

from __future__ import annotations

import threading
from typing import Any
from weakref import WeakSet

from autograd import graph
from autograd.rules import Primitive, primitive_named
from autograd.value import Value, note_assignment, recorded_as, take_new_tick


class _Tables(threading.local):
    """The tables that the running dumps and copies of this thread keep alive."""

    def __init__(self) -> None:
        self.live: WeakSet[_Table] = WeakSet()


_tables = _Tables()


class _Table:
    """The computed nodes below some root, flat, in the order in which they were computed."""

    __slots__ = ("__weakref__", "_entries", "_positions")

    def __init__(self, root: Value) -> None:
        others = list(_tables.live)
        nodes = [
            node
            for node in graph.order_ignoring_staleness(root)
            if node._first is None or all(table.position(node) is None for table in others)
        ]
        # A leaf has a row only where it is younger than a result: its row then makes the restored result stale too.
        assigned_later = {
            operand for node in nodes for operand in graph.operands(node) if operand._first is None and operand._tick > node._tick
        }
        self._entries = sorted((n for n in nodes if n._first is not None or n in assigned_later), key=graph.tick_of)
        self._positions = {node: k for k, node in enumerate(self._entries) if node._first is not None}

    def position(self, node: Value) -> int | None:
        return self._positions.get(node)

    def __reduce__(self) -> tuple[Any, ...]:
        shared: dict[int, Any] = {}  # many nodes may share one tuple of operands, and go on sharing it

        def reference(group: Any) -> Any:
            if not isinstance(group, tuple):
                # A node of this table by its position; a leaf, or a node of another table, as the object it is.
                return self._positions.get(group, group)
            if id(group) not in shared:
                shared[id(group)] = tuple(map(reference, group))
            return shared[id(group)]

        rows = [
            (node.primitive.name, reference(node._first), reference(node._second), node._data, node.label, node.gradient)
            if node._first is not None
            else node
            for node in self._entries
        ]
        return (_restore_table, (rows,))


def reduce_value(value: Value) -> tuple[Any, ...]:
    """What `Value.__reduce_ex__` answers."""
    if value._first is None:
        return (_restore_leaf, (value.primitive, value._data, value.label, value.gradient))
    for table in _tables.live:
        position = table.position(value)
        if position is not None:
            return (_node_of, (table, position))
    table = _Table(value)
    _tables.live.add(table)
    return (_node_of, (table, table.position(value)))


def _restore_leaf(primitive: Primitive, data: float, label: str, gradient: float | None) -> Value:
    return recorded_as(primitive, None, None, data, label, gradient)


def _restore_table(rows: list[Any]) -> list[Value]:
    nodes: list[Value] = []
    for row in rows:
        if isinstance(row, Value):
            take_new_tick(row)
            nodes.append(row)
        else:
            name, _, _, data, label, gradient = row
            nodes.append(recorded_as(primitive_named(name), None, None, data, label, gradient))
    shared: dict[int, Any] = {}

    def resolve(reference: Any) -> Any:
        if isinstance(reference, int):
            return nodes[reference]
        if isinstance(reference, tuple):
            if id(reference) not in shared:
                shared[id(reference)] = tuple(map(resolve, reference))
            return shared[id(reference)]
        return reference

    for node, row in zip(nodes, rows, strict=True):
        if not isinstance(row, Value):
            node._first, node._second = resolve(row[1]), resolve(row[2])
            if any(operand._tick > node._tick for operand in graph.operands(node)):
                note_assignment()
    return nodes


def _node_of(nodes: list[Value], position: int) -> Value:
    return nodes[position]
