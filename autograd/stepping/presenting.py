"""From steps to a page: the picture, and for each step the texts that it writes and the parts that it highlights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd.drawing.canvases.notebook import png_of
from autograd.drawing.canvases.painting import paint
from autograd.drawing.canvases.scene import Scene
from autograd.drawing.canvases.svg import to_svg
from autograd.drawing.diagram.building import NO_GRADIENT, Contents, build
from autograd.drawing.diagram.choosing import MOST_BOXES
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.layout.layout import Direction
from autograd.drawing.live.program import live_program
from autograd.engine.value import Value
from autograd.notation.names import Run
from autograd.notation.numbers import format_number
from autograd.stepping.page import widget_html
from autograd.stepping.page_data import PageData
from autograd.stepping.steps import Step
from autograd.stepping.wording import Wording


@dataclass(frozen=True, slots=True)
class Presentation:
    """A picture of the graph that steps lead through, as it is after one of them.

    Attributes:
        wording: the names and formulas of the steps.
        steps: all steps.
        position: the index of the latest step that was taken; -1 before the first.
        diagram: the boxes and edges of the picture.
        scene: the same with coordinates.
    """

    wording: Wording
    steps: Sequence[Step]
    position: int
    diagram: Diagram
    scene: Scene


def present(wording: Wording, steps: Sequence[Step], position: int, direction: Direction) -> Presentation:
    """Draw the graph that steps lead through, with what is known after the step at a position.

    Raises:
        ValueError: the graph has too many nodes for a page.
    """
    n = len(wording.order)
    if n > MOST_BOXES:
        raise ValueError(f"the graph has {n:,} nodes, and a page shows at most {MOST_BOXES:,}: step through a part of it")
    contents = Contents(gradients=True, local_derivatives=True, hide_constants=True, digits=wording.digits)
    diagram = build([wording.output], wording.order, "value", contents)
    last = {step.node: step.after for step in steps if step.after is not None}
    for box in diagram.boxes:
        if box.gradient:  # the layout has to leave room for the final gradient
            box.gradient = _written(last.get(box.nodes[-1]), wording)
    scene = paint(diagram, [diagram.box_of[wording.output]], direction, _title(wording), are_live=True)
    _hide_what_comes_later(scene, diagram, wording, steps[: position + 1])
    return Presentation(wording, steps, position, diagram, scene)


def page_data(presented: Presentation) -> PageData:
    """Everything that a page shows."""
    wording, diagram, scene = presented.wording, presented.diagram, presented.scene
    order = wording.order
    boxes = {node: diagram.box_of[node] for node in order if node in diagram.box_of}
    return PageData(
        to_svg(scene, styled=False),
        to_svg(scene),
        _title(wording),
        tuple(map(wording.written_name, order)),
        tuple(map(wording.written_operation, order)),
        live_program(order, boxes, diagram.edge_of),
        {node: place for place, node in enumerate(order)}[wording.output],
        max(0, presented.position),
        wording.digits,
    )


def notebook_bundle(presented: Presentation, text: str) -> dict[str, str]:
    """The page, the picture as PNG for exports without HTML, and a line of text."""
    return {"text/html": widget_html(page_data(presented)), "text/plain": text, **png_of(presented.scene, "light")}


def _title(wording: Wording) -> str:
    return f"The gradients of {wording.name(wording.output)}, step by step"


def _written(gradient: float | None, wording: Wording) -> str:
    return NO_GRADIENT if gradient is None else format_number(gradient, wording.digits)


def _hide_what_comes_later(scene: Scene, diagram: Diagram, wording: Wording, taken: Sequence[Step]) -> None:
    """Keep in a picture only what is known after some steps: a later number would give an answer away, even in a tooltip."""
    computed = {step.node for step in taken if step.phase == "forward"}
    gradients = {step.node: step.after for step in taken if step.after is not None}
    walked = {diagram.edge_of[step.edge.node, step.edge.position] for step in taken if step.edge}
    for node, box in zip(scene.nodes, diagram.boxes, strict=True):
        value: Value = box.nodes[-1]
        node.tooltip = box.name
        for text in node.texts:
            if text.role == "value" and value._first is not None and value not in computed:
                text.runs = ()
            elif text.role == "gradient":
                text.runs = (Run(_written(gradients.get(value), wording)),)
    for line in scene.lines:
        if line.label is not None and line.number not in walked:
            line.label.runs = ()
