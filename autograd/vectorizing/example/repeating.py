"""Whether a function records the same graph when it is run again, as a function of its arguments alone does.

The two graphs are walked side by side, from the results to the leaves, in time linear in their edges.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.table.primitives import TABLE

_CONSTANT = TABLE["constant"]


def first_difference(
    first: Sequence[Value],
    again: Sequence[Value],
    inputs: Mapping[Value, Value],
    since: int,
    visited: list[Value] | None = None,
) -> tuple[Value, Value] | None:
    """Two nodes in the same place of two graphs that are not the same operation or number; None if there are none.

    Args:
        first: the results of one run.
        again: the results of another run, of the same number.
        inputs: for each input of the first run, the input of the second.
        since: the tick before the first run.
        visited: a list that receives the computed nodes of the second run. A node may be added twice.

    >>> x, y = Value(3.0), Value(3.0)
    >>> first_difference([x * x + 1.0], [y * y + 1.0], {x: y}, x._tick) is None
    True
    >>> first_difference([x * x + 1.0], [y * y + 2.0], {x: y}, x._tick)
    (Value(1.0), Value(2.0))
    """
    # Nodes of the first run are known by their ticks, and visited from the youngest on: that is how they lie in memory.
    twin = {one._tick: other for one, other in inputs.items()}
    twin_of = twin.get
    inputs_again = set(inputs.values())
    pending: dict[int, Value] = {}
    compared: set[tuple[int, int]] = set()
    computed: list[Value] = [] if visited is None else visited
    visit = computed.append

    def differ(one: Value, other: Value) -> bool:
        """Whether two nodes in the same place differ as far as that is seen without their operands, which are visited later."""
        # A node in both graphs that is older is the same. One that the first run kept for the second leads to the first's inputs.
        is_old = one._tick <= since
        if one is other and is_old:
            twin.setdefault(one._tick, one)
            return False
        known = twin_of(one._tick)
        if known is not None and not (known is one and is_old):
            return known is not other
        twin[one._tick] = other
        if one.primitive is not other.primitive:
            return True
        if one._first is None:
            return other in inputs_again or (one is not other and not _alike(one, other, since))
        pending[one._tick] = one
        return False

    for one, other in zip(first, again, strict=True):
        if differ(one, other):
            return one, other
    take = pending.pop
    for tick in chain(range(max(pending, default=since), since, -1), _oldest(pending)):
        if tick not in pending:
            continue
        one = take(tick)
        other = twin[tick]
        visit(other)
        left, right = one._first, one._second
        if left.__class__ is not tuple:
            # What has been met before needs no call: most operands have.
            theirs = other._first
            if twin_of(left._tick) is not theirs and differ(left, theirs):
                return left, theirs
            if right is not None:
                theirs = other._second
                if twin_of(right._tick) is not theirs and differ(right, theirs):
                    return right, theirs
            continue
        for mine, theirs in zip(graph.groups(one), graph.groups(other), strict=True):
            if mine.__class__ is not tuple:
                if differ(mine, theirs):
                    return mine, theirs
            elif len(mine) != len(theirs):
                return one, other
            elif (key := (id(mine), id(theirs))) not in compared:
                # Tuples that many nodes share are compared once.
                compared.add(key)
                is_same = (mine is theirs or mine == theirs) and max(map(graph.tick_of, mine)) <= since
                if not is_same:
                    for pair in zip(mine, theirs, strict=True):
                        if differ(*pair):
                            return pair
    return None


def _oldest(pending: Mapping[int, Value]) -> Iterator[int]:
    """The ticks of nodes that wait, in any order, while there are some."""
    while pending:
        yield next(iter(pending))


def same_number(one: float, other: float) -> bool:
    """Whether two floats have the same bits; all nans count as the same."""
    return (one == other and math.copysign(1.0, one) == math.copysign(1.0, other)) or (one != one and other != other)


def _alike(one: Value, other: Value, since: int) -> bool:
    """Whether two leaves are the same constant; a Value that existed before the runs is only the same as itself."""
    is_made = one.primitive is _CONSTANT or min(one._tick, other._tick) > since
    return is_made and same_number(one._data, other._data)
