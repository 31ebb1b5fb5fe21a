"""Compiled scalar programs against other engines: one training step (loss, gradient, SGD), and the time to compile.

Every engine runs in a process of its own, all in turn, round after round; the figures are medians of the ratios within a
round. All have the same cores and number of threads (`--threads`, 1 by default), the same dtype, and start from the same
numbers; a step takes any batch, so none may prepare anything for the one that is timed. They must agree on the losses of the
first steps and on what these do to the parameters, or the run fails.

    make bench

sets up the peers (benchmarks/requirements.txt) and runs this file after eager.py. `--only WORK`, `--engines A,B` and
`--rounds N` measure less.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from compile_times import print_compile_times
from rounds import ENGINES, Worker, disagreement
from works import WORKS, Work


class Promise(NamedTuple):
    """(time of an engine) / (time of chalkgrad) is at least `ratio`; `slower`: the inverse is at most that."""

    ratio: float
    slower: bool = False

    def verdict(self, ratios: Sequence[float]) -> str:
        """The promise, and whether ratios keep it."""
        if self.slower:
            figure = statistics.median(1 / ratio for ratio in ratios)
            return f"chalkgrad ÷ this {figure:.3f}, at most {self.ratio:g}: {'ok' if figure <= self.ratio else 'MISSED'}"
        return f"at least {self.ratio:,g}: {'ok' if statistics.median(ratios) >= self.ratio else 'MISSED'}"


_NOT_SLOWER = Promise(1.0, slower=True)
# A program on JAX against the same written by hand in JAX.
ON_JAX = 1.1
# Work -> engine -> promise. An engine without one is timed for information: of two programs of a library, both promise.
PROMISES: dict[str, dict[str, Promise | None]] = {
    "hinge": {
        "micrograd": Promise(5000),
        "torch": Promise(4),
        "jax": _NOT_SLOWER,
        "jax-scalars": Promise(100),
        "jax-scalars-tuned": Promise(100),
        "chalkgrad-jax": None,
        "casadi": None,
        "numpy": _NOT_SLOWER,
        "numpy-folded": _NOT_SLOWER,
    },
    "xor": {"torch": Promise(8), "jax": None, "casadi": None, "numpy": None, "numpy-folded": None},
    "hinge1": {"torch": None, "jax": None, "numpy": None},
    "xor1": {"torch": None, "jax": None, "numpy": None},
    "digits64": {"torch": _NOT_SLOWER, "jax": None, "numpy": Promise(1.05, slower=True)},
    "digits32": {"torch": _NOT_SLOWER, "jax": None, "numpy": Promise(1.05, slower=True)},
    "words": {"torch": Promise(1.1, slower=True), "jax": None, "chalkgrad-jax": None, "numpy": None},
}


def measure(work: Work, engines: Sequence[str], n_rounds: int, threads: int) -> None:
    """Run the engines on a work and print its part of the table."""
    started = [Worker(name, work, threads) for name in engines]
    workers = [worker for worker in started if worker.missing is None]
    times: dict[str, list[float]] = {worker.engine: [] for worker in workers}
    print(f"\n{work.title}")
    try:
        for worker in workers[1:]:
            if difference := disagreement(worker, workers[0], work):
                raise SystemExit(difference)
        for _ in range(n_rounds):
            for worker in workers:
                times[worker.engine].append(worker.round())
    finally:
        for worker in workers:
            worker.stop()
    for worker in started:
        if worker.missing is not None:
            print(f"  {worker.engine:<20}missing: {worker.missing}")
            continue
        own = times[worker.engine]
        ratios = [theirs / ours for theirs, ours in zip(own, times[workers[0].engine], strict=True)]
        promise = PROMISES[work.name].get(worker.engine) if workers[0].engine == "chalkgrad" else None
        verdict = promise.verdict(ratios) if promise else ""
        figures = f"{1e6 * statistics.median(own):>12,.1f}{statistics.median(ratios):>13,.2f}"
        if worker.engine == "chalkgrad-jax" and "jax" in times:
            figure = statistics.median(ours / theirs for ours, theirs in zip(own, times["jax"], strict=True))
            verdict = f"this ÷ jax {figure:.3f}, at most {ON_JAX:g}: {'ok' if figure <= ON_JAX else 'MISSED'}"
        print(f"  {worker.engine:<20}{figures}   {verdict}".rstrip(), flush=True)


def main() -> None:
    """Run all and print the table."""
    parser = argparse.ArgumentParser(description="Time compiled scalar programs against other engines.")
    parser.add_argument("--rounds", type=int, default=21, help="rounds of measurement (default: 21)")
    parser.add_argument("--threads", type=int, default=1, help="threads, and cores, of each engine (default: 1)")
    parser.add_argument("--only", choices=[*WORKS, "compile"], help="measure this only")
    parser.add_argument("--engines", help=f"of {', '.join(ENGINES)}: separated by commas; the others are compared with the first")
    arguments = parser.parse_args()
    chosen = [name.strip() for name in arguments.engines.split(",")] if arguments.engines else None
    if unknown := set(chosen or ()) - set(ENGINES):
        parser.error(f"no engine is called {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    if arguments.only != "compile":
        print(f"one training step: loss, gradient, SGD; threads and cores of each engine: {arguments.threads}; ", end="")
        print(f"rounds: {arguments.rounds}\n")
        print(f"  {'engine':<20}{'µs a step':>12}{'÷ ' + (chosen[0] if chosen else 'chalkgrad'):>13}   promise")
        for work in WORKS.values():
            if arguments.only in (None, work.name):
                engines = ["chalkgrad", *PROMISES[work.name]]
                names = [name for name in chosen if name in engines] if chosen else engines
                if names:
                    measure(work, names, arguments.rounds, arguments.threads)
    if arguments.only in (None, "compile"):
        print_compile_times(arguments.threads)


if __name__ == "__main__":
    main()
