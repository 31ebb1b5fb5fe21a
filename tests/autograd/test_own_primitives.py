"""`autograd.primitive`: an operation of the user's own does all that the engine's do, or is refused in a whole sentence."""

from __future__ import annotations

import copy
import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import (
    Value,
    directional_derivative,
    draw,
    expand,
    functions,
    grad,
    gradcheck,
    hessian,
    no_grad,
    step_through,
    vectorize,
)
from autograd.notation.formulas import symbol
from autograd.notation.names import name_of_label
from autograd.notation.plain import to_plain
from autograd.number_systems.formulas import local_derivative_of
from autograd.table.primitives import TABLE

ROOT = Path(__file__).parents[2]


def gudermannian(name: str = "gudermannian", factor: float = 1.0) -> Callable[..., Value]:
    return autograd.primitive(
        name, "gd", lambda m, x: m.atan(m.sinh(x)), lambda m, x, y: factor / m.cosh(x), meaning="The Gudermannian function"
    )


def harmonic() -> Callable[..., Value]:
    return autograd.primitive(
        "harmonic", "H", lambda m, a, b: 2.0 * a * b / (a + b),
        lambda m, a, b, y: (2.0 * m.square(b / (a + b)), 2.0 * m.square(a / (a + b))),
        points=[(1.0, 2.0)], outside=[(1.0, -1.0)], meaning="The harmonic mean",
    )  # fmt: skip


def multiplied(m: Any, numbers: Any) -> Any:
    result = numbers[0]
    for number in numbers[1:]:
        result = result * number
    return result


def product() -> Callable[..., Value]:
    def slopes(m: Any, x: Any, y: Any) -> list[Any]:
        return [multiplied(m, [1.0, *x[:k], *x[k + 1 :]]) for k in range(len(x))]

    return autograd.primitive("product_of_all", "∏", multiplied, slopes, many=True, meaning="x₁ × … × xₙ")


def sine(slope: Callable[[float], float] = math.cos) -> Callable[..., Value]:
    """All its rules are plain Python."""
    return autograd.primitive("sine", "sine", lambda m, x: math.sin(x), lambda m, x, y: slope(x))


def root() -> Callable[..., Value]:
    """The x with x³ + x = a, whose forward rule is plain Python."""

    def newton(m: Any, a: Any) -> Any:
        x = 0.0
        while abs(x**3 + x - a) > 1e-13:
            x -= (x**3 + x - a) / (3.0 * x * x + 1.0)
        return x

    return autograd.primitive("root", "root", newton, lambda m, a, y: 1.0 / (3.0 * y * y + 1.0))


# ------------------------------------------------------------------------------------------------- what it can do


@pytest.mark.parametrize("x", [-2.0, 0.0, 0.7])
def test_it_is_recorded_and_differentiated(x: float) -> None:
    f = gudermannian()
    leaf = Value(x, "x")
    result = f(leaf)
    assert result.primitive is TABLE["gudermannian"] and result.operands == (leaf,)
    assert result.data == math.atan(math.sinh(x)) == f(x).data
    result.backward()
    slope, curve = 1.0 / math.cosh(x), -math.sinh(x) / math.cosh(x) ** 2
    assert leaf.gradient == slope == grad(result, leaf) == directional_derivative(result, [leaf], [1.0])
    assert hessian(result, [leaf])[0][0] == pytest.approx(curve, rel=1e-14)
    with no_grad():
        assert f(leaf).operands == ()


def test_of_two_operands() -> None:
    a, b = Value(1.0, "a"), Value(2.0, "b")
    f = harmonic()
    f(a, b).backward()
    assert (a.gradient, b.gradient) == pytest.approx((8 / 9, 2 / 9))
    with pytest.raises(ZeroDivisionError, match=r"harmonic of a = 1\.0, -1\.0"):
        f(a, -1.0)


def test_of_many_operands() -> None:
    f = product()
    for numbers in ((2.0,), (2.0, 0.0, 4.0), (0.0, 0.0, 3.0), (1.5, -2.0, 3.0, 0.5)):
        leaves = list(map(Value, numbers))
        result = f(leaves)
        assert result.data == math.prod(numbers)
        result.backward()
        expected = [math.prod(numbers[:k] + numbers[k + 1 :]) for k in range(len(numbers))]
        assert [leaf.gradient for leaf in leaves] == expected
        assert gradcheck(lambda *x: f(x), *numbers)
    with pytest.raises(ValueError, match="product_of_all of no operands"):
        f([])


def test_pictures_and_steps() -> None:
    x = Value(0.7, "x")
    result = gudermannian()(x) * 2
    result.backward()
    assert "v₁ = gd(x) = 0.649" in draw(result).text()
    steps = step_through(result)
    assert any("gd(x)" in step.sentence for step in steps)
    assert any("cosh(x)" in step.latex for step in steps) or any("cosh" in step.mathml for step in steps)
    assert expand(result).data == result.data


def test_pictures_and_steps_of_plain_rules() -> None:
    x = Value(0.7, "x")
    result = sine()(x) * 2
    result.backward()
    assert "v₁ = sine(x) = 0.6442" in draw(result).text()
    assert all(step.sentence and step.latex and step.mathml for step in step_through(result))
    operand, value = (symbol(name_of_label(label)) for label in "xy")
    assert [to_plain(slope) for slope in local_derivative_of(TABLE["sine"], [operand], value)] == ["sine′(x)"]


def test_in_the_rules_of_others() -> None:
    gudermannian()
    doubled = autograd.primitive(
        "doubled", "2gd", lambda m, x: 2.0 * m.gudermannian(x), lambda m, x, y: 2.0 / m.cosh(x), spelled_out=True
    )
    x = Value(0.7, "x")
    assert doubled(x).data == 2.0 * math.atan(math.sinh(0.7))
    assert gradcheck(doubled, 0.7)
    assert draw(doubled(x)).text().startswith("L = 2 · gd(x) = ")


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("define", [gudermannian, harmonic])
def test_compiled(define: Callable[[], Callable[..., Value]], exact: bool) -> None:
    f = define()
    n = TABLE[f.__name__].arity
    parameters = [Value(0.5 + k) for k in range(n)]
    program = vectorize(lambda t: f(*(p * t for p in parameters)), 1.0, parameters=parameters, exact=exact)
    loss, gradient = program.value_and_grad(program.parameters.read(), [1.0, 2.0])
    eager = (f(*parameters) + f(*(p * 2.0 for p in parameters))) / 2.0
    assert loss == pytest.approx(eager.data, rel=1e-14)
    assert gradient.tolist() == pytest.approx(grad(eager, parameters), rel=1e-14)


def test_gradcheck_names_a_wrong_one() -> None:
    f = gudermannian("wrong", 1.1)
    report = gradcheck(lambda x: f(x * x) + x, 0.5)
    assert not report
    assert [fault.operation for fault in report.faults] == ["wrong"]
    assert gradcheck(gudermannian(), 0.5)
    assert gradcheck(harmonic(), 1.0, 2.5, order=2)


def test_a_pickle_and_a_copy() -> None:
    x = Value(0.7, "x")
    result = gudermannian()(x)
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result), copy.copy(result)):
        assert other.data == result.data
        assert other.primitive is result.primitive
    program = f"import pickle; pickle.loads({pickle.dumps(result)!r})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert "no primitive is called 'gudermannian'" in done.stderr
    assert "has to be defined with autograd.primitive before" in done.stderr


def test_outside_its_domain_a_recorded_derivative_gives_its_limit() -> None:
    f = autograd.primitive("own_root", "√", lambda m, x: m.sqrt(x), lambda m, x, y: 0.5 / m.own_root(x), outside=[-1.0])
    x = Value(0.0)
    assert grad(f(x), x, create_graph=True).data == math.inf
    with pytest.raises(ValueError, match="own_root of"):
        f(-1.0)


def test_documentation() -> None:
    assert (harmonic().__doc__ or "").startswith("The harmonic mean.\n")
    assert "harmonic(Value(1.0), Value(2.0)).data\n    1.3333333333333333" in (harmonic().__doc__ or "")
    assert harmonic().__name__ == "harmonic"
    assert (sine().__doc__ or "").startswith("sine.\n")


# ------------------------------------------------------------------------------------------------- defined again


def test_a_name_can_be_given_again() -> None:
    x = Value(0.7)
    before = gudermannian()(x)
    again = autograd.primitive("gudermannian", "gd", lambda m, x: 2.0 * x, lambda m, x, y: 2.0)
    assert again(x).data == 1.4
    assert vars(functions)["gudermannian"] is again
    before.backward()
    assert x.gradient == 1.0 / math.cosh(0.7), "what was computed before keeps its rules"
    x.data = 0.5
    before.refresh()
    assert before.data == math.atan(math.sinh(0.5))
    assert copy.deepcopy(before).primitive is before.primitive
    assert gradcheck(lambda: before, parameters=[x])


@pytest.mark.parametrize("exact", [False, True])
def test_everything_follows_a_new_definition(exact: bool) -> None:
    x = Value(0.7)
    programs = []
    for factor in (1.0, 2.0, 3.0):
        f = autograd.primitive(
            "scaled", "sc", lambda m, x, k=factor: k * m.tanh(x), lambda m, x, y, k=factor: k * m.sech2(x), meaning="k tanh x"
        )
        programs.append(vectorize(lambda t, f=f: f(x * t), 1.0, parameters=[x], exact=exact))
        assert gradcheck(f, 0.7)
    for factor, program in zip((1.0, 2.0, 3.0), programs, strict=True):
        loss, gradient = program.value_and_grad([0.7], [1.0])
        assert (loss, gradient[0]) == pytest.approx((factor * math.tanh(0.7), factor / math.cosh(0.7) ** 2), rel=1e-14)


def test_rules_that_are_no_simple_functions() -> None:
    class Scaled:
        def forward(self, m: Any, x: Any) -> Any:
            return 2.0 * x

        def derivatives(self, m: Any, x: Any, y: Any) -> float:
            return 2.0

    def with_options(k: float, m: Any, x: Any, *, offset: float = 1.0) -> Any:
        return k * x + offset

    f = autograd.primitive("own", "own", Scaled().forward, Scaled().derivatives)
    g = autograd.primitive("own2", "own2", partial(with_options, 2.0), lambda m, x, y: 2.0)
    assert (f(3.0).data, g(3.0).data) == (6.0, 7.0)


def test_what_was_computed_before_is_not_taken_for_what_is_defined_now() -> None:
    x = Value(0.7)
    before = gudermannian()(x)
    gudermannian(factor=2.0)
    with pytest.raises(ValueError, match="'gudermannian' has been defined anew since the graph was recorded"):
        pickle.dumps(before)
    with pytest.raises(TypeError, match="gudermannian has been defined anew since this was computed: compute it again"):
        vectorize(lambda: before * 1.0, parameters=[x])


def test_a_definition_that_fails_changes_nothing() -> None:
    f = gudermannian()
    entered = TABLE["gudermannian"]
    with pytest.raises(AttributeError, match="no function 'frobnicate'"):
        autograd.primitive("gudermannian", "gd", lambda m, x: m.frobnicate(x), lambda m, x, y: 1.0)
    assert TABLE["gudermannian"] is entered
    assert vars(functions)["gudermannian"] is f
    with pytest.raises(AttributeError, match="no function 'frobnicate'"):
        autograd.primitive("frobnicated", "f", lambda m, x: m.frobnicate(x), lambda m, x, y: 1.0)
    assert "frobnicated" not in TABLE


# ------------------------------------------------------------------------------------------------- plain Python


@pytest.mark.parametrize("a", [-30.0, 0.0, 2.0, 10.0])
def test_a_plain_forward_rule(a: float) -> None:
    f = root()
    leaf = Value(a)
    x = f(leaf)
    assert x.data**3 + x.data == pytest.approx(a, abs=1e-12)
    (slope,) = grad(x, [leaf], create_graph=True)
    assert slope.data == pytest.approx(1 / (3 * x.data**2 + 1), rel=1e-14)
    assert grad(slope, leaf) == pytest.approx(-6 * x.data / (3 * x.data**2 + 1) ** 3, rel=1e-12, abs=1e-15)
    report = gradcheck(f, a)
    assert report and "the rules of root are plain Python" in report.notes[0]


def test_plain_derivatives() -> None:
    f = sine()
    x = Value(0.5)
    (f(x) * 2).backward()
    assert x.gradient == 2.0 * math.cos(0.5)
    assert gradcheck(lambda x: f(x) * x, 0.5)
    with pytest.raises(TypeError, match="the derivatives of sine can't be recorded: its rule for them is plain Python"):
        grad(f(x), x, create_graph=True)
    with pytest.raises(ValueError, match="sine of inf"):
        f(math.inf)


def test_a_wrong_plain_derivative_is_named() -> None:
    f = sine(lambda x: -math.cos(x))
    report = gradcheck(lambda x: f(x) * x, 0.5)
    assert report.verdict.value == "wrong rule"
    assert [fault.operation for fault in report.faults] == ["sine"]
    assert "at fault: sine, node 1" in str(report)


def test_a_plain_derivative_that_fails_is_nan() -> None:
    f = autograd.primitive("half_power", "√", lambda m, x: math.sqrt(x), lambda m, x, y: 0.5 / math.sqrt(x))
    x = Value(0.0)
    f(x).backward()
    assert x.gradient is not None and math.isnan(x.gradient)


@pytest.mark.parametrize("define", [root, sine])
def test_plain_rules_are_refused_by_compiled_programs(define: Callable[[], Callable[..., Value]]) -> None:
    f = define()
    with pytest.raises(TypeError, match=rf"{f.__name__} can't be compiled: its rules are plain Python"):
        vectorize(lambda t: f(t), 1.0)


def test_a_branch_in_a_rule_is_never_taken_for_all_numbers() -> None:
    """A rule is read as text; ``if`` on what has no number yet must not pass for true."""
    f = autograd.primitive("hinge", "hinge", lambda m, x: x if x > 0.0 else 0.0, lambda m, x, y: 1.0 if x > 0.0 else 0.0)
    for x, slope in ((2.0, 1.0), (-2.0, 0.0)):
        leaf = Value(x)
        result = f(leaf)
        result.backward()
        assert (result.data, leaf.gradient) == (max(x, 0.0), slope)


# ------------------------------------------------------------------------------------------------- what is refused

WRONG: dict[str, tuple[tuple[Any, ...], type[Exception], str]] = {
    "a function of the engine": (("exp", "e"), ValueError, "the name 'exp' is taken by a function of autograd"),
    "a function that is no primitive": (("softmax", "s"), ValueError, "the name 'softmax' is taken"),
    "a function of number systems": (("clipped", "s"), ValueError, "the name 'clipped' is taken"),
    "an operator": (("add", "+"), ValueError, "the name 'add' is taken"),
    "no identifier": (("2x", "2x"), ValueError, "no function can be called '2x'"),
    "a keyword": (("lambda", "λ"), ValueError, "no function can be called 'lambda'"),
    "a private name": (("_f", "f"), ValueError, "no function can be called '_f'"),
    "a number for a name": ((3, "3"), TypeError, "name and symbol are strings, not 3 and '3'"),
    "an empty symbol": (("own", ""), ValueError, "'own' has an empty symbol"),
    "three operands": (("own", "o", lambda m, a, b, c: a), TypeError, "takes 3 operands after the number system m"),
    "no operand": (("own", "o", lambda m: 1.0), TypeError, "takes 0 operands after the number system m"),
    "no function": (("own", "o", 2.0), TypeError, "the forward of 'own' must be a function, not 2.0"),
    "derivatives without y": (("own", "o", lambda m, x: x, lambda m, x: 1.0), TypeError, r"it is derivatives\(m, x, y\)"),
    "a tuple of one": (("own", "o", lambda m, x: x, lambda m, x, y: (1.0,)), TypeError, "must give one number, not in a tuple"),
    "one of two": (("own", "o", lambda m, a, b: a, lambda m, a, b, y: 1.0), TypeError, "must give a pair"),
    "a pair as the result": (("own", "o", lambda m, x: (x, x)), TypeError, "the forward rule of 'own' must give one number"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_refused(case: str) -> None:
    given, kind, message = WRONG[case]
    usual = ("own", "own", lambda m, x: x, lambda m, x, y: 1.0)
    known = dict(TABLE)
    with pytest.raises(kind, match=message):
        autograd.primitive(*given, *usual[len(given) :])
    assert known == TABLE


def test_points_are_tried() -> None:
    with pytest.raises(ValueError, match=r"'own' has two operands, and its point \(1\.0,\) has 1 numbers"):
        autograd.primitive("own", "own", lambda m, a, b: a, lambda m, a, b, y: (1.0, 0.0), points=[(1.0,)])
    with pytest.raises(ValueError, match=r"'own' is said to choose .* derivatives are 2\.0: those of a choice are 1 and 0"):
        autograd.primitive("own", "own", lambda m, x: 2.0 * x, lambda m, x, y: 2.0, points=[1.0], selects=True)
    assert "own" not in TABLE
    chosen = autograd.primitive("own", "own", lambda m, a, b: a, lambda m, a, b, y: (1.0, 0.0), points=[(1.0, 2.0)], selects=True)
    a, b = Value(0.0), Value(0.0)
    chosen(a, functions.sqrt(b)).backward()
    assert (a.gradient, b.gradient) == (1.0, 0.0)
