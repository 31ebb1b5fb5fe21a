"""Pickles and deep copies of graphs of any depth: what was shared is shared, what was stale is stale."""

from __future__ import annotations

import copy
import gc
import io
import math
import pickle
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from autograd import StaleGraphError, Value, dot, logsumexp, maximum, pick, tanh, total, where
from autograd.engine import graph
from autograd.engine.graph import topological_order

Duplicate = Callable[[Any], Any]


def by_pickle(protocol: int, in_python: bool = False) -> Duplicate:
    def duplicate(thing: Any) -> Any:
        if not in_python:
            return pickle.loads(pickle.dumps(thing, protocol))
        stream = io.BytesIO()
        pickle._Pickler(stream, protocol).dump(thing)
        return pickle._Unpickler(io.BytesIO(stream.getvalue())).load()

    return duplicate


DUPLICATES = {
    "deepcopy": copy.deepcopy,
    **{f"pickle {protocol}": by_pickle(protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)},
    "pickle in Python": by_pickle(pickle.HIGHEST_PROTOCOL, in_python=True),
}
every_way = pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES.keys())
both_ways = pytest.mark.parametrize("duplicate", [copy.deepcopy, by_pickle(4)], ids=["deepcopy", "pickle"])


def some_graph() -> tuple[Value, Value, Value]:
    a, b = Value(0.1, "a"), Value(-2.5, "b")
    h = tanh(dot((a, b), (b, a))) * 3
    h.label = "h"
    loss = logsumexp([h, maximum(a, b), where(a < b, a, b)]) - pick((a, h), 1) ** 2
    loss.backward()
    return a, h, loss


@every_way
def test_all_of_a_graph_comes_back(duplicate: Duplicate) -> None:
    _, _, loss = some_graph()
    twin = duplicate(loss)
    pairs = list(zip(topological_order(loss), sorted(topological_order(twin), key=by_structure(loss, twin)), strict=True))
    assert len({new for _, new in pairs}) == len(pairs)
    new_of = dict(pairs)
    for old, new in pairs:
        assert new is not old
        assert type(new) is Value
        assert new.primitive is old.primitive
        assert (new.data.hex(), new.gradient, new.label) == (old.data.hex(), old.gradient, old.label)
        assert tuple(new_of[operand] for operand in old.operands) == new.operands


def by_structure(old_root: Value, new_root: Value) -> Callable[[Value], int]:
    """Walk both graphs in step, and give each new node the place of its counterpart."""
    place = {node: k for k, node in enumerate(topological_order(old_root))}
    places = {new_root: place[old_root]}
    stack = [(old_root, new_root)]
    while stack:
        old, new = stack.pop()
        assert len(old.operands) == len(new.operands)
        for old_operand, new_operand in zip(old.operands, new.operands, strict=True):
            if new_operand not in places:
                places[new_operand] = place[old_operand]
                stack.append((old_operand, new_operand))
    return places.__getitem__


@every_way
def test_a_duplicate_is_independent_and_works(duplicate: Duplicate) -> None:
    a, _, loss = some_graph()
    before = a.gradient
    twin = duplicate(loss)
    a_twin = next(node for node in topological_order(twin) if node.label == "a")
    assert a_twin.gradient == before
    twin.backward()
    assert before is not None
    assert a_twin.gradient == 2 * before
    assert a.gradient == before
    a_twin.data = 0.9
    twin.refresh()
    a.data = 0.9
    assert loss.data != twin.data
    loss.refresh()
    assert loss.data == twin.data


@every_way
def test_a_leaf(duplicate: Duplicate) -> None:
    x = Value(math.pi, "x")
    x.gradient = -0.0
    twin = duplicate(x)
    assert (twin.data, twin.label, repr(twin.gradient), twin.operands, twin.primitive) == (math.pi, "x", "-0.0", (), x.primitive)
    twin.data = 2.0
    assert x.data == math.pi


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, -0.0, 5e-324, 0.1])
@both_ways
def test_all_numbers_come_back(duplicate: Duplicate, number: float) -> None:
    assert duplicate(Value(number) * 1.0).data.hex() == number.hex()


@both_ways
def test_constants_stay_constants(duplicate: Duplicate) -> None:
    y = duplicate(Value(3.0) * 2)
    assert [operand.primitive.name for operand in y.operands] == ["leaf", "constant"]
    y.backward()
    assert [operand.gradient for operand in y.operands] == [2.0, None]


# --------------------------------------------------------------------------------------------------- depth and sharing


@both_ways
def test_a_chain_of_a_hundred_thousand(duplicate: Duplicate) -> None:
    x = Value(3.0)
    y = x
    for _ in range(100_001):
        y = -y
    twin = duplicate(y)
    assert twin.data == -3.0
    order = topological_order(twin)
    assert len(order) == 100_002
    twin.backward()
    assert order[0].gradient == -1.0
    assert x.gradient is None


@both_ways
def test_a_deep_graph_in_a_thread_with_a_low_recursion_limit(duplicate: Duplicate) -> None:
    y = Value(3.0)
    for _ in range(5_000):
        y = total((y, y)) * 0.5
    outcome: list[Any] = []

    def work() -> None:
        try:
            outcome.append(duplicate([y, y.operands[0]]))
        except BaseException as error:
            outcome.append(error)

    before = sys.getrecursionlimit()
    thread = threading.Thread(target=work)
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    try:
        sys.setrecursionlimit(max(100, depth + 30))
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(before)
    ((twin, part),) = outcome
    assert twin.operands[0] is part
    assert twin.data == 3.0


@both_ways
def test_a_diamond_stays_a_diamond(duplicate: Duplicate) -> None:
    x = Value(3.0)
    for _ in range(60):
        x = x + x
    twin = duplicate(x)
    order = topological_order(twin)
    assert len(order) == 61
    twin.backward()
    assert (twin.data, order[0].gradient) == (3.0 * 2**60, 2.0**60)


@every_way
def test_shared_tuples_of_operands_stay_shared(duplicate: Duplicate) -> None:
    x = tuple(Value(float(k)) for k in range(4))
    units = [dot(tuple(Value(0.5) for _ in x), x) for _ in range(3)]
    twin = duplicate(total(units))
    shared = {id(unit._second) for unit in twin.operands}
    assert len(shared) == 1
    assert len({id(unit._first) for unit in twin.operands}) == 3


@every_way
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2), (2, 2, 1)])
def test_a_list_of_values_that_share_nodes(duplicate: Duplicate, order: tuple[int, ...]) -> None:
    a, h, loss = some_graph()
    things = [a, h, loss]
    twins = dict(zip(order, duplicate([things[k] for k in order]), strict=True))
    reachable = topological_order(twins[2])
    for k, twin in twins.items():
        assert twin in reachable
        assert (twin.data, twin.label) == (things[k].data, things[k].label)
    assert len(reachable) == len(topological_order(loss))


@every_way
def test_parameters_and_loss_in_a_dictionary(duplicate: Duplicate) -> None:
    for first_the_loss in (False, True):
        a, h, loss = some_graph()
        things = {"loss": loss, "a": a, "h": h} if first_the_loss else {"a": a, "h": h, "loss": loss}
        twins = duplicate(things)
        before = twins["a"].gradient
        twins["loss"].backward()
        assert twins["a"].gradient == 2 * before
        twins["h"].backward()
        assert twins["h"].gradient == 1.0


@every_way
def test_values_as_keys_and_in_objects(duplicate: Duplicate) -> None:
    a, h, loss = some_graph()
    twins = duplicate(({h: "hidden", a: "leaf"}, {loss}, Holder(h)))
    (loss_twin,) = twins[1]
    assert twins[0][twins[2].held] == "hidden"
    assert twins[2].held in topological_order(loss_twin)


class Holder:
    """An object of a user's program, which holds a Value."""

    def __init__(self, held: Value) -> None:
        self.held = held


@both_ways
def test_all_nodes_of_a_long_chain_in_a_list(duplicate: Duplicate) -> None:
    states = [Value(1.0)]
    for k in range(3000):
        states.append(states[-1] + k)
    for things in (states, states[::-1], states[1::2] + states[::2]):
        twins = duplicate(things)
        known = set(twins)
        for old, new in zip(things, twins, strict=True):
            assert new.data == old.data
            assert len(new.operands) == len(old.operands)
            assert all(operand in known for operand in new.operands if operand.operands)
        dict(zip(things, twins, strict=True))[states[-1]].backward()


@both_ways
def test_nothing_is_left_of_a_copy_for_the_collector(duplicate: Duplicate) -> None:
    """Else the tables of an earlier copy would count for a later one, which would go from one to the next, and too deep."""
    states = [Value(1.0)]
    for _ in range(1000):
        states.append(dot((states[-1], states[0]), (states[0], states[-1])))
    gc.collect()
    gc.disable()
    try:
        for things in (states, states[::-1]):
            assert len(duplicate(things)) == len(states)
        assert gc.collect() == 0
    finally:
        gc.enable()


@both_ways
def test_each_node_adds_only_itself(duplicate: Duplicate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear time and size, counted: in a list of all nodes of a chain each is looked at a few times, not once a root."""
    states = [Value(1.0)]
    for _ in range(500):
        states.append(-states[-1])
    visits = 0
    look_up = graph.operands

    def count_and_look_up(node: Value) -> tuple[Value, ...]:
        nonlocal visits
        visits += 1
        return look_up(node)

    monkeypatch.setattr(graph, "operands", count_and_look_up)
    duplicate(states)
    assert 500 < visits < 5 * 500
    assert len(pickle.dumps(states)) < 2.2 * len(pickle.dumps(states[:251]))


def test_nothing_is_kept_after_a_pickle() -> None:
    """A second pickle, also after a change, and also one that is under way at the same time, sees the graph as it is."""
    x = Value(3.0)
    y = x * x
    running = pickle.Pickler(io.BytesIO())
    running.dump(y)
    first = pickle.dumps(y)
    assert pickle.dumps(y) == first
    x.data = 4.0
    y.refresh()
    y.label = "renamed"
    twin = pickle.loads(pickle.dumps([y, y.operands[0]]))
    assert (twin[0].data, twin[0].label, twin[0].operands[0] is twin[1]) == (16.0, "renamed", True)
    z = y + x
    twin = pickle.loads(pickle.dumps(z))
    assert twin.operands[0].operands[0] is twin.operands[1]
    del running
    assert pickle.loads(pickle.dumps(z)).data == 20.0


def test_threads_pickle_the_same_graph_at_once() -> None:
    _, h, loss = some_graph()
    expected = pickle.dumps([h, loss])
    outcomes: list[bool] = []

    def work() -> None:
        outcomes.extend(pickle.dumps([h, loss]) == expected for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 200


# ------------------------------------------------------------------------------------------------------- stale graphs


@every_way
def test_a_stale_graph_stays_stale(duplicate: Duplicate) -> None:
    x = Value(3.0, "x")
    h = x * x
    loss = h + 1
    x.data = 5.0
    twin = duplicate(loss)
    for _ in range(2):
        with pytest.raises(StaleGraphError, match="leaf x"):
            twin.backward()
        with pytest.raises(StaleGraphError, match="leaf x"):
            (twin * 2).backward()
    twin.refresh()
    assert twin.data == 26.0
    twin.backward()
    assert loss.data == 10.0
    with pytest.raises(StaleGraphError):
        loss.backward()


@every_way
def test_a_graph_made_stale_by_a_partial_refresh_stays_stale(duplicate: Duplicate) -> None:
    x = Value(3.0)
    h = x * x
    loss, other = h * 2, h + 1
    x.data = 5.0
    other.refresh()
    for things in ([loss], [h, loss], [loss, h], [other, loss], [x, loss, other]):
        twins = dict(zip(things, duplicate(things), strict=True))
        with pytest.raises(StaleGraphError):
            twins[loss].backward()
        for fresh in (h, other):
            if fresh in twins:
                twins[fresh].backward()
        twins[loss].refresh()
        twins[loss].backward()
        assert twins[loss].data == 50.0
        assert twins[loss].operands[0].operands[0].gradient is not None


@every_way
def test_a_stale_and_a_fresh_result_of_one_leaf(duplicate: Duplicate) -> None:
    x = Value(3.0)
    old = x + 1
    x.data = 5.0
    fresh = x * x
    for things in ([old, fresh], [fresh, old], [x, fresh, old]):
        twins = dict(zip(things, duplicate(things), strict=True))
        twins[fresh].backward()
        assert twins[fresh].operands[0].gradient == 10.0
        with pytest.raises(StaleGraphError):
            twins[old].backward()
        again = duplicate(twins[old])
        with pytest.raises(StaleGraphError):
            again.backward()
        again.refresh()
        assert again.data == 6.0


def test_a_copy_of_a_stale_result_is_stale() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 5.0
    twin = copy.copy(y)
    for stale in (twin, twin + 1):
        with pytest.raises(StaleGraphError):
            stale.backward()
    twin.refresh()
    assert (twin.data, y.data) == (25.0, 9.0)
    twin.backward()
    assert x.gradient == 10.0
