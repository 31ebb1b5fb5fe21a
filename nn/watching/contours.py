"""The region in which a score is positive, as polygons, from the scores at the corners of a square grid.

Source: marching squares, the case of the plane of Lorensen and Cline 1987, "Marching cubes"; lines are simplified after Douglas
and Peucker 1973.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

# For each case of a cell, which sides its boundary comes in and goes out by, with the region on its left. A case is a number
# of four binary digits: whether the scores at its corners are positive, from (0, 0) by (1, 0) and (1, 1) to (0, 1). Side k is
# that between the corners k and k + 1. Of two opposite corners, the middle of the cell says whether they are joined.
_WAYS: dict[int, tuple[tuple[int, int], ...]] = {
    0b1000: ((0, 3),), 0b0100: ((1, 0),), 0b0010: ((2, 1),), 0b0001: ((3, 2),),
    0b1100: ((1, 3),), 0b0110: ((2, 0),), 0b0011: ((3, 1),), 0b1001: ((0, 2),),
    0b0111: ((3, 0),), 0b1011: ((0, 1),), 0b1101: ((1, 2),), 0b1110: ((2, 3),),
}  # fmt: skip
_APART = {0b1010: ((0, 3), (2, 1)), 0b0101: ((1, 0), (3, 2))}
_JOINED = {0b1010: ((0, 1), (2, 3)), 0b0101: ((3, 0), (1, 2))}
_CORNERS = ((0, 0), (1, 0), (1, 1), (0, 1))


def positive_region(scores: Sequence[Sequence[float]]) -> list[list[Point]]:
    """Return the outlines of the region where the score is greater than 0; those of holes run the other way round.

    Args:
        scores: rows of finite numbers, at the points (0, 0), (1, 0), … of the first row, (0, 1), (1, 1), … of the second.

    Returns:
        Closed polygons. Where the region reaches the edge of the grid, they run outside it, half a cell away.

    >>> positive_region([[1.0, -1.0], [1.0, -1.0]])
    [[(0.0, 1.5), (-0.5, 1.0), (-0.5, 0.0), (0.0, -0.5), (0.5, 0.0), (0.5, 1.0)]]
    """
    # Around the grid, scores are as far below 0 as those at its edge are from it.
    rows = [[-abs(row[0]) or -1.0, *row, -abs(row[-1]) or -1.0] for row in scores]
    rows = [[-abs(one) or -1.0 for one in rows[0]], *rows, [-abs(one) or -1.0 for one in rows[-1]]]
    # The signs of a row are the binary digits of a number, that of the last column the lowest.
    signs = [int("".join("1" if one > 0.0 else "0" for one in row), 2) for row in rows]
    last = len(rows[0]) - 1

    def crossing(x: int, y: int, side: int) -> tuple[tuple[int, int, int], Point]:
        (ax, ay), (bx, by) = _CORNERS[side], _CORNERS[(side + 1) % 4]
        a, b = rows[y + ay][x + ax], rows[y + by][x + bx]
        share = a / (a - b)
        at = (x + ax + (bx - ax) * share - 1.0, y + ay + (by - ay) * share - 1.0)
        # The same side has the same name in both of its cells.
        return (x + min(ax, bx), y + min(ay, by), side % 2), at

    follows: dict[tuple[int, int, int], tuple[int, int, int]] = {}
    points: dict[tuple[int, int, int], Point] = {}
    for y in range(len(rows) - 1):
        upper, lower = signs[y], signs[y + 1]
        across = upper ^ lower
        # The cells whose four corners are not alike, each where its right column is.
        mixed = (upper ^ upper >> 1 | lower ^ lower >> 1 | across | across >> 1) & ~(1 << last)
        while mixed:
            right = (mixed & -mixed).bit_length() - 1
            mixed &= mixed - 1
            x = last - right - 1
            two_above, two_below = upper >> right & 3, lower >> right & 3
            # The lower ones in the order in which one comes around the cell.
            case = two_above << 2 | (two_below & 1) << 1 | two_below >> 1
            ways = _WAYS.get(case)
            if ways is None:
                middle = rows[y][x] + rows[y][x + 1] + rows[y + 1][x] + rows[y + 1][x + 1]
                ways = (_JOINED if middle > 0.0 else _APART)[case]
            for enters, leaves in ways:
                start, at = crossing(x, y, enters)
                end, _ = crossing(x, y, leaves)
                follows[start], points[start] = end, at
    outlines = []
    while follows:
        start, at_side = follows.popitem()
        outline = [points[start]]
        while at_side != start:
            outline.append(points[at_side])
            at_side = follows.pop(at_side)
        outlines.append(outline)
    return outlines


def simplified(outline: Sequence[Point], tolerance: float) -> list[Point]:
    """Leave out the points of a closed polygon from which it is no farther than a tolerance without them.

    >>> simplified([(0, 0), (1, 0), (2, 0), (2, 2), (1, 2), (0, 2)], 0.1)
    [(2, 2), (0, 2), (0, 0), (2, 0)]
    """
    if len(outline) < 4:
        return list(outline)
    # The point that is farthest from another one is a corner, and so is the one that is farthest from it.
    start, _ = _farthest(outline, outline[0], outline[0])
    outline = [*outline[start:], *outline[:start]]
    middle, _ = _farthest(outline, outline[0], outline[0])
    closed = [*outline, outline[0]]
    kept, parts = {0, middle}, [(0, middle), (middle, len(outline))]
    while parts:
        first, last = parts.pop()
        place, off = _farthest(closed[first + 1 : last], closed[first], closed[last])
        if off > tolerance * tolerance:
            place += first + 1
            kept.add(place)
            parts += [(first, place), (place, last)]
    return [outline[place] for place in sorted(kept)]


def _farthest(points: Sequence[Point], start: Point, end: Point) -> tuple[int, float]:
    """Which of some points is farthest from a straight piece, and the square of how far it is."""
    left, top = start
    along, up = end[0] - left, end[1] - top
    length = along * along + up * up
    found, farthest = 0, 0.0
    for place, (x, y) in enumerate(points):
        right, above = x - left, y - top
        share = (right * along + above * up) / length if length else 0.0
        if share > 1.0:
            share = 1.0
        elif share < 0.0:
            share = 0.0
        off = (right - share * along) ** 2 + (above - share * up) ** 2
        if off > farthest:
            found, farthest = place, off
    return found, farthest


def path_of(outlines: Sequence[Sequence[Point]], scale: float, tolerance: float) -> str:
    """Write polygons as a path of SVG with whole coordinates, each relative to the one before.

    Args:
        scale: how many units of the path a step of the grid is.
        tolerance: by how many units the path may be off.

    >>> path_of([[(0, 0), (2, 0), (2, 2)]], 10.0, 1.0)
    'm0 0 20 0 0 20z'
    """
    x = y = 0
    parts = []
    for outline in outlines:
        corners = simplified([(px * scale, py * scale) for px, py in outline], tolerance)
        start = round(corners[0][0]), round(corners[0][1])
        numbers = []
        for corner in corners:
            to = round(corner[0]), round(corner[1])
            numbers += [to[0] - x, to[1] - y]
            x, y = to
        parts.append("m" + " ".join(map(str, numbers)) + "z")
        x, y = start
    return "".join(parts).replace(" -", "-")
