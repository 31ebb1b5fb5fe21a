from itertools import product
from random import Random

import pytest

from tasks.boolean.separability import NAMES, Contradiction, Unit, decide, explain_contradiction, find_contradiction, find_unit

XOR, XNOR = (0, 1, 1, 0), (1, 0, 0, 1)
CASES = [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_all_sixteen_functions_have_a_name():
    assert sorted(NAMES) == list(product((0, 1), repeat=4))
    assert len(set(NAMES.values())) == 16


@pytest.mark.parametrize("targets", NAMES)
def test_a_name_means_its_outputs(targets):
    python = NAMES[targets].replace("x₁", "x1").replace("x₂", "x2").replace("XOR", "!=").lower()
    assert tuple(int(bool(eval(python, {"x1": x1, "x2": x2}))) for x1, x2 in CASES) == targets


@pytest.mark.parametrize("targets", NAMES)
def test_every_function_has_either_a_unit_or_a_contradiction(targets):
    unit, contradiction = find_unit(targets), find_contradiction(targets)
    assert (unit is None) == (targets in (XOR, XNOR)) != (contradiction is None)
    assert decide(targets) == (unit or contradiction)
    if unit is not None:
        assert tuple(int(unit.w1 * x1 + unit.w2 * x2 + unit.b > 0) for x1, x2 in CASES) == targets


@pytest.mark.parametrize("targets", [XOR, XNOR])
def test_the_contradiction_holds_at_any_weights(targets):
    contradiction = find_contradiction(targets)
    assert contradiction is not None
    random = Random(1)
    for _ in range(100):
        w1, w2, b = (random.randrange(-1000, 1001) for _ in range(3))
        # What the four inequalities demand to be at least 0 adds up to 0 whatever the weights are.
        sums = [w1 * x1 + w2 * x2 + b for x1, x2 in CASES]
        demanded = [z if target else -z for z, target in zip(sums, targets, strict=True)]
        assert sum(m * left for m, left in zip(contradiction.multipliers, demanded, strict=True)) == 0
    assert any(m > 0 for m, target in zip(contradiction.multipliers, targets, strict=True) if target)


@pytest.mark.parametrize(
    ("multipliers", "targets"),
    [
        ((0, 0, 0, 0), XOR),  # says only 0 ≥ 0
        ((1, 1, 0, 0), XOR),  # a weight remains
        ((1, 1, 1, 0), XOR),
        ((-1, -1, -1, -1), XNOR),  # a negative multiplier turns an inequality around
        ((1, 1, 1, 1), (0, 1, 1, 1)),
        ((0, 0, 0, 0), (0, 0, 0, 0)),
    ],
)
def test_what_is_no_contradiction(multipliers, targets):
    assert not Contradiction(multipliers).holds(targets)
    with pytest.raises(ValueError, match="doesn't contradict"):
        explain_contradiction(targets, Contradiction(multipliers))


def test_the_contradiction_in_plain_words():
    contradiction = find_contradiction(XOR)
    assert contradiction is not None
    text = explain_contradiction(XOR, contradiction)
    assert [line.split("so that")[0].strip() for line in text.split("\n")[1:5]] == [
        "b ≤ 0",
        "w₂ + b > 0",
        "w₁ + b > 0",
        "w₁ + w₂ + b ≤ 0",
    ]
    assert "> add up to w₁ + w₂ + 2b > 0, those with ≤ to w₁ + w₂ + 2b ≤ 0" in text


def test_a_unit_gives_0_where_the_weighted_sum_is_0():
    assert Unit(0, 0, 0).outputs() == (0, 0, 0, 0)


@pytest.mark.parametrize("targets", [(0, 1, 1), (0, 1, 2, 0)])
def test_outputs_that_are_no_function_are_named(targets):
    with pytest.raises(ValueError, match="expected four outputs, each 0 or 1"):
        decide(targets)
