"""The page that shows the steps: one script without any library, which works in notebooks, in exported HTML and from disk.

Where scripts run, the picture moves into a shadow root with the controls around it; where they are stripped, it stays as it is.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from autograd.drawing.canvases.notebook import image_of
from autograd.drawing.canvases.palette import DARK, LIGHT
from autograd.drawing.canvases.svg import style_colours, style_rules
from autograd.stepping.page_data import PageData, PageStep

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
_FRACTION = re.compile("<mfrac>(?:(?!<mfrac>).)*?</mfrac>")

# A height in terms of the window's would depend on itself.
_IN_FRAME = ".chalkgrad-steps { --tallest: 30em; }\nhtml body { background: none; max-width: none; }\n"
_AS_HIGH = """\
<script>
if (frameElement) {
const around = frameElement.ownerDocument.body, follow = () => { document.body.dataset.theme = around.dataset.theme; };
follow();
new MutationObserver(follow).observe(around, {attributeFilter: ["data-theme"]});
new ResizeObserver(() => { frameElement.style.height = document.body.offsetHeight + "px"; }).observe(document.body);
}
</script>
"""


def widget_html(data: PageData) -> str:
    """The page as a fragment, for the output of a notebook; several of them don't disturb one another.

    The picture is an image, which is left where scripts and SVG are stripped from what isn't trusted.
    """
    return _widget(data, image_of(data.styled_svg, data.title), "Run this cell to step through it.")


def framed_html(data: PageData) -> str:
    """The page in a frame of its own, as high as it needs, for notebooks that run no scripts but in frames."""
    page = page_html(data).replace("</style>", _IN_FRAME + "</style>", 1).replace("</body>", _AS_HIGH + "</body>")
    style = "width: 100%; height: 36em; border: 0"
    return f'<iframe title="{escape(data.title)}" style="{style}" srcdoc="{escape(page)}"></iframe>'


def _widget(data: PageData, picture: str, instead: str) -> str:
    """The picture and, where scripts don't run, what to do `instead`."""
    return (
        f'<div class="chalkgrad-steps">{picture}<p>{instead}</p>\n<style>{_style()}</style>\n'
        f'<script type="application/json">{_json(data)}</script></div>\n<script>{_script()}</script>'
    )


def page_html(data: PageData) -> str:
    """The page as a document of its own, which asks nothing of any network."""
    widget = _widget(data, data.svg, "Allow this page its script to step through it.")
    return _FRAME.format(title=escape(data.title), light=LIGHT["paper"], dark=DARK["paper"], widget=widget)


def _json(data: PageData) -> str:
    """Names, steps, fractions and where to start as nested lists; nothing in them can end the element they stand in.

    A fraction, such as ∂L/∂d, comes again and again; formulas have ``<p3>`` in its place, and ``<o>=`` for ``<mo>=</mo>``,
    ``<r>`` for ``<mrow>``. Text in them has no ``<``.
    """
    fractions: dict[str, int] = {}

    def shortened(formula: str) -> str:
        short = re.sub("<m([ino])>([^<]*)</m[ino]>", r"<\1>\2", formula).replace("mrow>", "r>")
        return _FRACTION.sub(lambda found: f"<p{fractions.setdefault(found[0], len(fractions))}>", short)

    steps = [_row(step, shortened) for step in data.steps]
    text = json.dumps([data.names, steps, list(fractions), data.start], ensure_ascii=False, separators=(",", ":"))
    return re.sub("<(?=/?script|!--)", r"\\u003c", text, flags=re.IGNORECASE)


def _row(step: PageStep, shortened: Callable[[str], str]) -> list[Any]:
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
    return [phase, step.node, edge, step.sentence, shortened(step.letters), shortened(step.numbers), shows, question, source]


@cache
def _script() -> str:
    """The script: that of the picture inside that of the page, without comments and superfluous spaces."""
    return _compact(_file("page.js").replace("/* picture.js */", _file("picture.js")))


# Strings and templates stay as they are, comments go, and signs need no space around them, nor a last statement its semicolon.
_SPACES = re.compile(
    r'("(?:[^"\\\n]|\\.)*"|`[^`]*`)|//[^\n]*|;\s*(?=})|\s*([=*?:<>&|,;{}()\[!])\s*| ?([-+/%]) (?=[\w("`[])|\s*(\n)\s*'
)


# One constant after another, with nothing in between that could have statements of its own.
_CONSTANTS = re.compile(r"(?<![\w(.])(const\b[^;{}`]*);const\b ?")
# Names of the script that are nobody else's: no attribute, no word in a text.
SHORTENED_NAMES = ("event", "groups", "panel", "frame", "truth", "guess", "preferred", "slider", "answered", "smallest")


def _compact(script: str) -> str:
    for number, name in enumerate(SHORTENED_NAMES):
        script = re.sub(rf"\b{name}\b", chr(ord("A") + number), script)
    short = _SPACES.sub(lambda found: "".join(part or "" for part in found.groups()), script)
    while short != (short := _CONSTANTS.sub(r"\1,", short)):
        pass
    # HTML needs no quotes around a word.
    return re.sub("`<[^`]*`", lambda found: re.sub(r'="([\w-]+)"(?=[ >])', r"=\1", found[0].replace(">\n<", "><")), short)


def _file(name: str) -> str:
    return files("autograd.stepping").joinpath(name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    # The page's rules follow the picture's, whose marks they override.
    rules = style_rules("", unless=("folded", "marked", "faded", "dense", "many", "detail", "caption"))
    own = re.sub(r"\s*([{}:;,!])\s*", r"\1", _file("page.css").replace("\n", "")).replace(";}", "}")
    return style_colours(".chalkgrad-steps", used_by=rules + own) + rules + own
