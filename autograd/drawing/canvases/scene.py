"""A picture as shapes with coordinates and roles, which each canvas paints in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from autograd.drawing.layout.layout import Course, Point
from autograd.notation.names import Run

# With more edges than this, they are drawn thin, so that the boxes stand out.
DENSE = 150

Role: TypeAlias = Literal["title", "value", "gradient", "detail", "derivative", "count", "caption"]


@dataclass(slots=True)
class TextLine:
    """A line of text, with the point on its base line at which its middle stands, or its start."""

    at: Point
    runs: tuple[Run, ...]
    role: Role
    size: float
    start: bool = False


@dataclass(slots=True)
class DrawnBox:
    """A box and what stands in it.

    Attributes:
        number: its position in the diagram.
        kind: the kind of its `Box`.
        corner, width, height: its rectangle.
        texts: its lines of text, with coordinates relative to the corner.
        tooltip: what is shown when the pointer is over it, and read by a screen reader.
        stacked: whether it stands for several similar parts.
    """

    number: int
    kind: str
    corner: Point
    width: float
    height: float
    texts: list[TextLine]
    tooltip: str
    stacked: bool
    highlighted: bool
    faded: bool

    @property
    def radius(self) -> float:
        """How round its corners are: those of a leaf are rounder than those of an operation."""
        return 11.0 if self.kind in ("leaf", "constant") else 4.0


@dataclass(slots=True)
class DrawnEdge:
    """An edge: its course and its label."""

    number: int
    course: Course
    label: TextLine | None
    weight: float
    highlighted: bool
    faded: bool


@dataclass(slots=True)
class Scene:
    """All shapes of a picture, in pixels from the top left."""

    width: float
    height: float
    title: str
    description: str
    lines: list[DrawnEdge]
    nodes: list[DrawnBox]
    captions: list[TextLine]
