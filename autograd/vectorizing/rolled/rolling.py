"""From a recorded graph to a rolled program.

    graph ──read──▶ scalars ──merge──▶ fewer scalars ──▶ items ──fold──▶ loops ──▶ text ──join──▶ fewer lines ──place──▶ program
    (scalars.py)        (merging.py)           (items.py)  (folding.py)     (lines.py)  (joining.py)       (placing.py)

Until numbers are placed in arrays, each has an address (`addresses.py`), and what is said of operands is how their addresses move
from one repetition to the next. Which ways to number and to merge scalars are tried is in `choosing.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from autograd.engine.value import Value
from autograd.table.rules import Summed
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.rolled.addresses import BITS, COMPUTED, CONSTANTS, FIRST_INPUT, INDEX_MASK, PARAMETERS
from autograd.vectorizing.rolled.choosing import Text, shortest_text
from autograd.vectorizing.rolled.lines import Line, Repeated, TextItem
from autograd.vectorizing.rolled.placing import CollisionError, Places, flags
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram, Run, Slot


def roll(recorded: RecordedExample, *, exact: bool = False) -> RolledProgram:
    """Write the scalars that a loss, outputs and demands were computed from as a program over single numbers.

    What repeats becomes a loop, if each of its operands is in the same place in all repetitions, or moves by the same distance
    from one to the next; constants may differ. Unless the program is exact, the initial values of a recurrence are copied to
    where it reads them, by a sum of one term. The order of operations is that of the record. The runs of a dot product's two
    sequences have the same lengths.

    Args:
        recorded: what a function recorded.
        exact: whether to compute each scalar as it was recorded: nothing is merged, and nothing becomes a constant.

    Raises:
        StaleGraphError: a leaf was assigned another number after something had been computed from it.
        TypeError: a primitive of the user's own has rules that can't be compiled, or has been defined anew since.
    """
    try:
        return _program(recorded, shortest_text(recorded, exact=exact))
    except CollisionError:
        return _program(recorded, shortest_text(recorded, exact=exact, joined=False))


def _program(recorded: RecordedExample, text: Text) -> RolledProgram:
    """The program of a text."""
    scalars, lines = text.scalars, text.lines
    roots = dict(zip(recorded.roots(), scalars.roots, strict=True))
    parameters = Array(Kind.PARAMETERS, len(scalars.parameters), active=True)
    inputs = [Array(Kind.INPUT, len(v), number, batched=True) for number, v in enumerate(recorded.arguments.values)]
    places = Places(lines, len(scalars.nodes), parameters, inputs, text.constants)
    flags(lines, places)
    numbers = {line: number for number, line in enumerate(lines)}

    def place_of(root: Value) -> Place:
        space, index = roots[root] >> BITS, roots[root] & INDEX_MASK
        if space == COMPUTED:
            return places.computed(index)
        if space == CONSTANTS:
            return places.constant(scalars.constants[index])
        return Place(parameters if space == PARAMETERS else inputs[space - FIRST_INPUT], Index(index))

    def item_of(item: TextItem) -> Item:
        if isinstance(item, Repeated):
            return Loop(item.trips, [item_of(one) for one in item.body])
        number = numbers[item]
        node = scalars.nodes[(item.reader or item).starts[-1][0]]
        return Operation(item.shape.primitive, _slots(item, places.operands[number]), places.result[number], node)

    return RolledProgram(
        items=[item_of(item) for item in text.items],
        parameters=parameters,
        parameter_values=scalars.parameters,
        inputs=inputs,
        loss=place_of(recorded.loss),
        outputs={name: [place_of(value) for value in output.values] for name, output in recorded.outputs.items()},
        demands=[place_of(demand.condition) for demand in recorded.demands],
        captured=scalars.captured,
        n_nodes=len(scalars.nodes),
        primitives=frozenset(primitive.name for primitive in scalars.primitives),
    )


def _slots(line: Line, placed: Sequence[Place]) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    taken = 0
    for slot in line.shape.slots:
        if isinstance(slot, tuple):
            of_slot = placed[taken : taken + len(slot)]
            slots.append(tuple([Run(one.array, one.index, run.count) for run, one in zip(slot, of_slot, strict=True)]))
            taken += len(slot)
        else:
            slots.append(placed[taken])
            taken += 1
    if isinstance(line.shape.primitive, Summed) and len(slots) == 2:
        return _aligned(slots, len(line.trips))
    return tuple(slots)


def _aligned(slots: Sequence[Slot], depth: int) -> tuple[Slot, ...]:
    """Two sequences of runs, cut where a run of either ends."""
    rows = [slot for slot in slots if isinstance(slot, tuple)]
    ends = set.intersection(*({sum(run.count for run in row[:n]) for n in range(1, len(row) + 1)} for row in rows))
    if len(ends) == len(rows[0]) == len(rows[1]):
        return tuple(slots)
    cuts = sorted(set.union(*({sum(run.count for run in row[:n]) for n in range(len(row) + 1)} for row in rows)))
    return tuple([tuple(_cut(row, cuts, depth)) for row in rows])


def _cut(row: Sequence[Run], cuts: Sequence[int], depth: int) -> Iterator[Run]:
    start = 0
    for run in row:
        end = start + run.count
        step = run.index.steps[depth] if len(run.index.steps) > depth else 0
        inside = [start, *(cut for cut in cuts if start < cut < end), end]
        for low, high in pairwise(inside):
            index = replace(run.index, base=run.index.base + step * (low - start))
            yield Run(run.array, index, high - low)
        start = end
