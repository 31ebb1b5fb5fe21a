"""What became of a recorded graph as a rolled program, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from autograd.vectorizing.printed.naming import stem_of
from autograd.vectorizing.rolled.program import Array, Item, Kind, Loop, Operation, Place, RolledProgram

_MOST_LISTED = 12
_INDENT = "  "


def report_of_rolled(rolled: RolledProgram) -> str:
    """How many operations a program has, what its loops repeat, what it computes once for all examples, and what was captured.

    >>> from autograd import Value, tanh
    >>> from autograd.vectorizing.example.tracing import record
    >>> from autograd.vectorizing.rolled.rolling import roll
    >>> w = Value(0.5, "w")
    >>> def loss(x):
    ...     h = x[0]
    ...     for t in range(1, 100):
    ...         h = tanh(w * h + x[t])
    ...     return h
    >>> print(report_of_rolled(roll(record(loss, ([0.1] * 100,), None))), end="")
    297 operations on single numbers became 4, 3 of which stand in loops.
    Loops:
      99 × (multiply, add, tanh)
    Outside of loops: total.
    Computed once for all examples: none.
    Captured constants: none.
    """
    operations = [operation for operation, _ in rolled.operations()]
    outside = [item for item in rolled.items if isinstance(item, Operation)]
    n_inside = len(operations) - len(outside)
    became = f"became {len(operations)}" if n_inside else f"are {len(operations)} in the program"
    lines = [
        f"{rolled.n_nodes} operations on single numbers {became}"
        + (f", {n_inside} of which stand in loops." if n_inside else ", none of which repeats in a loop.")
    ]
    if n_inside:
        lines += ["Loops:", *_loops(rolled.items, _INDENT), _sentence("Outside of loops", outside)]
    lines.append(_sentence("Computed once for all examples", [one for one in operations if not one.result.array.batched]))
    return "\n".join([*lines, *_captured(rolled, operations)]) + "\n"


def _loops(items: Sequence[Item], indent: str) -> Iterator[str]:
    """A line for each loop: how often it repeats what, and below it the loops inside."""
    for item in items:
        if isinstance(item, Loop):
            inner = sum(isinstance(one, Loop) for one in item.items)
            parts = [_named(one for one in item.items if isinstance(one, Operation))] if len(item.items) > inner else []
            parts += [f"{inner} loop{'s' if inner > 1 else ''}"] if inner else []
            yield f"{indent}{item.trips} × ({', '.join(parts)})"
            yield from _loops(item.items, indent + _INDENT)


def _sentence(what: str, operations: Sequence[Operation]) -> str:
    return f"{what}: {_named(operations) or 'none'}."


def _named(operations: Iterable[Operation]) -> str:
    """The names of operations, each with how many there are."""
    counts = Counter(operation.primitive.name for operation in operations)
    return ", ".join(name if count == 1 else f"{count} × {name}" for name, count in counts.items())


def _captured(rolled: RolledProgram, operations: Sequence[Operation]) -> list[str]:
    arrays: dict[Array, None] = {}
    for operation in operations:
        for slot in operation.slots:
            for place in (slot,) if isinstance(slot, Place) else slot:
                if place.array.kind is Kind.CONSTANTS:
                    arrays[place.array] = None
    numbers = list(dict.fromkeys(repr(number) for array in arrays for number in array.constants))
    if not numbers:
        return ["Captured constants: none."]
    shown = ", ".join(numbers[:_MOST_LISTED]) + (", …" if len(numbers) > _MOST_LISTED else "")
    lines = [f"Captured constants: {len(numbers)} different number{'s' if len(numbers) > 1 else ''}: {shown}."]
    if rolled.captured:
        labels = sorted({stem_of([leaf.label]) or "unlabelled" for leaf in rolled.captured})
        one_or_more = "leaf is a Value" if len(rolled.captured) == 1 else "leaves are Values"
        lines.append(f"  {len(rolled.captured)} {one_or_more} other than parameters: {', '.join(labels[:_MOST_LISTED])}.")
    return lines
