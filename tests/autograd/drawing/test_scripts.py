"""Subscripts and superscripts: one above the other, and apart."""

from __future__ import annotations

import re

import pytest

from autograd import Value, draw
from autograd.drawing.canvases.text_width import LOWERED, SCRIPT_SCALE, back_before, width_of_runs
from autograd.notation.names import Run, name_of_label


@pytest.mark.parametrize("upper", ["[2]", "2", "(3)"])
def test_one_stands_clear_above_the_other(upper: str) -> None:
    """Measured on the outlines of the font that the widths are those of."""
    from matplotlib.textpath import TextPath

    def reach(text: str) -> tuple[float, float]:
        box = TextPath((0, 0), text, size=100).get_extents()
        return float(box.y0) / 100, float(box.y1) / 100

    bottom = LOWERED[1] - SCRIPT_SCALE * reach(upper)[0]
    top = LOWERED[-1] - SCRIPT_SCALE * reach("21")[1]
    assert bottom < top - 0.03


@pytest.mark.parametrize("label", ["w^{[12]}_1", "w_1^{[12]}", "w^{[1]}_{10,11}", "w_{10,11}^{[1]}"])
def test_what_follows_two_scripts_stands_clear_of_the_wider(label: str) -> None:
    base, first, second = name_of_label(label)
    runs = (base, first, second, Run(" = "))
    at = 0.0
    ends = []
    for index, run in enumerate(runs):
        at += back_before(runs, index)
        start, at = at, at + width_of_runs([run])
        ends.append(at)
    assert start == pytest.approx(max(ends[1:3]))
    assert width_of_runs(runs) == pytest.approx(at)
    svg = draw(-Value(1.0, label)).svg()
    moves = [float(dx) for dx in re.findall(r'dx="(-?[\d.]+)"', svg)]
    assert sum(move < 0 for move in moves) == 2, "the second script goes back under the first, in the leaf and in the operation"
