"""What a picture says: names, numbers, formats, levels, focus, limits."""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from drawn_graphs import edges_of, nodes_of, parse, random_graph, text_example

from autograd import StaleGraphError, Value, functions, grad, label_values, maximum, scope, tanh, total
from autograd.drawing import Drawing, draw, draw_dot
from autograd.drawing.diagram.choosing import COMFORTABLE
from autograd.engine.graph import local_derivatives, topological_order
from autograd.notation.numbers import format_number
from nn import MLP, Neuron

NASTY = ["<script>alert(1)</script>", '"&', "a\nb", "]]>", "</text>", "\x00", "$x$ \\alpha % # _ {", "漢字", "'", "&amp;"]


def pixels(path: Path) -> tuple[int, int, bytes]:
    """The size and the raw rows of a PNG."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    rows, position = b"", 8
    while position < len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        if kind == b"IDAT":
            rows += data[position + 8 : position + 8 + length]
        position += 12 + length
    return width, height, zlib.decompress(rows)


def test_it_reads_as_the_texts_figure() -> None:
    output, _ = text_example()
    output.backward()
    shown = nodes_of(parse(draw(output).svg()))
    said = {node["title"]: (node["classes"][1], node["value"], node["gradient"]) for node in shown.values()}
    assert said == {
        "a": ("leaf", "3", "−2"),
        "b": ("leaf", "1", "−4"),
        "c": ("leaf", "−2", "5"),
        "d = 2 × b": ("operation", "2", "−2"),
        "e = a + d": ("operation", "5", "−2"),
        "L = c × e": ("output", "−10", "1"),
    }


def test_a_dash_until_there_is_a_gradient() -> None:
    output, nodes = text_example()
    assert {node["gradient"] for node in nodes_of(parse(draw(output).svg())).values()} == {"–"}
    nodes["a"].gradient = 0.0
    assert {node["gradient"] for node in nodes_of(parse(draw(output).svg())).values()} == {"–"}
    output.backward()
    shown = nodes_of(parse(draw(output).svg()))
    assert [node["gradient"] for node in shown.values() if node["title"] == "a"] == ["−2"]
    assert all("gradient" not in node for node in nodes_of(parse(draw(output, gradients=False).svg())).values())


@pytest.mark.parametrize("seed", range(5))
def test_every_number_is_the_one_that_grad_gives(seed: int) -> None:
    output = random_graph(seed, 60)
    output.backward()
    drawing = draw(output, "value", local_derivatives=True, hide_constants=False)
    tree = parse(drawing.svg())
    shown, edges = nodes_of(tree), edges_of(tree)
    order = topological_order(output)
    gradients = dict(zip(order, grad(output, order), strict=True))
    for node, number in drawing.diagram.box_of.items():
        if node.primitive.name == "constant":
            assert shown[number]["title"] == format_number(node.data)
            continue
        assert shown[number]["value"] == format_number(node.data)
        assert shown[number]["gradient"] == format_number(gradients[node])
    assert len(edges) == sum(len(node.operands) for node in order)
    for (node, position), number in drawing.diagram.edge_of.items():
        edge = drawing.diagram.edges[number]
        assert drawing.diagram.boxes[edge.target].nodes == (node,)
        assert drawing.diagram.boxes[edge.source].nodes == (node.operands[position],)
        if node.operands[position].primitive.name != "constant":
            assert edges[number]["label"] == format_number(local_derivatives(node)[position])


def test_digits() -> None:
    third = Value(1 / 3, "t")
    assert nodes_of(parse(draw(third * 1.0, digits=7).svg()))[0]["value"] == "0.3333333"


@pytest.mark.parametrize("label", NASTY)
def test_a_label_is_text_everywhere(label: str, tmp_path: Path) -> None:
    x = Value(2.0, label)
    y = tanh(x) * 3
    with scope(label):
        z = y * y + 1
    z.label = label
    for drawing in (draw(z), draw(z, "layer"), draw(x)):
        tree = parse(drawing.svg())
        titles = [node["title"] for node in nodes_of(tree).values()]
        plain = label.replace("\n", " ").replace("\x00", "\N{REPLACEMENT CHARACTER}")
        assert any(plain in title for title in titles)
        assert "<script" not in drawing.svg()
        page = drawing.save(tmp_path / "page.html").read_text(encoding="utf-8")
        assert "<script" not in page
        source = draw_dot(z).source
        assert "<script" not in source
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # Not every machine has a font for these.
            warnings.filterwarnings("ignore", message="no font of this machine has an outline of 字 .*, 漢 ")
            drawing.save(tmp_path / "picture.png")
            drawing.save(tmp_path / "picture.pdf")


def test_names_come_from_labels_and_networks() -> None:
    neuron = Neuron(2, "sigmoid")
    y = neuron([Value(1.0, "x_1"), Value(2.0, "x_2")])
    titles = [node["title"] for node in nodes_of(parse(draw(y, "value").svg())).values()]
    assert {"w1", "w2", "b", "x1", "x2"} <= set(titles)
    assert not any(parameter.label for parameter in (*neuron.weight, neuron.bias) if parameter), "drawing labels nothing"
    network = MLP(1, [2, 1])
    titles = [node["title"] for node in nodes_of(parse(draw(network([0.5])[0], "value").svg())).values()]
    assert {"w[1]11", "w[1]21", "b[1]2", "w[2]12"} <= set(titles), "superscript and subscript follow the letter"
    network.layers[0].weight[1][0].label = "mine"
    network.named_parameters()
    titles = [node["title"] for node in nodes_of(parse(draw(network([0.5])[0], "value").svg())).values()]
    assert "mine" in titles and "w[1]11" in titles


def test_unlabelled_nodes_are_numbered_and_the_output_is_called_l() -> None:
    x = Value(1.0)
    assert draw(tanh(x * 2)).text().splitlines()[0].startswith("L = tanh(v₂)")
    taken = Value(1.0, "L") * Value(2.0, "v1")
    assert draw(taken * taken).text().splitlines()[0].startswith("v₃ = ")


def test_greek_letters_and_scripts() -> None:
    y = Value(1.0, "alpha_1") + Value(2.0, "x^2")
    svg = draw(y).svg()
    assert "α" in svg
    assert {"α1", "x2"} <= {node["title"] for node in nodes_of(parse(svg)).values()}


def test_constants_stand_in_formulas_or_in_boxes() -> None:
    x = Value(2.0, "x")
    y = 3 * x + 1
    hidden, shown = draw(y), draw(y, hide_constants=False)
    assert (len(hidden.diagram.boxes), len(shown.diagram.boxes)) == (3, 5)
    classes = [node["classes"][1] for node in nodes_of(parse(shown.svg())).values()]
    assert sorted(classes) == ["constant", "constant", "leaf", "operation", "output"]
    inputs = functions.dot([x], [5.0])
    assert len(draw(inputs).diagram.boxes) == 3, "a number that no formula shows has a box"
    assert len(draw(x * 0 + functions.where(x > 0, 1.0, 2.0)).diagram.boxes) >= 4


def test_levels_of_a_network() -> None:
    network = MLP(2, [16, 16, 1])
    y = network([Value(1.0, "x_1"), Value(2.0, "x_2")])[0]
    counts = {level: len(draw(y, level).diagram.boxes) for level in ("value", "neuron", "layer", "network")}
    assert counts == {"value": 337 + 2 + 33 + 33 + 32, "neuron": 2 + 33, "layer": 1 + 3, "network": 2}
    automatic = draw(y)
    assert automatic.level == "neuron" and len(automatic.diagram.boxes) <= COMFORTABLE
    assert "437 nodes are folded to 35, by neuron" in automatic.caption and 'level="value" opens them' in automatic.caption
    layers = draw(y, "layer")
    folded = [box for box in layers.diagram.boxes if len(box.nodes) > 1 and box.kind != "leaf"]
    assert [box.repeated for box in folded] == [16, 16, 1]
    assert folded[0].details == ("Layer(2, 16, 'tanh')", "16 × tanh(w·x + b)", "48 operations, 48 parameters")
    assert [edge.repeated for edge in layers.diagram.edges] == [2, 16, 16]
    assert draw(y, "network").diagram.boxes[1].details[0] == "MLP(2, [16, 16, 1], 'tanh', 'identity')"


def test_small_graphs_are_not_folded() -> None:
    assert draw(Neuron(2)([1.0, 2.0])).level == "value"


def test_a_neuron_shows_its_output_and_the_gradient_of_it() -> None:
    network = MLP(2, [3, 1])
    y = network([1.0, 2.0])[0]
    y.backward()
    drawing = draw(y, "neuron")
    hidden = [box for box in drawing.diagram.boxes if box.kind == "folded"]
    outputs = [box.nodes[-1] for box in hidden]
    assert [box.value for box in hidden] == [format_number(v.data) for v in outputs]
    assert [box.gradient for box in hidden] == [format_number(g) for g in grad(y, outputs)]
    assert [box.name for box in hidden] == ["h^[1]₁", "h^[1]₂", "h^[1]₃"]


def test_several_runs_of_one_network_share_its_parameters() -> None:
    network = MLP(2, [2, 1])
    loss = functions.total([network([float(x), 1.0])[0] for x in range(4)])
    drawing = draw(loss, "network")
    boxes = drawing.diagram.boxes
    assert sum(box.kind == "folded" for box in boxes) == 4
    shared = [box for box in boxes if box.kind == "leaf" and box.repeated > 1]
    assert [box.repeated for box in shared] == [9]


def test_own_scopes_fold() -> None:
    x = Value(0.5, "x")
    for n in range(60):
        with scope(f"part {n}"):
            x = tanh(x * 1.5) + 0.1 * x
    drawing = draw(x)
    assert drawing.level != "value"
    assert len(drawing.diagram.boxes) == 61
    assert drawing.diagram.boxes[1].name == "part 0"


def test_a_long_chain_is_folded_or_refused() -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(100_000):
        y = tanh(y)
    for level in ("auto", "value"):
        with pytest.raises(ValueError, match=r"100,001 nodes.*`with scope\(name\):`.*focus=node"):
            draw(y, level)
    near = draw(y, focus=y, down=3)
    assert len(near.diagram.boxes) == 4 and "4 of 100001" in near.caption.replace(",", "")
    with scope("all of it"):
        y = x
        for _ in range(100_000):
            y = tanh(y)
    assert len(draw(y).diagram.boxes) == 2


def test_focus_shows_a_neighbourhood() -> None:
    output, nodes = text_example()
    drawing = draw(output, focus=nodes["e"], up=1, down=1)
    assert {box.name for box in drawing.diagram.boxes} == {"L", "e", "a", "d"}
    assert [box.name for box in drawing.diagram.boxes if box.highlighted] == ["e"]
    assert drawing.caption == "4 of 6 nodes are shown, those near e."
    assert {box.name for box in draw(output, focus=nodes["e"], up=0, down=2).diagram.boxes} == {"e", "a", "d", "b"}
    with pytest.raises(ValueError, match="focus must be a node of the graph that is drawn, not 'stranger'"):
        draw(output, focus=Value(1.0, "stranger"))


def test_formats(tmp_path: Path) -> None:
    output, _ = text_example()
    drawing = draw(output)
    assert parse(drawing.save(tmp_path / "graph.svg").read_text(encoding="utf-8")) is not None
    assert drawing.save(str(tmp_path / "graph.pdf")).read_bytes().startswith(b"%PDF-")
    assert "digraph" in drawing.save(tmp_path / "graph.dot").read_text(encoding="utf-8")
    page = drawing.save(tmp_path / "graph.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "http" not in page.replace("http://www.w3.org/2000/svg", "")
    light, dark = tmp_path / "light.PNG", tmp_path / "dark.png"
    drawing.save(light)
    draw(output, theme="dark").save(dark)
    width, height, rows = pixels(light)
    assert (width, height) == (round(2 * drawing.scene.width), round(2 * drawing.scene.height))
    assert len(set(rows)) > 20, "there is something on it"
    assert sum(rows[1:400]) > 2 * sum(pixels(dark)[2][1:400]), "a dark sheet is darker"
    before = light.read_bytes()
    drawing.save(light)
    assert light.read_bytes() == before, "the same bytes again"
    for name in ("graph.gif", "graph"):
        with pytest.raises(ValueError, match=rf"'{name}': the name must end in one of .svg, .png, .pdf, .dot, .html"):
            drawing.save(tmp_path / name)


def test_a_notebook_shows_it_by_itself() -> None:
    drawing = draw(text_example()[0])
    bundle = drawing._repr_mimebundle_()
    assert "Computation graph of L: 6 nodes, 5 edges" in repr(drawing)
    assert bundle["text/plain"] == repr(drawing)
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]*)"', bundle["text/html"])
    assert picture is not None and b64decode(picture[1]).decode() == drawing.svg()
    inline = drawing.svg(inline=True)
    assert "var(--ink)" in inline and "data-jp-theme-light=false" in inline, "in a page, its colours are the page's"
    assert "var(" not in drawing.svg(), "programs that show files may not know custom properties"


def test_themes() -> None:
    output, _ = text_example()
    svg = {theme: draw(output, theme=theme).svg() for theme in ("auto", "light", "dark")}
    assert "prefers-color-scheme:dark" in svg["auto"]
    assert "prefers-color-scheme" not in svg["light"] + svg["dark"]
    assert "#16191d" in svg["dark"] and "#16191d" not in svg["light"]
    for theme in ("light", "dark"):
        inline = draw(output, theme=theme).svg(inline=True)
        assert "prefers-color-scheme" not in inline and "--ink:" in inline


def test_the_backward_pass_can_be_drawn() -> None:
    x = Value(2.0, "x")
    slope = grad(tanh(x * x), x, create_graph=True)
    drawing = draw(slope)
    assert format_number(slope.data) in drawing.text()
    both = draw([slope, tanh(x)])
    assert sum(box.kind == "output" for box in both.diagram.boxes) == 2


def test_the_gradient_of_a_power_shows_the_power() -> None:
    x = Value(2.0, "x")
    slope = grad(x**3, x, create_graph=True)
    assert draw(slope, gradients=False).text().splitlines() == [
        "L = 1 × v₂ = 12", "└─ v₂ = 3 × v₁ = 12", "   └─ v₁ = x² = 4", "      └─ x = 2"
    ]  # fmt: skip
    assert "v₁ = x¹ = 2" in draw(grad(slope, x, create_graph=True)).text()
    # What was computed from constants alone has a box where constants have.
    assert "v₁ = 3 − 1 = 2" in draw(slope, hide_constants=False).text()


def test_a_leaf_and_a_constant_can_be_drawn() -> None:
    assert draw(Value(3.0, "a")).text() == "a = 3   ∂ = –"
    assert len(nodes_of(parse(draw(Value(3.0)).svg()))) == 1
    constant = (Value(1.0) + 2).operands[1]
    assert len(draw(constant).diagram.boxes) == 1


def test_stale_graphs_are_refused() -> None:
    output, nodes = text_example()
    nodes["a"].data = 5.0
    with pytest.raises(StaleGraphError):
        draw(output)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": "deep"}, "level is one of 'auto', 'value', 'neuron', 'layer', 'network', not 'deep'"),
        ({"direction": "north"}, "direction is one of 'right', 'left', 'down', 'up', not 'north'"),
        ({"theme": "blue"}, "theme is one of"),
        ({"engine": "neato"}, "engine is one of 'own', 'dot'"),
        ({"digits": 0}, "digits must be a whole number from 1 on, not 0"),
        ({"up": -1}, "up must be a whole number from 0 on"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(text_example()[0], **options)
    for wrong in (3.0, [], [1.0], "L"):
        with pytest.raises(TypeError, match="draw takes a Value or a list of Values"):
            draw(wrong)  # type: ignore[arg-type]


def test_drawing_changes_nothing() -> None:
    output, _ = text_example()
    output.backward()
    before = [(v.data, v.gradient, v.label) for v in topological_order(output)]
    drawing = draw(output, local_derivatives=True)
    drawing.svg()
    assert [(v.data, v.gradient, v.label) for v in topological_order(output)] == before
    assert isinstance(drawing, Drawing)


def test_labels_from_variables() -> None:
    p, q = Value(2.0), Value(3.0)
    r = p * q
    label_values(locals())
    assert draw(r).text().splitlines()[0] == "r = p × q = 6   ∂ = –"


def test_shared_nodes_are_written_once_in_text() -> None:
    x = Value(2.0, "x")
    s = x * x
    s.label = "s"
    text = draw(s + s).text()
    assert text.count("s = x × x = 4") == 1
    assert text.count("s (above)") == 1


def test_a_caption_names_kinks() -> None:
    z = Value(0.0, "z")
    y = abs(z) + tanh(z)
    assert "kink" not in draw(y).svg(), "where no gradient is shown none is a convention"
    forward = draw(y, local_derivatives=True)
    y.backward()
    for picture in (forward, draw(y)):
        captions = " ".join("".join(text.runs[0].text) for text in picture.scene.captions)
        assert "v₁ has a kink at z = 0: the local derivative ∂v₁/∂z does not exist there, and the convention takes 0." in captions
        assert captions.count("kink") == 1
    z.data = 0.5
    y.refresh()
    assert "kink" not in draw(y, local_derivatives=True).svg()
    a = Value(2.0, "a")
    caption = draw(maximum(a, a), local_derivatives=True).caption
    for which in ("first", "second"):
        assert f"As a function of the {which} a alone, L has a kink at a = 2: the local derivative with respect to" in caption
    assert "∂L/∂a does not exist" not in caption, "for L = a"
    many = total([abs(Value(0.0, f"x{k}")) for k in range(6)])
    assert "3 more local derivatives do not exist." in " ".join(
        text.runs[0].text for text in draw(many, local_derivatives=True).scene.captions
    )
