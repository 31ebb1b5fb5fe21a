"""The number system of terms: a rule of the table evaluated in it gives the expression that a program writes for it.

What a rule calls by name stays a call, such as ``sech2(a)``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from autograd.table.number_system import NumberSystem
from autograd.table.primitives import TABLE
from autograd.vectorizing.printed_loops.sequences import Rows, sum_of_sequence
from autograd.vectorizing.printed_loops.terms import OPPOSITE, Operand, Term, apply, sum_of, term_of

_NEGATED = {"equal": "not_equal", "not_equal": "equal"}


class Terms(NumberSystem):
    """Terms as numbers: what has a name in the table is called by it."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name in TABLE and TABLE[name].arity in (1, 2):
            return partial(apply, name)
        return super().__getattr__(name)

    def elementary(self, name: str, *operands: Any) -> Operand:
        """A function of the registry."""
        return apply(name, *operands)

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Operand:
        """One of two numbers."""
        if not isinstance(condition, Term):
            chosen: Operand = if_true if condition else if_false
            return chosen
        if condition.is_mask and (if_true, if_false) == (1.0, 0.0):
            return condition
        return term_of("where", condition, if_true, if_false)

    def equal(self, left: Any, right: Any) -> Operand:
        """1 where two numbers are equal; of a position that was chosen, the condition of that choice."""
        if isinstance(left, Term) and left.function == "where" and not any(isinstance(one, Term) for one in left.operands[1:]):
            condition, if_true, if_false = left.operands
            if right == if_true:
                return condition if _is_condition(condition) else apply("not_equal", condition, 0.0)
            return _opposite(condition) if right == if_false else 0.0
        if isinstance(left, Term) and left.function in ("argmax", "argmin") and len(left.operands) == 2:
            # The second of two takes the place of the first where it is larger.
            a, b = left.operands
            first, second = ("greater_equal", "less") if left.function == "argmax" else ("less_equal", "greater")
            return apply(first if right == 0.0 else second, a, b)
        return apply("equal", left, right)

    def argmax(self, values: Any) -> Operand:
        """The position of the largest number."""
        return _position("argmax", values)

    def argmin(self, values: Any) -> Operand:
        """The position of the smallest number."""
        return _position("argmin", values)

    def total(self, terms: Any) -> Operand:
        """A sum."""
        if isinstance(terms, Rows):
            return sum_of_sequence(terms.whole, len(terms))
        return sum_of(list(terms))

    def logsumexp(self, values: Any) -> Operand:
        """ln Σ exp xᵢ."""
        whole = _rows(values).whole
        return Term("logsumexp", (whole,), batched=whole.batched)

    def softmax(self, values: Any) -> Rows:  # type: ignore[override]
        """The shares of a softmax."""
        whole = _rows(values).whole
        return Rows([Term("softmax", (whole,), batched=whole.batched, length=whole.length)])

    def sech2(self, x: Any) -> Operand:
        """1 ÷ cosh² x."""
        return apply("sech2", x)

    def from_below(self, x: Any, bound: float) -> Operand:
        """A number, or -bound where it is smaller."""
        return term_of("maximum", x, -bound) if isinstance(x, Term) else max(x, -bound)

    def clipped(self, x: Any, bound: float) -> Operand:
        """A number, or ±bound where it is larger."""
        return term_of("clip", x, -bound, bound) if isinstance(x, Term) else min(max(x, -bound), bound)


def _rows(values: Any) -> Rows:
    return values if isinstance(values, Rows) else Rows(list(values))


def _position(function: str, values: Any) -> Operand:
    if not isinstance(values, Rows) and len(values) == 2:
        return term_of(function, *values)
    rows = _rows(values)
    if len(rows) == 1:
        return 0.0
    if len(rows) == 2:
        return term_of(function, *rows)
    return Term(function, (rows.whole,), batched=rows.whole.batched)


def _is_condition(operand: Operand) -> bool:
    return isinstance(operand, Term) and operand.is_mask


def _opposite(condition: Operand) -> Operand:
    """1 where a condition does not hold."""
    if isinstance(condition, Term) and condition.function in _NEGATED:
        return term_of(_NEGATED[condition.function], *condition.operands)
    return term_of(OPPOSITE, condition) if _is_condition(condition) else apply("equal", condition, 0.0)


TERMS = Terms()
