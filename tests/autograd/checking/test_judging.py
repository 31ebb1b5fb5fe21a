"""The verdict on three numbers: digits counted with mpmath as the oracle, and the limits at which a verdict turns."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest

from autograd import Value, exp, log, sin, tanh
from autograd.checking.graph.digits import agreeing_digits, decimal_text
from autograd.checking.graph.judging import Judge, ThreeNumbers
from autograd.checking.replay.comparing import Agreement, compare_derivatives, single_move
from autograd.checking.replay.replay import Replay
from autograd.checking.verdicts import ALL_DIGITS, InputReport, Verdict, worst


def raw(text: str) -> Any:
    with mpmath.workdps(60):
        return mpmath.mpf(text)._mpf_


def judged(
    f: Any, x: float, engine: float, *, given: float | None = None, digits: float = 6.0, given_digits: float = 9.0
) -> InputReport:
    leaf = Value(x)
    output = f(leaf)
    replay = Replay([output], [leaf])
    move = single_move(replay, 0)
    agreement = compare_derivatives(replay, [move])[0][0]
    judge = Judge(replay, [output], ["f"], digits, given_digits, None)
    return judge.judge(ThreeNumbers(0, "x", move, agreement, engine, given, leaf))


@pytest.mark.parametrize(
    ("number", "exact"),
    [(3.14159, "3.14159265358979323846"), (1e300, "1.0001e300"), (-2e-200, "-2.00000002e-200"), (1.0, "-1.0"), (5.0, "7.0")],
)
def test_digits_are_those_of_the_relative_error(number: float, exact: str) -> None:
    with mpmath.workdps(60):
        error = abs((mpmath.mpf(number) - mpmath.mpf(exact)) / mpmath.mpf(exact))
        expected = max(0.0, float(-mpmath.log10(error)))
    assert agreeing_digits(number, raw(exact)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("number", "exact", "scale", "expected"),
    [
        pytest.param(0.1, "0.1", None, ALL_DIGITS, id="the nearest float"),
        pytest.param(0.0, "1e-400", None, ALL_DIGITS, id="too small for a float"),
        pytest.param(1.5e-323, "5e-324", None, ALL_DIGITS, id="rounding in the subnormal range"),
        pytest.param(math.inf, "1.0", None, 0.0, id="inf"),
        pytest.param(math.nan, "1.0", None, 0.0, id="nan"),
        pytest.param(1e-16, "1e-60", "1.0", 16.0, id="0 but for rounding, measured by its terms"),
        pytest.param(1e-16, "1e-60", None, 0.0, id="the same without terms"),
        pytest.param(1e-16, "1e-10", "1.0", 0.0, id="terms don't count where it is not 0"),
    ],
)
def test_digits_at_the_limits(number: float, exact: str, scale: str | None, expected: float) -> None:
    found = agreeing_digits(number, raw(exact), None if scale is None else raw(scale))
    assert found == pytest.approx(expected, abs=1e-5)


def test_an_exact_number_is_written_to_20_digits() -> None:
    assert decimal_text(raw("0.1")) == "0.1"
    assert decimal_text(raw("3.14159265358979323846264338")) == "3.1415926535897932385"
    assert decimal_text(raw("12")) == "12"
    assert decimal_text(raw("0")) == "0"


@pytest.mark.parametrize(("digits", "verdict"), [(3.0, Verdict.RIGHT), (4.0, Verdict.WRONG_ACCUMULATION)])
def test_the_backward_pass_needs_the_digits_asked_for(digits: float, verdict: Verdict) -> None:
    # Wrong in its fourth digit, although the rules and their sum are right.
    report = judged(sin, 0.5, math.cos(0.5) * (1.0 + 2e-4), digits=digits)
    assert report.verdict is verdict
    assert report.digits == pytest.approx(-math.log10(2e-4), abs=0.01)


@pytest.mark.parametrize(
    ("error", "verdict"), [(1e-10, Verdict.RIGHT), (1e-8, Verdict.WRONG_GRADIENT), (1.0, Verdict.WRONG_GRADIENT)]
)
def test_a_given_derivative_needs_nine_digits(error: float, verdict: Verdict) -> None:
    slope = 1.0 - math.tanh(0.5) ** 2
    assert judged(tanh, 0.5, slope, given=slope * (1.0 + error)).verdict is verdict


def test_no_more_digits_are_asked_of_a_given_derivative_than_float64_leaves() -> None:
    def f(x: Value) -> Value:
        return (exp(x) - 1.0 - x) / x

    x = Value(1e-7)
    y = f(x)
    y.backward()
    engine = x.gradient
    assert engine is not None
    report = judged(f, 1e-7, engine)
    assert report.verdict is Verdict.UNSTABLE and report.digits is not None and report.digits < 6.0
    assert judged(f, 1e-7, engine, given=engine).verdict is Verdict.RIGHT
    assert judged(f, 1e-7, engine, given=0.7).verdict is Verdict.WRONG_GRADIENT


def test_where_nothing_depends_on_the_input_the_report_says_so() -> None:
    leaf, other = Value(1.0), Value(2.0)
    output = log(other)
    replay = Replay([output], [leaf])
    agreement = compare_derivatives(replay, [None])[0][0]
    report = Judge(replay, [output], ["f"], 6.0, 9.0, None).judge(ThreeNumbers(0, "x", None, agreement, 0.0, None, leaf))
    assert report and report.message == "f does not depend on x"


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("kink", Verdict.KINK),
        ("jump", Verdict.KINK),
        ("singular", Verdict.SINGULAR),
        ("undefined", Verdict.INCONCLUSIVE),
        ("wrong", Verdict.WRONG_ACCUMULATION),
    ],
)
def test_each_kind_of_agreement_has_its_verdict(kind: str, verdict: Verdict) -> None:
    leaf = Value(2.0)
    output = leaf * leaf
    replay = Replay([output], [leaf])
    move = single_move(replay, 0)
    agreement = Agreement(kind, raw("1"), raw("2"), raw("2"), raw("3"), 60)
    report = Judge(replay, [output], ["f"], 6.0, 9.0, None).judge(ThreeNumbers(0, "x", move, agreement, 1.0, None, leaf))
    assert report.verdict is verdict
    assert report.message


def test_the_worst_verdict_of_several() -> None:
    assert worst([]) is Verdict.RIGHT
    assert worst([Verdict.RIGHT, Verdict.KINK, Verdict.WRONG_RULE, Verdict.INCONCLUSIVE]) is Verdict.WRONG_RULE
    assert all(worst([verdict, Verdict.RIGHT]) is verdict for verdict in Verdict)
