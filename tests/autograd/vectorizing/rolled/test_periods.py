"""Periods of codes, and the stretches of items in which each start moves by a constant."""

from __future__ import annotations

from itertools import chain

import numpy
import pytest

from autograd.vectorizing.rolled.items import Items
from autograd.vectorizing.rolled.periods import mixed, periods, signatures, stretches


def coded(text: str) -> numpy.ndarray:
    return mixed(numpy.array([ord(letter) for letter in text], numpy.uint64))


def items(shapes: str, *starts: list[int]) -> Items:
    """Items of shapes that have one start each, or as many as are given."""
    shape = numpy.array([ord(letter) for letter in shapes])
    first = numpy.cumsum([0, *map(len, starts)])
    return Items(shape, first, numpy.array(list(chain.from_iterable(starts)), numpy.int64))


@pytest.mark.parametrize(
    ("text", "period"),
    [("aaaa", 1), ("xyzabcabcabcabcx", 3), ("aabaabaabaab", 3), ("abababacababacababacababac", 6), ("x" + "abcdefghij" * 5, 10)],
)
@pytest.mark.parametrize("n_before", [0, 100])
def test_a_period_is_found(text: str, period: int, n_before: int) -> None:
    code = coded("".join([chr(500 + k) for k in range(n_before)]) + text)
    assert period in {found for of_window in periods(code, (1, 4)) for found in of_window}


def test_what_does_not_repeat_has_no_periods() -> None:
    draw = numpy.random.default_rng(1)
    code = mixed(draw.integers(0, 5, 3000).astype(numpy.uint64))
    # Short ones occur by chance.
    assert all(period <= 3 for of_window in periods(code, (1, 4, 32, 256)) for period in of_window)


def test_a_signature_recurs_where_starts_move_by_constants() -> None:
    # Rows of a matrix: the place in the row, and the row.
    starts = [[j, 10 * i] for i in range(5) for j in range(3)]
    code = signatures(items("a" * 15, *starts))
    assert (code[4:] == code[1:-3]).all()
    assert len(set(code[1:4].tolist())) == 2


def test_starts_that_do_not_move_evenly_are_no_stretch() -> None:
    assert stretches(items("aaaaaa", [0], [2], [4], [6], [8], [10]), 1) == [(0, 6)]
    assert stretches(items("aaaaaa", [0], [2], [4], [7], [8], [10]), 1) == []


def test_a_stretch_begins_and_ends_where_the_pattern_does() -> None:
    starts = [[9], *([k, 5] if k % 2 else [k] for k in range(8)), [3], [1]]
    assert stretches(items("a" + "ab" * 4 + "ac", *starts), 2) == [(1, 4)]


def test_three_repetitions_are_no_stretch() -> None:
    assert stretches(items("aaab", [0], [1], [2], [3]), 1) == []


def test_stretches_do_not_overlap() -> None:
    # 0, 1, 2, 3, 4 and on from there in steps of 2.
    starts = [[k] for k in (0, 1, 2, 3, 4, 6, 8, 10, 12)]
    assert stretches(items("a" * 9, *starts), 1) == [(0, 5), (5, 4)]
