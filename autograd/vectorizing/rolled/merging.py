"""Computing no scalar twice: equal operations on equal operands are one, and what depends on constants alone is a constant."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy

from autograd.vectorizing.rolled.addresses import BITS, COMPUTED, CONSTANTS, INDEX_MASK, address
from autograd.vectorizing.rolled.scalars import Scalars
from autograd.vectorizing.rolled.shapes import Numbers


def merged(scalars: Scalars, computed_again: Numbers | None = None) -> Scalars:
    """The scalars without those that need not be computed.

    Args:
        scalars: all that were recorded.
        computed_again: which are not to be left out all the same; None for none of them.
    """
    scalars = _with_equal_constants_joined(scalars)
    if not _has_something_to_merge(scalars):
        return scalars
    return _Merging(scalars, [False] * len(scalars.nodes) if computed_again is None else computed_again.tolist()).result


def _with_equal_constants_joined(scalars: Scalars) -> Scalars:
    """The same, with one address for all constants of a number, and one number for all sequences of the same addresses."""
    # By bit pattern: 0.0 and -0.0 are two constants, and a nan is one.
    bits, place = numpy.unique(scalars.constants.view(numpy.int64), return_inverse=True)
    if len(bits) == len(scalars.constants):
        return scalars

    def joined(addresses: Numbers) -> Numbers:
        addresses = addresses.copy()
        constant = addresses >> BITS == CONSTANTS
        addresses[constant] = address(CONSTANTS, 0) + place[addresses[constant] & INDEX_MASK]
        return addresses

    operands, sequences = joined(scalars.operands), joined(scalars.sequences)
    first = scalars.first_element.tolist()
    number_of: dict[bytes, int] = {}
    new_number: list[int] = []
    kept: list[int] = []
    for number, (low, high) in enumerate(pairwise(first)):
        new = number_of.setdefault(sequences[low:high].tobytes(), len(number_of))
        if new == len(kept):
            kept.append(number)
        new_number.append(new)
    if len(kept) < len(new_number):
        many = operands < -1
        operands[many] = -2 - numpy.array(new_number)[-2 - operands[many]]
        sequences, first_element = _chosen(sequences, scalars.first_element, numpy.array(kept))
    else:
        first_element = scalars.first_element
    roots = joined(numpy.array(scalars.roots, numpy.int64)).tolist()
    return replace(
        scalars,
        operands=operands,
        sequences=sequences,
        first_element=first_element,
        constants=bits.view(float),
        roots=roots,
    )


def _chosen(elements: Numbers, first: Numbers, kept: Numbers) -> tuple[Numbers, Numbers]:
    """Some of the sequences."""
    count = first[kept + 1] - first[kept]
    ends = numpy.cumsum(count)
    place = numpy.repeat(first[kept] - (ends - count), count) + numpy.arange(int(count.sum()))
    return elements[place], numpy.concatenate([[0], ends])


def _has_something_to_merge(scalars: Scalars) -> bool:
    constant = (scalars.operands >> BITS == CONSTANTS) | (scalars.operands == -1)
    many = scalars.operands < -1
    if many.any():
        not_constant = numpy.concatenate([[0], numpy.cumsum(scalars.sequences >> BITS != CONSTANTS)])
        n_not_constant = numpy.diff(not_constant[scalars.first_element])
        constant[many] = n_not_constant[-2 - scalars.operands[many]] == 0
    if constant.all(0).any():
        return True
    order = numpy.lexsort((scalars.operands[1], scalars.operands[0], scalars.primitive))
    rows = numpy.stack([scalars.operands[1][order], scalars.operands[0][order], scalars.primitive[order]])
    return bool((rows[:, 1:] == rows[:, :-1]).all(0).any())


class _Merging:
    """Goes through the scalars, operands first.

    Attributes:
        result: those that are left.
    """

    def __init__(self, scalars: Scalars, computed_again: list[bool]) -> None:
        self._scalars = scalars
        self._computed_again = computed_again
        self._numbers = scalars.constants.tolist()
        self._constant_of_bits = {number.hex(): place for place, number in enumerate(self._numbers)}
        # Where each node is, as far as the pass has come.
        self._address_of: list[int] = []
        self._sequences: dict[tuple[int, ...], int] = {}
        self._is_constant: list[bool] = []
        self._new_number: dict[int, int] = {}
        first, second, kept = self._go_through()
        lengths = numpy.fromiter(map(len, self._sequences), numpy.int64, len(self._sequences))
        elements = [one for sequence in self._sequences for one in sequence]
        self.result = replace(
            scalars,
            position=numpy.array(kept, numpy.int64),
            primitive=scalars.primitive[kept],
            operands=numpy.array([first, second], numpy.int64),
            sequences=numpy.array(elements, numpy.int64),
            first_element=numpy.concatenate([[0], numpy.cumsum(lengths)]),
            constants=numpy.array(self._numbers, float),
            roots=[self._now(root) for root in scalars.roots],
        )

    def _go_through(self) -> tuple[list[int], list[int], list[int]]:
        scalars = self._scalars
        known: dict[tuple[int, int, int], int] = {}
        address_of = self._address_of
        first, second, kept = [], [], []
        low, high = address(COMPUTED, 0), address(COMPUTED + 1, 0)
        low_constant = address(CONSTANTS, 0)
        rows = zip(scalars.primitive.tolist(), *scalars.operands.tolist(), strict=True)
        for position, (primitive, one, other) in enumerate(rows):
            if low <= one < high:
                one = address_of[one - low]
            elif one < -1:
                one = self._sequence(one)
            if low <= other < high:
                other = address_of[other - low]
            elif other < -1:
                other = self._sequence(other)
            again = self._computed_again[position]
            # Constants are just below what is computed.
            if (
                not again
                and one < low
                and (low_constant <= one or one < -1)
                and self._is_constant_slot(one)
                and self._is_constant_slot(other)
            ):
                address_of.append(self._constant(scalars.nodes[position]._data))
                continue
            key = (primitive, one, other)
            same = known.get(key)
            if same is None or again:
                same = known[key] = low + position
                first.append(one)
                second.append(other)
                kept.append(position)
            address_of.append(same)
        return first, second, kept

    def _now(self, where: int) -> int:
        return self._address_of[where & INDEX_MASK] if where >> BITS == COMPUTED else where

    def _is_constant_slot(self, slot: int) -> bool:
        return slot == -1 or (self._is_constant[-2 - slot] if slot < -1 else slot >> BITS == CONSTANTS)

    def _sequence(self, slot: int) -> int:
        number = self._new_number.get(slot)
        if number is None:
            start, end = self._scalars.first_element[-2 - slot : -slot]
            elements = tuple(map(self._now, self._scalars.sequences[start:end].tolist()))
            number = self._new_number[slot] = self._sequences.setdefault(elements, len(self._sequences))
            if number == len(self._is_constant):
                self._is_constant.append(all(one >> BITS == CONSTANTS for one in elements))
        return -2 - number

    def _constant(self, number: float) -> int:
        bits = number.hex()
        place = self._constant_of_bits.get(bits)
        if place is None:
            place = self._constant_of_bits[bits] = len(self._numbers)
            self._numbers.append(number)
        return address(CONSTANTS, place)
