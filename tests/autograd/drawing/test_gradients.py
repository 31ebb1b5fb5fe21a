"""The gradients in a picture are those of its output, whatever backward passes have left at the nodes."""

from __future__ import annotations

import random
import re

import pytest
from drawn_graphs import nodes_of, parse, random_graph, text_example

from autograd import Value, explain, grad, paths, tanh
from autograd.drawing import draw, draw_dot
from autograd.engine.graph import topological_order
from autograd.notation.numbers import format_number
from nn import MLP


def shown(drawing: object) -> dict[str, str]:
    """The gradient in each box, by the name before the equals sign."""
    boxes = nodes_of(parse(drawing.svg())).values()  # type: ignore[attr-defined]
    return {box["title"].split(" = ")[0]: box["gradient"] for box in boxes if "gradient" in box}


def test_two_passes_are_not_added_up() -> None:
    a, b = Value(3.0, "a"), Value(2.0, "b")
    output = a * b + a
    output.label = "L"
    output.backward()
    assert draw(output).caption == ""
    output.backward()
    drawing = draw(output)
    assert shown(drawing) == {"a": "3", "b": "3", "v1": "1", "L": "1"}
    assert explain(a, output).gradient == 3.0 and paths(a, output).total == 3.0
    note = "The attribute .gradient is another number at a (6), b (6): leaves add up all backward passes."
    assert drawing.caption == note
    assert note in drawing.text() and note in repr(drawing)
    assert ".gradient is another number" in draw_dot(output).source
    assert ".gradient is another number" in "".join(parse(drawing.svg()).itertext())
    assert (a.gradient, b.gradient, output.gradient) == (6.0, 6.0, 1.0), "nothing changes"


def test_two_losses_that_share_nodes() -> None:
    a, b = Value(3.0, "a"), Value(2.0, "b")
    shared = a * b
    one, other = shared + a, shared * shared
    shared.label, one.label, other.label = "s", "one", "other"
    one.backward()
    other.backward()
    assert shown(draw(one)) == {"a": "3", "b": "3", "s": "1", "one": "1"}
    assert shown(draw(other)) == {"a": "24", "b": "36", "s": "12", "other": "1"}
    assert "s (12)" in draw(one).caption and "computed nodes keep the latest one's" in draw(one).caption


def test_what_is_further_up_is_not_shown() -> None:
    output, nodes = text_example()
    output.backward()
    assert shown(draw(nodes["e"])) == {"a": "1", "b": "2", "d": "1", "e": "1"}
    assert "a (−2), b (−4), d (−2) and 1 more" in draw(nodes["e"]).caption


def test_after_a_refresh_they_are_those_of_the_new_numbers() -> None:
    x = Value(2.0, "x")
    output = x * x
    output.backward()
    x.data = 5.0
    output.refresh()
    assert shown(draw(output)) == {"x": "10", "L": "1"}
    assert "x (4)" in draw(output).caption


def test_assigned_gradients_are_not_shown() -> None:
    output, nodes = text_example()
    output.backward()
    nodes["a"].gradient = 0.0
    nodes["b"].gradient = None
    assert shown(draw(output))["a"] == "−2" and shown(draw(output))["b"] == "−4"
    assert "at a (0): leaves" in draw(output).caption


def test_another_loss_gives_no_gradient() -> None:
    a = Value(3.0, "a")
    (a * a).backward()
    drawing = draw(tanh(a))
    assert set(shown(drawing).values()) == {"–"}
    assert "no backward pass of L yet" in drawing._legend


def test_a_difference_too_small_to_see_is_written_with_more_digits() -> None:
    a = Value(3.0, "a")
    output = a * 2.0
    output.backward()
    assert a.gradient is not None
    a.gradient += 1e-6
    assert "a (2.000001)" in draw(output).caption


def test_several_outputs() -> None:
    a, b = Value(3.0, "a"), Value(2.0, "b")
    p, q = a * b, a * a
    p.label, q.label = "p", "q"
    assert set(shown(draw([p, q])).values()) == {"–"}
    p.backward()
    drawing = draw([p, q])
    assert shown(drawing) == {"a": "2", "b": "3", "p": "1", "q": "–"}
    assert "∂p/∂node (–: p was not computed from it)" in drawing._legend
    q.backward()
    drawing = draw([p, q])
    assert shown(drawing) == {"a": "8", "b": "3", "p": "1", "q": "1"}
    assert "∂(p + q)/∂node" in drawing._legend and drawing.caption == ""


def test_an_output_inside_anothers_graph() -> None:
    output, nodes = text_example()
    output.backward()
    assert shown(draw([output, nodes["e"]])) == shown(draw(output))


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs_after_random_passes(seed: int) -> None:
    generator = random.Random(seed)
    output = random_graph(seed, 40)
    order = topological_order(output)
    output.backward()
    for _ in range(generator.randrange(3)):
        generator.choice(order).backward()
    for node in generator.sample(order, 4):
        node.gradient = generator.choice([None, 0.0, 7.5])
    drawn = generator.choice([node for node in order if node.gradient is not None and node._first is not None])
    before = [(node.gradient, node._tick) for node in order]
    drawing = draw(drawn, "value")
    assert [(node.gradient, node._tick) for node in order] == before
    boxes = nodes_of(parse(drawing.svg()))
    differing = 0
    for node, number in drawing.diagram.box_of.items():
        if node.primitive.name == "constant":
            continue
        gradient = grad(drawn, node)
        assert boxes[number]["gradient"] == format_number(gradient)
        assert explain(node, drawn).gradient == gradient
        assert paths(node, drawn, limit=1).total == gradient
        differing += node.gradient is not None and node.gradient != pytest.approx(gradient, rel=1e-9, abs=0)
    said = re.search(r"another number at (.*): ", drawing.caption)
    listed = 0
    if said:
        more = re.search(r" and (\d+) more$", said[1])
        listed = said[1].count("(") + (int(more[1]) if more else 0)
    assert listed == differing


def test_folded_pictures() -> None:
    network = MLP(2, [3, 1])
    y = network([1.0, 2.0])[0]
    y.backward()
    y.backward()
    drawing = draw(y, "neuron")
    hidden = [box for box in drawing.diagram.boxes if box.kind == "folded"]
    outputs = [box.nodes[-1] for box in hidden]
    assert [box.gradient for box in hidden] == [format_number(g) for g in grad(y, outputs)]


def test_every_number_is_explained() -> None:
    output, _ = text_example()
    assert "value" in draw(output, gradients=False)._legend
    assert "gradient" not in draw(output, gradients=False)._legend
    assert "At each edge: the local derivative" in draw(output, local_derivatives=True)._legend
    assert "At each edge" not in draw(output)._legend
    y = MLP(2, [4, 4, 1])([1.0, 2.0])[0]
    loss = (y - 1.0) ** 2
    for level in ("value", "neuron", "layer"):
        picture = draw(loss, level, local_derivatives=True)
        boxes, edges = picture.diagram.boxes, picture.diagram.edges
        folded = sum(len(boxes[edge.target].nodes) > 1 and not edge.derivative for edge in edges)
        assert ("At each edge" in picture._legend) == (folded == 0) == (level == "value")
        assert ("At edges that lead to a single node: the local derivative" in picture._legend) == (folded > 0)
        assert ('; a folded box has none, level="value" shows them.' in picture._legend) == (folded > 0)
    none = draw(y, "neuron", local_derivatives=True)._legend
    assert 'No edge has a local derivative: folded boxes have none; level="value" shows them.' in none
    network = MLP(2, [16, 16, 1])([Value(1.0, "x_1"), Value(2.0, "x_2")])[0]
    assert "×n at an edge: it stands for n Values." in draw(network, "layer")._legend
    assert "In each box: the value" in draw_dot(output).source
