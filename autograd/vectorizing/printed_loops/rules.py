"""The rules of the table on terms: what an operation computes, and what it gives each of its operands on the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from autograd.table.rules import Selection, Summed
from autograd.vectorizing.printed_loops.terms import (
    TERMS,
    Operand,
    Rows,
    Term,
    apply,
    element,
    is_batched,
    length_of,
    stretch,
    sum_of_sequence,
)
from autograd.vectorizing.printed_loops.uses import Step, runs_of
from autograd.vectorizing.rolled.program import Index, Place, Run, Slot

Read: TypeAlias = Callable[[Place | Run, Step], Operand]
"""What gives the term of an operand of a step."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What an operation passes on to one operand, or to a run of them.

    Attributes:
        target: the operands.
        derivative: the local derivative.
        position: which one of a run gets it, if a choice leaves out all others.
    """

    target: Place | Run
    derivative: Operand
    position: Operand | None = None


def computed(step: Step, read: Read) -> Operand:
    """What an operation computes."""
    primitive, slots = step.operation.primitive, step.operation.slots
    if isinstance(primitive, Summed):
        terms = []
        for aligned in _aligned(slots, len(step.path)):
            term = primitive.term(TERMS, *[read(run, step) for run in aligned])
            terms.append(sum_of_sequence(term, _count(aligned[0])))
        return TERMS.total(terms)
    if not isinstance(slots[0], tuple):
        return apply(primitive.name, *[read(slot, step) for slot in slots if isinstance(slot, Place)])
    rows = _rows(slots[0], step, read)
    if isinstance(primitive, Selection):
        return _selected(primitive, rows, step, read)
    result = primitive.forward(TERMS, rows)
    if isinstance(result, Term) and result.function in ("argmax", "argmin") and len(result.operands) == 2:
        return apply("greater" if result.function == "argmax" else "less", *reversed(result.operands))
    return result  # type: ignore[no-any-return]


def contributions(step: Step, read: Read, result: Operand) -> list[Contribution]:
    """The local derivatives by those operands that can be differentiated by parameters, without those that are 0."""
    return [
        one
        for one in _contributions(step, read, result)
        if one.target.array.active and (isinstance(one.derivative, Term) or one.derivative != 0.0)
    ]


def _contributions(step: Step, read: Read, result: Operand) -> Iterator[Contribution]:
    primitive, slots = step.operation.primitive, step.operation.slots
    if isinstance(primitive, Summed):
        for aligned in _aligned(slots, len(step.path)):
            derivatives = primitive.term_derivatives(TERMS, *[read(run, step) for run in aligned], result)
            for run, derivative in zip(aligned, derivatives, strict=True):
                yield Contribution(run, derivative)
        return
    if not isinstance(slots[0], tuple):
        places = [slot for slot in slots if isinstance(slot, Place)]
        derivatives = primitive.local_derivatives(TERMS, [read(place, step) for place in places], result)
        for place, derivative in zip(places, derivatives, strict=True):
            yield Contribution(place, derivative)
        return
    rows = _rows(slots[0], step, read)
    groups = [rows, *[read(slot, step) for slot in slots[1:] if isinstance(slot, Place)]]
    depth = len(step.path)
    if isinstance(primitive, Selection) and primitive.name != "where" and len(rows) > 2:
        yield from _of_choice(slots[0], _place_of(primitive, groups), len(rows), depth)
        return
    derivatives = primitive.derivatives(TERMS, *groups, result)
    start = 0
    for run in runs_of(slots[0]):
        count = _count(run)
        if isinstance(derivatives, Rows):
            whole = derivatives.whole
            part = stretch(whole, start, count) if count > 1 else element(whole, start)
            yield Contribution(run, part)
        else:
            for place in range(count):
                one = derivatives[start + place]
                yield Contribution(part_of(run, place, 1, depth), one)
        start += count


# ------------------------------------------------------------------------------------------------------------- choices


def _selected(primitive: Selection, rows: Rows, step: Step, read: Read) -> Operand:
    if primitive.name == "where":
        return TERMS.where(*rows)
    if len(rows) == 1:
        return rows[0]  # type: ignore[no-any-return]
    if primitive.name in ("maximum", "minimum"):
        if all(length_of(part) is None for part in rows.parts):
            result = rows.parts[0]
            for part in rows.parts[1:]:
                result = Term(primitive.name, (result, part), batched=is_batched(result) or is_batched(part))
            return result
        return Term(f"{primitive.name} of sequence", (rows.whole,), batched=rows.whole.batched)
    index = _place_of(primitive, [rows, *[read(slot, step) for slot in step.operation.slots[1:] if isinstance(slot, Place)]])
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


def _of_choice(slot: Slot, position: Operand, length: int, depth: int) -> Iterator[Contribution]:
    runs = runs_of(slot)
    if len(runs) == 1 and isinstance(position, Term):
        yield Contribution(runs[0], 1.0, position)
        return
    start = 0
    for run in runs:
        count = _count(run)
        if not isinstance(position, Term):
            place = int(position) - start
            if 0 <= place < count:
                yield Contribution(part_of(run, place, 1, depth), 1.0)
        elif count == 1:
            yield Contribution(run, apply("equal", position, float(start)))
        else:
            mask = Term("is at", (position, float(start), float(start + count)), batched=position.batched, length=count)
            yield Contribution(run, mask)
        start += count


# ------------------------------------------------------------------------------------------------------------ sequences


def _count(operand: Place | Run) -> int:
    return operand.count if isinstance(operand, Run) else 1


def part_of(run: Place | Run, start: int, count: int, depth: int) -> Place | Run:
    """Some elements of a run that stand beside each other, for a reader inside as many loops; a single one as a place."""
    if isinstance(run, Place) or (count == run.count and count > 1):
        return run
    index = run.index
    step = index.steps[depth] if len(index.steps) > depth else 0
    index = replace(index, base=index.base + start * step)
    if index.table and start:
        skipped = start * (index.table_steps[depth] if len(index.table_steps) > depth else 0)
        assert skipped >= 0
        index = replace(index, table=index.table[skipped:])
    if count > 1:
        return Run(run.array, index, count)
    return Place(run.array, Index(index.base, index.steps[:depth], index.table, index.table_steps[:depth]))


def _aligned(slots: Sequence[Slot], depth: int) -> Iterator[list[Place | Run]]:
    """The operands of the terms of a sum, as runs of equal length in each slot."""
    rests = [list(runs_of(slot)) for slot in slots]
    while rests[0]:
        count = min(_count(rest[0]) for rest in rests)
        aligned = []
        for rest in rests:
            run = rest.pop(0)
            aligned.append(part_of(run, 0, count, depth))
            if _count(run) > count:
                rest.insert(0, part_of(run, count, _count(run) - count, depth))
        yield aligned


def _rows(slot: Slot, step: Step, read: Read) -> Rows:
    parts: list[Operand] = []
    for run in runs_of(slot):
        part = read(run, step)
        count = _count(run)
        parts += [part] if length_of(part) == count or count == 1 else [part] * count
    return Rows(parts)
