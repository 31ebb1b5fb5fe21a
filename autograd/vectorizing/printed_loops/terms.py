"""Terms: expressions of a program that is being written.

A term stands for a number, one for all examples or one for each, or for a sequence of numbers. In a program these are a NumPy
scalar, an array of shape (m,), and arrays of shape (n,) and (n, m). Signs are moved outwards, and factors of one left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any, TypeAlias

from autograd.table.floats import QUIET, QuietFloat
from autograd.table.operators import OPERATORS, Operators
from autograd.table.primitives import TABLE
from autograd.vectorizing.rolled.program import Array, Index, Loop

Path: TypeAlias = tuple[Loop, ...]

COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
# More terms than that are one sum.
_FEW = 8
# The name of a number that must not be written, since it is no longer there.
NOT_KEPT = "not kept"
# The opposite of a < b is not a ≥ b where one of them is nan.
OPPOSITE = "opposite"


class Reference:
    """Numbers of an array: one in each repetition, or a run of them.

    Attributes:
        array: where they are.
        index: which of them.
        path: the loops around the reader, from the outermost on.
        count: how many a run has; None for a single number.
        rows: how many runs a rectangle has; None for a single run.
        of_adjoint: whether it is their gradients that are meant.
    """

    __slots__ = ("array", "count", "index", "of_adjoint", "path", "rows")

    def __init__(
        self,
        array: Array,
        index: Index,
        path: Path,
        count: int | None = None,
        *,
        rows: int | None = None,
        of_adjoint: bool = False,
    ) -> None:
        self.rows = rows
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
        rows: how many rows a matrix has, each of which is a sequence; None for what is no matrix.
    """

    __slots__ = ("batched", "function", "length", "name", "operands", "rows", "size")

    def __init__(
        self,
        function: str,
        operands: tuple[Operand, ...],
        *,
        batched: bool,
        length: int | None = None,
        name: str | Reference = "",
        size: int = 0,
        rows: int | None = None,
    ) -> None:
        self.rows = rows
        self.function = function
        self.operands = operands
        self.name = name
        self.batched = batched
        self.length = length
        self.size = size or (3 if function in OPERATORS else 2 + len(function)) + sum(map(size_of, operands))

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
    rows = name.rows if isinstance(name, Reference) else None
    return Term("", (), batched=batched, length=length, name=name, size=size, rows=rows)


def size_of(operand: Operand) -> int:
    """About how many characters an operand takes."""
    return operand.size if isinstance(operand, Term) else len(repr(operand))


def is_batched(operand: Operand) -> bool:
    """Whether an operand is one for each example."""
    return isinstance(operand, Term) and operand.batched


def length_of(operand: Operand) -> int | None:
    """How many numbers a sequence has; None for a single number."""
    return operand.length if isinstance(operand, Term) else None


def rows_of(operand: Operand) -> int | None:
    """How many rows a matrix has; None for what is no matrix."""
    return operand.rows if isinstance(operand, Term) else None


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
    return term_of(function, *given) if simple is None else simple


def term_of(function: str, *operands: Operand) -> Term:
    """A term as it is."""
    lengths = [length for operand in operands if (length := length_of(operand)) is not None]
    return Term(function, operands, batched=any(map(is_batched, operands)), length=max(lengths, default=None))


def sum_of(terms: Sequence[Operand]) -> Operand:
    """A sum of any number of terms; many of them stand side by side, not one in another."""
    if len(terms) <= _FEW:
        return reduce(lambda one, other: apply("add", one, other), terms)
    return term_of("sum of terms", *terms)


def _of_floats(function: str, operands: Sequence[Any]) -> float:
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
        if isinstance(one, Term) and one.function == OPPOSITE:
            return term_of("where", one.operands[0], 0.0, other)
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
