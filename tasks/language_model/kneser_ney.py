"""Interpolated modified Kneser-Ney smoothing, the strongest of the n-gram models that only count.

A discount is taken from every count, and what it frees goes to the next shorter context. There, a word is counted by how
many different words it has followed, not by how often: "Francisco" is frequent, but only after "San".

Source: Chen & Goodman, "An empirical study of smoothing techniques for language modeling", *Computer Speech and Language*
13 (1999), equations 23 to 26 and section 3.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from tasks.language_model.model import LanguageModel, WordNumbers
from tasks.language_model.ngram_tables import NOT_FOUND, NgramTable, check_numbers, count_ngrams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Discounts:
    """What is taken from a count of one, of two, and of three or more."""

    one: float
    two: float
    more: float

    def of(self, count: int) -> float:
        """Return the discount of a count, 0 for a count of 0."""
        return (0.0, self.one, self.two)[count] if count < 3 else self.more


class KneserNeyModel(LanguageModel):
    """Interpolated modified Kneser-Ney of any order.

    Each order has its own three discounts, calculated from its counts; `modified=False` takes one discount for each order
    instead, as the original method does. Below the words alone there is the uniform distribution, so no word of the
    vocabulary has probability 0.

    Raises ValueError when the order is below 1 or there are no sentences.

    >>> model = KneserNeyModel([[1, 2], [1, 3], [4, 2]], order=2, n_words=5)
    >>> round(sum(model.distribution([1])), 12)
    1.0
    """

    def __init__(self, sentences: Iterable[WordNumbers], order: int, n_words: int, *, modified: bool = True) -> None:
        if order < 1:
            raise ValueError(f"the order of an n-gram model is at least 1, not {order}")
        self.context_length = order - 1
        self.n_words = n_words
        tables = count_ngrams(sentences, order, n_words)
        self.discounts = [(modified_discounts if modified else absolute_discounts)(table.counts) for table in tables]
        # At least one, so that what is not found can be looked up too.
        n_contexts = [1, *(max(1, len(table.codes)) for table in tables)]
        self._levels = [_Level(table, n, d) for table, n, d in zip(tables, n_contexts, self.discounts, strict=False)]

    def probability(self, context: Sequence[int], word: int) -> float:
        """Return P(word | context), interpolated from the uniform distribution up to the longest context that occurred."""
        return float(self._probabilities([(context, word)])[0])

    def distribution(self, context: Sequence[int]) -> list[float]:
        """Return P(word | context) of every word."""
        import numpy as np

        columns, zero = self._columns([(context, 0)])
        probabilities = np.full(self.n_words, 1 / self.n_words)
        for length, level in enumerate(self._levels):
            number = int(self._number([zero, *columns], length)[0])
            if number == NOT_FOUND or not level.is_followed[number]:
                break
            ends = np.searchsorted(level.table.codes, [number * self.n_words, (number + 1) * self.n_words])
            followers = slice(*ends)
            probabilities *= level.freed[number]
            probabilities[level.table.codes[followers] - number * self.n_words] += level.shares[followers]
        shares: list[float] = probabilities.tolist()
        return shares

    def losses(self, pairs: Sequence[tuple[Sequence[int], int]]) -> list[float]:
        """Return -ln P(word | context) for pairs of a context and a word."""
        import numpy as np

        losses: list[float] = (-np.log(self._probabilities(pairs))).tolist() if pairs else []
        return losses

    def _probabilities(self, pairs: Sequence[tuple[Sequence[int], int]]) -> "Numbers":
        import numpy as np

        columns, words = self._columns(pairs)
        no_words = np.zeros_like(words)
        probabilities = np.full(len(words), 1 / self.n_words)
        for length, level in enumerate(self._levels):
            contexts = self._number([no_words, *columns], length)
            known = np.flatnonzero((contexts != NOT_FOUND) & level.is_followed[contexts])
            if not len(known):
                break
            contexts = contexts[known]
            ngrams = level.table.find(contexts, words[known])
            shares = np.where(ngrams == NOT_FOUND, 0.0, level.shares[ngrams])
            probabilities[known] = shares + level.freed[contexts] * probabilities[known]
        return probabilities

    def _columns(self, pairs: Sequence[tuple[Sequence[int], int]]) -> "tuple[list[Integers], Integers]":
        """Return the last word of each context, the one before it, and so on, `NOT_FOUND` where there is none; and the words."""
        import numpy as np

        words = np.array([word for _, word in pairs], np.int64)
        lengths = np.fromiter((len(context) for context, _ in pairs), np.int64, len(pairs))
        ends = np.cumsum(lengths)
        flat = np.fromiter(chain.from_iterable(context for context, _ in pairs), np.int64, int(ends[-1]))
        check_numbers(words, self.n_words)
        check_numbers(flat, self.n_words)
        columns = []
        for back in range(1, self.context_length + 1):
            column = np.full(len(pairs), NOT_FOUND)
            has = lengths >= back
            column[has] = flat[ends[has] - back]
            columns.append(column)
        return columns, words

    def _number(self, columns: "list[Integers]", length: int) -> "Integers":
        """Return the number of the last `length` words of each context as an n-gram; `columns` begins with that of no words."""
        number = columns[length]
        for place in range(length - 1, 0, -1):
            number = self._levels[length - place].table.find(number, columns[place])
        return number


class _Level:
    """The n-grams of one length, with all that the formula needs of them.

    `shares` are what each n-gram keeps of its context's probability, (count - discount) / total. For each context there is what
    the discounts free, and whether anything followed it.
    """

    def __init__(self, table: NgramTable, n_contexts: int, discounts: Discounts) -> None:
        import numpy as np

        self.table = table
        contexts = table.contexts
        totals = np.bincount(contexts, table.counts, n_contexts)
        taken = np.array([discounts.of(count) for count in range(4)])[np.minimum(table.counts, 3)]
        self.is_followed = totals > 0
        known = np.where(self.is_followed, totals, 1.0)
        self.freed = np.bincount(contexts, taken, n_contexts) / known
        self.shares = (table.counts - taken) / known[contexts]


def modified_discounts(counts: "Integers") -> Discounts:
    """Return D₁, D₂ and D₃₊ of Chen & Goodman's equation 26, from how many n-grams have counts of 1, 2, 3 and 4.

    Where the text is too small for that, so that one would be 0 or less, `absolute_discounts` serves for all three.
    """
    n = _counts_of_counts(counts)
    if not (n[1] and n[2] and n[3]):
        return absolute_discounts(counts)
    y = n[1] / (n[1] + 2 * n[2])
    discounts = (1 - 2 * y * n[2] / n[1], 2 - 3 * y * n[3] / n[2], 3 - 4 * y * n[4] / n[3])
    return Discounts(*discounts) if min(discounts) > 0 else absolute_discounts(counts)


def absolute_discounts(counts: "Integers") -> Discounts:
    """Return the one discount n₁ / (n₁ + 2 n₂) for every count (Ney, Essen & Kneser 1994); 0.5 where none occurs once."""
    n = _counts_of_counts(counts)
    discount = n[1] / (n[1] + 2 * n[2]) if n[1] and n[2] else 0.5
    return Discounts(discount, discount, discount)


def _counts_of_counts(counts: "Integers") -> list[int]:
    import numpy as np

    numbers: list[int] = np.bincount(np.minimum(counts, 5), minlength=6).tolist()
    return numbers
