"""Which fonts of this machine have the characters of a text, for PNG and PDF."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

_FIRST = "DejaVu Sans"  # comes with matplotlib


@lru_cache(maxsize=4096)
def families_for(text: str) -> tuple[str, ...]:
    """The families of fonts that a text needs, starting with the usual one."""
    families = [_FIRST]
    for character in text:
        if not character.isascii() and ord(character) not in _characters_of_first():
            family = family_with(character)
            if family is not None and family not in families:
                families.append(family)
    return tuple(families)


def missing_characters(texts: Iterable[str]) -> list[str]:
    """The characters that no font of this machine has an outline of, in order."""
    characters = {character for text in texts for character in text if not character.isascii()}
    return sorted(c for c in characters if ord(c) not in _characters_of_first() and family_with(c) is None)


def warn_of_missing(characters: list[str]) -> None:
    """Warn that characters can't be shown, and give their code points."""
    if characters:
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in characters[:5])
        more = f" and {len(characters) - 5} more" if len(characters) > 5 else ""
        warnings.warn(
            f"no font of this machine has an outline of {named}{more}: PNG and PDF show a box in its place; install a font that "
            f"has it, or save as .svg or .html, which are shown with the reader's fonts",
            stacklevel=5,
        )


@lru_cache(maxsize=1024)
def family_with(character: str) -> str | None:
    """A family of fonts with an outline of a character; None if there is none on this machine."""
    from matplotlib.font_manager import fontManager

    def preference(entry: Any) -> tuple[Any, ...]:
        return ("Sans" not in entry.name, entry.style != "normal", abs(_weight(entry.weight) - 400), entry.name, entry.fname)

    for entry in sorted(fontManager.ttflist, key=preference):
        # A font of last resort has boxes for all characters.
        if not entry.name.lstrip(".").startswith(("Last Resort", "LastResort")) and _has_outline(entry.fname, character):
            return str(entry.name)
    return None


class Glyph(NamedTuple):
    """A letter: its outline, a `matplotlib.path.Path` or None for a blank, and the distance to the next letter in font sizes."""

    outline: Any
    advance: float


_UNIT = 64.0  # pixels, at which outlines are read


@lru_cache(maxsize=4096)
def glyph(character: str, italic: bool) -> Glyph:
    """The letter for a character, from the first font that has it."""
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.path import Path

    try:
        from matplotlib.ft2font import LoadFlags

        flags: Any = LoadFlags.NO_HINTING
    except ImportError:  # matplotlib before 3.10
        from matplotlib import ft2font

        flags = ft2font.LOAD_NO_HINTING  # type: ignore[attr-defined]

    family = families_for(character)[-1]
    font = get_font(findfont(FontProperties(family=family, style="italic" if italic else "normal")))
    font.set_size(_UNIT, 72.0)
    # For a character that no font has, this is the box that stands for it.
    loaded = font.load_glyph(font.get_char_index(ord(character)), flags)
    vertices, codes = font.get_path()
    outline = Path(vertices / _UNIT, codes) if len(vertices) else None
    return Glyph(outline, loaded.linearHoriAdvance / 65536.0 / _UNIT)


def needs_shaping(text: str) -> bool:
    """Whether a text is more than a row of letters from left to right: it has combining marks, or is written from the right."""
    return not text.isascii() and any(
        unicodedata.category(c).startswith("M") or unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text
    )


@lru_cache(maxsize=1)
def _characters_of_first() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont(_FIRST)).get_charmap())


def _has_outline(path: str, character: str) -> bool:
    from matplotlib.font_manager import get_font

    try:
        font = get_font(path)
        if not font.get_char_index(ord(character)):
            return False
        font.load_char(ord(character))
        return len(font.get_path()[0]) > 0
    except (OSError, RuntimeError):
        return False  # a font of bitmaps, or a damaged one


def _weight(weight: int | str) -> int:
    return weight if isinstance(weight, int) else 400 if weight in ("normal", "regular", "book") else 700
