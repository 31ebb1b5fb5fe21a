"""Numbers for words, and words for numbers."""

import pytest

from tasks.language_model.vocabulary import Vocabulary

SENTENCES = [("b", "a", "c"), ("a", "c"), ("d", "c")]


def test_the_most_frequent_first_then_by_spelling() -> None:
    assert Vocabulary.of(SENTENCES).words == ("<s>", "c", "a", "b", "d")


def test_rare_words_give_way_to_the_unknown_word() -> None:
    vocabulary = Vocabulary.of(SENTENCES, largest=4)
    assert vocabulary.words == ("<s>", "<unk>", "c", "a")
    assert vocabulary.encode(("a", "b", "never seen")) == (3, 1, 1)


def test_a_text_that_has_unknown_words_already() -> None:
    sentences = [("<unk>", "a"), ("a", "b")]
    assert Vocabulary.of(sentences).words == ("<s>", "<unk>", "a", "b")
    assert Vocabulary.of(sentences, largest=4).words == ("<s>", "<unk>", "a", "b")
    assert Vocabulary.of(sentences, largest=3).words == ("<s>", "<unk>", "a")


def test_further_words_come_last() -> None:
    assert Vocabulary.of(SENTENCES, further_words=["z", "a"]).words == ("<s>", "c", "a", "b", "d", "z")


def test_there_and_back() -> None:
    vocabulary = Vocabulary.of(SENTENCES)
    assert [vocabulary.decode(numbers) for numbers in vocabulary.encode_all(SENTENCES)] == SENTENCES
    assert len(vocabulary) == 5
    assert "b" in vocabulary and "z" not in vocabulary


def test_the_boundary_is_no_word_of_a_sentence() -> None:
    vocabulary = Vocabulary.of(SENTENCES)
    assert "<s>" not in vocabulary
    with pytest.raises(KeyError, match="'<s>' is not in the vocabulary of 5 words"):
        vocabulary.encode(("<s>",))


@pytest.mark.parametrize("words", [["a", "b", "a"], ["a", "<s>"]])
def test_a_word_given_twice(words: list[str]) -> None:
    with pytest.raises(ValueError, match=f"{words[0] if len(words) == 3 else '<s>'}' has two numbers"):
        Vocabulary(words)


def test_too_small() -> None:
    with pytest.raises(ValueError, match="a vocabulary of 2 has no room"):
        Vocabulary.of(SENTENCES, largest=2)


@pytest.mark.parametrize("number", [-1, 5])
def test_no_such_number(number: int) -> None:
    with pytest.raises(IndexError, match=f"numbers 0 to 4, not {number}"):
        Vocabulary.of(SENTENCES).decode([1, number])
