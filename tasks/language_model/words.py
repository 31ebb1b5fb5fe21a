"""Cutting running English text into sentences, and sentences into words."""

import re
from collections.abc import Iterable

from tasks.support.characters import EMOJI, LETTER, fold

# The part to split by is the space; quotes and brackets belong to the sentences around it.
_SENTENCE_END = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…][\"”’')\]»]))\s+(?=[\"“‘'(\[«]*(?:[A-Z0-9_]|(?![“‘«])[^\x00-\x7f]))"
    r"|(?<=[。！？।॥؟])\s*(?=.)"
)
_FIRST_LETTER = re.compile(r"\W*([^\W\d_])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|cf|vs|Mr|Mrs|Dr|St)|\b[A-Z])\.$")
_WORD = re.compile(rf"(?P<emoji>{EMOJI})|(?P<number>\d[\d,.]*(?<=\d))(?!\w)|(?P<word>\w{LETTER}*(?:[.'-]\w{LETTER}*)*)")

NUMBER = "<number>"
"""The word that stands for every number written in digits."""


def split_into_sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph: a full stop, question or exclamation mark ends one before a capital or a digit.

    Letters of scripts without capitals count as such; the marks of some of these end a sentence anywhere.

    >>> split_into_sentences("It is raised, e.g. Twice. Is it?  Yes.")
    ['It is raised, e.g. Twice.', 'Is it?', 'Yes.']
    >>> split_into_sentences("Là. Élan, etc. été. 是。不是。")
    ['Là.', 'Élan, etc. été.', '是。', '不是。']
    """
    sentences: list[str] = []
    complete = True
    for part in _SENTENCE_END.split(paragraph.strip()):
        first = _FIRST_LETTER.match(part)
        # The pattern can't tell small letters from capitals beyond ASCII, so that is done here.
        if complete and not (sentences and first and not first[1].isascii() and first[1].islower()):
            sentences.append(part)
        else:
            sentences[-1] += f" {part}"
        complete = not _ABBREVIATION.search(part)
    return [sentence for sentence in sentences if sentence]


def split_into_words(sentence: str) -> tuple[str, ...]:
    """Return the words of a sentence in the form of `fold`, without punctuation; every number is `NUMBER`.

    An emoji with all its parts is a word of its own. Hyphens, apostrophes and full stops inside a word are kept, so that names
    of a programming language stay whole.

    >>> split_into_words('The "object.__init__()" method wasn’t called 1,000 times👍🏽.')
    ('the', 'object.__init__', 'method', "wasn't", 'called', '<number>', 'times', '👍🏽')
    """
    return tuple(NUMBER if match["number"] else match.group() for match in _WORD.finditer(fold(sentence)))


def split_into_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, which empty lines separate.

    >>> split_into_paragraphs("one\\ntwo\\n \\nthree")
    ['one\\ntwo', 'three']
    """
    return re.split(r"\n\s*\n", text)


def sentences_of(paragraphs: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the words of all sentences in some paragraphs, without the sentences that have no words."""
    sentences = (sentence for paragraph in paragraphs for sentence in split_into_sentences(paragraph))
    return [words for words in map(split_into_words, sentences) if words]
