"""Naming Values after the variables they are bound to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.value import Value


def label_values(names: Mapping[str, Any]) -> None:
    """Give each unlabelled Value that is bound to a name that name as its label.

    Lists and tuples of Values are labelled with their index. A name that begins with an underscore labels nothing; of several
    names for one Value the first counts.

    Args:
        names: usually ``locals()``.

    >>> a = Value(3.0)
    >>> w = [Value(0.2), Value(0.3)]
    >>> L = 2 * a
    >>> label_values(locals())
    >>> a.label, L.label, w[1].label
    ('a', 'L', 'w[1]')
    """
    for name, bound in list(names.items()):
        if not name.startswith("_"):
            _label(bound, name)


def _label(bound: Any, name: str) -> None:
    if isinstance(bound, Value):
        if not bound.label:
            bound.label = name
    elif isinstance(bound, list | tuple):
        for index, element in enumerate(bound):
            if isinstance(element, Value | list | tuple):
                _label(element, f"{name}[{index}]")
