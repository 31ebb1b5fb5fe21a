"""A mixture of two language models, such as a network and n-grams: each is good at what the other isn't.

Source: Jelinek & Mercer, "Interpolated estimation of Markov source parameters from sparse data", *Pattern Recognition in
Practice* (1980), who choose the weights by held-out text too.
"""

from collections.abc import Iterable, Sequence

from tasks.language_model.model import LanguageModel, WordNumbers, predictions


class MixtureModel(LanguageModel):
    """P(word | context) = λ P₁(word | context) + (1 − λ) P₂(word | context), where λ is `share`.

    Raises ValueError when the share is not from 0 to 1, or the models have different vocabularies.
    """

    def __init__(self, first: LanguageModel, second: LanguageModel, share: float) -> None:
        if not 0 <= share <= 1:
            raise ValueError(f"the share of the first model is from 0 to 1, not {share}")
        if first.n_words != second.n_words:
            raise ValueError(f"models of {first.n_words} and of {second.n_words} words don't mix: take the same vocabulary")
        self.first, self.second, self.share = first, second, share
        self.n_words = first.n_words
        self.context_length = max(first.context_length, second.context_length)
        self.runs_on = first.runs_on or second.runs_on

    def probability(self, context: Sequence[int], word: int) -> float:
        """Return P(word | context)."""
        return self.share * self.first.probability(context, word) + (1 - self.share) * self.second.probability(context, word)

    def distribution(self, context: Sequence[int]) -> list[float]:
        """Return P(word | context) of every word."""
        both = zip(self.first.distribution(context), self.second.distribution(context), strict=True)
        return [self.share * one + (1 - self.share) * other for one, other in both]

    def losses(self, pairs: Sequence[tuple[Sequence[int], int]]) -> list[float]:
        """Return -ln P(word | context) for pairs of a context and a word, infinite where neither model gives a probability."""
        return mix_losses(self.first.losses(pairs), self.second.losses(pairs), self.share)


def mix_losses(first: Sequence[float], second: Sequence[float], share: float) -> list[float]:
    """Return -ln of the mixture's probability, given those of two models for the same predictions.

    >>> from math import log
    >>> [round(loss, 12) for loss in mix_losses([-log(0.5)], [-log(0.1)], 0.25)] == [round(-log(0.2), 12)]
    True
    """
    import numpy as np

    # As sums of powers relative to the larger one, so that no probability underflows.
    with np.errstate(divide="ignore"):
        logarithms = np.logaddexp(np.log(share) - np.array(first), np.log1p(-share) - np.array(second))
    losses: list[float] = (-logarithms).tolist()
    return losses


def best_share(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the λ for which the mean loss of the mixture is least, given the losses of two models for the same predictions.

    The mean of ln(λ p + (1 − λ) q) is concave in λ, so its derivative, the mean of (p − q) / (λ p + (1 − λ) q), falls, and
    bisection finds where it is 0. Where it nowhere is, one of the models is better alone: the share is 0 or 1. Losses that are
    infinite in both models tell nothing. Raises ValueError when there are no others.

    >>> round(best_share([0.0, 2.0], [2.0, 0.0]), 12)
    0.5
    """
    import numpy as np

    p, q = np.array(first), np.array(second)
    known = np.isfinite(p) | np.isfinite(q)
    if not known.any():
        raise ValueError("no prediction has a probability in either model, so no share can be chosen")
    least = np.minimum(p, q)[known]
    p, q = np.exp(least - p[known]), np.exp(least - q[known])

    def slope(share: float) -> float:
        with np.errstate(divide="ignore"):
            return float(((p - q) / (share * p + (1 - share) * q)).sum())

    low, high = 0.0, 1.0
    if slope(low) <= 0:
        return low
    if slope(high) >= 0:
        return high
    # Each step halves the interval, until no number is left between its ends.
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return middle


def mixed(first: LanguageModel, second: LanguageModel, sentences: Iterable[WordNumbers]) -> MixtureModel:
    """Return the mixture of two models whose share is the best for `sentences`, from which neither has learned."""
    mixture = MixtureModel(first, second, 0.5)
    pairs = list(predictions(sentences, mixture.context_length, running_on=mixture.runs_on))
    mixture.share = best_share(first.losses(pairs), second.losses(pairs))
    return mixture
