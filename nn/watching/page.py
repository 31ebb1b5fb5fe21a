"""The page that shows a training: one script without any library, which works in notebooks, in exported HTML and from disk.

If scripts run, the pictures move into a shadow root with a slider below them; if they are stripped, they show the last epoch.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib.resources import files

from autograd.drawing.canvases.notebook import image_of
from autograd.drawing.canvases.svg import style_colours
from autograd.drawing.live.document import document, framed
from autograd.drawing.live.program import to_json
from autograd.drawing.live.script import OUT_OF_USE, styles
from nn.watching.presenting import PageData


def widget_html(data: PageData) -> str:
    """The page as a fragment for the output of a notebook, which may have several of them.

    The pictures are images, which remain where scripts and SVG are stripped from untrusted notebooks.
    """
    own = f"<style>{style_colours('svg', used_by=_rules('picture.css'))}{_rules('picture.css')}</style>"
    images = [image_of(svg.replace(">", f">{own}", 1), title) for title, svg in data.pictures]
    return _widget(data, "\n".join(images), "Run this cell to step through the epochs.", OUT_OF_USE)


def page_html(data: PageData) -> str:
    """The page as a document of its own, which needs no network."""
    pictures = "\n".join(svg for _, svg in data.pictures)
    widget = _widget(data, pictures, "Allow this page its script to step through the epochs.", "")
    heading = f'<h1 style="margin: 8px 8px 0; font: bold 17px Helvetica, Arial, sans-serif">{escape(data.title)}</h1>'
    return document(f"<main>\n{heading}\n{widget}\n</main>", data.title, "max-width: 736px;")


def framed_html(data: PageData) -> str:
    """The page in a frame of its own that fits its height, for notebooks that run scripts in frames only."""
    return framed(page_html(data), data.title, "h1 { display: none; }\n", "48em")


def _widget(data: PageData, pictures: str, instead: str, of_rules: str) -> str:
    """The pictures and what changes in them; `instead` says what to do if scripts don't run.

    `of_rules` says when the style rules apply, which are for what is in the shadow root.
    """
    rules = _rules("picture.css") + _rules("page.css")
    return (
        f'<div class="chalkgrad-training">{pictures}<p>{instead}</p>\n'
        f"{styles(style_colours('.chalkgrad-training', used_by=rules), rules, of_rules)}\n"
        f'<script type="application/json">{to_json(data.changes)}</script></div>\n<script>{_script()}</script>'
    )


@cache
def _script() -> str:
    """The script of the page, without comments and the spaces at the start of lines."""
    return re.sub(r"^\s+(//.*\n)?", "", _file("page.js"), flags=re.MULTILINE)


@cache
def _rules(name: str) -> str:
    return re.sub(r"\s*([{};,!])\s*|:\s+", lambda found: found[1] or ":", _file(name).replace("\n", " ")).replace(";}", "}")


def _file(name: str) -> str:
    return files("nn.watching").joinpath(name).read_text(encoding="utf-8")
