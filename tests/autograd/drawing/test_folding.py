"""Folding: each node is in one fold, a layer's neurons are what is connected within it, and leaves go where they are used."""

from __future__ import annotations

import random

import pytest

from autograd import Value, dot, scope, tanh
from autograd.drawing.diagram.folding import DETAILS, Detail, fold, parts_of
from autograd.engine import graph
from nn import MLP


def connected_parts(nodes: list[Value]) -> set[frozenset[Value]]:
    """Which nodes hang together, by walking from each of them over edges in both directions."""
    inside = set(nodes)
    neighbours: dict[Value, set[Value]] = {node: set() for node in nodes}
    for node in nodes:
        for operand in set(node.operands) & inside:
            neighbours[node].add(operand)
            neighbours[operand].add(node)

    def part(start: Value) -> frozenset[Value]:
        found, front = {start}, [start]
        while front:
            front = [other for node in front for other in neighbours[node] if other not in found]
            found.update(front)
        return frozenset(found)

    return {part(node) for node in nodes}


@pytest.mark.parametrize("seed", range(20))
def test_parts_are_what_is_connected(seed: int) -> None:
    choices = random.Random(seed)
    pool = [Value(1.0) for _ in range(12)]
    for _ in range(25):
        pool.append(choices.choice(pool) * choices.choice(pool))
    nodes = [node for node in pool if node.operands and choices.random() < 0.5]
    parts = parts_of(nodes)
    assert {frozenset(part) for part in parts} == connected_parts(nodes)
    assert sorted((node for part in parts for node in part), key=graph.tick_of) == nodes
    assert [part[0] for part in parts] == sorted((part[0] for part in parts), key=graph.tick_of)


@pytest.mark.parametrize("detail", DETAILS)
def test_each_node_is_in_one_fold(detail: Detail) -> None:
    network = MLP(2, [3, 3, 1], activation="tanh", seed=0)
    x = [Value(0.5, "x1"), Value(-1.0, "x2")]
    loss = (network(x)[0] - 1.0) ** 2 + 0.5 * network(x)[0]
    order = graph.topological_order(loss)
    folds = fold(order, detail)
    members = [node for group in folds for node in (*group.nodes, *group.hidden)]
    assert len(members) == len(order) and set(members) == set(order)
    if detail == "value":
        assert all(len(group.nodes) == 1 and not group.hidden for group in folds)


@pytest.mark.parametrize(("detail", "n_folds"), [("neuron", 3 + 3 + 1), ("layer", 3), ("network", 1)])
def test_a_network_folds_to_its_parts(detail: Detail, n_folds: int) -> None:
    network = MLP(2, [3, 3, 1], activation="tanh", seed=0)
    folds = fold(graph.topological_order(network([0.5, -1.0])[0]), detail)
    computing = [group for group in folds if group.scope is not None]
    assert len(computing) == n_folds
    if detail == "neuron":
        assert [group.index for group in computing] == [0, 1, 2, 0, 1, 2, 0]
        assert all(len(connected_parts(group.nodes)) == 1 for group in computing)
    parameters = set(network.parameters())
    assert {leaf for group in computing for leaf in group.hidden} >= parameters


def test_a_leaf_that_only_one_fold_owns_is_hidden_in_it_and_an_input_is_not() -> None:
    network = MLP(2, [1], activation="tanh", seed=0)
    x = [Value(0.5, "x1"), Value(-1.0, "x2")]
    folds = fold(graph.topological_order(network(x)[0]), "neuron")
    hidden = {leaf for group in folds for leaf in group.hidden}
    assert hidden == set(network.parameters())
    assert [group.nodes for group in folds if not group.nodes[0].operands] == [[x[0]], [x[1]]]


def test_own_scopes_are_folds_of_their_own() -> None:
    w, x = [Value(0.1, "w1"), Value(0.2, "w2")], [Value(1.0, "x1"), Value(2.0, "x2")]
    with scope("hidden"):
        h = [tanh(dot(w, x)), tanh(x[0] * w[1])]
    folds = fold(graph.topological_order(h[0] * h[1]), "layer")
    computing = [group for group in folds if group.scope is not None]
    assert [len(group.nodes) for group in computing] == [4]
    assert [len(connected_parts(group.nodes)) for group in computing] == [2]
