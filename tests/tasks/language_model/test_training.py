"""Training: what a network learns from, in which order, and that it learns it."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.language_model.manual import MANUAL
from tasks.language_model.model import nats_per_prediction, perplexity
from tasks.language_model.neural import NeuralModel
from tasks.language_model.texts import Text
from tasks.language_model.training import RECIPES, NetworkRecipe, recipe_for, train_network

RECIPE = NetworkRecipe(2, 3, 6, n_examples=1000, n_held_out=0, learning_rate=0.05, epochs=30, batch_size=4)
# After 1 comes 2, then 3; after 4 comes 2 as well, but then 5: two words have to be looked at.
SENTENCES = [[1, 2, 3], [4, 2, 5]]


def test_it_learns_what_needs_two_words_of_context() -> None:
    network, history = train_network(SENTENCES, 6, RECIPE, progress=False)
    model = NeuralModel(network)
    assert model.probability((1, 2), 3) > 0.8
    assert model.probability((4, 2), 5) > 0.8
    # Only the first word of each sentence is left to chance: 2 choices in 4 predictions.
    assert 2 ** (1 / 4) < perplexity(nats_per_prediction(model, SENTENCES)) < 1.4
    assert history.train_loss[-1] < 0.5 < history.train_loss[0]
    assert not history.validation_loss


def test_the_history_is_one_training_whose_rate_falls() -> None:
    _, history = train_network(SENTENCES, 6, replace(RECIPE, epochs=4), progress=False)
    rates = [0.05 * (1 + math.cos(math.pi * epoch / 4)) / 2 for epoch in range(4)]
    assert history.learning_rate == pytest.approx(rates, rel=1e-12)


def test_a_seed_repeats_the_training() -> None:
    recipe = replace(RECIPE, epochs=2, dropout=(0.2, 0.2))
    curves = [train_network(SENTENCES, 6, recipe, seed=seed, progress=False)[1].train_loss for seed in (5, 5, 6)]
    assert curves[0] == curves[1] != curves[2]


def test_the_best_epoch_on_validation_sentences_is_kept() -> None:
    # What validation asks for contradicts what is learned, so it is worse with every epoch.
    other = [[1, 2, 5], [4, 2, 3]]
    network, history = train_network(SENTENCES, 6, replace(RECIPE, epochs=20), validation=other, progress=False)
    assert history.best_epoch is not None and history.best_epoch < 10 < len(history.train_loss) == 20
    nats = nats_per_prediction(NeuralModel(network), other)
    assert nats == pytest.approx(min(history.validation_loss))
    assert nats < history.validation_loss[-1]
    _, history = train_network(SENTENCES, 6, replace(RECIPE, patience=2), validation=other, progress=False)
    assert history.best_epoch is not None and len(history.train_loss) == history.best_epoch + 3


@pytest.mark.parametrize(
    "setting", [{"tied": True}, {"direct": True}, {"running_on": True}, {"average": 0.9}, {"weight_decay": 1.0}]
)
def test_settings_reach_the_training(setting: dict[str, Any]) -> None:
    recipe = replace(RECIPE, epochs=2)
    plain, changed = (
        nats_per_prediction(NeuralModel(train_network(SENTENCES, 6, one, progress=False)[0]), SENTENCES)
        for one in (recipe, replace(recipe, **setting))
    )
    assert plain != changed


def test_dropout_of_all_masks_or_the_first() -> None:
    recipe = replace(RECIPE, epochs=1, tied=True)
    losses = [
        train_network(SENTENCES, 6, replace(recipe, dropout=rates), progress=False)[1].train_loss
        for rates in ((), (0.0, 0.0, 0.0), (0.5,), (0.5, 0.5), (0.5, 0.5, 0.5))
    ]
    assert losses[0] == pytest.approx(losses[1])
    assert len({round(one[0], 9) for one in losses[1:]}) == 4


def test_an_interrupted_training_goes_on(tmp_path: Path) -> None:
    recipe, path = replace(RECIPE, epochs=6), tmp_path / "run"
    whole, _ = train_network(SENTENCES, 6, recipe, progress=False)
    train_network(SENTENCES, 6, replace(recipe, epochs=6), progress=False, checkpoint=path)
    assert path.exists()
    again, history = train_network(SENTENCES, 6, recipe, progress=False, checkpoint=path)
    assert len(history.train_loss) == 6
    assert [p.data for p in again.parameters()] == [p.data for p in whole.parameters()]


def test_the_manual_has_settings_of_its_own() -> None:
    texts = [Text(name, unit, (), (), "") for name, unit in ((MANUAL, "word"), ("a book", "word"), ("names", "letter"))]
    assert [recipe_for(text) for text in texts] == list(RECIPES.values())


@pytest.mark.parametrize("unit", RECIPES)
def test_the_default_networks_look_as_far_back_as_the_texts_figure_at_least(unit: str) -> None:
    assert RECIPES[unit].context_length >= 3
