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
        kind: a leaf, a constant, an operation, the output, or several nodes folded into one.
        title: the first line: ``e = a + d``, or the name alone.
        name: the name alone, as plain text.
        value: the number under it; empty where many are folded.
        gradient: the gradient under that, a dash until there is one; empty for what takes none.
        details: further lines, of folded nodes.
        nodes: the Values it stands for; the last is the one whose numbers it shows.
        repeated: how many alike were folded into it.
        highlighted, faded: whether it stands out, or stands back.
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
        source, target: positions of boxes.
        position: the place among the target's operands.
        derivative: the local derivative ∂target/∂source, to be written at the edge; empty for none.
        repeated: how many edges between folded nodes it stands for.
        highlighted, faded: whether it stands out, or stands back.
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
        boxes: operands before results.
        edges: by target, then by position.
        caption: what was folded or left out and how to see it; empty if all is there.
        box_of: the box of each Value drawn.
        edge_of: the edge of each use drawn, by node and operand position.
        n_nodes: how many nodes the graph has.
        outputs: the outputs and what they are called.
    """

    boxes: list[Box] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    caption: str = ""
    box_of: dict[Value, int] = field(default_factory=dict)
    edge_of: dict[tuple[Value, int], int] = field(default_factory=dict)
    n_nodes: int = 0
    outputs: dict[Value, str] = field(default_factory=dict)
