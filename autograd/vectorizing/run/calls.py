"""What a program that runs is made of: calls of functions on named things, as text to read and as objects to run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import numpy

from autograd.errors import MiscompiledError
from autograd.vectorizing.arrays.steps import Length, ViewStep, text_of_steps


class Name(str):
    """A variable of a running program."""

    __slots__ = ()


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


class NumpyView(NamedTuple):
    """A part of an array, or the array with other axes, without a copy.

    Attributes:
        base: the array.
        steps: what is done with it, in order.
    """

    base: Name
    steps: tuple[ViewStep, ...]

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


class Assignment(NamedTuple):
    """A name for what a call gives, or for a view."""

    name: Name
    what: Call | NumpyView

    @property
    def text(self) -> str:
        """As Python writes it."""
        return f"{self.name} = {self.what.text}"
