"""From steps to a page: the picture, and for each step what it writes and what it highlights."""

from __future__ import annotations

from autograd.drawing.canvases.notebook import png_of
from autograd.drawing.canvases.painting import paint
from autograd.drawing.canvases.scene import Scene
from autograd.drawing.canvases.svg import to_svg
from autograd.drawing.diagram.building import NO_GRADIENT, Contents, build
from autograd.drawing.diagram.choosing import MOST_BOXES
from autograd.drawing.diagram.diagram import Diagram
from autograd.notation.names import Run, format_number
from autograd.stepping.page import PageData, PageStep, Shown, widget_html
from autograd.stepping.questions import Questions
from autograd.stepping.stepper import Stepper
from autograd.stepping.steps import Step


def title_of(stepper: Stepper) -> str:
    """What a page is called."""
    return f"The gradients of {stepper.wording.name(stepper.output)}, step by step"


def page_data(stepper: Stepper) -> PageData:
    """Prepare all that a page shows.

    Raises:
        ValueError: the graph has too many nodes for a page.
    """
    return _page_data(stepper, *_picture(stepper))


def bundle_of(stepper: Stepper) -> dict[str, str]:
    """The page, the picture as PNG for exports that show no HTML, and a line of text.

    Raises:
        ValueError: the graph has too many nodes for a page.
    """
    diagram, scene = _picture(stepper)
    page = widget_html(_page_data(stepper, diagram, scene))
    return {"text/html": page, "text/plain": repr(stepper), **png_of(scene, "light")}


def _picture(stepper: Stepper) -> tuple[Diagram, Scene]:
    """The picture as it is where the cursor stands."""
    if len(stepper.order) > MOST_BOXES:
        n = len(stepper.order)
        raise ValueError(f"the graph has {n:,} nodes, and a page shows at most {MOST_BOXES:,}: step through a part of it")
    contents = Contents(gradients=True, local_derivatives=True, hide_constants=True, digits=stepper.digits)
    diagram = build([stepper.output], stepper.order, "value", contents)
    last = {step.node: step.after for step in stepper.steps if step.after is not None}
    for box in diagram.boxes:
        if box.gradient:  # the layout leaves room for what will stand there in the end
            gradient = last.get(box.nodes[-1])
            box.gradient = NO_GRADIENT if gradient is None else format_number(gradient, stepper.digits)
    scene = paint(diagram, [diagram.box_of[stepper.output]], stepper.direction, title_of(stepper))
    _show_the_cursor(scene, diagram, stepper)
    return diagram, scene


def _page_data(stepper: Stepper, diagram: Diagram, scene: Scene) -> PageData:
    questions = Questions(stepper)

    def shown(step: Step) -> PageStep:
        node = diagram.box_of[step.node]
        letters, numbers = stepper.wording.mathml_parts(step)
        if step.phase == "forward":
            assert step.value is not None
            value = Shown(node, "value", format_number(step.value, stepper.digits))
            return PageStep("forward", node, None, None, step.sentence, letters, numbers, (value,), None)
        assert step.after is not None
        gradient = Shown(node, "gradient", format_number(step.after, stepper.digits))
        if step.edge is None:
            return PageStep("seed", node, None, None, step.sentence, letters, numbers, (gradient,), None)
        assert step.local_derivative is not None
        edge = diagram.edge_of[step.edge.node, step.edge.position]
        source = diagram.box_of[step.edge.node]
        shows = (gradient, Shown(edge, "derivative", format_number(step.local_derivative, stepper.digits)))
        return PageStep("backward", node, edge, source, step.sentence, letters, numbers, shows, questions.before(step))

    names = tuple(box.name for box in diagram.boxes)
    steps = tuple(map(shown, stepper.steps))
    start = max(0, stepper.position)
    return PageData(to_svg(scene, styled=False), to_svg(scene), title_of(stepper), names, steps, start)


def _show_the_cursor(scene: Scene, diagram: Diagram, stepper: Stepper) -> None:
    """Leave in a picture what is known where the cursor is: a later number is an answer, also in a tooltip or an image."""
    walked = {diagram.edge_of[step.edge.node, step.edge.position] for step in stepper.steps[: stepper.position + 1] if step.edge}
    for node, box in zip(scene.nodes, diagram.boxes, strict=True):
        shown = box.nodes[-1]
        node.tooltip = box.name
        for text in node.texts:
            if text.role == "value" and not stepper.is_computed(shown):
                text.runs = ()
            elif text.role == "gradient":
                gradient = stepper.gradient_of(shown)
                text.runs = (Run(NO_GRADIENT if gradient is None else format_number(gradient, stepper.digits)),)
    for line in scene.lines:
        if line.label is not None and line.number not in walked:
            line.label.runs = ()
