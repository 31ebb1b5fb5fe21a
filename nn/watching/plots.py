"""The frame of a plot as SVG: a square with ticks, in which a picture of `SIDE` by `SIDE` units stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from autograd.notation.numbers import format_number
from nn.watching.spaces import SIDE

WIDTH, HEIGHT = 320, 304
"""The size of each picture."""

_LEFT, _TOP, _LENGTH = 52, 28, 240


def picture(name: str, title: str, content: str, *, described: str = "", height: int = HEIGHT) -> str:
    """A picture with its title above.

    Args:
        name: what the page's script calls it.
        title: what it shows, in a word or two.
        content: its elements.
        described: a sentence for those who can't see it.
        height: how high it is.
    """
    described = f"<desc>{escape(described)}</desc>" if described else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture {name}" role="img" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}"><title>{escape(title)}</title>{described}'
        f'<rect class="sheet" width="100%" height="100%"/>{text(title, WIDTH / 2, 17, "title")}{content}</svg>'
    )


def text(written: str, x: float, y: float, kind: str = "") -> str:
    """A text at a place."""
    kind = f' class="{kind}"' if kind else ""
    return f'<text{kind} x="{x:g}" y="{y:g}">{escape(written)}</text>'


def plot(content: str, axes: tuple[str, str], x_ticks: Sequence[tuple[float, str]], y_ticks: Sequence[tuple[float, str]]) -> str:
    """A square frame around a content of `SIDE` by `SIDE` units, which is cut off at its edges.

    Args:
        content: its elements.
        axes: the names of the two axes; the second may be empty.
        x_ticks, y_ticks: where along an axis, from 0 to 1, which text stands.
    """
    right, bottom = _LEFT + _LENGTH, _TOP + _LENGTH
    parts = [
        f'<svg x="{_LEFT}" y="{_TOP}" width="{_LENGTH}" height="{_LENGTH}" viewBox="0 0 {SIDE} {SIDE}">{content}</svg>',
        f'<rect class="frame" x="{_LEFT}" y="{_TOP}" width="{_LENGTH}" height="{_LENGTH}"/>',
    ]
    for at, written in x_ticks:
        x = _LEFT + at * _LENGTH
        parts.append(f'<path class="tick" d="M{x:.1f} {bottom}v5"/>{text(written, round(x, 1), bottom + 17, "quiet")}')
    for at, written in y_ticks:
        y = bottom - at * _LENGTH
        parts.append(f'<path class="tick" d="M{_LEFT} {y:.1f}h-5"/>{text(written, _LEFT - 8, round(y + 4, 1), "quiet end")}')
    parts.append(text(axes[0], right - 4, bottom + 31, "end"))
    if axes[1]:
        parts.append(text(axes[1], _LEFT - 44, _TOP - 10, "start"))
    return "".join(parts)


def ticks(low: float, high: float, most: int = 5) -> list[tuple[float, str]]:
    """Round numbers between two ends: where they are, from 0 to 1, and how they are written.

    >>> ticks(-0.3, 1.3)
    [(0.1875, '0'), (0.5, '0.5'), (0.8125, '1')]
    """
    rough = (high - low) / most
    if not (math.isfinite(rough) and rough > 0.0):
        return []
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    numbers = [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return [(round((number - low) / (high - low), 6), format_number(number)) for number in numbers]
