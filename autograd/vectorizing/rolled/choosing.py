"""Choosing how to number and merge scalars, so that the text is short.

What repeats in the record may be hidden in two ways. Places may be even in another order than that of recording: in a triangular
matrix that is computed element by element, each element takes longer than the one before, but it is the next quotient. And
merging may leave out scalars that chance to be the same, here and there, so that what is left does not repeat. Other ways are
tried only where the text is long.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy

from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.rolled.addresses import BITS, COMPUTED, INDEX_MASK, address
from autograd.vectorizing.rolled.constants import Constants
from autograd.vectorizing.rolled.folding import fold
from autograd.vectorizing.rolled.items import items_of
from autograd.vectorizing.rolled.joining import join_first_repetitions
from autograd.vectorizing.rolled.lines import Line, TextItem, has_loops, indices, lines_of, text_of
from autograd.vectorizing.rolled.merging import merged
from autograd.vectorizing.rolled.periods import in_order_of
from autograd.vectorizing.rolled.scalars import Scalars, read
from autograd.vectorizing.rolled.shapes import Numbers, Shapes

# How many operations a loop must save in the text; where small loops are not wanted, a large one.
_FEWEST_SAVED, _MANY_SAVED = 6, 64
# From how many lines on other ways are tried.
_LONG = 64
# If a line stands for more scalars than this on average, the text can't be called long.
_MOST_IN_A_LINE = 40
_VERY_LONG = 256


class Text:
    """The text of a program.

    Args:
        scalars: what is computed.
        joined: whether to join first repetitions to their loops.
        fewest_saved: how many operations a loop must save.
    """

    def __init__(self, scalars: Scalars, joined: bool, fewest_saved: int) -> None:
        self.scalars = scalars
        self._joined = joined
        shapes = Shapes()
        single, numbers = items_of(scalars, shapes)
        folded = fold(single, shapes, fewest_saved)
        self._store = Constants(numbers)
        self._shapes, self._folded = shapes, folded
        self.has_even_loops = folded is not single
        # Without a loop, how long the text is is known before it is written.
        self._n_lines = None if self.has_even_loops or has_loops(folded, shapes) else len(single)

    @cached_property
    def items(self) -> list[TextItem]:
        """The lines and loops."""
        text = text_of(self._folded, self._shapes, is_straight=self._n_lines is not None)
        if self._joined:
            join_first_repetitions(text, self._store)
        return text

    @cached_property
    def lines(self) -> list[Line]:
        """The lines in order."""
        return list(lines_of(self.items))

    @property
    def constants(self) -> Numbers:
        """The numbers of the constants, by index."""
        assert self.items is not None, "which enters initial values"
        return self._store.numbers

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.lines) if self._n_lines is None else self._n_lines


def shortest_text(recorded: RecordedExample, *, exact: bool, joined: bool = True) -> Text:
    """The text of a recorded graph.

    Args:
        recorded: what a function recorded.
        exact: whether to compute each scalar as it was recorded, and no others.
        joined: whether to join the first repetition of a recurrence to its loop, unless the program is exact.
    """
    scalars = read(recorded)
    if exact:
        return _short_text(scalars, joined=False)
    without_repetitions = merged(scalars)
    text = _short_text(without_repetitions, joined=joined)
    n_merged = len(scalars.position) - len(without_repetitions.position)
    if len(text) <= _VERY_LONG or not n_merged:
        return text
    plain = _short_text(scalars, joined=False, in_order=True)
    if 2 * len(plain) > len(text):
        return text
    other = _short_text(merged(scalars, _irregularly_merged(plain, without_repetitions)), joined=joined)
    return other if 2 * len(other) < len(text) else text


def _short_text(scalars: Scalars, *, joined: bool, in_order: bool = False) -> Text:
    """A text of scalars, the shortest of several where it is long.

    Args:
        scalars: what is computed.
        joined: whether to join first repetitions to their loops.
        in_order: whether indices have to be places in the order of recording.
    """
    text = first = Text(scalars, joined, _FEWEST_SAVED)
    if _is_long(text) and not in_order:
        text = _shorter(text, Text(_by_primitive(scalars), joined, _FEWEST_SAVED))
    if _is_long(text) and first.has_even_loops:
        # Short even stretches may hide that there is a long uneven one.
        text = _shorter(text, Text(scalars, joined, _MANY_SAVED))
    return text


def _is_long(text: Text) -> bool:
    """Whether a text might be much shorter."""
    return len(text) > max(_LONG, len(text.scalars.position) // _MOST_IN_A_LINE)


def _shorter(text: Text, other: Text) -> Text:
    """Another text if it is much shorter."""
    return other if 4 * len(other) < 3 * len(text) else text


def _by_primitive(scalars: Scalars) -> Scalars:
    """The same scalars in the same order, with other indices: those of each primitive count on from one another."""
    number_of = {primitive: number for number, primitive in enumerate(scalars.primitives)}
    # Of those too that need not be computed: they would have their places in a repetition.
    order = in_order_of(numpy.array([number_of[node.primitive] for node in scalars.nodes], numpy.int64))
    index = numpy.empty(len(order), numpy.int64)
    index[order] = numpy.arange(len(order))

    def renumbered(addresses: Numbers) -> Numbers:
        addresses = addresses.copy()
        computed = addresses >> BITS == COMPUTED
        addresses[computed] = address(COMPUTED, 0) + index[addresses[computed] & INDEX_MASK]
        return addresses

    return replace(
        scalars,
        nodes=[scalars.nodes[place] for place in order.tolist()],
        position=index[scalars.position],
        operands=renumbered(scalars.operands),
        sequences=renumbered(scalars.sequences),
        roots=renumbered(numpy.array(scalars.roots, numpy.int64)).tolist(),
    )


def _irregularly_merged(plain: Text, without_repetitions: Scalars) -> Numbers:
    """Which scalars are better computed again: those of a line of which merging would leave out some here and some there.

    Where it leaves out all but those of a loop's first repetition, what is left does repeat.
    """
    is_kept = numpy.zeros(len(plain.scalars.nodes), bool)
    is_kept[without_repetitions.position] = True
    found: Numbers = numpy.zeros(len(is_kept), bool)
    for line in plain.lines:
        positions = indices(line, -1)
        kept: Numbers = is_kept[positions]
        if kept.all() or not kept.any():
            continue
        expected = numpy.ones(kept.shape, bool)
        for axis in range(kept.ndim):
            others = tuple(other for other in range(kept.ndim) if other != axis)
            of_axis: Numbers = kept.any(axis=others)
            if of_axis[0] and not of_axis[1:].any():
                expected &= (
                    numpy.arange(kept.shape[axis]).reshape([-1 if other == axis else 1 for other in range(kept.ndim)]) == 0
                )
        if (expected != kept).any():
            found[positions.ravel()] = True
    return found
