"""What a program that runs is made of: calls of functions on named things, as text to read and as objects to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import numpy

from autograd.errors import MiscompiledError


class Name(str):
    """A variable of a running program."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Length:
    """A number of elements, for each of m examples if there is one array an example.

    >>> str(Length(3, True)), Length(3, True).at(10), str(Length(1, True)), Length(3, False).at(10)
    ('m * 3', 30, 'm', 3)
    """

    factor: int
    batched: bool

    def at(self, m: int) -> int:
        """How many that is for a batch of m examples."""
        return self.factor * m if self.batched else self.factor

    def __str__(self) -> str:
        if not self.batched:
            return str(self.factor)
        return "m" if self.factor == 1 else f"m * {self.factor}"


EXAMPLES = Length(1, True)

Lengths: TypeAlias = tuple[Length | int, ...]


def lengths_of(shape: tuple[int, ...], batched: bool) -> Lengths:
    """The lengths of an array's axes, that of the examples first."""
    return (EXAMPLES, *shape) if batched else shape


Argument: TypeAlias = Any
"""A `Name`, a `Length`, a plain number, a string, None, a slice, or a tuple of such."""


def text_of(argument: Argument) -> str:
    """An argument as Python writes it.

    >>> text_of((Name("a1"), Length(2, True), "clip", 0.5))
    "(a1, m * 2, 'clip', 0.5)"
    """
    if isinstance(argument, Name | Length):
        return str(argument)
    if isinstance(argument, tuple):
        return f"({', '.join(map(text_of, argument))}{',' if len(argument) == 1 else ''})"
    if isinstance(argument, slice):
        return f"slice({argument.start}, {argument.stop})" if argument.stop is not None else "slice(None)"
    return repr(argument)


def value_of(argument: Argument, names: Mapping[str, Any], m: int) -> Any:
    """What an argument stands for, in a namespace and for a batch of m examples."""
    kind = argument.__class__
    if kind is Name:
        return names[argument]
    if kind is Length:
        return argument.at(m)
    if kind is tuple:
        return tuple([value_of(one, names, m) for one in argument])
    return argument


class Call(NamedTuple):
    """A function applied to arguments.

    Attributes:
        function: its name; a method has that of its object before a dot.
        arguments: of it.
        out: where the result goes, for functions that want to be told by name; empty for others.
    """

    function: str
    arguments: tuple[Argument, ...]
    out: str = ""

    @property
    def text(self) -> str:
        """As Python writes it."""
        out = [f"out={self.out}"] if self.out else []
        return f"{self.function}({', '.join([*map(text_of, self.arguments), *out])})"

    def bound(self, names: Mapping[str, Any], m: int) -> tuple[Any, tuple[Any, ...]]:
        """The function and what it takes."""
        thing, dot, method = self.function.partition(".")
        function = attrgetter(method)(names[thing]) if dot else names[thing]
        if self.out:
            function = partial(function, out=names[self.out])
        return function, tuple([names[one] if one.__class__ is Name else value_of(one, names, m) for one in self.arguments])

    def value(self, names: Mapping[str, Any], m: int) -> Any:
        """What it gives."""
        function, arguments = self.bound(names, m)
        return function(*arguments)


Step: TypeAlias = tuple[str, tuple[Any, ...]]
"""`"reshape"` and lengths, `"transpose"` and an order of axes, or `"index"` and an index, in which a pair is a slice."""


class NumpyView(NamedTuple):
    """A part of an array, or the array with other axes, without a copy.

    Attributes:
        base: the array.
        steps: what is done with it, in order.
    """

    base: Name
    steps: tuple[Step, ...]

    @property
    def text(self) -> str:
        """As Python writes it."""
        return text_of_steps(self.base, self.steps)

    def value(self, names: Mapping[str, Any], m: int) -> Any:
        """The view.

        Raises:
            MiscompiledError: it is a copy, whose numbers would be those of the moment.
        """
        array = names[self.base]
        for step, what in self.steps:
            if step == "index":
                array = array[tuple([slice(*one) if one.__class__ is tuple else one for one in what])]
            elif step == "transpose":
                array = array.transpose(what)
            else:
                shaped = array.reshape([one.at(m) if one.__class__ is Length else one for one in what])
                if not numpy.may_share_memory(shaped, array):
                    raise MiscompiledError(f"{self.text} is a copy and no view, a fault of vectorize; please report the function")
                array = shaped
        return array


def text_of_steps(text: str, steps: tuple[Step, ...]) -> str:
    """Views as Python writes them.

    >>> text_of_steps("a", (("reshape", (EXAMPLES, 6)), ("index", ((None, None), (2, 4))), ("transpose", (1, 0))))
    'a.reshape(m, 6)[:, 2:4].T'
    """
    for step, what in steps:
        if step == "reshape":
            text += f".reshape({', '.join(map(str, what)) if what else '()'})"
        elif step == "index":
            text += f"[{', '.join(map(_text_of_index, what))}]"
        elif what == (1, 0):
            text += ".T"
        else:
            text += f".transpose({', '.join(map(str, what))})"
    return text


def _text_of_index(index: Any) -> str:
    if isinstance(index, tuple):
        return ":" if index == (None, None) else f"{index[0]}:{index[1]}"
    return "..." if index is Ellipsis else str(index)


class Assignment(NamedTuple):
    """A name for what a call gives, or for a view."""

    name: Name
    what: Call | NumpyView

    @property
    def text(self) -> str:
        """As Python writes it."""
        return f"{self.name} = {self.what.text}"
