"""From steps to a page: the picture, and for each step what it writes and what it highlights."""

from __future__ import annotations

from autograd.drawing.building import NO_GRADIENT, Contents, build
from autograd.drawing.choosing import MOST_BOXES
from autograd.drawing.painting import paint
from autograd.drawing.svg import to_svg
from autograd.notation.names import format_number
from autograd.stepping.page import PageData, PageStep, Question
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
    if len(stepper.order) > MOST_BOXES:
        n = len(stepper.order)
        raise ValueError(f"the graph has {n:,} nodes, and a page shows at most {MOST_BOXES:,}: step through a part of it")
    contents = Contents(gradients=True, local_derivatives=True, hide_constants=True, digits=stepper.digits)
    diagram = build([stepper.output], stepper.order, "value", contents)
    # Where scripts are stripped the picture shows the end of the pass: all values and gradients.
    last = {step.node: step.after for step in stepper.steps if step.after is not None}
    for box in diagram.boxes:
        if box.gradient:
            gradient = last.get(box.nodes[-1])
            box.gradient = NO_GRADIENT if gradient is None else format_number(gradient, stepper.digits)
    scene = paint(diagram, [diagram.box_of[stepper.output]], stepper.direction, title_of(stepper))

    def shown(step: Step) -> PageStep:
        node = diagram.box_of[step.node]
        letters, numbers = stepper.wording.mathml_parts(step)
        if step.phase == "forward":
            assert step.value is not None
            shows = ((node, "value", format_number(step.value, stepper.digits)),)
            return PageStep("forward", node, None, None, step.sentence, letters, numbers, shows, None)
        assert step.after is not None
        shows = ((node, "gradient", format_number(step.after, stepper.digits)),)
        if step.edge is None:
            return PageStep("seed", node, None, None, step.sentence, letters, numbers, shows, None)
        edge = diagram.edge_of[step.edge.node, step.edge.position]
        source = diagram.box_of[step.edge.node]
        return PageStep("backward", node, edge, source, step.sentence, letters, numbers, shows, _question(stepper, step))

    names = tuple(box.name for box in diagram.boxes)
    steps = tuple(map(shown, stepper.steps))
    return PageData(to_svg(scene, styled=False), to_svg(scene), title_of(stepper), names, steps)


def _question(stepper: Stepper, step: Step) -> Question:
    assert step.upstream is not None and step.local_derivative is not None and step.product is not None
    upstream, local, product = (
        format_number(number, stepper.digits) for number in (step.upstream, step.local_derivative, step.product)
    )
    return Question(stepper.wording.gradient_text(step.node), upstream, local, product, step.product)
