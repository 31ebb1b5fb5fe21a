"""Steps of training, many in one call: gradients and the optimizer, by `nn.train` in machine code, with NumPy and on JAX.

The same is written by hand in JAX, at its best: all steps are one `jax.lax.scan`, compiled beforehand, on arrays that it already
has. `nn.train` is called as it is, and what it takes for a few steps, compilation included, is subtracted from what it takes for
many. On JAX, whose compilation takes longer than all steps, what `nn.train` calls for 1,000 steps is timed by itself, with the
copies of parameters to JAX and back. All engines are in one process, on one core unless `--all-cores` is given, and take turns;
times are the least over the rounds, and a ratio is the median over the rounds. Before that, losses are compared.

By hand, the derivative of tanh is 1 - tanh², which has lost its digits where a unit is saturated; here it is sech², which hasn't,
and is computed anew.

    benchmarks/.venv/bin/python benchmarks/training_steps.py
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# Before JAX starts its threads.
ALL_CORES = "--all-cores" in sys.argv
os.environ.update({"JAX_PLATFORMS": "cpu", "OPENBLAS_NUM_THREADS": "1"})
if not ALL_CORES:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-1:])
# The peers' environment has another package of the name autograd, a peer of another benchmark.
warnings.filterwarnings("ignore", "the distribution 'autograd'", UserWarning)

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy  # noqa: E402

from nn import MLP, SGD, Adam, squared_error, train  # noqa: E402
from nn.engines.engine import Training  # noqa: E402
from nn.engines.named import engine_class  # noqa: E402

jax.config.update("jax_enable_x64", True)
FEW = 450
ENGINES = ("native", "numpy", "jax", "by hand")
ON_JAX_STEPS = 1_000
# Promised for XOR in machine code, microseconds a step; and for the larger network the time on JAX ÷ that of the same by hand.
PROMISED, ON_JAX = 0.7, 1.1


class Work(NamedTuple):
    """A network that learns, all examples in one batch."""

    sizes: tuple[int, ...]
    activation: str
    examples: list[tuple[Any, ...]]
    n_steps: int


def works() -> dict[str, Work]:
    """The networks."""
    random = Random(1)
    cases = [((float(a), float(b)), float(a != b)) for a in (0, 1) for b in (0, 1)]
    points = [((random.gauss(0, 1), random.gauss(0, 1)), random.random()) for _ in range(100)]
    return {
        "XOR 2-2-1, tanh, 4 examples": Work((2, 1), "tanh", cases, 60_000),
        "2-16-16-1, tanh, 100 examples": Work((16, 16, 1), "tanh", points, 3_000),
        "2-16-16-1, ReLU, 100 examples": Work((16, 16, 1), "relu", points, 3_000),
    }


def network_of(work: Work) -> MLP:
    """The network, with the numbers that it begins with."""
    return MLP(2, list(work.sizes), work.activation, seed=3)


def loss_of(network: MLP) -> Callable[[Any, Any], Any]:
    """The loss of an example."""
    return lambda x, y: squared_error(network(x)[0], y)


def trained(work: Work, optimizer: type[Any], engine: Any, n_steps: int) -> float:
    """Train with `nn.train`; the last loss."""
    network = network_of(work)
    moving = optimizer(network.parameters(), 0.01)
    history = train(network, loss_of(network), work.examples, epochs=n_steps, optimizer=moving, engine=engine, progress=False)
    return history.train_loss[-1]


def on_jax(work: Work, optimizer: type[Any]) -> Callable[[], Any]:
    """What `nn.train` calls with ``engine="jax"`` to take some steps."""
    network = network_of(work)
    parameters, n = network.parameters(), len(work.examples)
    training = Training(
        loss_of(network), optimizer(parameters, 0.01), parameters, [], work.examples, [], ON_JAX_STEPS, n, compiled_by="numpy"
    )
    many = engine_class("jax")(training).many_steps(ON_JAX_STEPS)
    assert many is not None
    return lambda: many.run(ON_JAX_STEPS, 0, None)


def scanned(work: Work, optimizer: type[Any]) -> Callable[[], Any]:
    """The same by hand; the function takes all steps and gives their losses."""
    network = network_of(work)
    activation = jnp.tanh if work.activation == "tanh" else jax.nn.relu
    start = [
        (jnp.array([[w.data for w in row] for row in layer.weight]), jnp.array([b.data for b in layer.bias or ()]))
        for layer in network.layers
    ]
    x, y = (jnp.array([example[place] for example in work.examples]) for place in (0, 1))

    def mean_loss(parameters: Any) -> Any:
        h = x
        for weight, bias in parameters[:-1]:
            h = activation(h @ weight.T + bias)
        weight, bias = parameters[-1]
        return jnp.mean(((h @ weight.T + bias)[:, 0] - y) ** 2)

    def step(state: Any, t: Any) -> Any:
        parameters, m, v = state
        loss, gradient = jax.value_and_grad(mean_loss)(parameters)
        if optimizer is SGD:
            return (jax.tree.map(lambda p, g: p - 0.01 * g, parameters, gradient), m, v), loss
        m = jax.tree.map(lambda m, g: 0.9 * m + (1 - 0.9) * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + (1 - 0.999) * g * g, v, gradient)
        rates = 1 - 0.9**t, 1 - 0.999**t

        def moved(p: Any, m: Any, v: Any) -> Any:
            return p - 0.01 * (m / rates[0]) / (jnp.sqrt(v / rates[1]) + 1e-8)

        return (jax.tree.map(moved, parameters, m, v), m, v), loss

    zeros = jax.tree.map(jnp.zeros_like, start)
    steps = jnp.arange(1.0, ON_JAX_STEPS + 1.0)
    run = jax.jit(lambda: jax.lax.scan(step, (start, zeros, zeros), steps)[1])
    return lambda: run().block_until_ready()


def timed(call: Callable[[], Any]) -> float:
    """Seconds that a call takes; on one core, of the processor: others may share it."""
    clock = time.perf_counter if ALL_CORES else time.process_time
    started = clock()
    call()
    return clock() - started


def measured(work: Work, optimizer: type[Any], n_rounds: int) -> tuple[dict[str, float], float]:
    """Seconds a step of each engine, and the time on JAX ÷ that of the same by hand."""
    by_hand, by_jax = scanned(work, optimizer), on_jax(work, optimizer)
    theirs = float(by_hand()[FEW - 1])
    for engine in ("native", "jax"):
        ours = trained(work, optimizer, engine, FEW)
        if not math.isclose(ours, theirs, rel_tol=1e-9):
            raise AssertionError(f"the losses of step {FEW} differ: {ours!r} with {engine} and {theirs!r} by hand")
    by_jax()
    counts = {"native": work.n_steps, "numpy": FEW + 1_000}
    best = dict.fromkeys(ENGINES, math.inf)
    least = {(engine, n): math.inf for engine, n_steps in counts.items() for n in (FEW, n_steps)}
    ratios = []
    for _ in range(n_rounds):
        for engine, n in least:
            least[engine, n] = min(least[engine, n], timed(partial(trained, work, optimizer, engine, n)))
        for _ in range(3):
            ours, theirs = (timed(call) / ON_JAX_STEPS for call in (by_jax, by_hand))
            best["jax"], best["by hand"] = min(best["jax"], ours), min(best["by hand"], theirs)
            ratios.append(ours / theirs)
    for engine, n_steps in counts.items():
        best[engine] = (least[engine, n_steps] - least[engine, FEW]) / (n_steps - FEW)
    return best, statistics.median(ratios)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each engine is measured")
    parser.add_argument("--all-cores", action="store_true", help="on all cores, by the clock")
    n_rounds = parser.parse_args().rounds
    cores = "all cores" if ALL_CORES else "one core"
    print(f"microseconds a step, {cores}, least of {n_rounds} rounds; NumPy {numpy.__version__}, JAX {jax.__version__}")
    for name, work in works().items():
        for optimizer in (SGD, Adam):
            seconds, ratio = measured(work, optimizer, n_rounds)
            found = {engine: 1e6 * time for engine, time in seconds.items()}
            promise = f" (promised {PROMISED} µs)" if name.startswith("XOR") else ""
            figures = "   ".join(f"{engine} {number:8.3f}" for engine, number in found.items())
            verdict = f"jax ÷ by hand {ratio:5.2f}"
            if not name.startswith("XOR"):
                verdict += f", at most {ON_JAX}: {'ok' if ratio <= ON_JAX else 'MISSED'}"
            by_hand = f"by hand ÷ native {found['by hand'] / found['native']:5.2f}{promise}"
            print(f"{name:30} {optimizer.__name__:5} {figures}   {by_hand}; {verdict}", flush=True)


if __name__ == "__main__":
    main()
