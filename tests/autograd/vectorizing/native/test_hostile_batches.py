"""Programs in machine code, given batches that nobody should pass: what the NumPy engine gives or an error, never a crash."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy
import pytest
from hostile_arrays import spoiled

from autograd import Value, pick, square, vectorize

pytest.importorskip("llvmlite")

SEED = 141414
N_CALLS = 3_000
INDICES = (0, 1, 2, 2, 3, -1, 1.5, 2.0**62, -(2.0**63), 1e300, float("nan"), float("inf"))


def test_hostile_batches_never_crash():
    folders = [str(Path(__file__).parents[4]), *(folder for folder in sys.path if folder)]
    ran = subprocess.run(
        [sys.executable, "-X", "faulthandler", __file__],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    n_results, n_errors = map(int, ran.stdout.split())
    assert n_results + n_errors == N_CALLS
    assert min(n_results, n_errors) > N_CALLS // 10


# ------------------------------------------------------------------------------------------- what runs in the other process


def attack() -> tuple[int, int]:
    weights = [Value(0.2), Value(0.3), Value(0.5)]

    def loss(x: Any, k: Any, y: Any) -> Value:
        return square(weights[0] * x[0] + weights[1] * x[1] + pick(weights, k) - y)

    native, arrays = [vectorize(loss, [0.1, 0.2], 1, 0.3, parameters=weights, engine=engine) for engine in ("native", "numpy")]
    choices, numbers = random.Random(SEED), numpy.random.default_rng(SEED)
    counted = [0, 0]
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(N_CALLS):
            m = choices.choice([1, 4, 4, 9])
            arguments: list[Any] = [
                numbers.normal(size=3),
                numbers.normal(size=(m, 2)),
                numbers.integers(0, 3, m).astype(choices.choice([float, numpy.int64, numpy.uint8])),
                numbers.normal(size=m),
            ]
            if choices.random() < 0.2:
                arguments[2] = arguments[2].astype(float)
                arguments[2][choices.randrange(m)] = choices.choice(INDICES)
            for place in choices.sample(range(4), choices.choice([0, 0, 1, 1, 2])):
                arguments[place] = spoiled(choices, arguments[place], folder)
            out = numpy.empty(3)
            if choices.random() < 0.2:
                out = spoiled(choices, out, folder)
            found = result_of(native, arguments, out)
            expected = result_of(arrays, arguments, None)
            if found is None:
                counted[1] += 1
            else:
                assert expected is not None, arguments
                assert all(numpy.allclose(a, b, 1e-9, 1e-12, equal_nan=True) for a, b in zip(found, expected, strict=True)), (
                    arguments
                )
                counted[0] += 1
    return counted[0], counted[1]


def result_of(program: Any, arguments: list[Any], out: Any) -> Any:
    """The loss and the gradient, or None if there is an error."""
    try:
        loss, gradient = program.value_and_grad(*arguments, out=out)
    except Exception:  # of the arguments' own making, too
        return None
    return loss, numpy.array(gradient)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    numpy.seterr(all="ignore")
    print(*attack())
