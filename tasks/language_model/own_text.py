"""A text of the user's own, in words or in letters."""

from pathlib import Path

from tasks.language_model.texts import UNKNOWN, Text, cover_held_out, merge_rare_words
from tasks.language_model.words import sentences_of, split_into_paragraphs
from tasks.support.characters import graphemes
from tasks.support.errors import UserError
from tasks.support.text_files import read_text

LEAST_SENTENCES = 20
LEAST_LETTERS = 200

FORMAT = (
    "plain text in UTF-8; sentences end at full stops, question and exclamation marks, and at empty lines (where there are none, "
    "at each line end); the last tenth is held out"
)
"""What a text has to be like, for the help."""


def read_own_text(path: Path, unit: str = "word") -> Text:
    """Return the text in the file `path`, of the form `FORMAT`, in units of "word" or "letter".

    In words, those that occur once in the part to learn from are `UNKNOWN`. In letters, the text is one long sentence
    of `graphemes`.

    Raises UserError when there is no such file, it is not UTF-8, or the text is too short to learn from.
    """
    text = read_text(path).replace("\r\n", "\n").replace("\r", "\n").strip()
    return cover_held_out(_in_letters(path, text) if unit == "letter" else _in_words(path, text))


def _in_letters(path: Path, text: str) -> Text:
    letters = tuple(graphemes(text))
    if len(letters) < LEAST_LETTERS:
        raise UserError(f"{path}: expected {LEAST_LETTERS} letters at least to learn from, found {len(letters)}")
    end = int(0.9 * len(letters))
    return Text(path.name, "letter", (letters[:end],), (letters[end:],), "last 10 %")


def _in_words(path: Path, text: str) -> Text:
    paragraphs = split_into_paragraphs(text)
    if len(paragraphs) == 1:
        paragraphs = text.split("\n")
    sentences = sentences_of(paragraphs)
    if len(sentences) < LEAST_SENTENCES:
        raise UserError(
            f"{path}: expected {LEAST_SENTENCES} sentences at least to learn from, found {len(sentences)} with words in them"
        )
    end = int(0.9 * len(sentences))
    training, held_out = merge_rare_words(sentences[:end], sentences[end:], 2)
    if all(word == UNKNOWN for sentence in training for word in sentence):
        raise UserError(f"{path}: expected words that occur twice at least, but each one occurs once; take a longer text")
    return Text(path.name, "word", training, held_out, "the last tenth")
