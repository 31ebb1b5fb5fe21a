"""Every row of the table on a subset, with small networks, in seconds: each has a bound of its own.

The bounds lie a little above what was measured; a training that stops learning, or a mixture that mixes wrongly, exceeds them.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.language_model.comparison import NetworkComparison, compare_network
from tasks.language_model.manual import read_manual
from tasks.language_model.model import perplexity
from tasks.language_model.readers import read_published
from tasks.language_model.table import TABLE_RECIPES, measure_kneser_ney
from tasks.language_model.texts import Text

pytestmark = pytest.mark.tables
needs_data = pytest.mark.skipif(not os.environ.get("CHALKGRAD_DATA"), reason="CHALKGRAD_DATA names no folder of published files")


def published(name: str) -> Text:
    return read_published(name, Path(os.environ["CHALKGRAD_DATA"]))


def short(text: Text, recipe: str, **changes: Any) -> NetworkComparison:
    return compare_network(text, replace(TABLE_RECIPES[recipe], n_held_out=5_000, **changes), 3)


def check_mixture(comparison: NetworkComparison) -> None:
    *_, ngrams, network, mixture = comparison.measured
    assert 0 < comparison.mixture.share < 1
    assert mixture.nats < min(ngrams.nats, network.nats)


@needs_data
@pytest.mark.parametrize(("recipe", "bound"), [("names-3", 2.36), ("names-8", 2.30)])
def test_names(recipe: str, bound: float) -> None:
    comparison = short(published("names"), recipe, n_examples=20_000, n_hidden=40, epochs=5)
    assert comparison.measured[-2].nats < bound
    check_mixture(comparison)


@needs_data
def test_penn_treebank_network_and_mixture() -> None:
    changes = {"largest_vocabulary": 400, "n_dimensions": 24, "n_hidden": 48, "batch_size": 64}
    comparison = short(published("ptb"), "ptb", n_examples=20_000, epochs=6, **changes)
    assert perplexity(comparison.measured[-2].nats) < 29
    assert perplexity(comparison.measured[-1].nats) < 25
    check_mixture(comparison)


@needs_data
def test_penn_treebank_kneser_ney() -> None:
    text = published("ptb")
    assert measure_kneser_ney(replace(text, training=text.training[:4000], further_words=("<unk>",)), 5) < 400


def test_manual_network_and_mixture() -> None:
    changes = {"largest_vocabulary": 300, "n_dimensions": 24, "n_hidden": 48, "learning_rate": 0.005, "average": 0.98}
    # So few sentences are learned in few steps, and the network is too small for much dropout.
    comparison = short(read_manual(), "manual", n_examples=12_000, epochs=8, dropout=(0.2, 0.2), **changes)
    assert perplexity(comparison.measured[-2].nats) < 41
    assert perplexity(comparison.measured[-1].nats) < 36
    check_mixture(comparison)
