"""Many steps in one call of machine code, against the same steps taken one by one with NumPy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy
import pytest

pytest.importorskip("llvmlite")

from autograd.vectorizing.native.machine import compile_module, lanes
from autograd.vectorizing.native.steps import StepKernel, Steps, spans_of
from autograd.vectorizing.native.steps_formula import UpdateFormula
from autograd.vectorizing.native.steps_module import module_of
from autograd.vectorizing.native.steps_notes import FormulaNotes

N_WEIGHTS = 11

# A linear regression by hand: the mean of (w·x - y)², and its gradient. The status is that of the first number of x of the batch
# where it is above 100, so that a test can ask for any.
REGRESSION = f"""
define i64 @kernel(ptr %theta, ptr %gradient, ptr %inputs, i64 %m, ptr %scratch, ptr %results) {{
entry:
  %x = load ptr, ptr %inputs
  %y.at = getelementptr ptr, ptr %inputs, i64 1
  %y = load ptr, ptr %y.at
  %number = sitofp i64 %m to double
  %first = load double, ptr %x
  %is_wrong = fcmp ogt double %first, 100.0
  %code = fptosi double %first to i64
  %status = select i1 %is_wrong, i64 %code, i64 0
  br label %clear
clear:
  %p = phi i64 [0, %entry], [%p1, %clear]
  %p.at = getelementptr double, ptr %gradient, i64 %p
  store double 0.0, ptr %p.at
  %p1 = add i64 %p, 1
  %p.more = icmp slt i64 %p1, {N_WEIGHTS}
  br i1 %p.more, label %clear, label %example
example:
  %i = phi i64 [0, %clear], [%i1, %after]
  %loss = phi double [0.0, %clear], [%loss1, %after]
  %row = mul i64 %i, {N_WEIGHTS}
  br label %predict
predict:
  %k = phi i64 [0, %example], [%k1, %predict]
  %sum = phi double [0.0, %example], [%sum1, %predict]
  %w.at = getelementptr double, ptr %theta, i64 %k
  %w = load double, ptr %w.at
  %xi = add i64 %row, %k
  %x.at = getelementptr double, ptr %x, i64 %xi
  %xk = load double, ptr %x.at
  %term = fmul double %w, %xk
  %sum1 = fadd double %sum, %term
  %k1 = add i64 %k, 1
  %k.more = icmp slt i64 %k1, {N_WEIGHTS}
  br i1 %k.more, label %predict, label %differ
differ:
  %yi.at = getelementptr double, ptr %y, i64 %i
  %yi = load double, ptr %yi.at
  %d = fsub double %sum1, %yi
  %d2 = fmul double %d, %d
  %share = fdiv double %d2, %number
  %loss1 = fadd double %loss, %share
  %twice = fadd double %d, %d
  %upstream = fdiv double %twice, %number
  br label %push
push:
  %q = phi i64 [0, %differ], [%q1, %push]
  %xj = add i64 %row, %q
  %xj.at = getelementptr double, ptr %x, i64 %xj
  %xq = load double, ptr %xj.at
  %part = fmul double %upstream, %xq
  %g.at = getelementptr double, ptr %gradient, i64 %q
  %g = load double, ptr %g.at
  %g1 = fadd double %g, %part
  store double %g1, ptr %g.at
  %q1 = add i64 %q, 1
  %q.more = icmp slt i64 %q1, {N_WEIGHTS}
  br i1 %q.more, label %push, label %after
after:
  %i1 = add i64 %i, 1
  %i.more = icmp slt i64 %i1, %m
  br i1 %i.more, label %example, label %square
square:
  %r = phi i64 [0, %after], [%r1, %square]
  %squares = phi double [0.0, %after], [%squares1, %square]
  %r.at = getelementptr double, ptr %gradient, i64 %r
  %gr = load double, ptr %r.at
  %gr2 = fmul double %gr, %gr
  %squares1 = fadd double %squares, %gr2
  %r1 = add i64 %r, 1
  %r.more = icmp slt i64 %r1, {N_WEIGHTS}
  br i1 %r.more, label %square, label %end
end:
  store double %loss1, ptr %results
  %squares.at = getelementptr double, ptr %results, i64 1
  store double %squares1, ptr %squares.at
  ; What scratch is for: it has to be there, and aligned.
  store <8 x double> zeroinitializer, ptr %scratch, align 64
  ret i64 %status
}}
"""

Update = Callable[[Any, Any, Sequence[Any], Any], tuple[Any, Sequence[Any]]]


def recorded(make: Callable[..., Update], settings: Sequence[float], n_states: int) -> UpdateFormula:
    notes = FormulaNotes(n_states, len(settings))
    return notes.formula(*make(*notes.settings)(notes.number, notes.gradient, notes.states, notes.t))


def descent(rate: Any, momentum: Any, decay: Any) -> Update:
    def update(number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        velocity = momentum * states[0] + (gradient + decay * number)
        return number - rate * velocity, [velocity]

    return update


def adam(rate: Any, beta1: Any, beta2: Any, epsilon: Any) -> Update:
    def update(number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        m = beta1 * states[0] + (1.0 - beta1) * gradient
        v = beta2 * states[1] + (1.0 - beta2) * (gradient * gradient)
        return number - rate * (m / (1.0 - beta1**t)) / (numpy.sqrt(v / (1.0 - beta2**t)) + epsilon), [m, v]

    return update


def signs(rate: Any, bound: Any) -> Update:
    """What else a formula may do."""

    def update(number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        kept = numpy.where(gradient * states[0] < 0.0, 0.5 * states[1], numpy.minimum(1.25 * states[1] + 0.001 / t, bound))
        agrees = (gradient * states[0] >= 0.0) * 1.0
        step = rate * numpy.sign(gradient) * abs(kept) + numpy.clip(gradient**2, 0.0, 1e-3) * agrees
        slower = numpy.where(t % 3 == 0, 0.1, 1 / t**0.5)
        return numpy.where(agrees, number - slower * step, -(0.0 - number)), [gradient, numpy.maximum(kept, 1e-6)]

    return update


FORMULAS: dict[str, tuple[Callable[..., Update], list[float], int]] = {
    "descent": (descent, [0.05, 0.9, 0.01], 1),
    "Adam": (adam, [0.05, 0.9, 0.999, 1e-8], 2),
    "signs": (signs, [0.5, 0.1], 2),
}


class Problem:
    """A regression, the same steps by hand, and the arrays that both move."""

    def __init__(self, name: str, n_examples: int = 12, batch_size: int = 12, moving: Sequence[int] | None = None) -> None:
        self.make, self.settings, n_states = FORMULAS[name]
        random = numpy.random.default_rng(7)
        self.x = random.normal(size=(n_examples, N_WEIGHTS))
        self.y = random.normal(size=n_examples)
        self.theta = random.normal(size=N_WEIGHTS)
        self.states = numpy.zeros((n_states, N_WEIGHTS))
        self.batch_size = batch_size
        self.moving = moving
        self.t = 0
        machine = compile_module(REGRESSION, level=0)
        self.kernel = StepKernel(machine.address("kernel"), N_WEIGHTS, (N_WEIGHTS, 1), 64, machine)

    def steps(self) -> Steps:
        formula = recorded(self.make, self.settings, len(self.states))
        return Steps(formula, lambda m: self.kernel, self.theta, self.states, self.moving, [self.x, self.y], self.batch_size)

    def batches(self, orders: Any = None) -> Any:
        """The places of the examples of each batch, without end unless there are orders."""
        for order in itertools.repeat(numpy.arange(len(self.x))) if orders is None else orders:
            for start in range(0, len(self.x), self.batch_size):
                yield order[start : start + self.batch_size]

    def step_by_hand(self, places: Any) -> float:
        """One step with NumPy, each sum in the kernel's order, and the mean loss before it."""
        loss, gradient = 0.0, numpy.zeros(N_WEIGHTS)
        for x, y in zip(self.x[places], self.y[places], strict=True):
            prediction = 0.0
            for weight, number in zip(self.theta.tolist(), x.tolist(), strict=True):
                prediction += weight * number
            loss += (prediction - y) ** 2 / len(places)
            gradient += 2.0 * (prediction - y) / len(places) * x
        self.t += 1
        moves = slice(None) if self.moving is None else list(self.moving)
        kept = [state[moves] for state in self.states]
        moved, states = self.make(*self.settings)(self.theta[moves], gradient[moves], kept, self.t)
        self.theta[moves] = moved
        for state, new in zip(self.states, states, strict=True):
            state[moves] = new
        return float(loss)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("moving", [None, [*range(9)], [1, 4, 5, 6, 7, 8, 10], []])
def test_steps_are_those_that_numpy_takes_to_the_bit(name: str, moving: Any) -> None:
    problem, by_hand = Problem(name, moving=moving), Problem(name, moving=moving)
    losses = numpy.zeros(40)
    steps = problem.steps()
    steps.run(problem.settings, 0, losses)
    expected = [by_hand.step_by_hand(places) for places in itertools.islice(by_hand.batches(), 40)]
    assert steps.taken() == 40
    assert problem.theta.tolist() == by_hand.theta.tolist()
    assert problem.states.tolist() == by_hand.states.tolist()
    assert losses.tolist() == pytest.approx(expected, rel=1e-13)
    assert moving == [] or losses[-1] < losses[0]


@pytest.mark.parametrize("n_lanes", [1, 2, 8])
def test_the_bits_are_the_same_whatever_the_processor_computes_side_by_side(
    monkeypatch: pytest.MonkeyPatch, n_lanes: int
) -> None:
    results = []
    for patched in (False, True):
        if patched:
            monkeypatch.setattr("autograd.vectorizing.native.steps.lanes", lambda: n_lanes)
        problem = Problem("signs", 12, 5)
        steps = problem.steps()
        orders = steps.orders(numpy.zeros((4, 11), numpy.int64))
        steps.run(problem.settings, 0, numpy.zeros(12), 0, orders)
        assert steps.taken() == 12
        results.append((problem.theta.tolist(), problem.states.tolist()))
    assert results[0] == results[1]


@pytest.mark.parametrize("is_ordered", [False, True])
@pytest.mark.parametrize("batch_size", [1, 4, 5, 11, 12])
def test_batches_are_rows_of_the_examples_and_calls_may_end_anywhere(batch_size: int, is_ordered: bool) -> None:
    problem, by_hand = (Problem("Adam", 12, batch_size) for _ in range(2))
    n_epochs, n_batches = 4, -(-12 // batch_size)
    random = numpy.random.default_rng(1)
    orders = numpy.array([random.permutation(12) for _ in range(n_epochs)], numpy.int64) if is_ordered else None
    expected = [by_hand.step_by_hand(places) for places in itertools.islice(by_hand.batches(orders), n_epochs * n_batches)]
    steps, losses, done = problem.steps(), [], 0
    for length in itertools.cycle([1, 3, 2, 5]):
        here = numpy.zeros(min(length, n_epochs * n_batches - done))
        if not here.size:
            break
        epoch, first = divmod(done, n_batches)
        steps.run(problem.settings, done, here, first, None if orders is None else orders[epoch:])
        assert steps.taken() == len(here)
        done += len(here)
        losses += here.tolist()
    assert problem.theta.tolist() == by_hand.theta.tolist()
    assert losses == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("place", "number"), [("x", 101.0), ("x", math.nan), ("y", math.inf), ("y", 1e200), ("x", -1e160), ("x", -1e150)]
)
def test_a_step_that_is_not_fine_ends_the_call_before_anything_moves(place: str, number: float) -> None:
    """A status, a loss or a gradient that is not finite; squares that overflow where the gradient doesn't."""
    problem, by_hand = (Problem("Adam", 12, 3) for _ in range(2))
    getattr(problem, place).reshape(12, -1)[6, 0] = number
    losses = numpy.full(9, -1.0)
    steps = problem.steps()
    steps.run(problem.settings, 0, losses)
    assert steps.taken() == 2
    for places in itertools.islice(by_hand.batches(), 2):
        by_hand.step_by_hand(places)
    assert problem.theta.tolist() == by_hand.theta.tolist()
    assert problem.states.tolist() == by_hand.states.tolist()
    assert losses[2:].tolist() == [-1.0] * 7
    # The batch after it is fine.
    steps.run(problem.settings, 2, losses, 3)
    assert steps.taken() == 3, "the next epoch comes to the same batch"


def test_settings_are_read_anew_and_the_machine_code_stays() -> None:
    problem = Problem("descent")
    steps = problem.steps()
    before = problem.theta.copy()
    steps.run([0.0, 0.0, 0.0], 0, numpy.zeros(3))
    assert problem.theta.tolist() == before.tolist()
    steps.run([0.1, 0.0, 0.0], 0, numpy.zeros(3))
    assert problem.theta.tolist() != before.tolist()


def test_what_python_can_not_compute_ends_the_call() -> None:
    """A power overflows in floats, and a formula that is computed as it is says so."""

    def growing(base: Any) -> Update:
        return lambda number, gradient, states, t: (number - 1e-9 / base**t * gradient, [])

    problem = Problem("descent")
    formula = recorded(growing, [1e100], 0)
    steps = Steps(formula, lambda m: problem.kernel, problem.theta, numpy.zeros((0, N_WEIGHTS)), None, [problem.x, problem.y], 12)
    steps.run([1e100], 0, numpy.zeros(10))
    assert steps.taken() == 3
    steps.run([0.0], 0, numpy.zeros(10))
    assert steps.taken() == 0, "a division by zero"


@pytest.mark.parametrize(
    ("message", "changed"),
    [
        ("float64 of shape", {"theta": numpy.zeros(N_WEIGHTS, numpy.float32)}),
        ("float64 of shape", {"theta": numpy.zeros(2 * N_WEIGHTS)[::2]}),
        ("float64 of shape", {"states": numpy.zeros((1, N_WEIGHTS))}),
        ("float64 of shape", {"inputs": [numpy.zeros((12, N_WEIGHTS)), numpy.zeros(11)]}),
        ("float64 of shape", {"inputs": [[0.0], [0.0]]}),
        ("takes 11 parameters", {"theta": numpy.zeros(12), "states": numpy.zeros((2, 12))}),
        (r"inputs of \(11, 1\) numbers", {"inputs": [numpy.zeros((12, N_WEIGHTS)), numpy.zeros((12, 2))]}),
        (r"inputs of \(11, 1\) numbers", {"inputs": [numpy.zeros((12, N_WEIGHTS))]}),
        ("batch_size must be from 1 to 12", {"batch_size": 13}),
        ("batch_size must be from 1 to 12", {"batch_size": 0}),
    ],
)  # fmt: skip
def test_arrays_of_another_shape_or_type_are_refused(message: str, changed: dict[str, Any]) -> None:
    problem = Problem("Adam")
    formula = recorded(problem.make, problem.settings, 2)
    given: dict[str, Any] = {
        "theta": problem.theta, "states": problem.states, "moving": None, "inputs": [problem.x, problem.y], "batch_size": 12,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        Steps(formula, lambda m: problem.kernel, **{**given, **changed})


@pytest.mark.parametrize(
    ("error", "arguments"),
    [
        (ValueError, {"losses": numpy.zeros(3, int)}),
        (ValueError, {"losses": [0.0]}),
        (ValueError, {"first_batch": 3}),
        (ValueError, {"first_batch": -1}),
        (ValueError, {"orders": numpy.zeros((1, 12), numpy.int32)}),
        (ValueError, {"orders": numpy.zeros((1, 11), numpy.int64)}),
        (ValueError, {"orders": numpy.zeros((2, 12), numpy.int64), "losses": numpy.zeros(6), "first_batch": 1}),
        (IndexError, {"orders": numpy.full((1, 12), 12)}),
        (IndexError, {"orders": numpy.full((1, 12), -1)}),
    ],
)
def test_what_the_machine_code_can_not_check_is_checked_before(error: type[Exception], arguments: dict[str, Any]) -> None:
    problem = Problem("Adam", 12, 4)
    before = problem.theta.copy()
    steps = problem.steps()
    with pytest.raises(error):
        steps.run(problem.settings, 0, **{"losses": numpy.zeros(3), **arguments})
    assert steps.taken() == 0
    assert problem.theta.tolist() == before.tolist()


@pytest.mark.parametrize("beta", [0.9, 0.999, 1.0 - 1e-12, 1.0, 1.5, 0.0, -0.9, 1e-300])
@pytest.mark.parametrize("has_power", [True, False])
def test_powers_of_settings_are_those_of_python(monkeypatch: pytest.MonkeyPatch, has_power: bool, beta: float) -> None:
    """The function of the C library gives them, or Python itself."""
    if not has_power:
        monkeypatch.setattr("autograd.vectorizing.native.steps.address_of_power", lambda: None)

    def decaying(beta: Any) -> Update:
        return lambda number, gradient, states, t: (number, [beta**t + 0.0 * gradient])

    problem = Problem("descent")
    steps = Steps(
        recorded(decaying, [beta], 1), lambda m: problem.kernel, problem.theta, problem.states, None, [problem.x, problem.y], 12
    )
    losses = numpy.zeros(5000)
    steps.run([beta], 0, losses)
    n_steps = steps.taken()
    assert n_steps == (5000 if beta <= 1.0 else 1750)
    assert set(problem.states.ravel().tolist()) == {beta**n_steps}
    for t in range(n_steps, n_steps + 40) if beta <= 1.0 else ():
        steps.run([beta], t, losses[:1])
        assert set(problem.states.ravel().tolist()) == {beta ** (t + 1)}


def test_orders_come_of_exchanges() -> None:
    steps = Problem("descent", 12, 5).steps()
    random = numpy.random.default_rng(2)
    others = numpy.array([[random.integers(last + 1) for last in range(11, 0, -1)] for _ in range(7)], numpy.int64)
    expected = []
    for row in others.tolist():
        order = list(range(12))
        for last, other in zip(range(11, 0, -1), row, strict=True):
            order[last], order[other] = order[other], order[last]
        expected.append(order)
    assert steps.orders(others).tolist() == expected
    assert steps.orders(others[:0]).tolist() == []


@pytest.mark.parametrize(
    ("error", "others"),
    [
        (ValueError, numpy.zeros((2, 12), numpy.int64)),
        (ValueError, numpy.zeros((2, 11))),
        (IndexError, numpy.full((1, 11), -1)),
        (IndexError, numpy.full((1, 11), 11)),
    ],
)
def test_exchanges_that_there_can_not_be(error: type[Exception], others: Any) -> None:
    with pytest.raises(error):
        Problem("descent").steps().orders(others)


@pytest.mark.parametrize("places", [[], [0], [0, 1, 2, 3], [3, 0], [3, 2, 0]])
def test_spans_hold_just_the_places(places: list[int]) -> None:
    spans = spans_of(places, 4).tolist()
    assert sorted(places) == [place for start, stop in spans for place in range(start, stop)]
    assert all(stop < start for (_, stop), (start, _) in itertools.pairwise(spans))


def test_places_that_there_are_not() -> None:
    with pytest.raises(IndexError, match="from 0 to 3"):
        spans_of([4], 4)


def test_the_module_depends_on_the_formula_alone() -> None:
    """One compilation serves all programs, batches and settings."""
    one, other = (recorded(adam, [0.0] * 4, 2) for _ in range(2))
    assert one == other
    assert module_of(one, lanes()) == module_of(other, lanes())
    assert module_of(one, 2) != module_of(recorded(descent, [0.0] * 3, 1), 2)
