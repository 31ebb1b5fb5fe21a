"""A recorded graph as JSON: for other programs to draw, inspect or keep.

    {"format": "chalkgrad graph", "version": 1, "output": 4, "nodes": [
        {"primitive": "leaf", "data": 3.0, "label": "a"},
        {"primitive": "add", "operands": [0, 2], "data": 5.0},
        …

Nodes stand in the order in which they were computed and name their operands by position. An n-ary primitive lists its
operands in inner lists, one for each sequence it takes. Nodes of a recorded derivative, which give inf or nan where others
raise, are ``"quiet": true``. Numbers read back to the same bits; inf and nan are strings.
"""

from __future__ import annotations

import json
import math
from typing import Any

from autograd.engine import graph
from autograd.engine.outputs import single
from autograd.engine.refusals import check, traces
from autograd.engine.value import Value, recorded_as
from autograd.table.rules import Primitive, primitive_named

_FORMAT, _VERSION = "chalkgrad graph", 1


def to_json(output: Value) -> str:
    """Write a graph as JSON, values, labels and gradients included.

    Raises:
        StaleGraphError: a leaf was assigned after a result had been computed from it; call refresh() first.

    >>> from autograd import Value
    >>> print(to_json(Value(3.0, "a")))
    {"format": "chalkgrad graph", "version": 1, "output": 0, "nodes": [{"primitive": "leaf", "data": 3.0, "label": "a"}]}
    """
    output = single(output)
    if traces:
        check(output, "to_json()")
    order = graph.topological_order(output)
    positions = {node: position for position, node in enumerate(order)}

    def entry(node: Value) -> dict[str, Any]:
        written: dict[str, Any] = {"primitive": node.primitive.name}
        if node.primitive.is_quiet:
            written["quiet"] = True
        groups = graph.groups(node)
        if groups:
            written["operands"] = [[positions[v] for v in g] if isinstance(g, tuple) else positions[g] for g in groups]
        written["data"] = _written(node._data)
        if node.label:
            written["label"] = node.label
        if node.gradient is not None:
            written["gradient"] = _written(node.gradient)
        return written

    nodes = [entry(node) for node in order]
    return json.dumps({"format": _FORMAT, "version": _VERSION, "output": positions[output], "nodes": nodes})


def from_json(text: str) -> Value:
    """Read a graph that `to_json` wrote, and return its output.

    Raises:
        ValueError: the text is not such a graph; the message says what is wrong and at which node.

    >>> from autograd import Value
    >>> a = Value(3.0, "a")
    >>> copy = from_json(to_json(a * a))
    >>> copy.backward()
    >>> copy.operands[0].gradient
    6.0
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("format") != _FORMAT or document.get("version") != _VERSION:
        raise ValueError(f'not a graph: expected an object with "format": "{_FORMAT}" and "version": {_VERSION}')
    nodes: list[Value] = []
    for position, entry in enumerate(_list(document.get("nodes"), "nodes")):
        try:
            nodes.append(_node(entry, nodes))
        except ValueError as error:
            raise ValueError(f"node {position}: {error}") from None
    return _operand(document.get("output"), nodes)


def _node(entry: Any, earlier: list[Value]) -> Value:
    if not isinstance(entry, dict):
        raise ValueError(f"expected an object, not {entry!r}")
    name, label = entry.get("primitive"), entry.get("label", "")
    if not isinstance(name, str) or not isinstance(label, str):
        raise ValueError(f"primitive and label must be strings, not {name!r} and {label!r}")
    primitive = primitive_named(name, entry.get("quiet") is True)
    gradient = None if "gradient" not in entry else _read(entry["gradient"])
    groups = [
        tuple(_operand(v, earlier) for v in group) if isinstance(group, list) else _operand(group, earlier)
        for group in _list(entry.get("operands", []), "operands")
    ]
    data = _read(entry.get("data"))
    if not _fits(primitive, groups):
        raise ValueError(f"{name} does not take operands arranged as {entry.get('operands', [])!r}")
    first, second = [*groups, None, None][:2]
    return recorded_as(primitive, first, second, data, label, gradient)


def _fits(primitive: Primitive, groups: list[Any]) -> bool:
    """Whether operands are arranged as the primitive's own test points are: single ones and sequences, in their places."""
    if primitive.arity <= 2:
        return len(groups) == primitive.arity and not any(isinstance(group, tuple) for group in groups)
    return _arrangement(groups) in {_arrangement(_groups_of_point(point)) for point in primitive.points} and all(
        group for group in groups if isinstance(group, tuple)
    )


def _groups_of_point(point: Any) -> list[Any]:
    return list(point) if isinstance(point[0], tuple) else [point]


def _arrangement(groups: list[Any]) -> tuple[bool, ...]:
    return tuple(isinstance(group, tuple) for group in groups)


def _list(entry: Any, name: str) -> list[Any]:
    if not isinstance(entry, list):
        raise ValueError(f"{name} must be a list, not {entry!r}")
    return entry


def _operand(position: Any, earlier: list[Value]) -> Value:
    if type(position) is not int or not 0 <= position < len(earlier):
        raise ValueError(f"an operand must be the position of an earlier node, from 0 to {len(earlier) - 1}, not {position!r}")
    return earlier[position]


def _written(number: float) -> float | str:
    return number if math.isfinite(number) else repr(number)


def _read(number: Any) -> float:
    if isinstance(number, float | int) and not isinstance(number, bool):
        return float(number)
    if number in ("inf", "-inf", "nan"):
        return float(number)
    raise ValueError(f"expected a number, not {number!r}")
