"""Looking at a graph of array operations: what is needed for some results, and where an array's numbers are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.vectorizing.arrays.array_graph import Array

# Operations whose results are there before the program runs.
GIVEN = ("theta", "block", "input", "weight", "number of examples", "constant")


def base_of(array: Array | float) -> Any:
    """The array whose numbers a view shows."""
    while isinstance(array, Array) and array.is_view:
        array = array.operands[0]
    return array


def needed(roots: Iterable[Array]) -> list[Array]:
    """What the roots are computed from, themselves included, in the order in which it was made."""
    seen: dict[int, Array] = {}
    stack = list(roots)
    while stack:
        array = stack.pop()
        if array.number not in seen:
            seen[array.number] = array
            stack += [operand for operand in array.operands if isinstance(operand, Array)]
    return [seen[number] for number in sorted(seen)]
