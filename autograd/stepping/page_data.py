"""What a page of steps shows, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple


class Shown(NamedTuple):
    """A text that a step writes into the picture.

    Attributes:
        place: the number of the box or of the edge.
        kind: whether it is the value or the gradient in a box, or the local derivative at an edge.
        text: the text.
    """

    place: int
    kind: Literal["value", "gradient", "derivative"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """The question that the predict mode asks before a step. It has none of the numbers from which the answer is computed.

    Attributes:
        context: which of several uses is meant, if the formula alone doesn't say so; else empty.
        asked: the formula of the quantity asked for, such as ``∂L/∂d = ∂L/∂e · ∂e/∂d``.
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
        node: the number of the box that changes.
        edge: the number of the edge that is walked back, if there is one.
        source: the number of the box at its other end, which has the upstream gradient.
        sentence: what happens, as plain text.
        letters, numbers: the contents of two ``<math>`` elements.
        shows: the texts that the step writes into the picture.
        question: what to ask before the step; None if nothing is asked.
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
        styled_svg: the same picture with styles, to stand alone.
        title: the title of the page.
        names: the names of the boxes, as plain text.
        steps: the steps in order.
        start: the step at which the page opens.
    """

    svg: str
    styled_svg: str
    title: str
    names: tuple[str, ...]
    steps: tuple[PageStep, ...]
    start: int
