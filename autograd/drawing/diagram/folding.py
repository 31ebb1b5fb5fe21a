"""Folding a big graph: which nodes are drawn together in one box, at each level of detail.

Values know the scope in which they were computed, so the nodes of one run of a neuron, a layer or a network are a fold. Within a
layer, the nodes that are connected with one another are a neuron.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from autograd.engine import graph
from autograd.engine.scopes import LEVELS, Scope, level_of, symbols_of
from autograd.engine.value import Value

Detail: TypeAlias = Literal["value", "neuron", "layer", "network"]
DETAILS: tuple[Detail, ...] = ("value", *LEVELS)


@dataclass(slots=True, eq=False)
class Fold:
    """Nodes that one box stands for.

    Attributes:
        scope: where the nodes were computed; None for a single node and for leaves.
        index: for a neuron, its place in its layer, counted from 0.
        nodes: the operations in the order of computation, or the leaves of a fold of leaves.
        hidden: the leaves inside the box, which are parameters and constants that nothing else uses.
        is_owned: for leaves, whether they are parameters of a network.
    """

    scope: Scope | None = None
    index: int | None = None
    nodes: list[Value] = field(default_factory=list)
    hidden: list[Value] = field(default_factory=list)
    is_owned: bool = False

    @property
    def is_folded(self) -> bool:
        """Whether it stands for more than one node, such as an operation and its hidden parameters."""
        return len(self.nodes) > 1 or bool(self.hidden)


def fold(order: Sequence[Value], detail: Detail) -> list[Fold]:
    """The folds of a graph, in the order of their first nodes.

    Args:
        order: all nodes, operands before results.
        detail: the smallest unit that has a box of its own.
    """
    if detail == "value":
        return [Fold(nodes=[node]) for node in order]
    scope_of: dict[Value, Scope | None] = {}
    known: dict[tuple[int, Detail], Scope | None] = {}
    parts = _Parts()
    for node in order:
        scope = _outermost(node._scope, detail, known)
        if scope is None and detail == "neuron" and node._first is not None:
            scope = _outermost(node._scope, "layer", known)
            if scope is not None:
                parts.add(node, [v for v in graph.operands(node) if scope_of[v] is scope and v._first is not None])
        scope_of[node] = scope
    groups: dict[Any, Fold] = {}
    neurons: dict[int, int] = {}
    group_of: dict[Value, Fold] = {}
    for node in order:
        if node._first is None:
            continue
        scope = scope_of[node]
        part = parts.of(node)
        key: Any = node if scope is None else id(scope) if part is None else part
        if key not in groups:
            index = None
            if part is not None:
                index = neurons[id(scope)] = neurons.get(id(scope), -1) + 1
            groups[key] = Fold(scope, index)
        groups[key].nodes.append(node)
        group_of[node] = groups[key]
    _place_leaves(order, group_of, scope_of, detail)
    return list(dict.fromkeys(group_of[node] for node in order if node in group_of))


def parts_of(nodes: Sequence[Value]) -> list[list[Value]]:
    """The connected parts of some nodes, such as the neurons of a layer."""
    inside = set(nodes)
    parts = _Parts()
    for node in nodes:
        parts.add(node, [v for v in graph.operands(node) if v in inside])
    found: dict[Value | None, list[Value]] = {}
    for node in nodes:
        found.setdefault(parts.of(node), []).append(node)
    return list(found.values())


def _outermost(scope: Scope | None, detail: Detail, known: dict[tuple[int, Detail], Scope | None]) -> Scope | None:
    """The outermost scope around a node that does not exceed a level of detail."""
    if scope is None:
        return None
    key = (id(scope), detail)
    if key not in known:
        outer = _outermost(scope[0], detail, known)
        small = DETAILS.index(level_of(scope)) <= DETAILS.index(detail)
        known[key] = outer if outer is not None else scope if small else None
    return known[key]


class _Parts:
    """Nodes joined into connected parts, each of which is known by its first node."""

    def __init__(self) -> None:
        self._parent: dict[Value, Value] = {}

    def add(self, node: Value, connected: Sequence[Value]) -> None:
        self._parent[node] = node
        for other in connected:
            first, second = self.of(other), self.of(node)
            if first is not None and second is not None and first is not second:
                early, late = sorted((first, second), key=graph.tick_of)
                self._parent[late] = early

    def of(self, node: Value) -> Value | None:
        if node not in self._parent:
            return None
        root = node
        while self._parent[root] is not root:
            root = self._parent[root]
        while self._parent[node] is not root:
            self._parent[node], node = root, self._parent[node]
        return root


def _place_leaves(
    order: Sequence[Value], group_of: dict[Value, Fold], scope_of: dict[Value, Scope | None], detail: Detail
) -> None:
    """Put every leaf into a fold: into that of its only user if it belongs there, else together with leaves of the same users."""
    users: dict[Value, dict[Fold, None]] = {}
    for node in order:
        if node in group_of:
            for operand in graph.operands(node):
                if operand._first is None:
                    users.setdefault(operand, {})[group_of[node]] = None
    owned: dict[int, set[Value]] = {}
    together: dict[Any, Fold] = {}
    for leaf in order:
        if leaf._first is not None:
            continue
        used_by = tuple(users.get(leaf, ()))
        is_constant = leaf.primitive.name == "constant"
        is_owned = any(group.scope is not None and leaf in _owned_by(group.scope, owned) for group in used_by)
        if len(used_by) == 1 and used_by[0].scope is not None:
            scope = used_by[0].scope
            if is_owned or (is_constant and not leaf.label and leaf._scope is not None and scope_of[leaf] is scope):
                used_by[0].hidden.append(leaf)
                group_of[leaf] = used_by[0]
                continue
        # Parameters that the same neurons use, or at a higher level any leaves, are an array.
        alike = used_by and (is_owned or detail != "neuron") and any(group.scope is not None for group in used_by)
        key: Any = (used_by, is_owned, is_constant) if alike else leaf
        group_of[leaf] = together.setdefault(key, Fold(is_owned=is_owned))
        group_of[leaf].nodes.append(leaf)


def _owned_by(scope: Scope, known: dict[int, set[Value]]) -> set[Value]:
    """The parameters of the networks that a scope runs in."""
    if id(scope) not in known:
        outer = scope[0]
        known[id(scope)] = set(symbols_of(scope)) | (_owned_by(outer, known) if outer is not None else set())
    return known[id(scope)]
