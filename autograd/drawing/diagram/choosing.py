"""Which part of a graph is drawn: at a level of detail that is comfortable to read, or only the nodes near a given one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from autograd.drawing.diagram.building import Contents, build, shown_only
from autograd.drawing.diagram.diagram import Diagram
from autograd.drawing.diagram.folding import DETAILS, Detail
from autograd.engine.collector import collector_paused
from autograd.engine.outputs import single
from autograd.engine.value import Value

Level: TypeAlias = Literal["auto", "value", "neuron", "layer", "network"]

# `level="auto"` shows the most detailed level with at most this many boxes.
COMFORTABLE = 150
# A graph without scopes to fold by is drawn up to this number of nodes.
MOST_UNFOLDED = 2_000
MOST_BOXES = 20_000


@collector_paused()
def at_level(
    roots: Sequence[Value], order: Sequence[Value], level: Level, contents: Contents, focus: Value | None
) -> tuple[Detail, Diagram]:
    """The diagram at a level of detail; for "auto", at the most detailed one that is comfortable to read."""
    if level != "auto":
        if level == "value" and focus is None and len(order) > 2 * MOST_BOXES:
            raise too_many(len(order), level)
        return level, build(roots, order, level, contents)
    folded = any(node._scope is not None for node in order)
    best: tuple[Detail, Diagram] | None = None
    for detail in DETAILS if folded else DETAILS[:1]:
        if detail == "value" and len(order) > 4 * COMFORTABLE and (folded or len(order) > 2 * MOST_UNFOLDED):
            continue  # too many, even if constants are hidden
        diagram = build(roots, order, detail, contents)
        if best is None or len(diagram.boxes) < len(best[1].boxes):
            best = detail, diagram
        if len(diagram.boxes) <= COMFORTABLE:
            break
    if best is None or len(best[1].boxes) > MOST_UNFOLDED:
        raise too_many(len(order) if best is None else len(best[1].boxes), "auto")
    detail, diagram = best
    if detail != "value":
        finer = DETAILS[DETAILS.index(detail) - 1]
        diagram.caption = (
            f'{diagram.n_nodes:,} nodes are folded to {len(diagram.boxes)}, by {detail}; level="{finer}" opens them, '
            f"focus=… shows what is around one node."
        )
    return detail, diagram


def too_many(n_boxes: int, level: str) -> ValueError:
    """The error that says how to fold a graph of too many nodes."""
    most = MOST_UNFOLDED if level == "auto" else MOST_BOXES
    return ValueError(
        f"the graph has {n_boxes:,} nodes to draw, and a picture shows at most {most:,}: fold it with "
        f'level="neuron", "layer" or "network" (networks of nn fold by themselves, and so does code inside '
        f"`with scope(name):`), or draw a part of it with focus=node"
    )


def around(diagram: Diagram, focus: Any, up: int, down: int) -> Diagram:
    """The part of a diagram near one node: at most `up` edges away towards the output, and `down` towards the leaves.

    Raises:
        ValueError: focus is not in the diagram.
    """
    focus = single(focus)
    if not isinstance(focus, Value) or focus not in diagram.box_of:
        described = f"{focus.label!r}" if isinstance(focus, Value) and focus.label else repr(focus)
        raise ValueError(f"focus must be a node of the graph that is drawn, not {described}")
    neighbours: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
    for edge in diagram.edges:
        neighbours[0].setdefault(edge.source, []).append(edge.target)
        neighbours[1].setdefault(edge.target, []).append(edge.source)
    start = diagram.box_of[focus]
    near = {start}
    for direction, steps in zip(neighbours, (up, down), strict=True):
        front = [start]
        seen = {start}
        for _ in range(steps):
            front = [n for box in front for n in direction.get(box, ()) if n not in seen]
            seen.update(front)
        near |= seen
    part = shown_only(diagram, {number: position for position, number in enumerate(sorted(near))})
    part.boxes[part.box_of[focus]].highlighted = True
    left = len(diagram.boxes) - len(part.boxes)
    if left:
        near_to = part.boxes[part.box_of[focus]].name
        part.caption = f"{len(part.boxes)} of {len(diagram.boxes)} nodes are shown, those near {near_to}."
    return part
