"""Counting with a constant added: hand-counted values, and probabilities that sum to one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.language_model.model import predictions
from tasks.language_model.ngrams import AddKModel

WORDS = 5
CORPORA = st.lists(st.lists(st.integers(1, WORDS - 1), max_size=6), min_size=1, max_size=8)


def test_bigrams_by_hand() -> None:
    # The textbook's mini-corpus (the chapter on n-grams): I am Sam; Sam I am; I do not like green eggs and ham.
    i, am, sam, do, rest = 1, 2, 3, 4, [5, 6, 7, 8, 9, 10]
    model = AddKModel([[i, am, sam], [sam, i, am], [i, do, *rest]], order=2, k=0, n_words=11)
    assert model.probability([0], i) == 2 / 3
    assert model.probability([0], sam) == 1 / 3
    assert model.probability([i], am) == 2 / 3
    assert model.probability([sam], 0) == 1 / 2
    assert model.probability([am], sam) == 1 / 2
    assert model.probability([i], do) == 1 / 3


def test_unigrams_ignore_the_context_and_count_the_ends() -> None:
    model = AddKModel([[1, 1], [2]], order=1, k=0, n_words=4)
    assert model.distribution([3]) == [2 / 5, 2 / 5, 1 / 5, 0.0]


def test_k_is_added_to_every_count() -> None:
    model = AddKModel([[1, 2]], order=2, k=0.5, n_words=4)
    assert model.distribution([1]) == [0.5 / 3, 0.5 / 3, 1.5 / 3, 0.5 / 3]


def test_a_context_that_never_occurred() -> None:
    assert AddKModel([[1, 2]], order=2, k=0, n_words=4).distribution([3]) == [0.0] * 4
    assert AddKModel([[1, 2]], order=2, k=1, n_words=4).distribution([3]) == [0.25] * 4


@given(CORPORA, st.integers(1, 4), st.sampled_from([0.01, 1.0]), st.lists(st.integers(1, WORDS - 1), max_size=4))
def test_probabilities_sum_to_one(corpus: list[list[int]], order: int, k: float, words: list[int]) -> None:
    model = AddKModel(corpus, order, k, WORDS)
    assert sum(model.distribution([0, *words])) == pytest.approx(1, abs=1e-12)


@given(CORPORA, st.integers(1, 4))
def test_unsmoothed_probabilities_sum_to_one_after_what_occurred(corpus: list[list[int]], order: int) -> None:
    model = AddKModel(corpus, order, 0, WORDS)
    for context, _ in predictions(corpus, order - 1):
        assert sum(model.distribution(context)) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("order", "k", "message"), [(0, 1.0, "at least 1, not 0"), (2, -0.1, "negative: -0.1")])
def test_bad_arguments(order: int, k: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AddKModel([[1]], order, k, 2)
