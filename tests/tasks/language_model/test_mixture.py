"""The mixture of two models: its equation, and the share that is best."""

import math
from random import Random

import pytest

from tasks.language_model.kneser_ney import KneserNeyModel
from tasks.language_model.mixture import MixtureModel, best_share, mix_losses, mixed
from tasks.language_model.model import nats_per_prediction
from tasks.language_model.neural import NeuralModel, SlidingWindowNetwork
from tasks.language_model.ngrams import AddKModel

SENTENCES = [[1, 2, 3], [1, 2], [2, 3, 1, 2], [4, 1], [3, 3, 1], [1, 4, 2]]
OTHERS = [[1, 2, 4], [3, 1, 2]]
CONTEXTS = [(0,), (0, 1), (1, 2), (3, 1, 4)]


def models() -> tuple[AddKModel, KneserNeyModel]:
    return AddKModel(SENTENCES, 1, 1, 5), KneserNeyModel(SENTENCES, 3, 5)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_its_equation(share: float) -> None:
    first, second = models()
    mixture = MixtureModel(first, second, share)
    for context in CONTEXTS:
        expected = [share * first.probability(context, w) + (1 - share) * second.probability(context, w) for w in range(5)]
        assert mixture.distribution(context) == pytest.approx(expected, rel=1e-12)
        assert sum(expected) == pytest.approx(1, rel=1e-12)
        assert [mixture.probability(context, w) for w in range(5)] == pytest.approx(expected, rel=1e-12)
        losses = mixture.losses([(context, w) for w in range(5)])
        assert losses == pytest.approx([-math.log(p) for p in expected], rel=1e-12)


def test_it_looks_as_far_back_as_the_model_that_looks_farther() -> None:
    assert MixtureModel(*models(), 0.5).context_length == 2


def test_probabilities_of_zero() -> None:
    assert mix_losses([math.inf, 1.0, math.inf], [1.0, math.inf, math.inf], 0.5) == pytest.approx(
        [1 + math.log(2), 1 + math.log(2), math.inf]
    )
    assert mix_losses([2000.0], [3000.0], 0.5) == pytest.approx([2000 + math.log(2)])


def test_the_best_share_is_the_best_of_many() -> None:
    random = Random(0)
    first, second = ([4 * random.random() for _ in range(200)] for _ in range(2))

    def mean(share: float) -> float:
        return math.fsum(-math.log(share * math.exp(-p) + (1 - share) * math.exp(-q)) for p, q in zip(first, second, strict=True))

    best = best_share(first, second)
    assert 0.1 < best < 0.9
    assert all(mean(best) <= mean(thousandth / 1000) for thousandth in range(1001))


def test_one_model_that_is_better_alone() -> None:
    assert best_share([1.0, 2.0], [1.5, 2.5]) == 1.0
    assert best_share([1.5, 2.5], [1.0, 2.0]) == 0.0


def test_shares_where_one_model_gives_no_probability() -> None:
    # λ/2 for the one and (1 − λ)/2 for the other: the best is half and half.
    assert best_share([math.log(2), math.inf], [math.inf, math.log(2)]) == pytest.approx(0.5)
    assert best_share([math.inf, 1.0, 2.0], [math.inf, 2.0, 1.0]) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="no prediction has a probability"):
        best_share([math.inf], [math.inf])


def test_the_share_is_chosen_by_other_sentences() -> None:
    first, second = models()
    mixture = mixed(first, second, OTHERS)
    nats = nats_per_prediction(mixture, OTHERS)
    assert nats <= min(nats_per_prediction(one, OTHERS) for one in (first, second))
    for share in (mixture.share - 0.01, mixture.share + 0.01):
        assert nats < nats_per_prediction(MixtureModel(first, second, share), OTHERS)


def test_a_network_that_runs_on_with_ngrams_that_do_not() -> None:
    network = NeuralModel(SlidingWindowNetwork(5, 4, 2, 3, seed=1), runs_on=True)
    ngrams = KneserNeyModel(SENTENCES, 3, 5)
    mixture = MixtureModel(network, ngrams, 0.5)
    assert mixture.runs_on
    # By hand: the n-grams see the sentence, the network four marks back.
    text = [0, *OTHERS[0], 0, *OTHERS[1], 0]
    starts = [0, 0, 0, 0, 4, 4, 4, 4]
    losses = []
    for position, start in zip(range(1, 9), starts, strict=True):
        one = network.probability(text[max(0, position - 4) : position], text[position])
        other = ngrams.probability(text[start:position], text[position])
        losses.append(-math.log((one + other) / 2))
    assert nats_per_prediction(mixture, OTHERS) == pytest.approx(math.fsum(losses) / 8, rel=1e-12)


def test_bad_arguments() -> None:
    first, second = models()
    with pytest.raises(ValueError, match="from 0 to 1"):
        MixtureModel(first, second, 1.5)
    with pytest.raises(ValueError, match="models of 5 and of 6 words"):
        MixtureModel(first, AddKModel(SENTENCES, 1, 1, 6), 0.5)
