"""Running sums and products: ``s = s + x`` again and again, where each s is used, is one accumulation along an axis.

Each is computed from the one before it, so that every link of a chain would be a group of its own. Where all take their steps
from one group, they are members of one group while the graph is being grouped; `ragged.py` then takes it apart into chains of one
length. In a recurrence each step depends on the sum before it, so the steps are in different groups, and so are the sums.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.table.primitives import TABLE

_ADD, _SUBTRACT, _MULTIPLY = TABLE["add"], TABLE["subtract"], TABLE["multiply"]
_SUMS, _TERMS = (_ADD, _SUBTRACT), (_ADD, _SUBTRACT, _MULTIPLY)
_CONSTANT = TABLE["constant"]
# The groups of running sums and products, and the primitive of each step.
RUNNING = {"running sum": "add", "running product": "multiply"}
# Shorter chains are left as they were recorded.
SHORTEST = 4
# The largest number of terms that a step may add one by one.
_MOST_TERMS = 8


class Chains:
    """Which sums and products of a graph continue others, as the links of chains or the branches of trees.

    Args:
        nodes: the computed nodes, operands first.
        inner: for each sum and product, whether its only user is a sum, so that it does not have to exist. The last one of a
            chain has to exist, which is noted here.

    Attributes:
        before: what each sum or product continues; for the first of a chain, what the chain starts with.
        uneven: the first sums of chains in which some steps add several terms.
        first: for each sum or product, the first of its chain.
        starts: the products that chains of sums of products start with.
    """

    def __init__(self, nodes: Sequence[Value], inner: dict[Value, bool]) -> None:
        self._inner = inner
        self.before: dict[Value, Value] = {}
        self.first: dict[Value, Value] = {}
        self.uneven: set[Value] = set()
        self.starts: set[Value] = set()
        candidates = [node for node, is_inner in inner.items() if not is_inner]
        candidates = [node for node in candidates if node.primitive in _TERMS]
        candidates.sort(key=graph.tick_of)
        # For each sum and each product, the first of its chain and the length of the chain up to here.
        sums: dict[Value, tuple[Value, int]] = {}
        products: dict[Value, tuple[Value, int]] = {}
        before: dict[Value, Value] = {}
        long: set[Value] = set()
        for node in candidates:
            known = products if node.primitive is _MULTIPLY else sums
            one = before[node] = node._first if node._first in known else self._before(node, known)
            if one in known:
                first, steps = known[one]
                known[node] = first, steps + 1
                if steps == 1 and one is node._second and one.primitive is not _SUBTRACT:
                    before[one] = one._second  # Written the other way round, x + s, from the first on.
                if steps + 1 == SHORTEST:
                    long.add(first)
            else:
                known[node] = node, 1
        if long:
            self.first = {node: first for known in (sums, products) for node, (first, _) in known.items() if first in long}
            self.before = {node: before[node] for node in self.first}
            self.starts = {before[node] for node in long if self._starts_with_product(node)}
            self._extend(nodes)
            self.uneven = {self.first[node] for node, one in self.before.items() if node._first is not one is not node._second}

    def _before(self, node: Value, known: Collection[Value]) -> Value:
        """What a sum or product continues or starts with, if its first operand is not in a chain."""
        one: Value = node._first
        if node.primitive is _MULTIPLY or (node.primitive is _ADD and not self._inner.get(one)):
            return node._second if node._second in known and one.primitive is not _CONSTANT else one
        n_terms = 1
        while n_terms < _MOST_TERMS and self._inner.get(one) and one.primitive in _SUMS:
            one = one._first
            n_terms += 1
        return one

    def _starts_with_product(self, node: Value) -> bool:
        """Whether the first sum of a chain adds a product, which need not exist, to one that has to."""
        one, step = node._first, node._second
        return (
            node.primitive is _ADD
            and one.primitive is step.primitive is _MULTIPLY
            and self.before[node] is one
            and self._inner[step]
            and not self._inner[one]
        )

    def _extend(self, nodes: Sequence[Value]) -> None:
        """Add to each chain its last sum or product, which would be taken apart since only a sum uses it."""
        continued = {one for node, one in self.before.items() if _are_repeated(node, one)}
        for node in nodes:
            if self._inner.get(node) and node.primitive in _TERMS:
                one = node._first
                if one in self.before and one not in continued and _are_repeated(node, one):
                    self._inner[node] = False
                    self.before[node] = one
                    self.first[node] = self.first[one]


def _are_repeated(node: Value, other: Value) -> bool:
    """Whether both are computed in one way from what may be the same kind of step."""
    return node.primitive is other.primitive and node._second.primitive is other._second.primitive


def paths(before: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Trees as paths that are as long as possible: for each, the node that it branches from, or -1, and its nodes.

    Args:
        before: for each node its parent, which is an earlier node, or -1.

    >>> paths([-1, 0, 1, 0, -1])
    [(-1, [0, 1, 2]), (0, [3]), (-1, [4])]
    """
    heights = [0] * len(before)
    following = [-1] * len(before)
    for node in range(len(before) - 1, -1, -1):
        one = before[node]
        if one >= 0 and heights[node] + 1 >= heights[one]:
            heights[one], following[one] = heights[node] + 1, node
    found: list[tuple[int, list[int]]] = []
    for node, one in enumerate(before):
        if one < 0 or following[one] != node:
            path = [node]
            while following[path[-1]] >= 0:
                path.append(following[path[-1]])
            found.append((one, path))
    return found
