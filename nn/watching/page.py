"""The page that shows a training: one script without any library, which works in notebooks, in exported HTML and from disk.

If scripts run, the pictures move into a shadow root with a slider below them; if they are stripped, they show the last epoch.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib.resources import files

from autograd.drawing.canvases.notebook import image_of
from autograd.drawing.canvases.palette import DARK, LIGHT
from autograd.drawing.canvases.svg import style_colours
from nn.watching.presenting import PageData

_FRAME = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 0 auto; max-width: 736px; background: {light}; }}
h1 {{ margin: 8px 8px 0; font: bold 17px Helvetica, Arial, "DejaVu Sans", sans-serif; color: {light_ink}; }}
@media (prefers-color-scheme: dark) {{ body {{ background: {dark}; }} h1 {{ color: {dark_ink}; }} }}
</style>
<body>
<main>
<h1>{title}</h1>
{widget}
</main>
</body>
</html>
"""
_IN_FRAME = "html body { background: none; max-width: none; }\nh1 { display: none; }\n"
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

    The pictures are images, which remain where scripts and SVG are stripped from untrusted notebooks.
    """
    own = f"<style>{style_colours('svg', used_by=_rules('picture.css'))}{_rules('picture.css')}</style>"
    images = [image_of(svg.replace(">", f">{own}", 1), title) for title, svg in data.pictures]
    return _widget(data, "\n".join(images), "Run this cell to step through the epochs.", " media='not all'")


def page_html(data: PageData) -> str:
    """The page as a document of its own, which needs no network."""
    pictures = "\n".join(svg for _, svg in data.pictures)
    widget = _widget(data, pictures, "Allow this page its script to step through the epochs.", "")
    return _FRAME.format(
        title=escape(data.title),
        light=LIGHT["paper"],
        dark=DARK["paper"],
        light_ink=LIGHT["ink"],
        dark_ink=DARK["ink"],
        widget=widget,
    )


def framed_html(data: PageData) -> str:
    """The page in a frame of its own that fits its height, for notebooks that run scripts in frames only."""
    page = page_html(data).replace("</style>", _IN_FRAME + "</style>", 1).replace("</body>", _AS_HIGH + "</body>")
    style = "width: 100%; height: 48em; border: 0"
    return f'<iframe title="{escape(data.title)}" style="{style}" srcdoc="{escape(page)}"></iframe>'


def _widget(data: PageData, pictures: str, instead: str, media: str) -> str:
    """The pictures and what changes in them; `instead` says what to do if scripts don't run.

    The first style sets colours, and the second one is for what is in the shadow root; `media` keeps it from the page around.
    """
    rules = _rules("picture.css") + _rules("page.css")
    return (
        f'<div class="chalkgrad-training">{pictures}<p>{instead}</p>\n'
        f"<style>{style_colours('.chalkgrad-training', used_by=rules)}</style><style{media}>{rules}</style>\n"
        f'<script type="application/json">{_json(data)}</script></div>\n<script>{_script()}</script>'
    )


def _json(data: PageData) -> str:
    """What changes, as text that can't end the element in which it stands."""
    text = json.dumps(data.changes, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("<(?=/?script|!--)", r"\\u003c", text, flags=re.IGNORECASE)


@cache
def _script() -> str:
    """The script of the page, without comments and the spaces at the start of lines."""
    return re.sub(r"^\s+(//.*\n)?", "", _file("page.js"), flags=re.MULTILINE)


@cache
def _rules(name: str) -> str:
    return re.sub(r"\s*([{};,!])\s*|:\s+", lambda found: found[1] or ":", _file(name).replace("\n", " ")).replace(";}", "}")


def _file(name: str) -> str:
    return files("nn.watching").joinpath(name).read_text(encoding="utf-8")
