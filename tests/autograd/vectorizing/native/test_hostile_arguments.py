"""Ten thousand calls with arguments that nobody should pass: right numbers, an exception or a refusal, never a crash.

The calls are made in a process of their own, so that a crash is a failed test.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy
import pytest
from hand_written_kernels import REGRESSION, regression
from hostile_arrays import spoiled

pytest.importorskip("llvmlite")

from autograd.vectorizing.native import calling
from autograd.vectorizing.native.calling import Call
from autograd.vectorizing.native.machine import compile_module

SEED = 1414
N_CALLS = {"built-in": 10_000, "through Python": 3_000}


@pytest.mark.parametrize("way", N_CALLS)
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
    assert sum(map(int, counted.values())) == 2 * N_CALLS[way]
    assert all(int(count) > 100 for count in counted.values()), counted


# ------------------------------------------------------------------------------------------- what runs in the other process


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
        for _ in range(N_CALLS[way]):
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
