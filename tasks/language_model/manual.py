"""Python's own manual as a text: the topics that `help()` shows, which every complete Python has."""

import re

from tasks.language_model.texts import Text, Words, cover_held_out, merge_rare_words
from tasks.language_model.words import split_into_sentences, split_into_words
from tasks.support.errors import UserError

MANUAL = "Python's manual"
"""The name of this text."""

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LIST_MARK = re.compile(r"^(?:[*•-]|\d+\.|\[\d+\])\s+")
_SENTENCE = re.compile(r"[\"“'(*_]*[A-Za-z].*[.!?:][)\"”'\]]*$", re.DOTALL)
_SYMBOL = re.compile(r"[^\w\s.,;:'\"*’“”()-]")


def read_manual() -> Text:
    """Return the sentences of Python's manual in words; every tenth is held out, words that occur once are `UNKNOWN`.

    Only prose is kept: no headings, grammars, tables or programs. The manual repeats itself, so each sentence is taken
    once; otherwise the held-out sentences would not be new. Which sentences there are depends on the version of Python.

    Raises UserError when this Python comes without its manual.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError:
        raise UserError(
            "Python's manual (the module pydoc_data.topics) is missing from this Python; name a text with --data instead"
        ) from None
    sentences = list(dict.fromkeys(sentence for name in sorted(topics) for sentence in find_prose(topics[name])))
    learned = [sentence for index, sentence in enumerate(sentences) if index % 10 != 9]
    training, held_out = merge_rare_words(learned, sentences[9::10], 2)
    return cover_held_out(Text(MANUAL, "word", training, held_out, "every tenth sentence"))


def find_prose(topic: str) -> list[Words]:
    """Return the sentences of a topic that are prose, in words.

    A sentence begins with a letter, ends with a mark, has 3 to 60 words, most of them plain, and hardly any symbols.

    >>> find_prose('Loops\\n*****\\n\\nThe loop ends. See also:\\n\\n   for x in y: z\\n')
    [('the', 'loop', 'ends')]
    """
    found = []
    for paragraph in _BLANK_LINES.split(topic):
        text = _LIST_MARK.sub("", " ".join(paragraph.split()))
        for sentence in split_into_sentences(text):
            words = split_into_words(sentence)
            n_plain = sum(word.isalpha() for word in words)
            if (
                _SENTENCE.match(sentence)
                and 3 <= len(words) <= 60
                and n_plain >= 0.7 * len(words)
                and len(_SYMBOL.findall(sentence)) <= 0.2 * len(words)
            ):
                found.append(words)
    return found
