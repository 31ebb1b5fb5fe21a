"""The arguments of a vectorized function: what one example looks like.

An argument that is a number, or a rectangular nest of lists of numbers, is one input array. A dictionary, or a list that is not
a rectangle of numbers, consists of the input arrays of its parts.
"""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy

from autograd.engine.value import Value
from autograd.errors import is_real_number, real_number
from autograd.structures import is_nest, leaves, map_leaves, named_parts, rectangular_shape, with_parts

# How an argument is made of input arrays: the number of an array, or a dictionary or list of further structures.
Structure: TypeAlias = Any


@dataclass(frozen=True)
class InputArray:
    """An array that a batch has to provide.

    Attributes:
        name: a unique name for it in the emitted program.
        path: how the user reaches it, such as ``x['left']``.
        shape: its shape for one example.
    """

    name: str
    path: str
    shape: tuple[int, ...]


class Arguments:
    """The arguments of one example.

    Attributes:
        names: the names of the arguments.
        structures: how each argument is made of input arrays.
        arrays: the input arrays.
        values: for each input array, the leaves that stand for its elements, in C order.
    """

    def __init__(self, names: Sequence[str], example: Sequence[Any]) -> None:
        self.arrays: tuple[InputArray, ...] = ()
        self.values: tuple[tuple[Value, ...], ...] = ()
        self.names = tuple(names)
        self._traced: list[Any] = []
        self.structures: list[Structure] = []
        for name, argument in zip(names, example, strict=True):
            structure, traced = self._enter(argument, name)
            self.structures.append(structure)
            self._traced.append(traced)

    @classmethod
    def of(cls, f: Callable[..., Any], example: Sequence[Any]) -> Arguments:
        """Make a Value of each number in an example.

        Raises:
            TypeError: the function does not take as many arguments, or one is neither a number nor made of numbers.

        >>> arguments = Arguments.of(lambda x, y: None, ([1.0, 2.0], {"left": 3}))
        >>> [(array.path, array.shape) for array in arguments.arrays]
        [('x', (2,)), ("y['left']", ())]
        """
        return cls(_names_of(f, example), example)

    def __getstate__(self) -> dict[str, Any]:
        # The function has been run; what it was given may be of classes that can't be pickled.
        return {**vars(self), "_traced": []}

    def traced(self) -> tuple[Any, ...]:
        """The example with a Value for each of its numbers."""
        return tuple(self._traced)

    def _enter(self, argument: Any, path: str) -> tuple[Structure, Any]:
        if isinstance(argument, numpy.ndarray) and argument.dtype.kind == "O":
            # Of Values, for instance.
            argument = argument.tolist()
        shape = rectangular_shape(argument, _shape_of)
        if shape is not None:
            argument = map_leaves(argument, _without_arrays)
            numbers = zip(leaves(argument), _indices(shape), strict=True)
            values = tuple([Value(_number(one, path), path + index) for one, index in numbers])
            name = _unique(_identifier(path), {array.name for array in self.arrays})
            self.arrays = (*self.arrays, InputArray(name, path, shape))
            self.values = (*self.values, values)
            traced_numbers = iter(values)
            return len(self.arrays) - 1, map_leaves(argument, lambda _: next(traced_numbers))
        if is_nest(argument):
            entered = [self._enter(part, name) for name, part in named_parts(argument, path)]
            structures = [structure for structure, _ in entered]
            as_structure = dict(zip(argument, structures, strict=True)) if isinstance(argument, dict) else structures
            return as_structure, with_parts(argument, [traced for _, traced in entered])
        raise TypeError(
            f"{path} is {argument!r} ({type(argument).__name__}), but what a vectorized function takes is made of numbers; "
            "fix other arguments beforehand, with functools.partial for instance"
        )


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


def _number(given: Any, path: str) -> float:
    try:
        return given._data if isinstance(given, Value) else real_number(given)
    except OverflowError as error:
        raise OverflowError(f"{path}: {error}") from None


def _shape_of(argument: Any) -> tuple[int, ...] | None:
    """The shape of a number or an array of numbers; None for anything else."""
    if isinstance(argument, numpy.ndarray):
        return argument.shape if argument.dtype.kind in "fiub" and argument.size else None
    return () if isinstance(argument, Value) or is_real_number(argument) else None


def _without_arrays(leaf: Any) -> Any:
    return leaf.tolist() if isinstance(leaf, numpy.ndarray) else leaf


def _indices(shape: tuple[int, ...]) -> list[str]:
    return ["".join(f"[{index}]" for index in place) for place in numpy.ndindex(shape)]


def _identifier(path: str) -> str:
    # Python reads names in this form, in which two spellings of one letter are the same.
    name = unicodedata.normalize("NFKC", re.sub(r"\W+", "_", path).strip("_"))
    if name.isidentifier():
        return name
    name = f"x_{name}"
    # Some digits, such as ², belong to words in a regular expression, but not to names in Python.
    return name if name.isidentifier() else re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")


def _unique(name: str, taken: set[str]) -> str:
    number = 2
    wanted = name
    while name in taken:
        name = f"{wanted}_{number}"
        number += 1
    return name
