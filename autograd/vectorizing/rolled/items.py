"""The scalars of a graph as items: their shapes, and where the numbers of each start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from autograd.vectorizing.rolled.addresses import BITS, CONSTANTS, INDEX_MASK
from autograd.vectorizing.rolled.scalars import Scalars
from autograd.vectorizing.rolled.shapes import Numbers, OperationShape, RunShape, Shapes, SlotShape

# Fewer operands in a row than this are a run each: their distances may differ from one repetition to the next.
_SHORTEST_RUN = 4


@dataclass
class Items:
    """Items in the order in which they are computed.

    Attributes:
        shape: the number of each item's shape.
        first: where the starts of each item begin, and at the end how many there are in all.
        starts: the indices where the numbers of the items start.
    """

    shape: Numbers
    first: Numbers
    starts: Numbers

    def __len__(self) -> int:
        return len(self.shape)


def items_of(scalars: Scalars, shapes: Shapes) -> tuple[Items, Numbers]:
    """Each scalar as an item, and the constants in the order of their uses, which are their indices."""
    operands = scalars.operands
    runs = _Runs(scalars.sequences, scalars.first_element)
    n_spaces = max(int(operands.max(initial=0) >> BITS) + 1, runs.n_spaces)
    # The shape of a slot: none, the space of a single operand, or that of a sequence.
    slot_shape = numpy.where(operands >= 0, (operands >> BITS) + 1, 0)
    sequence = numpy.maximum(-2 - operands, 0)
    is_sequence = operands < -1
    if len(runs.shape_of):
        slot_shape = numpy.where(is_sequence, runs.shape_of[sequence] + n_spaces + 1, slot_shape)
    n_slot_shapes = n_spaces + 1 + len(runs.shapes)
    key = (scalars.primitive * n_slot_shapes + slot_shape[0]) * n_slot_shapes + slot_shape[1]
    keys, inverse = _numbered(key)

    def slot_of(number: int) -> SlotShape:
        return number - 1 if number <= n_spaces else runs.shapes[number - n_spaces - 1]

    numbers = []
    for one in keys.tolist():
        rest, second = divmod(one, n_slot_shapes)
        which, first = divmod(rest, n_slot_shapes)
        slots = (slot_of(first),) if second == 0 else (slot_of(first), slot_of(second))
        numbers.append(shapes.number_of(OperationShape(scalars.primitives[which], slots)))
    shape = numpy.array(numbers, numpy.int64)[inverse]
    counts = (operands >= 0).astype(numpy.int64)
    if len(runs.shape_of):
        counts = numpy.where(is_sequence, runs.n_runs[sequence], counts)
    first_start = numpy.concatenate([[0], numpy.cumsum(counts.sum(0) + 1)])
    starts = numpy.empty(first_start[-1], numpy.int64)
    constant_source = numpy.full(first_start[-1], -1)
    n_constants = numpy.zeros(first_start[-1], numpy.int64)
    starts[first_start[1:] - 1] = scalars.position
    place = first_start[:-1]
    for slot in (0, 1):
        single = operands[slot] >= 0
        where, single_operands = place[single], operands[slot][single]
        starts[where] = single_operands & INDEX_MASK
        of_constant = where[single_operands >> BITS == CONSTANTS]
        n_constants[of_constant], constant_source[of_constant] = 1, starts[of_constant]
        many = is_sequence[slot]
        if many.any():
            which = sequence[slot][many]
            run, offset = _ranges(runs.first_run[which], runs.n_runs[which])
            where = numpy.repeat(place[many], runs.n_runs[which]) + offset
            starts[where] = runs.start[run]
            constants = runs.space[run] == CONSTANTS
            n_constants[where[constants]] = runs.count[run[constants]]
            constant_source[where[constants]] = len(scalars.constants) + runs.element[run[constants]]
        place = place + counts[slot]
    used = numpy.flatnonzero(n_constants)
    chosen, _ = _ranges(constant_source[used], n_constants[used])
    starts[used] = numpy.cumsum(n_constants[used]) - n_constants[used]
    source = numpy.concatenate([numpy.arange(len(scalars.constants)), runs.addresses & INDEX_MASK])
    values = scalars.constants[source[chosen]]
    return Items(shape, first_start, starts), values


def _numbered(keys: Numbers) -> tuple[Numbers, Numbers]:
    """The different keys, none below 0, in their order; and which of these each key is."""
    most = int(keys.max(initial=0))
    if most > 4 * len(keys):
        return numpy.unique(keys, return_inverse=True)
    # A table of them all takes less time than sorting.
    number_of = numpy.zeros(most + 1, numpy.int64)
    number_of[keys] = 1
    different = numpy.flatnonzero(number_of)
    number_of[different] = numpy.arange(len(different))
    return different, number_of[keys]


class _Runs:
    """Sequences of addresses taken apart into runs.

    Attributes:
        addresses: those of all sequences, one behind the other.
        space, step, count, start, element: of each run, its shape, the index where it starts, and its place among the addresses.
        first_run, n_runs: of each sequence.
        shapes: the different shapes of sequences.
        shape_of: the number of each sequence's shape.
    """

    def __init__(self, addresses: Numbers, first_element: Numbers) -> None:
        self.addresses = addresses
        starts_run, step = _boundaries(self.addresses, first_element)
        self.element = numpy.flatnonzero(starts_run)
        self.count = numpy.diff(numpy.append(self.element, len(self.addresses)))
        self.start = self.addresses[self.element] & INDEX_MASK
        self.space = self.addresses[self.element] >> BITS
        self.n_spaces = int(self.space.max(initial=0)) + 1
        next_element = numpy.minimum(self.element + 1, max(len(self.addresses) - 1, 0))
        self.step = numpy.where(self.count > 1, step[next_element], 0)
        self.first_run = numpy.searchsorted(self.element, first_element[:-1])
        self.n_runs = numpy.diff(numpy.append(self.first_run, len(self.element)))
        rows = numpy.stack([self.space, self.step, self.count], axis=1)
        self.shapes: list[tuple[RunShape, ...]] = []
        number_of: dict[bytes, int] = {}
        shape_of = []
        for first, n_runs in zip(self.first_run.tolist(), self.n_runs.tolist(), strict=True):
            of_sequence = rows[first : first + n_runs]
            number = number_of.setdefault(of_sequence.tobytes(), len(number_of))
            if number == len(self.shapes):
                self.shapes.append(tuple([RunShape(*row) for row in of_sequence.tolist()]))
            shape_of.append(number)
        self.shape_of = numpy.array(shape_of, numpy.int64)


def _boundaries(addresses: Numbers, first_element: Numbers) -> tuple[Numbers, Numbers]:
    """Which elements of sequences start a run, and how far each element is from the one before."""
    n = len(addresses)
    starts_run = numpy.ones(n, bool)
    step = numpy.zeros(n, numpy.int64)
    if n < 2:
        return starts_run, step
    step[1:] = addresses[1:] - addresses[:-1]
    space = addresses >> BITS
    joined = numpy.zeros(n, bool)
    joined[1:] = space[1:] == space[:-1]
    joined[first_element[:-1]] = False
    # Constants are in the order of their use.
    step[joined & (space == CONSTANTS)] = 1
    # Elements as far from the one before as that one is from the one before it.
    steady = numpy.zeros(n, bool)
    steady[2:] = joined[2:] & joined[1:-1] & (step[2:] == step[1:-1])
    edges = numpy.diff(numpy.concatenate([[0], steady.astype(numpy.int8), [0]]))
    first, last = numpy.flatnonzero(edges == 1) - 2, numpy.flatnonzero(edges == -1) - 1
    # An element that ends one run does not start another.
    first[1:] += first[1:] == last[:-1]
    long_enough = last - first + 1 >= _SHORTEST_RUN
    inside = numpy.zeros(n + 1, numpy.int64)
    inside[first[long_enough] + 1] += 1
    inside[last[long_enough] + 1] -= 1
    starts_run[numpy.cumsum(inside)[:-1] > 0] = False
    return starts_run, step


def _ranges(first: Numbers, count: Numbers) -> tuple[Numbers, Numbers]:
    """The numbers first, first + 1, …, as many as counted, one range behind the other; and their places in their ranges."""
    offset = numpy.arange(int(count.sum())) - numpy.repeat(numpy.cumsum(count) - count, count)
    return numpy.repeat(first, count) + offset, offset
