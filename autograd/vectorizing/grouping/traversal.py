"""Visiting a recorded graph before it is grouped: its computed nodes, and which sums and products have a single user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.engine import graph, state
from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive

SUMS = (TABLE["add"], TABLE["total"], TABLE["subtract"], TABLE["negative"])
TERMS = (*SUMS, TABLE["multiply"], TABLE["dot"])


@dataclass
class Traversal:
    """What was found in a graph.

    Attributes:
        nodes: the computed nodes, operands first.
        inner: for each sum and product, whether its only user is a sum, so that it does not have to exist.
        n_nodes: the number of nodes, including the leaves.
        n_operands: the number of operands that all of them have together.
    """

    nodes: list[Value]
    inner: dict[Value, bool]
    n_nodes: int
    n_operands: int


def traverse(roots: Sequence[Value]) -> Traversal:
    """Visit a graph once.

    Raises:
        StaleGraphError: a leaf was assigned another number after something had been computed from it.
        TypeError: a primitive of the user's own has rules that can't be compiled, or has been defined anew since.
    """
    seen = set(roots)
    stack = [root for root in dict.fromkeys(roots) if root._first is not None]
    computed = list(stack)
    inner = {root: False for root in roots if root.primitive in TERMS}
    times_seen: dict[int, int] = {}
    n_operands = 0
    while stack:
        node = stack.pop()
        first: Any = node._first
        second: Any = node._second
        by_sum = node.primitive in SUMS
        if first.__class__ is tuple:
            operands: Sequence[Any] = ()
            for group in (first, second):
                if group.__class__ is tuple:
                    n_operands += len(group)
                    times = times_seen[id(group)] = times_seen.get(id(group), 0) + 1
                    # What is in a tuple that several nodes hold has several users; nothing changes after the second.
                    operands = [*operands, *group] if operands and times < 3 else group if times < 3 else operands
                elif group is not None:
                    n_operands += 1
                    operands = [*operands, group]
        elif second is None:
            n_operands += 1
            operands = (first,)
        else:
            n_operands += 2
            operands = (first, second)
        for operand in operands:
            if operand._first is not None and operand.primitive in TERMS:
                # A second user makes it a scalar that has to exist.
                inner[operand] = by_sum and operand not in inner
            if operand not in seen:
                seen.add(operand)
                if operand._first is not None:
                    stack.append(operand)
                    computed.append(operand)
    for primitive in {node.primitive for node in computed}:
        refuse_what_no_program_has(primitive)
    computed.sort(key=graph.tick_of)
    if computed and computed[0]._tick < state.latest_assignment:
        graph.topological_order(*roots)  # raises for what is stale
    return Traversal(computed, inner, len(seen), n_operands)


def refuse_what_no_program_has(primitive: Primitive) -> None:
    """Raise if a primitive of the user's own can't be compiled.

    Raises:
        TypeError: it has rules of plain Python, or has been defined anew since.
    """
    if primitive.plain:
        raise TypeError(
            f"{primitive.name} can't be compiled: its rules are plain Python, which only computes floats; write them with "
            f"operators and functions of the number system m, such as m.exp(x) and m.where(x > 0.0, x, 0.0)"
        )
    if TABLE[primitive.name].forward is not primitive.forward:
        raise TypeError(f"{primitive.name} has been defined anew since this was computed: compute it again")
