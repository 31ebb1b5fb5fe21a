"""The published files themselves, when CHALKGRAD_DATA names their folder: no set lost a sentence."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import pytest

from nn import History, Module
from tasks.sentiment.classifiers import RECIPES, Classifier, Document, documents_of
from tasks.sentiment.evaluation import cross_validate
from tasks.sentiment.features import tokenise
from tasks.sentiment.lexicons import read_vader_lexicon, read_word_lists
from tasks.sentiment.readers import READERS
from tasks.sentiment.task import describe_repeated

pytestmark = pytest.mark.skipif(not os.environ.get("CHALKGRAD_DATA"), reason="CHALKGRAD_DATA names no folder of published files")

# Sentences of each class in the part to learn from, then the sizes of the validation and the test part.
COUNTS = {
    "uci": ((1500, 1500), 0, 0),
    "uci-amazon": ((500, 500), 0, 0),
    "uci-imdb": ((500, 500), 0, 0),
    "uci-yelp": ((500, 500), 0, 0),
    "rt-polarity": ((5331, 5331), 0, 0),
    "sst-2": ((3310, 3610), 872, 1821),
    "sst-3": ((3310, 1624, 3610), 1101, 2210),
    "sst-5": ((1092, 2218, 1624, 2322, 1288), 1101, 2210),
    "customer-reviews": ((1368, 2407), 0, 0),
    "vader-tweets": ((1062, 838, 2300), 0, 0),
    "vader-amazon": ((1218, 765, 1725), 0, 0),
    "vader-nyt": ((1688, 2402, 1100), 0, 0),
    "vader-movies": ((5061, 562, 4982), 0, 0),
    "tweeteval": ((312, 869, 819), 0, 12284),
    "tweeteval-test": ((3972, 5937, 2375), 0, 0),
    "airline-tweets": ((9178, 3099, 2363), 0, 0),
    "movie-reviews": ((1000, 1000), 0, 0),
}


def data_folder() -> Path:
    return Path(os.environ["CHALKGRAD_DATA"])


def test_every_set_is_counted() -> None:
    assert COUNTS.keys() == READERS.keys()


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str) -> None:
    corpus = READERS.read(name, data_folder())
    counts = (corpus.class_counts(), len(corpus.validation or ()), len(corpus.test or ()))
    assert counts == COUNTS[name]


@pytest.mark.parametrize("name", [name for name, (_, _, n_test) in COUNTS.items() if not n_test])
def test_no_fold_has_the_tokens_of_another(name: str) -> None:
    corpus = READERS.read(name, data_folder())
    documents = documents_of(corpus.sentences, corpus)
    taught: list[set[frozenset[str]]] = []

    def fit(learnt_from: Sequence[Document]) -> tuple[Classifier, History]:
        taught.append({frozenset(document.tokens) for document in learnt_from})
        return Classifier(Module(), lambda tokens: ()), History()

    # What is judged is not of interest here.
    with patch.object(Classifier, "predict", lambda self, tokens: 0):
        evaluation = cross_validate(RECIPES["logistic"], fit, documents, corpus.class_names, n_folds=10, seed=0)
    shared = sum(frozenset(one.tokens) in taught[judge] for one, judge in zip(documents, evaluation.judges, strict=True))
    assert shared == 0
    sizes = Counter(evaluation.judges).values()
    assert max(sizes) - min(sizes) <= 7


@pytest.mark.parametrize("name", [name for name, (_, _, n_test) in COUNTS.items() if n_test])
def test_the_part_for_testing_is_not_learnt_from(name: str) -> None:
    corpus = READERS.read(name, data_folder())
    documents, test = documents_of(corpus.sentences, corpus), documents_of(corpus.test or (), corpus)
    left_out = describe_repeated(documents, test)
    assert left_out == ("" if name == "tweeteval" else "sentences not learnt from, since the test part has their tokens: 3\n")


def test_the_airline_tweets_repeat_texts() -> None:
    sentences = READERS.read("airline-tweets", data_folder()).sentences
    assert len({sentence.text for sentence in sentences}) == 14427


def test_characters_that_other_readers_break_at() -> None:
    sentences = READERS.read("uci-imdb", data_folder()).sentences
    assert sum(sentence.text.count("\u0085") for sentence in sentences) == 2


def test_no_sentence_keeps_a_line_end() -> None:
    sentences = READERS.read("vader-tweets", data_folder()).sentences
    assert not any("\r" in sentence.text or "\t" in sentence.text for sentence in sentences)


def test_lexicons() -> None:
    hu_liu = read_word_lists(data_folder() / "lexicon_hu_liu")
    assert (len(hu_liu.positive), len(hu_liu.negative)) == (2006, 4783)
    assert hu_liu.positive & hu_liu.negative == {"envious", "enviously", "enviousness"}
    vader = read_vader_lexicon(data_folder() / "lexicon_vader")
    # 3,347 and 4,173 lines, some of them for the same token or for tokens that differ only in case.
    assert 3300 < len(vader.positive) <= 3347
    assert 4150 < len(vader.negative) <= 4173
    assert not vader.positive & vader.negative


def test_the_tokeniser_keeps_the_words_of_the_lexicon_whole() -> None:
    hu_liu = read_word_lists(data_folder() / "lexicon_hu_liu")
    broken = {word for word in hu_liu.positive | hu_liu.negative if tokenise(word) != [word]}
    assert broken == {"anti-", "bull****", "bull----"}
