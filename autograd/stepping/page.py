"""The page that shows the steps: one script without any library, which works in notebooks, in exported HTML and from disk.

If scripts run, the picture moves into a shadow root with the controls around it; if they are stripped, it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from hashlib import blake2s
from importlib.resources import files
from typing import Any

from autograd.drawing.canvases.notebook import image_of
from autograd.drawing.canvases.svg import style_colours, style_rules
from autograd.drawing.live.document import document, framed
from autograd.drawing.live.program import to_json
from autograd.drawing.live.script import OUT_OF_USE, compact, compact_style, read_file, shared_script, styles
from autograd.stepping.page_data import PageData, Template, WrittenName, WrittenOperation

# What a sentence adds where there is no derivative; only graphs with such operations need it.
_KINKS = """
const kink = kinkAt(nodes, values, from, place);
if (kink) why += " " + sayKink([show(kink[0]), show(kink[1]), kink[2]], useOf(nodes, from, place, name(node)),
[name(from), name(node)], derivative(from, node), show(values[node]), show(local), true);
"""


def widget_html(data: PageData) -> str:
    """The page as a fragment for the output of a notebook, which may have several of them.

    The picture is an image, which remains where scripts and SVG are stripped from untrusted notebooks.
    """
    return _widget(data, image_of(data.styled_svg, data.title), "Run this cell to step through it.", OUT_OF_USE)


def framed_html(data: PageData) -> str:
    """The page in a frame of its own that fits its height, for notebooks that run scripts in frames only."""
    # In a frame as high as its content, a height relative to the window's would depend on itself.
    return framed(page_html(data), data.title, ".chalkgrad-steps { --tallest: 30em; }\n", "36em")


def _widget(data: PageData, picture: str, instead: str, of_rules: str = "") -> str:
    """The picture and its steps; `instead` says what to do if scripts don't run, and `of_rules` when the style rules apply."""
    script = _script(data.program.has_kinks).replace("/*operations*/", data.program.operations)
    # A page may have several widgets with the same operations, which the script of the first one starts.
    key = blake2s(script.encode(), digest_size=4).hexdigest()
    return (
        f'<div class="chalkgrad-steps" data-key="{key}">{picture}<p>{instead}</p>\n{_style(of_rules)}\n'
        f'<script type="application/json">{_json(data)}</script></div>\n<script>{script.replace("KEY", key)}</script>'
    )


def page_html(data: PageData) -> str:
    """The page as a document of its own, which needs no network."""
    widget = _widget(data, data.svg, "Allow this page its script to step through it.")
    return document(widget, data.title, "max-width: 80em;")


def _json(data: PageData) -> str:
    """Names, nodes, and what the page begins with, as nested lists; page.js says what they are."""
    names = [_name_row(name) for name in data.names]
    rows = [
        row if written is None else [*row, *_operation_row(written)]
        for row, written in zip(data.program.nodes, data.operations, strict=True)
    ]
    return to_json([names, rows, data.output, data.digits, data.start, data.program.still])


def _name_row(name: WrittenName) -> Any:
    """All forms of a name, or the plain one alone if it is a letter like any other."""
    return name.plain if name == WrittenName(name.plain, name.plain, *[f"<mi>{name.plain}</mi>"] * 2) else list(name)


def _operation_row(written: WrittenOperation) -> list[Any]:
    numbers = [_coded(written.plain_numbers), _coded(written.mathml_numbers, _shortened)]
    return [written.plain, _shortened(written.mathml), *numbers, list(map(_shortened, written.locals))]


def _coded(template: Template, short: Callable[[str], str] = str) -> list[str | int]:
    return [short(part) if isinstance(part, str) else 8 * part[0] + part[1] for part in template]


def _shortened(formula: str) -> str:
    """A formula with ``<o>=`` for ``<mo>=</mo>``, and so on; text in formulas has no ``<``."""
    return re.sub("<m([ino])>([^<]*)</m[ino]>", r"<\1>\2", formula).replace("mrow>", "r>")


@cache
def _script(has_kinks: bool) -> str:
    """The script of the page but for its operations: that of steps, around those of all live pages."""
    text = _file("page.js").replace("/* kinks of steps */", _KINKS if has_kinks else "")
    script = text.replace("/* shared */", shared_script(has_kinks, has_leaves=True))
    return compact(script.replace("/* picture.js */", read_file("picture.js")))


def _file(name: str) -> str:
    return files("autograd.stepping").joinpath(name).read_text(encoding="utf-8")


@cache
def _style(of_rules: str) -> str:
    # The page's rules follow the picture's, whose marks they override.
    rules = style_rules("", unless=("folded", "marked", "faded", "dense", "many", "detail", "caption"))
    rules += compact_style(_file("page.css") + read_file("leaves.css"))
    return styles(style_colours(".chalkgrad-steps", used_by=rules), rules, of_rules)
