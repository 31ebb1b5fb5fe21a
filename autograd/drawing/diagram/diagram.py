"""What a picture shows, before it has coordinates: boxes in the order of computation, and edges in operand order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from autograd.engine.value import Value
from autograd.notation.names import Run

Kind: TypeAlias = Literal["leaf", "constant", "operation", "output", "folded"]


@dataclass(slots=True)
class Box:
    """One node of a picture.

    Attributes:
        kind: whether it is a leaf, a constant, an operation, the output, or several nodes folded into one.
        title: the first line: ``e = a + d``, or the name alone.
        name: the name alone, as plain text.
        value: the number under the title; empty for a box that stands for many nodes.
        gradient: the gradient under the value, or a dash until it is computed; empty for a node without a gradient.
        details: further lines about folded nodes.
        nodes: the Values it stands for; the last is the one whose numbers it shows.
        repeated: how many similar parts were folded into it.
        highlighted, faded: whether it stands out, or is drawn faintly.
    """

    kind: Kind
    title: tuple[Run, ...]
    name: str
    value: str = ""
    gradient: str = ""
    details: tuple[str, ...] = ()
    nodes: tuple[Value, ...] = ()
    repeated: int = 1
    highlighted: bool = False
    faded: bool = False


@dataclass(slots=True)
class Edge:
    """One use of a node by another.

    Attributes:
        source, target: the numbers of the boxes that it connects.
        position: its place among the operands of the target.
        derivative: the local derivative ∂target/∂source, which is written at the edge; empty if nothing is written there.
        repeated: how many edges between folded nodes it stands for.
        highlighted, faded: whether it stands out, or is drawn faintly.
    """

    source: int
    target: int
    position: int = 0
    derivative: str = ""
    repeated: int = 1
    highlighted: bool = False
    faded: bool = False


@dataclass(slots=True)
class Diagram:
    """Boxes and edges, and what to say under them.

    Attributes:
        boxes: the boxes, operands before results.
        edges: the edges, sorted by target and then by position.
        caption: what was folded or left out, and how to see it; empty if everything is shown.
        box_of: the number of the box in which each Value is drawn.
        edge_of: the number of the edge for each use of an operand, by node and operand position.
        n_nodes: how many nodes the graph has.
        outputs: the outputs and their names.
    """

    boxes: list[Box] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    caption: str = ""
    box_of: dict[Value, int] = field(default_factory=dict)
    edge_of: dict[tuple[Value, int], int] = field(default_factory=dict)
    n_nodes: int = 0
    outputs: dict[Value, str] = field(default_factory=dict)
