"""Examples at which a choice leaves out what is infinite: the eager engine computes those, the program all others.

A program multiplies an infinite derivative by the 0 of what was left out, which gives nan, and nan always reaches the gradient.
So programs stay as fast as they are, and a gradient that is not finite is looked into.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.grouping.groups import Grouping

# More would take longer than anyone waits: the gradient stays what the program found, which is not finite.
_MOST_OPERATIONS = 5_000_000

Part = Callable[[int, int], tuple[float, Any]]


def has_choice(grouping: Grouping) -> bool:
    """Whether anything in a graph can be left out."""
    names = {group.primitive.removesuffix(" of two") for group in grouping.groups}
    return any(TABLE[name].selects for name in names & TABLE.keys())


def loss_and_gradient(m: int, n_operations: int, by_program: Part, by_eager_engine: Part) -> tuple[float, Any, list[int]] | None:
    """The loss and the gradient of a batch, both means, and the examples for which one of them is not finite.

    Args:
        m: how many examples there are.
        n_operations: in one example.
        by_program: the mean loss and the gradient of the examples from one number up to another.
        by_eager_engine: the same of a single example; its gradient is right wherever it exists.

    Returns:
        None if it would take too long.
    """
    loss, gradient, places = 0.0, numpy.zeros(()), []
    pending = [(0, m)]
    left = _MOST_OPERATIONS
    while pending:
        start, stop = pending.pop()
        part = None
        if stop - start < m:
            part = by_program(start, stop)
        if part is None or not numpy.isfinite(part[1]).all():
            if stop - start > 1:
                middle = (start + stop) // 2
                pending += [(middle, stop), (start, middle)]
                continue
            left -= n_operations
            if left < 0:
                return None
            part = by_eager_engine(start, stop)
            if not (numpy.isfinite(part[0]) and numpy.isfinite(part[1]).all()):
                places.append(start)
        loss += (stop - start) * part[0]
        with numpy.errstate(invalid="ignore"):  # of inf - inf
            gradient = gradient + (stop - start) * part[1]
    return loss / m, gradient / m, places
