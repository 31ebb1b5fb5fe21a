"""Large products of matrices are seen without reading the numbers in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, dot, tanh, total
from autograd.vectorizing.choosing.products import has_large_products
from autograd.vectorizing.example.tracing import record
from nn import MLP, Embedding, cross_entropy_from_logits, mean_pool

EXAMPLE = [0.01 * k for k in range(40)]


def rows(n: int, length: int) -> list[list[Value]]:
    return [[Value(0.01 * (i - j)) for j in range(length)] for i in range(n)]


def look(f: Callable[..., Any], *example: Any) -> bool:
    return has_large_products(record(f, example, None))


@pytest.mark.parametrize(("n", "length", "found"), [(32, 32, True), (40, 40, True), (31, 40, False), (40, 31, False)])
def test_a_product_has_many_long_rows(n: int, length: int, found: bool) -> None:
    W = rows(n, length)
    assert look(lambda x: total([tanh(dot(row, x[:length])) for row in W]), EXAMPLE) is found
    # A tuple that all of them share, and the other side.
    x_of = tuple
    assert look(lambda x: total([dot(x_of(x[:length]), row) for row in W]), EXAMPLE) is found


def test_products_of_two_sets_of_rows() -> None:
    # Each of 8 rows with each of 8: no operand is shared by many.
    A, B = rows(8, 40), rows(8, 40)
    assert not look(lambda x: total([dot(a, b) * x[0] for a in A for b in B]), EXAMPLE)
    # Rows that pair up one by one are no product of matrices.
    A, B = rows(50, 40), rows(50, 40)
    assert not look(lambda x: total([dot(a, b) * x[0] for a, b in zip(A, B, strict=True)]), EXAMPLE)


def test_networks() -> None:
    deep = MLP(40, [64, 32, 5], "tanh", seed=1)
    assert look(lambda x, y: cross_entropy_from_logits(deep(x), y), EXAMPLE, 1)
    small = MLP(40, [16, 16, 5], "tanh", seed=1)
    assert not look(lambda x, y: cross_entropy_from_logits(small(x), y), EXAMPLE, 1)
    words: Any = Embedding(50, 32, seed=1)
    output = MLP(32, [50], seed=1)
    assert look(lambda ws, y: cross_entropy_from_logits(output(mean_pool(words(ws))), y), [1, 2, 3], 1)


def test_the_look_goes_through_layers_without_products() -> None:
    W = rows(32, 40)

    def f(x: Any) -> Value:
        h = total([dot(row, x) for row in W])
        for _ in range(500):
            h = tanh(h) + 0.1
        return h

    assert look(f, EXAMPLE)


def test_the_look_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    W = rows(32, 40)
    assert look(lambda x: tanh(tanh(total([dot(row, x) for row in W]))), EXAMPLE)
    monkeypatch.setattr("autograd.vectorizing.choosing.products._MOST_NODES", 20)
    assert not look(lambda x: tanh(tanh(total([dot(row, x) for row in W]))), EXAMPLE)


@pytest.mark.parametrize("f", [lambda x: x[0], lambda x: Value(2.0), lambda x: Value(2.0) * 3.0])
def test_there_may_be_nothing_to_see(f: Callable[[Any], Value]) -> None:
    assert not look(f, EXAMPLE)
