"""The number system of terms: a rule of the table evaluated in it gives the expression that a program writes for it.

A term stands for a number, one for all examples or one for each, or for a sequence of numbers. In a program these are a NumPy
scalar, an array of shape (m,), and arrays of shape (n,) and (n, m). What a rule calls by name stays a call, such as ``sech2(a)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

from autograd.table.floats import QUIET, QuietFloat
from autograd.table.number_system import NumberSystem
from autograd.table.operators import OPERATORS, Operators
from autograd.table.primitives import TABLE
from autograd.vectorizing.rolled.program import Array, Index, Loop

Path: TypeAlias = tuple[Loop, ...]

COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
_NEGATED = {"equal": "not_equal", "not_equal": "equal"}


class Reference:
    """Numbers of an array: one in each repetition, or a run of them.

    Attributes:
        array: where they are.
        index: which of them.
        path: the loops around the reader, from the outermost on.
        count: how many a run has; None for a single number.
        of_adjoint: whether it is their gradients that are meant.
    """

    __slots__ = ("array", "count", "index", "of_adjoint", "path")

    def __init__(self, array: Array, index: Index, path: Path, count: int | None = None, *, of_adjoint: bool = False) -> None:
        self.array = array
        self.index = index
        self.path = path
        self.count = count
        self.of_adjoint = of_adjoint


class Term(Operators["Term"]):
    """An expression.

    Attributes:
        function: what computes it from its operands; empty for what has a name.
        operands: terms, and floats.
        name: a name, or a part of an array.
        batched: whether it is one for each example.
        length: how many numbers a sequence has; None for a single number.
        size: about how many characters it takes.
    """

    __slots__ = ("batched", "function", "length", "name", "operands", "size")

    def __init__(
        self,
        function: str,
        operands: tuple[Operand, ...],
        *,
        batched: bool,
        length: int | None = None,
        name: str | Reference = "",
        size: int = 0,
    ) -> None:
        self.function = function
        self.operands = operands
        self.name = name
        self.batched = batched
        self.length = length
        self.size = size or 3 + len(function) + sum(map(size_of, operands))

    def operate(self, operation: str, *operands: Any) -> Operand:  # type: ignore[override]
        """The term of an operator."""
        return apply(operation, *operands)

    @property
    def is_mask(self) -> bool:
        """Whether it is a comparison, which NumPy answers with True and False."""
        return self.function in COMPARISONS

    @property
    def terms(self) -> Iterator[Term]:
        """Those of its operands that are no plain floats."""
        return (operand for operand in self.operands if isinstance(operand, Term))


Operand: TypeAlias = Term | float


def named(name: str | Reference, *, batched: bool, length: int | None = None, size: int = 6) -> Term:
    """What has a name."""
    return Term("", (), batched=batched, length=length, name=name, size=size)


def size_of(operand: Operand) -> int:
    """About how many characters an operand takes."""
    return operand.size if isinstance(operand, Term) else len(repr(operand))


def is_batched(operand: Operand) -> bool:
    """Whether an operand is one for each example."""
    return isinstance(operand, Term) and operand.batched


def length_of(operand: Operand) -> int | None:
    """How many numbers a sequence has; None for a single number."""
    return operand.length if isinstance(operand, Term) else None


def names_in(operand: Operand) -> Iterator[str | Reference]:
    """Everything with a name in a term."""
    if isinstance(operand, Term):
        if not operand.function:
            yield operand.name
        for one in operand.operands:
            yield from names_in(one)


def apply(function: str, *operands: Any) -> Operand:
    """What a function or an operator gives, with signs moved outwards and factors of one left out."""
    given = [operand if isinstance(operand, Term) else float(operand) for operand in operands]
    if not any(isinstance(operand, Term) for operand in given):
        return _of_floats(function, given)
    simple = _simpler(function, given)
    return _term(function, *given) if simple is None else simple


def _term(function: str, *operands: Operand) -> Term:
    lengths = [length for operand in operands if (length := length_of(operand)) is not None]
    return Term(function, operands, batched=any(map(is_batched, operands)), length=max(lengths, default=None))


def _of_floats(function: str, operands: Sequence[Operand]) -> float:
    quiet = [QuietFloat(operand) for operand in operands]
    if function == "not_equal":
        return float(operands[0] != operands[1])
    return float(OPERATORS[function](*quiet) if function in OPERATORS else TABLE[function].forward(QUIET, *quiet))


def _simpler(function: str, operands: Sequence[Operand]) -> Operand | None:
    """A shorter way to write an operation that gives the same number, to within a rounding."""
    first, second = operands[0], operands[-1]
    match function:
        case "negative" if _is(first, "negative"):
            return _inside(first)
        case "add" if _is(second, "negative"):
            return apply("subtract", first, _inside(second))
        case "subtract" if _is(second, "negative"):
            return apply("add", first, _inside(second))
        case "multiply":
            return _shorter_product(first, second)
        case "divide" if _is(first, "negative"):
            return apply("negative", apply("divide", _inside(first), second))
        case "power" if second == 1.0:
            return first
        case "equal" if second == 0.0 and _is_positive(first):
            return 0.0
    return None


def _shorter_product(first: Operand, second: Operand) -> Operand | None:
    for one, other in ((first, second), (second, first)):
        if not isinstance(one, Term) and abs(one) == 1.0:
            return other if one > 0.0 else apply("negative", other)
        if _is(one, "negative"):
            return apply("negative", apply("multiply", *((_inside(one), other) if one is first else (other, _inside(one)))))
    if isinstance(second, Term) and second.function == "divide" and second.operands[0] == 1.0:
        return apply("divide", first, second.operands[1])
    return None


def _is(operand: Operand, function: str) -> bool:
    return isinstance(operand, Term) and operand.function == function


def _inside(operand: Operand) -> Operand:
    assert isinstance(operand, Term)
    return operand.operands[0]


def _is_positive(operand: Operand) -> bool:
    """Whether a number is surely larger than 0, or nan: the sum of a positive constant and an absolute value."""
    if not isinstance(operand, Term) or operand.function != "add":
        return False
    constants = [one for one in operand.operands if not isinstance(one, Term)]
    return any(one > 0.0 for one in constants) and any(_is(one, "abs") for one in operand.operands)


# ---------------------------------------------------------------------------------------------------------- sequences


class Rows(Sequence[Any]):
    """A sequence of operands, part by part: what a rule for many operands takes."""

    def __init__(self, parts: Sequence[Operand]) -> None:
        self.parts = tuple(parts)
        self._lengths = [length_of(part) or 1 for part in parts]

    def __len__(self) -> int:
        return sum(self._lengths)

    def __getitem__(self, place: Any) -> Any:
        if place < 0 or place >= len(self):
            raise IndexError(place)
        for part, length in zip(self.parts, self._lengths, strict=True):
            if place < length:
                return element(part, place)
            place -= length
        raise AssertionError

    @property
    def whole(self) -> Term:
        """One term for all of them."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Term) and self.parts[0].length is not None:
            return self.parts[0]
        return Term("rows", self.parts, batched=any(map(is_batched, self.parts)), length=len(self))


def element(part: Operand, place: int) -> Operand:
    """One number of a sequence."""
    if not isinstance(part, Term) or part.length is None:
        return part
    return Term("element", (part, float(place)), batched=part.batched)


def stretch(part: Operand, start: int, count: int) -> Operand:
    """Several numbers of a sequence that stand beside each other."""
    if not isinstance(part, Term) or part.length is None or part.length == count:
        return part
    return Term("stretch", (part, float(start), float(start + count)), batched=part.batched, length=count)


def sum_of_sequence(term: Operand, count: int) -> Operand:
    """The sum of a sequence: of products, a product of vectors or matrices."""
    if not isinstance(term, Term) or term.length is None:
        return apply("multiply", term, float(count))
    if term.function == "multiply":
        first, second = term.operands
        if length_of(first) is not None and length_of(second) is not None:
            if is_batched(first) and not is_batched(second):
                first, second = second, first
            if not is_batched(first):
                return Term("product", (first, second), batched=term.batched)
        else:
            factor, sequence = (first, second) if length_of(first) is None else (second, first)
            return apply("multiply", factor, sum_of_sequence(sequence, count))
    if term.function == "negative":
        return apply("negative", sum_of_sequence(term.operands[0], count))
    return Term("sum of sequence", (term,), batched=term.batched)


def sum_over_examples(term: Operand) -> Operand:
    """The sum over the examples, of something that is one for each of them."""
    assert isinstance(term, Term) and term.batched
    if term.function == "negative":
        return apply("negative", sum_over_examples(term.operands[0]))
    if term.function == "multiply":
        first, second = term.operands
        if not is_batched(first):
            return apply("multiply", first, sum_over_examples(second))
        if not is_batched(second):
            return apply("multiply", sum_over_examples(first), second)
        if length_of(first) is None or length_of(second) is None:
            if length_of(second) is not None:
                first, second = second, first
            return Term("product", (first, second), batched=False, length=term.length)
    if term.function == "divide" and not is_batched(term.operands[1]):
        return apply("divide", sum_over_examples(term.operands[0]), term.operands[1])
    return Term("sum over examples", (term,), batched=False, length=term.length)


# ------------------------------------------------------------------------------------------------- the number system


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
        return _term("where", condition, if_true, if_false)

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
        result, *rest = terms
        for term in rest:
            result = apply("add", result, term)
        return result

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
        return _term("maximum", x, -bound) if isinstance(x, Term) else max(x, -bound)

    def clipped(self, x: Any, bound: float) -> Operand:
        """A number, or ±bound where it is larger."""
        return _term("clip", x, -bound, bound) if isinstance(x, Term) else min(max(x, -bound), bound)


def _rows(values: Any) -> Rows:
    return values if isinstance(values, Rows) else Rows(list(values))


def _position(function: str, values: Any) -> Operand:
    rows = _rows(values)
    if len(rows) == 1:
        return 0.0
    if len(rows) == 2:
        return _term(function, *rows)
    return Term(function, (rows.whole,), batched=rows.whole.batched)


def _is_condition(operand: Operand) -> bool:
    return isinstance(operand, Term) and operand.is_mask


def _opposite(condition: Operand) -> Operand:
    """1 where a condition does not hold. The opposite of a < b is not a ≥ b where one of them is nan."""
    if isinstance(condition, Term) and condition.function in _NEGATED:
        return _term(_NEGATED[condition.function], *condition.operands)
    return apply("subtract", 1.0, condition) if _is_condition(condition) else apply("equal", condition, 0.0)


TERMS = Terms()
