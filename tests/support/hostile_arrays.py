"""Arguments that nobody should pass for an array: wrong, unusual, or lying about what they are."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy


class Liar(numpy.ndarray[Any, Any]):
    """An array that says it is larger than it is, and of another type."""

    shape: Any = property(lambda self: (4, 2))
    ndim: Any = property(lambda self: 2)
    dtype: Any = property(lambda self: numpy.dtype(float))
    __array_interface__: Any = property(lambda self: {"data": (8, False), "shape": (4, 2), "typestr": "<f8", "version": 3})

    def __len__(self) -> int:
        return 4


class Impostor:
    """No array, but it says so. NumPy believes what it says of its memory, and so that is true."""

    memory = numpy.zeros((4, 2))

    __class__: Any = numpy.ndarray
    shape, ndim, dtype = (4, 2), 2, numpy.dtype(float)
    flags = numpy.zeros(1).flags
    __array_interface__: Any = property(lambda self: self.memory.__array_interface__)

    def __len__(self) -> int:
        return 4


class Deceiver:
    """Something that is made into an array only after some work."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise RuntimeError("not now")


def spoiled(choices: random.Random, good: Any, folder: str) -> Any:
    """An array like a good one, but with something wrong, or at least unusual, about it."""
    shape = good.shape
    ways: list[Callable[[], Any]] = [
        lambda: None,
        lambda: good.tolist(),
        lambda: 7.0,
        lambda: float("nan"),
        lambda: "numbers",
        lambda: bytes(64),
        lambda: bytearray(64),
        lambda: memoryview(bytes(64)),
        lambda: object(),
        lambda: numpy.ndarray,
        lambda: numpy.float64(3.0),
        lambda: numpy.dtype(float),
        Impostor,
        Deceiver,
        lambda: good.copy().view(Liar),
        lambda: numpy.zeros(1, numpy.int8).view(Liar),
        lambda: numpy.array(3.0),
        lambda: numpy.empty(0),
        lambda: numpy.empty((0, *shape[1:])),
        lambda: numpy.empty((2**50, 0)),
        lambda: numpy.empty((0, 2**50)),
        lambda: numpy.broadcast_to(numpy.float64(1.0), shape),
        lambda: numpy.broadcast_to(numpy.float64(1.0), (2**50, *shape[1:])),
        lambda: numpy.broadcast_to(good[:1], shape),
        lambda: numpy.zeros((20_000, *shape[1:])),
        lambda: good[..., None],
        lambda: good[None],
        lambda: good.reshape(-1),
        lambda: good[:-1],
        lambda: numpy.concatenate([good, good]),
        lambda: good.astype(numpy.float32),
        lambda: good.astype(numpy.longdouble),
        lambda: good.astype(complex),
        lambda: good.astype(numpy.int64),
        lambda: good.astype(bool),
        lambda: good.astype(object),
        lambda: good.astype(str),
        lambda: good.astype(">f8"),
        lambda: good.astype("timedelta64[s]"),
        lambda: numpy.zeros(shape, [("a", float)]),
        lambda: numpy.zeros(shape, numpy.dtype(float, metadata={"unit": "m"})),
        lambda: numpy.asfortranarray(good),
        lambda: good[::-1],
        lambda: numpy.repeat(good, 2, axis=0)[::2],
        lambda: numpy.moveaxis(numpy.stack([good, good]), 0, -1)[..., 0],
        lambda: good.T,
        lambda: numpy.frombuffer(b"-" + good.tobytes(), good.dtype, offset=1).reshape(shape),
        lambda: numpy.ma.masked_array(good, numpy.zeros(shape, bool)),
        lambda: good.view(numpy.recarray),
        lambda: numpy.asmatrix(good),
        lambda: read_only(good),
        lambda: mapped(good, Path(folder) / str(choices.random())),
        lambda: numpy.full(shape, choices.choice([math.nan, math.inf, -math.inf, 1e308, 5e-324, -0.0])),
    ]
    return choices.choice(ways)()


def read_only(good: Any) -> Any:
    copy = good.copy()
    copy.flags.writeable = False
    return copy


def mapped(good: Any, path: Path) -> Any:
    made = numpy.memmap(path, good.dtype, "w+", shape=good.shape)
    made[...] = good
    return made
