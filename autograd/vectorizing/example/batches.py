"""Checking that a batch has the structure of the example, and converting it into input arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy

from autograd.vectorizing.example.arguments import Arguments, InputArray, Structure


class Batches:
    """Reads batches of examples.

    Args:
        arguments: what one example looks like.

    Attributes:
        arrays: the input arrays.
        is_plain: whether each argument is a single array, so that a batch is quick to check.
    """

    def __init__(self, arguments: Arguments) -> None:
        self._arguments = arguments
        self.arrays = arguments.arrays
        self.is_plain = arguments.structures == list(range(len(arguments.arrays)))
        self._shapes_of: dict[int, list[tuple[int, ...]]] = {}
        self._plain_limits: Any = None

    def read(self, batch: Sequence[Any], limits: Sequence[int | None], dtype: Any) -> tuple[int, Sequence[Any]]:
        """Check a batch and convert it.

        Args:
            batch: for each argument, the same structure with a leading axis of examples.
            limits: for each input array None, or the number of things that its numbers choose from.
            dtype: the type of the arrays of plain numbers.

        Returns:
            The number of examples, which is 1 for a function without arguments, and the input arrays, whose first axis is that of
            the examples.

        Raises:
            TypeError, ValueError, IndexError: the batch does not fit the example. The message names the argument, the shape
                expected and the shape given.
        """
        if self.is_plain and batch and limits is self._plain_limits:
            # The usual case, arrays that need no conversion, in as few steps as possible.
            first = batch[0]
            m = first.shape[0] if first.__class__ is numpy.ndarray and first.ndim else 0
            shapes = self._shapes_of.get(m, ())
            if len(shapes) == len(batch):
                for part, shape in zip(batch, shapes, strict=True):
                    if (
                        part.__class__ is not numpy.ndarray
                        or part.dtype is not dtype
                        or part.shape != shape
                        or not part.flags.c_contiguous
                    ):
                        break
                else:
                    return m, batch
        found = self._read(batch, limits, dtype)
        if len(self._shapes_of) > 100:
            self._shapes_of.clear()
        self._shapes_of[found[0]] = [(found[0], *array.shape) for array in self._arguments.arrays]
        if all(limit is None for limit in limits):
            self._plain_limits = limits
        return found

    def parts(self, batch: Sequence[Any]) -> Sequence[Any]:
        """What a batch has for each input array, as it was given.

        Raises:
            TypeError, ValueError: the batch has another structure than the example.
        """
        if len(batch) != len(self._arguments.structures):
            names = ", ".join(self._arguments.names) or "none"
            raise TypeError(f"the batch must have {len(self._arguments.structures)} arguments ({names}), not {len(batch)}")
        if self.is_plain:
            return batch
        found: dict[int, Any] = {}
        for name, structure, argument in zip(self._arguments.names, self._arguments.structures, batch, strict=True):
            self._match(structure, argument, name, found)
        return [found[place] for place in range(len(self._arguments.arrays))]

    def checked(self, array: InputArray, given: Any, m: int) -> int:
        """The number of examples in an array of a batch.

        Args:
            array: the input array.
            given: what has been given for it, an array of any library.
            m: the number of examples in the arrays before; -1 if it is the first.

        Raises:
            ValueError: it has another shape than the example, or another number of examples, or none.
        """
        if given.shape[1:] != array.shape or not given.ndim:
            raise _wrong_shape(array, given.shape)
        if len(given) != m:
            if m >= 0:
                raise ValueError(
                    f"{array.path} has {len(given)} examples, but {self._arguments.arrays[0].path} has {m}: "
                    f"{array.path} must have shape {_shown(m, array.shape)}, not {given.shape}"
                )
            m = len(given)
            if not m:
                raise ValueError(f"{array.path} has shape {given.shape}: a batch must have at least one example")
        return m

    def _read(self, batch: Sequence[Any], limits: Sequence[int | None], dtype: Any) -> tuple[int, Sequence[Any]]:
        arrays = []
        m = -1
        for array, limit, part in zip(self.arrays, limits, self.parts(batch), strict=True):
            if part.__class__ is not numpy.ndarray or part.dtype is not dtype or limit is not None or not part.flags.c_contiguous:
                part = _converted(array, limit, part, dtype)
            m = self.checked(array, part, m)
            arrays.append(part)
        return max(m, 1), arrays

    def _match(self, structure: Structure, argument: Any, path: str, found: dict[int, Any]) -> None:
        """Find the input arrays of an argument of a batch."""
        if isinstance(structure, int):
            found[structure] = argument
        elif isinstance(structure, dict):
            if not isinstance(argument, dict):
                raise TypeError(
                    f"{path} must be a dictionary of batches with the keys {_keys(structure)}, not {_described(argument)}"
                )
            if set(argument) != set(structure):
                raise ValueError(f"{path} must have the keys {_keys(structure)}, not {_keys(argument)}")
            for key, part in structure.items():
                self._match(part, argument[key], f"{path}[{key!r}]", found)
        else:
            if not isinstance(argument, list | tuple):
                raise TypeError(
                    f"{path} must be a list of {len(structure)} batches, one for each element, not {_described(argument)}"
                )
            if len(argument) != len(structure):
                raise ValueError(
                    f"{path} must be a list of {len(structure)} batches, one for each element, not of {len(argument)}"
                )
            for place, part in enumerate(structure):
                self._match(part, argument[place], f"{path}[{place}]", found)


def _converted(array: InputArray, limit: int | None, given: Any, dtype: Any) -> Any:
    expected = _shown("m", array.shape)
    if isinstance(given, dict | str | bytes) or given is None:
        raise TypeError(f"{array.path} must be an array of shape {expected}, not {_described(given)}")
    try:
        found = numpy.asarray(given)
    except ValueError:
        raise ValueError(
            f"{array.path} must be an array of shape {expected}; its lists are of different lengths ({_ragged(given)})"
        ) from None
    if found.dtype.kind not in "fiub":
        what = _described(given) if not isinstance(given, numpy.ndarray) else f"an array of {found.dtype}"
        raise TypeError(f"{array.path} must hold real numbers in an array of shape {expected}, not {what}")
    if found.shape[1:] != array.shape or not found.ndim:
        raise _wrong_shape(array, found.shape)
    if limit is None:
        # A number too large for single precision is inf there, and the program says so if it comes to that.
        with numpy.errstate(over="ignore"):
            return numpy.ascontiguousarray(found, dtype)
    if found.dtype.kind == "f":
        with numpy.errstate(invalid="ignore"):
            whole = found == numpy.floor(found)
        if not whole.all():
            place, number = _first(found, ~whole)
            raise TypeError(f"{array.path} must hold whole numbers from 0 to {limit - 1}, but {array.path}{place} is {number!r}")
    # As unsigned numbers, negative ones are too large as well: one comparison for both ends.
    inside = (found >= 0) & (found < limit)
    if found.size and not inside.all():
        place, number = _first(found, ~inside)
        raise IndexError(
            f"{array.path}{place} is {number!r}, but must be from 0 to {limit - 1}"
            f" ({array.path} has shape {found.shape}, expected {expected})"
        )
    return numpy.ascontiguousarray(found, numpy.intp)


def _first(numbers_given: Any, wrong: Any) -> tuple[str, Any]:
    place = tuple(int(index) for index in numpy.argwhere(wrong)[0])
    return "".join(f"[{index}]" for index in place), numbers_given[place].item()


def _wrong_shape(array: InputArray, shape: tuple[int, ...]) -> ValueError:
    return ValueError(f"{array.path} must have shape {_shown('m', array.shape)}, for m examples, not {tuple(shape)}")


def _shown(m: int | str, shape: tuple[int, ...]) -> str:
    return f"({m}, {', '.join(map(str, shape))})" if shape else f"({m},)"


def _described(given: Any) -> str:
    if isinstance(given, numpy.ndarray):
        return f"an array of shape {given.shape}"
    return f"{type(given).__name__} {given!r}"[:80]


def _keys(dictionary: Any) -> str:
    return ", ".join(repr(key) for key in dictionary) or "none"


def _ragged(given: Any) -> str:
    lengths = {len(one) for one in given if hasattr(one, "__len__")}
    return "lengths " + ", ".join(map(str, sorted(lengths))) if len(lengths) > 1 else "within one of them"
