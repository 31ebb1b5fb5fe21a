"""Writing words beside the points of a picture so that they don't cover one another."""

from collections.abc import Sequence
from math import cos, pi, sin
from typing import TYPE_CHECKING

from tasks.pictures import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points of 1/72 inch."""

# The nearest places come first, and of those as near the one up to the right.
DISTANCES = (7.0, 13.0, 20.0, 28.0, 38.0, 50.0)
DIRECTIONS = tuple(pi * eighth / 8 for eighth in (2, 0, 14, 6, 8, 10, 4, 12, 1, 3, 5, 7, 9, 11, 13, 15))


def label_points(
    axes: "Axes", points: Sequence[tuple[float, float]], words: Sequence[str], colours: Sequence[str], size: float = 8.5
) -> None:
    """Write each word near its point where it covers the fewest points and words; a line leads to one that is far.

    The axes must have been drawn up to here, as their limits are taken to be final.
    """
    figure = axes.figure
    # The layout is only known once it has been drawn.
    figure.canvas.draw()  # type: ignore[union-attr]
    scale = 72 / figure.dpi
    places = [(float(x) * scale, float(y) * scale) for x, y in axes.transData.transform(list(points))]
    for (x, y), place, (u, v), word, colour in zip(
        points, places, place_labels(places, words, size), words, colours, strict=True
    ):
        far = abs(u - place[0]) > 18 or abs(v - place[1]) > 10
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
    places: Sequence[tuple[float, float]], words: Sequence[str], size: float
) -> list[tuple[float, float]]:
    """Return the centre of each word, in points like `places`; `size` is the height of the letters.

    >>> place_labels([(0.0, 0.0), (100.0, 0.0)], ["left", "right"], 10.0) == place_labels(
    ...     [(0.0, 0.0)], ["left"], 10.0
    ... ) + place_labels([(100.0, 0.0)], ["right"], 10.0)
    True
    """
    taken: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in places]
    centres = []
    for (x, y), word in zip(places, words, strict=True):
        half_width, half_height = 0.3 * size * len(word) + 1, 0.6 * size
        best: tuple[float, tuple[float, float], Box] | None = None
        for distance in DISTANCES:
            for direction in DIRECTIONS:
                # The edge of the word, not its middle, is at the distance from the point.
                u = x + cos(direction) * (distance + half_width - 4)
                v = y + sin(direction) * (distance + half_height - 4)
                box = (u - half_width, v - half_height, u + half_width, v + half_height)
                covered = sum(_overlap(box, other) for other in taken)
                if best is None or covered < best[0]:
                    best = (covered, (u, v), box)
            if best is not None and best[0] == 0:
                break
        assert best is not None
        centres.append(best[1])
        taken.append(best[2])
    return centres


def _overlap(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0
