"""`Examples`: many examples as arrays, which `nn.train` takes as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

Numbers = Any  # numpy.ndarray


class Examples(Sequence[tuple[Any, ...]]):
    """Examples whose arguments are the rows of arrays: argument k of example i is row i of array k.

    They are a sequence of tuples of numbers and lists, as `nn.train` takes it, without a million tuples in memory.

    Args:
        arrays: a NumPy array for each argument of the loss, all with the same number of rows.

    Raises:
        TypeError: one of them is not an array.
        ValueError: there are none, or they have different numbers of rows.

    >>> import numpy
    >>> examples = Examples(numpy.array([[0.0, 1.0], [1.0, 1.0]]), numpy.array([1, 0]))
    >>> len(examples), examples[0]
    (2, ([0.0, 1.0], 1))
    """

    def __init__(self, *arrays: Numbers) -> None:
        if not arrays:
            raise ValueError("Examples need an array for each argument of the loss")
        for array in arrays:
            if not getattr(array, "shape", ()) or array.dtype == object:
                raise TypeError(f"Examples take NumPy arrays of numbers with a row for each example, not {array!r}")
        lengths = [len(array) for array in arrays]
        if len(set(lengths)) > 1:
            raise ValueError(f"the arrays of Examples have {lengths} rows; each needs a row for every example")
        self.arrays = arrays

    def __len__(self) -> int:
        return len(self.arrays[0])

    @overload
    def __getitem__(self, place: int) -> tuple[Any, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> Examples: ...
    def __getitem__(self, place: int | slice) -> tuple[Any, ...] | Examples:
        if isinstance(place, slice):
            return Examples(*[array[place] for array in self.arrays])
        # As Python's own numbers.
        return tuple([array[place].tolist() for array in self.arrays])

    def __repr__(self) -> str:
        return f"Examples({len(self)} with arguments of shapes {', '.join(str(array.shape[1:]) for array in self.arrays)})"
