"""Whether a function records the same graph when it is run again, as a function of its arguments alone does.

The two graphs are walked side by side, from the results to the leaves, in time linear in their edges.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.table.primitives import TABLE

_CONSTANT = TABLE["constant"]


def first_difference(
    first: Sequence[Value], again: Sequence[Value], inputs: Mapping[Value, Value], since: int
) -> tuple[Value, Value] | None:
    """Two nodes in the same place of two graphs that are not the same operation or number; None if there are none.

    Args:
        first: the results of one run.
        again: the results of another run, of the same number.
        inputs: for each input of the first run, the input of the second.
        since: the tick before the first run.

    >>> x, y = Value(3.0), Value(3.0)
    >>> first_difference([x * x + 1.0], [y * y + 1.0], {x: y}, x._tick) is None
    True
    >>> first_difference([x * x + 1.0], [y * y + 2.0], {x: y}, x._tick)
    (Value(1.0), Value(2.0))
    """
    twin = dict(inputs)
    twin_of = twin.get
    inputs_again = set(inputs.values())
    compared: set[tuple[int, int]] = set()
    stack = list(zip(first, again, strict=True))
    while stack:
        one, other = stack.pop()
        # A node in both graphs that is older is the same. One that the first run kept for the second leads to the first's inputs.
        if one is other and one._tick <= since:
            continue
        known = twin_of(one)
        if known is not None:
            if known is not other:
                return one, other
            continue
        twin[one] = other
        if one.primitive is not other.primitive:
            return one, other
        left, right = one._first, one._second
        if left is None:
            if other in inputs_again or (one is not other and not _alike(one, other, since)):
                return one, other
        elif left.__class__ is not tuple:
            stack.append((left, other._first))
            if right is not None:
                stack.append((right, other._second))
        else:
            for mine, theirs in zip(graph.groups(one), graph.groups(other), strict=True):
                if mine.__class__ is not tuple:
                    stack.append((mine, theirs))
                elif len(mine) != len(theirs):
                    return one, other
                elif (key := (id(mine), id(theirs))) not in compared:
                    # Tuples that many nodes share are compared once.
                    compared.add(key)
                    is_same = (mine is theirs or mine == theirs) and max(map(graph.tick_of, mine)) <= since
                    if not is_same and list(map(twin_of, mine)) != [*theirs]:
                        stack += zip(mine, theirs, strict=True)
    return None


def same_number(one: float, other: float) -> bool:
    """Whether two floats have the same bits; all nans count as the same."""
    return (one == other and math.copysign(1.0, one) == math.copysign(1.0, other)) or (one != one and other != other)


def _alike(one: Value, other: Value, since: int) -> bool:
    """Whether two leaves are the same constant; a Value that existed before the runs is only the same as itself."""
    is_made = one.primitive is _CONSTANT or min(one._tick, other._tick) > since
    return is_made and same_number(one._data, other._data)
