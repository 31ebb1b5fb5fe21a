"""The sentences and the word lists that ship: their counts, their form, their variety.

The files are read here in the plainest way, so that what is tested is the files and not their readers.
"""

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "tasks" / "corpus"
LABELS = ("negative", "neutral", "positive")
LISTS = ("negative-words.txt", "positive-words.txt")


def read_rows() -> list[tuple[str, str]]:
    lines = (FOLDER / "reviews.tsv").read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == "", "the last line has no line end"
    rows = []
    for line in lines:
        label, sentence = line.split("\t")
        rows.append((label, sentence))
    return rows


def read_list(name: str) -> tuple[list[str], list[str]]:
    """Return the comments that lead the list, and its words."""
    lines = (FOLDER / name).read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == "", "the last line has no line end"
    blank = lines.index("")
    return lines[:blank], lines[blank + 1 :]


def words_of(sentence: str) -> list[str]:
    return re.findall(r"\w+(?:['-]\w+)*", sentence.lower())


ROWS = read_rows()
SENTENCES = [sentence for _, sentence in ROWS]
WORDS = [words_of(sentence) for sentence in SENTENCES]


def similarity(left: set[object], right: set[object]) -> float:
    return len(left & right) / max(len(left | right), 1)


def test_there_are_enough_sentences_in_each_of_three_classes() -> None:
    counts = Counter(label for label, _ in ROWS)
    assert sorted(counts) == sorted(LABELS)
    assert len(ROWS) >= 420
    for label in LABELS:
        assert counts[label] >= 140, label
        assert 0.3 <= counts[label] / len(ROWS) <= 0.37, label


def test_the_classes_are_mixed() -> None:
    # Folds cut from consecutive lines would otherwise hold one class only.
    for start in range(0, len(ROWS) - 50, 50):
        assert {label for label, _ in ROWS[start : start + 50]} == set(LABELS), f"from line {start + 1}"


def test_sentences_are_tidy_raw_text() -> None:
    # The last alternative is a space before a mark, which only tokenised text has.
    untidy = re.compile(r"^[^A-ZÀ-Þ]|[^.!?]$|\s\s|\s[.,;:!?]")
    assert [sentence for sentence in SENTENCES if untidy.search(sentence) or not sentence.isprintable()] == []


def test_no_sentence_occurs_twice() -> None:
    spelled_alike = Counter(" ".join(words) for words in WORDS)
    assert [sentence for sentence, count in spelled_alike.items() if count > 1] == []


def test_no_two_sentences_share_their_wording() -> None:
    trigrams: list[set[object]] = [set(zip(words, words[1:], words[2:], strict=False)) for words in WORDS]
    alike = [
        (SENTENCES[i], SENTENCES[j]) for i, j in combinations(range(len(ROWS)), 2) if similarity(trigrams[i], trigrams[j]) > 0.2
    ]
    assert alike == []


def test_no_two_sentences_share_their_words() -> None:
    # Short sentences have few trigrams, and a frame with words swapped in many places keeps none.
    sets: list[set[object]] = [set(words) for words in WORDS]
    alike = [
        (SENTENCES[i], SENTENCES[j])
        for i, j in combinations(range(len(ROWS)), 2)
        if len(sets[i]) >= 3 and len(sets[j]) >= 3 and similarity(sets[i], sets[j]) > 0.45
    ]
    assert alike == []


@pytest.mark.parametrize(("length", "most"), [(4, 3), (3, 5), (2, 10)])
def test_openings_differ(length: int, most: int) -> None:
    openings = Counter(tuple(words[:length]) for words in WORDS if len(words) >= length)
    assert [opening for opening, count in openings.items() if count > most] == []


def test_lengths_and_vocabulary_vary() -> None:
    lengths = [len(words) for words in WORDS]
    assert sum(length <= 5 for length in lengths) >= 20
    assert sum(length >= 18 for length in lengths) >= 20
    assert len({word for words in WORDS for word in words}) >= 1500


@pytest.mark.parametrize("label", LABELS)
def test_each_class_has_what_the_six_features_count(label: str) -> None:
    rows = [(sentence, words) for (own, sentence), words in zip(ROWS, WORDS, strict=True) if own == label]
    assert sum("!" in sentence for sentence, _ in rows) >= 3
    assert sum("no" in words for _, words in rows) >= 3
    assert sum(not {"i", "my", "me", "we", "us", "our", "you", "your"}.isdisjoint(words) for _, words in rows) >= 30


@pytest.mark.parametrize("name", LISTS)
def test_a_word_list_is_long_sorted_and_distinct(name: str) -> None:
    comments, words = read_list(name)
    assert len(words) >= 450
    assert words == sorted(set(words))
    assert [word for word in words if not re.fullmatch(r"[^\W\d_]+(-[^\W\d_]+)*", word) or word != word.lower()] == []
    assert comments
    assert all(comment.startswith(";") for comment in comments)
    assert "MIT" in " ".join(comments)
    assert "Chalkgrad" in " ".join(comments)


def test_no_word_is_in_both_lists() -> None:
    negative, positive = (set(read_list(name)[1]) for name in LISTS)
    assert negative & positive == set()


def test_counting_words_of_the_lists_helps_and_does_not_decide() -> None:
    negative, positive = (set(read_list(name)[1]) for name in LISTS)
    guesses = []
    for words in WORDS:
        balance = sum(word in positive for word in words) - sum(word in negative for word in words)
        guesses.append(LABELS[1 + (balance > 0) - (balance < 0)])
    right = sum(guess == label for guess, (label, _) in zip(guesses, ROWS, strict=True)) / len(ROWS)
    assert 0.6 <= right <= 0.85
    for label in LABELS:
        own = [guess == label for guess, (true_label, _) in zip(guesses, ROWS, strict=True) if true_label == label]
        assert 0.5 <= sum(own) / len(own) <= 0.95, label


def test_the_description_states_the_counts() -> None:
    counts = Counter(label for label, _ in ROWS)
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    stated = f"{len(ROWS)}: {counts['negative']} negative, {counts['neutral']} neutral, {counts['positive']} positive"
    assert f"| {stated} |" in text
    for name in LISTS:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name}`"))
        assert row.endswith(f"| {len(read_list(name)[1])} |")
