"""Measures against numbers worked by hand."""

import pytest

from tasks.sentiment.measures import Scores, confusion_matrix, majority_class

# Gold: 4 of class 0, 3 of class 1, 3 of class 2.
GOLD = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]
PREDICTED = [0, 0, 0, 1, 1, 2, 1, 2, 0, 1]


def test_confusion_matrix_has_gold_rows_and_predicted_columns() -> None:
    assert confusion_matrix(GOLD, PREDICTED, 3) == [[3, 1, 0], [0, 2, 1], [1, 1, 1]]


def test_scores_of_three_classes() -> None:
    scores = Scores.of(GOLD, PREDICTED, 3)
    assert scores.accuracy == pytest.approx(6 / 10)
    first, second, third = scores.classes
    assert (first.precision, first.recall, first.support) == (3 / 4, 3 / 4, 4)
    assert (second.precision, second.recall, second.support) == (2 / 4, 2 / 3, 3)
    assert (third.precision, third.recall, third.support) == (1 / 2, 1 / 3, 3)
    assert [first.f1, second.f1, third.f1] == pytest.approx([3 / 4, 4 / 7, 2 / 5])
    assert scores.macro_f1 == pytest.approx((3 / 4 + 4 / 7 + 2 / 5) / 3)


def test_a_class_never_predicted_has_score_zero() -> None:
    scores = Scores.of([0, 0, 1], [0, 0, 0], 2)
    assert scores.classes[1] == type(scores.classes[1])(precision=0.0, recall=0.0, f1=0.0, support=1)
    assert scores.macro_f1 == pytest.approx(0.8 / 2)


def test_a_class_that_does_not_occur_has_score_zero() -> None:
    assert Scores.of([0], [0], 2).classes[1].f1 == 0.0


def test_nothing_to_score() -> None:
    assert Scores.of([], [], 2).accuracy == 0.0


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [([0, 1], [0], "2 gold labels.*1 predicted"), ([2], [0], "from 0 to 1"), ([0], [-1], "from 0 to 1")],
)
def test_labels_that_do_not_fit_are_named(gold: list[int], predicted: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        confusion_matrix(gold, predicted, 2)


@pytest.mark.parametrize(("labels", "expected"), [([2, 1, 2], 2), ([1, 0, 0, 1], 0), ([1], 1)])
def test_majority_class(labels: list[int], expected: int) -> None:
    assert majority_class(labels) == expected


def test_majority_class_of_nothing() -> None:
    with pytest.raises(ValueError, match="no labels"):
        majority_class([])
