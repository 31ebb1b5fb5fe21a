"""The engine's seven promises, as a specification: one short test for each sentence."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import sys
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hash_seeds import printed_under_hash_seeds

from autograd import StaleGraphError, Value, dot, grad, hypot, maximum, no_grad, sqrt, total
from autograd.table.primitives import TABLE


def chain(length: int) -> tuple[Value, Value]:
    """x + 1 + 1 + …, whose derivative is 1."""
    x = y = Value(0.5, "x")
    one = Value(1.0, "one")
    for _ in range(length):
        y = y + one
    return x, y


def diamond(doublings: int = 60) -> tuple[Value, Value]:
    """x doubled again and again: 2ⁿ paths from the output to x."""
    x = y = Value(1.0, "x")
    for _ in range(doublings):
        y = y + y
    return x, y


# 1. Forward values


def test_1_values_are_those_of_plain_floats() -> None:
    a, b = 0.1, -2.7
    x, y = Value(a), Value(b)
    ours = [x + y, x - 3, 3 - x, x * y, 2 * x, x / y, 1 / x, x**2, 2**y, -x, abs(y), x.tanh(), dot([x, y], [y, x])]
    plain = [a + b, a - 3, 3 - a, a * b, 2 * a, a / b, 1 / a, a**2, 2**b, -a, abs(b), math.tanh(a), a * b + b * a]
    assert [v.data.hex() for v in ours] == [p.hex() for p in plain]


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        (lambda x: x / 0, ZeroDivisionError),
        (lambda x: 0 / (x - x), ZeroDivisionError),
        (lambda x: (x * 1e200) ** 2, OverflowError),
        (lambda x: (x - x) ** -1, ZeroDivisionError),
        (lambda x: (x * 1000).exp(), OverflowError),
        (lambda x: (-x).log(), ValueError),
        (lambda x: (-x).sqrt(), ValueError),
        (lambda x: (-8 * x) ** (1 / 3), ValueError),  # plain floats would be complex
    ],
)
def test_1_errors_are_those_of_plain_floats_and_name_the_operands(expression: Callable[[Value], Value], kind: type) -> None:
    with pytest.raises(kind, match=r"\w+ of .*: "):
        expression(Value(1.0, "x"))


def test_1_the_message_has_labels() -> None:
    with pytest.raises(ZeroDivisionError, match=r"divide of a = 1\.0, b = 0\.0: "):
        Value(1.0, "a") / Value(0.0, "b")


def test_1_no_silent_nan_from_finite_operands() -> None:
    with pytest.raises(OverflowError, match="scale the operands down"):
        dot([1e200, 1e200], [Value(1e200), Value(-1e200)])


# 2. Backward never raises


def test_2_infinite_and_undefined_derivatives() -> None:
    x, y, z, zero = Value(0.0), Value(0.0), Value(0.0), Value(0.0)
    total([sqrt(x), y**0.5, hypot(z, zero)]).backward()
    assert x.gradient == math.inf
    assert y.gradient == math.inf
    assert z.gradient is not None and math.isnan(z.gradient)


def test_2_conventions_at_kinks() -> None:
    x, y, a, b = Value(0.0), Value(0.0), Value(2.0), Value(2.0)
    total([x.relu(), abs(y), maximum(a, b)]).backward()
    assert (x.gradient, y.gradient, a.gradient, b.gradient) == (1.0, 0.0, 1.0, 0.0)


# 3. Tails (every primitive: test_primitives.py)


def test_3_tanh_keeps_its_digits_at_20() -> None:
    x = Value(20.0)
    x.tanh().backward()
    assert x.gradient == pytest.approx(1.6993417021166355e-17, rel=1e-14)  # 4/(e²⁰ + e⁻²⁰)², published digits


# 4. Linear, at any depth


def test_4_a_chain_of_a_million_operations() -> None:
    x, y = chain(10**6)
    y.backward()
    assert (x.gradient, y.data) == (1.0, 1000000.5)
    gc.disable()
    try:
        del y
    finally:
        gc.enable()


def test_4_deep_graphs_under_a_low_recursion_limit_and_in_a_thread() -> None:
    found: list[Any] = []

    def work() -> None:
        x, y = chain(100_000)
        y.backward()
        copied = pickle.loads(pickle.dumps(y))
        copied.backward()
        found.extend([x.gradient, grad(y, x), copy.deepcopy(y).data, copied.data, len(repr(y)) < 80])

    limit = sys.getrecursionlimit()
    thread = threading.Thread(target=work)
    try:
        sys.setrecursionlimit(120)
        thread.start()
        thread.join(timeout=120)
    finally:
        sys.setrecursionlimit(limit)
    assert found == [1.0, 1.0, 100000.5, 100000.5, True]


def test_4_a_diamond_of_two_to_the_sixty_paths() -> None:
    x, y = diamond()
    y.backward()
    assert x.gradient == 2.0**60
    for again in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        assert again.operands[0] is again.operands[1]
        again.backward()
        leaf = again
        while leaf.operands:
            leaf = leaf.operands[0]
        assert leaf.gradient == 2.0**61  # what it was pickled with, and as much again


def test_4_a_leaf_used_a_hundred_thousand_times() -> None:
    x = Value(3.0)
    total([x * 2.0 for _ in range(100_000)]).backward()
    assert x.gradient == 200_000.0


def test_4_values_pickled_together_go_on_sharing() -> None:
    a = Value(2.0, "a")
    h = a * a
    leaf, inner, output = pickle.loads(pickle.dumps([a, h, h + a]))
    assert output.operands == (inner, leaf)
    assert inner.operands == (leaf, leaf)
    inner, output = copy.deepcopy((h, h + a))
    assert output.operands[0] is inner


def test_4_deleting_frees_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        _, y = chain(50_000)
        y.backward()
        grown = tracemalloc.get_traced_memory()[0] - before
        del y, _
        assert tracemalloc.get_traced_memory()[0] - before < grown / 100
        assert grown / 50_000 <= 220
    finally:
        tracemalloc.stop()
        gc.enable()


# 5. A second pass


def test_5_leaves_add_and_computed_nodes_are_set() -> None:
    x = Value(3.0)
    inner = x**2
    y = inner**2
    y.backward()
    assert (x.gradient, inner.gradient) == (108.0, 18.0)
    y.backward()
    assert (x.gradient, inner.gradient) == (216.0, 18.0)


def test_5_grad_touches_nothing() -> None:
    x = Value(3.0)
    y = x * x
    assert grad(y, [x, y]) == [6.0, 1.0]
    assert (x.gradient, y.gradient) == (None, None)


# 6. Interruptions and threads


def test_6_an_interrupted_pass_changes_no_leaf(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = Value(0.3), Value(0.4)
    output = b * (a.tanh() + b)
    a.gradient, b.gradient = 5.0, None

    def interrupt(node: Value, upstream: float) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(TABLE["tanh"], "pulls", (interrupt,))
    with pytest.raises(KeyboardInterrupt):
        output.backward()
    assert (a.gradient, b.gradient) == (5.0, None)


def test_6_threads_share_leaves_and_a_pause_stays_in_its_thread() -> None:
    shared = Value(2.0)
    paused = threading.Event()
    done = threading.Event()

    def pause() -> None:
        with no_grad():
            paused.set()
            done.wait(timeout=60)

    def work() -> None:
        for _ in range(500):
            (shared * 3.0).backward()

    sleeper = threading.Thread(target=pause)
    sleeper.start()
    assert paused.wait(timeout=60)
    workers = [threading.Thread(target=work) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(timeout=60)
    done.set()
    sleeper.join(timeout=60)
    assert shared.gradient == 4 * 500 * 3.0


# 7. The same bits


def test_7_the_same_bits_under_every_hash_seed() -> None:
    program = (
        "from autograd import Value, softmax, total, dot, grad\n"
        "xs = [Value(0.1 * k, f'x{k}') for k in range(9)]\n"
        "L = total(softmax([dot(xs, xs[k:] + xs[:k]) for k in range(9)])[:4]) * xs[3].exp()\n"
        "L.backward()\n"
        "print(L.data.hex(), [x.gradient.hex() for x in xs], [g.data.hex() for g in grad(L, xs, create_graph=True)])\n"
    )
    answers = printed_under_hash_seeds(program)
    assert len(answers) == 1
    assert b"0x" in answers.pop()


# Stale graphs


def test_a_stale_graph_is_refused_and_nothing_changes() -> None:
    a, b = Value(3.0, "a"), Value(1.0, "b")
    output = a * b
    output.backward()
    a.data = 4
    with pytest.raises(StaleGraphError, match=r"leaf a = 4\.0 .*refresh\(\)"):
        output.backward()
    assert (a.gradient, b.gradient, output.gradient) == (1.0, 3.0, 1.0)
    output.refresh()
    output.backward()
    assert (output.data, b.gradient) == (4.0, 7.0)


def test_a_node_made_after_the_assignment_does_not_hide_a_stale_one() -> None:
    a = Value(3.0, "a")
    h = a * a
    a.data = 4.0
    with pytest.raises(StaleGraphError, match="leaf a"):
        (h + a).backward()
    assert a.gradient is None


def test_an_assignment_elsewhere_disturbs_nothing() -> None:
    a, other = Value(3.0), Value(1.0)
    output = a * a
    other.data = 2.0
    (output + other).backward()
    assert (a.gradient, other.gradient) == (6.0, 1.0)


def test_graphs_whose_nodes_lie_far_apart_in_time() -> None:
    leaves = [Value(float(k)) for k in range(300)]
    terms = []
    for leaf in leaves:
        terms.append(leaf * 2.0)
        for _ in range(30):
            leaf + 1.0  # other work, which takes ticks
    total(terms).backward()
    assert {leaf.gradient for leaf in leaves} == {2.0}


def test_a_refresh_that_fails_changes_nothing() -> None:
    x = Value(2.0, "x")
    h = x * 3.0
    y = h.log()
    x.data = -1.0
    with pytest.raises(ValueError, match=r"log of -3\.0"):
        y.refresh()
    assert (h.data, y.data) == (6.0, math.log(6.0))


def test_a_thousand_steps_in_flat_memory_without_the_collector() -> None:
    w = [Value(0.1 * k) for k in range(5)]

    def step() -> None:
        loss = (dot(w, (1.0, 2.0, 3.0, 4.0, 5.0)).tanh() - 0.5) ** 2
        for parameter in w:
            parameter.gradient = None
        loss.backward()
        for parameter in w:
            assert parameter.gradient is not None
            parameter.data = parameter.data - 0.01 * parameter.gradient

    gc.disable()
    try:
        for _ in range(50):
            step()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(1000):
            step()
        assert tracemalloc.get_traced_memory()[0] - before < 5000
    finally:
        tracemalloc.stop()
        gc.enable()
