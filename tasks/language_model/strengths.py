"""What a network and n-grams are good at: their losses where the words before are known together, and where they are not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.language_model.model import LanguageModel, WordNumbers, predictions


@dataclass(frozen=True)
class Strengths:
    """Mean losses in nats on the predictions whose last two words were learned together, and on the others.

    A mean of no predictions is nan.
    """

    n_known: int
    network_known: float
    ngrams_known: float
    n_new: int
    network_new: float
    ngrams_new: float

    def __str__(self) -> str:
        """Two sentences; the second one only where it is true of these numbers."""
        said = (
            f"Where the two words before were learned together ({self.n_known:,} predictions), the n-grams have "
            f"{self.ngrams_known:.2f} nats and the network {self.network_known:.2f}; where they are new together "
            f"({self.n_new:,}), {self.ngrams_new:.2f} and {self.network_new:.2f}."
        )
        if self.network_new - self.ngrams_new < self.network_known - self.ngrams_known:
            said += (
                " N-grams remember phrases word by word; the network lets words with like embeddings stand for one another, "
                "so it is less far behind, or ahead, where a phrase is new."
            )
        return said


def compare_strengths(
    network: LanguageModel, ngrams: LanguageModel, learned: Sequence[WordNumbers], held_out: Sequence[WordNumbers]
) -> Strengths:
    """Measure both models on the same held-out predictions, sorted by whether the two words before occur in what was learned.

    At the beginning of a sentence these are <s> and its first word.

    >>> from tasks.language_model.ngrams import AddKModel
    >>> model = AddKModel([[1, 2]], 1, 1, 4)
    >>> strengths = compare_strengths(model, model, [[1, 2]], [[1, 3]])
    >>> strengths.n_known, strengths.n_new
    (2, 1)
    """
    together = {context for context, _ in predictions(learned, 2)}
    is_known = [context in together for context, _ in predictions(held_out, 2)]
    losses = [
        model.losses(list(predictions(held_out, model.context_length, running_on=model.runs_on))) for model in (network, ngrams)
    ]
    (network_known, ngrams_known), (network_new, ngrams_new) = (
        [_mean([loss for loss, known in zip(some, is_known, strict=True) if known == wanted]) for some in losses]
        for wanted in (True, False)
    )
    n_known = sum(is_known)
    return Strengths(n_known, network_known, ngrams_known, len(is_known) - n_known, network_new, ngrams_new)


def _mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers) if numbers else math.nan
