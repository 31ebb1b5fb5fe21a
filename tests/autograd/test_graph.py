"""Graphs of any depth and any sharing, and graphs whose leaves have changed."""

from __future__ import annotations

import gc
import itertools
import math
import sys
import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograd import StaleGraphError, Value, dot, functions, grad, log, maximum, pick, sqrt, tanh, total
from autograd.engine.graph import regrouped, topological_order

MILLION = 10**6


def chain(x: Value, length: int) -> Value:
    """x → -x → x → … with a gradient of 1 or -1."""
    for _ in range(length):
        x = -x
    return x


def diamond(x: Value, doublings: int) -> Value:
    for _ in range(doublings):
        x = x + x
    return x


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


# ----------------------------------------------------------------------------------------- promise 4: depth and sharing


@pytest.fixture(scope="module")
def long_chain() -> Iterator[tuple[Value, Value]]:
    gc.disable()
    x = Value(3.0)
    yield x, chain(x, MILLION + 1)
    gc.enable()


def test_a_chain_of_a_million_operations(long_chain: Any) -> None:
    x, y = long_chain
    x.gradient = None
    y.backward()
    assert (y.data, x.gradient) == (-3.0, -1.0)
    assert y.operands[0].gradient == -1.0


def test_a_long_chain_under_a_low_recursion_limit(long_chain: Any) -> None:
    x, y = long_chain
    x.gradient = None
    shorter = chain(x, 10**5)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(depth_of_calls() + 45)
    try:
        with pytest.raises(RecursionError):
            dive(60)
        y.backward()
        assert len(repr(y)) < 60
        assert grad(shorter, [x]) == [1.0]
        shorter.refresh()
        assert len(topological_order(shorter)) == 10**5 + 1
    finally:
        sys.setrecursionlimit(before)
    assert (y.data, x.gradient, shorter.data) == (-3.0, -1.0, 3.0)


def depth_of_calls() -> int:
    """How deep the test runner has nested its calls."""
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def dive(depth: int) -> int:
    return 0 if depth == 0 else 1 + dive(depth - 1)


def test_a_long_chain_in_a_thread_with_a_limit_of_100() -> None:
    """A thread begins with an empty stack, so that the limit of 100 is all there is."""
    outcome: list[Any] = []

    def work() -> None:
        try:
            x = Value(3.0)
            y = chain(x, MILLION + 1)
            y.backward()
            outcome.extend([y.data, x.gradient])
        except BaseException as error:
            outcome.append(error)

    before = sys.getrecursionlimit()
    thread = threading.Thread(target=work)
    try:
        # Refused where the calling thread is deeper already; the limit of a thread that starts later is the same.
        sys.setrecursionlimit(max(100, depth_of_calls() + 30))
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(before)
    assert outcome == [-3.0, -1.0]


def test_a_diamond_of_many_paths_is_exact() -> None:
    x = Value(3.0)
    y = diamond(x, 60)
    y.backward()
    assert (y.data, x.gradient) == (3.0 * 2**60, 2.0**60)
    assert grad(y, x) == 2.0**60
    assert len(topological_order(y)) == 61


def test_a_diamond_of_even_more_paths() -> None:
    x = Value(2.0**-1000)
    diamond(x, 1023).backward()
    assert x.gradient == 2.0**1023


def test_a_leaf_used_a_hundred_thousand_times() -> None:
    x = Value(0.5)
    y = Value(0.0)
    for _ in range(100_000):
        y = y + x
    y.backward()
    assert x.gradient == 100_000.0
    x.gradient = None
    total([x] * 100_000).backward()
    assert x.gradient == 100_000.0
    x.gradient = None
    dot([x] * 100_000, [3.0] * 100_000).backward()
    assert x.gradient == 300_000.0
    # One operand that is used by as many nodes.
    x.gradient = None
    total([x * k for k in range(1000)] * 100).backward()
    assert x.gradient == 100 * 999 * 500


def test_each_node_is_visited_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear time, counted: in a graph with exponentially many paths each pull runs once."""
    visits: Counter[str] = Counter()

    def counted(pull: Callable[[Any, float], float], name: str) -> Callable[[Any, float], float]:
        def count_and_pull(node: Any, upstream: float) -> float:
            visits[name] += 1
            return pull(node, upstream)

        return count_and_pull

    for name in ("divide", "tanh"):
        primitive = tanh(Value(0.0)).primitive if name == "tanh" else (Value(1.0) / 1.0).primitive
        monkeypatch.setattr(primitive, "pulls", tuple(counted(pull, name) for pull in primitive.pulls))
    x = Value(0.5)
    for _ in range(200):
        x = x / x + tanh(x)
    x.backward()
    assert visits == {"divide": 400, "tanh": 200}
    visits.clear()
    grad(x, x.operands[0])
    assert visits == {"divide": 400, "tanh": 200}


# ---------------------------------------------------------------------------------------- promise 4: memory, deletion


def live_values() -> int:
    return sum(type(thing) is Value for thing in gc.get_objects())


def test_dropping_the_root_frees_the_graph(no_collector: None) -> None:
    before = live_values()
    x = Value(1.0)
    y = chain(x, MILLION)
    y.backward()
    assert live_values() - before == MILLION + 1
    del y
    assert live_values() - before == 1


def test_wide_and_shared_graphs_are_freed_too(no_collector: None) -> None:
    before = live_values()
    x = Value(0.5)
    layer = (x, Value(0.25))
    for _ in range(5_000):
        layer = (dot(layer, layer), maximum(layer))
        layer = (tanh(layer[0]), layer[1] * 0.5 + layer[0] * 0.25)
    loss = total(layer)
    loss.backward()
    grad(loss, x)
    slope = grad(loss, x, create_graph=True)
    loss.refresh()
    assert live_values() - before > 40_000
    del layer, loss, slope
    assert live_values() - before == 1


def test_failed_operations_leave_nothing_behind(no_collector: None) -> None:
    before = live_values()
    for _ in range(20):
        x = Value(-1.0)
        y = x * 2
        for fail in (lambda y=y: log(y), lambda y=y: dot([y], [1, 2]), lambda y=y: y / 0, lambda y=y: pick([y], 7)):
            with pytest.raises((ValueError, ArithmeticError, IndexError)):
                fail()
        x.data = 4.0
        with pytest.raises(StaleGraphError):
            y.backward()
        with pytest.raises(StaleGraphError):
            grad(y, x)
        del x, y, fail
    assert live_values() == before


def network_of_plus_and_times(x: Value) -> Value:
    for _ in range(25_000):
        x = (x + x) * x + x
    return x


@pytest.mark.parametrize(
    ("build", "n_nodes"),
    [(lambda x: chain(x, 100_000), 100_000), (network_of_plus_and_times, 75_000), (lambda x: chain(x * x, 99_999), 100_000)],
)
def test_at_most_220_bytes_a_node(build: Callable[[Value], Value], n_nodes: int, no_collector: None) -> None:
    x = Value(1e-9)
    tracemalloc.start()
    try:
        loss = build(x)
        loss.backward()
        bytes_used, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(topological_order(loss)) == n_nodes + 1
    assert bytes_used / n_nodes <= 220
    assert peak / n_nodes <= 220


def test_training_with_the_collector_off_needs_no_more_memory(no_collector: None) -> None:
    w = tuple(Value(math.sin(k)) for k in range(12))
    readout = tuple(Value(math.cos(k)) for k in range(3))
    inputs = [tuple(Value(math.sin(5 * k + j)) for j in range(4)) for k in range(4)]

    def step() -> None:
        loss = Value(0.0)
        for k, x in enumerate(inputs):
            # Not a generator: Python would shrink its tuples, and keep up to 2,000 of them for later use.
            h = tuple([tanh(dot(w[4 * j : 4 * j + 4], x)) for j in range(3)])
            loss = loss + (dot(readout, h) - k / 4) ** 2
        loss.backward()
        for parameter in (*w, *readout):
            assert parameter.gradient is not None
            parameter.data = parameter.data - 0.01 * parameter.gradient
            parameter.gradient = None

    for _ in range(100):
        step()
    n_values = live_values()
    tracemalloc.start()
    try:
        step()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(900):
            step()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert live_values() == n_values
    assert after - before < 5_000  # one step records about 6,000 bytes


# --------------------------------------------------------------------------------------------------------- the order


def test_topological_order_is_that_of_computation() -> None:
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    d = b * c
    e = a + d
    f = e * d
    assert topological_order(f) == [a, b, c, d, e, f]
    assert topological_order(d, e) == [a, b, c, d, e]


@pytest.mark.parametrize("between", [0, 10, 5000])
def test_sparse_ticks(between: int) -> None:
    """Graphs whose nodes were computed with much other work between them."""
    leaves = [Value(float(k + 1)) for k in range(20)]
    frontier: list[Value] = []
    for leaf in leaves:
        frontier.append(leaf * 2)
        for _ in range(between):
            Value(1.0)
    while len(frontier) > 1:
        odd = frontier[len(frontier) // 2 * 2 :]
        frontier = [a * b for a, b in itertools.pairwise(frontier)][::2] + odd
        for _ in range(between):
            Value(1.0)
    output = frontier[0]
    output.backward()
    product = math.prod(2.0 * (k + 1) for k in range(20))
    assert output.data == pytest.approx(product, rel=1e-14)
    for leaf in leaves:
        assert leaf.gradient == pytest.approx(product / leaf.data, rel=1e-13)
    assert grad(output, leaves) == [leaf.gradient for leaf in leaves]


def test_sparse_ticks_across_assignments() -> None:
    """A part that is older than the latest assignment, a part that is younger, and gaps in both."""
    x, other = Value(3.0), Value(1.0)
    h = x * x
    waste = chain(other, 3000)
    k = h * x
    other.data = 2.0
    late = k + h
    chain(other, 9000)
    loss = late * x
    chain(other, 9000)
    loss.backward()
    assert x.gradient == 4 * 27.0 + 3 * 9.0  # x⁴ + x³
    assert (late.gradient, k.gradient, h.gradient) == (3.0, 3.0, 3.0 + 3.0 * 3.0)
    with pytest.raises(StaleGraphError):
        waste.backward()


def test_interleaved_graphs() -> None:
    n = 3000
    roots = [Value(1.0 + k / 8) for k in range(5)]
    outputs = list(roots)
    for _ in range(n):
        outputs = [output + root for output, root in zip(outputs, roots, strict=True)]
    for output, root in zip(outputs, roots, strict=True):
        output.backward()
        assert root.gradient == n + 1


# ------------------------------------------------------------------------------------------------------ stale graphs


def test_an_assigned_leaf_makes_results_stale() -> None:
    x, y = Value(3.0, "x"), Value(4.0, "y")
    y.gradient = 7.0
    product = x * y
    loss = product + 1
    x.data = 5.0
    before = (x.gradient, y.gradient, product.gradient, loss.gradient, product.data, loss.data)
    for use in (loss.backward, product.backward, lambda: grad(loss, x), lambda: topological_order(loss)):
        with pytest.raises(StaleGraphError, match=r"leaf x = 5\.0 was assigned.*multiply.*refresh\(\)"):
            use()
    assert (x.gradient, y.gradient, product.gradient, loss.gradient, product.data, loss.data) == before


def test_stale_below_newer_nodes() -> None:
    x, y = Value(3.0, "x"), Value(4.0)
    old = x * 2
    x.data = 5.0
    loss = old
    for _ in range(2000):
        loss = loss + y
    with pytest.raises(StaleGraphError, match="leaf x"):
        loss.backward()
    assert (x.gradient, y.gradient, old.gradient) == (None, None, None)


def test_stale_on_one_side_only() -> None:
    x, y = Value(3.0), Value(4.0)
    old = x * y
    x.data = 5.0
    fresh = x * y
    with pytest.raises(StaleGraphError):
        (fresh + old).backward()
    assert (x.gradient, y.gradient) == (None, None)
    fresh.backward()
    assert (x.gradient, y.gradient) == (4.0, 5.0)


def test_an_assignment_of_the_same_number_counts_too() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 3.0
    with pytest.raises(StaleGraphError):
        y.backward()


def test_an_unrelated_assignment_does_not_matter() -> None:
    x, other = Value(3.0), Value(1.0)
    y = x * x
    other.data = 2.0
    y.backward()
    z = y + other
    other_result = other * 2
    other.data = 3.0
    y.backward()
    assert x.gradient == 12.0
    for stale in (z, other_result):
        with pytest.raises(StaleGraphError):
            stale.backward()


def test_an_assignment_between_two_uses() -> None:
    x = Value(3.0)
    y = x * 2
    x.data = 4.0
    z = x * 3
    z.backward()
    assert x.gradient == 3.0
    with pytest.raises(StaleGraphError):
        (y * z).backward()


@pytest.mark.parametrize(
    "use",
    [
        lambda a, b: dot((a, b), (b, a)),
        lambda a, b: total([b, b, a]),
        lambda a, b: maximum(b, a),
        lambda a, b: pick([b, b], a),
        lambda a, b: functions.where(a, b, b),
        lambda a, b: b < a,
        lambda a, b: functions.logsumexp([b, a]),
    ],
)
def test_every_kind_of_node_notices(use: Callable[[Value, Value], Value]) -> None:
    a, b = Value(1.0, "changed"), Value(2.0)
    y = use(a, b)
    a.data = 0.0
    with pytest.raises(StaleGraphError, match="leaf changed"):
        y.backward()
    y.refresh()
    y.backward()
    assert y.data == use(Value(0.0), Value(2.0)).data


def test_refresh_recomputes_in_place() -> None:
    x, y = Value(3.0), Value(4.0)
    h = x * y
    loss = (h + 1) / x + dot((h, x), (x, y)) - functions.logsumexp([h, x])
    x.data, y.data = 0.5, -2.0
    loss.refresh()

    def plain(x: float, y: float) -> float:
        h = x * y
        return (h + 1) / x + (h * x + x * y) - (x + math.log1p(math.exp(h - x)))

    assert h.data == -1.0
    assert loss.data == pytest.approx(plain(0.5, -2.0), rel=1e-15)
    loss.backward()
    step = 1e-6
    assert x.gradient == pytest.approx((plain(0.5 + step, -2.0) - plain(0.5 - step, -2.0)) / (2 * step), rel=1e-7)


def test_refresh_gives_the_bits_of_a_new_computation() -> None:
    def compute(x: Value, y: Value) -> Value:
        return functions.softmax([x * y, tanh(x), sqrt(abs(y))])[1] + x**3 / (1 + y * y) + maximum(x, y)

    x, y = Value(0.3), Value(0.7)
    loss = compute(x, y)
    for a, b in [(1.7, -0.2), (-40.0, 3.0), (1e-300, 1e300)]:
        x.data, y.data = a, b
        loss.refresh()
        assert loss.data.hex() == compute(Value(a), Value(b)).data.hex()
    loss.refresh()  # also when there is nothing to do
    loss.backward()


def test_refresh_of_a_leaf_does_nothing() -> None:
    x = Value(3.0)
    x.refresh()
    assert x.data == 3.0


def test_refresh_that_fails_changes_nothing() -> None:
    x = Value(4.0, "x")
    h = x * 2
    root = sqrt(h)
    loss = root + h
    loss.backward()
    x.data = -1.0
    before = (h.data, root.data, loss.data, h.gradient, root.gradient, loss.gradient, x.gradient)
    with pytest.raises(ValueError, match=r"^sqrt of -2\.0: "):  # the new operand, not the old
        loss.refresh()
    assert (h.data, root.data, loss.data, h.gradient, root.gradient, loss.gradient, x.gradient) == before
    with pytest.raises(StaleGraphError):
        loss.backward()
    x.data = 9.0
    loss.refresh()
    assert (h.data, loss.data) == (18.0, math.sqrt(18.0) + 18.0)


def test_refresh_gives_no_silent_nan() -> None:
    w = [Value(1.0, "p"), Value(2.0)]
    y = dot(w, [10.0, 10.0])
    w[0].data, w[1].data = 1.7e308, -1.7e308
    with pytest.raises(OverflowError, match=r"^dot of p = 1\.7e\+308, -1\.7e\+308"):
        y.refresh()
    assert y.data == 30.0
    w[0].data, w[1].data = math.inf, -math.inf  # from infinite operands floats give nan
    y.refresh()
    assert math.isnan(y.data)


def test_refresh_of_a_pick_whose_index_left_the_range() -> None:
    index = Value(1.0)
    y = pick([Value(5.0), Value(6.0)], index)
    for wrong in (2.0, -1.0, 0.5, math.nan):
        index.data = wrong
        with pytest.raises(IndexError, match="pick"):
            y.refresh()
        assert y.data == 6.0
    index.data = 0.0
    y.refresh()
    assert y.data == 5.0


def test_a_refresh_through_one_root_leaves_the_other_stale() -> None:
    x = Value(3.0)
    h = x * x
    first, second = h + 1, h * 2
    x.data = 5.0
    first.refresh()
    first.backward()
    assert x.gradient == 10.0
    for _ in range(2):
        with pytest.raises(StaleGraphError, match=r"node 25\.0 was assigned"):
            second.backward()
    with pytest.raises(StaleGraphError):
        (first + second).backward()
    second.refresh()
    second.backward()
    assert (second.data, x.gradient) == (50.0, 30.0)
    with pytest.raises(StaleGraphError):  # h has been computed again since
        first.backward()


def test_data_of_a_result_cannot_be_assigned() -> None:
    x = Value(3.0)
    y = x * x
    for label, complaint in [("", "a result of multiply"), ("area", "'area', computed by multiply,")]:
        y.label = label
        with pytest.raises(AttributeError, match=f"{complaint} can't be assigned; assign the leaves"):
            y.data = 4.0
    assert y.data == 9.0
    y.backward()


@pytest.mark.parametrize("wrong", [None, "4", 1j, [4.0], Value(4.0)])
def test_a_leaf_takes_real_numbers_only(wrong: Any) -> None:
    x = Value(3.0)
    y = x * x
    with pytest.raises(TypeError):
        x.data = wrong
    assert x.data == 3.0
    y.backward()  # nothing was assigned
    assert x.gradient == 6.0


def test_things_arranged_like_operands() -> None:
    x, y = Value(1.0), Value(2.0)
    assert regrouped(x.exp(), "a") == ("a", None)
    assert regrouped(x * y, "ab") == ("a", "b")
    assert regrouped(total([x, y, y]), "abc") == (("a", "b", "c"), None)
    assert regrouped(dot([x, y], [y, x]), "abcd") == (("a", "b"), ("c", "d"))
    assert regrouped(pick([x, y], Value(1.0)), "abc") == (("a", "b"), "c")
