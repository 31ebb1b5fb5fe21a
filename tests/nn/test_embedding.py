"""Look-ups."""

import math
from typing import Any

import numpy as np
import pytest

from autograd import Value, grad, total
from nn import Embedding


def test_a_word_number_gives_the_row_itself() -> None:
    embedding = Embedding(4, 2, seed=3)
    assert embedding(2) is embedding.weight[2]
    assert embedding(np.int64(2)) is embedding.weight[2]
    assert embedding([2, 0, 2]) == [embedding.weight[2], embedding.weight[0], embedding.weight[2]]
    assert embedding(np.array([1, 3])) == [embedding.weight[1], embedding.weight[3]]
    assert embedding([]) == []


@pytest.mark.parametrize("word", [np.True_, np.array(1), np.uint8(1), True])
def test_whole_numbers_of_other_kinds_are_words(word: Any) -> None:
    embedding = Embedding(3, 2)
    assert embedding(word) is embedding.weight[1]
    assert embedding([word, 2]) == [embedding.weight[1], embedding.weight[2]]


def test_a_recorded_look_up_agrees_with_the_plain_one() -> None:
    embedding = Embedding(4, 3, seed=3, padding_index=1)
    index = Value(2)
    vector = embedding(index)
    assert [e.data for e in vector] == [e.data for e in embedding.weight[2]]
    assert {e.primitive.name for e in vector} == {"pick"}
    gradients = grad(total(vector), embedding.parameters())
    # Words 0, 2 and 3 have parameters, word 1 is padding: only the row of word 2 is reached.
    assert gradients == [0.0] * 3 + [1.0] * 3 + [0.0] * 3
    index.data = 1
    for e in vector:
        e.refresh()
    assert [e.data for e in vector] == [0.0] * 3
    index.data = 3
    for e in vector:
        e.refresh()
    assert [e.data for e in vector] == [e.data for e in embedding.weight[3]]


def test_words_in_a_sequence_may_be_values() -> None:
    embedding = Embedding(3, 1)
    plain, recorded = embedding([1, Value(1)])
    assert plain[0].data == recorded[0].data


def test_a_recorded_look_up_sees_new_weights() -> None:
    embedding = Embedding(2, 1)
    embedding(Value(0))
    embedding.weight = ((Value(5.0),), (Value(6.0),))
    assert embedding(Value(1))[0].data == 6.0


def test_gradients_reach_only_the_rows_that_were_used() -> None:
    embedding = Embedding(3, 2)
    total([e * 2.0 for vector in embedding([1, 1]) for e in vector]).backward()
    assert [e.gradient for e in embedding.weight[1]] == [4.0, 4.0]
    assert [e.gradient for e in (*embedding.weight[0], *embedding.weight[2])] == [None] * 4


def test_padding_is_zero_and_no_parameter() -> None:
    embedding = Embedding(3, 2, padding_index=1)
    padding = embedding(1)
    assert [e.data for e in padding] == [0.0, 0.0]
    total([e * 3.0 for e in padding]).backward()
    assert [e.gradient for e in padding] == [None, None]
    assert [name for name, _ in embedding.named_parameters()] == [
        "weight.0.0",
        "weight.0.1",
        "weight.2.0",
        "weight.2.1",
    ]


def test_the_other_rows_are_the_same_with_and_without_padding() -> None:
    with_padding, without = Embedding(3, 2, seed=8, padding_index=0), Embedding(3, 2, seed=8)
    assert [e.data for e in with_padding(2)] == [e.data for e in without(2)]


def test_initial_numbers_have_variance_one() -> None:
    numbers = [p.data for p in Embedding(200, 10).parameters()]
    assert max(map(abs, numbers)) <= math.sqrt(3)
    assert sum(x * x for x in numbers) / 2000 == pytest.approx(1.0, rel=0.1)
    assert {p.data for p in Embedding(3, 2, initializer="zeros").parameters()} == {0.0}


@pytest.mark.parametrize("word", [4, -1, Value(4), Value(-1)])
def test_a_word_out_of_range(word: Any) -> None:
    with pytest.raises(IndexError, match="out of range"):
        Embedding(4, 2)(word)
    with pytest.raises(IndexError, match="out of range"):
        Embedding(4, 2)([0, word])


def test_errors_name_the_embedding() -> None:
    embedding = Embedding(4, 2)
    embedding.label = "words"
    with pytest.raises(IndexError, match=r"words, Embedding\(4, 2\): word 9 is out of range, words are 0 to 3"):
        embedding(9)
    for word in (1.0, "dog", None):
        with pytest.raises(TypeError, match="takes word numbers, not "):
            embedding(word)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="whole number"):
        embedding(Value(0.5))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n_words": 0, "n_dimensions": 2}, ValueError, "n_words must be at least 1"),
        ({"n_words": 2, "n_dimensions": 0}, ValueError, "n_dimensions must be at least 1"),
        ({"n_words": 2, "n_dimensions": 1, "padding_index": 2}, IndexError, "padding_index 2 is out of range"),
        ({"n_words": 2, "n_dimensions": 1, "padding_index": -1}, ValueError, "padding_index must be at least 0"),
    ],
)
def test_wrong_arguments(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Embedding(**arguments)
