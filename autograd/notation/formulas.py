"""Formulas: trees that are written as LaTeX, MathML or plain text.

Arithmetic on formulas makes formulas and tidies them a little: 1 · x becomes x, and x · x becomes x². The functions below make
formulas that are written as they stand.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from autograd.notation.names import Name, Run
from autograd.notation.numbers import format_number
from autograd.table.operators import Operators


class Formula(Operators["Formula"]):
    """A formula: its kind, its parts, and the name of a symbol or the value of a number.

    Attributes:
        kind: ``"symbol"``, ``"number"``, ``"given"`` (a number that nothing is tidied with),
            ``"+"``, ``"-"``, ``"*"`` and ``"×"``, ``"/"``, ``"mod"``, ``"negative"``,
            ``"power"``, ``"root"``, ``"cube root"``, ``"absolute"``, ``"floor"``, ``"call"``, ``"bracket"`` (1 where the
            relation inside holds, else 0), ``"="`` and the other relations, ``"sign"`` (any other sign between its parts),
            ``"partial"`` (∂a/∂b), ``"choice"``, ``"..."``.
        parts: the formulas that it is made of.
        name: the name of a symbol, of the function that a call names, or the sign.
        number: the value of a number.
        text: how a number is written.
    """

    __slots__ = ("kind", "name", "number", "parts", "text")

    def __init__(self, kind: str, *parts: Formula, name: Name = (), number: float = 0.0, text: str = "") -> None:
        self.kind = kind
        self.parts = parts
        self.name = name
        self.number = number
        self.text = text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Formula):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.kind, self.name, self.number, self.text, len(self.parts)))

    def _key(self) -> tuple[Any, ...]:
        return (self.kind, self.parts, self.name, self.number, self.text)

    def __repr__(self) -> str:
        shown = [self.text or "".join(run.text for run in self.name)] if self.text or self.name else []
        return f"Formula({', '.join(map(repr, [self.kind, *shown, *self.parts]))})"

    def operate(self, operation: str, *operands: Any) -> Formula:
        """The formula of an operator, tidied."""
        return _OPERATIONS[operation](*map(as_formula, operands))


# ------------------------------------------------------------------------------------------------------ making formulas


def symbol(name: Name) -> Formula:
    """A variable. If the name is a number, such as that of an unlabelled constant, the result is that number."""
    if len(name) == 1 and name[0].script == 0 and not name[0].italic:
        try:
            value = float(name[0].text.replace("−", "-").replace("∞", "inf"))
        except ValueError:
            pass
        else:
            return Formula("number", number=value, text=name[0].text)
    return Formula("symbol", name=name)


def number(value: float, digits: int = 4) -> Formula:
    """A number, which is written with a number of significant digits."""
    return Formula("number", number=float(value), text=format_number(float(value), digits))


def given(value: float, digits: int = 4) -> Formula:
    """A number that is written like any other, but that no formula is simplified with: its square is 1² where it is 1."""
    return Formula("given", number=float(value), text=format_number(float(value), digits))


def place_for_number(place: int) -> Formula:
    """A place for a number that is given later.

    `autograd.notation.writing.MARK` and its number stand there, and a sign that says where the number needs parentheses.
    """
    return Formula("given", name=(Run(str(place)),))


def as_formula(thing: Any) -> Formula:
    """A formula as it is, or a number as a formula."""
    return thing if isinstance(thing, Formula) else number(float(thing))


def call(function: str, *operands: Formula) -> Formula:
    """A function applied to operands."""
    return Formula("call", *operands, name=(Run(function),))


def bracket(relation: str, left: Any, right: Any) -> Formula:
    """Iverson's bracket: 1 if the relation holds, else 0."""
    return Formula("bracket", Formula(relation, as_formula(left), as_formula(right)))


# How the table writes signs that formulas know by another name; a product of letters needs no sign.
_KINDS = {"−": "-", "÷": "/", "·": "*", "^": "power"}
_ARITHMETIC = ("+", "-", "*", "×", "/", "power")
RELATIONS = ("=", "<", "≤", ">", "≥", "≠")


def infix(sign: str, *operands: Formula) -> Formula:
    """Operands with a sign between them, without tidying; a relation is 1 if it holds, else 0."""
    if sign in RELATIONS:
        return Formula("bracket", Formula(sign, *operands))
    kind = _KINDS.get(sign, sign)
    return Formula(kind, *operands) if kind in _ARITHMETIC else Formula("sign", *operands, name=(Run(sign),))


def partial(output: Formula, operand: Formula) -> Formula:
    """The derivative of one variable with respect to another."""
    return Formula("partial", output, operand)


def equation(*sides: Formula) -> Formula:
    """An equation of two or more formulas."""
    return Formula("=", *sides)


def sum_of(*terms: Formula) -> Formula:
    """A sum written as it stands, without tidying."""
    return terms[0] if len(terms) == 1 else Formula("+", *terms)


def product_of(*factors: Formula) -> Formula:
    """A product written as it stands, without tidying, with a sign between the factors."""
    return factors[0] if len(factors) == 1 else Formula("·", *factors)


def ellipsis() -> Formula:
    """An ellipsis, which stands for operands that are left out."""
    return Formula("...")


def is_number(formula: Formula, value: float | None = None) -> bool:
    """Whether a formula is a number, or is a given number."""
    return formula.kind == "number" and (value is None or formula.number == value)


def _sum(left: Formula, right: Formula) -> Formula:
    if is_number(left) and is_number(right):
        return number(left.number + right.number)
    if is_number(left, 0.0):
        return right
    if is_number(right, 0.0):
        return left
    if right.kind == "negative":
        return Formula("-", left, right.parts[0])
    return Formula("+", *(left.parts if left.kind == "+" else (left,)), right)


def _negative(formula: Formula) -> Formula:
    if formula.kind == "negative":
        return formula.parts[0]
    if formula.kind == "-":
        return Formula("-", *reversed(formula.parts))
    if formula.kind == "/" and formula.parts[0].kind == "negative":
        return _quotient(formula.parts[0].parts[0], formula.parts[1])
    return number(-formula.number) if is_number(formula) else Formula("negative", formula)


def _difference(left: Formula, right: Formula) -> Formula:
    if is_number(left) and is_number(right):
        return number(left.number - right.number)
    if is_number(right, 0.0):
        return left
    return Formula("-", left, right)


def _product(left: Formula, right: Formula) -> Formula:
    if is_number(left, 1.0):
        return right
    if is_number(right, 1.0):
        return left
    if left == right:
        return power(left, number(2.0))
    if is_number(left, -1.0):
        return -right
    if left.kind == "power" and left.parts[0] == right and left.parts[1].kind == "number":
        return power(right, number(left.parts[1].number + 1.0))
    if left.kind == "*" and left.parts[0].kind == "number" and len(left.parts) == 2 and left.parts[1] == right:
        return Formula("*", left.parts[0], power(right, number(2.0)))
    if right.kind == "number" and left.kind != "number":
        left, right = right, left
    elif right.kind == "*" and right.parts[0].kind == "number" and left.kind != "number":
        # Numbers stand first: x · 2y is 2xy.
        factor, *rest = right.parts
        return factor * _product(left, rest[0] if len(rest) == 1 else Formula("*", *rest))
    return Formula("*", *(left.parts if left.kind == "*" else (left,)), *(right.parts if right.kind == "*" else (right,)))


def _quotient(left: Formula, right: Formula) -> Formula:
    if is_number(right, 1.0):
        return left
    if left.kind == "/":
        return _quotient(left.parts[0], _product(left.parts[1], right))
    if left.kind == "negative" and left.parts[0].kind == "/":
        return -_quotient(left.parts[0], right)
    if is_number(left) and left.number < 0.0:
        # The minus sign stands before a fraction, and not in it.
        return Formula("negative", Formula("/", -left, right))
    return Formula("/", left, right)


def power(base: Formula, exponent: Formula) -> Formula:
    """A power, tidied: the square of a root or of a fraction, exponents 0 and 1."""
    if is_number(exponent, 1.0) or is_number(base, 1.0):
        return base
    if is_number(exponent, 0.0):
        return number(1.0)
    if is_number(exponent, 2.0):
        if base.kind == "root":
            return base.parts[0]
        if base.kind == "/":
            return _quotient(power(base.parts[0], exponent), power(base.parts[1], exponent))
    return Formula("power", base, exponent)


def _floor_of_quotient(left: Formula, right: Formula) -> Formula:
    return Formula("floor", left if is_number(right, 1.0) else Formula("/", left, right))


_OPERATIONS: dict[str, Callable[..., Formula]] = {
    "negative": _negative,
    "abs": functools.partial(Formula, "absolute"),
    "add": _sum,
    "subtract": _difference,
    "multiply": _product,
    "divide": _quotient,
    "modulo": functools.partial(Formula, "mod"),
    "floor_divide": _floor_of_quotient,
    "power": power,
    "less": functools.partial(bracket, "<"),
    "less_equal": functools.partial(bracket, "≤"),
    "greater": functools.partial(bracket, ">"),
    "greater_equal": functools.partial(bracket, "≥"),
}
