"""The lexicons' formats."""

from pathlib import Path

import pytest

from tasks.sentiment.features import tokenise
from tasks.sentiment.lexicons import Lexicon, read_vader_lexicon, read_word_lists
from tasks.support.errors import UserError


def write_lists(folder: Path, positive: str, negative: str) -> None:
    (folder / "positive-words.txt").write_bytes(positive.encode())
    (folder / "negative-words.txt").write_bytes(negative.encode())


def test_word_lists_skip_comments_and_empty_lines(tmp_path: Path) -> None:
    write_lists(tmp_path, ";;;\n; A list\n\na+\nGood\nenvious\n", "; x\n\nbad\r\nnaïve\nenvious")
    lexicon = read_word_lists(tmp_path)
    assert lexicon.positive == {"a+", "good", "envious"}
    assert lexicon.negative == {"bad", "naïve", "envious"}


def test_words_have_the_form_of_tokens(tmp_path: Path) -> None:
    write_lists(tmp_path, "cafe\u0301\ndon’t\n", "❤\ufe0f\nWASN‘T\n")
    lexicon = read_word_lists(tmp_path)
    assert lexicon.positive == set(tokenise("café don't"))
    assert lexicon.negative == set(tokenise("❤ wasn't"))
    (tmp_path / "vader_lexicon.txt").write_text("Can’t\t-1.0\nnai\u0308ve\t-1.0\n", encoding="utf-8")
    assert read_vader_lexicon(tmp_path).negative == {"can't", "naïve"}


def test_word_lists_name_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"positive-words.txt: there is no such file"):
        read_word_lists(tmp_path)
    write_lists(tmp_path, "good\nvery good\n", "bad\n")
    with pytest.raises(UserError, match=r"positive-words.txt, line 2: expected one word, found 'very good'"):
        read_word_lists(tmp_path)
    write_lists(tmp_path, "good\n", "; nothing\n")
    with pytest.raises(UserError, match=r"negative-words.txt: expected one word a line, found only comments"):
        read_word_lists(tmp_path)


def test_vader_goes_by_the_sign_of_the_mean(tmp_path: Path) -> None:
    lines = [
        "$:\t-1.5\t0.80623\t[-1, -1, -1, -1, -3, -1, -3, -1, -2, -1]",
        ":D\t2.3\t0.5\t[2, 2]",
        "sob\t-2.8\t0.5\t[-3]",
        "can't stand\t-2.0\t0.5\t[-2]",
        "sob\t1.0\t0.5\t[1]",
        "meh\t0.0\t0.5\t[0]",
    ]
    (tmp_path / "vader_lexicon.txt").write_bytes("\r\n".join(lines).encode())
    lexicon = read_vader_lexicon(tmp_path)
    assert lexicon.positive == {":d", "sob"}
    assert lexicon.negative == {"$:", "can't stand"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("good\t1.9\t0.9\t[2]\nbad\n", "line 2: expected a token, a tab and its mean rating, found 'bad'"),
        ("good\tvery\t0.9\t[2]\n", "line 1: expected a token, a tab and its mean rating"),
        ("good\tinf\t0.9\t[2]\n", "line 1: expected a finite mean rating"),
    ],
)
def test_malformed_vader_lines(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "vader_lexicon.txt").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=rf"vader_lexicon.txt, {message}"):
        read_vader_lexicon(tmp_path)


def test_a_lexicon_is_adapted_by_shares_of_documents() -> None:
    """The classes may be of different sizes, and a document has a word once however often it says it."""
    lexicon = Lexicon("L", frozenset({"funny", "good", "rare", "both"}), frozenset({"plot", "bad", "both"}))
    negative = [("funny", "bad"), ("plot", "plot", "bad"), ("good",), ("both",)]
    positive = [("good", "plot"), ("both", "bad", "bad", "bad")]
    adapted = lexicon.adapted(negative, positive)
    # Half of either side has "bad", and none "rare".
    assert adapted.positive == {"good", "rare", "both"}
    assert adapted.negative == {"bad"}
    assert lexicon.adapted([], []) == Lexicon("L, adapted", lexicon.positive, lexicon.negative)
