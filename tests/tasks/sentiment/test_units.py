"""What a document is the mean of, and the ratios of counts that embeddings may begin with."""

from __future__ import annotations

import math

import pytest

from tasks.sentiment.networks import PADDING
from tasks.sentiment.units import RARE, Units, UnitVocabulary, log_count_ratios

DOCUMENTS = [["a", "good", "film"], ["a", "goodness"], ["a", "good", "film"]]


def test_words_alone() -> None:
    assert Units().of(["not", "good"]) == ["not", "good"]
    assert Units(pairs=1).of([]) == []


def test_rare_words_share_a_number_and_rare_pairs_have_none() -> None:
    encode = UnitVocabulary(DOCUMENTS, Units(beginning=4, pairs=2))
    assert sorted(encode.number) == sorted(["a", "good", "film", "a…", "good…", "film…", "a good", "good film"])
    assert sorted(encode.number.values()) == list(range(RARE + 1, len(encode)))
    number = encode.number
    # "goodness" is rare, its beginning isn't; the pair "a goodness" has no vector.
    assert encode(["a", "goodness"]) == [number["a"], RARE, number["a…"], number["good…"]]
    assert encode(["unseen"]) == [RARE, RARE]
    assert encode([]) == [RARE]
    assert PADDING not in encode(["a", "unseen"])


def test_every_unit_may_count() -> None:
    assert "a goodness" in UnitVocabulary(DOCUMENTS, Units(pairs=1)).number


def test_ratios_of_counts() -> None:
    # Unit 2 is in both documents of class 1 (once twice) and in one of two others; unit 3 in one of the others.
    documents, labels = [[2, 2], [2], [2, 3], [4]], [1, 1, 0, 2]
    ratios = log_count_ratios(documents, labels, 5, 1)
    of_class, others = [1, 1, 3, 1, 1], [1, 1, 2, 2, 2]
    for unit in range(5):
        expected = math.log((of_class[unit] / sum(of_class)) / (others[unit] / sum(others)))
        assert ratios[unit] == pytest.approx(expected, rel=1e-12)
