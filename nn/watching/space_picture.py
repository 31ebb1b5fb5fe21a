"""The picture of a space: regions, and the examples in them as the textbook's figures of XOR have them."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.notation.numbers import format_number
from nn.watching.plots import picture, plot, text, ticks
from nn.watching.spaces import Decisions, Space

# Examples have labels where there are few, and points that are nearer than this share one: a label is wider than it is high.
_MOST_LABELS, _NEAR = 8, (140, 52)
_FEW_POINTS = 40


def draw_space(decisions: Decisions, space: Space, labels: Sequence[str]) -> str:
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
            written.append(f'<g class="label" {moved}><text y="{76 if number else -42}">{labels[place]}</text></g>')
    # No circle hides a label.
    parts += written
    name = space.axes[0][0]
    title = {"x": "x space", "h": "h space"}[name]
    (left, bottom), length = space.low, space.length
    content = plot("".join(parts), space.axes, ticks(left, left + length), ticks(bottom, bottom + length))
    said = "Filled circle: class 1; white circle: class 0; shaded: the model decides for 1. Dashed ring: it is wrong."
    return picture("space", title, content, described=said if examples.n_classes == 2 else "")


def labels_of(decisions: Decisions, space: Space) -> list[list[str]]:
    """What stands beside each example in each frame: its inputs; those that fall together share one label. None for many."""
    points, classes = decisions.examples.points, decisions.examples.classes
    if len(points) > _MOST_LABELS:
        return [[] for _ in space.places]
    names = [f"({', '.join(map(format_number, point))})" for point in points]
    found = []
    for places in space.places:
        labels = [""] * len(points)
        for place, (x, y) in enumerate(places):
            # Labels of the first class stand above, those of others below.
            alike = (other for other in range(place) if labels[other] and (not classes[other]) == (not classes[place]))
            near = (other for other in alike if abs(places[other][0] - x) < _NEAR[0] and abs(places[other][1] - y) < _NEAR[1])
            first = next(near, place)
            labels[first] = f"{labels[first]} {names[place]}".strip()
        found.append(labels)
    return found
