"""What the two kinds of models are good at: which predictions count where, and what is said of them."""

import math
from dataclasses import replace

import pytest

from tasks.language_model.kneser_ney import KneserNeyModel
from tasks.language_model.ngrams import AddKModel
from tasks.language_model.strengths import Strengths, compare_strengths

LEARNED = [[1, 2, 3], [2, 1]]
HELD_OUT = [[1, 2, 1], [3]]


def test_means_over_both_kinds_of_predictions() -> None:
    one, other = AddKModel(LEARNED, 1, 1, 4), KneserNeyModel(LEARNED, 3, 4)
    strengths = compare_strengths(one, other, LEARNED, HELD_OUT)
    # Of all contexts only <s> 3 does not occur in LEARNED.
    known = [((0,), 1), ((0, 1), 2), ((1, 2), 1), ((2, 1), 0), ((0,), 3)]
    new = [((0, 3), 0)]
    assert (strengths.n_known, strengths.n_new) == (5, 1)
    for model, of_known, of_new in (
        (one, strengths.network_known, strengths.network_new),
        (other, strengths.ngrams_known, strengths.ngrams_new),
    ):
        assert of_known == pytest.approx(-sum(math.log(model.probability(c, w)) for c, w in known) / 5)
        assert of_new == pytest.approx(-sum(math.log(model.probability(c, w)) for c, w in new))


def test_what_is_said_is_true_of_the_numbers() -> None:
    strengths = Strengths(1000, 4.0, 3.5, 500, 5.0, 5.25)
    assert str(strengths).startswith(
        "Where the two words before were learned together (1,000 predictions), the n-grams have 3.50 nats and the network 4.00; "
        "where they are new together (500), 5.25 and 5.00."
    )
    assert "where a phrase is new." in str(strengths)
    assert "phrase" not in str(replace(strengths, network_new=5.9))
