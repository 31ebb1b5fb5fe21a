"""Digests of examples: equal for equal ones, and different for different ones."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy

from autograd import Value
from nn import Examples
from nn.example_digest import digest_of

DIFFERENT: list[Any] = [
    [],
    [()],
    [(1.0,)],
    [(1.0, 2.0)],
    [(1.0,), (2.0,)],
    [([1.0], 2.0)],
    [([1.0, 2.0],)],
    [(1.0 + 2**-52,)],
    [(-0.0,)],
    [(0.0,)],
    [(float("nan"),)],
    [(None,)],
    [("1.0",)],
    [(True,)],
    [({"a": 1.0},)],
    [({"b": 1.0},)],
    [({1: 1.0},)],
    [({(1, 2): 1.0},)],
    [(numpy.array([1.0, 2.0]),)],
    [(numpy.array([1.0, 2.0], numpy.float32),)],
    [(numpy.array([[1.0, 2.0]]),)],
    [(numpy.array([1.0, 3.0]),)],
    [(Value(1.0),)],
    [(Value(2.0),)],
    [(object(),)],
    Examples(numpy.ones((3, 2))),
    Examples(numpy.ones((3, 2)), numpy.ones(3)),
    Examples(numpy.ones((2, 3))),
    Examples(numpy.eye(3, 2)),
    [(1j,)],
    [(1.0,)] * 3000,
    [(1.0,)] * 2999 + [(2.0,)],
]


def test_what_differs_has_another_digest() -> None:
    assert len(set(map(digest_of, DIFFERENT))) == len(DIFFERENT)


def test_what_is_equal_has_the_same_digest() -> None:
    def examples() -> list[Any]:
        return [
            ([1.0, 2.0], {"a": numpy.arange(3.0), 2: Value(0.5)}, "b", object(), numpy.array([Value(1.0), None])) for _ in "abc"
        ]

    assert digest_of(examples()) == digest_of(examples())


def test_a_digest_stays_what_it_is() -> None:
    """Files hold it: it is that of the JSON of 1,024 examples after the other."""
    expected = sha256(b"[[[1.0, 0.1], 1], [[2.5, -3.0], 0]]").hexdigest()
    assert digest_of([([1.0, 0.1], 1), ((2.5, -3.0), 0)]) == expected
