"""Scalar programs as machine code against other engines: value and gradient of a batch, one public call.

Thirty programs (`scalar_programs`), written in scalars over Values, at batches of 1, 32 and 256: sequences, physics, likelihoods,
decisions. Each engine has a process of its own, on one core and with one thread; they take turns, round after round, and a figure
is the least over the rounds. Before an engine is timed, its loss and gradient are compared with those of this project's eager
engine.

What is called: this project's `program.value_and_grad(theta, *batch)`, with all checks, on NumPy arrays; JAX's compiled function
on the same NumPy arrays, waited for; PyTorch's functions on tensors, eager; CasADi's C, compiled by gcc, through its buffers,
whose pointers are set once; functions for Numba, by hand. JAX is given a program on arrays, its loops as `lax.scan`, as the
derivative of the mean of `vmap` and as the mean of `vmap` of derivatives; the faster counts. `--engines native,jax-unrolled`
has all steps of the loops written out, which takes minutes to compile.

    make bench

sets up the peers (benchmarks/requirements.txt) and runs this file after others. `--only A,B`, `--engines A,B`, `--batches 1,32`
and `--rounds N` measure less; the first engine is the one that others are compared with.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from native_rounds import CLOCKS, ENGINES, TOO_LONG, Worker

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# The peers' environment has another package of the name autograd, a peer of another benchmark.
warnings.filterwarnings("ignore", "the distribution 'autograd'", UserWarning)

from scalar_programs import NAMES, make  # noqa: E402
from scalar_programs.work import Work  # noqa: E402

TOLERANCE = 1e-9
DEFAULT = ("native", "numpy", "jax", "jax-each", "casadi", "torch", "numba")
JAX = ("jax", "jax-each", "jax-unrolled")
BATCHES = (1, 32, 256)
# Promised: JAX's time ÷ that of machine code, in the geometric mean; the share of programs that may be slower, and how much.
FASTER, SLOWER_SHARE, SLOWER_MOST = 2.5, 0.1, 1.5


class Promise(NamedTuple):
    """Of one program and batch, microseconds a call and seconds until the first result."""

    microseconds: float
    seconds: float


PROMISES = {
    ("xor", 4): Promise(2.0, 0.015),
    ("two_circles", 100): Promise(10.0, 0.06),
    ("gaussian_mixture", 1000): Promise(14.0, 0.02),
    ("lotka_volterra", 1): Promise(7.0, 0.3),
    ("lotka_volterra", 32): Promise(28.0, 0.3),
    ("straight_line", 1): Promise(14.0, 0.4),
    ("straight_line", 256): Promise(550.0, 0.4),
}


class Measured(NamedTuple):
    """One engine on one program and batch, or why there is nothing.

    Attributes:
        microseconds: of a call.
        first_seconds: from the function to the first result.
        missing: why there is nothing; empty if there is.
    """

    microseconds: float
    first_seconds: float
    missing: str = ""


def eager(work: Work, m: int, kept: dict[str, Any]) -> tuple[float, Any]:
    """The mean loss of the batch and its gradient, by the eager engine, an example at a time.

    Args:
        work: the program.
        m: the number of examples.
        kept: results of other runs; those of this one are entered, under a name that changes with the program's file.
    """
    from autograd import grad

    source = (Path(__file__).parent / "scalar_programs" / f"{work.name}.py").read_bytes()
    key = f"{work.name} {m} {hashlib.sha256(source).hexdigest()}"
    if key in kept:
        return kept[key][0], numpy.array(kept[key][1])
    losses, gradients = [], []
    for example in work.examples(*work.batch(m, 1)):
        loss = work.f(*example)
        losses.append(loss.data)
        gradients.append(grad(loss, work.parameters))
    kept[key] = math.fsum(losses) / m, numpy.array(gradients).mean(0).tolist()
    return kept[key][0], numpy.array(kept[key][1])


def disagreement(answer: dict[str, Any], loss: float, gradient: Any) -> str:
    """How an engine's results differ from the eager engine's, in words; empty if they agree."""
    distance = max(
        abs(answer["loss"] - loss) / max(1.0, abs(loss)),
        float(numpy.abs(numpy.array(answer["gradient"]) - gradient).max() / numpy.abs(gradient).max()),
    )
    return "" if distance <= TOLERANCE else f"WRONG by {distance:.2g}"


def measure(
    work: Work, m: int, workers: Sequence[Worker], n_rounds: int, kept: dict[str, Any], given_up: set[tuple[str, str]]
) -> dict[str, Measured]:
    """Prepare all engines for a batch, compare them with the eager engine, and time them in turn.

    An engine that took too long to compile the program for another batch is not asked again.
    """
    loss, gradient = eager(work, m, kept)
    measured, ready = {}, []
    for worker in workers:
        answer: dict[str, Any] = {"missing": TOO_LONG}
        if (worker.engine, work.name) not in given_up:
            answer = worker.prepare(work.name, m)
        if answer.get("missing") == TOO_LONG:
            given_up.add((worker.engine, work.name))
        missing = answer.get("missing") or disagreement(answer, loss, gradient)
        measured[worker.engine] = Measured(math.inf, answer.get("seconds", math.inf), missing)
        if not missing:
            ready.append(worker)
    for _ in range(n_rounds):
        for worker in ready:
            before = measured[worker.engine]
            measured[worker.engine] = before._replace(microseconds=min(before.microseconds, 1e6 * worker.round()))
    return measured


def with_best_jax(measured: dict[str, Measured]) -> dict[str, Measured]:
    """All forms of JAX as one: the one that is fastest on this batch."""
    forms = [measured[name] for name in JAX if name in measured]
    others = {name: result for name, result in measured.items() if name not in JAX}
    if forms:
        others["jax"] = min(forms, key=lambda result: result.microseconds)
    return others


def geometric_mean(ratios: Sequence[float]) -> float:
    """Their geometric mean; nan if there are none."""
    return math.exp(math.fsum(map(math.log, ratios)) / len(ratios)) if ratios else math.nan


def print_row(work: Work, m: int, measured: dict[str, Measured]) -> None:
    """A line for a program and batch: µs, and under it the seconds until the first result."""
    cells = []
    for result in measured.values():
        if result.missing:
            cells.append(f"{'wrong' if result.missing.startswith('WRONG') else '-':>10}{'':>8}")
        else:
            cells.append(f"{result.microseconds:>10,.1f}{result.first_seconds:>8.2f}")
    print(f"  {work.name:<19}{m:>5}{''.join(cells)}", flush=True)
    for name, result in measured.items():
        if result.missing and name != "numba":
            print(f"      {name}: {result.missing[:150]}")


def print_ratios(results: dict[tuple[str, int], dict[str, Measured]], ours: str) -> None:
    """What all programs say together, for each batch and each peer."""
    names = list(dict.fromkeys(name for measured in results.values() for name in measured if name != ours))
    print(f"\n  time ÷ {ours}'s, geometric mean over the programs; on how many {ours} is slower, and by how much at worst")
    for m in BATCHES:
        for name in names:
            ratios = {
                program: measured[name].microseconds / measured[ours].microseconds
                for (program, size), measured in results.items()
                if size == m and name in measured and not measured[name].missing and not measured[ours].missing
            }
            if not ratios:
                continue
            mean, slower = geometric_mean(list(ratios.values())), {p: 1.0 / r for p, r in ratios.items() if r < 1.0}
            worst = max(slower, key=lambda p: slower[p]) if slower else ""
            line = f"  batch {m:>4}  {name:<8}{mean:>8.2f} on {len(ratios)} programs; slower on {len(slower)}"
            if worst:
                line += f", at worst {slower[worst]:.2f} × ({worst})"
            if name == "jax" and ours == "native":
                kept = mean >= FASTER and len(slower) <= SLOWER_SHARE * len(ratios)
                kept = kept and (not slower or slower[worst] <= SLOWER_MOST)
                line += f"   at least {FASTER:g}, slower on a tenth, nowhere by {SLOWER_MOST:g} ×: {'ok' if kept else 'MISSED'}"
            print(line)


def print_promises(results: dict[tuple[str, int], dict[str, Measured]], ours: str) -> None:
    """The programs for which times are promised."""
    lines = []
    for (name, m), promise in PROMISES.items():
        result = results.get((name, m), {}).get(ours)
        if result is None or result.missing:
            continue
        fast, soon = result.microseconds <= promise.microseconds, result.first_seconds <= promise.seconds
        lines.append(
            f"  {name:<17}{m:>5}{result.microseconds:>10,.2f} of {promise.microseconds:>6g} µs: {'ok' if fast else 'MISSED':<8}"
            f"{result.first_seconds:>8.3f} of {promise.seconds:g} s until the first result: {'ok' if soon else 'MISSED'}"
        )
    if lines and ours == "native":
        print("\n  promised and measured")
        print("\n".join(lines))


def print_long_loop(worker: Worker, limit: float) -> None:
    """A loop of many steps must not take longer to compile than one of few."""
    for n_steps in (200, 10_000):
        answer = worker.prepare("lotka_volterra", 1, {"n_steps": n_steps})
        if "missing" in answer:
            print(f"  lotka_volterra, {n_steps:,} steps: {answer['missing']}")
        else:
            verdict = "ok" if answer["seconds"] <= limit else "MISSED"
            print(f"  lotka_volterra, {n_steps:,} steps: first result after {answer['seconds']:.3f} s of {limit:g}: {verdict}")


def save(results: dict[tuple[str, int], dict[str, Measured]], path: str) -> None:
    """Write all figures as JSON."""
    rows = [
        {"program": name, "batch": m, "engine": engine, **result._asdict()}
        for (name, m), measured in results.items()
        for engine, result in measured.items()
    ]
    Path(path).write_text(json.dumps(rows, indent=1))


def main() -> None:
    """Run all and print the tables."""
    parser = argparse.ArgumentParser(description="Time scalar programs as machine code against other engines.")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of measurement (default: 7)")
    parser.add_argument("--only", help="names of programs, separated by commas")
    parser.add_argument("--engines", help=f"of {', '.join(ENGINES)}; the first is compared with the others")
    parser.add_argument("--batches", help="sizes of batches, separated by commas; default: those of each program")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that an engine may take to compile (default: 60)")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="time that passes (default), or that of the processor")
    parser.add_argument("--save", help="a file for all figures, as JSON")
    parser.add_argument(
        "--keep", help="a file that keeps the eager engine's results for the next run, which takes less time then"
    )
    arguments = parser.parse_args()
    kept = json.loads(Path(arguments.keep).read_text()) if arguments.keep and Path(arguments.keep).exists() else {}
    names = arguments.only.split(",") if arguments.only else NAMES
    engines = arguments.engines.split(",") if arguments.engines else DEFAULT
    if unknown := [name for name in names if name not in NAMES] + [name for name in engines if name not in ENGINES]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join([*NAMES, *ENGINES])}")
    sizes = [int(size) for size in arguments.batches.split(",")] if arguments.batches else None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes of the engines end too
    workers = [Worker(engine, arguments.limit, arguments.clock) for engine in engines]
    columns = list(dict.fromkeys("jax" if engine in JAX else engine for engine in engines))
    order = [name for name in columns if name != "jax"] + [name for name in columns if name == "jax"]
    print("value and gradient of a batch: µs a call, and seconds from the function to the first result\n")
    print(f"  {'program':<19}{'batch':>5}" + "".join(f"{name:>10}{'first':>8}" for name in order))
    results = {}
    given_up: set[tuple[str, str]] = set()
    try:
        for name in names:
            work = make(name)
            for m in work.batches:
                if sizes is None or m in sizes:
                    results[name, m] = with_best_jax(measure(work, m, workers, arguments.rounds, kept, given_up))
                    print_row(work, m, results[name, m])
            if arguments.save:
                save(results, arguments.save)
            if arguments.keep:
                Path(arguments.keep).write_text(json.dumps(kept))
        print_ratios(results, engines[0])
        print_promises(results, engines[0])
        if "lotka_volterra" in names and engines[0] in ("native", "auto"):
            print_long_loop(workers[0], PROMISES["lotka_volterra", 1].seconds)
    finally:
        for worker in workers:
            worker.stop()


if __name__ == "__main__":
    main()
