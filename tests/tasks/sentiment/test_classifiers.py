"""Classifiers learn what their model can express, and only from the documents they are given."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tasks.sentiment.classifiers import RARE_BELOW, RECIPES, Document, VocabularyEncoder, documents_of, fit
from tasks.sentiment.corpora import Corpus, Sentence
from tasks.sentiment.lexicons import Lexicon
from tasks.sentiment.networks import PADDING, PooledNetwork

LEXICON = Lexicon("small", frozenset({"good", "fine"}), frozenset({"bad", "dull"}))


def make_documents(n: int, words: Sequence[Sequence[str]], seed: int = 0) -> list[Document]:
    """Sentences of three fillers and one word of the label's class, somewhere."""
    uniform = random.Random(seed).random
    documents = []
    for index in range(n):
        label = index % len(words)
        tokens = [f"filler{int(uniform() * 5)}" for _ in range(3)]
        tokens.insert(int(uniform() * 4), words[label][int(uniform() * len(words[label]))])
        documents.append(Document(" ".join(tokens), tuple(tokens), label))
    return documents


def accuracy(recipe_name: str, words: Sequence[Sequence[str]]) -> float:
    recipe = replace(RECIPES[recipe_name], batch_size=10, epochs=12, learning_rate=0.1)
    classifier, history = fit(recipe, make_documents(150, words), len(words), LEXICON, seed=1)
    assert len(history.train_loss) == 12
    assert history.train_loss[-1] < 0.5 * history.train_loss[0]
    judged = make_documents(60, words, seed=9)
    return sum(classifier.predict(one.tokens) == one.label for one in judged) / len(judged)


@pytest.mark.parametrize("name", RECIPES)
def test_two_classes_by_words_of_the_lexicon(name: str) -> None:
    assert accuracy(name, [["bad", "dull"], ["good", "fine"]]) >= 0.95


@pytest.mark.parametrize("name", RECIPES)
def test_three_classes(name: str) -> None:
    assert accuracy(name, [["bad", "dull"], ["red", "blue"], ["good", "fine"]]) >= 0.9


@pytest.mark.parametrize("name", ["concatenation", "mean", "max"])
def test_embeddings_learn_words_that_no_lexicon_has(name: str) -> None:
    assert accuracy(name, [["ugh", "meh"], ["wow", "yay"]]) >= 0.95


def test_features_cannot_tell_words_that_no_lexicon_has() -> None:
    documents = make_documents(150, [["ugh", "meh"], ["wow", "yay"]])
    classifier, _ = fit(RECIPES["logistic"], documents, 2, LEXICON)
    assert classifier.predict(("ugh", "filler1", "filler2", "filler3")) == classifier.predict(
        ("wow", "filler1", "filler2", "filler3")
    )


def test_the_seed_decides() -> None:
    documents = make_documents(30, [["bad"], ["good"]])
    logits = [
        fit(RECIPES["mean"], documents, 2, LEXICON, epochs=2, seed=seed)[0].logits(("good", "filler1")) for seed in (3, 3, 4)
    ]
    assert logits[0] == logits[1] != logits[2]


def test_prediction_records_nothing_and_positivity_follows_the_classes() -> None:
    documents = make_documents(150, [["bad"], ["red"], ["good"]])
    classifier, _ = fit(replace(RECIPES["logistic"], learning_rate=0.2), documents, 3, LEXICON)
    assert len(classifier.logits(("good",))) == 3
    assert classifier.positivity(("good", "filler1")) > classifier.positivity(("filler1", "red"))
    assert classifier.positivity(("filler1", "red")) > classifier.positivity(("bad", "filler1"))
    assert all(parameter.gradient is None for parameter in classifier.network.parameters())


def test_a_classifier_needs_documents() -> None:
    with pytest.raises(ValueError, match="no documents"):
        fit(RECIPES["mean"], [], 2, LEXICON)


def test_documents_are_tokenised_as_their_corpus_says() -> None:
    sentences = (Sentence("It's 'fine'", 1),)
    raw = Corpus("raw", ("negative", "positive"), sentences)
    assert documents_of(sentences, raw)[0].tokens == ("it's", "'", "fine", "'")
    assert documents_of(sentences, replace(raw, tokenised=True))[0].tokens == ("it's", "'fine'")


def test_rare_words_share_a_number_by_the_lexicon() -> None:
    often = ("a", "b") * RARE_BELOW
    documents = [Document("", (*often, "good", "fine", "bad", "red"), 0)]
    encode = VocabularyEncoder(documents, LEXICON)
    assert encode(["a", "b"]) == [4, 5]
    assert encode(["good", "fine", "bad", "red", "never met"]) == [1, 1, 2, 3, 3]
    assert encode.n_words == 6
    assert encode([]) == [VocabularyEncoder.OTHER]
    together = VocabularyEncoder(documents, None)
    assert together(["good", "bad", "red"]) == [3, 3, 3]


def test_a_lexicon_word_met_often_has_its_own_number() -> None:
    encode = VocabularyEncoder([Document("", ("good",) * RARE_BELOW, 1)], LEXICON)
    assert encode(["good", "fine"]) == [4, VocabularyEncoder.POSITIVE]


def pooled(pooling: str, words: list[int], length: int = 3) -> list[float]:
    """What the layers are given: the network's layers are replaced by the identity."""
    network = PooledNetwork(6, 2, pooling, 1, 1, length=length)
    for number, row in enumerate(network.embedding.weight):
        if number != PADDING:
            row[0].data, row[1].data = float(number), -float(number**2)
    received: list[float] = []

    def receive(inputs: Sequence[object]) -> tuple[()]:
        received.extend(float(x) for x in inputs)  # type: ignore[arg-type]
        return ()

    network.layers = receive  # type: ignore[assignment]
    network(words)
    return received


def test_pooling() -> None:
    assert pooled("mean", [1, 2, 3]) == [2, -14 / 3]
    assert pooled("max", [1, 2, 3]) == [3, -1]
    assert pooled("concatenation", [2, 5]) == [2, -4, 5, -25, 0, 0]
    assert pooled("concatenation", [2, 5, 1, 3]) == [2, -4, 5, -25, 1, -1]


def test_another_pooling_is_refused() -> None:
    with pytest.raises(ValueError, match="'sum' is not one of concatenation, mean, max"):
        PooledNetwork(4, 2, "sum", 2, 1)
