"""The rules of the table on terms: what an operation computes, and what it gives each of its operands on the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from autograd.table.rules import MANY, Selection, Summed
from autograd.vectorizing.printed_loops.sequences import (
    Rows,
    element,
    gradient_of_matrix,
    gradient_of_vector,
    stretch,
    sum_of_sequence,
)
from autograd.vectorizing.printed_loops.slots import Rectangle, Taken, count_of, is_spread, part_of
from autograd.vectorizing.printed_loops.steps import Step
from autograd.vectorizing.printed_loops.term_system import TERMS
from autograd.vectorizing.printed_loops.terms import Operand, Term, apply, is_batched, length_of, term_of
from autograd.vectorizing.rolled.program import Run

Read: TypeAlias = Callable[[Taken, Step], Operand]
"""What gives the term of an operand of a step."""
Name: TypeAlias = Callable[[Term, str], Term]
"""What gives a term a name of its own, if that is worth while."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What an operation passes on to one operand, or to a run of them.

    Attributes:
        target: the operands.
        derivative: the local derivative.
        position: which one of a run gets it, if a choice leaves out all others.
        run, offset: the run that a single operand is taken from, and its place in it.
    """

    target: Taken
    derivative: Operand
    position: Operand | None = None
    run: Run | None = None
    offset: int = 0


def computed(step: Step, read: Read) -> Operand:
    """What an operation computes."""
    term = _computed(step, read)
    if step.width and length_of(term) is None:
        return Term("repeated", (term, float(step.width)), batched=is_batched(term), length=step.width)
    return term


def _computed(step: Step, read: Read) -> Operand:
    primitive, slots = step.operation.primitive, step.slots
    if isinstance(primitive, Summed):
        terms = []
        for parts in zip(*slots, strict=True):
            term = primitive.term(TERMS, *[read(part, step) for part in parts])
            count = _length_of_sum(parts, step)
            terms.append(term if count == 1 else sum_of_sequence(term, count))
        return TERMS.total(terms)
    if primitive.arity != MANY:
        return apply(primitive.name, *[read(operand, step) for (operand,) in slots])
    rows = _rows(slots[0], step, read)
    if isinstance(primitive, Selection):
        return _selected(primitive, rows, [read(operand, step) for operand in step.operands] if step.width else rows, step, read)
    result = primitive.forward(TERMS, rows)
    if isinstance(result, Term) and result.function in ("argmax", "argmin") and len(result.operands) == 2:
        return apply("greater" if result.function == "argmax" else "less", *reversed(result.operands))
    return result  # type: ignore[no-any-return]


def passed_on(upstream: Operand, one: Contribution) -> Operand:
    """Upstream × local derivative, summed over what has the same operand."""
    if isinstance(one.target, Rectangle):
        return gradient_of_matrix(upstream, one.derivative, batched=one.target.array.batched)
    if isinstance(one.derivative, Term) and one.derivative.rows is not None:
        return gradient_of_vector(upstream, one.derivative)
    return apply("multiply", upstream, one.derivative)


def contributions(step: Step, read: Read, result: Operand, name: Name = lambda term, wanted: term) -> list[Contribution]:
    """The local derivatives by those operands that can be differentiated by parameters, without those that are 0."""
    return [
        one
        for one in _contributions(step, read, result, name)
        if one.target.array.active and (isinstance(one.derivative, Term) or one.derivative != 0.0)
    ]


def _contributions(step: Step, read: Read, result: Operand, name: Name) -> Iterator[Contribution]:
    primitive, slots = step.operation.primitive, step.slots
    if isinstance(primitive, Summed):
        for parts in zip(*slots, strict=True):
            derivatives = primitive.term_derivatives(TERMS, *[read(part, step) for part in parts], result)
            yield from map(Contribution, parts, derivatives)
        return
    if primitive.arity != MANY:
        derivatives = primitive.local_derivatives(TERMS, [read(operand, step) for (operand,) in slots], result)
        yield from map(Contribution, step.operands, derivatives)
        return
    if step.width:
        candidates = tuple([read(operand, step) for operand in slots[0]])
        yield from map(Contribution, slots[0], primitive.derivatives(TERMS, candidates, result))
        return
    rows = _rows(slots[0], step, read)
    groups = [rows, *[read(operand, step) for (operand,) in slots[1:]]]
    depth = len(step.path)
    if isinstance(primitive, Selection) and primitive.name != "where" and len(rows) > 2:
        position = _place_of(primitive, groups)
        yield from _of_choice(slots[0], name(position, "place") if isinstance(position, Term) else position, depth)
        return
    derivatives = primitive.derivatives(TERMS, *groups, result)
    whole = derivatives.whole if isinstance(derivatives, Rows) else None
    if whole is not None and len(rows.parts) > 1:
        whole = name(whole, "shares")
    start = 0
    for run in slots[0]:
        count = count_of(run)
        if whole is not None:
            part = stretch(whole, start, count) if count > 1 else element(whole, start)
            yield Contribution(run, part)
        else:
            for offset in range(count):
                yield _to_one(run, offset, derivatives[start + offset], depth)
        start += count


# ------------------------------------------------------------------------------------------------------------- choices


def _selected(primitive: Selection, rows: Rows, candidates: Sequence[Operand], step: Step, read: Read) -> Operand:
    if primitive.name == "where":
        return TERMS.where(*candidates)
    if len(candidates) == 1:
        return candidates[0]
    if primitive.name in ("maximum", "minimum"):
        if step.width or all(length_of(part) is None for part in rows.parts):
            return reduce(lambda one, other: term_of(primitive.name, one, other), candidates)
        return Term(f"{primitive.name} of sequence", (rows.whole,), batched=rows.whole.batched)
    index = _place_of(primitive, [rows, *[read(operand, step) for (operand,) in step.slots[1:]]])
    if not isinstance(index, Term):
        return rows[int(index)]  # type: ignore[no-any-return]
    return Term("chosen", (rows.whole, index), batched=rows.whole.batched or index.batched)


def _place_of(primitive: Selection, groups: Sequence[Rows | Operand]) -> Operand:
    """Where in a sequence the number is that is chosen."""
    position: Operand = primitive.position(TERMS, *groups)
    rows = groups[0]
    if isinstance(position, Term) and position.function not in ("argmax", "argmin"):
        assert isinstance(rows, Rows)
        return Term("as index", (position, float(len(rows))), batched=position.batched)
    return position


def _of_choice(slot: Sequence[Taken], position: Operand, depth: int) -> Iterator[Contribution]:
    if len(slot) == 1 and isinstance(position, Term):
        if is_spread(slot[0], depth):
            yield Contribution(slot[0], 1.0, position)
        else:  # the same operand again and again
            yield _to_one(slot[0], 0, 1.0, depth)
        return
    start = 0
    for run in slot:
        count = count_of(run)
        if not isinstance(position, Term):
            if 0 <= int(position) - start < count:
                yield _to_one(run, int(position) - start, 1.0, depth)
        elif count == 1:
            yield Contribution(run, apply("equal", position, float(start)))
        else:
            mask = Term("is at", (position, float(start), float(start + count)), batched=position.batched, length=count)
            yield Contribution(run, mask)
        start += count


# ------------------------------------------------------------------------------------------------------------ sequences


def _length_of_sum(parts: Sequence[Taken], step: Step) -> int:
    """How many terms of a sum the parts of its slots stand for."""
    if step.width and not any(isinstance(part, Rectangle) for part in parts):
        return 1  # the runs are those of all repetitions
    return count_of(parts[0])


def _rows(slot: Sequence[Taken], step: Step, read: Read) -> Rows:
    parts: list[Operand] = []
    for run in slot:
        part = read(run, step)
        count = count_of(run)
        parts += [part] if length_of(part) == count or count == 1 else [part] * count
    return Rows(parts)


def _to_one(operand: Taken, offset: int, derivative: Operand, depth: int) -> Contribution:
    """What is passed on to one operand, perhaps of a run."""
    if not isinstance(operand, Run) or operand.count == 1:
        return Contribution(operand, derivative)
    return Contribution(part_of(operand, offset, 1, depth), derivative, run=operand, offset=offset)
