"""B against C: the rules in high precision against differences of the replayed forward pass, with derivatives from mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from autograd import Value, exp, functions, hypot, relu, sin, sqrt, tanh
from autograd.checking.replay.comparing import LEVELS, Agreement, both_sides, compare_derivatives, joint_move, single_move
from autograd.checking.replay.replay import Replay, working_precision
from autograd.checking.self_test.planting import BREAKS, broken
from autograd.number_systems.high_precision.arithmetic import as_float
from autograd.table.primitives import TABLE


def compared(f: Callable[..., Value], *point: float) -> list[Agreement]:
    leaves = [Value(x) for x in point]
    replay = Replay([f(*leaves)], leaves)
    return compare_derivatives(replay, [single_move(replay, k) for k in range(len(leaves))])[0]


@pytest.mark.parametrize(
    ("f", "oracle", "x"),
    [
        pytest.param(lambda x: sin(x) * exp(x), lambda x: mpmath.sin(x) * mpmath.exp(x), 0.7, id="sin·exp"),
        pytest.param(tanh, mpmath.tanh, 20.0, id="tail of tanh"),
        pytest.param(sqrt, mpmath.sqrt, 1e-300, id="sqrt of a tiny number"),
        pytest.param(lambda x: 1.0 / (1.0 + x * x), lambda x: 1 / (1 + x * x), -3.0, id="rational"),
    ],
)
def test_smooth_functions_agree_with_mpmath(f: Callable[[Value], Value], oracle: Callable[[Any], Any], x: float) -> None:
    agreement = compared(f, x)[0]
    with mpmath.workdps(60):
        expected = mpmath.diff(oracle, mpmath.mpf(x), h=mpmath.mpf(x) * mpmath.mpf(10) ** -25)
        rules, difference = mpmath.mpf(agreement.rules), mpmath.mpf(agreement.difference)
        assert abs(rules - expected) <= abs(expected) * mpmath.mpf(10) ** -18
        assert abs(difference - expected) <= abs(expected) * mpmath.mpf(10) ** -18
    assert (agreement.kind, agreement.precision) == ("smooth", LEVELS[0])


@pytest.mark.parametrize(
    ("f", "x", "kind", "left", "right"),
    [
        pytest.param(abs, 0.0, "kink", -1.0, 1.0, id="abs"),
        pytest.param(relu, 0.0, "kink", 0.0, 1.0, id="relu"),
        pytest.param(lambda x: hypot(x, 0.0) * 3.0, 0.0, "kink", -3.0, 3.0, id="hypot"),
        pytest.param(lambda x: abs(sin(x)), 0.0, "kink", -1.0, 1.0, id="abs of sin"),
        pytest.param(lambda x: x // 1.0, 2.0, "jump", None, 0.0, id="floor"),
    ],
)
def test_kinks_and_jumps(f: Any, x: float, kind: str, left: float | None, right: float | None) -> None:
    agreement = compared(f, x)[0]
    assert (agreement.kind, agreement.precision) == (kind, LEVELS[-1])
    assert agreement.left is not None and agreement.right is not None
    assert left is None or as_float(agreement.left) == left
    assert right is None or as_float(agreement.right) == right


def test_a_slope_without_bound_is_singular() -> None:
    assert compared(functions.cbrt, 0.0)[0].kind == "singular"


def test_what_is_not_defined_in_exact_numbers_is_named_by_its_place() -> None:
    # 0.1 + 0.2 - 0.3 is positive in floats; of the exact numbers that the floats are it is negative.
    x = Value(0.1)
    y = (x * 3.0 - 0.30000000000000004 + 1e-17).log() if (0.1 * 3.0 - 0.30000000000000004 + 1e-17) > 0 else None
    assert y is not None
    replay = Replay([y], [x])
    agreement = compare_derivatives(replay, [single_move(replay, 0)])[0][0]
    assert agreement.kind == "undefined"
    assert agreement.undefined_at == replay.place[y]


def test_a_function_that_bends_on_a_tiny_scale_takes_more_digits_and_agrees() -> None:
    agreement = compared(lambda x: x + 1e-30 * sin(1e40 * x), 0.7)[0]
    assert agreement.kind == "smooth" and agreement.precision > LEVELS[0]
    with mpmath.workdps(120):
        expected = 1 + mpmath.mpf(1e-30) * mpmath.mpf(1e40) * mpmath.cos(mpmath.mpf(1e40) * mpmath.mpf(0.7))
        assert as_float(agreement.rules) == pytest.approx(float(expected), rel=1e-15)


@pytest.mark.parametrize("how", BREAKS[:2], ids=lambda how: how.name)
def test_a_broken_rule_is_wrong_in_all_digits(how: Any) -> None:
    with broken(TABLE["tanh"], how):
        agreement = compared(lambda x: tanh(x) * 2.0, 0.5)[0]
    assert (agreement.kind, agreement.precision) == ("wrong", LEVELS[-1])
    assert agreement.exact == agreement.difference
    assert as_float(agreement.exact) == pytest.approx(2.0 * float(mpmath.sech(0.5)) ** 2, rel=1e-15)


def test_a_derivative_that_is_0_but_for_rounding_is_measured_by_its_terms() -> None:
    agreement = compared(lambda x: exp(x) * exp(-x) + x - x, 0.3)[0]
    assert agreement.kind == "smooth" and as_float(agreement.rules) == pytest.approx(0.0, abs=1e-50)


def test_an_input_that_nothing_depends_on_has_the_derivative_0() -> None:
    a, b = Value(2.0), Value(3.0)
    replay = Replay([a * a], [a, b])
    of_a, of_b = compare_derivatives(replay, [single_move(replay, 0), single_move(replay, 1)])[0]
    assert single_move(replay, 1) is None
    assert (as_float(of_a.rules), as_float(of_b.rules), of_b.kind) == (4.0, 0.0, "smooth")


def test_a_joint_move_has_the_derivative_along_the_direction() -> None:
    point, direction = (0.5, -1.5, 2.0), (1.0, 0.0, -0.5)
    leaves = [Value(x) for x in point]
    a, b, c = leaves
    replay = Replay([sin(a * b) * c, a + b * c], leaves)
    singles, joint = [single_move(replay, k) for k in range(3)], joint_move(replay, direction)
    for row in compare_derivatives(replay, [*singles, joint]):
        along = sum(speed * as_float(agreement.rules) for speed, agreement in zip(direction, row, strict=False))
        assert as_float(row[3].rules) == pytest.approx(along, rel=1e-14)
        assert row[3].difference is not None
        assert as_float(row[3].rules) == pytest.approx(as_float(row[3].difference), rel=1e-15)
    assert joint.places == (replay.inputs[0], replay.inputs[2])


def test_the_gradients_of_the_first_level_are_handed_out_for_every_output() -> None:
    a, b = Value(2.0), Value(3.0)
    replay = Replay([a * b, a - b], [a, b])
    gradients: dict[int, Any] = {}
    compare_derivatives(replay, [joint_move(replay, [1.0, 0.5])], gradients)
    found = [[as_float(gradients[o][place]) for place in replay.inputs] for o in range(2)]
    assert found == [[3.0, 2.0], [1.0, -1.0]]


def test_both_sides_of_the_point_are_a_step_away_and_none_where_it_is_not_defined() -> None:
    x = Value(0.0)
    replay = Replay([sqrt(x)], [x])
    move, precision = single_move(replay, 0), working_precision(60)
    assert move is not None
    above, below = both_sides(replay, replay.forward(precision), move, precision)
    assert below is None and above is not None
    place = replay.inputs[0]
    assert place is not None
    assert as_float(above[place]) == 2.0 ** -(precision // 3)
