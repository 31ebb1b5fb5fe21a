"""The dog gets fed: what the sentences hold and don't hold, and what the models make of it."""

import pytest

from tasks.language_model.demonstration import ANIMALS, PEOPLE, SENTENCES, demonstrate

NETWORK = "feedforward network"


def test_what_the_sentences_hold() -> None:
    texts = [" ".join(sentence) for sentence in SENTENCES]
    assert "i have to make sure that the cat gets fed" in texts
    assert not any("dog gets" in text for text in texts)
    assert any("dog" in text for text in texts)
    fed, paid = (sum(f"gets {word}" in text for text in texts) for word in ("fed", "paid"))
    assert 0 < fed < paid
    assert len(set(texts)) == len(texts)
    assert set(ANIMALS + PEOPLE) <= {word for sentence in SENTENCES for word in sentence}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_network_feeds_the_dog_and_the_ngrams_do_not(seed: int) -> None:
    demonstration = demonstrate(seed, progress=False)
    fed, paid = demonstration.probabilities("fed"), demonstration.probabilities("paid")
    assert demonstration.likeliest(NETWORK) == "fed"
    assert fed[NETWORK] > 0.7 > 0.3 > paid[NETWORK]
    assert fed["trigrams, not smoothed"] == 0
    assert demonstration.likeliest("trigrams, not smoothed") is None
    assert fed["bigrams, not smoothed"] == pytest.approx(6 / 15)
    assert demonstration.likeliest("bigrams, not smoothed") == "paid"
    assert demonstration.likeliest("trigrams, Kneser-Ney") == "paid"
