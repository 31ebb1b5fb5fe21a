"""Labels beside examples: where they stand, and which examples share one."""

from __future__ import annotations

from nn.watching.space_picture import SIDES, Label, labels_of
from nn.watching.spaces import Decisions, Examples, Space

BELOW, ABOVE, RIGHT, LEFT = range(4)


def labelled(places: list[tuple[int, int]], classes: list[int]) -> tuple[Label, ...]:
    points = tuple((float(place), 0.5) for place in range(len(places)))
    examples = Examples(points, tuple(classes), 2, len(points))
    space = Space(("h₁", "h₂"), (0.0, 0.0), 1.0, (("",),), (tuple(places),))
    [labels] = labels_of(Decisions(examples, (space,), ((True,) * len(points),)), space)
    return labels


def test_sides() -> None:
    assert [end for _, _, end in SIDES] == ["middle", "middle", "start", "end"]
    assert SIDES[BELOW][1] > 0 > SIDES[ABOVE][1] and SIDES[RIGHT][0] > 0 > SIDES[LEFT][0]


def test_alone_the_first_class_stands_above_and_the_second_below() -> None:
    assert labelled([(300, 300), (600, 600)], [0, 1]) == (("(0, 0.5)", ABOVE), ("(1, 0.5)", BELOW))


def test_examples_of_one_class_that_fall_together_share_a_label() -> None:
    assert labelled([(300, 300), (310, 305), (305, 295)], [1, 1, 0]) == (
        ("(0, 0.5) (1, 0.5)", BELOW), ("", BELOW), ("(2, 0.5)", ABOVE),
    )  # fmt: skip


def test_a_column_has_its_labels_on_different_sides() -> None:
    labels = labelled([(500, 400), (500, 480), (500, 560)], [1, 1, 1])
    assert [label.side for label in labels] == [ABOVE, RIGHT, BELOW]


def test_labels_stay_in_the_square() -> None:
    assert [label.side for label in labelled([(300, 20), (300, 940), (5, 500), (955, 500)], [0, 1, 1, 1])] == [
        BELOW, ABOVE, RIGHT, LEFT,
    ]  # fmt: skip


def test_many_examples_have_none() -> None:
    assert labelled([(20 * place, 30) for place in range(9)], [0] * 9) == ()
