"""What a document is the mean of: the vectors of its words, of their beginnings, and of pairs of neighbours.

Sources: words that are made of smaller units, whose vectors they share: Bojanowski and others 2017, "Enriching word vectors with
subword information". Pairs of neighbouring words beside words, and the logarithm of the ratio of their counts in the two
classes: Wang & Manning 2012, "Baselines and bigrams: simple, good sentiment and topic classification".
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.sentiment.networks import PADDING

RARE = PADDING + 1
"""The number that all rare words and beginnings share."""


@dataclass(frozen=True)
class Units:
    """Which units a document has besides its words.

    `beginning` is how many first letters of each word are a unit too, the same for all words that begin so; 0 for none. `pairs`
    is how often two words have to follow each other in what is learnt from to be a unit; 0 for none.
    """

    beginning: int = 0
    pairs: int = 0

    def of(self, tokens: Sequence[str]) -> list[str]:
        """Return the units of a document: the tokens, then the beginnings, which end in "…", then the pairs, which hold a space.

        >>> Units(beginning=4, pairs=1).of(["not", "boring"])
        ['not', 'boring', 'not…', 'bori…', 'not boring']
        """
        units = list(tokens)
        if self.beginning:
            units += [f"{token[: self.beginning]}…" for token in tokens]
        if self.pairs:
            units += [f"{first} {second}" for first, second in pairwise(tokens)]
        return units


class UnitVocabulary:
    """From tokens to the numbers of units.

    Words and beginnings that are met less than `least` times in the documents it is made with share the number `RARE`; pairs that
    are met less than `units.pairs` times have none.
    """

    def __init__(self, documents: Sequence[Sequence[str]], units: Units, *, least: int = 2) -> None:
        self.units = units
        counts = Counter(unit for tokens in documents for unit in units.of(tokens))
        # Counter keeps the order of first occurrence, so the numbers depend on nothing but the documents.
        known = [unit for unit, count in counts.items() if count >= (units.pairs if " " in unit else least)]
        self.number = {unit: number for number, unit in enumerate(known, start=RARE + 1)}

    def __len__(self) -> int:
        """How many numbers there are, those of padding and of rare units included."""
        return len(self.number) + RARE + 1

    def __call__(self, tokens: Sequence[str]) -> list[int]:
        """Return the numbers of a document's units; for no tokens, that of rare ones."""
        known = self.number
        numbers = [known.get(unit, RARE) for unit in self.units.of(tokens) if " " not in unit or unit in known]
        return numbers or [RARE]


def log_count_ratios(documents: Sequence[Sequence[int]], labels: Sequence[int], n_units: int, label: int) -> list[float]:
    """Return for each unit the logarithm of its share in the documents of one class over its share in those of the others.

    What is counted are the documents that have a unit, and one more for each side (Wang & Manning 2012, section 2.1).

    >>> [round(ratio, 4) for ratio in log_count_ratios([[2], [2, 3], [3]], [1, 1, 0], 4, 1)[2:]]
    [0.7621, -0.3365]
    """
    counts = [[1] * n_units, [1] * n_units]
    for numbers, own in zip(documents, labels, strict=True):
        of_class = counts[own == label]
        for number in set(numbers):
            of_class[number] += 1
    others, of_class = counts
    norm = math.log(sum(others) / sum(of_class))
    return [math.log(one / other) + norm for one, other in zip(of_class, others, strict=True)]
