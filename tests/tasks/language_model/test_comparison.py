"""Comparisons: the same vocabulary and the same held-out predictions for all models."""

import math
from dataclasses import replace
from random import Random

import pytest

from tasks.language_model.comparison import compare_network, compare_ngrams, describe_ngrams
from tasks.language_model.texts import Text, count_predictions
from tasks.language_model.training import NetworkRecipe
from tasks.support.errors import UserError

RECIPE = NetworkRecipe(2, 2, 3, n_examples=120, n_held_out=30, learning_rate=0.05, largest_vocabulary=5)


def make_text() -> Text:
    random = Random(0)
    sentences = [tuple("abcdefg"[int(7 * random.random() ** 2)] for _ in range(4)) for _ in range(100)]
    return Text("letters", "letter", tuple(sentences[:80]), tuple(sentences[80:]), "the last fifth")


def test_ngrams_learn_from_all_and_are_measured_on_all() -> None:
    comparison = compare_ngrams(make_text(), 3)
    assert [one.name for one in comparison.measured] == list(describe_ngrams(3))
    assert {one.n_learned for one in comparison.measured} == {400}
    assert comparison.n_held_out == 100
    assert len(comparison.vocabulary) == 8
    assert all(0 < one.nats < 2 * math.log(8) for one in comparison.measured)


def test_the_network_and_its_ngrams_share_text_and_vocabulary() -> None:
    comparison = compare_network(make_text(), RECIPE, 2)
    assert [one.model for one in comparison.measured[-2:]] == [comparison.model, comparison.mixture]
    assert {one.n_learned for one in comparison.measured} == {120}
    assert comparison.n_held_out == 30
    assert comparison.vocabulary.words == ("<s>", "<unk>", "a", "b", "c")
    assert {one.model.n_words for one in comparison.measured} == {5}
    assert comparison.n_parameters == len(comparison.model.network.parameters())
    assert len(comparison.history.validation_loss) == RECIPE.epochs
    assert comparison.n_validation == 10
    assert comparison.strengths.n_known + comparison.strengths.n_new == 30


def test_the_mixture_is_of_the_network_and_the_best_ngrams() -> None:
    comparison = compare_network(make_text(), RECIPE, 2)
    *ngrams, network, mixture = comparison.measured
    assert (comparison.mixture.first, comparison.mixture.second) == (network.model, ngrams[-1].model)
    share = comparison.mixture.share
    assert mixture.name == f"{share:.0%} network, {1 - share:.0%} bigrams, Kneser-Ney"


def test_the_texts_own_validation_sentences() -> None:
    text = replace(make_text(), validation=(("a", "b"), ("c",)))
    assert compare_network(text, RECIPE, 2).n_validation == 5


def test_held_out_text_is_not_learned_from() -> None:
    text = make_text()
    without = Text(text.name, text.unit, text.training, (("g", "g"),), "two letters")
    first, second = (compare_network(one, RECIPE, 1).model.distribution((0,)) for one in (text, without))
    assert first == second


def test_further_words_belong_to_the_vocabulary() -> None:
    text = make_text()
    longer = Text(text.name, text.unit, text.training, (("z",),), "one letter", further_words=("z",))
    comparison = compare_ngrams(longer, 2)
    assert "z" in comparison.vocabulary
    assert comparison.n_held_out == count_predictions(longer.held_out)
    assert all(math.isfinite(one.nats) for one in comparison.measured)


def test_too_few_predictions() -> None:
    with pytest.raises(UserError, match="letters: 3 predictions are too few"):
        compare_network(make_text(), NetworkRecipe(2, 2, 3, 3, 30, 0.05), 2)


def test_names_of_higher_orders() -> None:
    assert list(describe_ngrams(5))[-2:] == ["4-grams, Kneser-Ney", "5-grams, Kneser-Ney"]
    assert list(describe_ngrams(1)) == ["unigrams, add 1", "bigrams, add 1", "bigrams, add 0.05"]
