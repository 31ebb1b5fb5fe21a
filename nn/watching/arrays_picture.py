"""The picture of parameters that are too many for lines: heat maps of their arrays, or how their numbers are spread."""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from autograd.notation.numbers import format_number
from nn.module import ParameterArray
from nn.watching.plots import WIDTH, picture, text

_MOST_CELLS, _MOST_ARRAYS = 2000, 12
_ROOM, _LARGEST_CELL, _HIGHEST = WIDTH - 24, 14.0, 112.0
N_BARS = 31
"""How many classes numbers are counted in, between the negative and the positive number of the largest magnitude."""

_BARS_HIGH = 46
BLUE, VERMILION = (0, 114, 178), (213, 94, 0)
"""The colours of positive and negative cells, which are as opaque as their numbers are large."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """Arrays of parameters, and what the page shows of them.

    Attributes:
        svg: the picture, as it is in the last frame.
        kind: ``"cells"`` for heat maps, ``"bars"`` for counts.
        weights, gradients: for each frame the bytes of all arrays, one after the other: of a heat map a signed byte for each
            cell, 127 for the largest number of the array in all frames; of counts a byte for each bar, 255 for the highest.
        shapes: how many columns and rows each array has.
        titles: what stands above the weights, and above the gradients.
    """

    svg: str
    kind: str
    weights: tuple[bytes, ...]
    gradients: tuple[bytes, ...]
    shapes: tuple[tuple[int, int], ...]
    titles: tuple[str, str]


def draw_arrays(
    arrays: Sequence[tuple[ParameterArray, Sequence[int]]],
    weights: Sequence[Sequence[float]],
    gradients: Sequence[Sequence[float]],
) -> Arrays:
    """Draw the arrays of a model's parameters.

    Args:
        arrays: each with the numbers of its elements in a frame.
        weights, gradients: the parameters and their gradients in all frames.
    """
    shown = arrays[:_MOST_ARRAYS]
    is_cells = sum(len(places) for _, places in shown) <= _MOST_CELLS
    encode = _cells if is_cells else _bars
    kinds = weights, gradients
    coded = [[encode([[numbers[k] for k in places] for numbers in kind]) for kind in kinds] for _, places in shown]
    y, parts, shapes = 40.0, [], []
    for (array, places), ((of_weights, scale), _) in zip(shown, coded, strict=True):
        n_columns, n_rows = _shape(array.shape, len(places))
        shapes.append((n_columns, n_rows))
        described = f"{array.name} {'×'.join(map(str, array.shape or (1,)))}, up to ±{format_number(scale, 3)}"
        parts.append(text(described, 12, round(y, 1), "start quiet"))
        cell = min(_LARGEST_CELL, _ROOM / n_columns, _HIGHEST / n_rows)
        width, height = (n_columns * cell, n_rows * cell) if is_cells else (_ROOM, _BARS_HIGH)
        frame = f'x="12" y="{y + 6:.1f}" width="{width:.1f}" height="{height:.1f}"'
        if is_cells:
            parts.append(
                f'<image class="cells" {frame} preserveAspectRatio="none" href="{_png(of_weights[-1], n_columns, n_rows)}"/>'
            )
        else:
            inner = f'<path class="bars" d="{bars_path(of_weights[-1])}"/>'
            parts.append(f'<svg {frame} viewBox="0 0 {N_BARS} 255" preserveAspectRatio="none">{inner}</svg>')
        parts.append(f'<rect class="frame" {frame}/>')
        y += height + 28
    if len(arrays) > len(shown):
        parts.append(text(f"… and {len(arrays) - len(shown)} more arrays", 12, round(y, 1), "start quiet"))
        y += 20
    how = "blue > 0, red < 0" if is_cells else "how many are how large"
    titles = (f"weights: {how}", f"gradients of the loss: {how}")
    svg = picture("arrays", titles[0], "".join(parts), height=max(304, round(y)))
    together = [tuple(b"".join(parts) for parts in zip(*(one[kind][0] for one in coded), strict=True)) for kind in range(2)]
    return Arrays(svg, "cells" if is_cells else "bars", together[0], together[1], tuple(shapes), titles)


def bars_path(heights: bytes) -> str:
    """Bars of some heights, each 1 wide, in a picture of 255 units.

    >>> bars_path(bytes([255, 0, 51]))
    'M0 255v-255h1v255M2 255v-51h1v51'
    """
    return "".join(f"M{place} 255v-{height}h1v{height}" for place, height in enumerate(heights) if height)


def _shape(shape: Sequence[int], n: int) -> tuple[int, int]:
    n_columns = shape[-1] if shape else 1
    n_rows = max(1, n // max(1, n_columns))
    return n_columns, n_rows


def _scale(frames: Sequence[Sequence[float]]) -> float:
    return max((abs(one) for numbers in frames for one in numbers if math.isfinite(one)), default=0.0) or 1.0


def _cells(frames: Sequence[Sequence[float]]) -> tuple[list[bytes], float]:
    scale = _scale(frames)

    def cell(one: float) -> int:
        return max(-127, min(127, round(127.0 * one / scale))) & 0xFF if math.isfinite(one) else 0

    return [bytes(map(cell, numbers)) for numbers in frames], scale


def _bars(frames: Sequence[Sequence[float]]) -> tuple[list[bytes], float]:
    scale = _scale(frames)
    found = []
    for numbers in frames:
        counts = [0] * N_BARS
        for one in numbers:
            if math.isfinite(one):
                counts[round((one / scale + 1.0) / 2.0 * (N_BARS - 1))] += 1
        highest = max(counts) or 1
        # One that is there is seen.
        found.append(bytes(max(count > 0, round(255 * count / highest)) for count in counts))
    return found, scale


def _png(cells: bytes, n_columns: int, n_rows: int) -> str:
    """Signed bytes as a picture whose cells are as opaque as the numbers are large."""
    rows = []
    for row in range(n_rows):
        pixels = bytearray(b"\0")
        for byte in cells[row * n_columns : (row + 1) * n_columns]:
            number = byte - 256 if byte > 127 else byte
            pixels += bytes([*(BLUE if number > 0 else VERMILION), abs(number) * 2])
        rows.append(bytes(pixels))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", n_columns, n_rows, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b"")
    return f"data:image/png;base64,{b64encode(png).decode()}"
