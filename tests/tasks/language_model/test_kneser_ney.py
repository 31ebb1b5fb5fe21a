"""Interpolated modified Kneser-Ney: the definition written out by brute force, and probabilities that sum to one."""

import math
from collections import Counter, defaultdict
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.language_model.kneser_ney import Discounts, KneserNeyModel
from tasks.language_model.model import nats_per_prediction, predictions

WORDS = 5
CORPORA = st.lists(st.lists(st.integers(1, WORDS - 1), max_size=8), min_size=1, max_size=12)

SENTENCES = [[1, 2, 3], [1, 2], [2, 3, 1, 2], [4, 1], [3, 3, 1], [1, 4, 2]]


def brute_force(sentences: list[list[int]], context: list[int], word: int, n_words: int, discount: list[float]) -> float:
    """Chen & Goodman's equations with a given discount for each order, looking through the text for every number."""
    marked = [[0, *sentence, 0] for sentence in sentences]

    def occurrences(gram: list[int]) -> int:
        return sum(
            marks[i : i + len(gram)] == gram
            for marks in marked
            for i in range(len(marks) - len(gram) + 1)
            if i + len(gram) > 1  # a lone <s> is not predicted
        )

    def count(gram: list[int], highest: bool) -> int:
        begins = gram[0] == 0 and len(gram) > 1
        return occurrences(gram) if highest or begins else sum(occurrences([w, *gram]) > 0 for w in range(n_words))

    def probability(history: list[int], highest: bool) -> float:
        counts = [count([*history, w], highest) for w in range(n_words)]
        lower = probability(history[1:], False) if history else 1 / n_words
        if not sum(counts):
            return lower
        d = discount[len(history)]
        share = max(counts[word] - d, 0) / sum(counts)
        return share + d * sum(c > 0 for c in counts) / sum(counts) * lower

    return probability(context, highest=len(context) == len(discount) - 1)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_against_brute_force(order: int) -> None:
    model = KneserNeyModel(SENTENCES, order, WORDS, modified=False)
    discount = [discounts.one for discounts in model.discounts]
    for context in ([1], [2], [3], [1, 2], [4, 2], [0, 1], [3, 4]):
        history = context[max(0, len(context) - order + 1) :]
        for word in range(WORDS):
            expected = brute_force(SENTENCES, history, word, WORDS, discount)
            assert model.probability(context, word) == pytest.approx(expected, rel=1e-12)


class Dictionaries:
    """The same counts and formula with a dictionary for each context, one prediction after the other; the discounts are given."""

    def __init__(self, sentences: list[list[int]], discounts: list[Discounts], n_words: int) -> None:
        self.discounts, self.n_words = discounts, n_words
        self.counts: list[defaultdict[tuple[int, ...], Counter[int]]] = [defaultdict(Counter) for _ in discounts]
        for context, word in predictions(sentences, len(discounts) - 1):
            self.counts[len(context)][context][word] += 1
        for longer, shorter in pairwise(reversed(self.counts)):
            for context, followers in longer.items():
                shorter[context[1:]].update(dict.fromkeys(followers, 1))

    def probability(self, context: tuple[int, ...], word: int) -> float:
        probability = 1 / self.n_words
        for length, discounts in enumerate(self.discounts):
            followers = self.counts[length].get(context[len(context) - length :]) if length <= len(context) else None
            if not followers:
                break
            kept = followers[word] - discounts.of(followers[word])
            probability = (kept + sum(map(discounts.of, followers.values())) * probability) / followers.total()
        return probability


@given(CORPORA, CORPORA, st.integers(1, 6), st.booleans())
def test_against_dictionaries(corpus: list[list[int]], other: list[list[int]], order: int, modified: bool) -> None:
    model = KneserNeyModel(corpus, order, WORDS, modified=modified)
    oracle = Dictionaries(corpus, model.discounts, WORDS)
    pairs = list(predictions([*corpus, *other], order + 1))
    expected = [oracle.probability(context, word) for context, word in pairs]
    assert [math.exp(-loss) for loss in model.losses(pairs)] == pytest.approx(expected, rel=1e-12)
    context = pairs[-1][0]
    expected = [oracle.probability(context, word) for word in range(WORDS)]
    assert model.distribution(context) == pytest.approx(expected, rel=1e-12)
    assert [model.probability(context, word) for word in range(WORDS)] == pytest.approx(expected, rel=1e-12)


def test_a_larger_text_against_dictionaries() -> None:
    random = Random(0)
    texts = [[[1 + int(49 * random.random() ** 3) for _ in range(12)] for _ in range(400)] for _ in range(2)]
    model = KneserNeyModel(texts[0], 4, 50)
    # All discounts of equation 26 are there, so that none is a stand-in.
    assert all(len({discounts.one, discounts.two, discounts.more}) == 3 for discounts in model.discounts[1:])
    oracle = Dictionaries(texts[0], model.discounts, 50)
    pairs = list(predictions(texts[1], 3))
    expected = [-math.log(oracle.probability(context, word)) for context, word in pairs]
    assert model.losses(pairs) == pytest.approx(expected, rel=1e-12)


def test_what_came_before_the_sentence_does_not_count() -> None:
    model = KneserNeyModel(SENTENCES, 4, WORDS)
    for context in ([0], [0, 1], [0, 3, 3]):
        assert model.distribution([2, *context]) == model.distribution([0, 0, *context]) == model.distribution(context)


def test_words_that_are_not_in_the_vocabulary() -> None:
    model = KneserNeyModel(SENTENCES, 2, WORDS)
    for context, word in (((1,), 5), ((5,), 1), ((-1,), 1), ((1,), -1)):
        with pytest.raises(ValueError, match="words have the numbers 0 to 4, but one is"):
            model.probability(context, word)
    with pytest.raises(ValueError, match="words have the numbers 0 to 2, but one is 3"):
        KneserNeyModel(SENTENCES, 2, 3)


def test_no_predictions() -> None:
    assert KneserNeyModel(SENTENCES, 2, WORDS).losses([]) == []


def test_discounts_of_chen_and_goodman() -> None:
    # As the highest order, words by themselves keep their occurrences: 40 once, 10 twice, 6 three times, 2 four times.
    sentences, word = [], 0
    for times, words in ((1, 40), (2, 10), (3, 6), (4, 2)):
        for _ in range(words):
            word += 1
            sentences += [[word]] * times
    [discounts] = KneserNeyModel(sentences, order=1, n_words=word + 1).discounts
    y = 40 / (40 + 2 * 10)
    assert discounts == Discounts(1 - 2 * y * 10 / 40, 2 - 3 * y * 6 / 10, 3 - 4 * y * 2 / 6)
    assert [discounts.of(count) for count in (0, 1, 2, 3, 90)] == [
        0.0, discounts.one, discounts.two, discounts.more, discounts.more,
    ]  # fmt: skip


def test_one_discount_for_each_order() -> None:
    sentences = [[1], [2], [3], [4], [4], [5], [5], [5]]
    [discounts] = KneserNeyModel(sentences, order=1, n_words=6, modified=False).discounts
    assert discounts == Discounts(3 / 5, 3 / 5, 3 / 5)


def test_a_word_counts_by_how_many_words_it_follows() -> None:
    # 2 occurs four times but only after 1; 3 occurs twice, after 1 and after 4.
    model = KneserNeyModel([[1, 2], [1, 2], [1, 2], [1, 2], [1, 3], [4, 3]], order=2, n_words=6)
    after_unseen_word = model.distribution([5])
    assert after_unseen_word[3] > after_unseen_word[2] > after_unseen_word[5] > 0


@given(CORPORA, st.integers(1, 5), st.booleans(), st.lists(st.integers(0, WORDS - 1), max_size=5))
def test_probabilities_sum_to_one(corpus: list[list[int]], order: int, modified: bool, context: list[int]) -> None:
    distribution = KneserNeyModel(corpus, order, WORDS, modified=modified).distribution(context)
    assert sum(distribution) == pytest.approx(1, abs=1e-12)
    assert min(distribution) > 0


def test_longer_contexts_than_the_order_are_cut() -> None:
    model = KneserNeyModel(SENTENCES, 2, WORDS)
    assert model.distribution([0, 4, 1]) == model.distribution([1])


def test_it_predicts_its_own_text_better_than_the_uniform_distribution() -> None:
    assert nats_per_prediction(KneserNeyModel(SENTENCES, 3, WORDS), SENTENCES) < math.log(WORDS)


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        KneserNeyModel([[1]], 0, 2)
    with pytest.raises(ValueError, match="no sentences"):
        KneserNeyModel([], 2, 2)
