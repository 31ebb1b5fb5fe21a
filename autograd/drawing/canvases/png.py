"""Writing PNG files quickly, even of big pictures: with their even colours they compress well without filters."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import Any

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BIG = 4_000_000  # pixels; from here on compression is quick rather than thorough
_EIGHT_BITS, _RGB, _PALETTE, _RGBA = 8, 2, 3, 6
_MOST_COLOURS = 256


def encode(width: int, height: int, strips: Iterable[Any]) -> bytes:
    """Write pixels as PNG.

    Args:
        strips: from the top, arrays of bytes of shape rows × width × 4: red, green, blue, and 255.
    """
    import numpy

    # Picking three bytes out of four takes longer than compressing all.
    kind, channels, level = (_RGBA, 4, 1) if height * width >= _BIG else (_RGB, 3, 9)
    compressor = zlib.compressobj(level)
    data = [compressor.compress(_lines(numpy.asarray(strip)[:, :, :channels])) for strip in strips]
    return _file(width, height, kind, b"".join([*data, compressor.flush()]))


def encode_small(width: int, height: int, strips: Iterable[Any]) -> bytes:
    """Write pixels as a PNG of a third of the size, by keeping only some of the colours that blend two others at an edge."""
    import numpy

    pixels = numpy.concatenate([numpy.array(strip)[:, :, :3] for strip in strips])
    wide = pixels.astype(numpy.uint32)
    exact = wide[:, :, 0] << 16 | wide[:, :, 1] << 8 | wide[:, :, 2]
    # Colours whose bytes have the same upper halves become one, the most frequent of them.
    alike = (exact >> 12 & 0xF00) | (exact >> 8 & 0xF0) | (exact >> 4 & 0xF)
    frequency = numpy.bincount(alike.ravel(), minlength=4096)
    kinds = numpy.flatnonzero(frequency)
    if len(kinds) > _MOST_COLOURS:
        return encode(width, height, [pixels])
    colours, counts = numpy.unique(exact, return_counts=True)
    by_frequency = colours[numpy.argsort(counts, kind="stable")]
    chosen = numpy.zeros(4096, numpy.uint32)
    chosen[(by_frequency >> 12 & 0xF00) | (by_frequency >> 8 & 0xF0) | (by_frequency >> 4 & 0xF)] = by_frequency
    place = numpy.zeros(4096, numpy.uint8)
    place[kinds] = numpy.arange(len(kinds))
    palette = b"".join(int(colour).to_bytes(3, "big") for colour in chosen[kinds])
    return _file(width, height, _PALETTE, zlib.compress(_lines(place[alike][:, :, None]), 9), _chunk(b"PLTE", palette))


def _lines(pixels: Any) -> Any:
    """Rows of bytes, each preceded by a zero, which means that the row is not filtered."""
    import numpy

    n_rows, width, channels = pixels.shape
    lines = numpy.zeros((n_rows, 1 + channels * width), numpy.uint8)
    lines[:, 1:] = pixels.reshape(n_rows, channels * width)
    return lines.data


def _file(width: int, height: int, kind: int, data: bytes, palette: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, _EIGHT_BITS, kind, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + palette + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
