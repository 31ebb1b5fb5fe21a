"""Folds: every index once, each class with its share, equal texts together."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tasks.sentiment.folds import stratified_folds, stratified_sample

LABELS = [0] * 40 + [1] * 23 + [2] * 10


@pytest.mark.parametrize("n_folds", [2, 3, 10])
def test_every_index_is_in_one_fold(n_folds: int) -> None:
    folds = stratified_folds(LABELS, n_folds, seed=3)
    assert len(folds) == n_folds
    assert sorted(index for fold in folds for index in fold) == list(range(len(LABELS)))


@pytest.mark.parametrize("n_folds", [2, 3, 10])
def test_each_fold_has_its_share_of_each_class(n_folds: int) -> None:
    folds = stratified_folds(LABELS, n_folds, seed=3)
    for label, count in Counter(LABELS).items():
        shares = [sum(LABELS[index] == label for index in fold) for fold in folds]
        assert max(shares) - min(shares) <= 1, (label, shares)
        assert sum(shares) == count
    sizes = [len(fold) for fold in folds]
    assert max(sizes) - min(sizes) <= 1


def test_the_seed_decides() -> None:
    assert stratified_folds(LABELS, 5, seed=1) == stratified_folds(LABELS, 5, seed=1)
    assert stratified_folds(LABELS, 5, seed=1) != stratified_folds(LABELS, 5, seed=2)
    assert stratified_folds(LABELS, 5, seed=1)[0] != list(range(len(stratified_folds(LABELS, 5, seed=1)[0])))


def test_equal_groups_stay_together() -> None:
    texts = [f"text {index % 50}" for index in range(len(LABELS))]
    folds = stratified_folds(LABELS, 5, groups=texts)
    of_text: dict[str, set[int]] = {}
    for number, fold in enumerate(folds):
        for index in fold:
            of_text.setdefault(texts[index], set()).add(number)
    assert len(of_text) == 50
    assert all(len(numbers) == 1 for numbers in of_text.values())


@given(st.lists(st.integers(0, 30), min_size=20, max_size=200), st.integers(2, 6), st.integers(0, 9), st.booleans())
def test_groups_leave_the_folds_balanced(groups: list[int], n_folds: int, seed: int, mixed: bool) -> None:
    assume(len(set(groups)) >= 3 * n_folds)
    labels = [(group + (mixed and index)) % 3 for index, group in enumerate(groups)]
    folds = stratified_folds(labels, n_folds, seed=seed, groups=groups)
    assert sorted(index for fold in folds for index in fold) == list(range(len(labels)))
    assert len({(groups[index], number) for number, fold in enumerate(folds) for index in fold}) == len(set(groups))
    largest = max(Counter(groups).values())
    if not mixed:
        for label in set(labels):
            shares = [sum(labels[index] == label for index in fold) for fold in folds]
            assert max(shares) - min(shares) <= largest, (label, shares)


def test_a_large_group_does_not_unbalance_the_folds() -> None:
    # Twenty of one text and forty others: the others make up for the twenty wherever the seed puts them.
    groups = [0] * 20 + list(range(1, 41))
    for seed in range(20):
        assert [len(fold) for fold in stratified_folds([0] * 60, 3, seed=seed, groups=groups)] == [20, 20, 20]


def test_a_group_counts_as_its_commonest_class() -> None:
    labels = [1, 0, 0, 0, 1, 0, 0, 0]
    folds = stratified_folds(labels, 2, groups=["a"] * 4 + ["b"] * 4)
    assert sorted(folds) == [[0, 1, 2, 3], [4, 5, 6, 7]]


@pytest.mark.parametrize(
    ("labels", "n_folds", "message"),
    [
        ([0, 1], 1, "with 1 fold; take at least 2"),
        ([0, 1], 3, "2 sentences do not fill 3 folds; take fewer"),
        ([0], 2, "1 sentence does not fill 2 folds; take fewer"),
        ([], 2, "0 sentences do not fill 2 folds; take fewer"),
    ],
)
def test_impossible_numbers_of_folds(labels: list[int], n_folds: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stratified_folds(labels, n_folds)


def test_groups_of_another_length() -> None:
    with pytest.raises(ValueError, match=r"3 groups.*2 labels"):
        stratified_folds([0, 1], 2, groups=["a", "b", "c"])


def test_a_sample_has_the_shares_of_the_whole() -> None:
    sample = stratified_sample(LABELS, 36, seed=5)
    assert len(set(sample)) == 36
    assert Counter(LABELS[index] for index in sample) == {0: 20, 1: 11, 2: 5}
    assert stratified_sample(LABELS, 1000) == list(range(len(LABELS)))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=2, max_size=40), st.integers(2, 12))
def test_as_many_folds_as_groups_are_filled(items: list[tuple[int, int]], n_folds: int) -> None:
    groups, labels = [group for group, _ in items], [label for _, label in items]
    if len(set(groups)) < n_folds:
        with pytest.raises(ValueError, match=f"do not fill {n_folds} folds; take fewer"):
            stratified_folds(labels, n_folds, groups=groups)
    else:
        assert all(stratified_folds(labels, n_folds, groups=groups))
