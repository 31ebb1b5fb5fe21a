"""How good predictions are: accuracy, precision, recall, F1, and the confusion matrix they come from.

Source: Jurafsky & Martin, *Speech and Language Processing*, "Evaluation: precision, recall, F-measure".
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


def confusion_matrix(gold: Sequence[int], predicted: Sequence[int], n_classes: int) -> list[list[int]]:
    """Return the counts of each pair of classes: row = gold label, column = predicted label.

    Raises ValueError for sequences of different lengths and for a label outside 0 … `n_classes` - 1.

    >>> confusion_matrix([0, 0, 1], [0, 1, 1], 2)
    [[1, 1], [0, 1]]
    """
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold labels were given with {len(predicted)} predicted ones; give one for each")
    matrix = [[0] * n_classes for _ in range(n_classes)]
    for gold_label, predicted_label in zip(gold, predicted, strict=True):
        if not (0 <= gold_label < n_classes and 0 <= predicted_label < n_classes):
            raise ValueError(f"labels {gold_label} and {predicted_label} are not both from 0 to {n_classes - 1}")
        matrix[gold_label][predicted_label] += 1
    return matrix


@dataclass(frozen=True)
class ClassScore:
    """How one class fared; each of the three is 0 where its denominator is. `support` counts its gold labels."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Scores:
    """All that a confusion matrix says.

    >>> scores = Scores(((8, 2), (4, 6)))
    >>> scores.accuracy, [round(score.f1, 4) for score in scores.classes], round(scores.macro_f1, 4)
    (0.7, [0.7273, 0.6667], 0.697)
    """

    matrix: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, gold: Sequence[int], predicted: Sequence[int], n_classes: int) -> "Scores":
        """Return the scores of `predicted` against `gold`; raises ValueError as `confusion_matrix` does."""
        return cls(tuple(tuple(row) for row in confusion_matrix(gold, predicted, n_classes)))

    @property
    def accuracy(self) -> float:
        """The part of all that was predicted right; 0 when there is nothing."""
        right = sum(row[label] for label, row in enumerate(self.matrix))
        return _ratio(right, sum(map(sum, self.matrix)))

    @property
    def classes(self) -> list[ClassScore]:
        """Precision, recall, F1 and support of each class."""
        scores = []
        for label, row in enumerate(self.matrix):
            right, gold, predicted = row[label], sum(row), sum(other[label] for other in self.matrix)
            # 2PR / (P + R) in counts, which has a value also when P or R has none.
            f1 = _ratio(2 * right, gold + predicted)
            scores.append(ClassScore(_ratio(right, predicted), _ratio(right, gold), f1, gold))
        return scores

    @property
    def macro_f1(self) -> float:
        """The mean of the classes' F1, which counts a rare class as much as a common one."""
        return sum(score.f1 for score in self.classes) / len(self.matrix)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def majority_class(labels: Sequence[int]) -> int:
    """Return the commonest label, the smallest one of equally common ones: the baseline that needs no features.

    Raises ValueError when there are no labels.
    """
    if not labels:
        raise ValueError("no labels were given, so none is the commonest")
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))
