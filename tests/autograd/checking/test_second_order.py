"""Second derivatives: the engine's Hessian against the rules in high precision and second differences of the function."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest

from autograd import Value, cosh, exp, hypot, relu, sigmoid, sin, sinh, softplus, tanh, value_and_grad
from autograd.checking import Verdict, gradcheck
from autograd.checking.self_test.planting import Break, broken
from autograd.table.primitives import TABLE


def test_a_hessian() -> None:
    report = gradcheck(lambda x, y: x * x * y + sin(x * y), 2.0, 3.0, order=2)
    assert report, report
    twist = 4.0 + math.cos(6.0) - 6.0 * math.sin(6.0)
    expected = [6.0 - 9.0 * math.sin(6.0), twist, twist, -4.0 * math.sin(6.0)]
    second = report.inputs[2:]
    assert [checked.name for checked in second] == ["∂(∂f/∂x)/∂x", "∂(∂f/∂x)/∂y", "∂(∂f/∂y)/∂x", "∂(∂f/∂y)/∂y"]
    for checked, number in zip(second, expected, strict=True):
        assert (checked.backward, checked.rules, checked.difference) == pytest.approx((number, number, number), rel=1e-12)


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (lambda a, b: tanh(a * b) * exp(a), (0.5, 1.5)),
        (lambda a, b: hypot(a, b) + sigmoid(a) * softplus(b), (0.5, -1.5)),
        (lambda a, b: relu(a) * b, (2.0, 3.0)),
        (lambda a, b: 3.0 * a + b, (2.0, 3.0)),
        (lambda a, b: a**3 + b**2, (0.0, 0.0)),
        (lambda a, b: a, (1.0, 2.0)),
    ],
)
def test_right_hessians(f: Any, point: tuple[float, float]) -> None:
    report = gradcheck(f, *point, order=2)
    assert report, report
    assert len(report.inputs) == 6


def test_several_outputs() -> None:
    assert len(gradcheck(lambda a, b: [a * b, sin(a)], 0.5, 2.0, order=2).inputs) == 2 * (2 + 4)


def test_a_recorded_value() -> None:
    a = Value(0.5, "a")
    assert gradcheck(exp(a * a), order=2)


def test_a_kink_of_the_slope_only() -> None:
    report = gradcheck(lambda x: relu(x) ** 2, 0.0, order=2)
    assert [checked.verdict for checked in report.inputs] == [Verdict.RIGHT, Verdict.KINK]


def test_a_rule_that_is_right_and_not_smooth_is_caught() -> None:
    """tanh′ as a number looked up: right at the point, and constant around it when it is differentiated again."""
    frozen = 1.0 / math.cosh(0.5) ** 2
    lookup = Break("frozen", lambda rule: lambda m, x, y: 0.0 * x + m.where(m.equal(x, 0.5), rule(m, x, y), frozen))
    with broken(TABLE["tanh"], lookup):
        report = gradcheck(tanh, 0.5, order=2)
        assert not report
        assert report.inputs[0]


def test_a_rule_with_the_right_number_and_the_wrong_slope_is_caught() -> None:
    """The recorded gradient is consistent then; only second differences of the function itself tell."""
    frozen = float(mpmath.sech(0.5) ** 2)
    constant = Break("constant", lambda rule: lambda m, x, y: frozen)
    with broken(TABLE["tanh"], constant):
        report = gradcheck(tanh, 0.5, order=2)
        assert [checked.verdict for checked in report.inputs] == [Verdict.RIGHT, Verdict.WRONG_RULE]
        assert report.inputs[1].difference == pytest.approx(-2.0 * math.tanh(0.5) * frozen)


def test_a_wrong_second_derivative_of_a_rule() -> None:
    double = Break("factor", lambda rule: lambda m, x, y: 2.0 * rule(m, x, y))
    with broken(TABLE["cos"], double):
        report = gradcheck(lambda x: sin(x) * x, 0.5, order=2)
        assert [bool(checked) for checked in report.inputs] == [True, False]
        assert {node.operation for node in report.faults} == {"cos"}


@pytest.mark.parametrize(
    "f",
    [
        pytest.param(lambda x: tanh(x) * cosh(x) - sinh(x), id="tanh·cosh - sinh"),
        pytest.param(lambda x: exp(3.0 * x + 0.1) - exp(x) ** 3 * exp(0.1), id="exp(3x) - exp(x)³"),
    ],
)
def test_a_second_derivative_that_is_0_but_for_rounding(f: Any) -> None:
    report = gradcheck(f, 0.3, order=2)
    assert report, str(report)
    second = report.inputs[1]
    assert second.backward not in (None, 0.0) and abs(second.backward) < 1e-13


def test_second_derivatives_wait_for_right_first_ones() -> None:
    double = Break("factor", lambda rule: lambda m, x, y: 2.0 * rule(m, x, y))
    with broken(TABLE["sin"], double):
        report = gradcheck(sin, 0.5, order=2)
        assert len(report.inputs) == 1
        assert "second derivatives were not checked" in report.notes[-1]


def test_value_and_grad_inside_is_noticed() -> None:
    """Floats from a gradient of one's own are constants in the record."""
    assert gradcheck(lambda x: x * value_and_grad(sin)(x)[1], 0.5).verdict is Verdict.LEAVES_VALUES
