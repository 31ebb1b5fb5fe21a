"""How sentences are divided into those that are learnt from and those that are judged on.

Source: Jurafsky & Martin, *Speech and Language Processing*, "Test sets and cross-validation".
"""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from random import Random

from nn.shuffling import shuffled_order
from tasks.support.options import counted


def check_folds(n_folds: int, groups: Collection[Hashable]) -> None:
    """Raise ValueError for less than two folds, and for more than there are different `groups`, which would leave one empty.

    >>> check_folds(4, ["a", "a", "b"])
    Traceback (most recent call last):
    ValueError: 3 sentences, 2 of which have different tokens, do not fill 4 folds; take fewer
    """
    if n_folds < 2:
        raise ValueError(f"there is nothing to judge on with {counted(n_folds, 'fold')}; take at least 2")
    n_different = len(set(groups))
    if n_folds > n_different:
        different = f", {n_different} of which have different tokens," if n_different < len(groups) else ""
        fill = "does not fill" if len(groups) == 1 else "do not fill"
        raise ValueError(f"{counted(len(groups), 'sentence')}{different} {fill} {counted(n_folds, 'fold')}; take fewer")


def stratified_folds(
    labels: Sequence[int], n_folds: int, *, seed: int = 0, groups: Sequence[Hashable] | None = None
) -> list[list[int]]:
    """Divide the indices of `labels` into `n_folds` shuffled folds in which each class has its share.

    Indices with equal `groups` come into the same fold: given the tokens as groups, a sentence that occurs twice is
    never learnt from and judged on at once. The seed decides the division. Raises ValueError as `check_folds` does.

    >>> stratified_folds([0, 0, 0, 0, 1, 1], 2)
    [[1, 2, 5], [0, 3, 4]]
    """
    if groups is not None and len(groups) != len(labels):
        given = f"{counted(len(groups), 'group')} were given with {counted(len(labels), 'label')}"
        raise ValueError(f"{given}; give one for each")
    check_folds(n_folds, range(len(labels)) if groups is None else groups)
    members: dict[Hashable, list[int]] = {}
    for index in range(len(labels)):
        members.setdefault(index if groups is None else groups[index], []).append(index)
    groups_in_order = list(members.values())
    order = [groups_in_order[place] for place in shuffled_order(len(members), Random(seed))]
    # The largest groups first, so that those of one evenly fill what these leave uneven.
    order.sort(key=len, reverse=True)
    folds: list[list[int]] = [[] for _ in range(n_folds)]
    sizes: Counter[tuple[int, int]] = Counter()
    for indices in order:
        label = Counter(labels[index] for index in indices).most_common(1)[0][0]
        # The fold that has least of this class; among equals the smallest, so that rare classes spread over all folds.
        fold = min(range(n_folds), key=lambda fold: (sizes[fold, label], len(folds[fold]), fold))
        folds[fold].extend(indices)
        sizes.update((fold, labels[index]) for index in indices)
    return [sorted(fold) for fold in folds]


def stratified_sample(labels: Sequence[int], size: int, *, seed: int = 0) -> list[int]:
    """Return `size` indices of `labels`, sorted, in which each class has its share, or all when there are no more.

    >>> stratified_sample([0, 0, 0, 0, 1, 1, 1, 1], 4)
    [0, 1, 4, 5]
    """
    if size >= len(labels):
        return list(range(len(labels)))
    by_class: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        by_class.setdefault(label, []).append(index)
    ranked = []
    for label, indices in by_class.items():
        order = shuffled_order(len(indices), Random(seed))
        # Place r of n in its class is at (r + ½) / n of the way, so that any start of the ranking holds all shares.
        ranked += [((rank + 0.5) / len(indices), label, indices[place]) for rank, place in enumerate(order)]
    return sorted(index for _, _, index in sorted(ranked)[:size])
