"""The backward pass: its gradients, its conventions, what it leaves behind, and what may interrupt it."""

from __future__ import annotations

import functools
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hash_seeds import printed_under_hash_seeds
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from autograd import (
    StaleGraphError,
    Value,
    atan2,
    dot,
    functions,
    grad,
    hypot,
    logsumexp,
    maximum,
    mean,
    minimum,
    pick,
    softmax,
    total,
    where,
    xlogy,
)
from autograd.table.operators import OPERATORS
from autograd.table.primitives import TABLE

ROOT = Path(__file__).parents[2]
INF, NAN = math.inf, math.nan


def same(found: Any, expected: float) -> bool:
    return type(found) is float and (found == expected or (found != found and expected != expected))


# ---------------------------------------------------------------------------------------------------- the textbook's graph


def test_the_example_of_the_text() -> None:
    a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    d = 2 * b
    e = a + d
    loss = c * e
    loss.backward()
    assert (d.data, e.data, loss.data) == (2.0, 5.0, -10.0)
    assert (a.gradient, b.gradient, c.gradient, d.gradient, e.gradient, loss.gradient) == (-2.0, -4.0, 5.0, -2.0, -2.0, 1.0)


def test_an_operand_used_twice() -> None:
    x = Value(3.0)
    (x * x + x).backward()
    assert x.gradient == 7.0


def test_backward_of_a_leaf() -> None:
    x = Value(3.0)
    x.backward()
    assert x.gradient == 1.0
    x.backward()
    assert x.gradient == 2.0


def test_constants_take_no_gradient() -> None:
    x = Value(3.0)
    y = x * 2
    y.backward()
    assert y.operands[1].gradient is None


def test_what_the_output_does_not_depend_on_stays_untouched() -> None:
    x, other = Value(3.0), Value(4.0)
    beside = x * other
    (x * 2).backward()
    assert (x.gradient, other.gradient, beside.gradient) == (2.0, None, None)


def test_a_user_may_reset_gradients() -> None:
    x = Value(3.0)
    y = x * x
    y.backward()
    x.gradient = 0.0
    y.backward()
    assert x.gradient == 6.0
    x.gradient = None
    y.backward()
    assert x.gradient == 6.0


# ------------------------------------------------------------------------------------------------------- promise 2

# Operation, operands, gradients of the operands: infinite, undefined, or the convention at a kink.
SINGULAR: list[tuple[Callable[..., Any], tuple[float, ...], tuple[float, ...]]] = [
    (functions.sqrt, (0.0,), (INF,)),
    (lambda x: x**0.5, (0.0,), (INF,)),
    (lambda x: x**2, (0.0,), (0.0,)),
    (lambda x: x**1, (0.0,), (1.0,)),
    (lambda x: x**0, (0.0,), (0.0,)),
    (functions.cbrt, (0.0,), (INF,)),
    (functions.log, (5e-324,), (INF,)),
    (functions.log, (1e-300,), (1 / 1e-300,)),
    (functions.log1p, (-1.0 + 2**-53,), (2.0**53,)),
    (functions.rsqrt, (5e-324,), (-INF,)),
    (functions.reciprocal, (1e-200,), (-INF,)),
    (functions.asin, (1.0,), (INF,)),
    (functions.acos, (-1.0,), (-INF,)),
    (functions.acosh, (1.0,), (INF,)),
    (functions.tan, (math.pi / 2,), (1.0 + math.tan(math.pi / 2) ** 2,)),
    (lambda a, b: a / b, (1.0, 1e-200), (1.0 / 1e-200, -INF)),
    (hypot, (0.0, 0.0), (NAN, NAN)),
    (atan2, (0.0, 0.0), (NAN, NAN)),
    (xlogy, (0.0, 0.0), (-INF, 0.0)),
    (abs, (0.0,), (0.0,)),
    (abs, (-0.0,), (0.0,)),
    (functions.relu, (0.0,), (1.0,)),
    (functions.relu, (-0.0,), (1.0,)),
    (functions.relu, (-5e-324,), (0.0,)),
    (maximum, (2.0, 2.0, 2.0), (1.0, 0.0, 0.0)),
    (minimum, (2.0, 2.0, 2.0), (1.0, 0.0, 0.0)),
    (maximum, (0.0, -0.0), (1.0, 0.0)),
    (lambda a, b: a < b, (2.0, 2.0), (0.0, 0.0)),
    (lambda a, b: a >= b, (2.0, 2.0), (0.0, 0.0)),
    (lambda c, a, b: where(c, a, b), (0.0, 5.0, 7.0), (0.0, 0.0, 1.0)),
    (lambda c, a, b: where(c, a, b), (-2.0, 5.0, 7.0), (0.0, 1.0, 0.0)),
    (lambda *x: logsumexp(x), (INF, 1.0), (1.0, 0.0)),
]


@pytest.mark.parametrize(("operation", "operands", "expected"), SINGULAR)
def test_singular_points_and_kinks(operation: Any, operands: tuple[float, ...], expected: tuple[float, ...]) -> None:
    leaves = [Value(x) for x in operands]
    result = operation(*leaves)
    result.backward()
    assert all(same(leaf.gradient, slope) for leaf, slope in zip(leaves, expected, strict=True)), leaves
    assert all(map(same, grad(result, leaves), expected))


def test_a_selection_shields_from_infinite_gradients() -> None:
    x, y = Value(0.0), Value(4.0)
    functions.sqrt(maximum(x, y * 0.0)).backward()
    assert (x.gradient, y.gradient) == (INF, 0.0)
    z = Value(0.0)
    functions.sqrt(pick([y, z], 1)).backward()
    assert (z.gradient, y.gradient) == (INF, 0.0)


fixed_arity = [primitive for primitive in TABLE.values() if primitive.arity in (1, 2)]
anywhere = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 40.0, 5e-324, 1e-300, 1.7e308, -1.7e308, INF, NAN]) | st.floats()


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(
    leaves=st.lists(anywhere, min_size=3, max_size=3),
    steps=st.lists(st.tuples(st.integers(0, len(fixed_arity) + 7), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8),
)
@example([0.0, 0.0, 0.0], [(len(fixed_arity), 0, 1)])
def test_backward_never_raises(leaves: list[float], steps: list[tuple[int, int, int]]) -> None:
    """Whatever could be recorded can be differentiated; every leaf then has a float for its gradient."""
    inputs = [Value(x) for x in leaves]
    nodes = list(inputs)
    for kind, i, j in steps:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        try:
            if kind < len(fixed_arity):
                primitive = fixed_arity[kind]
                operation = OPERATORS.get(primitive.name) or getattr(functions, primitive.name)
                nodes.append(operation(*(a, b)[: primitive.arity]))
            else:
                n_ary: list[Callable[[], Value]] = [
                    lambda a=a, b=b: dot((a, b), (b, a)), lambda a=a, b=b: total((a, b, a)), lambda a=a, b=b: mean([b, a]),
                    lambda a=a, b=b: logsumexp((a, b)), lambda a=a, b=b: softmax([a, b, a])[0], lambda a=a, b=b: maximum(a, b, 1),
                    lambda a=a, b=b: where(a, b, a), lambda a=a, b=b: pick((a, b), 1),
                ]  # fmt: skip
                nodes.append(n_ary[kind - len(fixed_arity)]())
        except (ArithmeticError, ValueError):
            continue
    output = nodes[-1]
    output.backward()
    for leaf in inputs:
        assert leaf.gradient is None or type(leaf.gradient) is float
    assert all(map(same, grad(output, inputs), [leaf.gradient or 0.0 for leaf in inputs]))


# ------------------------------------------------------------------------------------------------------- promise 3


@pytest.mark.parametrize(
    ("f", "in_high_precision", "x"),
    [
        (functions.tanh, lambda x: mp.sech(x) ** 2, 20.0),
        (functions.tanh, lambda x: mp.sech(x) ** 2, -300.0),
        (functions.sigmoid, lambda x: mp.exp(x) / (1 + mp.exp(x)) ** 2, 40.0),
        (functions.sigmoid, lambda x: mp.exp(x) / (1 + mp.exp(x)) ** 2, -40.0),
        (lambda x: -functions.log(functions.sigmoid(x)), lambda x: -1 / (1 + mp.exp(x)), 30.0),
        (functions.logsigmoid, lambda x: 1 / (1 + mp.exp(x)), 40.0),
        (lambda x: functions.softplus(-functions.softplus(x)), lambda x: -1 / ((1 + mp.exp(-x)) * (2 + mp.exp(x))), 35.0),
        (lambda x: functions.tanh(functions.sinh(x)), lambda x: mp.sech(mp.sinh(x)) ** 2 * mp.cosh(x), 5.0),
        (lambda x: functions.expm1(x) / x, lambda x: (x * mp.exp(x) - mp.expm1(x)) / x**2, 30.0),
        (lambda x: logsumexp([x, 0.0]) - x, lambda x: -1 / (1 + mp.exp(x)), -40.0),
        (lambda x: functions.erfc(x) * 3, lambda x: -6 / mp.sqrt(mp.pi) * mp.exp(-(x**2)), 20.0),
        (lambda x: functions.gelu(x), lambda x: mp.erfc(-x / mp.sqrt(2)) / 2 + x * mp.npdf(x), -20.0),
        (lambda x: functions.silu(functions.silu(x)), lambda x: mp.diff(lambda t: silu(silu(t)), x), 2.0),
        (lambda x: functions.log1p(functions.exp(x)), lambda x: 1 / (1 + mp.exp(-x)), -700.0),
    ],
)  # fmt: skip
def test_tails(f: Callable[[Value], Value], in_high_precision: Callable[[Any], Any], x: float) -> None:
    leaf = Value(x)
    f(leaf).backward()
    with mp.workdps(60):
        expected = in_high_precision(mpf(x))
    assert leaf.gradient is not None
    assert abs(mpf(leaf.gradient) - expected) <= mpf("1e-12") * abs(expected)


def silu(t: Any) -> Any:
    return t / (1 + mp.exp(-t))


@pytest.mark.parametrize("height", [0.0, 1e6, -1e15, 1e300])
def test_logsumexp_of_equal_operands(height: float) -> None:
    x = [Value(height) for _ in range(4)]
    logsumexp(x).backward()
    assert [leaf.gradient for leaf in x] == [0.25] * 4


def test_cross_entropy_of_a_sure_network() -> None:
    """The gradient y - p of the right class has all digits where p is 1 - 10⁻²⁶."""
    z = [Value(60.0), Value(0.0), Value(-1.0)]
    (logsumexp(z) - pick(z, 0)).backward()
    with mp.workdps(60):
        others = mp.exp(-60) + mp.exp(-61)
        assert z[1].gradient is not None
        assert abs(z[1].gradient / (mp.exp(-60) / (1 + others)) - 1) < 1e-12


# ------------------------------------------------------------------------------------------------------- promise 5


def test_two_passes_add_in_leaves_and_leave_results_as_one_would() -> None:
    x = Value(3.0)
    square = x**2
    y = square**2
    y.backward()
    assert (x.gradient, square.gradient, y.gradient) == (108.0, 18.0, 1.0)
    y.backward()
    assert (x.gradient, square.gradient, y.gradient) == (216.0, 18.0, 1.0)


def test_passes_over_graphs_that_share_nodes() -> None:
    x = Value(3.0)
    h = x * x
    first, second = h * 2, h * 5
    first.backward()
    second.backward()
    assert x.gradient == 12.0 + 30.0
    assert h.gradient == 5.0
    assert first.gradient == 1.0


def state(nodes: list[Value]) -> list[Any]:
    return [(v._data, v.gradient, v.label, v._tick, v._first, v._second, v.primitive) for v in nodes]


@pytest.mark.parametrize("create_graph", [False, True])
def test_grad_touches_no_state(create_graph: bool) -> None:
    x, y = Value(3.0), Value(4.0)
    h = x * y
    loss = functions.tanh(h) + dot((x, y), (h, h)) + maximum(x, y)
    x.gradient = 17.0
    nodes = [x, y, h, loss, *loss.operands]
    before = state(nodes)
    found = grad(loss, [x, h], create_graph=create_graph)
    assert state(nodes) == before
    loss.backward()
    assert x.gradient is not None
    x_part = float(found[0])
    assert x.gradient == 17.0 + x_part
    assert h.gradient == float(found[1])


# ------------------------------------------------------------------------------------------------------- promise 6


def interrupt(node: Any, upstream: float) -> float:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("name", "operation"), [("tanh", functions.tanh), ("divide", lambda x: x / 2.0)])
def test_an_interrupted_pass_changes_no_leaf(name: str, operation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, untouched = Value(0.3), Value(0.4), Value(0.5)
    y.gradient = 5.0
    # The pass reaches y and the product before it reaches the operation that is interrupted.
    h = operation(x) * y
    loss = h * y + untouched
    loss.backward()
    expected = (x.gradient, y.gradient, untouched.gradient, h.gradient)
    x.gradient, y.gradient, untouched.gradient = None, 5.0, None
    with monkeypatch.context() as patch:
        patch.setattr(TABLE[name], "pulls", (interrupt, interrupt))
        with pytest.raises(KeyboardInterrupt):
            loss.backward()
    assert (x.gradient, y.gradient, untouched.gradient) == (None, 5.0, None)
    loss.backward()
    assert (x.gradient, y.gradient, untouched.gradient, h.gradient) == expected


REAL_SIGNAL = """
import signal
from autograd import Value, total

class Enough(Exception):
    pass

def handler(*_):
    raise Enough

signal.signal(signal.SIGALRM, handler)
leaves = tuple(Value(1.0) for _ in range(3000))
loss = total(leaves) * 3
interrupted = 0
# The signal comes after delays of many sizes, so at all places of a pass; the outcome must hold at each.
for attempt in range(200):
    for leaf in leaves:
        leaf.gradient = None
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0002 + 0.000037 * attempt)
        while True:
            loss.backward()
    except Enough:
        interrupted += 1
    gradients = {leaf.gradient for leaf in leaves}
    assert len(gradients) == 1, (attempt, gradients)
    assert (gradients.pop() or 0.0) % 3 == 0.0
assert interrupted == 200
print("held")
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no interval timer")
def test_a_real_signal_changes_all_leaves_or_none() -> None:
    done = run_python(REAL_SIGNAL)
    assert done.stdout == "held\n", done.stderr


def run_python(source: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a Python of its own, which finds the package as this one does."""
    return subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=240, cwd=ROOT, env={**os.environ, **environment}
    )


def run_in_threads(functions: list[Callable[[], None]]) -> None:
    """Run all at once, switching between them as often as Python can; raise what one of them raised."""
    errors: list[BaseException] = []
    ready = threading.Barrier(len(functions))

    def guarded(function: Callable[[], None]) -> None:
        try:
            ready.wait(timeout=60)
            function()
        except BaseException as error:
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=guarded, args=(function,)) for function in functions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    if errors:
        raise errors[0]


def train(seed: int) -> list[float]:
    """Some steps of gradient descent, whose numbers depend on every operation."""
    w = [Value(0.1 * (k + seed)) for k in range(5)]
    for step in range(30):
        x = [math.sin(step + k + seed) for k in range(5)]
        loss = (functions.tanh(dot(w, x)) - 0.3) ** 2 + total([each * each for each in w]) * 0.01
        loss.backward()
        for each in w:
            assert each.gradient is not None
            each.data = each.data - 0.1 * each.gradient
            each.gradient = None
    return [each.data for each in w]


def test_threads_with_graphs_of_their_own() -> None:
    expected = [train(seed) for seed in range(6)]
    found: list[list[float]] = [[] for _ in range(6)]

    def work(seed: int) -> None:
        found[seed] = train(seed)

    run_in_threads([functools.partial(work, seed) for seed in range(6)])
    assert found == expected


def test_threads_that_share_leaves() -> None:
    """Every pass adds a whole number to each leaf, so that one lost addition shows."""
    leaves = [Value(1.0) for _ in range(40)]

    def work() -> None:
        for _ in range(100):
            (total(leaves) * 3).backward()

    run_in_threads([work] * 4)
    assert [leaf.gradient for leaf in leaves] == [1200.0] * 40


def test_threads_notice_their_own_stale_graphs() -> None:
    """Assignments in other threads hide none."""

    def work() -> None:
        for k in range(200):
            x = Value(1.0)
            y = x * 2
            x.data = float(k)
            with pytest.raises(StaleGraphError):
                y.backward()
            y.refresh()
            y.backward()
            assert (y.data, x.gradient) == (2.0 * k, 2.0)

    run_in_threads([work] * 4)


# ------------------------------------------------------------------------------------------------------- promise 7

SAME_BITS = """
import hashlib, pickle
from autograd import Value, dot, grad, logsumexp, maximum, softmax, tanh, total

w = [Value(0.1 * k - 0.7, f"w{k}") for k in range(12)]
h = [tanh(dot(w, [((3 * i + 5 * j) % 7) / 3 - 1 for j in range(12)])) for i in range(9)]
loss = logsumexp(h) - softmax(h)[2] + total([a * b for a in h for b in w]) / 7 + maximum(h) ** 2
loss.backward()
parts = [loss.data, *[v.gradient for v in w], *[v.gradient for v in h], *grad(loss, w + h)]
slopes = grad(loss, w, create_graph=True)
parts += [slope.data for slope in slopes] + grad(total(slopes), w)
text = " ".join(part.hex() for part in parts)
print(hashlib.sha256(text.encode() + pickle.dumps([h, loss, {v.label: v for v in w}])).hexdigest())
"""


def test_the_same_bits_under_any_hash_seed() -> None:
    (output,) = printed_under_hash_seeds(SAME_BITS)
    assert len(output) == 65
