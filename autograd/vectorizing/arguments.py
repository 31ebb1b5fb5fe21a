"""The arguments of a vectorized function: what an example looks like, and whether a batch is one of such examples.

An argument that is a number, or a rectangular nest of lists of numbers, is one input array. A dictionary, or a list that is no
rectangle of numbers, has the input arrays of its parts.
"""

from __future__ import annotations

import inspect
import numbers
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy

from autograd.value import Value

# How an argument is made of input arrays: the number of one, or a dictionary or list of further structures.
Structure: TypeAlias = Any


@dataclass(frozen=True)
class InputArray:
    """An array that a batch has to give.

    Attributes:
        name: for the emitted program, unique.
        path: how the user reaches it, such as ``x['left']``.
        shape: of one example.
    """

    name: str
    path: str
    shape: tuple[int, ...]


class Arguments:
    """The arguments of one example.

    Attributes:
        arrays: the input arrays.
        values: the leaves that stand for the elements of each, in C order.
    """

    def __init__(self, names: Sequence[str], example: Sequence[Any]) -> None:
        self.arrays: tuple[InputArray, ...] = ()
        self.values: tuple[tuple[Value, ...], ...] = ()
        self._names = tuple(names)
        self._traced: list[Any] = []
        self._structures: list[Structure] = []
        for name, argument in zip(names, example, strict=True):
            structure, traced = self._enter(argument, name)
            self._structures.append(structure)
            self._traced.append(traced)
        # Whether each argument is one array, which is then quick to check.
        self._plain = self._structures == list(range(len(self.arrays)))
        self._shapes_of: dict[int, list[tuple[int, ...]]] = {}
        self._plain_limits: Any = None

    @classmethod
    def of(cls, f: Callable[..., Any], example: Sequence[Any]) -> Arguments:
        """Read the arguments of a function off an example.

        Raises:
            TypeError: the function does not take so many arguments, or one is neither a number nor made of numbers.

        >>> arguments = Arguments.of(lambda x, y: None, ([1.0, 2.0], {"left": 3}))
        >>> [(array.path, array.shape) for array in arguments.arrays]
        [('x', (2,)), ("y['left']", ())]
        """
        return cls(_names_of(f, example), example)

    def traced(self) -> tuple[Any, ...]:
        """The example with a Value for each of its numbers."""
        return tuple(self._traced)

    # -------------------------------------------------------------------------------------------- an example

    def _enter(self, argument: Any, path: str) -> tuple[Structure, Any]:
        if isinstance(argument, numpy.ndarray) and argument.dtype.kind == "O":
            # Of Values, for instance.
            argument = argument.tolist()
        shape = _shape_of(argument)
        if shape is not None:
            flat = list(_flat(argument))
            values = tuple([Value(_number(one, path), path + index) for one, index in zip(flat, _indices(shape), strict=True)])
            name = _unique(_identifier(path), {array.name for array in self.arrays})
            self.arrays = (*self.arrays, InputArray(name, path, shape))
            self.values = (*self.values, values)
            return len(self.arrays) - 1, _nest(argument, iter(values))
        if isinstance(argument, dict):
            parts = {key: self._enter(part, f"{path}[{key!r}]") for key, part in argument.items()}
            return {key: structure for key, (structure, _) in parts.items()}, {key: traced for key, (_, traced) in parts.items()}
        if isinstance(argument, list | tuple):
            entered = [self._enter(part, f"{path}[{place}]") for place, part in enumerate(argument)]
            traced = [one for _, one in entered]
            return [structure for structure, _ in entered], _as_given(argument, traced)
        raise TypeError(
            f"{path} is {argument!r} ({type(argument).__name__}), but what a vectorized function takes is made of numbers; "
            "fix other arguments beforehand, with functools.partial for instance"
        )

    # --------------------------------------------------------------------------------------------- a batch

    def read(self, batch: Sequence[Any], limits: Sequence[int | None], dtype: Any) -> tuple[int, Sequence[Any]]:
        """Check a batch and convert it.

        Args:
            batch: for each argument the same with a leading axis of examples.
            limits: for each input array None, or how many things its numbers choose from.
            dtype: of the arrays of plain numbers.

        Returns:
            The number of examples, 1 for a function without arguments; and the input arrays, whose first axis is that of the
            examples.

        Raises:
            TypeError, ValueError, IndexError: the batch does not fit the example. The message names the argument, the shape
                expected and the shape given.
        """
        if self._plain and batch and limits is self._plain_limits:
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
        self._shapes_of[found[0]] = [(found[0], *array.shape) for array in self.arrays]
        if all(limit is None for limit in limits):
            self._plain_limits = limits
        return found

    def _read(self, batch: Sequence[Any], limits: Sequence[int | None], dtype: Any) -> tuple[int, Sequence[Any]]:
        if len(batch) != len(self._structures):
            raise TypeError(
                f"the batch must have {len(self._structures)} arguments ({', '.join(self._names) or 'none'}), not {len(batch)}"
            )
        if self._plain:
            given: Sequence[Any] = batch
        else:
            found: dict[int, Any] = {}
            for name, structure, argument in zip(self._names, self._structures, batch, strict=True):
                self._match(structure, argument, name, found)
            given = [found[place] for place in range(len(self.arrays))]
        arrays = []
        m = -1
        for array, limit, part in zip(self.arrays, limits, given, strict=True):
            if part.__class__ is not numpy.ndarray or part.dtype is not dtype or limit is not None or not part.flags.c_contiguous:
                part = _converted(array, limit, part, dtype)
            if part.shape[1:] != array.shape or not part.ndim:
                raise _wrong_shape(array, part.shape)
            if len(part) != m:
                if m >= 0:
                    raise ValueError(
                        f"{array.path} has {len(part)} examples, but {self.arrays[0].path} has {m}: "
                        f"{array.path} must have shape {_shown(m, array.shape)}, not {part.shape}"
                    )
                m = len(part)
                if not m:
                    raise ValueError(f"{array.path} has shape {part.shape}: a batch must have at least one example")
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


def _names_of(f: Callable[..., Any], example: Sequence[Any]) -> list[str]:
    try:
        bound = inspect.signature(f).bind(*example)
    except ValueError:
        return [f"argument_{place}" for place in range(len(example))]
    except TypeError as error:
        raise TypeError(f"the function does not take the example's {len(example)} arguments: {error}") from None
    names: list[str] = []
    for name, given in bound.arguments.items():
        if bound.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
            names += [f"{name}_{place}" for place in range(len(given))]
        else:
            names.append(name)
    return names


def _is_number(given: Any) -> bool:
    return isinstance(given, Value | numbers.Real | numpy.bool_)


def _number(given: Any, path: str) -> float:
    try:
        return given._data if isinstance(given, Value) else float(given)
    except OverflowError as error:
        raise OverflowError(f"{path}: {error}") from None


def _shape_of(argument: Any) -> tuple[int, ...] | None:
    """The shape of a number or a rectangular nest of numbers; None for anything else."""
    if _is_number(argument):
        return ()
    if isinstance(argument, numpy.ndarray):
        return argument.shape if argument.dtype.kind in "fiub" and argument.size else None
    if not isinstance(argument, list | tuple) or not argument:
        return None
    shapes = {_shape_of(part) for part in argument}
    if len(shapes) != 1:
        return None
    inner = shapes.pop()
    return None if inner is None else (len(argument), *inner)


def _flat(argument: Any) -> Iterator[Any]:
    if _is_number(argument):
        yield argument
    elif isinstance(argument, numpy.ndarray):
        yield from argument.ravel().tolist()
    else:
        for part in argument:
            yield from _flat(part)


def _nest(argument: Any, values: Iterator[Value]) -> Any:
    """The values in the structure of an argument; arrays become lists."""
    if isinstance(argument, numpy.ndarray) and argument.ndim:
        return [_nest(part, values) for part in argument]
    if isinstance(argument, list | tuple):
        return _as_given(argument, [_nest(part, values) for part in argument])
    return next(values)


def _as_given(argument: Any, parts: list[Any]) -> Any:
    """Parts as a tuple where a tuple was given, with its names if it has some; as a list otherwise."""
    if not isinstance(argument, tuple):
        return parts
    return argument._make(parts) if hasattr(argument, "_make") else tuple(parts)


def _indices(shape: tuple[int, ...]) -> list[str]:
    return ["".join(f"[{index}]" for index in place) for place in numpy.ndindex(shape)]


def _identifier(path: str) -> str:
    name = re.sub(r"\W+", "_", path).strip("_")
    return name if name.isidentifier() else f"x_{name}"


def _unique(name: str, taken: set[str]) -> str:
    number = 2
    wanted = name
    while name in taken:
        name = f"{wanted}_{number}"
        number += 1
    return name
