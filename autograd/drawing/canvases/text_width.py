"""The width of a text, without asking any font, so that pictures are the same on every machine.

The widths are those of DejaVu Sans, which is wider than the other fonts that a browser may choose, so texts fit into their boxes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from autograd.notation.names import Run

SCRIPT_SCALE = 0.72  # how big subscripts and superscripts are
# How far down scripts stand, in font sizes: far enough apart for the brackets of one not to touch the digits of the other.
LOWERED = {0: 0.0, -1: 0.27, 1: -0.45}

_PERCENT_OF_SIZE = {
    23: "′", 28: "'ijl", 29: "IJ", 32: " ,.·", 34: "/:;\\|ι", 36: "f-", 40: "()[]t!²³¹⁰⁴⁵⁶⁷⁸⁹", 41: "r", 46: '"',
    50: "*_`–", 53: "sz∂?", 55: "εζc", 58: "LνξΓFkυχ", 60: "vxyγκλŷPπτ", 62: "TYaoδθe", 64: "ESbdghnpquηρσΞΣ$0123456789{}βμ√∛",
    68: "KαφψAVΔΛ∇", 70: "BRXZC", 76: "UHNΠΩ", 78: "DG&", 80: "OQΘΦΨ", 84: "w∞#+<=>^~ω×÷−→≤≥", 88: "Mm", 100: "%W@…",
}  # fmt: skip
_WIDTH = {character: percent / 100 for percent, characters in _PERCENT_OF_SIZE.items() for character in characters}


@lru_cache(maxsize=4096)
def width_of_text(text: str) -> float:
    """The width of a text in multiples of the size of its font.

    >>> width_of_text("ab")
    1.26
    """
    return sum(_WIDTH.get(character) or _width_of_other(character) for character in text)


def width_of_runs(runs: Iterable[Run]) -> float:
    """The width of runs of text, including their scripts, in multiples of the size of the font."""
    written = tuple(runs)
    return sum(
        width_of_text(run.text) * (SCRIPT_SCALE if run.script else 1.0) + back_before(written, index)
        for index, run in enumerate(written)
    )


def back_before(runs: Sequence[Run], index: int) -> float:
    """How far to move, in multiples of the size of the font, from the end of the previous run before a run is written.

    Two scripts after one base stand one above the other, and the next run stands clear of the wider one.

    >>> x, upper, lower, y = Run("x"), Run("[2]", 1), Run("1", -1), Run("y")
    >>> [round(back_before([x, upper, lower, y], index), 2) for index in range(4)]
    [0.0, 0.0, -1.04, 0.58]
    """
    script, before = runs[index].script, runs[index - 1] if index else Run("")
    if script and before.script == -script:
        return -width_of_runs([before])
    if index > 1 and before.script and before.script == -runs[index - 2].script:
        return max(0.0, width_of_runs([runs[index - 2]]) - width_of_runs([before]))
    return 0.0


def _width_of_other(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.1 if unicodedata.east_asian_width(character) in "WF" else 0.75
