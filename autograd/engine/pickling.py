"""Pickling and copying graphs of any depth; what was shared stays shared.

Python pickles an object by recursion over its parts, which a chain of a million nodes would exhaust. Here all computed nodes
of a graph travel in one flat table, operands before results and named by position; a node is "number k of that table".
While one `pickle.dumps` or `copy.deepcopy` runs, its memo keeps the table alive, so nodes met later find it and share it.
"""

from __future__ import annotations

import copyreg
import threading
from typing import Any
from weakref import ref

from autograd.engine import graph
from autograd.engine.refusals import check, traces
from autograd.engine.scopes import detached
from autograd.engine.value import Value, make_outdated, recorded_as
from autograd.table.rules import Primitive


class _Tables(threading.local):
    """The tables that the running dumps and copies of this thread keep alive, by the nodes in them."""

    def __init__(self) -> None:
        self.owner: dict[Value, ref[_Table]] = {}


_tables = _Tables()


class _Table:
    """The computed nodes below some root that no other table has, flat, in the order in which they were computed."""

    __slots__ = ("__weakref__", "positions")

    def __init__(self, root: Value) -> None:
        owner = _tables.owner
        nodes = [node for node in graph.order_ignoring_staleness(root, owner) if node._first is not None]
        nodes.sort(key=graph.tick_of)
        self.positions = positions = {node: position for position, node in enumerate(nodes)}

        def forget(_: Any) -> None:
            for node in positions:
                del owner[node]

        owner.update(dict.fromkeys(positions, ref(self, forget)))

    def __reduce__(self) -> tuple[Any, ...]:
        shared: dict[int, Any] = {}  # many nodes may share one tuple of operands, and go on sharing it

        # A node of this table by its position; a leaf, or a node of another table, as the object it is. No function that calls
        # itself, which would be a reference cycle: the table has to be gone as soon as what was dumped or copied is.
        positions = self.positions

        def reference(group: Any) -> Any:
            if not isinstance(group, tuple):
                return positions.get(group, group)
            if id(group) not in shared:
                shared[id(group)] = tuple([positions.get(operand, operand) for operand in group])
            return shared[id(group)]

        scopes: dict[int, Any] = {}
        rows = [
            (
                node.primitive,
                reference(node._first),
                reference(node._second),
                node._data,
                node.label,
                node.gradient,
                graph.is_outdated(node),
                detached(node._scope, scopes),
            )
            for node in self.positions
        ]
        return (_restore_table, (rows,))


def _reduced(value: Value) -> tuple[Any, ...]:
    if traces:
        check(value, "a copy")
    if value._first is None:
        return (_restore_leaf, (value.primitive, value._data, value.label, value.gradient))
    owner = _tables.owner.get(value)
    table = (owner and owner()) or _Table(value)
    return (_node_of, (table, table.positions[value]))


def _restore_leaf(primitive: Primitive, data: float, label: str, gradient: float | None) -> Value:
    return recorded_as(primitive, None, None, data, label, gradient)


def _restore_table(rows: list[tuple[Any, ...]]) -> list[Value]:
    nodes = [recorded_as(primitive, None, None, data, label, gradient) for primitive, _, _, data, label, gradient, *_ in rows]
    shared: dict[int, Any] = {}

    def resolve(reference: Any) -> Any:
        if not isinstance(reference, tuple):
            return nodes[reference] if isinstance(reference, int) else reference
        if id(reference) not in shared:
            shared[id(reference)] = tuple([nodes[one] if isinstance(one, int) else one for one in reference])
        return shared[id(reference)]

    for node, (_, first, second, _, _, _, outdated, scope) in zip(nodes, rows, strict=True):
        node._first, node._second, node._scope = resolve(first), resolve(second), scope
        if outdated:
            make_outdated(node)
    return nodes


def _node_of(nodes: list[Value], position: int) -> Value:
    return nodes[position]


copyreg.pickle(Value, _reduced)
