"""Plots of a function and its derivative as SVG that follows the theme of the page around it.

A curve is broken where the function is not defined, and where it jumps; there a full circle marks the number that is taken, and
an open one a number that is not. The derivative is dashed, so that nothing is told by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

Function = Callable[[float], float]  # nan where it is not defined
WIDTH, HEIGHT = 340, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 10, 10, 20
_SAMPLES = 480
_HIGHEST = 5.0
_SAME = 1e-9


@dataclass(frozen=True)
class Curve:
    """A curve: its class in the style sheet, and its function."""

    style: str
    function: Function


def defined_part(function: Function, first: float, last: float) -> tuple[float, float]:
    """The part of an interval in which a function is defined, with a little more around it."""
    inside = [x for x in _grid(first, last) if math.isfinite(function(x))]
    if not inside:
        return first, last
    margin = 0.06 * (inside[-1] - inside[0])
    return max(first, inside[0] - margin), min(last, inside[-1] + margin)


def plot(curves: Sequence[Curve], first: float, last: float, title: str) -> str:
    """Draw curves over an interval.

    Args:
        curves: what is drawn, from the bottom up.
        first, last: the interval.
        title: what the picture shows, for those who don't see it.
    """
    bottom, top = _heights(curves, first, last)
    inner_width, inner_height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def across(x: float) -> float:
        return (x - first) / (last - first) * inner_width

    def down(y: float) -> float:
        return (top - y) / (top - bottom) * inner_height

    lines, marks = [], []
    for curve in curves:
        pieces, jumps = _pieces(curve.function, first, last, top - bottom)
        course = "".join(_course([(across(x), down(y)) for x, y in piece]) for piece in pieces)
        lines.append(f'<path class="{curve.style}" d="{course}"/>')
        for x, y, taken in jumps:
            if bottom <= y <= top:
                kind = "taken" if taken else "left-out"
                marks.append(f'<circle class="{curve.style} {kind}" cx="{across(x):.1f}" cy="{down(y):.1f}" r="3.5"/>')
    axes = []
    for x in ticks(first, last):
        axes.append(f'<path class="{"axis" if x == 0 else "grid"}" d="M{across(x):.1f} 0V{inner_height}"/>')
        axes.append(f'<text x="{across(x):.1f}" y="{inner_height + 15}" text-anchor="middle">{_written(x)}</text>')
    for y in ticks(bottom, top):
        axes.append(f'<path class="{"axis" if y == 0 else "grid"}" d="M0 {down(y):.1f}H{inner_width}"/>')
        axes.append(f'<text x="-6" y="{down(y) + 4:.1f}" text-anchor="end">{_written(y)}</text>')
    return (
        f'<svg class="curves" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><title>{escape(title)}</title>'
        f'<g transform="translate({_LEFT} {_TOP})">{"".join(axes)}'
        # An inner picture cuts off what leaves it.
        f'<svg width="{inner_width}" height="{inner_height}">{"".join(lines)}</svg>{"".join(marks)}</g></svg>'
    )


def ticks(first: float, last: float) -> list[float]:
    """Round numbers in an interval, four to nine of them."""
    raw = (last - first) / 8
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(step for step in (size, 2 * size, 5 * size, 10 * size) if step >= raw)
    return [k * step for k in range(math.ceil(first / step - _SAME), math.floor(last / step + _SAME) + 1)]


def _written(number: float) -> str:
    return f"{round(number, 9):g}".replace("-", "−")


def _grid(first: float, last: float) -> list[float]:
    return [first + (last - first) * k / _SAMPLES for k in range(_SAMPLES + 1)]


def _heights(curves: Sequence[Curve], first: float, last: float) -> tuple[float, float]:
    numbers = [y for curve in curves for x in _grid(first, last) if math.isfinite(y := curve.function(x))]
    bottom, top = max(min(numbers, default=0.0), -_HIGHEST), min(max(numbers, default=1.0), _HIGHEST)
    bottom, top = min(bottom, 0.0), max(top, 0.0)
    margin = 0.07 * (top - bottom or 1.0)
    return bottom - margin, top + margin


def _pieces(
    function: Function, first: float, last: float, height: float
) -> tuple[list[list[tuple[float, float]]], list[tuple[float, float, bool]]]:
    """The unbroken pieces of a curve, and where it jumps: the place, the number, and whether it is the one that is taken."""
    pieces: list[list[tuple[float, float]]] = [[]]
    marks: list[tuple[float, float, bool]] = []
    before: tuple[float, float] | None = None
    for x in _grid(first, last):
        y = function(x)
        if not math.isfinite(y):
            pieces.append([])
            before = None
            continue
        if before is not None and abs(y - before[1]) > 0.02 * height:
            left, right = _bisected(function, before[0], x)
            low, high = function(left), function(right)
            if not abs(high - low) < 0.01 * height:
                at = next((z for z in (round(right, 6), left, right) if left <= z <= right), right)
                if math.isfinite(low) and math.isfinite(high) and abs(high - low) < 2 * height:
                    taken = function(at)
                    marks += [(at, number, abs(number - taken) < _SAME) for number in _distinct(low, taken, high)]
                    pieces[-1].append((left, low))
                    pieces.append([(right, high)])
                else:
                    pieces.append([])
        pieces[-1].append((x, y))
        before = x, y
    return [piece for piece in pieces if len(piece) > 1], marks


def _bisected(function: Function, left: float, right: float) -> tuple[float, float]:
    """The two ends of the largest step of a function within an interval, as close together as floats tell apart."""
    for _ in range(40):
        middle = (left + right) / 2
        if not left < middle < right or not math.isfinite(function(middle)):
            break
        if abs(function(middle) - function(left)) > abs(function(right) - function(middle)):
            right = middle
        else:
            left = middle
    return left, right


def _distinct(*numbers: float) -> Iterator[float]:
    seen: list[float] = []
    for number in numbers:
        if math.isfinite(number) and all(abs(number - other) > _SAME for other in seen):
            seen.append(number)
            yield number


def _course(points: list[tuple[float, float]]) -> str:
    """A path through points; those that lie on the straight line between others are left out (Ramer 1972)."""
    # Far outside the picture, coordinates say nothing more.
    points = [(x, min(max(y, -9 * HEIGHT), 9 * HEIGHT)) for x, y in points]
    kept = {0, len(points) - 1}
    open_ends = [(0, len(points) - 1)]
    while open_ends:
        first, last = open_ends.pop()
        (x0, y0), (x1, y1) = points[first], points[last]
        slope = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
        off = [abs(y0 + slope * (x - x0) - y) for x, y in points[first + 1 : last]]
        if off and max(off) > 0.15:
            middle = first + 1 + off.index(max(off))
            kept.add(middle)
            open_ends += [(first, middle), (middle, last)]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (points[k] for k in sorted(kept)))
