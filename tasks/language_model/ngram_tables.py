"""All n-grams of a text up to an order, numbered length by length, so that a few sorted arrays hold them.

A word by itself has the number of that word. A longer n-gram is its context, an n-gram of one word less, and its last word: its
code is the context's number × the number of words + the word's number, and its own number is the place of that code among the
codes of its length. So an n-gram is found by one bisection for each of its words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from tasks.language_model.model import WordNumbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

NOT_FOUND = -1
"""Stands for the number of an n-gram that did not occur, and for a word that a context lacks."""


@dataclass(frozen=True)
class NgramTable:
    """The n-grams of one length that occurred.

    `codes` are theirs in rising order, and `counts` say how often each is counted (see `count_ngrams`). For single words there
    is an entry for each word of the vocabulary, with a count of 0 for those that did not occur.
    """

    codes: "Integers"
    counts: "Integers"
    n_words: int

    def find(self, contexts: "Integers", words: "Integers") -> "Integers":
        """Return the numbers of n-grams, given those of their contexts and last words; `NOT_FOUND` for one that is not here."""
        import numpy as np

        codes = contexts * self.n_words + words
        if not len(self.codes):
            return np.full_like(codes, NOT_FOUND)
        places = np.searchsorted(self.codes, codes)
        places[places == len(self.codes)] = 0
        return np.where(self.codes[places] == codes, places, NOT_FOUND)

    @property
    def contexts(self) -> "Integers":
        """The number of each n-gram's context."""
        return self.codes // self.n_words

    @property
    def words(self) -> "Integers":
        """The last word of each n-gram."""
        return self.codes % self.n_words


def count_ngrams(sentences: Iterable[WordNumbers], order: int, n_words: int) -> list[NgramTable]:
    """Return the n-grams of each length from 1 to `order`, counted as Kneser-Ney smoothing does.

    Those of the highest order count how often they occurred, all others how many different words occurred before them. No word
    precedes an n-gram that begins with <s>, so such n-grams count how often they occurred.

    Raises ValueError when there are no sentences, or a word's number is not one of the vocabulary.

    >>> [table.counts.tolist() for table in count_ngrams([[1, 2], [1, 2]], 2, 3)]
    [[1, 1, 1], [2, 2, 2]]
    """
    import numpy as np

    words, places = predicted_words(list(sentences), n_words)
    numbers, codes = words, np.arange(n_words)
    tables: list[NgramTable] = []
    for length in range(2, order + 1):
        # A context ends at the prediction before. The first one's is <s>, which has the number of the last prediction, </s>.
        chosen = np.flatnonzero(places >= length - 1)
        longer, firsts, inverse = np.unique(numbers[chosen - 1] * n_words + words[chosen], return_index=True, return_inverse=True)
        counts = np.bincount(numbers[chosen[firsts]], minlength=len(codes))
        if length > 2:
            counts += np.bincount(numbers[places == length - 2], minlength=len(codes))
        tables.append(NgramTable(codes, counts, n_words))
        numbers, codes = np.full(len(words), NOT_FOUND), longer
        numbers[chosen] = inverse
    occurred = numbers[numbers != NOT_FOUND]
    return [*tables, NgramTable(codes, np.bincount(occurred, minlength=len(codes)), n_words)]


def predicted_words(sentences: Sequence[WordNumbers], n_words: int) -> "tuple[Integers, Integers]":
    """Return the word of each prediction, and its place in its sentence, counted from 1.

    Raises ValueError as `count_ngrams` does.

    >>> [array.tolist() for array in predicted_words([[5], [7, 8]], 9)]
    [[5, 0, 7, 8, 0], [1, 2, 1, 2, 3]]
    """
    import numpy as np

    if not sentences:
        raise ValueError("no sentences to learn from: give at least one")
    lengths = np.fromiter(map(len, sentences), np.int64, len(sentences)) + 1
    ends = np.cumsum(lengths)
    words = np.zeros(int(ends[-1]), np.int64)
    is_word = np.ones(len(words), bool)
    is_word[ends - 1] = False
    words[is_word] = np.fromiter(chain.from_iterable(sentences), np.int64, len(words) - len(sentences))
    check_numbers(words, n_words)
    return words, np.arange(len(words)) - np.repeat(ends - lengths, lengths) + 1


def check_numbers(words: "NDArray[Any]", n_words: int) -> None:
    """Raise ValueError unless every number is that of a word."""
    wrong = words[(words < 0) | (words >= n_words)]
    if len(wrong):
        raise ValueError(f"words have the numbers 0 to {n_words - 1}, but one is {int(wrong[0])}")
