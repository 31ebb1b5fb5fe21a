"""Writing words beside the points of a picture so that they don't cover one another."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tasks.support.pictures import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points of 1/72 inch."""

# The nearest places come first, and of those as near the one up to the right.
DISTANCES = (7.0, 13.0, 20.0, 28.0, 38.0, 50.0)
DIRECTIONS = tuple(math.pi * eighth / 8 for eighth in (2, 0, 14, 6, 8, 10, 4, 12, 1, 3, 5, 7, 9, 11, 13, 15))


def label_points(
    axes: "Axes", points: Sequence[tuple[float, float]], words: Sequence[str], colours: Sequence[str], size: float = 8.5
) -> None:
    """Write each word near its point where it covers the fewest points and words; a line leads to one that is far.

    Everything else has to be in the picture already, as the limits of the axes are taken to be final.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    # The layout is only known once it has been drawn.
    figure.draw_without_rendering()
    scale = 72 / figure.dpi
    places = [(float(x) * scale, float(y) * scale) for x, y in axes.transData.transform(list(points))]
    left, bottom, right, top = (float(edge) * scale for edge in axes.get_window_extent().extents)
    legend = axes.get_legend()
    taken: list[Box] = []
    if legend is not None:
        x0, y0, x1, y1 = (float(edge) * scale for edge in legend.get_window_extent().extents)
        taken.append((x0, y0, x1, y1))
    centres = place_labels(places, words, size, frame=(left, bottom, right, top), taken=taken)
    for (x, y), place, (u, v), word, colour in zip(points, places, centres, words, colours, strict=True):
        far = math.hypot(max(0.0, abs(u - place[0]) - 0.3 * size * len(word)), v - place[1]) > 12
        annotation = axes.annotate(
            word,
            (x, y),
            xytext=(u - place[0], v - place[1]),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=size,
            color=colour,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2} if far else None,
        )
        annotation.set_in_layout(False)


def place_labels(
    places: Sequence[tuple[float, float]],
    words: Sequence[str],
    size: float,
    *,
    frame: Box = (-math.inf, -math.inf, math.inf, math.inf),
    taken: Iterable[Box] = (),
) -> list[tuple[float, float]]:
    """Return the centre of each word, in points like `places`; `size` is the height of the letters.

    Each word in turn takes the nearest place where it covers nothing: no point, no word before it, no box in `taken`, and
    nothing outside of `frame`. Where there is none, it takes the one where it covers least.

    >>> place_labels([(0.0, 0.0)], ["here"], 10.0, taken=[(1.0, -50.0, 99.0, 50.0)])[0][0] < 0
    True
    """
    boxes = [*taken, *((x - 3, y - 3, x + 3, y + 3) for x, y in places)]
    centres = []
    for (x, y), word in zip(places, words, strict=True):
        half_width, half_height = 0.3 * size * len(word) + 1, 0.6 * size
        least = math.inf
        for distance in DISTANCES:
            for direction in DIRECTIONS:
                # The edge of the word, not its middle, is at the distance from the point.
                u = x + math.cos(direction) * (distance + half_width - 2)
                v = y + math.sin(direction) * (distance + half_height - 2)
                box = (u - half_width, v - half_height, u + half_width, v + half_height)
                inside = _overlap(box, frame)
                covered = 4 * half_width * half_height - inside + sum(_overlap(box, other) for other in boxes)
                # What differs by rounding only is equal, so that the nearest wins.
                if covered < least - 1e-6:
                    least, centre, chosen = covered, (u, v), box
            if least < 1e-6:
                break
        centres.append(centre)
        boxes.append(chosen)
    return centres


def _overlap(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0
