"""Texts of users: in words and in letters, and one sentence for what is wrong with one."""

import unicodedata
from pathlib import Path

import pytest

from tasks.language_model.own_text import read_own_text
from tasks.support.command_line import main
from tasks.support.errors import UserError

SMALL = ["--examples", "200", "--hidden", "2", "--embedding", "2", "--context", "1", "--samples", "1"]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_sentences_end_at_marks_and_at_empty_lines(tmp_path: Path) -> None:
    paragraph = "The cat\r\nsleeps. The dog barks!\r\n\r\nA title\r\n\r\n"
    text = read_own_text(write(tmp_path / "a.txt", "\ufeff" + paragraph * 10))
    assert (text.name, text.unit, len(text.training), len(text.held_out)) == ("a.txt", "word", 27, 3)
    assert text.training[:4] == (("the", "cat", "sleeps"), ("the", "dog", "barks"), ("a", "title"), ("the", "cat", "sleeps"))
    assert text.held_out == text.training[:3]


def test_without_empty_lines_each_line_is_a_paragraph(tmp_path: Path) -> None:
    text = read_own_text(write(tmp_path / "a.txt", "one line\nanother line. And more\n" * 10))
    assert text.training[:3] == (("one", "line"), ("another", "line"), ("and", "more"))


def test_words_met_once_in_what_is_learned_from_are_unknown(tmp_path: Path) -> None:
    text = read_own_text(write(tmp_path / "a.txt", "so it is\n" * 17 + "rare it is\n" + "new it rare\n" * 2))
    assert text.training[-1] == ("<unk>", "it", "is")
    assert text.held_out == (("<unk>", "it", "<unk>"),) * 2


def test_sentences_of_other_languages(tmp_path: Path) -> None:
    text = read_own_text(write(tmp_path / "a.txt", "L’été est là. Élan vital ! नमस्ते दुनिया।\n" * 10))
    assert text.training[:2] == (("l'été", "est", "là"), ("élan", "vital"))


def test_letters_are_one_long_sentence(tmp_path: Path) -> None:
    text = read_own_text(write(tmp_path / "a.txt", "cafe\u0301\r\n" * 100), "letter")
    assert "".join(text.training[0] + text.held_out[0]) == ("café\n" * 100).strip()
    assert (text.unit, len(text.held_out[0])) == ("letter", 50)


EMOJI = ("😀", "👍🏽", "👩‍👩‍👧‍👦", "👨🏿‍🚀", "🏳️‍🌈", "❤️‍🔥", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "#️⃣", "*⃣", "❤️", "☺")


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_is_a_word_and_a_letter(tmp_path: Path, emoji: str) -> None:
    path = write(tmp_path / "a.txt", f"I love 😀{emoji} cats {emoji}{emoji}.\n" * 20)
    one = emoji.replace("\ufe0f", "")
    assert read_own_text(path).training[0] == ("i", "love", "😀", one, "cats", one, one)
    letters = read_own_text(path, "letter").training[0]
    assert letters[:9] == (*"I love 😀", emoji)
    assert set(letters) == {*"I love cats.\n", "😀", emoji}


def test_marks_of_punctuation_are_no_words(tmp_path: Path) -> None:
    text = read_own_text(write(tmp_path / "a.txt", "so — ❝it❞ • is → ✓ © 5 € ！\n" * 20))
    assert text.training[0] == ("so", "it", "is", "✓", "<number>")


def test_letters_keep_their_marks(tmp_path: Path) -> None:
    letters = ["x\u0308\u0323", "नि", "e", "क्", "\n", "e\u20dd", "葛\U000e0100", "🇩🇪", "🇫🇷", "🇩"]
    text = read_own_text(write(tmp_path / "a.txt", "".join(letters) * 25 + "end"), "letter")
    assert list(text.training[0][:10]) == [unicodedata.normalize("NFC", letter) for letter in letters]


@pytest.mark.parametrize(
    ("content", "unit", "message"),
    [
        ("", "word", "the file is empty"),
        ("One. Two.", "word", "expected 20 sentences at least to learn from, found 2"),
        ("!!! ???\n" * 50, "word", "found 0 with words in them"),
        ("\n".join(f"a{n} b{n}" for n in range(30)), "word", "each one occurs once"),
        ("short", "letter", "expected 200 letters at least to learn from, found 5"),
        (b"\x89PNG\r\n", "word", "line 1: expected UTF-8 text, found the byte 0x89"),
        ("so\n".encode("utf-16"), "letter", "line 1: expected UTF-8 text"),
    ],
)
def test_what_is_wrong_with_a_text(
    tmp_path: Path, content: str | bytes, unit: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.txt", content)
    with pytest.raises(UserError, match=message):
        read_own_text(path, unit)
    assert main(["language-model", "--text", str(path), "--unit", unit, "--out", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert message in printed.err


@pytest.mark.parametrize("unit", ["word", "letter"])
def test_a_text_is_learned_and_drawn(tmp_path: Path, unit: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "my $$ text.txt", "The $$ cat sleeps. A dog barks at the cat.\n" * 30)
    assert main(["language-model", "--text", str(path), "--unit", unit, "--out", str(tmp_path / "out"), *SMALL]) == 0
    assert f"my $$ text.txt, in {unit}s: " in capsys.readouterr().out
    assert (tmp_path / "out" / "language-model-my $$ text-learning.png").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--unit", "letter"], "--unit is only for a text of your own"),
        (["--text", "a.txt", "--data", "names"], "not allowed with argument --text"),
        (["--text", "missing.txt"], "missing.txt: there is no such file"),
        (["--text", "a.txt", "--unit", "sentence"], "invalid choice: 'sentence'"),
    ],
)
def test_options_that_do_not_fit(tmp_path: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["language-model", "--out", str(tmp_path), *options]) == 2
    assert message in capsys.readouterr().err
