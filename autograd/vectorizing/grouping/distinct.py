"""The different numbers in an index array.

`numpy.unique` would import a library for masked arrays on its first call, which takes as long as compiling a small network.
"""

from __future__ import annotations

from typing import Any

import numpy

Indices = Any  # numpy.ndarray


def distinct(indices: Indices) -> Indices:
    """The different numbers, in ascending order.

    >>> distinct(numpy.array([3, 1, 3]))
    array([1, 3])
    """
    ordered = numpy.sort(indices, axis=None)
    return ordered[_is_first(ordered)]


def are_distinct(indices: Indices) -> bool:
    """Whether no number occurs twice."""
    return bool(_is_first(numpy.sort(indices, axis=None)).all())


def first_mentions(indices: Indices) -> Indices:
    """The different numbers, in the order of their first mention.

    >>> first_mentions(numpy.array([3, 1, 3, 2]))
    array([3, 1, 2])
    """
    order = indices.argsort(kind="stable")
    return indices[numpy.sort(order[_is_first(indices[order])])]


def numbered(indices: Indices) -> tuple[Indices, Indices]:
    """The different numbers, and for each element the place of its number among them.

    >>> numbered(numpy.array([30, 10, 30]))
    (array([10, 30]), array([1, 0, 1]))
    """
    order = indices.argsort(kind="stable")
    ordered = indices[order]
    first = _is_first(ordered)
    places = numpy.empty(len(indices), numpy.intp)
    places[order] = numpy.cumsum(first) - 1
    return ordered[first], places


def _is_first(ordered: Indices) -> Indices:
    first = numpy.empty(len(ordered), bool)
    first[:1] = True
    numpy.not_equal(ordered[1:], ordered[:-1], first[1:])
    return first
