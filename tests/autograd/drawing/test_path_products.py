"""The paths that the chain rule sums over: all of them, with their products, however many there are."""

from __future__ import annotations

import math

import pytest
from drawn_graphs import random_graph, text_example

from autograd import Value, grad, maximum
from autograd.drawing import paths
from autograd.engine.graph import topological_order


def test_the_texts_example() -> None:
    output, nodes = text_example()
    found = paths(nodes["b"], output)
    assert str(found).splitlines() == ["∂L/∂b = −4, the product along the only path:", "  b → d → e → L: 2 · 1 · (−2) = −4"]
    marked = {box.name for box in found.diagram.boxes if box.highlighted}
    assert marked == {"b", "d", "e", "L"}
    assert {box.name for box in found.diagram.boxes if box.faded} == {"a", "c"}
    assert sum(edge.highlighted for edge in found.diagram.edges) == 3
    assert "marked" in found.svg() and "faded" in found.svg()


@pytest.mark.parametrize("seed", range(6))
def test_products_sum_to_the_gradient(seed: int) -> None:
    output = random_graph(seed, 16)
    for node in topological_order(output):
        if node.primitive.name == "constant" or node is output:
            continue
        found = paths(node, output, limit=10**6)
        assert len(found.paths) == found.count
        assert found.total == grad(output, node)
        scale = sum(abs(path.product) for path in found.paths) + 1e-300
        assert math.fsum(path.product for path in found.paths) == pytest.approx(found.total, abs=1e-12 * scale)
        for path in found.paths:
            assert path.nodes[0] is node and path.nodes[-1] is output
            assert all(lower in upper.operands for lower, upper in zip(path.nodes, path.nodes[1:], strict=False))


def test_more_paths_than_could_be_listed() -> None:
    x = Value(1.0, "x")
    y = x
    for _ in range(60):
        y = y + y
    found = paths(x, y, limit=3)
    assert found.count == 2**60 and found.total == 2.0**60
    assert str(found).splitlines()[-1] == f"  … and {2**60 - 3:,} more"


def test_what_a_choice_left_out_adds_nothing() -> None:
    a, b = Value(1.0, "a"), Value(2.0, "b")
    found = paths(a, maximum(a, b))
    assert found.total == 0.0 and [path.product for path in found.paths] == [0.0]


def test_no_path_is_an_error() -> None:
    output, nodes = text_example()
    with pytest.raises(ValueError, match="there is no path: L was not computed from 'stranger'"):
        paths(Value(1.0, "stranger"), output)
    with pytest.raises(ValueError, match="there is no path"):
        paths(nodes["d"], nodes["a"])


def test_numbers_are_rounded_as_asked_for() -> None:
    a, b = Value(1.5, "a"), Value(-2.25, "b")
    found = paths(a, (a * b) * b + a, digits=2).text().splitlines()
    assert found == ["∂L/∂a = 6.1, the sum over 2 paths:", "  a → v₁ → v₂ → L: (−2.2) · (−2.2) · 1 = 5.1", "  a → L: 1"]
