"""Formulas read off the table: what a primitive computes, and its local derivatives.

A rule of the table evaluated on formulas writes itself down, so the derivative that a reader sees is the one that is computed.
A guard for a single point, which a rule needs in floating point, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.notation.formulas import Formula, as_formula, bracket, call, ellipsis, is_number, number, power, sum_of, symbol
from autograd.notation.names import Run
from autograd.table.number_system import NumberSystem
from autograd.table.rules import Primitive

_MOST_TERMS = 3


class Formulas(NumberSystem):
    """The number system of formulas: a rule of the table evaluated in it gives the formula of what it computes."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *operands: _call(name, tuple(map(as_formula, operands)))

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Formula:
        """A choice; a guard that puts 1 in the place of a single point is left out."""
        parts = as_formula(condition), as_formula(if_true), as_formula(if_false)
        is_equation = parts[0].kind == "bracket" and parts[0].parts[0].kind == "="
        # What a guard protects is an operand; `where` the primitive chooses between two positions, which are plain floats.
        is_guard = is_equation and is_number(parts[1], 1.0) and isinstance(if_false, Formula)
        return parts[2] if is_guard else Formula("choice", *parts)

    def from_below(self, x: Any, bound: float) -> Formula:
        """The number itself: a guard for what is far out is left out too."""
        return as_formula(x)

    clipped = from_below

    def sech2(self, x: Any) -> Formula:
        """1 ÷ cosh² x, as the function it is."""
        return _call("sech2", (as_formula(x),))

    def equal(self, left: Any, right: Any) -> Formula:
        """1 where two numbers are equal, as a bracket; of a position, whether it is that of an operand."""
        left, right = as_formula(left), as_formula(right)
        if left.kind == "position" and right.kind == "number":
            # The place of the largest operand is that of this one: it is the largest.
            function, candidates = left.name[0].text, left.parts
            extreme = call(function, *_shortened(candidates))
            return bracket("=", candidates[int(right.number)], extreme)
        if left.kind == "choice" and all(map(is_number, left.parts[1:])):
            # The place of what a condition chose: either branch, never the condition itself.
            condition, if_true, if_false = left.parts
            if right.number == if_true.number:
                return bracket("≠", condition, 0.0)
            return bracket("=", condition, 0.0) if right.number == if_false.number else number(0.0)
        if is_number(left) and is_number(right):
            # A known position, as that of `pick`, is that of an operand or is not.
            return number(float(left.number == right.number))
        return bracket("=", left, right)

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
        return _log_of_sum(tuple(map(as_formula, operands)))

    def softmax(self, operands: Sequence[Any]) -> list[Formula]:
        """The shares of a softmax, one for each operand."""
        formulas = tuple(map(as_formula, operands))
        shown = _shortened(formulas)
        return [Formula("call", *shown, name=(Run("softmax"), Run(str(place + 1), -1))) for place in range(len(formulas))]


def _log_of_sum(operands: tuple[Formula, ...]) -> Formula:
    return call("ln", sum_of(*(part if part.kind == "..." else _call("exp", (part,)) for part in _shortened(operands))))


def _shortened(operands: tuple[Formula, ...]) -> tuple[Formula, ...]:
    return operands if len(operands) <= _MOST_TERMS + 1 else (*operands[: _MOST_TERMS - 1], ellipsis(), operands[-1])


_FUNCTION_NAMES = {
    "log": "ln", "log2": "log₂", "log10": "log₁₀", "sigmoid": "σ", "logsigmoid": "ln σ", "relu": "ReLU", "gelu": "GELU",
    "gelu_tanh": "GELU", "silu": "SiLU", "sech2": "sech²", "maximum": "max", "minimum": "min",
}  # fmt: skip


def _mentions_e(formula: Formula) -> bool:
    if formula.kind == "symbol":
        return len(formula.name) == 1 and formula.name[0] == Run("e", italic=True)
    return any(map(_mentions_e, formula.parts))


def _call(name: str, operands: tuple[Formula, ...]) -> Formula:
    """A function of one or two numbers as mathematics writes it."""
    first = operands[0]
    if name == "exp":
        if _mentions_e(first):
            return call("exp", first)  # eᵉ would say two things by one letter
        return Formula("power", symbol((Run("e", italic=False),)), first)
    if name == "exp2":
        return Formula("power", number(2.0), first)
    if name == "sqrt":
        return Formula("root", first)
    if name == "cbrt":
        return Formula("cube root", first)
    if name == "square":
        return power(first, number(2.0))
    if name == "reciprocal":
        return number(1.0) / first
    if name == "rsqrt":
        return number(1.0) / Formula("root", first)
    if name == "hypot":
        return Formula("root", power(first, number(2.0)) + power(operands[1], number(2.0)))
    if name == "one_minus_square":
        return (number(1.0) - first) * (number(1.0) + first)
    if name == "sigmoid_slope":
        return call("σ", first) * call("σ", -first)
    if name == "ratio":
        return first / operands[1]
    if name == "gap":
        return first - operands[1]
    if name == "power_log":
        return power(first, operands[1]) * call("ln", first)
    if name == "xlogy":
        return first * call("ln", operands[1])
    if name == "log1p":
        return call("ln", Formula("+", number(1.0), first))
    if name == "expm1":
        return Formula("-", _call("exp", operands), number(1.0))
    if name == "logaddexp":
        return _log_of_sum(operands)
    if name == "abs":
        return abs(first)
    if name == "power":
        return power(first, operands[1])
    if name == "modulo":
        return first % operands[1]
    if name == "floor_divide":
        return first // operands[1]
    return call(_FUNCTION_NAMES.get(name, name), *operands)


FORMULAS = Formulas()
_RELATIONS = {"less": "<", "less_equal": "≤", "greater": ">", "greater_equal": "≥", "equal": "="}


def formula_of(primitive: Primitive, operands: Sequence[Formula]) -> Formula:
    """What a primitive computes, as a textbook writes it.

    Args:
        operands: in order; those of two sequences one after the other.

    >>> from autograd.notation.plain import to_plain
    >>> from autograd.table.primitives import TABLE
    >>> w, x = symbol((Run("w", italic=True),)), symbol((Run("x", italic=True),))
    >>> to_plain(formula_of(TABLE["multiply"], [w, x])), to_plain(formula_of(TABLE["sigmoid"], [x]))
    ('w × x', 'σ(x)')
    """
    name = primitive.name
    if name in ("add", "subtract", "multiply", "divide"):
        return Formula({"add": "+", "subtract": "-", "multiply": "×", "divide": "/"}[name], *operands)
    if name == "negative":
        return Formula("negative", operands[0])
    if name == "power":
        return Formula("power", *operands)
    if name in _RELATIONS:
        return bracket(_RELATIONS[name], *operands)
    if name == "total":
        return sum_of(*_shortened(tuple(operands)))
    if name == "dot":
        half = len(operands) // 2
        pairs = tuple(Formula("*", w, x) for w, x in zip(operands[:half], operands[half:], strict=True))
        return sum_of(*_shortened(pairs))
    if name == "logsumexp":
        return _log_of_sum(tuple(operands))
    if name in ("maximum", "minimum", "argmax", "argmin"):
        function = {"maximum": "max", "minimum": "min"}.get(name, name)
        return call(function, *_shortened(tuple(operands)))
    if name == "pick":
        return call("pick", *_shortened(tuple(operands[:-1])), operands[-1])
    if name == "where":
        return call("where", *operands)
    return _call(name, tuple(operands))


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
    return [as_formula(derivative) for derivative in primitive.local_derivatives(FORMULAS, groups, result)]
