"""What is said where a derivative doesn't exist: in the caption of a picture, and in the sentence of a step."""

from __future__ import annotations

from autograd.checking.replay.kink_search import Kink, is_smooth, kink_at
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.diagram.naming import name_of_use
from autograd.engine import graph
from autograd.engine.value import Value
from autograd.notation.numbers import format_number

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
                names = box.name, diagram.boxes[diagram.box_of[operand]].name
                sentences.append(sentence_on_kink(kink, node, position, names, "∂{}/∂{}".format(*names), digits))
    if len(sentences) > _MOST:
        sentences[_MOST:] = [f"{len(sentences) - _MOST:,} more local derivatives do not exist."]
    return " ".join(sentences)


def sentence_on_kink(
    kink: Kink, node: Value, position: int, names: tuple[str, str], derivative: str, digits: int, *, with_slopes: bool = False
) -> str:
    """A sentence on a point where an operation has no derivative with respect to one of its operands.

    Args:
        position: the operand's place.
        names: of the node and of the operand.
        derivative: how the derivative of the one with respect to the other is written.
        digits: how many significant digits numbers are rounded to.
        with_slopes: whether to name the slopes on both sides.
    """
    name, operand = names
    x = format_number(graph.operands(node)[position]._data, digits)
    taken = format_number(graph.local_derivatives(node)[position], digits)
    what = f"{name} {'jumps' if kink.jumps else 'has a kink'} at {operand if operand == x else f'{operand} = {x}'}"
    use = name_of_use(node, position, operand)
    if use:
        # Several uses together may well be smooth, as max(a, a) is.
        what = f"As a function of {use} alone, {what}"
    local = f"with respect to {use}" if use else derivative
    if not with_slopes:
        return f"{what}: the local derivative {local} does not exist there, and the convention takes {taken}."
    if not kink.jumps:
        left, right = format_number(kink.left, digits), format_number(kink.right, digits)
        what += f", with slope {left} on the left and {right} on the right"
    return f"{what}, so the local derivative {local} does not exist there: the convention takes {taken}."
