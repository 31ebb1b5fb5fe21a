"""What a caption says where a derivative in the picture doesn't exist."""

from __future__ import annotations

from autograd.checking.replay.kink_search import is_smooth, kink_at
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.diagram.naming import name_of_use
from autograd.engine import graph
from autograd.notation.names import format_number

_MOST = 3


def caption_of_kinks(diagram: Diagram, digits: int) -> str:
    """A sentence on each kink and jump at the numbers shown, where a local derivative is a convention; empty if there is none."""
    sentences = []
    for box in diagram.boxes:
        if box.kind not in ("operation", "output") or len(box.nodes) != 1:
            continue
        node = box.nodes[0]
        if is_smooth(node):
            continue
        for position, operand in enumerate(graph.operands(node)):
            if operand.primitive.name == "constant" or operand not in diagram.box_of:
                continue
            kink = kink_at(node, position)
            if kink is not None:
                source = diagram.boxes[diagram.box_of[operand]].name
                place = f"{source} = {format_number(operand._data, digits)}"
                taken = format_number(graph.local_derivatives(node)[position], digits)
                use = name_of_use(node, position, source)
                of = f"As a function of {use} alone, " if use else ""
                local = f"with respect to {use}" if use else f"∂{box.name}/∂{source}"
                sentences.append(
                    f"{of}{box.name} {'jumps' if kink.jumps else 'has a kink'} at {place}: "
                    f"the local derivative {local} does not exist there, and the convention takes {taken}."
                )
    if len(sentences) > _MOST:
        sentences[_MOST:] = [f"{len(sentences) - _MOST:,} more local derivatives do not exist."]
    return " ".join(sentences)
