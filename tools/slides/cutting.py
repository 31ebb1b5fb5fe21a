"""Where a lesson is cut into slides: its cells say so themselves, so that their sources need no marks.

- A cell of text that begins with a heading begins a slide, and what comes after it goes on with that slide.
- Where that would be too full, it begins a slide below, as does each exercise. A cell of text stays with the code that it
  introduces.
- Code whose output would be too much beside it has the output on a slide below.
"""

from __future__ import annotations

import copy
import re
from base64 import b64decode
from math import ceil
from typing import Any

# All heights are in lines of text, of which a slide has room for as many.
ROOM = 19
COLUMNS = 88
LINE_OF_CODE = 0.7
_BETWEEN = 0.8
_PIXELS_OF_A_LINE = 31
# A plot, which the style makes as high, and a page to step through.
_PLOT = 12
_STEPS = 17
_DRAWING = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)"')


def cut(cells: list[Any]) -> list[Any]:
    """The cells of slides, whose metadata say which begins one, in nbconvert's words.

    Args:
        cells: those of a notebook, which stay as they are.
    """
    cells = [part for cell in cells for part in _parted(copy.deepcopy(cell))]
    filled = 0.0
    for place, cell in enumerate(cells):
        kind = "-"
        introduced = cells[place + 1] if cell.cell_type == "markdown" and place + 1 < len(cells) else None
        if introduced is not None and introduced.cell_type != "code":
            introduced = None
        needed = height(cell) + (height(introduced) if introduced is not None else 0)
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            kind = "slide"
        elif filled and introduced is not None and (_is_exercise(introduced) or filled + needed > ROOM):
            # Where the two don't fit together anyway, the text stays with what it follows.
            kind = "subslide" if needed <= ROOM or _is_exercise(introduced) or filled + height(cell) > ROOM else "-"
        elif filled and filled + height(cell) > ROOM:
            kind = "subslide"
        cell.metadata["slideshow"] = {"slide_type": kind}
        filled = height(cell) + (filled if kind == "-" else 0.0)
    return cells


def height(cell: Any) -> float:
    """About how high a cell is, in lines of text."""
    if cell.cell_type == "markdown":
        return sum(_height_of_text(block) for block in re.split(r"\n\s*\n", cell.source))
    source = 0.0 if _is_without_source(cell) else LINE_OF_CODE * len(cell.source.splitlines()) + _BETWEEN
    return source + sum(_height_of_output(output) for output in cell.get("outputs", []))


def _parted(cell: Any) -> list[Any]:
    """A cell, or its code and its outputs, where they are too much for one slide and neither is a line or two."""
    outputs = cell.get("outputs", [])
    if not outputs or height(cell) <= ROOM or len(cell.source.splitlines()) <= 2:
        return [cell]
    shown = copy.deepcopy(cell)
    cell.outputs = []
    shown.metadata["transient"] = {"remove_source": True}
    shown.id = f"{cell.id}-outputs"
    return [cell, shown]


def _is_without_source(cell: Any) -> bool:
    return bool(cell.metadata.get("transient", {}).get("remove_source", False))


def _is_exercise(cell: Any) -> bool:
    return re.search(r'^check\("', cell.source, re.MULTILINE) is not None


def _height_of_text(block: str) -> float:
    if block.startswith("#"):
        return 2.2
    # A list or a table has lines of its own; those of a paragraph run on.
    own = re.match(r"([-*|]|\d+\.) ?", block) is not None
    lines = re.split(r"\n(?=[-*|]|\d+\. )", block) if own else [block]
    return sum(ceil(len(line) / COLUMNS) for line in lines) + _BETWEEN


def _height_of_output(output: Any) -> float:
    if output.output_type == "stream":
        return LINE_OF_CODE * len(output.text.splitlines()) + _BETWEEN
    data = output.get("data", {})
    html = data.get("text/html", "")
    if "chalkgrad-steps" in html or "<iframe" in html:
        return _STEPS
    if "image/png" in data:
        return _PLOT
    drawing = _DRAWING.search(html)
    if drawing:
        pixels = re.search(r'<svg\b[^>]*\bheight="([\d.]+)', b64decode(drawing[1]).decode())
        return (float(pixels[1]) / _PIXELS_OF_A_LINE if pixels else _PLOT) + _BETWEEN
    return LINE_OF_CODE * len(data.get("text/plain", "").splitlines()) + _BETWEEN
