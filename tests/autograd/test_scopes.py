"""Scopes: what was computed where, also after an exception, in threads, in copies and in pickles."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import weakref

import pytest

from autograd import Value, expand, scope, tanh
from autograd.engine.scopes import Scope, level_of, name_of, scope_of
from autograd.functions import dot
from nn import MLP, Layer, Module, Neuron


def names(value: Value) -> list[str]:
    """The names of the scopes around a Value, innermost first."""
    found: list[str] = []
    around: Scope | None = scope_of(value)
    while around is not None:
        found.append(name_of(around))
        around = around[0]
    return found


def test_nested_scopes() -> None:
    x = Value(1.0)
    with scope("outer", "network"):
        y = x + 1
        with scope("inner"):
            z = y * 2
        after = z - 1
    outside = after * 1
    assert [names(v) for v in (x, y, z, after, outside)] == [[], ["outer"], ["inner", "outer"], ["outer"], []]
    around = scope_of(y)
    assert around is not None
    assert level_of(around) == "network"
    assert scope_of(after) is around, "one run is one scope"


def test_a_scope_is_left_after_an_exception() -> None:
    with pytest.raises(ZeroDivisionError), scope("failing"):
        Value(1.0) / 0.0
    assert names(Value(1.0) + 1) == []
    layer = Layer(1, 1, lambda z: z / 0.0)
    with pytest.raises(ZeroDivisionError):
        layer([1.0])
    assert names(Value(1.0) + 1) == []


def test_levels_are_checked() -> None:
    with pytest.raises(ValueError, match="'neuron', 'layer', 'network', not 'word'"), scope("w", "word"):  # type: ignore[arg-type]
        pass


def test_networks_enter_scopes_of_their_own() -> None:
    network = MLP(2, [2, 1])
    first, second = network([1.0, 2.0])[0], network([1.0, 2.0])[0]
    assert names(first) == ["layers.1", "MLP"]
    hidden = next(v for v in first.operands[0].operands if v.operands)
    assert names(hidden) == ["layers.0", "MLP"]
    assert scope_of(first) is not scope_of(second), "two runs are two scopes"
    assert names(Neuron(1)([1.0])) == ["Neuron"]


def test_modules_of_ones_own_enter_one_too() -> None:
    class Squared(Layer):
        def __call__(self, inputs):
            """Squares."""
            return tuple(h * h for h in super().__call__(inputs))

    class Both(Module):
        def __init__(self) -> None:
            self.squared = Squared(1, 1)

        def __call__(self, x: float) -> Value:
            return self.squared([x])[0] + 1

    both = Both()
    both.named_parameters()
    y = both(2.0)
    assert names(y) == ["Both"]
    assert names(y.operands[0])[0] == "squared"
    assert Squared.__call__.__doc__ == "Squares."


def test_threads_keep_their_scopes_apart() -> None:
    entered, go_on = threading.Event(), threading.Event()
    made: list[Value] = []

    def work() -> None:
        with scope("other thread"):
            entered.set()
            go_on.wait(10)
            made.append(Value(1.0) + 1)

    thread = threading.Thread(target=work)
    thread.start()
    assert entered.wait(10)
    here = Value(1.0) + 1
    go_on.set()
    thread.join(10)
    assert (names(here), names(made[0])) == ([], ["other thread"])


def test_copies_and_pickles_keep_the_names() -> None:
    network = MLP(1, [2, 1])
    y = network([1.0])[0]
    for again in (pickle.loads(pickle.dumps(y)), copy.deepcopy(y), copy.copy(y)):
        assert names(again) == ["layers.1", "MLP"]
    restored = pickle.loads(pickle.dumps(y))
    around, operand = scope_of(restored), scope_of(restored.operands[0])
    assert around is operand, "what was one scope still is one"
    assert b"nn.layers" not in pickle.dumps(y), "the network itself doesn't travel"


def test_an_expanded_node_stays_in_its_scope() -> None:
    with scope("sum"):
        z = dot([Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)])
    expanded = expand(tanh(z)).operands[0]
    assert [names(v) for v in (expanded, *expanded.operands)] == [["sum"]] * 3


def test_a_graph_with_scopes_is_freed_without_the_collector() -> None:
    gc.disable()
    try:
        network = MLP(1, [1])
        y = network([1.0])[0]
        layer = weakref.ref(network.layers[0])
        del network
        assert layer() is not None, "the picture may still ask for its names"
        del y
        assert layer() is None
    finally:
        gc.enable()


def test_symbols_count_from_one_and_respect_labels() -> None:
    network = MLP(1, [1, 1])
    network.layers[0].bias[0].label = "c"  # type: ignore[index]
    network.named_parameters()
    assert list(network.symbols().values()) == ["w^{[1]}_{11}", "c", "w^{[2]}_{11}", "b^{[2]}_1"]
    assert list(Layer(1, 10).symbols().values())[9:12] == ["w_{10,1}", "b_1", "b_2"]
    assert list(Layer(1, 1, bias="dummy input").symbols().values()) == ["w_{10}", "w_{11}"]
