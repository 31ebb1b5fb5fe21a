"""Sequences of terms, and sums of them: products of vectors and matrices where they are sums of products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.vectorizing.printed_loops.terms import Operand, Term, apply, is_batched, length_of, rows_of


class Rows(Sequence[Any]):
    """A sequence of operands, part by part: what a rule for many operands takes."""

    def __init__(self, parts: Sequence[Operand]) -> None:
        self.parts = tuple(parts)
        self._lengths = [length_of(part) or 1 for part in parts]

    def __len__(self) -> int:
        return sum(self._lengths)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        place = place + len(self) if place < 0 else place
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
        one = self.parts[0]
        if len(self) == len(self.parts) > 3 and all(part is one for part in self.parts):
            return Term("repeated", (one, float(len(self))), batched=is_batched(one), length=len(self))
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
    if term.rows is not None:
        return Term("sum of rows", (term,), batched=term.batched, length=term.rows)
    if term.function == "multiply":
        first, second = term.operands
        for matrix, vector in ((first, second), (second, first)):
            if (rows := rows_of(matrix)) is not None:
                if length_of(vector) is None:
                    return apply("multiply", sum_of_sequence(matrix, count), vector)
                return Term("product", (matrix, vector), batched=term.batched, length=rows)
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


def gradient_of_matrix(upstream: Operand, vector: Operand, *, batched: bool) -> Operand:
    """What a product of a matrix and a vector, or the sums of its rows, give the matrix."""
    if isinstance(upstream, Term) and upstream.function == "negative":
        return apply("negative", gradient_of_matrix(upstream.operands[0], vector, batched=batched))
    if length_of(vector) is None:
        summed = apply("multiply", upstream, vector)
        if not batched and is_batched(summed):
            summed = sum_over_examples(summed)
        return Term("column", (summed,), batched=is_batched(summed), length=1, rows=length_of(upstream))
    return Term("gradient of matrix", (upstream, vector), batched=False, length=length_of(vector), rows=length_of(upstream))


def gradient_of_vector(upstream: Operand, matrix: Term) -> Operand:
    """What a product of a matrix and a vector gives the vector."""
    if isinstance(upstream, Term) and upstream.function == "negative":
        return apply("negative", gradient_of_vector(upstream.operands[0], matrix))
    turned = Term("turned", (matrix,), batched=False, length=matrix.length)
    return Term("product", (turned, upstream), batched=is_batched(upstream), length=matrix.length)


def sum_over_examples(term: Operand) -> Operand:
    """The sum over the examples, of something that is one for each of them."""
    assert isinstance(term, Term) and term.batched
    if term.function == "negative":
        return apply("negative", sum_over_examples(term.operands[0]))
    if term.function == "sum of sequence":
        return Term("sum of everything", term.operands, batched=False)
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
