"""Nested structures: lists, tuples and dictionaries, and the leaves in them.

A leaf is anything that is not a list, a tuple or a dictionary, such as a number, a Value or an array. Parts are named the way a
user reaches them: ``x[0]``, ``x['bias']``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


def is_nest(thing: Any) -> bool:
    """Whether something has parts."""
    return isinstance(thing, list | tuple | dict)


def named_parts(nest: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The parts of a list, a tuple or a dictionary, each with its name.

    >>> list(named_parts({"w": [1.0, 2.0], "b": 3.0}, "layer"))
    [("layer['w']", [1.0, 2.0]), ("layer['b']", 3.0)]
    """
    for key, part in nest.items() if isinstance(nest, dict) else enumerate(nest):
        yield f"{name}[{key!r}]", part


def named_leaves(nest: Any, name: str) -> Iterator[tuple[str, Any]]:
    """All leaves in order, each with its name.

    >>> list(named_leaves({"w": [1.0, 2.0], "b": 3.0}, "layer"))
    [("layer['w'][0]", 1.0), ("layer['w'][1]", 2.0), ("layer['b']", 3.0)]
    """
    if not is_nest(nest):
        yield name, nest
        return
    for name_of_part, part in named_parts(nest, name):
        yield from named_leaves(part, name_of_part)


def leaves(nest: Any) -> Iterator[Any]:
    """All leaves in order."""
    if not is_nest(nest):
        yield nest
        return
    for part in nest.values() if isinstance(nest, dict) else nest:
        yield from leaves(part)


def with_parts(nest: Any, parts: Iterable[Any]) -> Any:
    """A list, tuple, named tuple or dictionary of the same kind with other parts."""
    if isinstance(nest, dict):
        return dict(zip(nest, parts, strict=True))
    return nest._make(parts) if hasattr(nest, "_make") else type(nest)(parts)


def map_leaves(nest: Any, change: Callable[[Any], Any]) -> Any:
    """The same structure with each leaf changed.

    >>> map_leaves({"w": [1.0, 2.0], "b": (3.0,)}, lambda leaf: 2 * leaf)
    {'w': [2.0, 4.0], 'b': (6.0,)}
    """
    if not is_nest(nest):
        return change(nest)
    return with_parts(nest, [map_leaves(part, change) for part in (nest.values() if isinstance(nest, dict) else nest)])


def rectangular_shape(nest: Any, shape_of_leaf: Callable[[Any], tuple[int, ...] | None]) -> tuple[int, ...] | None:
    """The shape of a rectangular nest of lists and tuples; None for any other structure.

    Args:
        shape_of_leaf: the shape of a leaf, or of a dictionary; None if there is none.

    >>> rectangular_shape([[1, 2, 3], (4, 5, 6)], lambda leaf: ())
    (2, 3)
    >>> rectangular_shape([[1, 2], [3]], lambda leaf: ()) is None
    True
    """
    if not isinstance(nest, list | tuple):
        return shape_of_leaf(nest)
    if not nest:
        return None
    first = rectangular_shape(nest[0], shape_of_leaf)
    if first is None or any(rectangular_shape(part, shape_of_leaf) != first for part in nest[1:]):
        return None
    return (len(nest), *first)
