"""Index patterns: which elements of a vector or a matrix make a new one, and in what order.

A pattern is a nested list of flat indices. What each is called says how a person would write it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import permutations, product
from math import prod
from random import Random
from typing import Any

# A Value, or nested lists of Values that are a rectangle.
Tensor = Any
# The same of flat indices; None where a pattern doesn't fit.
Indices = Any
Shape = tuple[int, ...]

# Larger results cost time and show nothing new.
LARGEST = 16


def shape_of(tensor: Tensor) -> Shape:
    """The lengths of the axes."""
    return (len(tensor), *shape_of(tensor[0])) if isinstance(tensor, list | tuple) else ()


def flat(tensor: Tensor) -> list[Any]:
    """All elements in C order."""
    return [one for part in tensor for one in flat(part)] if isinstance(tensor, list | tuple) else [tensor]


def nested(elements: Sequence[Any], shape: Shape) -> Tensor:
    """Elements in C order as nested lists."""
    if not shape:
        return elements[0]
    size = prod(shape[1:])
    return [nested(elements[place * size : (place + 1) * size], shape[1:]) for place in range(shape[0])]


def taken(tensor: Tensor, indices: Indices) -> Tensor:
    """The elements at flat indices, in the shape of the indices."""
    elements = flat(tensor)

    def take(part: Indices) -> Tensor:
        return [take(one) for one in part] if isinstance(part, list) else elements[part]

    return take(indices)


def spread(tensor: Tensor, shape: Shape) -> list[Any]:
    """The elements of a tensor that is broadcast to a shape, in C order."""
    own = (1,) * (len(shape) - len(shape_of(tensor))) + shape_of(tensor)
    elements = flat(tensor)
    strides = [prod(own[axis + 1 :]) if own[axis] > 1 else 0 for axis in range(len(own))]
    return [elements[sum(i * stride for i, stride in zip(place, strides, strict=True))] for place in product(*map(range, shape))]


def _table(rows: int, columns: int, index: Callable[[int, int], int]) -> Indices:
    return [[index(i, j) for j in range(columns)] for i in range(rows)] if rows and columns else None


def _part(draw: Random, length: int) -> range:
    """A slice of an axis, with a step that may be negative."""
    start = draw.randrange(length)
    stop = draw.randint(start + 1, length)
    part = range(start, stop, draw.choice([1, 1, 2]))
    return part[::-1] if draw.random() < 0.3 else part


def _order(draw: Random, length: int) -> list[int]:
    return draw.sample(range(length), length)


def _divisor(draw: Random, size: int) -> int:
    return draw.choice([one for one in range(1, size + 1) if size % one == 0])


OF_MATRICES: dict[str, Callable[[Random, int, int], Indices]] = {
    "transposed": lambda draw, r, c: _table(c, r, lambda i, j: j * c + i),
    "rows backwards": lambda draw, r, c: _table(r, c, lambda i, j: (r - 1 - i) * c + j),
    "columns backwards": lambda draw, r, c: _table(r, c, lambda i, j: i * c + c - 1 - j),
    "turned by 180°": lambda draw, r, c: _table(r, c, lambda i, j: r * c - 1 - i * c - j),
    "turned by 90°": lambda draw, r, c: _table(c, r, lambda i, j: (r - 1 - j) * c + i),
    "mirrored at the antidiagonal": lambda draw, r, c: _table(c, r, lambda i, j: (r - 1 - j) * c + c - 1 - i),
    "read by rows": lambda draw, r, c: list(range(r * c)),
    "read by columns": lambda draw, r, c: [i * c + j for j in range(c) for i in range(r)],
    "reshaped to c × r": lambda draw, r, c: _table(c, r, lambda i, j: i * r + j),
    "reshaped by columns, a[j*r + i]": lambda draw, r, c: _table(r, c, lambda i, j: j * r + i),
    "transposed and reshaped": lambda draw, r, c: _table(r, c, lambda i, j: ((i * c + j) % r) * c + (i * c + j) // r),
    "its diagonal": lambda draw, r, c: [i * c + i for i in range(min(r, c))],
    "its antidiagonal": lambda draw, r, c: [i * c + c - 1 - i for i in range(min(r, c))],
    "a diagonal beside the main one": lambda draw, r, c: [i * c + i + 1 for i in range(min(r, c - 1))],
    "the upper triangle": lambda draw, r, c: [i * c + j for i in range(r) for j in range(i, c)],
    "the lower triangle": lambda draw, r, c: [i * c + j for i in range(r) for j in range(min(i + 1, c))],
    "below the diagonal": lambda draw, r, c: [i * c + j for i in range(r) for j in range(min(i, c))],
    "the upper triangle by columns": lambda draw, r, c: [i * c + j for j in range(c) for i in range(min(j + 1, r))],
    "symmetric from the upper triangle": lambda draw, r, c: _table(
        min(r, c), min(r, c), lambda i, j: min(i, j) * c + max(i, j)
    ),
    "one of its rows": lambda draw, r, c: (lambda i: [i * c + j for j in range(c)])(draw.randrange(r)),
    "one of its columns": lambda draw, r, c: (lambda j: [i * c + j for i in range(r)])(draw.randrange(c)),
    "a block": lambda draw, r, c: [[i * c + j for j in js] for js in [_part(draw, c)] for i in _part(draw, r)],
    "some columns": lambda draw, r, c: [[i * c + j for j in js] for js in [_part(draw, c)] for i in range(r)],
    "rows in another order": lambda draw, r, c: [[i * c + j for j in range(c)] for i in _order(draw, r)],
    "columns in another order": lambda draw, r, c: [[i * c + j for j in js] for js in [_order(draw, c)] for i in range(r)],
    "all in another order": lambda draw, r, c: nested(_order(draw, r * c), (r, c)),
    "row i rotated by i": lambda draw, r, c: _table(r, c, lambda i, j: i * c + (i + j) % c),
    "column j rotated by j": lambda draw, r, c: _table(r, c, lambda i, j: ((i + j) % r) * c + j),
    "rows repeated": lambda draw, r, c: _table(2 * r, c, lambda i, j: (i // 2) * c + j),
    "rows tiled": lambda draw, r, c: _table(2 * r, c, lambda i, j: (i % r) * c + j),
    "columns repeated": lambda draw, r, c: _table(r, 2 * c, lambda i, j: i * c + j // 2),
    "columns tiled": lambda draw, r, c: _table(r, 2 * c, lambda i, j: i * c + j % c),
}  # fmt: skip

OF_VECTORS: dict[str, Callable[[Random, int], Indices]] = {
    "backwards": lambda draw, n: list(range(n))[::-1],
    "a slice": lambda draw, n: list(_part(draw, n)),
    "every other": lambda draw, n: list(range(draw.randrange(2) if n > 1 else 0, n, 2)),
    "rotated": lambda draw, n: (lambda by: [(i + by) % n for i in range(n)])(draw.randrange(n)),
    "in another order": _order,
    "the evens, then the odds": lambda draw, n: [*range(0, n, 2), *range(1, n, 2)],
    "there and back": lambda draw, n: [*range(n), *reversed(range(n))],
    "circulant, w[(i - j) % n]": lambda draw, n: _table(n, n, lambda i, j: (i - j) % n),
    "circulant, w[(i + j) % n]": lambda draw, n: _table(n, n, lambda i, j: (i + j) % n),
    "Toeplitz, w[i - j + c - 1]": lambda draw, n: (
        lambda c: _table(n - c + 1, c, lambda i, j: i - j + c - 1)
    )(draw.randint(1, n)),
    "windows, w[i + j]": lambda draw, n: (lambda c: _table(n - c + 1, c, lambda i, j: i + j))(draw.randint(1, n)),
    "windows backwards": lambda draw, n: (lambda c: _table(n - c + 1, c, lambda i, j: i + c - 1 - j))(draw.randint(1, n)),
    "windows with a step": lambda draw, n: _table(n // 2, 2, lambda i, j: min(2 * i + j, n - 1)),
    "a matrix by rows": lambda draw, n: (lambda c: _table(n // c, c, lambda i, j: i * c + j))(_divisor(draw, n)),
    "a matrix by columns": lambda draw, n: (lambda c: _table(n // c, c, lambda i, j: j * (n // c) + i))(_divisor(draw, n)),
    "a column": lambda draw, n: [[i] for i in range(n)],
    "a row of a matrix": lambda draw, n: [list(range(n))],
    "repeated as rows": lambda draw, n: [list(range(n))] * draw.randint(2, 3),
    "repeated as columns": lambda draw, n: (lambda c: _table(n, c, lambda i, j: i))(draw.randint(2, 3)),
    "symmetric, w[|i - j|]": lambda draw, n: _table(n, n, lambda i, j: abs(i - j)),
    "w[max(i, j)]": lambda draw, n: _table(n, n, lambda i, j: max(i, j)),
}  # fmt: skip

# Those that views of an array can do, in which faults hide best, are drawn more often.
_OFTEN = {
    "transposed", "turned by 90°", "read by columns", "reshaped to c × r", "reshaped by columns, a[j*r + i]",
    "transposed and reshaped", "a matrix by rows", "a matrix by columns", "the evens, then the odds",
}  # fmt: skip


def _drawn(draw: Random, patterns: Iterable[str]) -> str:
    names = list(patterns)
    return draw.choices(names, [4 if name in _OFTEN else 1 for name in names])[0]


def _of_any(draw: Random, size: int) -> tuple[str, Indices]:
    """Patterns that ask for the number of elements only."""
    kind = draw.choice([0, 1, 2, 3, 3, 3])
    rows, columns = draw.randint(1, 4), draw.randint(1, 4)
    if kind == 0:
        p, q, start = draw.randrange(size + 1), draw.randrange(size + 1), draw.randrange(size)
        return f"a[({p}*i + {q}*j + {start}) % {size}]", _table(rows, columns, lambda i, j: (p * i + q * j + start) % size)
    if kind == 1:
        return "a matrix chosen at random, repeatedly", _table(rows, columns, lambda i, j: draw.randrange(size))
    if kind == 2:
        return "a vector chosen at random, repeatedly", [draw.randrange(size) for _ in range(draw.randint(1, 6))]
    # Three axes in another order, of which two are made one.
    a = _divisor(draw, size)
    b = _divisor(draw, size // a)
    lengths = (a, b, size // a // b)
    order = draw.choice(list(permutations(range(3))))
    strides = (lengths[1] * lengths[2], lengths[2], 1)
    elements = [
        sum(i * strides[axis] for i, axis in zip(place, order, strict=True))
        for place in product(*(range(lengths[axis]) for axis in order))
    ]
    rows = lengths[order[0]] * (lengths[order[1]] if draw.random() < 0.5 else 1)
    return f"of axes {lengths} in the order {order}, as {rows} rows", nested(elements, (rows, size // rows))


def random_pattern(draw: Random, shape: Shape) -> tuple[str, Indices]:
    """A pattern that fits a shape, and what it is called."""
    while True:
        if len(shape) not in (1, 2) or draw.random() < 0.2:
            name, indices = _of_any(draw, prod(shape))
        elif len(shape) == 2:
            name = _drawn(draw, OF_MATRICES)
            indices = OF_MATRICES[name](draw, *shape)
        else:
            name = _drawn(draw, OF_VECTORS)
            indices = OF_VECTORS[name](draw, *shape)
        if indices and 0 < len(flat(indices)) <= LARGEST and isinstance(indices, list):
            return name, indices
