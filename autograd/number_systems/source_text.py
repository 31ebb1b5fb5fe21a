"""The number system of source text: a rule evaluated in it writes itself down as Python statements."""

from __future__ import annotations

import re
from typing import Any

from autograd.table.number_system import NumberSystem
from autograd.table.operators import Operators

# What statements assign to.
_NAME = re.compile(r"\bt\d+\b")
_TEMPLATES = {
    "negative": "-{}",
    "abs": "abs({})",
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "modulo": "{} % {}",
    "floor_divide": "{} // {}",
    "power": "power({}, {})",
    "less": "{} < {}",
    "less_equal": "{} <= {}",
    "greater": "{} > {}",
    "greater_equal": "{} >= {}",
    "equal": "1.0 if {} == {} else 0.0",
}


class Expression(Operators["Expression"]):
    """A name in a program being written; arithmetic on it writes one more statement."""

    __slots__ = ("program", "text")

    def __init__(self, program: SourceText, text: str) -> None:
        self.program = program
        self.text = text

    def operate(self, operation: str, *operands: Any) -> Expression:
        """The name that the statement assigns to."""
        return self.program.operate(operation, *operands)


def text_of(number: Any) -> str:
    """Write an operand of an expression: a name, or a float literal that reads back to the same bits."""
    return number.text if isinstance(number, Expression) else repr(float(number))


class SourceText(NumberSystem):
    """A program under construction: each operation on its expressions appends a statement to `lines`.

    >>> program = SourceText()
    >>> x = program.name("x")
    >>> result = program.exp(-abs(x)) + 1.0
    >>> program.lines
    ['t1 = abs(x)', 't2 = -t1', 't3 = exp(t2)', 't4 = t3 + 1.0']
    """

    def __init__(self) -> None:
        self.lines: list[str] = []

    def name(self, text: str) -> Expression:
        """An expression that stands for a variable of the surrounding program."""
        return Expression(self, text)

    def write(self, right_hand_side: str) -> Expression:
        """Append a statement and return the name it assigns to."""
        name = f"t{len(self.lines) + 1}"
        self.lines.append(f"{name} = {right_hand_side}")
        return Expression(self, name)

    def statements_for(self, text: str) -> list[str]:
        """The statements that an expression depends on, in their order.

        >>> program = SourceText()
        >>> x = program.name("x")
        >>> sine, cosine = program.sin(x), program.cos(x)
        >>> program.statements_for(f"2.0 * {cosine.text}")
        ['t2 = cos(x)']
        """
        needed: list[str] = []
        wanted = set(_NAME.findall(text))
        for line in reversed(self.lines):
            name, _, right_hand_side = line.partition(" = ")
            if name in wanted:
                needed.append(line)
                wanted.update(_NAME.findall(right_hand_side))
        return needed[::-1]

    def operate(self, operation: str, *operands: Any) -> Expression:
        """Append the statement of an operator."""
        return self.write(_TEMPLATES[operation].format(*map(self.number, operands)))

    def number(self, operand: Any) -> str:
        """Write an operand of an expression."""
        return text_of(operand)

    def truth(self, condition: Any) -> str:
        """Write a condition."""
        return self.number(condition)

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Expression:
        """One of two numbers, both already computed."""
        return self.write(f"{self.number(if_true)} if {self.truth(condition)} else {self.number(if_false)}")

    def equal(self, left: Any, right: Any) -> Expression:
        """1 where two numbers are equal, else 0."""
        return self.operate("equal", left, right)

    def elementary(self, name: str, *operands: Any) -> Expression:
        """Append the call of a function."""
        return self.write(f"{name}({', '.join(map(self.number, operands))})")
