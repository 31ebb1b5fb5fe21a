"""Naming Values after the variables they are bound to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.engine.outputs import Outputs
from autograd.engine.value import Value
from autograd.structures import named_parts


def label_values(names: Mapping[str, Any]) -> None:
    """Give each unlabelled Value that is bound to a name that name as its label.

    Lists and tuples of Values are labelled with their index. A name that begins with an underscore labels nothing; of several
    names for one Value, the first is used.

    Args:
        names: usually ``locals()``.

    >>> a = Value(3.0)
    >>> w = [Value(0.2), Value(0.3)]
    >>> L = 2 * a
    >>> label_values(locals())
    >>> a.label, L.label, w[1].label
    ('a', 'L', 'w[1]')
    """
    pending = [(name, bound) for name, bound in names.items() if not name.startswith("_")][::-1]
    visited: set[int] = set()  # a list may hold itself
    while pending:
        name, bound = pending.pop()
        if isinstance(bound, Value) or (bound.__class__ is Outputs and len(bound) == 1):
            bound.label = bound.label or name
        elif isinstance(bound, list | tuple) and id(bound) not in visited:
            visited.add(id(bound))
            pending += reversed([part for part in named_parts(bound, name) if isinstance(part[1], Value | list | tuple)])
