"""A labelled table of the user's own as a corpus: a text and its class in each row, as spreadsheets save them."""

import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tasks.sentiment.corpora import Corpus, Sentence
from tasks.support.characters import fold
from tasks.support.errors import UserError
from tasks.support.options import did_you_mean, whole_number
from tasks.support.text_files import malformed, read_rows, read_text

TEXT_NAMES = ("text", "sentence", "review", "tweet", "document", "comment", "message")
LABEL_NAMES = ("label", "class", "sentiment", "category", "target", "rating")
"""Names of columns that are known without being told."""

FORMAT = (
    "a row for each sentence, with commas, semicolons, tabs or | between the columns, as spreadsheets save it in UTF-8; a first "
    f"row that names the columns {', '.join(TEXT_NAMES)} and {', '.join(LABEL_NAMES)} is a header (name others with "
    "--columns); without one there are two columns, and the one with fewer different entries is the class (of more columns, "
    "say which with --columns)"
)
"""What a table has to be like, for the help."""

SEPARATORS = "\t,;|"

MOST_CLASSES = 20

# From the most negative to the most positive; a corpus lists its classes in this order.
_KNOWN_ORDER = ("very negative", "negative", "neg", "bad", "no", "false", "neutral", "positive", "pos", "good", "yes", "true",
                "very positive")  # fmt: skip

Row = tuple[int, list[str]]
"""A row of a table: the line on which it begins, and its cells."""


def _regularity(text: str, delimiter: str) -> float:
    """Return the share of rows that have as many columns as the first one, 0 where that has one column."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0.0
    return widths.count(widths[0]) / len(widths) if widths and widths[0] > 1 else 0.0


def read_own_table(path: Path, columns: str | None = None) -> Corpus:
    """Return the corpus in a labelled table of the form `FORMAT`.

    Args:
        path: The file.
        columns: The names of the column of texts and of that of classes, with a comma between, or their numbers from 1 in a
            table without a header; None to find them.

    Capitals and spaces around don't tell classes apart. Classes named in the usual ways are ordered from negative to
    positive, numbers by their size, others by the alphabet.

    Raises UserError when there is no such file or column, a cell is empty, a row is longer or shorter than the others, or
    there are not 2 to 20 classes of two sentences at least.
    """
    text = read_text(path)
    # The separator is the one that makes the rows the most regular.
    delimiter = max(SEPARATORS, key=lambda mark: _regularity(text, mark))
    rows = [(line, row) for line, row in read_rows(path, delimiter) if any(cell.strip() for cell in row)]
    text_column, label_column, has_header = _find_columns(path, rows, columns)
    width = len(rows[0][1])
    sentences: list[tuple[str, str]] = []
    lines: dict[str, int] = {}
    for line, row in rows[has_header:]:
        if len(row) != width:
            raise malformed(
                path,
                line,
                f"{width} columns as in line {rows[0][0]} (a text with commas stands in quotes)",
                ", ".join(row),
            )
        text, label = row[text_column], " ".join(fold(row[label_column]).split())
        if not text.strip() or not label:
            raise malformed(
                path, line, f"a text in column {text_column + 1} and its class in column {label_column + 1}", ", ".join(row)
            )
        lines.setdefault(label, line)
        sentences.append((text, label))
    counts = Counter(label for _, label in sentences)
    _check_classes(path, counts, lines)
    names = sorted(counts, key=_order(counts))
    return Corpus(path.name, tuple(names), tuple(Sentence(text, names.index(label)) for text, label in sentences))


def _find_columns(path: Path, rows: Sequence[Row], columns: str | None) -> tuple[int, int, bool]:
    """Return the numbers of the column of texts and of that of classes, and whether the first row names them."""
    line, first = rows[0]
    names = [fold(cell).strip() for cell in first]
    if len(first) == 1:
        raise malformed(path, line, "a text and its class with a comma, a semicolon, a tab or | between them", first[0])
    if columns is not None:
        wanted = [fold(name).strip() for name in columns.split(",")]
        if len(wanted) != 2 or wanted[0] == wanted[1]:
            raise UserError(f"--columns: expected the names or numbers of two columns with a comma between, not {columns!r}")
        if all(name.isascii() and name.isdecimal() for name in wanted):
            return *_counted_columns(path, [whole_number(name) for name in wanted], len(first)), False
        for name in wanted:
            if name not in names:
                there_are = f"{', '.join(first)}{did_you_mean(name, names)}"
                raise UserError(f"{path}, line {line}: no column is called {name!r}; the columns: {there_are}")
        return names.index(wanted[0]), names.index(wanted[1]), True
    texts, labels = ([name for name in names if name in known] for known in (TEXT_NAMES, LABEL_NAMES))
    if len(texts) == len(labels) == 1:
        return names.index(texts[0]), names.index(labels[0]), True
    if len(first) != 2 or texts or labels:
        raise UserError(
            f"{path}, line {line}: which of the {len(first)} columns holds the texts, and which the classes? Say it with "
            "--columns TEXT,CLASS, or where the first row doesn't name the columns, with their numbers from 1, as in --columns "
            f"2,3; the first row is {', '.join(first)}"
        )
    different = [len({fold(row[column]).strip() for _, row in rows if len(row) == 2}) for column in (0, 1)]
    if different[0] == different[1]:
        raise UserError(
            f"{path}: both columns have {different[0]} different entries, so which holds the classes can't be told; write a "
            "first row with the names of the columns: text,class"
        )
    label_column = 0 if different[0] < different[1] else 1
    return 1 - label_column, label_column, False


def _counted_columns(path: Path, numbers: Sequence[int], width: int) -> tuple[int, int]:
    for number in numbers:
        if not 1 <= number <= width:
            raise UserError(f"{path}: --columns: there is no column {number}; the table has {width}, counted from 1")
    return numbers[0] - 1, numbers[1] - 1


def _check_classes(path: Path, counts: Counter[str], lines: dict[str, int]) -> None:
    if len(counts) < 2:
        found = f"only the class {next(iter(counts))!r}" if counts else "no row below the header"
        raise UserError(f"{path}: expected sentences of two classes at least, found {found}")
    if len(counts) > MOST_CLASSES:
        raise UserError(
            f"{path}: found {len(counts)} different classes, and {MOST_CLASSES} are the most here; name the right "
            "columns with --columns TEXT,CLASS"
        )
    for label, count in counts.items():
        if count < 2:
            raise UserError(
                f"{path}, line {lines[label]}: the class {label!r} has this one sentence, and two are needed to learn from one "
                "and judge the other; if the row is a header, name its columns with --columns TEXT,CLASS"
            )


def _order(counts: Counter[str]) -> Callable[[str], tuple[float, str]]:
    if all(label in _KNOWN_ORDER for label in counts):
        return lambda label: (float(_KNOWN_ORDER.index(label)), label)
    try:
        numbers = {label: float(label) for label in counts}
    except ValueError:
        numbers = dict.fromkeys(counts, 0.0)
    # "nan" is not a number among others.
    return lambda label: (numbers[label] if math.isfinite(numbers[label]) else math.inf, label)
