"""The canvas for readers who have Graphviz: the same boxes and edges as a `graphviz.Digraph`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from autograd.drawing.canvases.palette import FONTS, Theme, colours_of
from autograd.drawing.diagram.diagram import Box, Diagram
from autograd.drawing.layout.layout import Direction
from autograd.errors import optional_library
from autograd.notation.names import Run

if TYPE_CHECKING:
    import graphviz

_LINE_LENGTH = 100
_RANK_DIRECTION = {"right": "LR", "left": "RL", "down": "TB", "up": "BT"}


def to_digraph(diagram: Diagram, direction: Direction, theme: Theme, legend: str = "") -> graphviz.Digraph:
    """Make a `graphviz.Digraph` of a diagram. Only rendering it needs the program ``dot``.

    Args:
        theme: ``"dark"``; all others give the light colours.
        legend: what the numbers are; it stands under the picture, above the diagram's caption.

    Raises:
        ModuleNotFoundError: the library graphviz is not installed.
    """
    captions = [text for text in (legend, diagram.caption) if text]

    colours = colours_of(theme)
    digraph: graphviz.Digraph = optional_library("graphviz", "a drawing for Graphviz").Digraph(
        graph_attr={
            "rankdir": _RANK_DIRECTION[direction], "bgcolor": colours["paper"], "fontcolor": colours["quiet"],
            "fontname": FONTS[0], "fontsize": "10", "ordering": "in", "nodesep": "0.2", "ranksep": "0.5",
            **({"label": _caption(captions), "labelloc": "b"} if captions else {}),
        },
        node_attr={"shape": "box", "fontname": FONTS[0], "fontsize": "12", "fontcolor": colours["ink"], "margin": "0.1,0.05"},
        edge_attr={
            "color": colours["edge"], "fontname": FONTS[0], "fontsize": "10", "fontcolor": colours["derivative"],
            "arrowsize": "0.7",
        },
    )  # fmt: skip
    for number, box in enumerate(diagram.boxes):
        digraph.node(f"n{number}", label=_label(box, colours["gradient"], colours["quiet"]), **_look(box, colours))
    for edge in diagram.edges:
        attributes: dict[str, str] = {}
        if edge.derivative:
            attributes["label"] = f" {edge.derivative} "
        elif edge.repeated > 1:
            attributes |= {"label": f"×{edge.repeated}", "penwidth": "2.4"}
        if edge.highlighted:
            attributes |= {"color": colours["mark"], "penwidth": "3"}
        digraph.edge(f"n{edge.source}", f"n{edge.target}", **attributes)
    return digraph


def render(digraph: Any, file_format: str) -> bytes:
    """Render a Digraph with the program ``dot``.

    Raises:
        RuntimeError: the program ``dot`` is not installed; the message says what to install.
    """
    from graphviz import ExecutableNotFound

    try:
        rendered: bytes = digraph.pipe(format=file_format)
    except ExecutableNotFound:
        raise RuntimeError(
            'engine="dot" needs Graphviz\'s program dot, which is not installed (its package is called graphviz: apt install '
            'graphviz, brew install graphviz, or graphviz.org/download); engine="own" needs nothing'
        ) from None
    return rendered


def _label(box: Box, gradient: str, quiet: str) -> str:
    """A label in Graphviz's HTML, where scripts can be set."""
    rows = [_runs(box.title)]
    rows += [f'<FONT POINT-SIZE="9" COLOR="{quiet}">{_text(detail)}</FONT>' for detail in box.details]
    if box.value:
        rows.append(_text(box.value))
    if box.gradient:
        rows.append(f'<FONT COLOR="{gradient}">{_text(box.gradient)}</FONT>')
    return f"<{'<BR/>'.join(rows)}>"


def _runs(runs: Sequence[Run]) -> str:
    tag = {0: "", -1: "SUB", 1: "SUP"}
    written = []
    for run in runs:
        text = _text(run.text)
        if run.italic:
            text = f"<I>{text}</I>"
        if run.script:
            text = f"<{tag[run.script]}>{text}</{tag[run.script]}>"
        written.append(text)
    return "".join(written)


def _text(text: str) -> str:
    """A text for Graphviz's markup: special characters as entities, backslashes doubled, control characters left out."""
    return escape("".join(character if character >= " " else " " for character in text)).replace("\\", "&#92;&#92;")


def _caption(paragraphs: Sequence[str]) -> str:
    lines = [line for paragraph in paragraphs for line in wrap(paragraph, _LINE_LENGTH)]
    return f"<{'<BR/>'.join(map(_text, lines))}>"


def _look(box: Box, colours: dict[str, str]) -> dict[str, str]:
    kind = "operation" if box.kind == "constant" else box.kind
    style = {"leaf": "rounded,filled", "constant": "rounded,dashed"}.get(box.kind, "filled")
    look = {"fillcolor": colours[kind], "color": colours[f"{kind}-line"], "style": style}
    if box.kind == "output":
        look["penwidth"] = "2.4"
    if box.repeated > 1:
        look["peripheries"] = "2"
    if box.highlighted:
        look |= {"color": colours["mark"], "penwidth": "3"}
    return look
