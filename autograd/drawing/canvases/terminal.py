"""The text canvas: a graph as a tree of lines."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.drawing.diagram.diagram import Box, Diagram
from autograd.notation.names import plain


def to_text(diagram: Diagram, roots: Sequence[int]) -> str:
    """Write each box on a line, above the boxes it was computed from; a box that occurs again refers to its first line."""
    operands: dict[int, list[tuple[int, str]]] = {}
    for edge in diagram.edges:
        operands.setdefault(edge.target, []).append((edge.source, edge.derivative))
    is_operand = {edge.source for edge in diagram.edges}
    starts = [*roots, *(number for number in range(len(diagram.boxes)) if number not in is_operand and number not in roots)]
    lines: list[str] = []
    written: set[int] = set()
    # A stack, since a chain may be deeper than Python's recursion limit.
    stack = [(number, "", "", "") for number in reversed(starts)]
    while stack:
        number, first, rest, derivative = stack.pop()
        factor = f"[× {derivative}] " if derivative else ""
        below = operands.get(number, [])
        if number in written and below:
            lines.append(f"{first}{factor}{diagram.boxes[number].name} (above)")
            continue
        written.add(number)
        lines.append(f"{first}{factor}{_line(diagram.boxes[number])}")
        for position in range(len(below) - 1, -1, -1):
            last = position == len(below) - 1
            source, local = below[position]
            stack.append((source, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), local))
    return "\n".join([*lines, *([diagram.caption] if diagram.caption else [])])


def _line(box: Box) -> str:
    title = plain(box.title)
    parts = [f"{title} = {box.value}" if box.value else title]
    if box.details:
        parts.append(f"({'; '.join(box.details)})")
    if box.gradient:
        parts.append(f"  ∂ = {box.gradient}")
    return " ".join(parts)
