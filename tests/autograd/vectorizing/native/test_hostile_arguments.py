"""Ten thousand calls with arguments that nobody should pass: right numbers, an exception or a refusal, never a crash.

The calls are made in a process of their own, so that a crash is a failed test.
"""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from hand_written_kernels import REGRESSION, regression

pytest.importorskip("llvmlite")

from autograd.vectorizing.native import calling
from autograd.vectorizing.native.calling import Call
from autograd.vectorizing.native.machine import compile_module

SEED = 1414
N_CALLS = 10_000


@pytest.mark.parametrize("way", ["built-in", "through Python"])
def test_hostile_arguments_never_crash(way):
    folders = [str(Path(__file__).parents[4]), *(folder for folder in sys.path if folder)]
    ran = subprocess.run(
        [sys.executable, "-X", "faulthandler", __file__, way],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    counted = dict(line.split(": ") for line in ran.stdout.splitlines())
    assert sum(map(int, counted.values())) == 2 * N_CALLS
    assert all(int(count) > 100 for count in counted.values()), counted


# ------------------------------------------------------------------------------------------- what runs in the other process


class Liar(numpy.ndarray[Any, Any]):
    """An array that says it is larger than it is, and of another type."""

    shape: Any = property(lambda self: (4, 2))
    ndim: Any = property(lambda self: 2)
    dtype: Any = property(lambda self: numpy.dtype(float))
    __array_interface__: Any = property(lambda self: {"data": (8, False), "shape": (4, 2), "typestr": "<f8", "version": 3})

    def __len__(self) -> int:
        return 4


class Impostor:
    """No array, but it says so."""

    __class__: Any = numpy.ndarray
    shape, ndim, dtype = (4, 2), 2, numpy.dtype(float)
    flags = numpy.zeros(1).flags
    __array_interface__: Any = property(lambda self: {"data": (8, False), "shape": (4, 2), "typestr": "<f8", "version": 3})

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
        lambda: numpy.empty((2**40, 0)),
        lambda: numpy.empty((0, 2**40)),
        lambda: numpy.broadcast_to(numpy.float64(1.0), shape),
        lambda: numpy.broadcast_to(numpy.float64(1.0), (2**40, *shape[1:])),
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
        lambda: numpy.frombuffer(b"-" + good.tobytes(), float, offset=1).reshape(shape),
        lambda: numpy.ma.masked_array(good, numpy.zeros(shape, bool)),
        lambda: good.view(numpy.recarray),
        lambda: numpy.asmatrix(good),
        lambda: read_only(good),
        lambda: mapped(good, folder),
        lambda: numpy.full(shape, choices.choice([math.nan, math.inf, -math.inf, 1e308, 5e-324, -0.0])),
    ]
    return choices.choice(ways)()


def read_only(good: Any) -> Any:
    copy = good.copy()
    copy.flags.writeable = False
    return copy


def mapped(good: Any, folder: str) -> Any:
    made = numpy.memmap(Path(folder) / "numbers", good.dtype, "w+", shape=good.shape)
    made[...] = good
    return made


def as_it_was(given: Any) -> Any:
    """A copy of an array, if it isn't huge: what lies over something else is overwritten."""
    if not issubclass(type(given), numpy.ndarray):
        return given
    array = numpy.asarray(given)
    return array.copy() if array.size < 100_000 else array


def same(one: Any, other: Any) -> bool:
    return bool(numpy.array_equal(numpy.asarray(one), numpy.asarray(other), equal_nan=True))


def expected(theta: Any, x: Any, y: Any) -> tuple[float, list[float]]:
    return regression(*[numpy.asarray(one).astype(float).tolist() for one in (theta, x, y)])


def attack(way: str) -> dict[str, int]:
    if way == "through Python":
        setattr(calling, "entry_of", lambda plan: None)  # noqa: B010
    call = Call(
        compile_module(REGRESSION, level=1),
        "regression",
        n_theta=3,
        sizes=[(2,), ()],
        out="gradient",
        dtype=float,
        scratch_bytes=32,
        work_per_example=1.0,
    )
    assert call.fast is not None
    numpy.seterr(all="ignore")
    choices, numbers = random.Random(SEED), numpy.random.default_rng(SEED)
    counted = {"refused": 0, "raised": 0, "fast": 0, "slow": 0}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(N_CALLS):
            m = choices.choice([1, 4, 4, 4, 30])
            arguments: list[Any] = [numbers.normal(size=3), numpy.empty(3), numbers.normal(size=(m, 2)), numbers.normal(size=m)]
            for place in choices.sample(range(4), choices.choice([0, 1, 1, 1, 2, 4])):
                arguments[place] = spoiled(choices, arguments[place], folder)
            if choices.random() < 0.1:
                # The gradient is to be written to something that is read.
                arguments[1] = choices.choice([arguments[0], arguments[2], arguments[3]])
                if type(arguments[1]) is numpy.ndarray and arguments[1].ndim:
                    arguments[1] = choices.choice([arguments[1], arguments[1].reshape(-1)[-3:], arguments[1][:3]])
            read = [as_it_was(one) for one in arguments]
            count = choices.choice([4] * 40 + [2, 3, 5, 6, 8])
            found = call.fast(*(arguments + arguments)[:count])
            if found is None:
                counted["refused"] += 1
            else:
                loss, gradient = found
                wanted = expected(read[0], read[2], read[3])
                assert same(loss, wanted[0]) and same(gradient, wanted[1]), arguments
                assert arguments[1] is None or gradient is arguments[1]
                counted["fast"] += 1
            # What the first call has written to may be read.
            read = [as_it_was(one) for one in arguments]
            try:
                status, loss, _ = call(arguments[0], arguments[1], arguments[2:], choices.choice([m] * 40 + [0, -1, m + 1]))
            except (TypeError, ValueError):
                counted["raised"] += 1
            else:
                wanted = expected(read[0], read[2], read[3])
                assert status in (0, 1)
                assert same(loss, wanted[0]) and same(arguments[1], wanted[1]), arguments
                counted["slow"] += 1
    return counted


if __name__ == "__main__":
    for what, count in attack(sys.argv[1]).items():
        print(f"{what}: {count}")
