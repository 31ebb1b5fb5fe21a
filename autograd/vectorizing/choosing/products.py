"""A cheap look at a recorded graph: does it hold products of matrices that are large enough for a library of linear algebra?"""

from __future__ import annotations

from typing import Any

from autograd.engine.value import Value
from autograd.table.primitives import TABLE
from autograd.vectorizing.example.recorded import RecordedExample

_DOT = TABLE["dot"]

# A product of matrices has rows of this length or longer, and this many of them or more.
LARGE = 32
# The look ends after this many nodes; what is further from the loss is seen when the graph has been rolled.
_MOST_NODES = 20_000


def has_large_products(recorded: RecordedExample) -> bool:
    """Whether many long dot products that share an operand are near the loss or an output: a matrix times a vector.

    The graph is read from its results down, and only until enough has been found: the numbers in the matrices are not visited.
    """
    pending: list[Value] = recorded.roots()[::-1]
    # Long sequences of operands wait until there is nothing else: most of them hold nothing but leaves.
    long_sequences: list[tuple[Value, ...]] = []
    seen: set[Value] = set(pending)
    sequences_seen: set[int] = set()
    # How many different dot products take a sequence; it is told by its ends, since a list becomes a new tuple each time.
    n_users: dict[Any, int] = {}
    for _ in range(_MOST_NODES):
        while not pending and long_sequences:
            _add_computed(long_sequences.pop(), pending, seen)
        if not pending:
            return False
        node = pending.pop()
        if node.primitive is _DOT and len(node._first) >= LARGE:
            for sequence in (node._first, node._second):
                key = (sequence[0], sequence[-1], len(sequence))
                n_users[key] = n_users.get(key, 0) + 1
                if n_users[key] >= LARGE:
                    return True
        for group in (node._first, node._second):
            if group.__class__ is not tuple:
                if group is not None:
                    _add_computed((group,), pending, seen)
            elif len(group) < LARGE:
                _add_computed(group, pending, seen)
            elif id(group) not in sequences_seen:
                sequences_seen.add(id(group))
                long_sequences.append(group)
    return False


def _add_computed(values: tuple[Value, ...], pending: list[Value], seen: set[Value]) -> None:
    for value in values:
        if value._first is not None and value not in seen:
            seen.add(value)
            pending.append(value)
