"""Programs whose loops are scans of JAX give what the eager engine gives, and are no longer for more steps.

`RANDOM_PROGRAMS=2000` checks a fifth as many random programs, with seeds of `RANDOM_PROGRAMS_BASE`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pytest
from loop_programs import LoopProgram
from looping_programs import PROGRAMS, Drawn
from printed_program import Printed
from structured_programs import StructuredProgram

from autograd import Value, dot, exp, minimum, pick, require, sigmoid, square, tanh, total
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.rolled.rolling import roll

jax = pytest.importorskip("jax")
from quick_jit import OPTIONS  # noqa: E402 (it imports JAX)

from autograd.vectorizing.jax.loops.functions import LoopFunctions, functions_of_loops  # noqa: E402 (it imports JAX)

pytestmark = pytest.mark.jax

_M = 4
COUNT = int(os.environ.get("RANDOM_PROGRAMS", "30"))
BASE = os.environ.get("RANDOM_PROGRAMS_BASE") or "fixed"


@pytest.fixture(autouse=True)
def in_doubles() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


class Case(Printed):
    """A function, its functions of JAX, and what the eager engine makes of it."""

    def __init__(self, f: Callable[..., Any], batch: list[Any], parameters: list[Value] | None = None) -> None:
        super().__init__(f, batch, parameters)
        self.functions: LoopFunctions = functions_of_loops(roll(self._recorded), self._recorded, len(self.values))
        self._compiled: dict[Any, Any] = {}

    def arrays(self, m: int = _M) -> list[Any]:
        return self._arrays(m)

    def compute(self, name: str, arrays: list[Any]) -> Any:
        """What one of the two functions gives, compiled once for arrays of one kind."""
        key = name, *((array.shape, array.dtype) for array in arrays)
        if key not in self._compiled:
            self._compiled[key] = compiled(getattr(self.functions, name), self.theta, arrays)
        return jax.tree.map(numpy.array, self._compiled[key](self.theta, arrays))

    def assert_right(self, m: int = _M) -> None:
        self.assert_agrees(m)  # the printed program with the eager engine
        loss, gradient = self.run(m)
        found, found_gradient = self.compute("value_and_grad", self._arrays(m))
        assert found_gradient.shape == gradient.shape
        assert abs(found - loss) <= 1e-12 * max(1.0, abs(loss)), self.source
        largest = max(1.0, numpy.abs(gradient).max(initial=0.0))
        assert numpy.abs(found_gradient - gradient).max(initial=0.0) <= 1e-12 * largest, self.source

    def assert_losses_right(self) -> None:
        losses = self.compute("losses", self.arrays())
        assert losses.shape == (_M,)
        for k in range(_M):
            expected, _ = self.scope["value_and_grad"](self.theta, *[array[k : k + 1] for array in self.arrays()])
            assert abs(losses[k] - expected) <= 1e-12 * max(1.0, abs(expected))

    def jaxpr(self) -> Any:
        return jax.make_jaxpr(self.functions.value_and_grad)(self.theta, self._arrays(_M)).jaxpr


def compiled(f: Callable[..., Any], *operands: Any) -> Any:
    return jax.jit(f).lower(*operands).compile(compiler_options=OPTIONS)


def quickly(f: Callable[..., Any], *operands: Any) -> Any:
    return jax.tree.map(numpy.array, compiled(f, *operands)(*operands))


def equations(jaxpr: Any) -> Iterator[str]:
    """The names of all operations, those in loops once, and functions that have a derivative of their own as one."""
    for equation in jaxpr.eqns:
        yield equation.primitive.name
        if equation.primitive.name == "custom_jvp_call":
            continue
        for parameter in equation.params.values():
            for part in parameter if isinstance(parameter, tuple | list) else [parameter]:
                inner = getattr(part, "jaxpr", part)
                if hasattr(inner, "eqns"):
                    yield from equations(inner)


# ------------------------------------------------------------------------------------------------ programs


def lstm(drawn: Drawn, steps: int) -> tuple[Callable[..., Any], list[Any]]:
    n = 3
    weights = [(drawn.matrix(n, 2, f"W{gate}"), drawn.matrix(n, n, f"U{gate}"), drawn.vector(n, f"b{gate}")) for gate in "iofg"]
    start = drawn.vector(n, "c")

    def f(x: Any, y: Any) -> Value:
        h: list[Any] = [0.0] * n
        c: list[Any] = start
        loss: Any = 0.0
        for t in range(steps):
            i, o, forget, g = (
                [function(dot(W[k], x[t]) + dot(U[k], h) + b[k]) for k in range(n)]
                for function, (W, U, b) in zip((sigmoid, sigmoid, sigmoid, tanh), weights, strict=True)
            )
            c = [forget[k] * c[k] + i[k] * g[k] for k in range(n)]
            h = [o[k] * tanh(c[k]) for k in range(n)]
            loss = loss + square(total(h) - y[t])
        return loss / steps

    return f, [drawn.numbers(steps, 2), drawn.numbers(steps)]


def edit_distance(drawn: Drawn, steps: int) -> tuple[Callable[..., Any], list[Any]]:
    """The cheapest way to make one sequence of the other, of which the first has three numbers."""
    change, gap = drawn.value("change", 0.5, 1.0), drawn.value("gap", 0.2, 0.4)

    def f(x: Any, y: Any) -> Value:
        row: list[Any] = [gap * k for k in range(4)]
        for t in range(steps):
            after: list[Any] = [row[0] + gap]
            for k in range(3):
                after.append(minimum(row[k] + change * square(x[k] - y[t]), row[k + 1] + gap, after[k] + gap))
            row = after
        return row[3]

    return f, [drawn.numbers(3), drawn.numbers(steps)]


def shortest_path(drawn: Drawn, steps: int) -> tuple[Callable[..., Any], list[Any]]:
    w = drawn.matrix(4, 4, "w")

    def f(x: Any) -> Value:
        best = list(x)
        for _ in range(steps):
            best = [minimum([best[i] + square(w[i][j]) for i in range(4)]) for j in range(4)]
        return total([square(one) for one in best])

    return f, [drawn.numbers(4)]


def running_sums(drawn: Drawn, steps: int) -> tuple[Callable[..., Any], list[Any]]:
    a = drawn.value("a")

    def f(x: Any) -> Value:
        sums = [x[0] * a]
        for one in x[1:]:
            sums.append(sums[-1] + one * a)
        return total([tanh(one) for one in sums]) / steps

    return f, [drawn.numbers(steps)]


LONG = {
    **{name: PROGRAMS[name] for name in ("recurrent_network", "runge_kutta")},
    **{made.__name__: made for made in (lstm, edit_distance, shortest_path, running_sums)},
}


@pytest.mark.parametrize("name", LONG)
def test_loops_of_many_steps(name: str) -> None:
    Case(*LONG[name](Drawn(1, _M), 500)).assert_right(2)


@pytest.mark.parametrize("name", ["edit_distance"])
def test_loops_of_some_steps(name: str) -> None:
    Case(*LONG[name](Drawn(1, _M), 50)).assert_right(1)


@pytest.mark.parametrize("name", ["recurrent_network", "runge_kutta", "running_sums"])
def test_loops_of_few_steps_are_written_out(name: str) -> None:
    case = Case(*LONG[name](Drawn(1, _M), 3))
    case.assert_right(2)
    assert "scan" not in set(equations(case.jaxpr()))


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in LONG and "without_labels" not in name])
def test_programs_of_all_kinds(name: str) -> None:
    Case(*PROGRAMS[name](Drawn(1, _M), 9)).assert_right()


@pytest.mark.parametrize("name", ["recurrent_network", "kalman_filter", "choices", "embeddings", "polynomial"])
def test_the_loss_of_each_example(name: str) -> None:
    Case(*PROGRAMS[name](Drawn(1, _M), 9)).assert_losses_right()


@pytest.mark.parametrize("seed", [*[f"{BASE}-{number}" for number in range(COUNT // 5)], "jl-225"])
def test_structured_programs(seed: int) -> None:
    program = StructuredProgram(seed)
    batch = program.batch()
    Case(program, batch, program.given_parameters()).assert_right(_M if batch else 1)


@pytest.mark.parametrize("depth", [3, 4, 5])
def test_loops_of_several_lengths_one_after_the_other(depth: int) -> None:
    """The paths of a soft decision tree make loops of all lengths up to its depth; short ones are written out."""
    drawn = Drawn(1, _M)
    n_choices = 2**depth - 1
    W, b, leaves = drawn.matrix(n_choices, 3), drawn.vector(n_choices), drawn.vector(n_choices + 1)

    def below(node: int, x: Any) -> Any:
        if node >= n_choices:
            return leaves[node - n_choices]
        right = sigmoid(dot(W[node], x) + b[node])
        return right * below(2 * node + 2, x) + (1.0 - right) * below(2 * node + 1, x)

    case = Case(lambda x: below(0, x), [drawn.numbers(3)])
    assert f"for i in range({depth})" in case.source
    case.assert_right()


@pytest.mark.parametrize("seed", ["x-1", "x-3", "x-7"])
def test_programs_with_loops_in_loops(seed: str) -> None:
    program = LoopProgram(seed)
    Case(program, program.batch(), program.given_parameters()).assert_right()


# ------------------------------------------------------------------------------------------------ how long they are


@pytest.mark.parametrize("name", ["recurrent_network", "runge_kutta", "running_sums"])
def test_more_steps_are_no_more_operations(name: str) -> None:
    short, long = [list(equations(Case(*LONG[name](Drawn(1, _M), steps)).jaxpr())) for steps in (50, 500)]
    assert len(short) == len(long) and short.count("scan") == long.count("scan") > 0


def test_a_recurrent_network_is_two_scans_of_few_operations() -> None:
    found = list(equations(Case(*PROGRAMS["recurrent_network"](Drawn(1, _M), 500)).jaxpr()))
    assert found.count("scan") == 2
    assert len(found) < 110


def test_turns_that_need_nothing_of_each_other_are_no_scans() -> None:
    """The states of a hidden Markov model in each step, and the rows of its tables, are computed side by side."""
    found = list(equations(Case(*PROGRAMS["hidden_markov_model"](Drawn(1, _M), 20)).jaxpr()))
    assert found.count("scan") == 2


def test_what_a_turn_hands_on_is_no_history() -> None:
    """A loop that carried arrays of all turns would copy them in each."""
    jaxpr = Case(*PROGRAMS["gated_recurrent_network"](Drawn(1, _M), 50)).jaxpr()
    scans = [equation for equation in jaxpr.eqns if equation.primitive.name == "scan"]
    assert len(scans) == 2
    for scan in scans:
        for result in scan.params["jaxpr"].out_avals:
            assert 50 not in result.shape and 51 not in result.shape


# ------------------------------------------------------------------------------------------------ inside JAX


def test_under_vmap_and_in_second_derivatives() -> None:
    case = Case(*PROGRAMS["scalar_recurrence"](Drawn(1, _M), 6))
    thetas = numpy.stack([case.theta, case.theta * 0.5])
    _, gradients = quickly(jax.vmap(case.functions.value_and_grad, (0, None)), thetas, case.arrays())
    for theta, gradient in zip(thetas, gradients, strict=True):
        assert gradient == pytest.approx(case.scope["value_and_grad"](theta, *case.arrays())[1], rel=1e-12)
    second = jax.jacrev(lambda theta: case.functions.value_and_grad(theta, case.arrays())[1])
    hessian = quickly(second, case.theta)
    assert hessian == pytest.approx(hessian.T, rel=1e-12)
    small = 1e-6
    for k in range(len(case.theta)):
        ends = [case.theta + sign * small * numpy.eye(len(case.theta))[k] for sign in (1, -1)]
        up, down = [case.scope["value_and_grad"](end, *case.arrays())[1] for end in ends]
        assert hessian[k] == pytest.approx((up - down) / (2 * small), rel=1e-6, abs=1e-8)


def test_jax_finds_the_same_gradient_of_the_losses() -> None:
    case = Case(*PROGRAMS["kalman_filter"](Drawn(1, _M), 9))
    by_jax = quickly(jax.grad(lambda theta: case.functions.losses(theta, case.arrays()).mean()), case.theta)
    assert by_jax == pytest.approx(case.run(_M)[1], rel=1e-10)


def test_single_precision_stays_single() -> None:
    case = Case(*PROGRAMS["hidden_markov_model"](Drawn(1, _M), 6))
    theta, arrays = case.theta.astype(numpy.float32), [array.astype(numpy.int32) for array in case.arrays()]
    for x64 in (True, False):
        with jax.enable_x64(x64):
            loss, gradient = quickly(case.functions.value_and_grad, theta, arrays)
        assert loss.dtype == gradient.dtype == numpy.float32
        expected, in_doubles = case.run(_M)
        assert loss == pytest.approx(expected, rel=1e-5)
        assert numpy.abs(gradient - in_doubles).max() < 1e-5 * numpy.abs(in_doubles).max()


# ------------------------------------------------------------------------------------------------ what is refused


def _assert_refused(case: Case, arrays: list[Any], example: int) -> None:
    """One example is nan, and so is all that depends on it; the others are what they were."""
    losses, expected = case.compute("losses", arrays), case.compute("losses", case.arrays())
    others = numpy.arange(_M) != example
    assert math.isnan(losses[example]) and (losses[others] == expected[others]).all() and numpy.isfinite(expected).all()
    loss, gradient = case.compute("value_and_grad", arrays)
    assert math.isnan(loss) and numpy.isnan(gradient).all()


def test_an_index_out_of_range() -> None:
    case = Case(*PROGRAMS["embeddings"](Drawn(1, _M), 9))
    words, y = [array.copy() for array in case.arrays()]
    for wrong in (-1.0, 6.0, 1000.0, 0.5, math.nan):
        words[2, 5] = wrong
        _assert_refused(case, [words, y], 2)
    words[2, 5] = 6
    _assert_refused(case, [words.astype(numpy.int32), y], 2)


def test_a_computed_index_out_of_range() -> None:
    w = [Value(0.1 * k, f"w[{k}]") for k in range(5)]

    def f(x: Any) -> Value:
        h: Any = 0.0
        for t in range(9):
            h = tanh(h + pick(w, x[t] + 1.0))
        return h

    x = numpy.tile(numpy.arange(9.0) % 4, (_M, 1))
    case = Case(f, [x])
    case.assert_right()
    x = x.copy()
    x[1, 7] = 4.0
    _assert_refused(case, [x], 1)
    x[1, 7] = 0.5
    _assert_refused(case, [x], 1)


def test_a_condition_that_is_not_met() -> None:
    w = Value(0.5, "w")

    def f(x: Any) -> Value:
        h: Any = 0.0
        for t in range(9):
            h = tanh(w * h + x[t])
            require(h < 0.9, "h is small")
        return square(h)

    x = numpy.linspace(-0.3, 0.3, 9 * _M).reshape(_M, 9)
    case = Case(f, [x])
    case.assert_right()
    x = x.copy()
    x[3, 4] = 5.0
    _assert_refused(case, [x], 3)


def test_a_division_by_zero_whose_result_is_hidden() -> None:
    """The eager engine raises an error: the infinite number in between, of which tanh makes 1, does not get lost."""
    w = Value(0.5, "w")

    def f(x: Any) -> Value:
        h: Any = w
        for t in range(9):
            h = tanh(h + 1.0 / x[t])
        return square(h) + exp(w * x[0])

    x = numpy.linspace(0.5, 2.0, 9 * _M).reshape(_M, 9)
    case = Case(f, [x])
    case.assert_right()
    x = x.copy()
    x[0, 3] = 0.0
    _assert_refused(case, [x], 0)


def test_programs_with_next_to_nothing_in_them() -> None:
    w, unused = Value(0.5, "w"), Value(2.0, "unused")
    x = numpy.array([1.0, 2.0, 3.0, 4.0])
    Case(lambda x: w, [x]).assert_right()
    Case(lambda x: Value(2.0), [x]).assert_right()
    Case(lambda: w * w + 1.0, []).assert_right(1)
    Case(lambda x: x * 2.0 + w * 0.0, [x], [unused, w]).assert_right()
    recorded = record(lambda x: x * w, (1.0,), None)
    functions = functions_of_loops(roll(recorded), recorded, 3)
    loss, gradient = functions.value_and_grad(numpy.array([0.5, 7.0, 7.0]), [x])
    assert loss == 1.25 and gradient.tolist() == [2.5, 0.0, 0.0]
