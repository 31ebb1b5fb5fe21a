"""The page that shows the steps: one script without any library, which works in notebooks, in exported HTML and from disk.

If scripts run, the picture moves into a shadow root with the controls around it; if they are stripped, it stays as it is.
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

# In a frame as high as its content, a height relative to the window's would depend on itself.
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
    """The page as a fragment for the output of a notebook, which may have several of them.

    The picture is an image, which remains where scripts and SVG are stripped from untrusted notebooks.
    """
    return _widget(data, image_of(data.styled_svg, data.title), "Run this cell to step through it.")


def framed_html(data: PageData) -> str:
    """The page in a frame of its own that fits its height, for notebooks that run scripts in frames only."""
    page = page_html(data).replace("</style>", _IN_FRAME + "</style>", 1).replace("</body>", _AS_HIGH + "</body>")
    style = "width: 100%; height: 36em; border: 0"
    return f'<iframe title="{escape(data.title)}" style="{style}" srcdoc="{escape(page)}"></iframe>'


def _widget(data: PageData, picture: str, instead: str) -> str:
    """The picture and its steps; `instead` says what to do if scripts don't run."""
    return (
        f'<div class="chalkgrad-steps">{picture}<p>{instead}</p>\n<style>{_style()}</style>\n'
        f'<script type="application/json">{_json(data)}</script></div>\n<script>{_script()}</script>'
    )


def page_html(data: PageData) -> str:
    """The page as a document of its own, which needs no network."""
    widget = _widget(data, data.svg, "Allow this page its script to step through it.")
    return _FRAME.format(title=escape(data.title), light=LIGHT["paper"], dark=DARK["paper"], widget=widget)


def _json(data: PageData) -> str:
    """Names, steps, fractions and the first step to show, as nested lists that can't end the element in which they stand.

    Fractions such as ∂L/∂d recur often, so formulas have ``<p3>`` in their place; they also have ``<o>=`` for ``<mo>=</mo>`` and
    ``<r>`` for ``<mrow>``. Text in formulas has no ``<``.
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
    """The script of the page, which contains that of the picture, without comments and superfluous spaces."""
    return _compact(_file("page.js").replace("/* picture.js */", _file("picture.js")))


# Strings and templates stay as they are, comments go, signs need no spaces around them, and last statements no semicolon.
_SPACES = re.compile(
    r'("(?:[^"\\\n]|\\.)*"|`[^`]*`)|//[^\n]*|;\s*(?=})|\s*([=*?:<>&|,;{}()\[!])\s*| ?([-+/%]) (?=[\w("`[])|\s*(\n)\s*'
)


# One constant right after another, with nothing in between that could contain statements.
_CONSTANTS = re.compile(r"(?<![\w(.])(const\b[^;{}`]*);const\b ?")
# Names in the script that are neither attributes nor words in a text, and can be shortened to a letter.
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
