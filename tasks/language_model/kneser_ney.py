"""Interpolated modified Kneser-Ney smoothing, the strongest of the n-gram models that only count.

A discount is taken from every count, and what it frees goes to the next shorter context. There, a word is counted by how
many different words it has followed, not by how often: "Francisco" is frequent, but only after "San".

Source: Chen & Goodman, "An empirical study of smoothing techniques for language modeling", *Computer Speech and Language*
13 (1999), equations 23 to 26 and section 3.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.language_model.model import LanguageModel, WordNumbers, predictions

Counts = dict[tuple[int, ...], dict[int, int]]
"""How often each word follows each context of one length."""


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
        counts_by_order = _adjusted_counts(sentences, order)
        if not counts_by_order[0]:
            raise ValueError("no sentences to count n-grams in: give at least one")
        self.discounts = [(modified_discounts if modified else absolute_discounts)(counts) for counts in counts_by_order]
        self._levels = [
            {context: _Followers(followers, discounts) for context, followers in counts.items()}
            for counts, discounts in zip(counts_by_order, self.discounts, strict=True)
        ]

    def probability(self, context: Sequence[int], word: int) -> float:
        """Return P(word | context), interpolated from the uniform distribution up to the longest context that occurred."""
        probability = 1 / self.n_words
        for length, (level, discounts) in enumerate(zip(self._levels, self.discounts, strict=True)):
            followers = level.get(tuple(context[len(context) - length :])) if length <= len(context) else None
            if followers is None:
                break
            count = followers.counts.get(word, 0)
            probability = (count - discounts.of(count)) / followers.total + followers.freed * probability
        return probability


class _Followers:
    """The words that followed one context: their counts, the total, and the share that the discounts free."""

    __slots__ = ("counts", "freed", "total")

    def __init__(self, counts: dict[int, int], discounts: Discounts) -> None:
        self.counts = counts
        self.total = sum(counts.values())
        self.freed = sum(map(discounts.of, counts.values())) / self.total


def _adjusted_counts(sentences: Iterable[WordNumbers], order: int) -> list[Counts]:
    """Return the counts of each order from 1 up: occurrences for the highest, different words before it for the others.

    No word precedes an n-gram that begins with <s>, so such n-grams keep their number of occurrences at every order.
    """
    # Plain dictionaries, because a text has a million n-grams and a Counter takes twice the memory.
    counts_by_order: list[Counts] = [{} for _ in range(order)]
    for context, word in predictions(sentences, order - 1):
        # A context that is shorter than those of the highest order begins with <s>.
        followers = counts_by_order[len(context)].setdefault(context, {})
        followers[word] = followers.get(word, 0) + 1
    for length in range(order - 1, 0, -1):
        shorter = counts_by_order[length - 1]
        for context, words in counts_by_order[length].items():
            followers = shorter.setdefault(context[1:], {})
            for word in words:
                followers[word] = followers.get(word, 0) + 1
    return counts_by_order


def modified_discounts(counts: Counts) -> Discounts:
    """Return D₁, D₂ and D₃₊ of Chen & Goodman's equation 26, from how many n-grams have counts of 1, 2, 3 and 4.

    Where the text is too small for that, so that one would be 0 or less, `absolute_discounts` serves for all three.
    """
    n = _counts_of_counts(counts)
    if not (n[1] and n[2] and n[3]):
        return absolute_discounts(counts)
    y = n[1] / (n[1] + 2 * n[2])
    discounts = (1 - 2 * y * n[2] / n[1], 2 - 3 * y * n[3] / n[2], 3 - 4 * y * n[4] / n[3])
    return Discounts(*discounts) if min(discounts) > 0 else absolute_discounts(counts)


def absolute_discounts(counts: Counts) -> Discounts:
    """Return the one discount n₁ / (n₁ + 2 n₂) for every count (Ney, Essen & Kneser 1994); 0.5 where none occurs once."""
    n = _counts_of_counts(counts)
    discount = n[1] / (n[1] + 2 * n[2]) if n[1] and n[2] else 0.5
    return Discounts(discount, discount, discount)


def _counts_of_counts(counts: Counts) -> Counter[int]:
    return Counter(count for followers in counts.values() for count in followers.values())
