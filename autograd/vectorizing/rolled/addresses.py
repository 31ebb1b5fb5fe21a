"""Addresses: each number that an operation reads or writes has one, a space and an index in it, before loops are looked for.

A parameter's index is the place of its first use, that of an input array's number its place there, and that of a computed scalar
its place in the order of recording. A constant has an index for each of its uses, in order: then constants that differ from one
repetition to the next, or recur without any pattern, are no obstacle to a loop.
"""

from __future__ import annotations

PARAMETERS, CONSTANTS, COMPUTED, FIRST_INPUT = range(4)
"""The spaces. Each input array is one more."""

BITS = 40
"""An address is a space times two to this power, plus an index."""
INDEX_MASK = (1 << BITS) - 1


def address(space: int, index: int) -> int:
    """Both in one number.

    >>> address(COMPUTED, 5) >> BITS == COMPUTED, address(COMPUTED, 5) & INDEX_MASK
    (True, 5)
    """
    return space << BITS | index
