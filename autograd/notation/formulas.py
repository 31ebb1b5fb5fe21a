"""Formulas: trees that are written as LaTeX, MathML or plain text, and a number system that the table's rules can be read in.

A rule of the table evaluated on formulas writes itself down, so the derivative that a reader sees is the one that is computed.
Arithmetic on formulas tidies a little: 1 · x is x, x · x is x², and a guard for a single point, which a rule needs in floating
point, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.notation.names import Name, Run, format_number
from autograd.numbers import NumberSystem
from autograd.rules import Primitive

_MOST_TERMS = 3


class Formula:
    """A formula: a kind, its parts, and for symbols a name, for numbers the number.

    Attributes:
        kind: ``"symbol"``, ``"number"``, ``"+"``, ``"-"``, ``"*"`` and ``"×"``, ``"/"``, ``"negative"``, ``"power"``, ``"root"``,
            ``"cube root"``, ``"absolute"``, ``"call"``, ``"bracket"`` (1 where the relation inside holds, else 0), ``"="`` and
            the other relations, ``"partial"`` (∂a/∂b), ``"choice"``, ``"..."``.
        parts: the formulas it is made of.
        name: of a symbol, or of the function that a call names.
        number: of a number.
        text: how a number is written, if not by its value.
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
        from autograd.notation.plain import to_plain

        return f"<formula {to_plain(self)}>"

    def __neg__(self) -> Formula:
        if self.kind == "negative":
            return self.parts[0]
        if self.kind == "/" and self.parts[0].kind == "negative":
            return _quotient(self.parts[0].parts[0], self.parts[1])
        return number(-self.number) if _is_plain_number(self) else Formula("negative", self)

    def __abs__(self) -> Formula:
        return Formula("absolute", self)

    def __add__(self, other: Any) -> Formula:
        return _sum(self, as_formula(other))

    def __radd__(self, other: Any) -> Formula:
        return _sum(as_formula(other), self)

    def __sub__(self, other: Any) -> Formula:
        return _difference(self, as_formula(other))

    def __rsub__(self, other: Any) -> Formula:
        return _difference(as_formula(other), self)

    def __mul__(self, other: Any) -> Formula:
        return _product(self, as_formula(other))

    def __rmul__(self, other: Any) -> Formula:
        return _product(as_formula(other), self)

    def __truediv__(self, other: Any) -> Formula:
        return _quotient(self, as_formula(other))

    def __rtruediv__(self, other: Any) -> Formula:
        return _quotient(as_formula(other), self)

    def __pow__(self, other: Any) -> Formula:
        return _power(self, as_formula(other))

    def __rpow__(self, other: Any) -> Formula:
        return _power(as_formula(other), self)

    def __lt__(self, other: Any) -> Formula:
        return bracket("<", self, other)

    def __le__(self, other: Any) -> Formula:
        return bracket("≤", self, other)

    def __gt__(self, other: Any) -> Formula:
        return bracket(">", self, other)

    def __ge__(self, other: Any) -> Formula:
        return bracket("≥", self, other)


# ------------------------------------------------------------------------------------------------------ making formulas


def symbol(name: Name) -> Formula:
    """A variable. A name that is a number, as that of an unlabelled constant, stands as the number it is."""
    if len(name) == 1 and name[0].script == 0 and not name[0].italic:
        try:
            value = float(name[0].text.replace("−", "-").replace("∞", "inf"))
        except ValueError:
            pass
        else:
            return Formula("number", number=value, text=name[0].text)
    return Formula("symbol", name=name)


def number(value: float, digits: int = 4) -> Formula:
    """A number, rounded to so many digits where it is written."""
    return Formula("number", number=float(value), text=format_number(float(value), digits))


def as_formula(thing: Any) -> Formula:
    """A formula as it is, a number as a formula."""
    return thing if isinstance(thing, Formula) else number(float(thing))


def call(function: str, *operands: Formula) -> Formula:
    """A function applied to operands."""
    return Formula("call", *operands, name=(Run(function),))


def bracket(relation: str, left: Any, right: Any) -> Formula:
    """Iverson's bracket: 1 where the relation holds, else 0."""
    return Formula("bracket", Formula(relation, as_formula(left), as_formula(right)))


def partial(output: Formula, operand: Formula) -> Formula:
    """The derivative of one variable with respect to another."""
    return Formula("partial", output, operand)


def equation(*sides: Formula) -> Formula:
    """Two or more formulas that are equal."""
    return Formula("=", *sides)


def sum_of(*terms: Formula) -> Formula:
    """A sum written as it stands, without tidying."""
    return terms[0] if len(terms) == 1 else Formula("+", *terms)


def product_of(*factors: Formula) -> Formula:
    """A product written as it stands, without tidying, with a sign between the factors."""
    return factors[0] if len(factors) == 1 else Formula("·", *factors)


def ellipsis() -> Formula:
    """What is left out."""
    return Formula("...")


def _is_plain_number(formula: Formula, value: float | None = None) -> bool:
    return formula.kind == "number" and (value is None or formula.number == value)


def _sum(left: Formula, right: Formula) -> Formula:
    if _is_plain_number(left) and _is_plain_number(right):
        return number(left.number + right.number)
    if _is_plain_number(left, 0.0):
        return right
    if _is_plain_number(right, 0.0):
        return left
    if right.kind == "negative":
        return Formula("-", left, right.parts[0])
    return Formula("+", *(left.parts if left.kind == "+" else (left,)), right)


def _difference(left: Formula, right: Formula) -> Formula:
    if _is_plain_number(left) and _is_plain_number(right):
        return number(left.number - right.number)
    if _is_plain_number(right, 0.0):
        return left
    return Formula("-", left, right)


def _product(left: Formula, right: Formula) -> Formula:
    if _is_plain_number(left, 1.0):
        return right
    if _is_plain_number(right, 1.0):
        return left
    if _is_plain_number(left, -1.0):
        return -right
    if left == right:
        return _power(left, number(2.0))
    if left.kind == "power" and left.parts[0] == right and left.parts[1].kind == "number":
        return _power(right, number(left.parts[1].number + 1.0))
    if right.kind == "number" and left.kind != "number":
        left, right = right, left
    return Formula("*", *(left.parts if left.kind == "*" else (left,)), *(right.parts if right.kind == "*" else (right,)))


def _quotient(left: Formula, right: Formula) -> Formula:
    if _is_plain_number(right, 1.0):
        return left
    if left.kind == "/":
        return _quotient(left.parts[0], _product(left.parts[1], right))
    if left.kind == "negative" and left.parts[0].kind == "/":
        return -_quotient(left.parts[0], right)
    return Formula("/", left, right)


def _power(base: Formula, exponent: Formula) -> Formula:
    if _is_plain_number(exponent, 1.0) or _is_plain_number(base, 1.0):
        return base
    if _is_plain_number(exponent, 0.0):
        return number(1.0)
    if _is_plain_number(exponent, 2.0):
        if base.kind == "root":
            return base.parts[0]
        if base.kind == "/":
            return _quotient(_power(base.parts[0], exponent), _power(base.parts[1], exponent))
    return Formula("power", base, exponent)


# --------------------------------------------------------------------------------------------------- the number system


class Formulas(NumberSystem):
    """The number system of formulas: a rule of the table evaluated in it gives the formula of what it computes."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *operands: _call(name, tuple(map(as_formula, operands)))

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Formula:
        """A choice; a guard that puts 1 in the place of a single point is left out."""
        parts = as_formula(condition), as_formula(if_true), as_formula(if_false)
        is_guard = parts[0].kind == "bracket" and parts[0].parts[0].kind == "=" and _is_plain_number(parts[1], 1.0)
        return parts[2] if is_guard else Formula("choice", *parts)

    def equal(self, left: Any, right: Any) -> Formula:
        """1 where two numbers are equal, as a bracket; of a position, whether it is that of an operand."""
        left, right = as_formula(left), as_formula(right)
        if left.kind == "position" and right.kind == "number":
            # The place of the largest operand is that of this one: it is the largest.
            function, candidates = left.name[0].text, left.parts
            extreme = call(function, *_shortened(candidates))
            return bracket("=", candidates[int(right.number)], extreme)
        if left.kind == "choice" and all(map(_is_plain_number, left.parts[1:])):
            # The place of what a condition chose: either branch, never the condition itself.
            condition, if_true, if_false = left.parts
            if right.number == if_true.number:
                return bracket("≠", condition, 0.0)
            return bracket("=", condition, 0.0) if right.number == if_false.number else number(0.0)
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


def _call(name: str, operands: tuple[Formula, ...]) -> Formula:
    """A function of one or two numbers as mathematics writes it."""
    first = operands[0]
    if name == "exp":
        return Formula("power", symbol((Run("e", italic=False),)), first)
    if name == "exp2":
        return Formula("power", number(2.0), first)
    if name == "sqrt":
        return Formula("root", first)
    if name == "cbrt":
        return Formula("cube root", first)
    if name == "square":
        return _power(first, number(2.0))
    if name == "reciprocal":
        return number(1.0) / first
    if name == "rsqrt":
        return number(1.0) / Formula("root", first)
    if name == "hypot":
        return Formula("root", _power(first, number(2.0)) + _power(operands[1], number(2.0)))
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
        return _power(first, operands[1])
    return call(_FUNCTION_NAMES.get(name, name), *operands)


FORMULAS = Formulas()
_RELATIONS = {"less": "<", "less_equal": "≤", "greater": ">", "greater_equal": "≥", "equal": "="}


def formula_of(primitive: Primitive, operands: Sequence[Formula]) -> Formula:
    """What a primitive computes, as a textbook writes it.

    Args:
        operands: in order; those of two sequences one after the other.

    >>> from autograd.notation.plain import to_plain
    >>> from autograd.primitives import TABLE
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
    >>> from autograd.primitives import TABLE
    >>> x, y = symbol((Run("x", italic=True),)), symbol((Run("y", italic=True),))
    >>> [to_plain(d) for d in local_derivative_of(TABLE["sigmoid"], [x], y)]
    ['yσ(−x)']
    """
    return [as_formula(derivative) for derivative in primitive.local_derivatives(FORMULAS, groups, result)]
