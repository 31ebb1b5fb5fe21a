"""The published files themselves, when CHALKGRAD_DATA names their folder: no set lost a sentence."""

import os
from pathlib import Path

import pytest

from tasks.sentiment.features import tokenise
from tasks.sentiment.lexicons import read_vader_lexicon, read_word_lists
from tasks.sentiment.readers import READERS, read_published

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
    corpus = read_published(name, data_folder())
    counts = (corpus.class_counts(), len(corpus.validation or ()), len(corpus.test or ()))
    assert counts == COUNTS[name]


def test_the_airline_tweets_repeat_texts() -> None:
    sentences = read_published("airline-tweets", data_folder()).sentences
    assert len({sentence.text for sentence in sentences}) == 14427


def test_characters_that_other_readers_break_at() -> None:
    sentences = read_published("uci-imdb", data_folder()).sentences
    assert sum(sentence.text.count("\u0085") for sentence in sentences) == 2


def test_no_sentence_keeps_a_line_end() -> None:
    sentences = read_published("vader-tweets", data_folder()).sentences
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
