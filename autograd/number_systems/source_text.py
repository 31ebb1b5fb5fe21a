"""The number system of source text: a rule evaluated in it writes itself down as Python statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.table.number_system import FUNCTIONS, NumberSystem
from autograd.table.operators import Operators

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

    def operate(self, operation: str, *operands: Any) -> Expression:
        """Append the statement of an operator."""
        return self.write(_TEMPLATES[operation].format(*map(text_of, operands)))

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Expression:
        """One of two numbers, both already computed."""
        return self.write(f"{text_of(if_true)} if {text_of(condition)} else {text_of(if_false)}")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in FUNCTIONS:
            return lambda *operands: self.write(f"{name}({', '.join(map(text_of, operands))})")
        return super().__getattr__(name)
