"""The line under a picture that says what each number in it is."""

from __future__ import annotations

from autograd.drawing.diagram.building import NO_GRADIENT
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.diagram.gradients import Gradients


def legend_of(diagram: Diagram, gradients: Gradients, local_derivatives: bool) -> str:
    """What the numbers in the boxes and at the edges are; also that no edge has one, although they were asked for."""
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
    if local_derivatives:
        sentences.append(_of_edges(diagram))
    if any(edge.repeated > 1 for edge in diagram.edges):
        sentences.append("×n at an edge: it stands for n Values.")
    return " ".join(filter(None, sentences))


def _of_edges(diagram: Diagram) -> str:
    """Which edges have a local derivative, and what it means."""
    into_single = set(diagram.edge_of.values())
    has_folded = len(into_single) < len(diagram.edges)
    if any(edge.derivative for edge in diagram.edges):
        which = "At edges that lead to a single node" if has_folded else "At each edge"
        rest = '; a folded box has none, level="value" shows them' if has_folded else ""
        return f"{which}: the local derivative, of the node it leads to with respect to the one it comes from{rest}."
    return 'No edge has a local derivative: folded boxes have none; level="value" shows them.' if has_folded else ""


def _output(diagram: Diagram, gradients: Gradients) -> str:
    names = [diagram.outputs[output] for output in gradients.outputs] or list(diagram.outputs.values())
    if len(names) > 1 and not gradients.outputs:
        return "output"
    return names[0] if len(names) == 1 else f"({' + '.join(names)})" if len(names) <= 4 else "(the sum of the outputs)"
