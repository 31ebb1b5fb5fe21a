"""How long `vectorize` takes: graphs of several sizes, each in a fresh process.

Tracing is the time in the user's function, which records the graph; compiling is all that follows. The promise is about
compiling, a microsecond an operand (an edge of the graph) and 20 ms; for the language model also about both together and about
the memory of the whole process, its parameters as Values included.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from rounds import environment, pin

N_RUNS = 3
SECONDS_AN_OPERAND, SECONDS_A_PROGRAM = 1e-6, 0.02
MODEL_SECONDS, MODEL_BYTES = 15.0, 2e9


def _of_work(name: str, **changes: Any) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
    from dataclasses import replace

    from engine_chalkgrad import network
    from works import WORKS

    work = replace(WORKS[name], **changes)
    X, y = work.batch()
    f, _ = network(work)
    return f, (X[0].tolist(), y[0].item()), work.dtype


def _hinge() -> Any:
    return _of_work("hinge")


def _hinge_batch_inside() -> Any:
    """The batch unrolled: a loop over all examples in the function that is compiled."""
    from works import WORKS

    from autograd import mean

    f, _, dtype = _of_work("hinge")
    X, y = WORKS["hinge"].batch()
    return lambda X, y: mean([f(*example) for example in zip(X, y, strict=True)]), (X.tolist(), y.tolist()), dtype


def _irregular() -> Any:
    """3,000 operations at random on whatever was there before: little is alike."""
    from autograd import Value, sin, tanh

    weights = [Value(0.1 * k - 1.0) for k in range(20)]

    def f(x: list[Any]) -> Any:
        random, values = Random(0), [*weights, *x]
        for _ in range(1500):
            a, b = random.choices(values[-200:], k=2)
            values.append(random.choice([lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b])(a, b))
            values.append(random.choice([tanh, sin])(values[-1]))
        return values[-1] + values[-3] * values[-7]

    return f, ([0.5, -0.25, 1.0],), "float64"


def _digits() -> Any:
    return _of_work("digits64")


def _words_small() -> Any:
    return _of_work("words", vocabulary=1000, sizes=(300, 100, 1000))


def _words() -> Any:
    return _of_work("words")


GRAPHS = {
    "2-16-16-1, + and *": _hinge,
    "the same, 100 examples in a loop": _hinge_batch_inside,
    "3,000 operations at random": _irregular,
    "784-128-10": _digits,
    "language model, 1,000 words": _words_small,
    "language model, 10,000 words": _words,
}
MODEL = "language model, 10,000 words"


def operands_of(values: Iterable[Any]) -> int:
    """How many operands the nodes have from which values were computed."""
    seen, waiting, count = set(values), list(values), 0
    while waiting:
        operands = waiting.pop().operands
        count += len(operands)
        for operand in operands:
            if operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return count


def measure(graph: str) -> dict[str, float]:
    """Compile a graph once."""
    import engine_chalkgrad  # noqa: F401 - finds this checkout

    from autograd import vectorize

    f, example, dtype = GRAPHS[graph]()
    losses: list[Any] = []
    traced = 0.0

    def watched(*arguments: Any) -> Any:
        nonlocal traced
        began = time.perf_counter()
        losses.append(f(*arguments))
        traced = time.perf_counter() - began
        return losses[0]

    began = time.perf_counter()
    program = vectorize(watched, *example, dtype=dtype)
    both = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"traced": traced, "compiled": program.compile_seconds, "both": both, "peak": peak, "operands": operands_of(losses)}


def print_compile_times(threads: int) -> None:
    """Measure all graphs and print the table."""
    print("\ntime to compile")
    print(f"  {'graph':<34}{'operands':>10}{'traced s':>10}{'compiled s':>12}{'µs an operand':>15}   promise")
    for graph in GRAPHS:
        runs = []
        for _ in range(1 if graph == MODEL else N_RUNS):
            command = [sys.executable, __file__, graph, str(threads)]
            finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment(threads), check=True)
            runs.append(json.loads(finished.stdout))
        run = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        most = SECONDS_AN_OPERAND * run["operands"] + SECONDS_A_PROGRAM
        print(
            f"  {graph:<34}{run['operands']:>10,.0f}{run['traced']:>10.3f}{run['compiled']:>12.3f}"
            f"{1e6 * run['compiled'] / run['operands']:>15.2f}   compiled in at most {most:.3f} s: {_ok(run['compiled'], most)}",
            flush=True,
        )
        if graph == MODEL:
            both, peak = run["both"], run["peak"]
            print(f"  {'':<34}traced and compiled in {both:.1f} s, at most {MODEL_SECONDS:g}: {_ok(both, MODEL_SECONDS)}")
            print(f"  {'':<34}in {peak / 1e9:.2f} GB, at most {MODEL_BYTES / 1e9:g}: {_ok(peak, MODEL_BYTES)}")


def _ok(figure: float, most: float) -> str:
    return "ok" if figure <= most else "MISSED"


if __name__ == "__main__":
    pin(int(sys.argv[2]))
    print(json.dumps(measure(sys.argv[1])))
