"""How long `vectorize` takes: graphs of several sizes, each in a fresh process.

Tracing is the time in the user's function, which records the graph; compiling is all that follows, and comparing the program with
the eager engine at the end. The promises: compiling takes a microsecond an operand (an edge of the graph) and 20 ms where graphs
group; comparing takes at most a third of that time; a loop of four times as many steps takes at most five times as long; and for
some graphs `IN_ALL` limits the seconds and the memory of the whole process, parameters as Values included.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from random import Random
from typing import Any

from rounds import environment, pin

N_RUNS = 3
SECONDS_AN_OPERAND, SECONDS_A_PROGRAM = 1e-6, 0.02


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


def _irregular(n_operations: int) -> Any:
    """Operations at random on whatever was there before: little is alike."""
    from autograd import Value, sin, tanh

    weights = [Value(0.1 * k - 1.0) for k in range(20)]

    def f(x: list[Any]) -> Any:
        random, values = Random(0), [*weights, *x]
        for _ in range(n_operations // 2):
            a, b = random.choices(values[-200:], k=2)
            values.append(random.choice([lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b])(a, b))
            values.append(random.choice([tanh, sin])(values[-1]))
        return values[-1] + values[-3] * values[-7]

    return f, ([0.5, -0.25, 1.0],), "float64"


def _runge_kutta(n_steps: int) -> Any:
    """y′ = k tanh(ay) − y/10 by the classical method of Runge and Kutta."""
    from autograd import Value, tanh

    a, k = Value(0.9), Value(0.3)

    def slope(y: Any) -> Any:
        return tanh(a * y) * k - y * 0.1

    def f(y: Any) -> Any:
        for _ in range(n_steps):
            k1 = slope(y)
            k2 = slope(y + 0.005 * k1)
            k3 = slope(y + 0.005 * k2)
            k4 = slope(y + 0.01 * k3)
            y = y + (0.01 / 6.0) * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        return y

    return f, (0.5,), "float64"


def _lstm(n_characters: int, n: int = 8) -> Any:
    """The next character of a text, by a long short-term memory of n units (Hochreiter & Schmidhuber 1997)."""
    from autograd import mean, sigmoid, tanh
    from nn import Embedding, Layer, cross_entropy_from_logits

    random = Random(0)
    embedding, output = Embedding(27, n), Layer(n, 27)
    layers = [Layer(2 * n, n, seed=seed) for seed in range(4)]

    def f(text: list[Any]) -> Any:
        h: Any = [0.0] * n
        c: Any = [0.0] * n
        losses = []
        for character, following in pairwise(text):
            both = (*h, *embedding(character))
            i, f, o = ([sigmoid(z) for z in layer(both)] for layer in layers[:3])
            g = [tanh(z) for z in layers[3](both)]
            c = [f_k * c_k + i_k * g_k for f_k, c_k, i_k, g_k in zip(f, c, i, g, strict=True)]
            h = [o_k * tanh(c_k) for o_k, c_k in zip(o, c, strict=True)]
            losses.append(cross_entropy_from_logits(output(h), following))
        return mean(losses)

    return f, ([random.randrange(27) for _ in range(n_characters)],), "float64"


def _digits() -> Any:
    return _of_work("digits64")


def _words_small() -> Any:
    return _of_work("words", vocabulary=1000, sizes=(300, 100, 1000))


def _words() -> Any:
    return _of_work("words")


MODEL = "language model, 10,000 words"
GRAPHS: dict[str, Callable[[], Any]] = {
    "2-16-16-1, + and *": _hinge,
    "the same, 100 examples in a loop": _hinge_batch_inside,
    "784-128-10": _digits,
    "language model, 1,000 words": _words_small,
    MODEL: _words,
    "Runge-Kutta, 50 steps": lambda: _runge_kutta(50),
    "Runge-Kutta, 200 steps": lambda: _runge_kutta(200),
    "3,000 operations at random": lambda: _irregular(3000),
    "23,000 operations at random": lambda: _irregular(23_000),
    "LSTM over 1,000 characters": lambda: _lstm(1000),
}
# Those that group, for which time is promised by the operand.
REGULAR = ("2-16-16-1, + and *", "the same, 100 examples in a loop", "784-128-10", "language model, 1,000 words", MODEL)
# Seconds for tracing, compiling and comparing, and bytes of memory.
IN_ALL = {
    MODEL: (15.0, 2e9),
    "23,000 operations at random": (3.0, 1e9),
    "LSTM over 1,000 characters": (15.0, 1e9),
}


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
        traced += time.perf_counter() - began
        return losses[-1]

    began = time.perf_counter()
    program = vectorize(watched, *example, dtype=dtype)
    both = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {
        "traced": traced,
        "compiled": program.compile_seconds,
        "compared": program.compare_seconds,
        "all": both,
        "peak": peak,
        "operands": operands_of(losses[:1]),
    }


def print_compile_times(threads: int) -> None:
    """Measure all graphs and print the table."""
    print("\ntime to compile")
    print(
        f"  {'graph':<34}{'operands':>10}{'traced s':>10}{'compiled s':>12}{'compared s':>12}{'in all s':>10}{'GB':>6}   promise"
    )
    compiled: dict[str, float] = {}
    for graph in GRAPHS:
        runs = []
        for _ in range(1 if graph == MODEL else N_RUNS):
            command = [sys.executable, __file__, graph, str(threads)]
            finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment(threads), check=True)
            runs.append(json.loads(finished.stdout))
        run = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        compiled[graph] = run["compiled"]
        promises = [f"compared in a third of the time: {_ok(run['compared'], run['compiled'] / 3.0)}"]
        if graph in REGULAR:
            most = SECONDS_AN_OPERAND * run["operands"] + SECONDS_A_PROGRAM
            promises.append(f"compiled in {most:.3f} s: {_ok(run['compiled'], most)}")
        if graph in IN_ALL:
            seconds, size = IN_ALL[graph]
            promises.append(f"in all {seconds:g} s: {_ok(run['all'], seconds)}, {size / 1e9:g} GB: {_ok(run['peak'], size)}")
        if graph == "Runge-Kutta, 200 steps":
            promises.append(f"at most 5 × that of 50 steps: {_ok(run['compiled'], 5.0 * compiled['Runge-Kutta, 50 steps'])}")
        print(
            f"  {graph:<34}{run['operands']:>10,.0f}{run['traced']:>10.3f}{run['compiled']:>12.3f}{run['compared']:>12.3f}"
            f"{run['all']:>10.2f}{run['peak'] / 1e9:>6.2f}   {'; '.join(promises)}",
            flush=True,
        )


def _ok(figure: float, most: float) -> str:
    return "ok" if figure <= most else "MISSED"


if __name__ == "__main__":
    pin(int(sys.argv[2]))
    print(json.dumps(measure(sys.argv[1])))
