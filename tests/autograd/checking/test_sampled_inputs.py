"""Which inputs are checked one by one, and along which directions the rest is."""

from __future__ import annotations

import pytest

from autograd.checking.sampled_inputs import Choice, told


@pytest.mark.parametrize(
    ("sample", "count", "expected"),
    [
        pytest.param(None, 64, 64, id="all of up to 64"),
        pytest.param(None, 65, 8, id="8 of more"),
        pytest.param(3, 10, 3, id="as many as asked for"),
        pytest.param(100, 10, 10, id="no more than there are"),
        pytest.param(0, 10, 0, id="none"),
    ],
)
def test_how_many_inputs_are_checked_one_by_one(sample: int | None, count: int, expected: int) -> None:
    places = Choice(None, sample, 0).sample(count)
    assert len(places) == len(set(places)) == expected
    assert places == sorted(places) and all(0 <= place < count for place in places)


def test_without_another_check_of_the_rest_all_are_checked() -> None:
    assert Choice(None, None, 0).sample_or_all(1000) == list(range(1000))
    assert len(Choice(None, 5, 0).sample_or_all(1000)) == 5


@pytest.mark.parametrize(
    ("directions", "sample", "count", "expected"),
    [
        pytest.param(None, None, 64, 0, id="none for few inputs"),
        pytest.param(None, None, 65, 2, id="2 for many inputs"),
        pytest.param(None, 3, 10, 2, id="2 for a sample"),
        pytest.param(None, None, 10_001, 1, id="1 for very many"),
        pytest.param(5, None, 3, 5, id="as many as asked for"),
        pytest.param(0, None, 1000, 0, id="none if asked for"),
    ],
)
def test_how_many_directions_there_are(directions: int | None, sample: int | None, count: int, expected: int) -> None:
    found = Choice(directions, sample, 0).directions([1.0] * count)
    assert len(found) == expected
    assert all(len(direction) == count and all(speed != 0.0 for speed in direction) for direction in found)


def test_directions_of_the_users_own_are_taken_as_floats() -> None:
    choice = Choice([[1, 0], [0, -2]], None, 0)
    assert choice.has_directions
    assert choice.directions([0.1, 0.2]) == [[1.0, 0.0], [0.0, -2.0]]
    with pytest.raises(ValueError, match="each direction needs 3 numbers, one for each input"):
        choice.directions([0.1, 0.2, 0.3])


def test_the_same_seed_makes_the_same_choice_and_another_seed_another() -> None:
    def choose(seed: int) -> tuple[list[int], list[list[float]]]:
        choice = Choice(3, 10, seed)
        return choice.sample(500), choice.directions([1.0] * 500)

    assert choose(1) == choose(1)
    assert choose(1)[0] != choose(2)[0] and choose(1)[1] != choose(2)[1]


def test_what_is_said_of_a_sample() -> None:
    assert told([0, 1, 2], 3) == told([0, 1, 2], 3, others=True) == []
    assert told([4], 9) == ["1 of 9 inputs were checked"]
    assert "the others were checked all together" in told([4], 9, others=True)[0]
