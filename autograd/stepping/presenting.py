"""From steps to a page: the picture, and for each step the texts that it writes and the parts that it highlights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from autograd.drawing.canvases.notebook import png_of
from autograd.drawing.canvases.painting import paint
from autograd.drawing.canvases.scene import Scene
from autograd.drawing.canvases.svg import to_svg
from autograd.drawing.diagram.building import NO_GRADIENT, Contents, build
from autograd.drawing.diagram.choosing import MOST_BOXES
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.layout.layout import Direction
from autograd.engine.value import Value
from autograd.notation.names import Run
from autograd.notation.numbers import format_number
from autograd.stepping.page import widget_html
from autograd.stepping.page_data import PageData, PageStep, Shown
from autograd.stepping.questions import Questions
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
    scene = paint(diagram, [diagram.box_of[wording.output]], direction, _title(wording))
    _hide_what_comes_later(scene, diagram, wording, steps[: position + 1])
    return Presentation(wording, steps, position, diagram, scene)


def page_data(presented: Presentation) -> PageData:
    """Everything that a page shows."""
    wording, diagram, scene = presented.wording, presented.diagram, presented.scene
    questions = Questions(wording, presented.steps)

    def written(place: int, kind: Literal["value", "gradient", "derivative"], x: float | None) -> Shown:
        assert x is not None
        return Shown(place, kind, format_number(x, wording.digits))

    def shown(step: Step) -> PageStep:
        node = diagram.box_of[step.node]
        shows = [written(node, "value", step.value) if step.phase == "forward" else written(node, "gradient", step.after)]
        edge, source, question = None, None, None
        if step.edge is not None:
            edge = diagram.edge_of[step.edge.node, step.edge.position]
            source = diagram.box_of[step.edge.node]
            shows.append(written(edge, "derivative", step.local_derivative))
            question = questions.before(step)
        return PageStep(step.phase, node, edge, source, step.sentence, *wording.mathml_parts(step), tuple(shows), question)

    names = tuple(box.name for box in diagram.boxes)
    steps = tuple(map(shown, presented.steps))
    start = max(0, presented.position)
    return PageData(to_svg(scene, styled=False), to_svg(scene), _title(wording), names, steps, start)


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
