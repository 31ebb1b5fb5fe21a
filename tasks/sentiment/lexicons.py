"""Lists of positive and of negative words: the one that ships with the project and two published ones."""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.sentiment.corpora import SHIPPED_FOLDER
from tasks.support.characters import fold
from tasks.support.errors import UserError
from tasks.support.published import Files
from tasks.support.text_files import malformed, read_lines


@dataclass(frozen=True)
class Lexicon:
    """Positive and negative words, in the form of `fold`. A word may be in both lists and then counts on both sides."""

    name: str
    positive: frozenset[str]
    negative: frozenset[str]

    def adapted(self, negative: Sequence[Collection[str]], positive: Sequence[Collection[str]]) -> "Lexicon":
        """Return the lexicon without the words that documents use the other way round.

        A word leaves the positive list if a larger share of the negative documents has it than of the positive ones, and the
        negative list if it is the other way round. Of films, "plot" is no reproach. Nothing is known of words that no document
        has: they stay.

        Args:
            negative: The tokens of each document that is known to be negative.
            positive: The tokens of each that is known to be positive.

        >>> lexicon = Lexicon("small", positive=frozenset({"good", "fun"}), negative=frozenset({"plot", "dull"}))
        >>> adapted = lexicon.adapted([["dull"], ["dull", "plot"]], [["good", "plot"], ["plot"]])
        >>> sorted(adapted.positive), sorted(adapted.negative)
        (['fun', 'good'], ['dull'])
        """
        counts = [Counter(word for document in documents for word in set(document)) for documents in (negative, positive)]

        def lean(word: str) -> int:
            return counts[1][word] * len(negative) - counts[0][word] * len(positive)

        return Lexicon(
            f"{self.name}, adapted",
            frozenset(word for word in self.positive if lean(word) >= 0),
            frozenset(word for word in self.negative if lean(word) <= 0),
        )


LEXICONS = {
    "hu-liu": Files(
        "lexicon_hu_liu",
        ("positive-words.txt", "negative-words.txt"),
        "https://github.com/nltk/nltk_data, packages/corpora/opinion_lexicon.zip",
    ),
    "vader": Files("lexicon_vader", ("vader_lexicon.txt",), "https://github.com/cjhutto/vaderSentiment, vaderSentiment"),
}
"""The files of the published lexicons."""


def shipped_lexicon() -> Lexicon:
    """Return the lexicon that ships with the project, in the format of `read_word_lists`."""
    return read_word_lists(SHIPPED_FOLDER, name="shipped")


def read_word_lists(folder: Path, name: str = "Hu-Liu") -> Lexicon:
    """Read `positive-words.txt` and `negative-words.txt`, the form in which Hu & Liu (2004) publish their lexicon.

    One word a line; empty lines and lines that start with ";" are skipped. Raises UserError when a file is missing,
    holds no word, or a line holds more than one.
    """
    return Lexicon(name, _read_words(folder / "positive-words.txt"), _read_words(folder / "negative-words.txt"))


def _read_words(path: Path) -> frozenset[str]:
    words = set()
    for number, line in read_lines(path):
        word = fold(line.strip())
        if not word or word.startswith(";"):
            continue
        if len(word.split()) > 1:
            raise malformed(path, number, "one word", line)
        words.add(word)
    if not words:
        raise UserError(f"{path}: expected one word a line, found only comments and empty lines")
    return frozenset(words)


def read_vader_lexicon(folder: Path) -> Lexicon:
    """Read `vader_lexicon.txt` (Hutto & Gilbert 2014): `token<tab>mean rating<tab>deviation<tab>ratings`.

    A token is positive or negative by the sign of its mean rating. Of tokens listed twice the last line counts, as in
    VADER itself, also where two differ only in case. Phrases of several words stay in the lists, but features count
    single tokens and never meet them. Raises UserError when the file is missing or a line is of another form.
    """
    path = folder / "vader_lexicon.txt"
    means = {}
    for number, line in read_lines(path):
        fields = line.split("\t")
        try:
            token, mean = fold(fields[0]), float(fields[1])
        except (IndexError, ValueError):
            raise malformed(path, number, "a token, a tab and its mean rating", line) from None
        if not math.isfinite(mean):
            raise malformed(path, number, "a finite mean rating after the first tab", line)
        means[token] = mean
    return Lexicon(
        "VADER",
        positive=frozenset(token for token, mean in means.items() if mean > 0),
        negative=frozenset(token for token, mean in means.items() if mean < 0),
    )


def read_lexicon(name: str, data_folder: Path) -> Lexicon:
    """Read one of `LEXICONS` from the folder of all sets; raises UserError when it can't be read."""
    folder = data_folder / LEXICONS[name].folder
    return read_vader_lexicon(folder) if name == "vader" else read_word_lists(folder)
