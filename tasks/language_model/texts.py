"""Texts for language models: what one is, and how a part of one is taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

UNKNOWN = "<unk>"
"""The word that stands for every word outside the vocabulary."""

Words = tuple[str, ...]
"""A sentence: its words, or its letters, without marks for its ends."""


@dataclass(frozen=True)
class Text:
    """Sentences to learn from, and others held out to measure on.

    `unit` says what a sentence consists of: "word" or "letter". `held_out_part` says which part of the whole is held out,
    as a phrase for tables. `further_words` belong to the vocabulary although the sentences to learn from lack them.
    `validation` are sentences to choose settings by, if the text comes with some.
    """

    name: str
    unit: str
    training: tuple[Words, ...]
    held_out: tuple[Words, ...]
    held_out_part: str
    further_words: tuple[str, ...] = ()
    validation: tuple[Words, ...] = ()

    def join(self, words: Iterable[str]) -> str:
        """Return words as one line of text, the way this text is written.

        >>> Text("names", "letter", (), (), "").join("emma")
        'emma'
        """
        return (" " if self.unit == "word" else "").join(words)


def cover_held_out(text: Text) -> Text:
    """Return a text whose vocabulary has `UNKNOWN` if there are held-out words that it would not have otherwise.

    >>> cover_held_out(Text("", "letter", (("a", "b"),), (("a", "c"),), "")).further_words
    ('<unk>',)
    """
    known = {word for sentence in text.training for word in sentence}.union(text.further_words)
    unlearned = chain(text.held_out, text.validation)
    if UNKNOWN in known or known.issuperset(word for sentence in unlearned for word in sentence):
        return text
    return replace(text, further_words=(*text.further_words, UNKNOWN))


def split_validation(sentences: Sequence[Words]) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Return sentences to learn from and sentences to choose settings by: every tenth, but one at least.

    A text that is one long sentence is cut: its last tenth is the second part. Raises ValueError for fewer than two sentences or
    words.

    >>> split_validation([("a",), ("b",), ("c",)])
    ((('a',), ('b',)), (('c',),))
    >>> split_validation([tuple("abcdef")])
    ((('a', 'b', 'c', 'd', 'e'),), (('f',),))
    """
    if len(sentences) == 1:
        [words] = sentences
        end = min(len(words) - 1, int(0.9 * len(words)))
        learned, chosen_by = [words[:end]], [words[end:]]
    else:
        last = min(9, len(sentences) - 1)
        learned = [sentence for place, sentence in enumerate(sentences) if place % 10 != last]
        chosen_by = list(sentences[last::10])
    if not all(map(all, (learned, chosen_by))):
        raise ValueError("a text of two sentences or words at least is needed to choose settings by one of them")
    return tuple(learned), tuple(chosen_by)


def count_predictions(sentences: Iterable[Sequence[object]]) -> int:
    """Return how many predictions sentences ask for: one for each word, and one for the end of each.

    >>> count_predictions([("so", "it", "is"), ("yes",)])
    6
    """
    return sum(len(sentence) + 1 for sentence in sentences)


def take_portion(sentences: Sequence[Words], n_predictions: int) -> tuple[Words, ...]:
    """Return sentences spread evenly over `sentences`, in order, that ask for at most `n_predictions` predictions.

    A text that is one long sentence is cut after as many of its words. Raises ValueError when `n_predictions` leaves no
    sentence.

    >>> take_portion([("a",), ("b",), ("c",), ("d",)], 4)
    (('a',), ('c',))
    >>> take_portion([tuple("abcdef")], 4)
    (('a', 'b', 'c'),)
    """
    if len(sentences) == 1:
        portion: tuple[Words, ...] = (sentences[0][: n_predictions - 1],)
    else:
        share = min(1.0, n_predictions / max(1, count_predictions(sentences)))
        # A sentence is taken where the running share passes a whole number.
        portion = tuple(
            sentence for index, sentence in enumerate(sentences) if index == 0 or int(index * share) > int((index - 1) * share)
        )
        while count_predictions(portion) > n_predictions:
            portion = portion[:-1]
    if n_predictions < 2 or not portion:
        raise ValueError(f"{n_predictions} predictions are too few for a sentence of this text")
    return portion


def merge_rare_words(
    training: Sequence[Words], held_out: Sequence[Words], at_least: int
) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Return both parts of a text with `UNKNOWN` in place of each word that occurs in the first less than `at_least` times.

    >>> merge_rare_words([("the", "cat"), ("the", "dog")], [("the", "end")], 2)
    ((('the', '<unk>'), ('the', '<unk>')), (('the', '<unk>'),))
    """
    counts = Counter(word for sentence in training for word in sentence)
    first, second = (
        tuple(tuple(word if counts[word] >= at_least else UNKNOWN for word in sentence) for sentence in part)
        for part in (training, held_out)
    )
    return first, second
