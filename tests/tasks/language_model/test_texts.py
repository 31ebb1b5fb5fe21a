"""Portions of a text, words out of running text, and Python's manual."""

import sys

import pytest

from tasks.language_model.manual import find_prose, read_manual
from tasks.language_model.report import describe_text
from tasks.language_model.texts import Text, count_predictions, take_portion
from tasks.language_model.words import split_into_sentences, split_into_words
from tasks.support.errors import UserError

SENTENCES = tuple(("word",) * (1 + index % 4) for index in range(100))


@pytest.mark.parametrize("n_predictions", [2, 10, 57, 200, 349])
def test_a_portion_fits_and_is_nearly_as_long_as_asked(n_predictions: int) -> None:
    portion = take_portion(SENTENCES, n_predictions)
    assert n_predictions - 10 <= count_predictions(portion) <= n_predictions


def test_a_portion_is_spread_over_the_text_in_order() -> None:
    sentences = tuple((str(index),) for index in range(100))
    assert [int(word) for (word,) in take_portion(sentences, 20)] == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]


def test_held_out_sentences_that_are_learned_from_are_counted() -> None:
    text = Text("ours", "word", (("a", "b"), ("c",)), (("c",), ("b", "a"), ("c",)), "the end")
    assert "\n2 of the 3 held-out sentences also occur in what is learned from." in describe_text(text)
    one = Text("ours", "word", (("a", "b"),), (("b", "a"), ("a", "b")), "the end")
    assert "\n1 of the 2 held-out sentences also occurs in what is learned from." in describe_text(one)
    assert "also occur" not in describe_text(Text("ours", "word", (("a", "b"),), (("b", "a"),), "the end"))


def test_words_are_in_one_form() -> None:
    assert split_into_words("I wasnʼt, isn’t; cafe\u0301") == ("i", "wasn't", "isn't", "café")
    assert split_into_words("नमस्ते 12 می\u200cخواهم") == ("नमस्ते", "<number>", "می\u200cخواهم")


def test_a_portion_larger_than_the_text_is_the_text() -> None:
    assert take_portion(SENTENCES, 10**6) == SENTENCES


@pytest.mark.parametrize("sentences", [(("a", "b", "c"),), (("a", "b", "c"), ("d", "e"))])
def test_a_portion_without_a_sentence(sentences: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(ValueError, match="1 predictions are too few"):
        take_portion(sentences, 1)


def test_join() -> None:
    assert Text("", "word", (), (), "").join(("it", "is")) == "it is"
    assert Text("", "letter", (), (), "").join(("i", "t")) == "it"


def test_sentences() -> None:
    paragraph = 'See "f(x)".  (It is new.) Dr. Who, i.e. He, asks: why?  2 of them, version 3.11 etc. and x.y! "Yes."'
    assert split_into_sentences(paragraph) == [
        'See "f(x)".',
        "(It is new.)",
        "Dr. Who, i.e. He, asks: why?",
        "2 of them, version 3.11 etc. and x.y!",
        '"Yes."',
    ]


def test_words() -> None:
    assert split_into_words("Don't say “user-defined” or x_1 = obj.attr, 3.11, 10th!") == (
        "don't", "say", "user-defined", "or", "x_1", "obj.attr", "<number>", "10th",
    )  # fmt: skip


TOPIC = """\
The "for" statement
*******************

The "for" statement is used to iterate.  It has an *else* clause:

   for_stmt ::= "for" target_list "in" starred_list ":" suite

* An item of a list is a sentence,
  also over two lines.

   for x in f(y): print(x, y, z)

+---+---+
| a | b |
+---+---+
"""


def test_prose_is_told_from_headings_grammars_programs_and_tables() -> None:
    assert find_prose(TOPIC) == [
        ("the", "for", "statement", "is", "used", "to", "iterate"),
        ("it", "has", "an", "else", "clause"),
        ("an", "item", "of", "a", "list", "is", "a", "sentence", "also", "over", "two", "lines"),
    ]


def test_the_manual_of_this_python() -> None:
    manual = read_manual()
    assert len(manual.held_out) == pytest.approx(len(manual.training) / 9, abs=1)
    assert count_predictions(manual.training) > 20_000
    # Sentences of which words were merged into the unknown word may have become equal.
    known = {sentence for sentence in manual.training if "<unk>" not in sentence}
    assert known and not known.intersection(manual.held_out)
    words = {word for sentence in manual.training for word in sentence}
    assert {"the", "exception", "<unk>"} <= words
    assert words.issuperset(word for sentence in manual.held_out for word in sentence)


def test_a_python_without_its_manual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(UserError, match="missing from this Python; name a text with --data"):
        read_manual()
