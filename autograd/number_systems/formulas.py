"""Formulas read off the table: what a primitive computes, and its local derivatives.

A rule of the table evaluated on formulas writes itself down, so the derivative that a reader sees is the one that is computed.
A guard for a single point, which a rule needs in floating point, is left out. How an operation itself is written follows from
its symbol in the table: a sign stands between the operands, a name before them in parentheses. What mathematics writes without
either, such as x² or √x, is written as its rule says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.notation.formulas import (
    Formula,
    as_formula,
    bracket,
    call,
    ellipsis,
    infix,
    is_number,
    number,
    power,
    sum_of,
    symbol,
)
from autograd.notation.names import Run
from autograd.table.number_system import NumberSystem
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive, Summed

_MOST_TERMS = 3
_SIGNS_OF_MANY = ("+", "×", "·")


class Formulas(NumberSystem):
    """The number system of formulas: a rule of the table evaluated in it gives the formula of what it computes.

    Its own functions are those that mathematics writes in two dimensions, or by other functions.
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        primitive = TABLE.get(name)
        if primitive is None:
            return lambda *operands: call(name, *map(as_formula, operands))
        return lambda *groups: formula_of(
            primitive, [tuple(map(as_formula, g)) if isinstance(g, list | tuple) else as_formula(g) for g in groups]
        )

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Formula:
        """A choice between two formulas; a guard that replaces a single point by a number is left out."""
        parts = as_formula(condition), as_formula(if_true), as_formula(if_false)
        is_equation = parts[0].kind == "bracket" and parts[0].parts[0].kind == "="
        # A guard protects an operand, while the primitive `where` chooses between two positions, which are plain floats.
        is_guard = is_equation and is_number(parts[1]) and isinstance(if_false, Formula)
        return parts[2] if is_guard else Formula("choice", *parts, name=(Run("where"),))

    def from_below(self, x: Any, bound: float) -> Formula:
        """The number itself: a guard for what is far out is left out too."""
        return as_formula(x)

    clipped = from_below

    def sech2(self, x: Any) -> Formula:
        """1 ÷ cosh² x, as the function it is."""
        return formula_of(TABLE["sech2"], [as_formula(x)])

    def equal(self, left: Any, right: Any) -> Formula:
        """A bracket, which is 1 if two numbers are equal; for a whole number, whether a position is that of this operand."""
        if isinstance(right, int):
            return self._is_at(as_formula(left), right)
        return bracket("=", left, right)

    def _is_at(self, position: Formula, place: int) -> Formula:
        """Whether a position, the result of `argmax`, of a choice or a number, is that of an operand."""
        if position.kind == "position":
            # The place of the largest operand is that of this one: it is the largest.
            function, candidates = position.name[0].text, position.parts
            return bracket("=", candidates[place], call(function, *_shortened(candidates)))
        if position.kind == "choice":
            # The place of what a condition chose: either branch, never the condition itself.
            condition, if_true, if_false = position.parts
            if is_number(if_true, place):
                return bracket("≠", condition, 0.0)
            return bracket("=", condition, 0.0) if is_number(if_false, place) else number(0.0)
        return number(float(position.number == place)) if is_number(position) else bracket("=", position, place)

    def argmax(self, operands: Sequence[Any]) -> Formula:
        """The place of the largest operand."""
        return Formula("position", *map(as_formula, operands), name=(Run("max"),))

    def argmin(self, operands: Sequence[Any]) -> Formula:
        """The place of the smallest operand."""
        return Formula("position", *map(as_formula, operands), name=(Run("min"),))

    def total(self, terms: Sequence[Any]) -> Formula:
        """A sum, its middle left out where it is long."""
        return sum_of(*_shortened(tuple(map(as_formula, terms))))

    def logsumexp(self, operands: Sequence[Any]) -> Formula:
        """The logarithm of a sum of exponentials."""
        terms = _shortened(tuple(map(as_formula, operands)))
        return call("ln", sum_of(*(term if term.kind == "..." else self.exp(term) for term in terms)))

    def logaddexp(self, left: Any, right: Any) -> Formula:
        """The same of two numbers."""
        return self.logsumexp((left, right))

    def softmax(self, operands: Sequence[Any]) -> list[Formula]:
        """The shares of a softmax, one for each operand."""
        formulas = tuple(map(as_formula, operands))
        shown = _shortened(formulas)
        return [Formula("call", *shown, name=(Run("softmax"), Run(str(place + 1), -1))) for place in range(len(formulas))]

    def exp(self, x: Any) -> Formula:
        """A power of e; but exp(e) if the exponent mentions a variable e, because in eᵉ one letter would mean two things."""
        exponent = as_formula(x)
        return call("exp", exponent) if _mentions_e(exponent) else Formula("power", symbol((Run("e"),)), exponent)

    def exp2(self, x: Any) -> Formula:
        """A power of 2."""
        return Formula("power", number(2.0), as_formula(x))

    def expm1(self, x: Any) -> Formula:
        """eˣ − 1."""
        return Formula("-", self.exp(x), number(1.0))

    def log1p(self, x: Any) -> Formula:
        """ln(1 + x)."""
        return call("ln", Formula("+", number(1.0), as_formula(x)))

    def sqrt(self, x: Any) -> Formula:
        """A square root."""
        return Formula("root", as_formula(x))

    def cbrt(self, x: Any) -> Formula:
        """A cube root."""
        return Formula("cube root", as_formula(x))

    def hypot(self, a: Any, b: Any) -> Formula:
        """√(a² + b²)."""
        return self.sqrt(power(as_formula(a), number(2.0)) + power(as_formula(b), number(2.0)))


def _shortened(operands: tuple[Formula, ...]) -> tuple[Formula, ...]:
    return operands if len(operands) <= _MOST_TERMS + 1 else (*operands[: _MOST_TERMS - 1], ellipsis(), operands[-1])


def _mentions_e(formula: Formula) -> bool:
    if formula.kind == "symbol":
        return len(formula.name) == 1 and formula.name[0] == Run("e", italic=True)
    return any(map(_mentions_e, formula.parts))


FORMULAS = Formulas()


def formula_of(primitive: Primitive, groups: Sequence[Any]) -> Formula:
    """What a primitive computes, as a textbook writes it.

    Args:
        groups: the operands: formulas, or tuples of them for a primitive of many operands.

    >>> from autograd.notation.plain import to_plain
    >>> w, x = symbol((Run("w", italic=True),)), symbol((Run("x", italic=True),))
    >>> [to_plain(formula_of(TABLE[name], [w, x])) for name in ("multiply", "less", "hypot")]
    ['w × x', '[w < x]', '√(w² + x²)']
    >>> to_plain(formula_of(TABLE["sigmoid"], [x])), to_plain(formula_of(TABLE["dot"], [(w, x), (x, x)]))
    ('σ(x)', 'wx + xx')
    """
    if primitive.spelled_out and primitive.forward not in primitive.plain:
        own = getattr(Formulas, primitive.name, None)
        return as_formula(primitive.forward(FORMULAS, *groups) if own is None else own(FORMULAS, *groups))
    sign = primitive.symbol
    is_name = any(map(str.isalnum, sign))
    if isinstance(primitive, Summed) and not is_name:
        return sum_of(*_shortened(tuple(infix(sign, *factors) for factors in zip(*groups, strict=True))))
    operands = [operand for group in groups for operand in (_shortened(group) if isinstance(group, tuple) else (group,))]
    if sign == "−" and len(operands) == 1:
        return Formula("negative", *operands)
    stands_between = not is_name and (primitive.arity == 2 or (sign in _SIGNS_OF_MANY and len(operands) > 1))
    return infix(sign, *operands) if stands_between else call(sign, *operands)


def local_derivative_of(primitive: Primitive, groups: Sequence[Any], result: Formula) -> list[Formula]:
    """The local derivative for each operand, read off the table.

    Args:
        groups: the operands: formulas, or tuples of them for a primitive of many operands.
        result: the formula of the result, such as its name.

    >>> from autograd.notation.plain import to_plain
    >>> from autograd.table.primitives import TABLE
    >>> x, y = symbol((Run("x", italic=True),)), symbol((Run("y", italic=True),))
    >>> [to_plain(d) for d in local_derivative_of(TABLE["sigmoid"], [x], y)]
    ['yσ(−x)']
    """
    if primitive.derivatives in primitive.plain:
        # Plain Python can't say what it computes.
        names = [f"{primitive.symbol}′"] if primitive.arity == 1 else [f"∂{sign}{primitive.symbol}" for sign in "₁₂"]
        return [call(name, *groups) for name in names]
    return [as_formula(derivative) for derivative in primitive.local_derivatives(FORMULAS, groups, result)]
