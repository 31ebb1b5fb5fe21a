"""Models that count n-grams and add a constant to every count: unigrams, bigrams and so on, smoothed or not.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on n-gram language models: "N-grams" and "Add-k
smoothing".
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from tasks.language_model.model import LanguageModel, WordNumbers, predictions


class AddKModel(LanguageModel):
    """P(word | context) = (count of the n-gram + k) / (count of the context + k · number of words).

    `order` is n: 1 counts words alone, 2 pairs. With k = 0 nothing is smoothed: an n-gram that did not occur has
    probability 0, and so has every word after a context that did not occur.

    Raises ValueError when the order is below 1 or k below 0.

    >>> bigrams = AddKModel([[1, 2], [1, 3]], order=2, k=0, n_words=4)
    >>> bigrams.distribution([1])
    [0.0, 0.0, 0.5, 0.5]
    >>> AddKModel([[1, 2], [1, 3]], order=2, k=1, n_words=4).probability([1], 2)
    0.3333333333333333
    """

    def __init__(self, sentences: Iterable[WordNumbers], order: int, k: float, n_words: int) -> None:
        if order < 1:
            raise ValueError(f"the order of an n-gram model is at least 1, not {order}")
        if not k >= 0:
            raise ValueError(f"k is added to every count and can't be negative: {k}")
        self.context_length = order - 1
        self.n_words = n_words
        self.k = k
        self._followers: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for context, word in predictions(sentences, self.context_length):
            self._followers[context][word] += 1
        self._totals = {context: counts.total() for context, counts in self._followers.items()}

    def probability(self, context: Sequence[int], word: int) -> float:
        """Return P(word | context), 0 where k = 0 and the counts say nothing."""
        seen = tuple(context[-self.context_length :]) if self.context_length else ()
        denominator = self._totals.get(seen, 0) + self.k * self.n_words
        if denominator == 0:
            return 0.0
        count = self._followers[seen][word] if seen in self._totals else 0
        return (count + self.k) / denominator
