"""Matrix products: which rows of a group of dot products form a left matrix and which a right one.

If every left row meets every right row, the group is one matrix product. If the rows fall into parts of equal size for which this
is true, it is a stack of matrix products. Otherwise each dot product is computed from its own two rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy

Indices = Any  # numpy.ndarray


@dataclass
class Product:
    """How rows are multiplied.

    Attributes:
        outer: whether all pairs of rows are multiplied, perhaps in a stack; otherwise the rows are multiplied one by one.
        left: the numbers of the left rows, of shape (rows,) or (stack, rows).
        right: the same for the right rows.
        shape: the shape of the result: (right rows, left rows), with the stack before them, or (dot products,) row by row.
        order: the dot products in the order of the result.
    """

    outer: bool
    left: Indices
    right: Indices
    shape: tuple[int, ...]
    order: Indices


def find_product(left: Indices, right: Indices, left_order: Indices, right_order: Indices) -> Product:
    """Find the matrix product in a set of pairs of rows.

    Args:
        left: for each dot product, the number of its left row.
        right: for each dot product, the number of its right row.
        left_order: the numbers of the left rows in the order that they should have.
        right_order: the same for the right rows.
    """
    n_left, n_right, size = len(left_order), len(right_order), len(left)
    left_place, right_place = _inverse(left_order)[left], _inverse(right_order)[right]
    order = numpy.lexsort((left_place, right_place))
    if n_left * n_right == size:
        return Product(True, left_order, right_order, (n_right, n_left), order)
    part = _parts(left_place, right_place, n_left, n_right)
    order = numpy.lexsort((left_place, right_place, part[right_place]))
    n_parts = int(part.max()) + 1
    left_parts = _part_of_left(part, left_place, right_place, n_left)
    per_left, per_right = n_left // n_parts, n_right // n_parts
    even = (
        n_parts * per_left * per_right == size
        and (numpy.bincount(part) == per_right).all()
        and (numpy.bincount(left_parts, minlength=n_parts) == per_left).all()
    )
    if even and per_left * per_right > 1:
        rows_left = left_order[numpy.argsort(left_parts, kind="stable")].reshape(n_parts, per_left)
        rows_right = right_order[numpy.argsort(part, kind="stable")].reshape(n_parts, per_right)
        return Product(True, rows_left, rows_right, (n_parts, per_right, per_left), order)
    return Product(False, left[order], right[order], (size,), order)


def _inverse(order: Indices) -> Indices:
    inverse = numpy.empty(len(order), numpy.intp)
    inverse[order] = numpy.arange(len(order))
    return inverse


def _parts(left: Indices, right: Indices, n_left: int, n_right: int) -> Indices:
    """For each right row, the number of its connected part; parts are counted in the order of the right rows."""
    leader = list(range(n_left + n_right))

    def find(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    for a, b in zip(left.tolist(), (right + n_left).tolist(), strict=True):
        first, second = find(a), find(b)
        if first != second:
            leader[first] = second
    numbers: dict[int, int] = {}
    return numpy.array([numbers.setdefault(find(n_left + row), len(numbers)) for row in range(n_right)])


def _part_of_left(part: Indices, left: Indices, right: Indices, n_left: int) -> Indices:
    parts = numpy.empty(n_left, numpy.intp)
    parts[left] = part[right]
    return parts
