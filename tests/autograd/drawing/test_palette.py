"""Colours and fonts are said once: what else names one takes it from the palette."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograd.drawing.canvases.palette import DARK, FONTS, LIGHT

ROOT = Path(__file__).parents[3]
SAID_IN = {ROOT / "autograd/drawing/canvases/palette.py", ROOT / "autograd/colours.py"}
STYLE = (ROOT / "autograd/stepping/page.css").read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    """The relative luminance of a colour as WCAG 2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_no_colour_stands_elsewhere_in_the_engine() -> None:
    sources = [p for suffix in ("py", "css", "js") for p in (ROOT / "autograd").rglob(f"*.{suffix}") if p not in SAID_IN]
    found = {str(path): re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8")) for path in sources}
    assert len(found) > 100 and not any(found.values())


def test_the_page_has_the_fonts_and_the_colours_of_pictures() -> None:
    assert ", ".join(f'"{family}"' if " " in family else family for family in FONTS) in STYLE
    own = {"tallest", "thick"}
    assert set(re.findall(r"var\(--([\w-]+)", STYLE)) - own <= set(LIGHT)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_can_be_read(colours: dict[str, str]) -> None:
    assert set(colours) == set(LIGHT)
    for text in ("ink", "quiet", "gradient", "derivative"):
        assert contrast(colours[text], colours["paper"]) >= 4.5, text
    for box in ("leaf", "operation", "output", "folded"):
        assert contrast(colours["ink"], colours[box]) >= 7.0 and contrast(colours["gradient"], colours[box]) >= 4.5, box
        assert contrast(colours[f"{box}-line"], colours["paper"]) >= 3.0, box
