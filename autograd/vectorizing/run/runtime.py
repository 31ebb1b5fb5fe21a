"""What running programs call besides NumPy's own functions: choosing and adding by index, and the softmax's parts."""

from __future__ import annotations

from typing import Any

import numpy

Numbers = Any  # numpy.ndarray


class IndexOutOfRangeError(IndexError):
    """A computed index is out of range; which example it belongs to is found out by running the examples again."""


class UnmetDemandError(ValueError):
    """An example does not meet what the function requires.

    Attributes:
        numbers: of the demands, one of which it is.
        example: which example.
    """

    def __init__(self, numbers: tuple[int, ...], example: int) -> None:
        super().__init__()
        self.numbers = numbers
        self.example = example


def demand(holds: Numbers, numbers: tuple[int, ...]) -> None:
    """Check a condition of all examples.

    Raises:
        UnmetDemandError: it doesn't hold for one.
    """
    # A fifth of the time of `all`.
    if b"\0" in holds.tobytes():
        raise UnmetDemandError(numbers, int(numpy.argwhere(~numpy.atleast_1d(holds))[0][0]))


def row_starts(shape: tuple[int, ...], length: int) -> Numbers:
    """Where the rows of an array begin in memory, for rows of a length in an array of the given outer shape.

    >>> row_starts((3,), 10)
    array([ 0, 10, 20])
    """
    return (numpy.arange(int(numpy.prod(shape, dtype=numpy.intp))) * length).reshape(shape)


def as_index(numbers: Numbers, length: int, out: Numbers = None) -> Numbers:
    """Computed numbers as indices of a sequence of some length.

    Raises:
        IndexOutOfRangeError: one of them is not a whole number from 0 to length - 1.
    """
    if not ((numbers >= 0) & (numbers < length) & (numbers == numpy.floor(numbers))).all():
        raise IndexOutOfRangeError(f"an index is not a whole number from 0 to {length - 1}")
    return _into(out, numbers if out is not None else numpy.asarray(numbers).astype(numpy.intp))


def _into(out: Numbers, result: Numbers) -> Numbers:
    if out is None:
        return result
    out[...] = result
    return out


def add_to(target: Numbers, where: Any, numbers: Numbers) -> None:
    """Add numbers to the elements at an index, which names each at most once."""
    target[where] += numbers


def choose(rows: Numbers, index: Numbers, out: Numbers = None) -> Numbers:
    """The element of each row that an index chooses; rows or indices are repeated for all examples if need be."""
    shape = numpy.broadcast_shapes(rows.shape[:-1], index.shape)
    wide = numpy.broadcast_to(rows, (*shape, rows.shape[-1]))
    chosen = numpy.take_along_axis(wide, numpy.broadcast_to(index, shape)[..., None], -1)[..., 0]
    return _into(out, chosen)


def add_choice(target: Numbers, index: Numbers, numbers: Numbers) -> None:
    """Add numbers to the element of each row that an index chooses; examples that share rows add up."""
    shape = numpy.broadcast_shapes(target.shape[:-1], index.shape)
    places = numpy.indices(shape)[-(target.ndim - 1) :] if target.ndim > 1 else ()
    numpy.add.at(target, (*places, numpy.broadcast_to(index, shape)), numbers)


def add_rows(target: Numbers, index: Numbers, numbers: Numbers) -> None:
    """Add rows of numbers to the rows of a table that an index chooses, also where it chooses one repeatedly."""
    if target.ndim == 1:
        numpy.add.at(target, index, numbers)
        return
    flat = index.ravel()
    numbers = numbers.reshape(len(flat), *target.shape[1:])
    order = flat.argsort(kind="stable")
    rows = flat[order]
    first = numpy.empty(len(rows), bool)
    first[0] = True
    numpy.not_equal(rows[1:], rows[:-1], first[1:])
    starts = first.nonzero()[0]
    # Sums of neighbours after sorting: several times faster than `add.at`.
    target[rows[starts]] += numpy.add.reduceat(numbers[order], starts, 0)


def places_in_batch(index: Numbers, m: int, size: int) -> Numbers:
    """Where elements of each of m examples' rows are in the flat array of all rows of a size.

    >>> places_in_batch(numpy.array([0, 2]), 2, 3)
    array([[0, 2],
           [3, 5]])
    """
    return (numpy.arange(m) * size).reshape(m, *(1 for _ in index.shape)) + index


def add_at_places(rows: Numbers, places: Numbers, numbers: Numbers) -> None:
    """Add numbers to elements of rows at flat places, which may repeat: about ten times faster than `add.at`."""
    full = numbers if numpy.shape(numbers) == places.shape else numpy.broadcast_to(numbers, places.shape)
    rows += numpy.bincount(places.ravel(), full.ravel(), rows.size).reshape(rows.shape)


def add_scattered(rows: Numbers, index: Numbers, numbers: Numbers) -> None:
    """Add numbers to those elements of each example's row that an index names, also where it names one repeatedly.

    >>> rows = numpy.zeros((2, 3))
    >>> add_scattered(rows, numpy.array([0, 2, 2]), numpy.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    >>> rows.tolist()
    [[1.0, 0.0, 5.0], [4.0, 0.0, 11.0]]
    """
    add_at_places(rows, places_in_batch(index, *rows.shape), numbers)


def cumsum_from_end(numbers: Numbers, out: Numbers) -> None:
    """The sum of each number of a row and all that follow it: the way back through a running sum."""
    numpy.add.accumulate(numbers[..., ::-1], -1, None, out[..., ::-1])


def cumprod_gradient(upstream: Numbers, factors: Numbers, products: Numbers, out: Numbers = None) -> Numbers:
    """The gradient of the factors of running products along the last axis, without a division: factors may be 0.

    >>> cumprod_gradient(numpy.ones(3), numpy.array([2.0, 0.0, 3.0]), numpy.array([2.0, 0.0, 0.0])).tolist()
    [1.0, 8.0, 0.0]
    """
    # With the axis of the products first, each step is one of whole rows.
    adjoint, factors, products = upstream.swapaxes(0, -1).copy(), factors.swapaxes(0, -1), products.swapaxes(0, -1)
    for t in range(len(adjoint) - 1, 0, -1):
        adjoint[t - 1] += adjoint[t] * factors[t]
    adjoint[1:] *= products[:-1]
    return _into(out, adjoint.swapaxes(0, -1))


def add_gathered(flat: Numbers, gathered: Numbers, way: str, index: Numbers, numbers: Numbers) -> None:
    """Add numbers to elements that lie scattered in a flat array, behind the axis of the examples if it has one.

    Args:
        flat: the array.
        gathered: the flat indices of what the index chooses from.
        way: `"rows"` if it chooses rows; `"choice"` if it chooses an element of each row.
        index: what it chooses.
        numbers: what is added.
    """
    if way == "rows":
        numpy.add.at(flat, gathered[index], numbers)
    elif flat.ndim == 1:
        numpy.add.at(flat, choose(gathered, index), numbers)
    else:
        chosen = choose(numpy.broadcast_to(gathered, (len(flat), *gathered.shape)), index)
        example = numpy.arange(len(flat)).reshape(-1, *(1 for _ in gathered.shape[:-1]))
        numpy.add.at(flat, (numpy.broadcast_to(example, chosen.shape), chosen), numbers)


# From this many examples on, a sum in single precision is one over blocks of this many.
MANY_EXAMPLES = 1024


def sum_in_blocks(ones: Numbers, rows: Numbers, out: Numbers) -> None:
    """The sum over the first axis, as that of sums over blocks, whose error doesn't grow with the number of rows.

    Args:
        ones: as many ones as there are rows.
        rows: at least `MANY_EXAMPLES`.
        out: where the sum goes.
    """
    n_blocks = len(rows) // MANY_EXAMPLES
    whole = n_blocks * MANY_EXAMPLES
    sums = numpy.matmul(ones[:MANY_EXAMPLES], rows[:whole].reshape(n_blocks, MANY_EXAMPLES, -1)).sum(0, dtype=float)
    sums += numpy.dot(ones[whole:], rows[whole:].reshape(len(rows) - whole, -1))
    out[...] = sums.reshape(out.shape)


def mean_loss(losses: Numbers, ones: Numbers, weight: float) -> float:
    """The mean of the losses of a batch, for which `ones` has as many ones, and `weight` is 1 divided by their number."""
    return float(losses.dot(ones) * weight)


def mean_of_many(losses: Numbers, ones: Numbers, weight: float) -> float:
    """The mean of the losses of a large batch in single precision, summed in double precision."""
    return float(losses.sum(dtype=float) * weight)
