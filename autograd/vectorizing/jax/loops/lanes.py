"""Loops whose turns need nothing of each other, and are computed side by side."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy

from autograd.vectorizing.jax.loops.accesses import Replacement, accesses_of, with_rows
from autograd.vectorizing.jax.loops.affine import Leaf
from autograd.vectorizing.jax.loops.pieces import in_pieces
from autograd.vectorizing.jax.loops.windows import row_name, row_named, rows_at, window_of

Numbers = Any  # jax.Array
# An array of each turn takes no more numbers than this together.
_LARGEST = 4_000_000


@dataclass(frozen=True)
class Lanes:
    """The turns of a loop, side by side.

    Attributes:
        body: the statements of each, in which the counter doesn't occur.
        rows: what they read of arrays that the loop does not change, an array for all turns by the name of the row.
    """

    body: list[ast.stmt]
    rows: dict[str, Numbers]


def lanes_of(
    body: Sequence[ast.stmt],
    counter: str,
    trips: int,
    constant: Mapping[str, Any],
    sums: Mapping[str, Numbers],
    entering: Mapping[str, Numbers],
    leaf: Leaf,
) -> Lanes | None:
    """The turns of a loop side by side; None if one needs what another has computed, or uses its counter for more than rows.

    Args:
        body: the statements of a turn.
        counter: the name of the counter.
        trips: how many turns there are.
        constant: what the loop reads and doesn't change.
        sums: what is carried from turn to turn, which may be sums that nothing in the loop reads.
        entering: rows of arrays that the loop changes.
        leaf: what names of whole numbers and counters stand for.
    """
    if not _read(body).isdisjoint(sums) or any(numpy.size(one) * trips > _LARGEST for one in sums.values()):
        return None
    accesses = accesses_of(body)
    rules: dict[str, tuple[int, Replacement]] = {}
    rows: dict[str, Numbers] = {}
    for name, array in constant.items():
        indices = accesses.indices.get(name)
        is_array = hasattr(array, "shape") and array.dtype.kind in "fiu" and not _is_table(array)
        window = window_of(indices, array.shape, counter, trips, leaf, backwards=False) if indices and is_array else None
        if window is not None:
            rules[name] = window.axis, row_named(name, leaf)
            pieces = in_pieces(jnp.asarray(array), window.axis)
            rows |= {row_name(name, offset): rows_at(pieces, window, offset) for offset in window.offsets}
    body = with_rows(body, rules)
    is_large = any(numpy.size(one) > _LARGEST for one in [*rows.values(), *entering.values()])
    if is_large or not {**rows, **entering} or counter in accesses_of(body).indices:
        return None
    return Lanes(body, rows)


def _is_table(array: Any) -> bool:
    """Whether it is a table of places, which the text defines."""
    return isinstance(array, numpy.ndarray) and array.dtype.kind == "i"


def _read(statements: Collection[ast.stmt]) -> set[str]:
    """All names but those of arrays to the whole of which something is added."""
    found: set[str] = set()
    for statement in statements:
        match statement:
            case ast.For(body=body):
                found |= _read(body)
            case ast.AugAssign(target=ast.Name(), value=value):
                found |= {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
            case _:
                found |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return found
