"""What the operand slots of nodes hold, as flat arrays of ticks: a Value is told by its tick, which no other one has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, compress, pairwise
from operator import attrgetter

import numpy

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.vectorizing.rolled.shapes import Numbers

_ticks_of = attrgetter("_first._tick"), attrgetter("_second._tick")


class Slots:
    """The operand slots of nodes, and the operands in them in the order of their use.

    The elements of a tuple that many nodes share stand where it is used first.

    Args:
        nodes: the nodes.
        arity: how many operands each has; 0 for what has sequences of operands.

    Attributes:
        ticks: the ticks of the operands.
    """

    def __init__(self, nodes: Sequence[Value], arity: Numbers) -> None:
        self._nodes = nodes
        # Of each slot of each node, whether it holds a single operand.
        self._is_single = numpy.stack([arity > 0, arity > 1], axis=1)
        self._tuples: list[tuple[Value, ...]] = []
        # Of each slot that holds a tuple, the number of the tuple; and where each is used first.
        self._tuple_in: dict[int, int] = {}
        first_uses: list[int] = []
        number_of: dict[int, int] = {}
        for node in numpy.flatnonzero(arity == 0).tolist():
            for slot, held in enumerate(graph.groups(nodes[node])):
                if held.__class__ is not tuple:
                    self._is_single[node, slot] = True
                    continue
                number = self._tuple_in[2 * node + slot] = number_of.setdefault(id(held), len(number_of))
                if number == len(first_uses):
                    first_uses.append(2 * node + slot)
                    self._tuples.append(held)
        ticks = numpy.zeros((len(nodes), 2), numpy.int64)
        for slot, is_single, ticks_of in zip((0, 1), self._is_single.T, _ticks_of, strict=True):
            with_one = nodes if is_single.all() else compress(nodes, is_single.tobytes())
            ticks[is_single, slot] = numpy.fromiter(map(ticks_of, with_one), numpy.int64)
        self.ticks = ticks[self._is_single]
        self._places = numpy.flatnonzero(self._is_single)
        self._first_element = numpy.cumsum([0, *map(len, self._tuples)])
        self._elements: list[Value] = []
        # The single operands and then the elements of tuples, in the order of their use; None if there are no tuples.
        self._order: Numbers = None
        if self._tuples:
            self._elements = list(chain.from_iterable(self._tuples))
            uses = numpy.repeat(first_uses, numpy.diff(self._first_element))
            self._order = numpy.argsort(numpy.concatenate([self._places, uses]), kind="stable")
            of_elements = numpy.fromiter(map(graph.tick_of, self._elements), numpy.int64, len(self._elements))
            self.ticks = numpy.concatenate([self.ticks, of_elements])[self._order]

    def operands(self, numbers: Numbers) -> Iterator[Value]:
        """Some of the operands."""
        if self._order is not None:
            numbers = self._order[numbers]
        n = len(self._places)
        # What is an element of a tuple has no place of its own.
        places = self._places[numbers[numbers < n]]
        singles = zip((places >> 1).tolist(), (places & 1).tolist(), strict=True)
        for is_element, number in zip((numbers >= n).tolist(), numbers.tolist(), strict=True):
            if is_element:
                yield self._elements[number - n]
            else:
                node, slot = next(singles)
                yield self._nodes[node]._second if slot else self._nodes[node]._first

    def holding(self, addresses: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """The slots with addresses in the place of operands.

        Args:
            addresses: of each operand, in the order of their use.

        Returns:
            The slots, one in a row, with -1 for nothing and -2 - number for a sequence; the addresses in the sequences, one
            behind the other; and where each sequence begins, and the last one ends.
        """
        n = len(self._places)
        if self._order is not None:
            in_order, addresses = addresses, numpy.empty_like(addresses)
            addresses[self._order] = in_order
        slots = numpy.full((len(self._nodes), 2), -1)
        slots[self._is_single] = addresses[:n]
        # Tuples of the same operands are one sequence.
        sequences: dict[bytes, int] = {}
        lengths: list[int] = []
        of_tuples: list[int] = []
        for low, high in pairwise((self._first_element + n).tolist()):
            number = sequences.setdefault(addresses[low:high].tobytes(), len(sequences))
            of_tuples.append(number)
            if number == len(lengths):
                lengths.append(high - low)
        if self._tuple_in:
            slots.reshape(-1)[list(self._tuple_in)] = -2 - numpy.array(of_tuples)[list(self._tuple_in.values())]
        elements = numpy.frombuffer(b"".join(sequences), numpy.int64)
        return numpy.ascontiguousarray(slots.T), elements, numpy.cumsum([0, *lengths])
