"""Which epochs are kept."""

from __future__ import annotations

from itertools import pairwise

import pytest

from nn.watching.spacing import Spacing, spaced, thinned

SPACINGS: tuple[Spacing, ...] = ("even", "log")


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("last", [0, 1, 2, 118, 119, 120, 121, 200, 1000, 123_456])
@pytest.mark.parametrize("count", [2, 3, 7, 120])
def test_as_many_epochs_as_may_be_with_both_ends(last: int, count: int, spacing: Spacing) -> None:
    epochs = spaced(last, count, spacing)
    assert len(epochs) == min(count, last + 1)
    assert epochs[0] == 0 and epochs[-1] == last
    assert all(before < after for before, after in pairwise(epochs))


def test_even_gaps_are_even_and_those_of_log_grow() -> None:
    gaps = {spacing: [after - before for before, after in pairwise(spaced(10_000, 100, spacing))] for spacing in SPACINGS}
    assert max(gaps["even"]) - min(gaps["even"]) <= 1
    assert gaps["log"][0] == 1 and gaps["log"] == sorted(gaps["log"]) and gaps["log"][-1] > 500
    # In proportion to the epoch, once a whole number can say so.
    ratios = [(after + 1) / (before + 1) for before, after in pairwise(spaced(10_000, 100, "log")) if before > 200]
    assert max(ratios) / min(ratios) < 1.01


@pytest.mark.parametrize("spacing", SPACINGS)
def test_thinning_keeps_what_is_nearest_to_the_spacing(spacing: Spacing) -> None:
    epochs = list(range(1000))
    assert [epochs[place] for place in thinned(epochs, 90, spacing)] == spaced(999, 90, spacing)
    odd = [0, 3, 4, 5, 500, 501, 998, 999]
    kept = thinned(odd, 4, spacing)
    assert kept[0] == 0 and kept[-1] == 7 and len(kept) <= 4 and kept == sorted(set(kept))
    assert thinned(odd, 8, spacing) == list(range(8))
    later = [100 + epoch for epoch in odd]
    assert thinned(later, 4, spacing) == kept, "a recording may begin later"
