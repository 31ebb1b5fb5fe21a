"""Labelled tables of users: every way in which they are saved, and one sentence for what is wrong with one."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tasks.sentiment.corpora import Sentence
from tasks.sentiment.own_table import read_own_table
from tasks.support.command_line import main
from tasks.support.errors import UserError

ROWS = [
    ("Good, really.", "pos"),
    ('They said "bad"', "neg"),
    ("two\nlines; both\tgood", "pos"),
    ("Bad.", "neg"),
    ("Fine.", "pos"),
]
SENTENCES = tuple(Sentence(text, int(label == "pos")) for text, label in ROWS)


def save(path: Path, rows: Iterable[tuple[str, ...]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("header", [[], [("text", "label")], [("Review", " Sentiment ")]])
def test_however_it_is_saved(tmp_path: Path, delimiter: str, encoding: str, header: list[tuple[str, ...]]) -> None:
    corpus = read_own_table(save(tmp_path / "mine.csv", [*header, *ROWS], delimiter, encoding))
    assert (corpus.name, corpus.class_names, corpus.sentences) == ("mine.csv", ("neg", "pos"), SENTENCES)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_empty_lines(tmp_path: Path, end: str) -> None:
    path = tmp_path / "mine.tsv"
    path.write_bytes(end.join(["pos\tgood, yes", "", "neg\tbad", "POS \tnice", "neg\tdull", "", ""]).encode())
    corpus = read_own_table(path)
    assert corpus.class_names == ("neg", "pos")
    assert [(one.text, one.label) for one in corpus.sentences] == [("good, yes", 1), ("bad", 0), ("nice", 1), ("dull", 0)]


def test_columns_are_found_by_their_names(tmp_path: Path) -> None:
    rows = [("id", "label", "text", "stars"), *((str(n), label, text, "4") for n, (text, label) in enumerate(ROWS))]
    assert read_own_table(save(tmp_path / "a.csv", rows)).sentences == SENTENCES
    other = [("id", "Mood", "What they said", "stars"), *rows[1:]]
    assert read_own_table(save(tmp_path / "b.csv", other), "what they said, MOOD").sentences == SENTENCES


def test_columns_are_counted_in_a_table_without_a_header(tmp_path: Path) -> None:
    # In the first row stand a 2 and a 3 too, which are no names.
    rows = [("2", label, text, "3") for text, label in ROWS]
    assert read_own_table(save(tmp_path / "a.csv", rows), "3, 2").sentences == SENTENCES


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["positive", "neutral", "negative"], ("negative", "neutral", "positive")),
        (["10", "9", "-1"], ("-1", "9", "10")),
        (["spam", "ham", "Ham"], ("ham", "spam")),
        (["nan", "2", "1"], ("1", "2", "nan")),
        (["very positive", "very negative"], ("very negative", "very positive")),
    ],
)
def test_the_order_of_the_classes(tmp_path: Path, labels: list[str], names: tuple[str, ...]) -> None:
    rows = [("text", "label"), *((f"text {n}", label) for n, label in enumerate(labels * 2))]
    assert read_own_table(save(tmp_path / "a.csv", rows)).class_names == names


@pytest.mark.parametrize(
    ("content", "columns", "message"),
    [
        ("", None, "the file is empty"),
        ("\n \n", None, "the file is empty"),
        ("text,label\n", None, "no row below the header"),
        ("text,label\ngood,pos\nfine,pos\n", None, "two classes at least, found only the class 'pos'"),
        ("text,label\ngood,pos\nbad,neg\nfine,pos\n", None, "line 3: the class 'neg' has this one sentence"),
        ("body,stars\ngood,5\nnice,5\nbad,1\ndull,1\n", None, "line 1: the class 'stars' has this one sentence.*--columns"),
        ("body,stars,x\ngood,5,0\n", None, "line 1: which of the 3 columns holds the texts.*the first row is body, stars, x"),
        ("good\nbad\n", None, "line 1: expected a text and its class with a comma, a semicolon, a tab or .* found 'good'"),
        ("good~pos\nbad~neg\n", "1,2", "line 1: expected a text and its class with a comma, a semicolon, a tab or .*good~pos"),
        ("1,good,pos\n2,bad,neg\n", None, "line 1: which of the 3 columns .* with their numbers from 1, as in --columns 2,3"),
        ("1,good,pos\n2,bad,neg\n", "2,4", "there is no column 4; the table has 3, counted from 1"),
        ("1,good,pos\n2,bad,neg\n", "0,1", "there is no column 0; the table has 3, counted from 1"),
        ("1,good,pos\n2,bad,neg\n", "2,2", "--columns: expected the names or numbers of two columns"),
        ("id,said,mood\n1,good,a\n2,bad,b\n3,fine,a\n4,dull,b", "2,3", "the class 'mood' has this one .* is a header, name"),
        ("a,b\nc,d\n", None, "both columns have 2 different entries"),
        ("body,stars\ngood,5\n", "boby,stars", "no column is called 'boby'; the columns: body, stars .did you mean 'body'"),
        ("body,stars\ngood,5\n", "body", "--columns: expected the names or numbers of two columns"),
        ("body,stars\ngood,5\n", "body,body", "--columns: expected the names or numbers of two columns"),
        ("text,label\ngood,pos,more\n", None, "line 2: expected 2 columns as in line 1.*found 'good, pos, more'"),
        ("text,label\n\n,pos\n", None, "line 3: expected a text in column 1 and its class in column 2"),
        ("text,label\ngood, \n", None, "line 2: expected a text in column 1 and its class in column 2"),
        ('text,label\n"good,pos\n', None, "line 2: expected a row of a table"),
        ("text,label\n" + "".join(f"t,{n}\nt,{n}\n" for n in range(21)), None, "found 21 different classes"),
        (b"text,label\ncaf\xe9,pos\n", None, "line 2: expected UTF-8 text, found the byte 0xe9; save it in UTF-8"),
        ("text,label\ngood,pos\n".encode("utf-16"), None, "line 1: expected UTF-8 text"),
    ],
)
def test_what_is_wrong_with_a_table(
    tmp_path: Path, content: str | bytes, columns: str | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UserError, match=message):
        read_own_table(path, columns)
    options = [] if columns is None else ["--columns", columns]
    assert main(["sentiment", "--csv", str(path), "--out", str(tmp_path / "out"), *options]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert re.search(message, printed.err)


def test_a_table_is_learnt_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(f"{word} thing {n}", word) for n in range(12) for word in ("_under", "$x_{", "{}")]
    path = save(tmp_path / "odd names.csv", [("text", "label"), *rows])
    options = ["--models", "logistic,mean", "--folds", "3", "--epochs", "15"]
    assert main(["sentiment", "--csv", str(path), "--out", str(tmp_path / "out"), *options]) == 0
    printed = capsys.readouterr().out
    assert "odd names.csv, 3 classes: 12 $x_{, 12 _under, 12 {}; 3-fold cross-validation" in printed
    assert re.search(r"^embeddings, mean +36 +100\.0 +100\.0$", printed, re.MULTILINE)
    names = sorted(one.name for one in (tmp_path / "out").iterdir())
    assert names == [f"sentiment-odd names-3-classes-{part}.png" for part in ("confusion", "learning", "weights", "words")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--columns", "a,b"], "--columns names the columns of a table, so it needs --csv"),
        (["--csv", "a.csv", "--data", "uci"], "not allowed with argument --csv"),
        (["--csv", "missing.csv"], "missing.csv: there is no such file"),
        (["--csv"], "expected one argument"),
    ],
)
def test_options_that_do_not_fit(tmp_path: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sentiment", "--out", str(tmp_path), *options]) == 2
    assert message in capsys.readouterr().err
