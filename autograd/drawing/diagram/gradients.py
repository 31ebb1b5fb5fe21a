"""The gradients that a picture shows: those of its own output, regardless of what backward passes have left at the nodes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograd.derivatives import gradients_by_node
from autograd.drawing.diagram.diagram import Box, Diagram
from autograd.engine import graph
from autograd.engine.value import Value
from autograd.notation.numbers import format_number

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Gradients:
    """What is differentiated with respect to the nodes of a picture, and the results.

    Attributes:
        outputs: the Values whose sum is differentiated; empty until a backward pass has reached one of them.
        of: the gradient of each node.
    """

    outputs: tuple[Value, ...] = ()
    of: dict[Value, float] = field(default_factory=dict)


def gradients_of(roots: Sequence[Value], order: Sequence[Value]) -> Gradients:
    """The gradients of the outputs that are drawn, once a backward pass has reached them.

    They are computed anew, because those at the nodes may be sums over several passes, or gradients of another output. If there
    are several outputs, those count that a pass has reached and that no other output was computed from.

    Args:
        roots: the outputs.
        order: all nodes, operands before results.
    """
    used = {operand for node in order for operand in graph.operands(node)} if len(roots) > 1 else set()
    outputs = tuple(root for root in roots if root.gradient is not None and root not in used)
    return Gradients(outputs, gradients_by_node(outputs, order) if outputs else {})


def difference_note(diagram: Diagram, gradients: Gradients, digits: int) -> str:
    """A sentence on the nodes whose attribute `gradient` differs from the number in the picture, and why; empty if none does."""
    differing = [box for box in diagram.boxes if _differs(box, gradients)]
    if not differing:
        return ""
    named = [f"{box.name} ({_both(box.nodes[-1], gradients, digits)})" for box in differing[:_MOST_NAMED]]
    left = len(differing) - len(named)
    listed = ", ".join(named) + (f" and {left:,} more" if left else "")
    why = []
    if any(box.nodes[-1]._first is None for box in differing):
        why.append("leaves add up all backward passes")
    if any(box.nodes[-1]._first is not None for box in differing):
        why.append("computed nodes keep the latest one's")
    return f"The attribute .gradient is another number at {listed}: {', '.join(why)}."


def _differs(box: Box, gradients: Gradients) -> bool:
    if not box.gradient:
        return False
    shown, kept = gradients.of.get(box.nodes[-1]), box.nodes[-1].gradient
    if shown is None or kept is None or (math.isnan(shown) and math.isnan(kept)):
        return False
    # Sums of the same parts in another order may differ by a rounding error.
    return not math.isclose(shown, kept, rel_tol=1e-9)


def _both(node: Value, gradients: Gradients, digits: int) -> str:
    """The number at a node, with enough digits to tell it from the one that is shown."""
    kept = node.gradient
    assert kept is not None
    return next(
        (text for n in range(digits, 17) if (text := format_number(kept, n)) != format_number(gradients.of[node], n)), repr(kept)
    )
