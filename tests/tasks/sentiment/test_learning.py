"""The models of the table: they learn what they can express, from their documents only, and predict as the eager engine."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tasks.sentiment.classifiers import Document
from tasks.sentiment.learning import Model
from tasks.sentiment.lexicons import Lexicon
from tasks.sentiment.networks import PADDING
from tasks.sentiment.predicting import logits_of
from tasks.sentiment.settings import Settings
from tasks.sentiment.units import Units

LEXICON = Lexicon("small", frozenset({"good"}), frozenset({"bad"}))
FEATURES = Settings(20, 0.1, 0.0, 16, True, features=True)
WORDS = Settings(20, 0.05, n_dimensions=3, batch_size=16, unit_dropout=0.2, dropout=0.2)
MODELS = {
    "features": FEATURES,
    "two layers": replace(FEATURES, n_hidden=3),
    "words": WORDS,
    "pairs from ratios": replace(WORDS, units=Units(3, pairs=1), log_count_ratios=(0.3, 5.0)),
    "words and features": replace(WORDS, features=True, n_hidden=3, average=0.9),
}


def documents(n: int, classes: list[list[str]], seed: int = 0) -> list[Document]:
    """Up to five fillers, and one word of the label's class among them."""
    draw = random.Random(seed)
    found = []
    for index in range(n):
        label = index % len(classes)
        tokens = [f"filler{int(draw.random() * 5)}" for _ in range(1 + int(draw.random() * 5))]
        tokens.insert(int(draw.random() * len(tokens)), classes[label][int(draw.random() * len(classes[label]))])
        found.append(Document(" ".join(tokens), tuple(tokens), label))
    return found


TWO, THREE = [["bad"], ["good"]], [["bad"], ["red", "blue"], ["good"]]


@pytest.mark.parametrize("classes", [TWO, THREE], ids=["two classes", "three classes"])
@pytest.mark.parametrize("name", MODELS)
def test_what_is_learnt_is_predicted(name: str, classes: list[list[str]]) -> None:
    model = Model(MODELS[name], documents(120, classes), len(classes), LEXICON, seed=3)
    history = model.learn()
    assert len(history.train_loss) == 20
    judged = documents(60, classes, seed=9)
    predicted = model.predict(judged)
    right = sum(label == document.label for label, document in zip(predicted, judged, strict=True))
    assert right >= 57
    # Other documents beside them change nothing, though they may be longer.
    assert model.predict(judged[:7]) == predicted[:7]


@pytest.mark.parametrize("name", MODELS)
def test_compiled_predictions_are_those_of_the_eager_engine(name: str) -> None:
    model = Model(replace(MODELS[name], epochs=2), documents(40, THREE), 3, LEXICON)
    model.learn()
    inputs = model.inputs(documents(700, THREE, seed=5))
    compiled = logits_of(model.network, inputs)
    assert len(compiled) == 700
    for one, logits in list(zip(inputs, compiled, strict=True))[::70]:
        assert logits == pytest.approx([float(logit) for logit in model.network(*one)], rel=1e-9, abs=1e-12)
    assert logits_of(model.network, []) == []


def test_filling_up_changes_nothing() -> None:
    model = Model(replace(MODELS["words"], epochs=2), documents(40, TWO), 2, LEXICON)
    model.learn()
    [(units, n_units, features)] = model.inputs([Document("", ("good", "filler1"), 1)])
    [short], [long] = model.network(units, n_units, features), model.network([*units, PADDING, PADDING], n_units, features)
    assert short.data == pytest.approx(long.data, rel=1e-12)


def test_ratios_are_where_learning_begins() -> None:
    shown = documents(40, TWO)
    model = Model(MODELS["pairs from ratios"], shown, 2, LEXICON)
    good, bad = (Document(word, (word,), 0) for word in ("good", "bad"))
    assert model.predict([good, bad]) == [1, 0], "before anything is learnt"
    assert model.network.embedding is not None
    assert [element.data for element in model.network.embedding(PADDING)] == [0.0] * 3


def test_validation_is_only_measured() -> None:
    shown = documents(40, TWO)
    alone, measured = (Model(replace(WORDS, epochs=3), shown, 2, LEXICON) for _ in range(2))
    alone.learn()
    history = measured.learn(validation=[Document("", ("bad",), 1)] * 4)
    assert len(history.validation_loss) == 3
    assert [p.data for p in alone.network.parameters()] == [p.data for p in measured.network.parameters()]


@pytest.mark.parametrize("classes", [TWO, THREE], ids=["two classes", "three classes"])
def test_a_lexicon_that_is_wrong_of_these_documents_says_nothing_of_them(classes: list[list[str]]) -> None:
    settings = replace(FEATURES, epochs=1, adapts_lexicon=True)
    wrong = Lexicon("wrong", frozenset({"bad"}), frozenset({"good"}))
    learnt = documents(60, classes)
    assert {row[:2] for *_, row in Model(settings, learnt, len(classes), wrong).inputs(learnt)} == {(0.0, 0.0)}
    assert len({row[:2] for *_, row in Model(settings, learnt, len(classes), LEXICON).inputs(learnt)}) == len(classes)


def test_the_seed_decides() -> None:
    numbers = []
    for seed in (1, 1, 2):
        model = Model(replace(WORDS, epochs=1), documents(40, TWO), 2, LEXICON, seed=seed)
        model.learn()
        numbers.append([p.data for p in model.network.parameters()])
    assert numbers[0] == numbers[1] != numbers[2]


def test_wrong_settings() -> None:
    with pytest.raises(ValueError, match="needs embeddings, features, or both"):
        Settings(1, 0.1)
    with pytest.raises(ValueError, match="n_hidden=0"):
        Settings(1, 0.1, n_dimensions=4, n_hidden=3, log_count_ratios=(0.3, 5.0))
    with pytest.raises(ValueError, match="needs features=True"):
        replace(WORDS, adapts_lexicon=True)
    with pytest.raises(ValueError, match="no documents"):
        Model(WORDS, [], 2, LEXICON)


def test_settings_in_words() -> None:
    described = replace(MODELS["pairs from ratios"], average=0.9).described()
    assert described.startswith(
        "embeddings of 3, a vector also for the first 3 letters of each word, and for pairs of words, first"
    )
    for part in (
        "0.3 × log-count ratio, with weight 5.0",
        "word dropout 0.2, dropout 0.2, AdamW (0.05, decay 0.01)",
        "parameters 0.9",
    ):
        assert part in described
    assert MODELS["two layers"].described() == "3 tanh units, AdamW (0.1, falling to 0, decay 0.0), batches of 16, 20 epochs"
