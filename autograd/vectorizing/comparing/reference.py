"""The gradient of a recorded loss by the rules of the table, independently of how programs are compiled.

It is what `Value.backward` computes, to within the order of additions, in a fraction of the time where long sequences of leaves
are summed: their shares of the gradient are arrays, which are put together in the end. Nothing of the graph changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import Any

import numpy

from autograd.engine import graph
from autograd.engine.graph import OFF
from autograd.engine.value import Value
from autograd.number_systems.arrays import ARRAYS
from autograd.table.floats import QUIET
from autograd.table.rules import Selection, Summed

Numbers = Any  # numpy.ndarray

_data_of = attrgetter("_data")
# Shorter sequences are summed faster one by one.
_LONG = 16


def reference_gradient(output: Value, parameters: Sequence[Value], since: int = 0) -> Numbers:
    """The derivatives of an output by some leaves, in their order; 0 for one that it does not depend on.

    Args:
        since: a tick that few of the operations are older than.

    >>> w, x = Value(3.0), Value(4.0)
    >>> reference_gradient(w * x + w, [x, w]).tolist()
    [3.0, 5.0]
    """
    done = _Pass(output, since)
    place_of = dict(zip(parameters, range(len(parameters)), strict=True))
    leaves: list[Iterable[Value]] = [done.leaves]
    shares = [numpy.fromiter(done.leaves.values(), float, len(done.leaves))]
    for sequence in done.sequences_of_leaves:
        leaves.append(sequence.values)
        shares.append(sequence.shares)
    every = numpy.concatenate(shares)
    places = numpy.fromiter(map(place_of.get, chain.from_iterable(leaves), repeat(-1)), numpy.intp, len(every))
    wanted = places >= 0
    return numpy.bincount(places[wanted], every[wanted], len(parameters))


class _Pass:
    """One backward pass.

    Attributes:
        leaves: their gradients, but for what they have as elements of sequences.
        sequences_of_leaves: those sequences.
    """

    def __init__(self, output: Value, since: int) -> None:
        self.leaves: dict[Value, float] = {}
        self.sequences_of_leaves: list[_Sequence] = []
        if output._first is None:
            self.leaves[output] = 1.0
            return
        # By tick. What is computed waits until all that was computed from it, which is younger, has given its share.
        self._waiting: dict[int, Value] = {output._tick: output}
        self._shares: dict[int, float] = {output._tick: 1.0}
        self._sequences: dict[int, _Sequence] = {}
        # Those whose youngest element has a tick.
        self._complete_at: dict[int, list[_Sequence]] = {}
        with numpy.errstate(all="ignore"):
            self._visit(range(output._tick, since, -1))
            if self._waiting:
                self._visit(graph.ticks_below(list(self._waiting.values())))

    def _visit(self, ticks: Iterable[int]) -> None:
        take = self._waiting.pop
        for tick in ticks:
            node = take(tick, None)
            if node is None:
                continue
            if tick in self._complete_at:
                self._give_out(tick)
                take(tick, None)
            upstream = self._shares.pop(tick)
            primitive = node.primitive
            if isinstance(primitive, Selection):
                self._add(node._first[_chosen(primitive, node)], upstream)
            elif primitive.pulls:
                for operand, pull in zip((node._first, node._second), primitive.pulls, strict=False):
                    share = pull(node, upstream)
                    if share is not OFF:
                        self._add(operand, share)
            elif isinstance(primitive, Summed) and len(node._first) >= _LONG:
                self._add_to_sequences(node, primitive, upstream)
            else:
                for operand, share in graph.contributions(node, upstream):
                    if share is not OFF:
                        self._add(operand, share)

    def _add(self, operand: Value, share: float) -> None:
        if operand._first is None:
            leaves = self.leaves
            leaves[operand] = leaves[operand] + share if operand in leaves else share
            return
        tick = operand._tick
        if tick in self._shares:
            self._shares[tick] += share
        else:
            self._shares[tick] = share
            self._waiting[tick] = operand

    def _add_to_sequences(self, node: Value, primitive: Summed, upstream: float) -> None:
        read = [self._read(values) for values in graph.groups(node)]
        derivatives = primitive.term_derivatives(ARRAYS, *[sequence.numbers for sequence in read], node._data)
        for sequence, derivative in zip(read, derivatives, strict=True):
            sequence.shares += upstream * derivative

    def _read(self, values: tuple[Value, ...]) -> _Sequence:
        sequence = self._sequences.get(id(values))
        if sequence is None:
            sequence = self._sequences[id(values)] = _Sequence(values)
            # A Value counts as false where its number is 0.
            if any(value._first is not None for value in values):
                youngest = max((value for value in values if value._first is not None), key=graph.tick_of)
                self._waiting[youngest._tick] = youngest
                self._complete_at.setdefault(youngest._tick, []).append(sequence)
            else:
                self.sequences_of_leaves.append(sequence)
        return sequence

    def _give_out(self, tick: int) -> None:
        """Give the elements of sequences their shares: nothing will be added to them any more."""
        for sequence in self._complete_at.pop(tick):
            for value, share in zip(sequence.values, sequence.shares.tolist(), strict=True):
                self._add(value, share)


def _chosen(primitive: Selection, node: Value) -> int:
    """The place of the operand that a selection chose."""
    candidates: Any = node._first
    if node._second is not None:
        # The position is given, so the numbers of the candidates, of which there may be thousands, are not needed.
        return int(primitive.position(QUIET, candidates, node._second._data))
    return int(primitive.position(QUIET, tuple(map(_data_of, candidates))))


class _Sequence:
    """Operands that sums have in common, their numbers, and their shares of the gradient so far."""

    def __init__(self, values: tuple[Value, ...]) -> None:
        self.values = values
        self.numbers = numpy.fromiter(map(_data_of, values), float, len(values))
        self.shares = numpy.zeros(len(values))
