"""The page that shows the steps: one script without any library, which works in notebooks, in exported HTML and from disk.

Where scripts run, the picture moves into a shadow root with the controls around it; where they are stripped, it stays as it is.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from autograd.drawing.notebook import image_of
from autograd.drawing.palette import DARK, LIGHT
from autograd.drawing.svg import style_colours, style_rules

_PHASES = ("forward", "seed", "backward")
_KINDS = ("value", "gradient", "derivative")
_FRAME = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 0 auto; max-width: 80em; background: {light}; }}
@media (prefers-color-scheme: dark) {{ body {{ background: {dark}; }} }}
</style>
<body>
{widget}
</body>
</html>
"""


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


def widget_html(data: PageData) -> str:
    """The page as a fragment, for the output of a notebook; several of them don't disturb one another.

    The picture is an image, which is left where scripts and SVG are stripped from what isn't trusted.
    """
    return _widget(data, image_of(data.styled_svg, data.title))


def _widget(data: PageData, picture: str) -> str:
    return (
        f'<div class="chalkgrad-steps">{picture}\n<style>{_style()}</style>\n'
        f'<script type="application/json">{_json(data)}</script></div>\n<script>{_script()}</script>'
    )


def page_html(data: PageData) -> str:
    """The page as a document of its own, which asks nothing of any network."""
    return _FRAME.format(title=escape(data.title), light=LIGHT["paper"], dark=DARK["paper"], widget=_widget(data, data.svg))


def _json(data: PageData) -> str:
    """Names, steps and where to start as nested lists; nothing in them can end the element they stand in."""
    text = json.dumps([data.names, [_row(step) for step in data.steps], data.start], ensure_ascii=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("<!--", "<\\u0021--")


def _row(step: PageStep) -> list[Any]:
    shows = [[place, _KINDS.index(kind), text] for place, kind, text in step.shows]
    question: Any = 0
    if step.question is not None:
        asked = step.question
        # JSON has no infinity.
        answer = asked.answer if math.isfinite(asked.answer) else repr(asked.answer).replace("nan", "NaN")
        question = [asked.context, asked.asked, asked.shown, answer]
    edge = -1 if step.edge is None else step.edge
    source = -1 if step.source is None else step.source
    phase = _PHASES.index(step.phase)
    return [phase, step.node, edge, step.sentence, step.letters, step.numbers, shows, question, source]


@cache
def _script() -> str:
    """The script without indentation and comments."""
    text = files("autograd.stepping").joinpath("page.js").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def _style() -> str:
    text = files("autograd.stepping").joinpath("page.css").read_text(encoding="utf-8")
    # The page's rules follow the picture's, whose marks they override.
    rules = style_rules("", unless=("folded", "marked", "faded", "dense", "many", "detail", "caption"))
    return style_colours(".chalkgrad-steps") + rules + re.sub(r"\s*([{}:;,])\s+|\n", r"\1", text)
