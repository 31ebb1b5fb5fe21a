"""Whole numbers in indices: sums of multiples of counters, of which only the length of a stretch has to be known."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy


@dataclass(frozen=True, slots=True)
class Affine:
    """base + Σ terms[counter] × counter.

    NumPy's arrays leave arithmetic with it to the reader of the text.

    >>> t = Affine.of("t")
    >>> t + t + 3, (t + 5 - t).base
    (Affine(base=3, terms={'t': 2}), 5)
    """

    base: int
    terms: Mapping[str, int] = field(default_factory=dict)

    __array_ufunc__ = None

    @classmethod
    def of(cls, counter: str) -> Affine:
        """A counter itself."""
        return cls(0, {counter: 1})

    @property
    def is_known(self) -> bool:
        """Whether it is the same in all turns."""
        return not self.terms

    def __add__(self, other: Affine | int) -> Affine:
        if isinstance(other, int):
            return Affine(self.base + other, self.terms)
        if not isinstance(other, Affine):
            return NotImplemented
        steps = {name: self.terms.get(name, 0) + other.terms.get(name, 0) for name in [*self.terms, *other.terms]}
        return Affine(self.base + other.base, {name: step for name, step in steps.items() if step})

    __radd__ = __add__

    def __mul__(self, factor: int) -> Affine:
        if not isinstance(factor, int):
            return NotImplemented
        return Affine(self.base * factor, {name: step * factor for name, step in self.terms.items() if factor})

    __rmul__ = __mul__

    def __neg__(self) -> Affine:
        return self * -1

    def __sub__(self, other: Affine | int) -> Affine:
        if not isinstance(other, int | Affine):
            return NotImplemented
        return self + -other

    def __rsub__(self, other: int) -> Affine:
        return -self + other


Leaf: TypeAlias = Callable[[ast.expr], Affine | None]
"""What a name or an element of a table stands for; None if it is no whole number."""


def affine_of(node: ast.expr, leaf: Leaf) -> Affine | None:
    """What an expression of whole numbers and counters is; None if it is none.

    >>> affine_of(ast.parse("9 - 2 * t + i", mode="eval").body, lambda node: Affine.of(node.id))
    Affine(base=9, terms={'t': -2, 'i': 1})
    """
    match node:
        case ast.Constant(value=bool() | None):
            return None
        case ast.Constant(value=int(number)):
            return Affine(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            one = affine_of(operand, leaf)
            return None if one is None else -one
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as sign, right=right):
            return _combined(affine_of(left, leaf), sign, affine_of(right, leaf))
        case ast.Name() | ast.Subscript():
            return leaf(node)
        case _:
            return None


def _combined(one: Affine | None, sign: ast.operator, other: Affine | None) -> Affine | None:
    if one is None or other is None:
        return None
    if isinstance(sign, ast.Add):
        return one + other
    if isinstance(sign, ast.Sub):
        return one - other
    if one.is_known:
        return other * one.base
    return one * other.base if other.is_known else None


def number_of(affine: Affine, counters: Mapping[str, Any]) -> Any:
    """The number, where the counters have these numbers."""
    if affine.is_known:
        return numpy.int32(affine.base)
    total: Any = sum(counters[name] * step if step != 1 else counters[name] for name, step in affine.terms.items())
    return total + affine.base if affine.base else total
