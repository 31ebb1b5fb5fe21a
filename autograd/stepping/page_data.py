"""What a page of steps shows, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Shown(NamedTuple):
    """A text that a step writes into the picture.

    Attributes:
        place: the number of the box or of the edge.
        kind: the value or the gradient of a box, or the local derivative at an edge.
        text: what is written.
    """

    place: int
    kind: Literal["value", "gradient", "derivative"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the predict mode asks before a step. No number that the answer is computed from stands in it.

    Attributes:
        context: what it is about where the formula alone doesn't say: one of several uses; else empty.
        asked: the formula of what is asked for, such as ``∂L/∂d = ∂L/∂e · ∂e/∂d``.
        shown: the answer as it is shown.
        answer: the answer in full.
    """

    context: str
    asked: str
    shown: str
    answer: float


@dataclass(frozen=True, slots=True)
class PageStep:
    """One step as the page shows it.

    Attributes:
        phase: ``"forward"``, ``"seed"`` or ``"backward"``.
        node: the box that changes.
        edge: the edge that is walked back; None for none.
        source: the box at its other end, where the upstream gradient is; None for none.
        sentence: what happens, as plain text.
        letters, numbers: the insides of ``<math>`` elements.
        shows: what the step writes into the picture.
        question: what to ask before it; None for nothing.
    """

    phase: str
    node: int
    edge: int | None
    source: int | None
    sentence: str
    letters: str
    numbers: str
    shows: tuple[Shown, ...]
    question: Question | None


@dataclass(frozen=True, slots=True)
class PageData:
    """What a page shows.

    Attributes:
        svg: the picture, without styles: a group ``.node`` with ``data-node`` for each box, a group ``.edge`` with ``data-edge``
            for each edge, in a box texts of the classes ``value`` and ``gradient``, at an edge one of the class ``derivative``.
        styled_svg: the same with styles, to stand alone.
        title: of the page.
        names: of the boxes, as plain text.
        steps: in order.
        start: the step at which the page opens.
    """

    svg: str
    styled_svg: str
    title: str
    names: tuple[str, ...]
    steps: tuple[PageStep, ...]
    start: int
