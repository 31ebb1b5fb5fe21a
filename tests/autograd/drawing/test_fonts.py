"""Fonts: which family has a character, how wide letters are, and which texts are more than a row of letters."""

from __future__ import annotations

import warnings

import pytest
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import TextPath

from autograd.drawing.canvases import text_width
from autograd.drawing.canvases.fonts import families_for, family_with, glyph, missing_characters, needs_shaping, warn_of_missing
from autograd.drawing.canvases.text_width import width_of_runs, width_of_text
from autograd.notation.names import Run

FIRST = "DejaVu Sans"
NOWHERE = "\U0010fffd"  # of a private area, which no font fills


def advance(character: str) -> float:
    """How far the next letter is, in sizes of the font, read from the file of the font."""
    font = get_font(findfont(FontProperties(family=FIRST)))
    font.set_size(100.0, 72.0)
    return font.load_char(ord(character)).linearHoriAdvance / 65536.0 / 100.0


@pytest.mark.parametrize("text", ["", "tanh(w·x + b)", "∂L/∂w₁ = −0.5", "σ′ ŷ √ ∛ ⌊"])
def test_the_usual_font_has_what_formulas_are_written_with(text: str) -> None:
    assert families_for(text) == (FIRST,)
    assert missing_characters([text]) == []


def test_a_character_that_no_font_has_is_missing() -> None:
    assert family_with(NOWHERE) is None
    assert families_for(f"a{NOWHERE}") == (FIRST,)
    assert missing_characters(["a", f"b{NOWHERE}", NOWHERE]) == [NOWHERE]


def test_a_warning_names_five_characters_and_counts_the_rest() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_missing([])
        warn_of_missing([chr(0x10FFF0 + k) for k in range(7)])
    (one,) = caught
    assert "(U+10FFF4) and 2 more" in str(one.message) and "U+10FFF5" not in str(one.message)


@pytest.mark.parametrize("character", ["a", "W", "∂", "σ", "−"])
def test_a_letter_is_as_wide_and_has_the_outline_that_matplotlib_gives_it(character: str) -> None:
    letter = glyph(character, italic=False)
    assert letter.advance == pytest.approx(advance(character), abs=1e-3)
    expected = TextPath((0, 0), character, size=100.0, prop=FontProperties(family=FIRST)).get_extents()
    assert letter.outline.get_extents().bounds == pytest.approx([x / 100.0 for x in expected.bounds], abs=0.02)


def test_a_blank_has_no_outline() -> None:
    assert glyph(" ", italic=False).outline is None
    assert glyph(" ", italic=False).advance == pytest.approx(advance(" "), abs=1e-3)


@pytest.mark.parametrize(
    ("text", "is_shaped"),
    [
        ("plain", False), ("∂L/∂x₁", False), ("ŷ", False), ("y\N{COMBINING CIRCUMFLEX ACCENT}", True), ("שלום", True),
        ("سلام", True), ("漢字", False),
    ],
    ids=["ASCII", "signs", "one character", "an accent that combines", "Hebrew", "Arabic", "Chinese"],
)  # fmt: skip
def test_what_is_more_than_a_row_of_letters(text: str, is_shaped: bool) -> None:
    assert needs_shaping(text) is is_shaped


def test_no_letter_is_wider_than_its_place() -> None:
    known = "".join(text_width._PERCENT_OF_SIZE.values())
    too_wide = {c: advance(c) - width_of_text(c) for c in known if advance(c) > width_of_text(c) + 0.011}
    # An m is a tenth wider; the margins of boxes and captions have room for it.
    assert too_wide.keys() <= {"m"} and all(excess < 0.1 for excess in too_wide.values())
    assert all(width_of_text(c) < advance(c) + 0.06 for c in known if c.isascii() and c.isalnum())


def test_scripts_take_less_room_and_accents_none() -> None:
    assert width_of_runs([Run("x"), Run("12", -1)]) == pytest.approx(width_of_text("x") + 0.72 * width_of_text("12"))
    assert width_of_text("y\N{COMBINING CIRCUMFLEX ACCENT}") == width_of_text("y")
    assert width_of_text("漢") > 1.0
