"""Predictions, and the measure that all models share."""

import math
from collections.abc import Sequence

import pytest

from tasks.language_model.model import LanguageModel, nats_per_prediction, perplexity, predictions


class Table(LanguageModel):
    """Gives each word its own probability, whatever came before."""

    context_length = 1

    def __init__(self, probabilities: Sequence[float]) -> None:
        self.probabilities = probabilities
        self.n_words = len(probabilities)

    def probability(self, context: Sequence[int], word: int) -> float:
        return self.probabilities[word]


def test_each_sentence_starts_anew_and_its_end_is_predicted() -> None:
    assert list(predictions([[3], [1, 2]], 1)) == [((0,), 3), ((3,), 0), ((0,), 1), ((1,), 2), ((2,), 0)]


def test_an_empty_sentence_is_its_end() -> None:
    assert list(predictions([[]], 2)) == [((0,), 0)]


def test_without_context() -> None:
    assert list(predictions([[3]], 0)) == [((), 3), ((), 0)]


def test_perplexity_is_the_geometric_mean_of_the_inverse_probabilities() -> None:
    nats = nats_per_prediction(Table([0.5, 0.25, 0.125, 0.125]), [[1, 2]])
    assert perplexity(nats) == pytest.approx((2 * 4 * 8) ** (1 / 3), rel=1e-15)


def test_one_impossible_word_makes_it_infinite() -> None:
    nats = nats_per_prediction(Table([0.5, 0.5, 0.0]), [[1], [2]])
    assert nats == math.inf
    assert perplexity(nats) == math.inf


def test_nothing_to_measure_on() -> None:
    with pytest.raises(ValueError, match="no sentences"):
        nats_per_prediction(Table([1.0]), [])


def test_distribution_is_the_probability_of_every_word() -> None:
    assert Table([0.5, 0.25, 0.25]).distribution((0,)) == [0.5, 0.25, 0.25]
