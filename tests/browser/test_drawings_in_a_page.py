"""Several pictures in one page: the styles of one reach neither another one nor the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograd import Value, draw

pytestmark = pytest.mark.browser

PAINT = """
return [...document.querySelectorAll("svg")].map(svg => [
  getComputedStyle(svg.querySelector(".sheet")).fill, getComputedStyle(svg.querySelector(".title")).fill,
  getComputedStyle(svg.querySelector(".node rect")).strokeWidth]);
"""


@pytest.mark.parametrize("inline", [False, True])
def test_two_themes_in_one_page(browser: Any, tmp_path: Path, inline: bool) -> None:
    a, b = Value(3.0, "a"), Value(2.0, "b")
    drawings = [draw(a * b, theme="light"), draw(a * b, theme="dark"), draw(a + b, theme="light")]
    page = tmp_path / "page.html"
    pictures = "".join(drawing.svg(inline=inline) for drawing in drawings)
    page.write_text(
        f'<!doctype html><p class="title gradient">text</p>{pictures}<svg><text class="sheet title node">own</text></svg>'
    )
    browser.get(page.as_uri())
    light, dark = ["rgb(255, 255, 255)", "rgb(27, 31, 36)"], ["rgb(22, 25, 29)", "rgb(233, 235, 238)"]
    script = PAINT.replace('"svg"', '"svg.chalkgrad"')
    assert [paint[:2] for paint in browser.execute_script(script)] == [light, dark, light]
    assert browser.execute_script("return getComputedStyle(document.querySelector('p')).fontSize") == "16px"
    own = browser.execute_script("return getComputedStyle(document.querySelector('svg:not(.chalkgrad) text')).fill")
    assert own == "rgb(0, 0, 0)"


def test_plain_colours_come_first() -> None:
    """Programs that know no custom properties read the first declaration, and older browsers no `light-dark()`."""
    svg = draw(Value(3.0, "a") * 2.0).svg(inline=True)
    assert svg.index("fill:#ffffff") < svg.index("fill:var(--paper)")
    assert svg.index("stroke:#6b7480") < svg.index("stroke:var(--edge)")
