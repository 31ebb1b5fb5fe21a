"""Addresses: each number that an operation reads or writes has one, a space and an index in it, before loops are looked for.

A parameter's index is the place of its first use, a number's of an input array its place there, and a computed scalar's its place
in the order of recording. A constant has an index for each of its uses, in order: then constants that differ from one repetition
to the next, or recur without any pattern, are no obstacle to a loop.
"""

from __future__ import annotations

PARAMETERS, CONSTANTS, COMPUTED, FIRST_INPUT = range(4)
"""The spaces. Each input array is one more."""

_BITS = 40
INDEX_MASK = (1 << _BITS) - 1
FIRST_CONSTANT, FIRST_COMPUTED = CONSTANTS << _BITS, COMPUTED << _BITS


def address(space: int, index: int) -> int:
    """Both in one number.

    >>> space_of(address(COMPUTED, 5)) == COMPUTED, index_of(address(COMPUTED, 5))
    (True, 5)
    """
    return space << _BITS | index


def space_of(address: int) -> int:
    """The space of an address."""
    return address >> _BITS


def index_of(address: int) -> int:
    """The index of an address in its space."""
    return address & INDEX_MASK
