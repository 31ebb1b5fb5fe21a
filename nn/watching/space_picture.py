"""The picture of a space: regions, and the examples in them as the textbook's figures of XOR have them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from autograd.drawing.canvases.text_width import width_of_text
from autograd.notation.numbers import format_number
from nn.watching.plots import picture, plot, text, ticks
from nn.watching.spaces import SIDE, Decisions, Space

# Examples have labels where there are few, and points of one class that are nearer than this share one.
_MOST_LABELS, _NEAR = 8, 60
_FEW_POINTS = 40
# How large the letters of labels are, and where a label can stand beside its point: x, y, and which of its ends is there.
_SIZE = 46
SIDES = ((0, 76, "middle"), (0, -42, "middle"), (44, 16, "start"), (-44, 16, "end"))
"""The places for a label around its point: below, above, on the right and on the left."""

Place = tuple[int, int]


class Label(NamedTuple):
    """What stands beside an example, empty if it shares another one's label, and on which of the `SIDES`."""

    text: str
    side: int


def draw_space(decisions: Decisions, space: Space, labels: Sequence[Label]) -> str:
    """Draw a space as it is in the last frame.

    Args:
        labels: what stands beside the examples, as `labels_of` says.
    """
    examples, parts = decisions.examples, []
    for number, path in enumerate(space.regions[-1]):
        kind = f"class{number + (examples.n_classes == 2)}"
        parts.append(f'<path class="region {kind}" d="{path}"/>')
    radius = 30 if len(examples.points) <= _FEW_POINTS else 14
    written = []
    for place, (at, number, is_right) in enumerate(zip(space.places[-1], examples.classes, decisions.right[-1], strict=True)):
        moved = f'transform="translate({at[0]},{at[1]})"'
        inside = text(str(number), 0, 16, "number") if examples.n_classes > 2 and radius > 20 else ""
        coordinates = ", ".join(map(format_number, examples.points[place]))
        parts.append(
            f'<g class="point class{number}{"" if is_right else " wrong"}" {moved}>'
            f'<title>({coordinates}), class {number}</title><circle r="{radius}" pathLength="8"/>{inside}</g>'
        )
        if labels:
            x, y, end = SIDES[labels[place].side]
            written.append(f'<g class="label" {moved}><text x="{x}" y="{y}" class="{end}">{labels[place].text}</text></g>')
    # No circle hides a label.
    parts += written
    name = space.axes[0][0]
    title = {"x": "x space", "h": "h space"}[name]
    (left, bottom), length = space.low, space.length
    content = plot("".join(parts), space.axes, ticks(left, left + length), ticks(bottom, bottom + length))
    said = "Filled circle: class 1; white circle: class 0; shaded: the model decides for 1. Dashed ring: it is wrong."
    return picture("space", title, content, described=said if examples.n_classes == 2 else "")


def labels_of(decisions: Decisions, space: Space) -> list[tuple[Label, ...]]:
    """What stands beside each example in each frame: its inputs; those that fall together share one label. None for many."""
    points, classes = decisions.examples.points, decisions.examples.classes
    if len(points) > _MOST_LABELS:
        return [() for _ in space.places]
    names = [f"({', '.join(map(format_number, point))})" for point in points]
    found = []
    for places in space.places:
        texts = [""] * len(points)
        for place, at in enumerate(places):
            shared = (other for other in range(place) if texts[other] and classes[other] == classes[place])
            first = next((other for other in shared if math.dist(places[other], at) < _NEAR), place)
            texts[first] = f"{texts[first]} {names[place]}".strip()
        found.append(_placed(texts, places, classes))
    return found


def _placed(texts: Sequence[str], places: Sequence[Place], classes: Sequence[int]) -> tuple[Label, ...]:
    """Choose a side for each label on which it hides as little as possible; the first class prefers above, others below."""
    taken: list[_Area] = [_Area(x - 30, y - 30, x + 30, y + 30) for x, y in places]
    labels = []
    for written, at, number in zip(texts, places, classes, strict=True):
        if not written:
            labels.append(Label("", 0))
            continue
        areas = {side: _area(written, at, side) for side in ((1, 0, 2, 3) if number == 0 else (0, 1, 2, 3))}
        side = min(areas, key=lambda side: sum(_shared(areas[side], other) for other in taken) + _outside(areas[side]))
        taken.append(areas[side])
        labels.append(Label(written, side))
    return tuple(labels)


class _Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def _area(written: str, at: Place, side: int) -> _Area:
    width = _SIZE * width_of_text(written)
    x, y, end = at[0] + SIDES[side][0], at[1] + SIDES[side][1], SIDES[side][2]
    left = {"middle": x - width / 2, "start": x, "end": x - width}[end]
    return _Area(left, y - 0.8 * _SIZE, left + width, y + 0.2 * _SIZE)


def _shared(one: _Area, other: _Area) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, width) * max(0.0, height)


def _outside(area: _Area) -> float:
    whole = (area.right - area.left) * (area.bottom - area.top)
    return whole - _shared(area, _Area(0, 0, SIDE, SIDE))
