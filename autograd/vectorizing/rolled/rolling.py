"""From a recorded graph to a rolled program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd.engine.value import Value
from autograd.table.rules import Summed
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.rolled.addresses import COMPUTED, CONSTANTS, FIRST_INPUT, PARAMETERS, index_of, space_of
from autograd.vectorizing.rolled.folding import fold
from autograd.vectorizing.rolled.items import items_of
from autograd.vectorizing.rolled.lines import Line, Repeated, TextItem, text_of
from autograd.vectorizing.rolled.placing import Placed, Places, flags
from autograd.vectorizing.rolled.program import Array, Index, Item, Kind, Loop, Operation, Place, RolledProgram, Run, Slot
from autograd.vectorizing.rolled.scalars import Scalars
from autograd.vectorizing.rolled.shapes import Shapes


def roll(recorded: RecordedExample, *, exact: bool = False) -> RolledProgram:
    """Write the scalars that a loss, outputs and demands were computed from as a program over single numbers.

    What repeats becomes a loop, if each of its operands is in the same place in all repetitions, or moves by the same distance
    from one to the next; constants may differ. The order of operations is that of the record. The runs of a dot product's two
    sequences have the same lengths.

    Args:
        recorded: what a function recorded.
        exact: whether to compute each scalar as it was recorded: nothing is merged, and nothing becomes a constant.

    Raises:
        StaleGraphError: a leaf was assigned another number after something had been computed from it.
        TypeError: a primitive of the user's own has rules that can't be compiled, or has been defined anew since.
    """
    scalars = Scalars(recorded, exact)
    roots = {root: scalars.locate(root) for root in recorded.roots()}
    shapes = Shapes()
    items, constants = items_of(scalars, shapes)
    text = text_of(fold(items, shapes), shapes)
    lines = list(_lines(text))
    parameters = Array(Kind.PARAMETERS, len(scalars.parameters), active=True)
    inputs = [Array(Kind.INPUT, len(v), number, batched=True) for number, v in enumerate(recorded.arguments.values)]
    places = Places(lines, len(scalars.nodes), parameters, inputs, constants)
    flags(lines, places)
    numbers = {line: number for number, line in enumerate(lines)}

    def place_of(root: Value) -> Place:
        space, index = space_of(roots[root]), index_of(roots[root])
        if space == COMPUTED:
            return Place(*places.computed(index))
        if space == CONSTANTS:
            return Place(*places.constant(scalars.constants[index]))
        return Place(parameters if space == PARAMETERS else inputs[space - FIRST_INPUT], Index(index))

    def item_of(item: TextItem) -> Item:
        if isinstance(item, Repeated):
            return Loop(item.trips, [item_of(one) for one in item.body])
        number = numbers[item]
        node = scalars.nodes[int(item.starts[-1][0])]
        return Operation(item.shape.primitive, _slots(item, places.operands[number]), Place(*places.result[number]), node)

    return RolledProgram(
        items=[item_of(item) for item in text],
        parameters=parameters,
        parameter_values=scalars.parameters,
        inputs=inputs,
        loss=place_of(recorded.loss),
        outputs={name: [place_of(value) for value in output.values] for name, output in recorded.outputs.items()},
        demands=[place_of(demand.condition) for demand in recorded.demands],
        captured=list(scalars.captured),
        n_nodes=len(scalars.nodes),
        primitives=frozenset(node.primitive.name for node in scalars.nodes),
    )


def _lines(text: Sequence[TextItem]) -> Iterator[Line]:
    for item in text:
        if isinstance(item, Repeated):
            yield from _lines(item.body)
        else:
            yield item


def _slots(line: Line, placed: Sequence[Placed]) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    taken = 0
    for slot in line.shape.slots:
        if isinstance(slot, tuple):
            of_slot = placed[taken : taken + len(slot)]
            slots.append(tuple([Run(array, index, run.count) for run, (array, index) in zip(slot, of_slot, strict=True)]))
            taken += len(slot)
        else:
            slots.append(Place(*placed[taken]))
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
        for low, high in zip(inside, inside[1:], strict=False):
            index = Index(run.index.base + step * (low - start), run.index.steps)
            yield Run(run.array, index, high - low)
        start = end
