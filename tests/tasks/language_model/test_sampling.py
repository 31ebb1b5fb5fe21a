"""Drawing words: by chance that a seed repeats, sharper at low temperatures, never what has no probability."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from tasks.language_model.model import BOUNDARY, LanguageModel
from tasks.language_model.ngrams import AddKModel
from tasks.language_model.sampling import draw, sample_sentence


class Endless(LanguageModel):
    context_length, n_words = 0, 3

    def probability(self, context: Sequence[int], word: int) -> float:
        return (0.0, 0.75, 0.25)[word]


def share_of_the_likelier(temperature: float, draws: int = 4000) -> float:
    random = Random(1)
    counts = Counter(draw([0.2, 0.8], random, temperature) for _ in range(draws))
    return counts[1] / draws


# Standard deviations are below 0.008, so the bounds are five of them wide or more.
@pytest.mark.parametrize(("temperature", "expected"), [(1.0, 0.8), (0.5, 0.64 / 0.68), (1e9, 0.5)])
def test_temperature_is_a_power(temperature: float, expected: float) -> None:
    assert share_of_the_likelier(temperature) == pytest.approx(expected, abs=0.04)


def test_a_temperature_near_zero_takes_the_likeliest() -> None:
    assert share_of_the_likelier(1e-3, draws=200) == 1.0
    assert draw([1e-300, 2e-300], Random(0), 1e-3) == 1


def test_impossible_words_are_never_drawn() -> None:
    random = Random(2)
    assert {draw([0.0, 0.5, 0.0, 0.5, 0.0], random, 100.0) for _ in range(300)} == {1, 3}


def test_the_seed_repeats_a_sentence() -> None:
    sentences = [sample_sentence(Endless(), Random(seed)) for seed in (3, 3, 4)]
    assert sentences[0] == sentences[1] != sentences[2]


def test_the_longest_sentence_and_forbidden_words() -> None:
    assert len(sample_sentence(Endless(), Random(0), longest=7)) == 7
    assert sample_sentence(Endless(), Random(0), longest=4, never=frozenset([1])) == (2, 2, 2, 2)
    assert sample_sentence(Endless(), Random(0), longest=3, beginning=[2, 2], never=frozenset([2])) == (2, 2, 1)


def test_it_stops_at_the_end_of_the_sentence() -> None:
    model = AddKModel([[1, 2]], order=2, k=0, n_words=3)
    assert sample_sentence(model, Random(0), beginning=[1]) == (1, 2)
    assert BOUNDARY not in sample_sentence(AddKModel([[1, 2], [2, 1]], 1, 1, 3), Random(0))


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_bad_temperature(temperature: float) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        draw([1.0], Random(0), temperature)


def test_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="no word a probability"):
        sample_sentence(AddKModel([[1]], 2, 0, 3), Random(0), beginning=[2])


def test_a_sentence_has_one_word_at_least() -> None:
    model = AddKModel([[], [], [], [1]], order=2, k=0, n_words=2)
    assert {sample_sentence(model, Random(seed)) for seed in range(20)} == {(1,)}
