"""Running sums and products: ``s = s + x`` again and again, where each s is used, is one accumulation along an axis.

Each is computed from the one before it, so that a chain would be as many groups. Where all take their steps from one group, they
are members of one group for as long as a graph is being grouped; `autograd.vectorizing.ragged` takes it apart into chains of one
length. In a recurrence each step depends on the sum before it, so the steps are in different groups, and so are the sums.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd import graph
from autograd.primitives import TABLE
from autograd.value import Value

_ADD, _SUBTRACT, _MULTIPLY = TABLE["add"], TABLE["subtract"], TABLE["multiply"]
_SUMS, _TERMS = (_ADD, _SUBTRACT), (_ADD, _SUBTRACT, _MULTIPLY)
_CONSTANT = TABLE["constant"]
# The groups of running sums and products, and the primitive of each step.
RUNNING = {"running sum": "add", "running product": "multiply"}
# Shorter chains are what they were.
SHORTEST = 4
# A step adds at most so many terms, each to what is before it.
_MOST_TERMS = 8


class Chains:
    """Which sums and products of a graph continue others, as the links of chains or the branches of trees.

    Args:
        nodes: the computed nodes, operands first.
        inner: of each sum and product whether its only user is a sum, so that it need not exist; the last of a chain has to,
            which is noted in it.

    Attributes:
        before: what each sum or product continues; of the first of a chain, where it starts.
        uneven: the first sums of chains in which not all steps add one term.
        first: of each sum or product, the first of its chain.
        starts: products that chains of sums of products start with.
    """

    def __init__(self, nodes: Sequence[Value], inner: dict[Value, bool]) -> None:
        self._inner = inner
        self.before: dict[Value, Value] = {}
        self.first: dict[Value, Value] = {}
        self.uneven: set[Value] = set()
        self.starts: set[Value] = set()
        length: dict[Value, int] = {}
        longest: dict[Value, int] = {}
        candidates = [node for node, is_inner in inner.items() if not is_inner]
        candidates = [node for node in candidates if node.primitive in _TERMS]
        candidates.sort(key=graph.tick_of)
        for node in candidates:
            one = self._before(node)
            if one in self.first and _are_alike(node, one):
                first = self.first[node] = self.first[one]
                length[node] = length[one] + 1
                longest[first] = max(longest[first], length[node])
            else:
                self.first[node] = node
                length[node] = longest[node] = 1
            self.before[node] = one
        long = {first for first, steps in longest.items() if steps >= SHORTEST}
        self.before = {node: one for node, one in self.before.items() if self.first[node] in long}
        if long:
            self.starts = {self.before[node] for node in long if self._starts_with_product(node)}
            self._extend(nodes)
            self.uneven = {self.first[node] for node in self.before if node._first is not self.before[node] is not node._second}

    def _before(self, node: Value) -> Value:
        """What a sum or product continues, or else starts with."""
        first = node._first
        n_terms = 1
        if node.primitive is not _MULTIPLY:
            while n_terms < _MOST_TERMS and first._first is not None and first.primitive in _SUMS and self._inner[first]:
                first = first._first
                n_terms += 1
        second = node._second
        if (
            n_terms == 1
            and node.primitive is not _SUBTRACT
            and first.primitive is not _CONSTANT
            and not (first in self.first and _are_alike(node, first))
            and second in self.first
            and _are_alike(node, second)
        ):
            return second  # type: ignore[no-any-return]
        return first  # type: ignore[no-any-return]

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
        """Add to chains the last sum or product, which would be taken apart as only a sum uses it."""
        continued = {one for node, one in self.before.items() if _are_repeated(node, one)}
        for node in nodes:
            if self._inner.get(node) and node.primitive in _TERMS:
                one = node._first
                if one in self.before and one not in continued and _are_repeated(node, one):
                    self._inner[node] = False
                    self.before[node] = one
                    self.first[node] = self.first[one]


def _are_alike(node: Value, other: Value) -> bool:
    """Whether both are sums, or both products."""
    return (node.primitive is _MULTIPLY) == (other.primitive is _MULTIPLY)


def _are_repeated(node: Value, other: Value) -> bool:
    """Whether both are computed in one way from what may be the same kind of step."""
    return node.primitive is other.primitive and node._second.primitive is other._second.primitive


def paths(before: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Trees as paths, each as long as can be: the node that it branches from, or -1, and the nodes of the path.

    Args:
        before: of each node its parent, which is an earlier one, or -1.

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
