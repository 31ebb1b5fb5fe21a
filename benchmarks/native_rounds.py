"""One process for each engine, which computes any of the scalar programs when it is told to, and times itself.

It reads a line of JSON for each order and answers with one: first which program and batch, then a line for each round. Engines
take their turns, so that times are compared within a stretch in which the machine's speed is the same.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from rounds import environment, pin

# Engine -> module of `scalar_programs.engines` and the function in it.
ENGINES = {
    "native": ("on_chalkgrad", "prepare_native"),
    "numpy": ("on_chalkgrad", "prepare_numpy"),
    "auto": ("on_chalkgrad", "prepare_auto"),
    "jax": ("on_jax", "prepare"),
    "jax-each": ("on_jax", "prepare_each"),
    "jax-unrolled": ("on_jax", "prepare_unrolled"),
    "casadi": ("on_casadi", "prepare"),
    "torch": ("on_torch", "prepare"),
    "numba": ("on_numba", "prepare"),
}
# On a machine with other work, the time in which a process runs says more than the time that passes.
CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}
TOO_LONG = "it took too long to compile"
ROUND_SECONDS = 0.02
# A block is as long as a clock can tell well, and short enough that many are not interrupted on a machine with other work.
BLOCK_SECONDS = 0.0003


class Worker:
    """The process of one engine; it is started again when it dies or takes too long.

    Attributes:
        engine: its name.
    """

    def __init__(self, engine: str, limit: float, clock: str) -> None:
        self.engine = engine
        self._clock = clock
        self._limit = limit
        self._process: subprocess.Popen[str] | None = None
        self._folder = tempfile.TemporaryDirectory()

    def prepare(self, name: str, m: int, changes: dict[str, Any] | None = None) -> dict[str, Any]:
        """Compile a program for a batch and compute it once.

        Args:
            name: of the program.
            m: the number of examples.
            changes: arguments of the program's `make`.

        Returns:
            The ``loss``, the ``gradient`` and the ``seconds`` from the function to the first result; or why there is
            none, as ``missing``.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, os.path.abspath(__file__), self.engine],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(1),
                cwd=self._folder.name, start_new_session=True,
            )  # fmt: skip
        return self._ask({"clock": self._clock, "name": name, "m": m, "changes": changes or {}})

    def round(self) -> float:
        """The least time of a call, in seconds, among some blocks of calls."""
        answer = self._ask({"clock": self._clock})
        if "seconds" not in answer:
            raise SystemExit(f"{self.engine}: {answer['missing']}")
        return float(answer["seconds"])

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], self._limit)
            line = process.stdout.readline() if ready else None
        except BrokenPipeError:
            line = ""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.stop()
        return {"missing": TOO_LONG if line is None else "its process ended, see above"}

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            # Compilers that it has started end with it.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def seconds_a_call(call: Any, clock: Any) -> float:
    """The least mean time of a call in a block of calls, over `ROUND_SECONDS`."""
    began = clock()
    call()
    once = max(clock() - began, 1e-7)
    n = max(1, int(BLOCK_SECONDS / once))
    least, started = float("inf"), clock()
    while True:
        began = clock()
        for _ in range(n):
            call()
        ended = clock()
        least = min(least, (ended - began) / n)
        if n == 1 and ended - began < 0.5 * BLOCK_SECONDS:
            n = max(1, int(BLOCK_SECONDS / (ended - began)))  # the first call was a slow one
        if ended - started > ROUND_SECONDS:
            return least


def main() -> None:
    """The process of an engine."""
    pin(1)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    # This project before another of the name autograd, which is a peer of another benchmark.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    warnings.filterwarnings("ignore", "the distribution 'autograd'", UserWarning)
    from scalar_programs import make

    module, function = ENGINES[sys.argv[1]]
    call = None
    for line in sys.stdin:
        order = json.loads(line)
        clock = CLOCKS[order["clock"]]
        try:
            if "name" in order:
                call = None
                prepare = getattr(importlib.import_module(f"scalar_programs.engines.{module}"), function)
                work = make(order["name"], **order["changes"])
                batch = work.batch(order["m"], 1)
                began = clock()
                call, result = prepare(work, batch)
                loss, gradient = result()
                answer = {"loss": float(loss), "gradient": gradient.tolist(), "seconds": clock() - began}
            else:
                assert call is not None
                answer = {"seconds": seconds_a_call(call, clock)}
        except Exception as error:  # one program that an engine can't have does not end the run
            answer = {"missing": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
