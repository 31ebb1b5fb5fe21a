"""What array operations take for granted of the table, compared with it when this file is imported.

A product of matrices computes many dot products, and its way back is a product with the other matrix: that is right because the
derivatives of a dot product are its operands. Each such short cut is listed here with operands, the result and the derivatives.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.table.floats import QUIET
from autograd.table.primitives import TABLE

# Which comparison lets the second of two numbers take the place of the first: no equal one, and none where one is nan.
BEATS = {"maximum of two": "greater", "minimum of two": "less"}

_NAN = math.nan
# Primitive, operands, result, derivatives.
TAKEN_FOR_GRANTED: Sequence[tuple[str, tuple[Any, ...], float, Sequence[float]]] = (
    # Running sums and products.
    ("add", (1.25, -3.5), -2.25, (1.0, 1.0)),
    ("multiply", (1.25, -3.5), -4.375, (-3.5, 1.25)),
    # Sums over an axis, and products of matrices.
    ("total", ((1.25, -3.5, 0.5),), -1.75, (1.0, 1.0, 1.0)),
    ("dot", ((1.25, -3.5), (0.5, 4.0)), -13.375, (0.5, 4.0, 1.25, -3.5)),
    # Elements that are chosen by an index.
    ("pick", ((1.25, -3.5, 0.5), 1.0), -3.5, (0.0, 1.0, 0.0, 0.0)),
    ("maximum", ((1.25, 4.0, -3.5, 4.0),), 4.0, (0.0, 1.0, 0.0, 0.0)),
    ("minimum", ((1.25, -3.5, 4.0, -3.5),), -3.5, (0.0, 1.0, 0.0, 0.0)),
    ("argmax", ((1.25, 4.0, -3.5, 4.0),), 1.0, (0.0, 0.0, 0.0, 0.0)),
    ("argmin", ((1.25, -3.5, 4.0, -3.5),), 1.0, (0.0, 0.0, 0.0, 0.0)),
    # Elements that are chosen by a mask.
    ("where", ((2.0, 1.25, -3.5),), 1.25, (0.0, 1.0, 0.0)),
    ("where", ((0.0, 1.25, -3.5),), -3.5, (0.0, 0.0, 1.0)),
    ("maximum", ((1.25, 4.0),), 4.0, (0.0, 1.0)),
    ("maximum", ((4.0, 4.0),), 4.0, (1.0, 0.0)),
    ("maximum", ((1.25, _NAN),), 1.25, (1.0, 0.0)),
    ("maximum", ((_NAN, 1.25),), _NAN, (1.0, 0.0)),
    ("minimum", ((4.0, 1.25),), 1.25, (0.0, 1.0)),
    ("minimum", ((4.0, 4.0),), 4.0, (1.0, 0.0)),
    ("minimum", ((1.25, _NAN),), 1.25, (1.0, 0.0)),
    ("minimum", ((_NAN, 1.25),), _NAN, (1.0, 0.0)),
    # The logarithm of a sum of exponentials, whose derivative, the softmax, is computed along with it.
    ("logsumexp", ((0.5, 0.5),), 0.5 + math.log(2.0), (0.5, 0.5)),
)
_CHOICES = ("pick", "maximum", "minimum", "argmax", "argmin", "where")


def disagreements(table: Mapping[str, Any]) -> list[str]:
    """The primitives of a table that are not what array operations take for granted."""
    found = [name for name in _CHOICES if not table[name].selects]
    for name, operands, expected, derivatives in TAKEN_FOR_GRANTED:
        result = table[name].forward(QUIET, *operands)
        numbers = [result, *table[name].local_derivatives(QUIET, operands, result)]
        # The text tells 0.0 from -0.0, and nan is nan.
        if [repr(float(number)) for number in numbers] != [repr(number) for number in (expected, *derivatives)]:
            found.append(name)
    return sorted(set(found))


assert not disagreements(TABLE), f"array operations take other rules for granted than the table has for {disagreements(TABLE)}"
