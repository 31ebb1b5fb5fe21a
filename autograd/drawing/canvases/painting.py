"""From a diagram to a scene: how big each box is, and where its lines of text stand."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.drawing.canvases.scene import DrawnBox, DrawnEdge, Role, Scene, TextLine
from autograd.drawing.canvases.text_width import width_of_runs, width_of_text
from autograd.drawing.diagram.diagram import Box, Diagram, Edge
from autograd.drawing.layout.layout import Direction, Placement, Point, lay_out
from autograd.engine.collector import collector_paused
from autograd.notation.names import Run

TITLE_SIZE, NUMBER_SIZE, SMALL_SIZE = 14.0, 13.0, 11.0
_SIDE, _TOP, _BOTTOM = 10.0, 18.0, 8.0
_LINE, _SMALL_LINE = 17.0, 14.0
_MARGIN = 10.0
_LEAST_WIDTH = 44.0
# A number that may change has room for this one in its box, and is squeezed if it is longer.
_ROOM = "−0.1"
_STACK = 4.0  # how far the second sheet of a repeated box sticks out


@collector_paused()
def paint(
    diagram: Diagram, roots: Sequence[int], direction: Direction, title: str, legend: str = "", *, are_live: bool = False
) -> Scene:
    """Lay a diagram out and give every shape its place.

    Args:
        roots: the boxes of the outputs.
        direction: where the computation goes.
        title: what the picture shows, in one line, for readers who use a screen reader.
        legend: what the numbers in the boxes mean; may be empty.
        are_live: whether the numbers may change, and need room for others.
    """
    flat = direction in ("right", "left")
    widest = max((width_of_text(_label_of(edge)) * SMALL_SIZE for edge in diagram.edges), default=0.0)
    labelled = widest > 0.0
    port_distance = (15.0 if flat else widest + 10.0) if labelled else 0.0
    ports = [0] * len(diagram.boxes)
    for edge in diagram.edges:
        ports[edge.target] += 1
    sizes, texts = [], []
    for box, n_ports in zip(diagram.boxes, ports, strict=True):
        lines, width, height = _lines(box)
        if are_live and (box.value or box.gradient):
            width = max(width, round(width_of_text(_ROOM) * NUMBER_SIZE + 2.0 * _SIDE, 1))
        room = 12.0 + port_distance * (n_ports - 1) if labelled else min(12.0 + 7.0 * (n_ports - 1), 90.0)
        if n_ports > 1:
            width, height = (width, max(height, room)) if flat else (max(width, room), height)
        shift = 0.5 * (height - _height(box))
        for line in lines:
            line.at = (0.5 * width, line.at[1] + shift)
        sizes.append((width, height))
        texts.append(lines)
    label_room = (widest + 8.0 if flat else 18.0) if labelled else 0.0
    layout = lay_out(diagram, sizes, roots, direction, label_room=label_room, port_distance=port_distance, margin=_MARGIN)
    return _scene(diagram, layout, sizes, texts, title, legend, flat)


def _label_of(edge: Edge) -> str:
    return edge.derivative or (f"×{edge.repeated}" if edge.repeated > 1 else "")


def _lines(box: Box) -> tuple[list[TextLine], float, float]:
    """The lines of text of a box, with coordinates from its top left corner, and its size."""
    lines = [TextLine((0.0, _TOP), box.title, "title", TITLE_SIZE)]
    y = _TOP

    def add(text: str, role: Role, size: float, step: float) -> None:
        nonlocal y
        y += step
        lines.append(TextLine((0.0, y), (Run(text),), role, size))

    for detail in box.details:
        add(detail, "detail", SMALL_SIZE, _SMALL_LINE + 1.0)
    if box.value:
        add(box.value, "value", NUMBER_SIZE, _LINE)
    if box.gradient:
        add(box.gradient, "gradient", NUMBER_SIZE, _LINE)
    width = max(width_of_runs(line.runs) * line.size for line in lines) + 2.0 * _SIDE
    return lines, round(max(width, _LEAST_WIDTH), 1), _height(box)


def _height(box: Box) -> float:
    rows = (box.value != "") + (box.gradient != "")
    return _TOP + (_SMALL_LINE + 1.0) * len(box.details) + _LINE * rows + _BOTTOM


def _scene(
    diagram: Diagram,
    layout: Placement,
    sizes: Sequence[Point],
    texts: Sequence[list[TextLine]],
    title: str,
    legend: str,
    flat: bool,
) -> Scene:
    nodes = [
        DrawnBox(
            number, box.kind, layout.corners[number], *sizes[number], texts[number], _tooltip(box), box.repeated > 1,
            box.highlighted, box.faded,
        )
        for number, box in enumerate(diagram.boxes)
    ]  # fmt: skip
    lines = []
    for number, (edge, course) in enumerate(zip(diagram.edges, layout.courses, strict=True)):
        label = None
        written = _label_of(edge)
        if written:
            x, y = course.label
            at = (x, y - 4.0) if flat else (x + 5.0, y + 4.0)
            label = TextLine(at, (Run(written),), "derivative" if edge.derivative else "count", SMALL_SIZE, start=not flat)
        weight = 1.2 if edge.repeated == 1 else 2.4
        lines.append(DrawnEdge(number, course, label, weight, edge.highlighted, edge.faded))
    width, height = layout.width, layout.height
    captions = []
    for line in _wrapped([text for text in (legend, diagram.caption) if text], max(width - 2.0 * _MARGIN, 260.0)):
        height += _SMALL_LINE
        captions.append(TextLine((_MARGIN, height - _MARGIN + 2.0), (Run(line),), "caption", SMALL_SIZE, start=True))
        width = max(width, width_of_text(line) * SMALL_SIZE + 2.0 * _MARGIN)
    return Scene(round(width, 1), round(height + 2.0, 1), title, diagram.caption, lines, nodes, captions)


def _tooltip(box: Box) -> str:
    parts = ["".join(run.text for run in box.title) if box.kind == "folded" else box.name, *box.details]
    if box.value:
        parts.append(f"value {box.value}")
    if box.gradient:
        parts.append("no gradient yet" if box.gradient == "–" else f"gradient {box.gradient}")
    return ", ".join(parts)


def _wrapped(paragraphs: Sequence[str], width: float) -> list[str]:
    lines = []
    for paragraph in paragraphs:
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of_text(longer) * SMALL_SIZE > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines
