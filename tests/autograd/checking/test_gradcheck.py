"""`gradcheck` on functions: a verdict for every kind of function and point, and the operation at fault by name and line."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest

from autograd import (
    Value,
    abs,
    acos,
    cbrt,
    cos,
    dot,
    exp,
    grad,
    hypot,
    log,
    logsumexp,
    maximum,
    pick,
    relu,
    sin,
    sqrt,
    tanh,
    total,
    where,
)
from autograd.checking import Verdict, assert_gradients, gradcheck
from autograd.checking.graph.backward_pass import adds_up
from autograd.checking.self_test.planting import BREAKS, Break, broken, forgetful_accumulation
from autograd.table.primitives import TABLE

SIGN, FACTOR = BREAKS[0], BREAKS[1]


def verdicts(f: Any, *point: Any, **options: Any) -> list[Verdict]:
    return [checked.verdict for checked in gradcheck(f, *point, **options).inputs]


# ------------------------------------------------------------------------------------------------ right derivatives


def test_the_three_numbers() -> None:
    report = gradcheck(lambda a, b: a * tanh(b), 0.5, -0.25)
    assert report
    assert report.verdict is Verdict.RIGHT
    for checked, expected in zip(report.inputs, (math.tanh(-0.25), 0.5 / math.cosh(0.25) ** 2), strict=True):
        for number in (checked.backward, checked.rules, checked.difference):
            assert number == pytest.approx(expected, rel=1e-15)
        assert checked.digits is not None and checked.digits >= 15.0
        assert checked.precision == 60
    assert [checked.input for checked in report.inputs] == ["a", "b"]
    assert all(report.nodes)


def test_the_exact_derivative_has_twenty_digits() -> None:
    assert gradcheck(exp, 1.0).inputs[0].exact == "2.7182818284590452354"


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (lambda x: sin(1e8 * x), 1.0),
        (lambda x: exp(-((x / 1e-200) ** 2)), 1e-200),
        (lambda x: x**2, 0.0),
        (lambda x: x**3, 0.0),
        (lambda x: cos(x), 0.0),
        (lambda x: log(x), 1e-300),
        (lambda x: 1.0 / (x - 1.0), 1.0 + 2.0**-50),
        (lambda x: sin(x) ** 2 + cos(x) ** 2, 0.7),
        (lambda x: abs(x - 0.3), 0.1 + 0.2),
        (lambda x: tanh(x), 20.0),
        (lambda x: relu(x), 1e-300),
        (lambda x: 1e30 + tanh(x), 0.5),
        (lambda x: x**1.5, 0.0),
        (lambda x: logsumexp([x, 2.0 * x, 700.0]), 350.0),
        (lambda x: acos(x), 1.0 - 2.0**-40),
        (lambda x: x * 5e-324, 1.0),
        (lambda x: x * 1e200 * 1e-200, 1e100),
        # Two contributions, each too small for a float, and their sum is not.
        (lambda x: x * 1e-162 * 2e-162 + x * 2e-162 * 1e-162, 1.0),
    ],
)
def test_hard_points_are_no_false_alarm(f: Any, point: float) -> None:
    report = gradcheck(f, point)
    assert report, report


def test_arrangements_of_inputs_and_outputs() -> None:
    def f(w: list[Value], options: dict[str, Any]) -> dict[str, Any]:
        score = dot(w, options["x"]) + options["bias"]
        return {"score": score, "parts": [w[0] * 2.0, options["name"]]}

    report = gradcheck(f, [0.5, -1.0], {"x": (2.0, 3.0), "bias": 0.25, "name": "n"})
    assert report
    names = ["w[0]", "w[1]", "options['x'][0]", "options['x'][1]", "options['bias']"]
    assert [checked.input for checked in report.inputs] == names * 2
    assert [checked.backward for checked in report.inputs] == [2.0, 3.0, 0.5, -1.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0]
    assert {checked.output for checked in report.inputs} == {"f['score']", "f['parts'][0]"}


def test_a_recorded_value_and_its_gradients_are_left_alone() -> None:
    a, b = Value(0.5, "a"), Value(-1.5)
    L = tanh(a * b) + a
    L.label = "L"
    a.gradient = 7.0
    report = gradcheck(L)
    assert report
    assert [checked.name for checked in report.inputs] == ["∂L/∂a", "∂L/∂leaf 2"]
    assert (a.gradient, b.gradient, L.gradient) == (7.0, None, None)


# --------------------------------------------------------------------------------------------------- wrong derivatives


def test_the_message_names_the_operation_its_line_and_whom_it_concerns() -> None:
    def L(a: Value, b: Value, c: Value) -> Value:  # noqa: N802
        h = tanh(a * b)
        return h * a + c

    point = (0.7, 1.3, 2.0)
    with broken(TABLE["tanh"], FACTOR), pytest.raises(AssertionError) as raised:
        assert_gradients(L, *point)
    slope = 1.0 / math.cosh(0.91) ** 2
    exact = math.tanh(0.91) + 0.7 * slope * 1.3
    wrong = exact + 0.7 * slope * 1.3
    line = L.__code__.co_firstlineno + 1
    assert str(raised.value).splitlines() == [
        "gradient of L is wrong for input a",
        f"  backward pass   {wrong:.10g}",
        f"  exact           {exact:.10g}    (no digits agree)",
        f"  at fault: tanh, node 2 (test_gradcheck.py:{line}, h = tanh(a * b)): "
        f"local derivative {2 * slope:.5g}, exact {slope:.5g} at 0.91",
        "  the other 3 nodes are right; b is affected through node 2",
    ]


def test_inputs_that_a_wrong_rule_does_not_reach_are_right() -> None:
    with broken(TABLE["sin"], SIGN):
        report = gradcheck(lambda a, b, c: sin(a) * b + c, 0.5, 2.0, 3.0)
        assert [checked.verdict for checked in report.inputs] == [Verdict.WRONG_RULE, Verdict.RIGHT, Verdict.RIGHT]
        assert [(node.operation, node.number) for node in report.faults] == [("sin", 1)]


def test_each_use_of_a_wrong_rule_is_named() -> None:
    with broken(TABLE["sin"], BREAKS[4]):
        report = gradcheck(lambda a: sin(sin(a) + 1.0), 0.5)
        assert [node.operation for node in report.faults] == ["sin", "sin"]
        assert "1e-07" not in str(report)
        assert "sin, node 1" in str(report)
        assert "sin, node 3" in str(report)


def test_a_rule_that_is_wrong_where_it_does_not_matter_is_seen_among_the_nodes() -> None:
    with broken(TABLE["exp"], SIGN):
        report = gradcheck(lambda a: where(0.0, exp(a), a * a), 0.5)
        assert report
        assert [node.verdict for node in report.nodes if node.operation == "exp"] == [Verdict.WRONG_RULE]


def test_a_dropped_addition_in_the_backward_pass_is_blamed_on_no_operation() -> None:
    with forgetful_accumulation():
        report = gradcheck(lambda a, b: a * b + a, 0.5, 2.0)
        assert [checked.verdict for checked in report.inputs] == [Verdict.WRONG_ACCUMULATION, Verdict.RIGHT]
        assert not report.faults
        assert "all local derivatives are right, but the backward pass does not add up" in str(report)


def test_a_compiled_rule_that_is_not_that_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TABLE["tanh"], "pulls", (lambda node, upstream: 2.0 * upstream,))
    report = gradcheck(lambda a, b: tanh(a) * b, 0.5, 2.0)
    assert not report
    assert [node.operation for node in report.faults] == ["tanh"]
    assert report.faults[0].verdict is Verdict.WRONG_ACCUMULATION
    assert "local derivative 2, exact 0.78645" in str(report)


def test_a_rule_that_loses_its_digits_is_right_and_unstable() -> None:
    with broken(TABLE["tanh"], Break("1 - y²", lambda rule: lambda m, x, y: 1.0 - y * y)):
        report = gradcheck(lambda a: tanh(a), 17.0)
        assert report.inputs[0].verdict is Verdict.UNSTABLE
        assert [node.verdict for node in report.nodes] == [Verdict.UNSTABLE]
        assert gradcheck(lambda a: tanh(a), 0.5)


def test_of_a_long_dot_product_some_operands_are_checked_alone() -> None:
    report = gradcheck(lambda x: dot(x, x[::-1]), [0.01 * k + 0.01 for k in range(100)])
    assert [len(node.derivatives) for node in report.nodes] == [23]
    assert all(report.nodes)


def test_adding_up_over_again() -> None:
    x, y = Value(0.1, "x"), Value(3.0)
    L = total([tanh(x * k) * y for k in range(1, 30)]) * 1e-3
    slope = grad(L, x)
    assert adds_up(L, x, slope)
    assert adds_up(L, x, math.nextafter(slope, 1.0))
    assert not adds_up(L, x, slope * (1.0 + 1e-11))
    assert not adds_up(L, x, math.nan)
    assert adds_up(sqrt(y * 0.0), y, math.nan)


# ----------------------------------------------------------------------------------------- kinks and singular points


@pytest.mark.parametrize(
    ("f", "point", "left", "right", "operation"),
    [
        (relu, 0.0, 0.0, 1.0, "relu"),
        (abs, 0.0, -1.0, 1.0, "abs"),
        (lambda x: maximum(x, 2.0 - x), 1.0, -1.0, 1.0, "maximum"),
        (lambda x: abs(x) + tanh(x) + 1e9 * x, 0.0, 1e9, 1e9 + 2.0, "abs"),
        (lambda x: where(x < 1.0, x, 3.0 * x - 2.0), 1.0, 1.0, 3.0, "less"),
        (lambda x: hypot(x, 0.0), 0.0, -1.0, 1.0, ""),
    ],
)
def test_kinks(f: Any, point: float, left: float, right: float, operation: str) -> None:
    checked = gradcheck(f, point).inputs[0]
    assert checked.verdict is Verdict.KINK
    assert checked.left == pytest.approx(left)
    assert checked.right == pytest.approx(right)
    if operation and operation != "less":
        assert f"the choice changes at {operation}, node" in checked.message


def test_a_smooth_choice_is_no_kink() -> None:
    assert gradcheck(lambda x: where(x < 1.0, x**2, 2.0 * x - 1.0), 1.0)
    assert gradcheck(lambda x: x.sigmoid() + x.softplus() + x.gelu(), 0.0)


def test_a_jump() -> None:
    checked = gradcheck(lambda x: x + (x < 1.0), 1.0).inputs[0]
    assert checked.verdict is Verdict.KINK
    assert "jumps" in checked.message


@pytest.mark.parametrize("f", [sqrt, cbrt, lambda x: sqrt(x**4)])
def test_singular_points(f: Any) -> None:
    report = gradcheck(f, 0.0)
    assert report.inputs[0].verdict is Verdict.SINGULAR
    assert "the local derivative of" in report.inputs[0].message


def test_rounding_that_decides_a_choice() -> None:
    # 0.1 × 3 is 0.30000000000000004 in floats; in exact numbers the product is less than that number.
    def f(x: Value) -> Value:
        return maximum(x * 3.0 - 0.30000000000000004, -x * 1e-17)

    checked = gradcheck(f, 0.1).inputs[0]
    assert checked.verdict is Verdict.KINK
    assert "float64 and exact numbers choose differently at maximum" in checked.message


def test_an_if_in_python_on_its_edge_is_a_kink() -> None:
    def f(x: Value) -> Value:
        return x * x if x > 1 else x

    checked = gradcheck(f, 1.0).inputs[0]
    assert checked.verdict is Verdict.KINK
    assert "another path" in checked.message
    assert gradcheck(f, 1.5)
    assert gradcheck(lambda x: x * x if x > 1 else 2.0 * x - 1.0, 1.0)


# ---------------------------------------------------------------------------------------------------- float64's limits


def test_cancellation_is_called_unstable_and_the_node_is_named() -> None:
    report = gradcheck(lambda x: (1.0 - cos(x)) / x**2, 1e-7)
    checked = report.inputs[0]
    assert checked.verdict is Verdict.UNSTABLE
    # Of two numbers that agree to 53 bits, the nearest floats may be neighbours.
    assert checked.rules == pytest.approx(checked.difference, rel=2.0**-52)
    assert checked.rules == pytest.approx(-1e-7 / 12.0, rel=1e-6)
    assert "most are lost at subtract, node 2" in checked.message
    assert all(node.verdict is not Verdict.WRONG_RULE for node in report.nodes)


def test_digits_are_for_the_user_to_ask_for() -> None:
    def f(x: Value) -> Value:
        return exp(x) * (1.0 / (exp(x) - 1.0 - x))

    assert gradcheck(f, 1e-4, digits=5.0)
    assert verdicts(f, 1e-4, digits=14.0) == [Verdict.UNSTABLE]


# ------------------------------------------------------------------------------------------------ functions that misbehave


def test_an_input_that_is_ignored() -> None:
    report = gradcheck(lambda x, y: 3.0 * x, 1.0, 2.0)
    assert report
    assert report.inputs[1].message == "f does not depend on y"


def test_a_function_that_hands_its_input_on() -> None:
    report = gradcheck(lambda x: x, 2.0)
    assert report
    assert [checked.name for checked in report.inputs] == ["∂f/∂x"]
    assert [checked.backward for checked in report.inputs] == [1.0]


def test_a_constant() -> None:
    report = gradcheck(lambda x: 3.0, 2.0)
    assert report
    assert "plain number" in report.notes[0]
    leaf = Value(4.0)
    assert gradcheck(lambda x: leaf, 2.0)


def test_a_random_function() -> None:
    generator = random.Random(1)
    report = gradcheck(lambda x: x * generator.random(), 1.0)
    assert report.verdict is Verdict.NON_DETERMINISTIC
    assert "two runs at the same point gave" in report.inputs[0].message


def test_a_function_that_counts_its_calls() -> None:
    calls = itertools.count()
    assert gradcheck(lambda x: x + next(calls), 1.0).verdict is Verdict.NON_DETERMINISTIC
    counter = itertools.count()
    assert gradcheck(lambda x: where(1.0, x, float(next(counter))), 1.0).verdict is Verdict.NON_DETERMINISTIC


def test_a_function_that_leaves_values() -> None:
    def f(x: Value, y: Value) -> Value:
        return x * math.sin(float(x)) + y

    report = gradcheck(f, 2.0, 1.0)
    assert [checked.verdict for checked in report.inputs] == [Verdict.LEAVES_VALUES, Verdict.RIGHT]
    assert report.inputs[0].difference == pytest.approx(math.sin(2.0) + 2.0 * math.cos(2.0), rel=1e-6)
    line = f.__code__.co_firstlineno + 1
    assert f"(test_gradcheck.py:{line}, return x * math.sin(float(x)) + y)" in report.inputs[0].message
    assert gradcheck(lambda x: math.sin(float(x)), 2.0).verdict is Verdict.LEAVES_VALUES
    assert gradcheck(lambda x: Value(x.data * 2.0) * x, 2.0).verdict is Verdict.LEAVES_VALUES


def test_a_stale_graph() -> None:
    a = Value(2.0, "a")
    L = a * a
    a.data = 3.0
    report = gradcheck(L)
    assert report.verdict is Verdict.STALE
    assert "refresh()" in report.inputs[0].message
    assert report.nodes == ()


def test_the_edge_of_a_domain() -> None:
    def guarded(x: Value) -> Value:
        if float(x) > 1.0:
            raise RuntimeError("outside")
        return x * x

    assert gradcheck(guarded, 1.0)
    report = gradcheck(lambda x: x**1.5, 0.0)
    assert report
    assert "not defined for smaller inputs" in report.inputs[0].message


def test_what_f_raises_at_the_point_is_raised() -> None:
    with pytest.raises(ValueError, match=r"log of x = -1\.0"):
        gradcheck(log, -1.0)


def test_indices_are_left_where_they_are() -> None:
    report = gradcheck(lambda x, k: pick([x[0] * 2.0, x[1] ** 2], k), [1.0, 3.0], 1)
    assert report
    assert report.notes == ("k is an index, which can't move, so it was kept as it is",)
    assert [checked.backward for checked in report.inputs] == [0.0, 6.0]


# ------------------------------------------------------------------------------------------------------- many inputs


def test_directions_and_a_sample_stand_for_many_inputs() -> None:
    report = gradcheck(lambda x: tanh(total(x)) * x[0], [1e-4 * (k + 1) for k in range(200)])
    assert report
    assert len(report.inputs) == 10
    assert [checked.input for checked in report.inputs[8:]] == ["direction 1", "direction 2"]
    assert report.notes[0].startswith("8 of 200 inputs were checked one by one")
    with broken(TABLE["tanh"], SIGN):
        assert not gradcheck(lambda x: tanh(total(x)) * x[0], [1e-4 * (k + 1) for k in range(200)])


def test_a_direction_of_ones_own() -> None:
    report = gradcheck(lambda a, b: a * b, 2.0, 3.0, directions=[[1.0, 10.0]], sample=0)
    assert [(checked.input, checked.backward) for checked in report.inputs] == [("the direction", 23.0)]
    with pytest.raises(ValueError, match="each direction needs 2 numbers"):
        gradcheck(lambda a, b: a * b, 2.0, 3.0, directions=[[1.0]])


def test_a_direction_notices_what_the_backward_pass_forgets() -> None:
    with forgetful_accumulation():
        report = gradcheck(lambda a: a * a + a, 2.0, directions=1, sample=0)
        assert report.verdict is Verdict.WRONG_ACCUMULATION


def test_parameters_are_inputs_too_and_stay_as_they_are() -> None:
    w = Value(0.5, "w")
    earlier = w * 2.0
    report = gradcheck(lambda x: tanh(w * x), 2.0, parameters=[w])
    assert report
    assert [checked.input for checked in report.inputs] == ["x", "w"]
    earlier.backward()
    assert w.gradient == 2.0


# ----------------------------------------------------------------------------------------------------------- mistakes


def test_mistakes_in_the_call() -> None:
    with pytest.raises(ValueError, match="order must be 1 or 2"):
        gradcheck(sin, 1.0, order=3)
    with pytest.raises(TypeError, match="give the point at which to check it"):
        gradcheck(sin)
    with pytest.raises(TypeError, match="takes no point"):
        gradcheck(Value(1.0), 1.0)
    with pytest.raises(TypeError, match="takes a function or a recorded Value"):
        gradcheck(3.0, 1.0)
    with pytest.raises(TypeError, match="not both"):
        gradcheck(sin, 1.0, gradient=[1.0], jacobian=[[1.0]])
    with pytest.raises(TypeError, match="holds no Value and no number"):
        gradcheck(lambda x: None, 1.0)
    with pytest.raises(TypeError, match="parameters must be leaf Values"):
        gradcheck(sin, 1.0, parameters=[Value(1.0) * 2.0])
