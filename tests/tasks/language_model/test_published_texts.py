"""The published files themselves, when CHALKGRAD_DATA names their folder: their sizes, and the perplexities known for them.

The perplexities of the Penn Treebank are published: Mikolov (2012), table 4.1, has 148.3 for Kneser-Ney trigrams and 141.2
for 5-grams.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.language_model.comparison import compare_network
from tasks.language_model.kneser_ney import KneserNeyModel
from tasks.language_model.model import nats_per_prediction, perplexity
from tasks.language_model.ngrams import AddKModel
from tasks.language_model.readers import read_published
from tasks.language_model.report import describe_text
from tasks.language_model.texts import Text, count_predictions
from tasks.language_model.training import RECIPES
from tasks.language_model.vocabulary import Vocabulary

pytestmark = pytest.mark.skipif(not os.environ.get("CHALKGRAD_DATA"), reason="CHALKGRAD_DATA names no folder of published files")

# Predictions in the training part and the held-out part, then the size of the vocabulary with the boundary.
SIZES = {
    "names": (182_625, 22_655, 27),
    "ptb": (929_589, 82_430, 10_000),
    "brown": (835_524, 171_297, 17_906),
    "inaugural": (131_936, 11_138, 5_227),
    "tinyshakespeare": (1_003_855, 111_541, 66),
    "wikitext2": (216_347, 244_102, 13_777),
}


def read(name: str) -> Text:
    return read_published(name, Path(os.environ["CHALKGRAD_DATA"]))


def kneser_ney(text: Text, order: int) -> float:
    vocabulary = Vocabulary.of(text.training, further_words=text.further_words)
    model = KneserNeyModel(vocabulary.encode_all(text.training), order, len(vocabulary))
    return nats_per_prediction(model, vocabulary.encode_all(text.held_out))


@pytest.mark.parametrize("name", SIZES)
def test_sizes(name: str) -> None:
    text = read(name)
    vocabulary = Vocabulary.of(text.training, further_words=text.further_words)
    assert (count_predictions(text.training), count_predictions(text.held_out), len(vocabulary)) == SIZES[name]
    # No word of the held-out part is outside the vocabulary without there being a word for it.
    assert len(vocabulary.encode_all(text.held_out)) == len(text.held_out)


@pytest.mark.parametrize(("name", "repeated"), [("names", "424 of the 3,203"), ("ptb", "64 of the 3,761")])
def test_held_out_sentences_that_are_learned_from_are_counted(name: str, repeated: str) -> None:
    assert f"\n{repeated} held-out sentences also occur in what is learned from." in describe_text(read(name))


@pytest.fixture(scope="module")
def penn_treebank() -> Text:
    return read("ptb")


@pytest.mark.parametrize(("order", "expected"), [(2, 185.70), (3, 148.28), (4, 142.72), (5, 141.19)])
def test_penn_treebank(penn_treebank: Text, order: int, expected: float) -> None:
    assert perplexity(kneser_ney(penn_treebank, order)) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("order", "nats"), [(2, 2.453), (3, 2.219), (4, 2.056), (5, 1.984), (6, 1.975)])
def test_names(order: int, nats: float) -> None:
    assert kneser_ney(read("names"), order) == pytest.approx(nats, abs=0.0006)


@pytest.mark.parametrize(("order", "nats"), [(2, 2.484), (3, 2.038), (4, 1.719), (5, 1.561), (6, 1.523)])
def test_shakespeare(order: int, nats: float) -> None:
    assert kneser_ney(read("tinyshakespeare"), order) == pytest.approx(nats, abs=0.0006)


def test_bigrams_without_smoothing_on_all_names() -> None:
    lines = (Path(os.environ["CHALKGRAD_DATA"]) / "names_makemore" / "names.txt").read_text().split()
    vocabulary = Vocabulary.of(map(tuple, lines))
    names = vocabulary.encode_all(map(tuple, lines))
    assert nats_per_prediction(AddKModel(names, 2, 0, len(vocabulary)), names) == pytest.approx(2.4540, abs=0.00005)


def test_a_small_network_on_names_is_better_than_unigrams() -> None:
    recipe = replace(RECIPES["letter"], n_examples=6_000, n_held_out=3_000, n_hidden=16)
    comparison = compare_network(read("names"), recipe, 1)
    nats = {one.name: one.nats for one in comparison.measured}
    assert nats["unigrams, add 1"] == pytest.approx(2.82, abs=0.03)
    assert nats["feedforward network"] < 2.6
