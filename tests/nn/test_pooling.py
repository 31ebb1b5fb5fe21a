"""From many vectors to one, against NumPy."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, grad, total
from nn import Embedding, concatenate, max_pool, mean_pool

VECTORS = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(st.floats(-1e6, 1e6), min_size=n, max_size=n), min_size=1, max_size=5)
)


@given(VECTORS)
def test_the_mean_is_that_of_numpy(vectors: list[list[float]]) -> None:
    expected = np.mean(np.array(vectors), axis=0)
    assert [x.data for x in mean_pool(vectors)] == pytest.approx(expected.tolist(), rel=1e-12, abs=1e-9)


@given(VECTORS)
def test_the_maximum_is_that_of_numpy(vectors: list[list[float]]) -> None:
    assert [x.data for x in max_pool(vectors)] == np.max(np.array(vectors), axis=0).tolist()


@given(VECTORS, st.integers(1, 7))
def test_a_concatenation_pads_and_truncates(vectors: list[list[float]], length: int) -> None:
    n = len(vectors[0])
    flat = [x for vector in vectors for x in vector]
    expected = (flat + [7.0] * n * length)[: n * length]
    assert [x.data for x in concatenate(vectors, length, 7.0)] == expected
    assert [x.data for x in concatenate(vectors, length, [7.0] * n)] == expected


def test_gradients() -> None:
    a, b = (Value(1.0), Value(5.0)), (Value(3.0), Value(5.0))
    assert grad(total(mean_pool([a, b])), [*a, *b]) == [0.5, 0.5, 0.5, 0.5]
    # Of equal elements the first takes the gradient.
    assert grad(total(max_pool([a, b])), [*a, *b]) == [0.0, 1.0, 1.0, 0.0]
    assert grad(total(concatenate([a, b], 3, a)), [*a, *b]) == [2.0, 2.0, 1.0, 1.0]
    assert grad(total(concatenate([a, b], 1, a)), [*a, *b]) == [1.0, 1.0, 0.0, 0.0]


def test_a_concatenation_takes_the_values_themselves() -> None:
    embedding = Embedding(3, 2, padding_index=0)
    assert concatenate(embedding([2, 1]), 3, embedding(0)) == embedding(2) + embedding(1) + embedding(0)


def test_no_vectors_may_be_all_padding() -> None:
    assert [x.data for x in concatenate([], 2, (1.0, 2.0))] == [1.0, 2.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("pool", "message"),
    [
        (lambda: mean_pool([]), "mean_pool of no vectors"),
        (lambda: max_pool([]), "max_pool of no vectors"),
        (lambda: mean_pool([(1.0,), (1.0, 2.0)]), "vector 0 has 1 elements and vector 1 has 2"),
        (lambda: max_pool([(1.0, 2.0), (1.0,)]), "vector 0 has 2 elements and vector 1 has 1"),
        (lambda: concatenate([(1.0,)], 2, (1.0, 2.0)), "concatenate: all vectors, and the padding"),
        (lambda: concatenate([], 2, 0.0), "give a vector as padding"),
        (lambda: concatenate([(1.0,)], 0, 0.0), "length must be at least 1"),
    ],
)
def test_wrong_vectors(pool: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pool()
