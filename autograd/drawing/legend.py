"""The line under a picture that says what each number in it is."""

from __future__ import annotations

from autograd.drawing.building import NO_GRADIENT
from autograd.drawing.diagram import Diagram
from autograd.drawing.gradients import Gradients


def legend_of(diagram: Diagram, gradients: Gradients) -> str:
    """What the numbers in the boxes and at the edges are; empty where there are none."""
    shown = [box.gradient for box in diagram.boxes if box.gradient]
    parts = []
    if any(box.value for box in diagram.boxes):
        parts.append("the value")
    if shown:
        of = _output(diagram, gradients)
        dash = ""
        if NO_GRADIENT in shown:
            of_which = " + ".join(diagram.outputs[output] for output in gradients.outputs)
            reason = f"{of_which} was not computed from it" if gradients.outputs else f"no backward pass of {of} yet"
            dash = f" ({NO_GRADIENT}: {reason})"
        parts.append(f"the gradient ∂{of}/∂node{dash}")
    sentences = []
    if parts:
        sentences.append(f"In each box: {', and under it '.join(parts)}.")
    if any(edge.derivative for edge in diagram.edges):
        sentences.append("At each edge: the local derivative, of the node it leads to with respect to the one it comes from.")
    if any(edge.repeated > 1 for edge in diagram.edges):
        sentences.append("×n at an edge: it stands for n Values.")
    return " ".join(sentences)


def _output(diagram: Diagram, gradients: Gradients) -> str:
    names = [diagram.outputs[output] for output in gradients.outputs] or list(diagram.outputs.values())
    if len(names) > 1 and not gradients.outputs:
        return "output"
    return names[0] if len(names) == 1 else f"({' + '.join(names)})" if len(names) <= 4 else "(the sum of the outputs)"
