"""What Graphviz is given: the same content; and what is said where it is missing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from drawn_graphs import parse, random_graph, text_example

from autograd import Value
from autograd.drawing import draw, draw_dot


def test_the_same_content() -> None:
    output = random_graph(3, 40)
    output.backward()
    drawing = draw(output, "value", local_derivatives=True)
    source = draw_dot(output, "value", local_derivatives=True).source
    lines = source.splitlines()
    assert sum(" -> " in line for line in lines) == len(drawing.diagram.edges)
    for number, box in enumerate(drawing.diagram.boxes):
        line = next(line for line in lines if line.strip().startswith(f"n{number} ["))
        assert box.value in line and box.gradient in line
    for edge in drawing.diagram.edges:
        if edge.derivative:
            assert any(f"n{edge.source} -> n{edge.target} " in line and edge.derivative in line for line in lines)


def test_making_it_needs_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "rankdir=TB" in draw_dot(text_example()[0], direction="down").source


def test_without_dot_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    drawing = draw(text_example()[0], engine="dot")
    with pytest.raises(RuntimeError, match=r"needs Graphviz's program dot, which is not installed.*engine=\"own\" needs nothing"):
        drawing.save(tmp_path / "graph.svg")
    assert not (tmp_path / "graph.svg").exists()


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz's program dot is not installed")
@pytest.mark.parametrize("label", ["a", "<script>", '"&', "\\N \\l", "x_1", "a|b {c}", ""])
def test_dot_renders_it(label: str, tmp_path: Path) -> None:
    x = Value(2.0, label)
    drawing = draw(x * x + 1, engine="dot", local_derivatives=True)
    svg = drawing.save(tmp_path / "graph.svg").read_text(encoding="utf-8")
    said = "".join("".join(parse(svg).itertext()).split())
    assert (label.replace("_", "").replace(" ", "") or "v") in said
    assert drawing.save(tmp_path / "graph.png").read_bytes().startswith(b"\x89PNG")


def test_without_the_library_a_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    said = "a drawing for Graphviz needs the library graphviz, which is not installed: python -m pip install graphviz"
    with pytest.raises(ModuleNotFoundError, match=f"^{said}$"):
        draw_dot(Value(1.0))
    with pytest.raises(ModuleNotFoundError, match=f"^{said}$"):
        draw(Value(1.0) + 1.0, engine="dot").svg()
