"""Nested structures are walked in one order, named in one way, and keep their kinds."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

import pytest

from autograd import Value
from autograd.engine.outputs import Outputs
from autograd.structures import leaves, map_leaves, named_leaves, rectangular_shape, with_parts


class Point(NamedTuple):
    x: float
    y: float


NEST = {"w": [1.0, (2.0, 3.0)], 0: Point(4.0, 5.0), "none": [], "deep": {"b": 6.0}}


def test_leaves_are_named_the_way_a_user_reaches_them() -> None:
    named = list(named_leaves(NEST, "NEST"))
    assert [name for name, _ in named][:3] == ["NEST['w'][0]", "NEST['w'][1][0]", "NEST['w'][1][1]"]
    for name, leaf in named:
        assert eval(name) is leaf
    assert [leaf for _, leaf in named] == list(leaves(NEST)) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert list(named_leaves(7.0, "x")) == [("x", 7.0)]


def test_a_changed_structure_is_of_the_same_kinds_in_the_same_order() -> None:
    doubled = map_leaves(NEST, lambda leaf: 2 * leaf)
    assert doubled == {"w": [2.0, (4.0, 6.0)], 0: Point(8.0, 10.0), "none": [], "deep": {"b": 12.0}}
    assert doubled[0].y == 10.0
    assert list(doubled) == list(NEST)
    assert map_leaves(NEST, lambda leaf: leaf) == NEST


@pytest.mark.parametrize(
    "nest",
    [[1.0, 2.0], (1.0, 2.0), Point(1.0, 2.0), {"a": 1.0, "b": 2.0}, Outputs([Value(1.0), Value(2.0)])],
    ids=["list", "tuple", "named tuple", "dictionary", "outputs"],
)
def test_other_parts_in_the_same_container(nest: Any) -> None:
    other = with_parts(nest, [3.0, 4.0])
    assert type(other) is type(nest)
    assert list(leaves(other)) == [3.0, 4.0]


def test_a_dictionary_of_another_kind_becomes_a_plain_one() -> None:
    assert map_leaves(OrderedDict(b=1.0, a=2.0), str) == {"b": "1.0", "a": "2.0"}


@pytest.mark.parametrize(
    ("nest", "shape"),
    [
        (1.0, ()),
        ([1.0, 2.0], (2,)),
        ([[1.0, 2.0, 3.0], (4.0, 5.0, 6.0)], (2, 3)),
        ([[1.0, 2.0], [3.0]], None),
        ([[1.0], 2.0], None),
        ([], None),
        ([[], []], None),
        (["label"], None),
        ([{"a": 1.0}], None),
    ],
    ids=["number", "row", "matrix", "ragged", "uneven depth", "empty", "empty rows", "no number", "dictionary"],
)
def test_rectangular_shape(nest: Any, shape: tuple[int, ...] | None) -> None:
    assert rectangular_shape(nest, lambda leaf: () if isinstance(leaf, float) else None) == shape
