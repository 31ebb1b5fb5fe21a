"""Measuring engines in turn, each in a process of its own, all pinned to the same cores and number of threads.

A process reads one line for each round and answers with one line of JSON. Times are compared within a round: like with like
when the machine's speed drifts.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy
from engines import Engine
from works import WORKS, Work

# Engine -> module and function that make it.
ENGINES = {
    "chalkgrad": ("engine_chalkgrad", "make"),
    "chalkgrad-jax": ("engine_chalkgrad", "make_jax"),
    "numpy": ("engine_numpy", "make"),
    "numpy-folded": ("engine_numpy", "make_folded"),
    "torch": ("engine_torch", "make"),
    "jax": ("engine_jax", "make"),
    "jax-scalars": ("engine_jax", "make_scalars"),
    "jax-scalars-tuned": ("engine_jax", "make_scalars_tuned"),
    "casadi": ("engine_casadi", "make"),
    "micrograd": ("engine_micrograd", "make"),
}
# Short, since the speed of a shared machine changes within tenths of a second; more rounds make up for it.
ROUND_SECONDS = 0.05
BLOCK_SECONDS = 0.0005
# The check trains on these batches, so that nothing may depend on having seen a batch before.
CHECKED_BATCHES = (0, 1, 0)
TOLERANCES = {"float64": 1e-9, "float32": 1e-3}


def pin(threads: int) -> None:
    """Keep this process on as many cores as it may have threads; libraries take their number of threads from these too."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def environment(threads: int) -> dict[str, str]:
    """What tells each library how many threads to use."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NPROC")
    flags = f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'}"
    return {**os.environ, **dict.fromkeys(names, str(threads)), "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}


class Worker:
    """The process of one engine and one work.

    Attributes:
        missing: why there is none; None if there is.
        losses: of the first steps.
        change: of the parameters in these, an array.
    """

    def __init__(self, engine: str, work: Work, threads: int) -> None:
        self.engine = engine
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "change.npy"
            self._process = subprocess.Popen(
                [sys.executable, __file__, engine, work.name, str(threads), str(path)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(threads),
            )  # fmt: skip
            first = self._answer()
            self.missing: str | None = first.get("missing")
            if self.missing is None:
                self.losses: list[float] = first["losses"]
                self.change = numpy.load(path)

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"missing": "its process ended, see above"}

    def round(self) -> float:
        """The median time of a step, in seconds."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answer = self._answer()
        if "seconds" not in answer:
            raise SystemExit(f"{self.engine}: {answer['missing']}")
        return float(answer["seconds"])

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def disagreement(worker: Worker, reference: Worker, work: Work) -> str | None:
    """How the first steps differ, in words; None if they agree."""
    tolerance = TOLERANCES[work.dtype]
    for step, (ours, theirs) in enumerate(zip(reference.losses, worker.losses, strict=True)):
        if not abs(theirs - ours) <= tolerance * max(1.0, abs(ours)):
            return f"{worker.engine} has the loss {theirs!r} in step {step}, {reference.engine} {ours!r}"
    distance = float(numpy.abs(worker.change - reference.change).max())
    largest = float(numpy.abs(reference.change).max())
    if not distance <= tolerance * largest:
        return (
            f"{worker.engine} and {reference.engine} change a parameter by amounts that differ by {distance:.3g} in "
            f"{len(worker.losses)} steps, where the largest change is {largest:.3g}"
        )
    return None


def first_steps(engine: Engine, work: Work) -> dict[str, Any]:
    """The losses of a few steps from the start, and how the parameters changed."""
    losses = [float(engine.step(*engine.batch(*work.batch(number)))) for number in CHECKED_BATCHES]
    return {"losses": losses, "change": engine.read().astype(float) - work.start()}


def time_rounds(engine: Engine, work: Work) -> None:
    """A round for each line of input."""
    batch = engine.batch(*work.batch())
    steps, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < ROUND_SECONDS or steps < 2:
        engine.step(*batch)
        steps += 1
    seconds = elapsed / steps
    steps_a_block = math.ceil(BLOCK_SECONDS / seconds)
    n_blocks = math.ceil(ROUND_SECONDS / (steps_a_block * seconds))
    start, step, clock = work.start(), engine.step, time.perf_counter
    for _ in sys.stdin:
        engine.write(start)
        if seconds < ROUND_SECONDS:
            step(*batch)  # brings its arrays back into the caches
        blocks = []
        for _ in range(n_blocks):
            began = clock()
            for _ in range(steps_a_block):
                step(*batch)
            blocks.append((clock() - began) / steps_a_block)
        print(json.dumps({"seconds": statistics.median(blocks)}), flush=True)


def main() -> None:
    """The process of one engine and one work."""
    name, work_name, threads, path = sys.argv[1:]
    pin(int(threads))
    work = WORKS[work_name]
    module, function = ENGINES[name]
    try:
        engine = getattr(importlib.import_module(module), function)(work, int(threads))
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    first = first_steps(engine, work)
    numpy.save(path, first["change"])
    print(json.dumps({"losses": first["losses"]}), flush=True)
    time_rounds(engine, work)


if __name__ == "__main__":
    main()
