"""Training: what a network learns from, in which order, and that it learns it."""

from dataclasses import replace
from random import Random

import pytest

from tasks.language_model.model import nats_per_prediction, perplexity
from tasks.language_model.neural import NeuralModel
from tasks.language_model.training import PARTS, RECIPES, NetworkRecipe, shuffle, train_network

RECIPE = NetworkRecipe(2, 3, 6, n_examples=1000, n_held_out=0, learning_rate=0.05, epochs=30, batch_size=4)
# After 1 comes 2, then 3; after 4 comes 2 as well, but then 5: two words have to be looked at.
SENTENCES = [[1, 2, 3], [4, 2, 5]]


def test_it_learns_what_needs_two_words_of_context() -> None:
    network, curve = train_network(SENTENCES, 6, RECIPE, progress=False)
    model = NeuralModel(network)
    assert model.probability((1, 2), 3) > 0.8
    assert model.probability((4, 2), 5) > 0.8
    # Only the first word of each sentence is left to chance: 2 choices in 4 predictions.
    assert 2 ** (1 / 4) < perplexity(nats_per_prediction(model, SENTENCES)) < 1.4
    assert curve.nats[-1] < 0.5 < curve.nats[0]


def test_the_curve_counts_all_predictions() -> None:
    _, curve = train_network(SENTENCES, 6, RECIPE, progress=False)
    assert len(curve.nats) == len(curve.predictions) == PARTS
    assert curve.predictions == [20 * part for part in range(1, PARTS + 1)]


def test_fewer_predictions_than_parts() -> None:
    _, curve = train_network([[1]], 2, replace(RECIPE, epochs=1), progress=False)
    assert curve.predictions == [1, 2]


def test_a_seed_repeats_the_training() -> None:
    recipe = replace(RECIPE, epochs=2)
    curves = [train_network(SENTENCES, 6, recipe, seed=seed, progress=False)[1].nats for seed in (5, 5, 6)]
    assert curves[0] == curves[1] != curves[2]


def test_each_epoch_has_an_order_of_its_own() -> None:
    examples = [((number,), 0) for number in range(50)]
    random = Random(1)
    first, second = shuffle(examples, random), shuffle(examples, random)
    assert sorted(first) == sorted(second) == examples
    assert examples != first != second != examples


@pytest.mark.parametrize("unit", ["word", "letter"])
def test_the_default_networks_look_as_far_back_as_the_texts_figure(unit: str) -> None:
    assert RECIPES[unit].context_length == 3
