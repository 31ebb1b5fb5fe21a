"""What every language model here can do, and how one is measured.

A sentence is a sequence of word numbers. Number 0, `BOUNDARY`, marks both ends: it stands once before the first word, as
<s>, and is predicted after the last one, as </s>. It never occurs inside a sentence, so the two can't be confused.

Source: Jurafsky & Martin, *Speech and Language Processing*, the chapter on n-gram language models: "Evaluating language
models: perplexity".
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

BOUNDARY = 0
"""The number of the mark before a sentence (<s>) and after it (</s>)."""

WordNumbers = Sequence[int]
"""The numbers of a sentence's words, without boundaries."""


class LanguageModel(ABC):
    """Gives each word a probability after the words before it.

    `context_length` is how many words before the predicted one the model looks at, `n_words` the number of words that it
    chooses from, `BOUNDARY` among them. `runs_on` says whether it looks at the sentences before too, with `BOUNDARY` between
    them.
    """

    context_length: int
    n_words: int
    runs_on: bool = False

    @abstractmethod
    def probability(self, context: Sequence[int], word: int) -> float:
        """Return P(word | context).

        The context begins with `BOUNDARY` unless it holds `context_length` words or more; a longer one is cut. What stands
        before the last `BOUNDARY` in it counts only for a model that `runs_on`.
        """

    def distribution(self, context: Sequence[int]) -> list[float]:
        """Return P(word | context) of every word, in the order of their numbers; they sum to one."""
        return [self.probability(context, word) for word in range(self.n_words)]

    def losses(self, pairs: Sequence[tuple[Sequence[int], int]]) -> list[float]:
        """Return -ln P(word | context) for pairs of a context and a word, infinite where the model gives no probability."""
        probabilities = [self.probability(context, word) for context, word in pairs]
        return [-math.log(probability) if probability else math.inf for probability in probabilities]


def predictions(
    sentences: Iterable[WordNumbers], context_length: int, *, running_on: bool = False
) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the context and the word of each prediction: every word of every sentence, then its end.

    A context holds `context_length` words, or fewer at the beginning of a sentence, where it begins with `BOUNDARY`. With
    `running_on`, the sentences are one text, with `BOUNDARY` between them, and only its very first contexts hold fewer.

    >>> list(predictions([[5, 7]], 2))
    [((0,), 5), ((0, 5), 7), ((5, 7), 0)]
    >>> list(predictions([[5], [7]], 2, running_on=True))
    [((0,), 5), ((0, 5), 0), ((5, 0), 7), ((0, 7), 0)]
    """
    before: tuple[int, ...] = ()
    for sentence in sentences:
        words = (*before, BOUNDARY, *sentence, BOUNDARY)
        first = len(before) + 1
        for position in range(first, len(words)):
            yield words[max(0, position - context_length) : position], words[position]
        if running_on:
            # The mark at the end is the next sentence's at the beginning.
            before = words[max(0, len(words) - 1 - context_length) : -1]


def nats_per_prediction(model: LanguageModel, sentences: Iterable[WordNumbers]) -> float:
    """Return the mean of -ln P(word | context) over all words and sentence ends: the cross-entropy, in nats.

    It is infinite when the model gives any of them no probability. Raises ValueError when there are no sentences.

    >>> class Even(LanguageModel):
    ...     context_length, n_words = 0, 4
    ...     def probability(self, context, word):
    ...         return 1 / 4
    >>> round(perplexity(nats_per_prediction(Even(), [[1, 2, 3]])), 12)
    4.0
    """
    losses = model.losses(list(predictions(sentences, model.context_length, running_on=model.runs_on)))
    if not losses:
        raise ValueError("no sentences to measure a language model on: give at least one")
    return math.inf if math.inf in losses else math.fsum(losses) / len(losses)


def perplexity(nats: float) -> float:
    """Return the perplexity of a cross-entropy in nats, e^nats: among how many equally likely words one would guess.

    >>> perplexity(0.0)
    1.0
    """
    return math.exp(nats)
