"""What LaTeX, MathML and plain text have in common: which parts of a formula need parentheses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Generic, TypeVar

from autograd.notation.formulas import RELATIONS, Formula
from autograd.notation.names import Name, Run, ends_in_plain_word

T = TypeVar("T")

_LEVEL = {
    **dict.fromkeys(RELATIONS, -1), "mod": 0, "sign": 0, "+": 1, "-": 1, "negative": 2, "*": 3, "×": 3, "·": 3, "/": 4,
    "power": 5,
}  # fmt: skip
_ATOM = 6
# How tightly the operands before and after a sign have to hold together.
_SIDES = {**dict.fromkeys(RELATIONS, (0, 0)), "+": (1, 2), "-": (1, 2), "mod": (3, 5), "sign": (2, 2)}
_FENCES = {"absolute": "||", "floor": "⌊⌋", "bracket": "[]"}
_NUMBERS = ("number", "given")
# What stands in the place of a number that is given later: this mark, the number of the place, and how it is enclosed: not at
# all, where it begins with a minus sign, also where it has an exponent, or unless it consists of digits.
MARK, BARE, SIGNED, POWERED, ROOTED = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_OPERATORS = re.compile(r"[+\-−*/·×÷<>=≤≥≠,;|&^]")


class Writer(Generic[T]):
    """Writes formulas in one notation, which a subclass defines.

    A subclass joins pieces (`row`), and writes symbols, numbers, signs and the two-dimensional forms.
    """

    # Whether a fraction is drawn with a bar, which needs no parentheses, rather than on one line.
    has_bars = True

    def write(self, formula: Formula) -> T:
        """The formula in this notation."""
        kind, parts = formula.kind, formula.parts
        if kind == "symbol":
            return self.symbol(formula.name)
        if kind in _NUMBERS:
            return self.number(formula.text) if not formula.name else self.place(formula, BARE)
        if kind in _SIDES:
            return self._infix(formula.name[0].text if kind == "sign" else kind, parts, *_SIDES[kind])
        if kind in ("*", "×", "·"):
            return self._product(kind, parts)
        if kind == "negative":
            return self.row([self.sign("-", tight=True), self.enclosed(parts[0], 3)])
        if kind == "/":
            if self.has_bars:
                return self.fraction(self.write(parts[0]), self.write(parts[1]))
            numerator = self.write(parts[0]) if parts[0].kind == "*" else self.enclosed(parts[0], 3)
            return self.row([numerator, self.sign("/"), self.enclosed(parts[1], 5)])
        if kind == "power":
            return self.power(self.enclosed(parts[0], _ATOM), parts[1])
        if kind in ("root", "cube root"):
            return self.root(parts[0], 2 if kind == "root" else 3)
        if kind in _FENCES:
            return self.fenced(_FENCES[kind][0], [self.write(parts[0])], _FENCES[kind][1])
        if kind in ("call", "choice"):
            return self.row([self.function(formula.name), self.fenced("(", [self.write(part) for part in parts], ")")])
        if kind == "partial":
            # As tight as a power: ∂(a + b) for a name that reads like a sum.
            above, below = (self.row([self.sign("∂", tight=True), self.enclosed(part, 5)]) for part in parts)
            return self.fraction(above, below) if self.has_bars else self.row([above, self.sign("/", tight=True), below])
        if kind == "...":
            return self.sign("…")
        raise ValueError(f"no way to write a formula of kind {kind!r}")

    def _infix(self, sign: str, parts: Sequence[Formula], left: int, right: int) -> T:
        pieces = [self.enclosed(parts[0], left)]
        for part in parts[1:]:
            pieces += [self.sign(sign), self.enclosed(part, right)]
        return self.row(pieces)

    def _product(self, kind: str, parts: Sequence[Formula]) -> T:
        if all(part.kind in _NUMBERS for part in parts):
            kind = "·" if kind == "*" else kind  # 2 · (−4), and not 2(−4)
        pieces: list[T] = []
        for position, part in enumerate(parts):
            if position and (kind != "*" or self._needs_sign(parts[position - 1], part)):
                pieces.append(self.sign("·" if kind == "*" else kind))
            first_number = position == 0 and part.kind in _NUMBERS and kind == "*"
            pieces.append(self.write(part) if first_number else self.enclosed(part, 3 if part.kind != kind else 4))
        return self.row(pieces)

    def _needs_sign(self, left: Formula, right: Formula) -> bool:
        """Whether a product would be misread without a sign between the factors."""
        leading = right
        while leading.kind in ("power", "*", "/") and (leading.kind != "/" or not self.has_bars):
            leading = leading.parts[0]
        trailing = left
        while trailing.kind == "*":
            trailing = trailing.parts[-1]
        return (
            "given" in (left.kind, leading.kind)
            or (leading.kind == "number" and not _is_negative_number(leading))
            or (leading.kind == "call" and len(leading.name[0].text) > 1 and left.kind in ("symbol", "power", "number"))
            or leading.kind == "choice"
            or (left.kind == "number" and left.text.isalpha())
            # In one line eˣ may have to be written exp(…).
            or (not self.has_bars and leading.kind == "symbol" and leading.name == (Run("e"),))
            or (not self.has_bars and trailing.kind == "symbol" and ends_in_plain_word(trailing.name))
            or left.kind == "/"
            or leading.kind == "/"
            or any(part.kind == "symbol" and len(part.name[0].text) > 1 for part in (left, leading))
        )

    def enclosed(self, formula: Formula, least: int) -> T:
        """A formula, in parentheses if it doesn't hold together as tightly as a level: 1 a sum, 3 a product, 5 a power."""
        if formula.kind == "given" and formula.name:
            return self.place(formula, POWERED if least == _ATOM else SIGNED if least > 1 else BARE)
        level = _LEVEL.get(formula.kind, _ATOM)
        if formula.kind == "/" and self.has_bars and least < _ATOM:
            level = _ATOM
        if least > 1 and self._begins_with_minus(formula):
            level = 0  # a sign never follows a sign
        if least == _ATOM and (
            (formula.kind in _NUMBERS and "e" in formula.text)
            or (formula.kind in ("root", "cube root") and not self.has_bars)  # √x³ would be the root of x³
        ):
            level = 0
        if formula.kind == "symbol" and least == _ATOM and any(run.script > 0 for run in formula.name):
            level = 0  # its power would stand where its superscript does
        if formula.kind == "symbol":
            level = min(level, _level_of_name(formula.name))
        return self.fenced("(", [self.write(formula)], ")") if level < least else self.write(formula)

    def _begins_with_minus(self, formula: Formula) -> bool:
        """Whether a minus sign is what is written first."""
        if formula.kind == "/" and not self.has_bars and formula.parts[0].kind == "*":
            return self._begins_with_minus(formula.parts[0])
        if formula.kind == "*" and any(part.kind not in _NUMBERS for part in formula.parts):
            return _is_negative_number(formula.parts[0])
        return formula.kind == "negative" or _is_negative_number(formula)

    def place(self, formula: Formula, enclosed: str) -> T:
        """The place of a number that is given later, with how it is enclosed."""
        return self.number(f"{MARK}{formula.name[0].text}{enclosed}")

    # ------------------------------------------------------------------------------- what a notation defines

    def row(self, pieces: Sequence[T]) -> T:
        """Pieces one after another."""
        raise NotImplementedError

    def symbol(self, name: Name) -> T:
        """A variable."""
        raise NotImplementedError

    def function(self, name: Name) -> T:
        """The name of a function."""
        return self.symbol(name)

    def number(self, text: str) -> T:
        """A number."""
        raise NotImplementedError

    def sign(self, sign: str, *, tight: bool = False) -> T:
        """A sign between formulas, or set tight before one."""
        raise NotImplementedError

    def fenced(self, left: str, pieces: Sequence[T], right: str) -> T:
        """Pieces with commas between them inside parentheses, brackets or bars."""
        raise NotImplementedError

    def fraction(self, numerator: T, denominator: T) -> T:
        """A fraction with a bar."""
        raise NotImplementedError

    def power(self, base: T, exponent: Formula) -> T:
        """A power."""
        raise NotImplementedError

    def root(self, radicand: Formula, degree: int) -> T:
        """A square root or a cube root."""
        raise NotImplementedError


def _is_negative_number(formula: Formula) -> bool:
    return formula.kind in _NUMBERS and formula.text.startswith("−")


def _level_of_name(name: Name) -> int:
    """How tightly a name holds together: ``a + b`` is read as a sum, and a name of two words as a product."""
    text = "".join(run.text for run in name if not run.script)
    if _OPERATORS.search(text):
        return 1
    return 3 if " " in text.strip() else _ATOM
