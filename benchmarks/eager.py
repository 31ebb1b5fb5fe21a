"""The eager engine against other engines: time of one training step, and memory of a recorded node.

The work is micrograd's: a network 2-16-16-1 with ReLU units, written with + and * on scalars, hinge loss over 100 examples,
forward and backward. Every engine runs in a process of its own, all in turn, round after round; the figures are medians of
the ratios within a round, since these compare like with like when the machine's speed drifts. All engines must agree on the
loss and on the gradients, or the run fails.

    make bench

sets up the peers (benchmarks/requirements.txt) and runs this file; `--rounds N` changes the number of rounds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

SIZES = (2, 16, 16, 1)
N_EXAMPLES = 100
# Engine -> what must hold: (time of that engine) / (time of chalkgrad) at least this.
PROMISES = {"micrograd": 15.0, "torch": 6.0, "xad": 1 / 1.5}
NN_PROMISE = 3.0
BYTES_PROMISE = 220
STEPS_A_ROUND = 5


def numbers() -> tuple[list[list[tuple[list[float], float]]], list[tuple[list[float], float]]]:
    """Weights and biases of each layer, and labelled examples; the same in every process."""
    generator = random.Random(0)
    layers = [
        [([generator.uniform(-1, 1) for _ in range(n_in)], generator.uniform(-0.1, 0.1)) for _ in range(n_out)]
        for n_in, n_out in pairwise(SIZES)
    ]
    points = [[generator.uniform(-1, 1), generator.uniform(-1, 1)] for _ in range(N_EXAMPLES)]
    return layers, [(x, 1.0 if x[0] * x[1] > 0 else -1.0) for x in points]


def scalar_loss(layers: Any, examples: Any, relu: Callable[[Any], Any]) -> Any:
    """The mean hinge loss, the way micrograd's demonstration writes it."""
    losses = []
    for x, y in examples:
        h = x
        for depth, layer in enumerate(layers):
            z = [sum((w_i * x_i for w_i, x_i in zip(w, h, strict=False)), b) for w, b in layer]
            h = [relu(z_i) for z_i in z] if depth < len(layers) - 1 else z
        losses.append(relu(1 + -y * h[0]))
    return sum(losses) * (1.0 / len(losses))


# Each engine: make() -> (step, gradients); step() does one forward and backward pass and gives the loss.
Engine = Callable[[], tuple[Callable[[], float], Callable[[], list[float]]]]


def _with_values(value: Callable[[float], Any], relu: Callable[[Any], Any], gradient: str) -> Any:
    numbers_of_layers, examples = numbers()
    layers = [[([value(w) for w in ws], value(b)) for ws, b in layer] for layer in numbers_of_layers]
    parameters = [p for layer in layers for ws, b in layer for p in (*ws, b)]

    def step() -> float:
        for p in parameters:
            setattr(p, gradient, 0.0 if gradient == "grad" else None)
        loss = scalar_loss(layers, examples, relu)
        loss.backward()
        return float(loss.data)

    return step, lambda: [float(getattr(p, gradient)) for p in parameters]


def chalkgrad() -> Any:
    """This project's Values, with + and *."""
    _use_this_checkout()
    from autograd import Value, relu

    return _with_values(Value, relu, "gradient")


def chalkgrad_paused() -> Any:
    """The same in `collector_paused`, as `nn.train` runs it."""
    _use_this_checkout()
    from autograd import Value, collector_paused, relu

    step, gradients = _with_values(Value, relu, "gradient")
    return collector_paused()(step), gradients


def chalkgrad_nn() -> Any:
    """The same network through `nn`: one dot product a neuron."""
    _use_this_checkout()
    from autograd import mean, relu
    from nn import MLP

    numbers_of_layers, examples = numbers()
    network = MLP(SIZES[0], list(SIZES[1:]), activation="relu", output_activation="identity")
    parameters = []
    for layer, numbers_of_layer in zip(network.layers, numbers_of_layers, strict=True):
        for weights, bias, (ws, b) in zip(layer.weight, layer.bias or (), numbers_of_layer, strict=True):
            for w, number in zip(weights, ws, strict=True):
                w.data = number
            bias.data = b
            parameters += [*weights, bias]

    def step() -> float:
        network.zero_grad()
        loss = mean([relu(1 + -y * network(x)[0]) for x, y in examples])
        loss.backward()
        return loss.data

    return step, lambda: [p.gradient for p in parameters]


def micrograd() -> Any:
    """micrograd's Values."""
    from micrograd.engine import Value

    return _with_values(Value, Value.relu, "grad")


def torch() -> Any:
    """PyTorch on 0-dimensional tensors, one thread."""
    import torch as pytorch

    pytorch.set_num_threads(1)
    numbers_of_layers, examples = numbers()

    def tensor(number: float) -> Any:
        return pytorch.tensor(number, dtype=pytorch.float64, requires_grad=True)

    layers = [[([tensor(w) for w in ws], tensor(b)) for ws, b in layer] for layer in numbers_of_layers]
    parameters = [p for layer in layers for ws, b in layer for p in (*ws, b)]

    def step() -> float:
        for p in parameters:
            p.grad = None
        loss = scalar_loss(layers, examples, pytorch.relu)
        loss.backward()
        return float(loss.detach())

    return step, lambda: [float(p.grad) for p in parameters]


def xad() -> Any:
    """XAD's Python tape."""
    import xad.adj_1st as adjoint

    numbers_of_layers, examples = numbers()
    gradients: list[float] = []

    def relu(x: Any) -> Any:
        return x if x.getValue() > 0.0 else x * 0.0

    def step() -> float:
        with adjoint.Tape() as tape:
            layers = [[([adjoint.Real(w) for w in ws], adjoint.Real(b)) for ws, b in layer] for layer in numbers_of_layers]
            parameters = [p for layer in layers for ws, b in layer for p in (*ws, b)]
            for p in parameters:
                tape.registerInput(p)
            tape.newRecording()
            loss = scalar_loss(layers, examples, relu)
            tape.registerOutput(loss)
            loss.setDerivative(1.0)
            tape.computeAdjoints()
            gradients[:] = [p.getDerivative() for p in parameters]
            return float(loss.getValue())

    return step, lambda: gradients


ENGINES: dict[str, Engine] = {
    "chalkgrad": chalkgrad,
    "… paused": chalkgrad_paused,
    "nn": chalkgrad_nn,
    "micrograd": micrograd,
    "torch": torch,
    "xad": xad,
}


def _use_this_checkout() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def work(name: str) -> None:
    """A process of one engine: a round for each line of input, answers as lines of JSON."""
    try:
        step, gradients = ENGINES[name]()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    loss = step()
    print(json.dumps({"loss": loss, "gradients": gradients(), "bytes": bytes_a_node(name)}), flush=True)
    for _ in sys.stdin:
        times = []
        for _ in range(STEPS_A_ROUND):
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        print(json.dumps({"seconds": statistics.median(times)}), flush=True)


def bytes_a_node(name: str) -> float | None:
    """Memory that a recorded node takes, its gradient included, in a graph of additions and multiplications."""
    modules = {"chalkgrad": "autograd", "micrograd": "micrograd.engine"}
    if name not in modules:
        return None
    Value = importlib.import_module(modules[name]).Value
    n_nodes = 2000  # micrograd's backward pass recurses once a node
    sys.setrecursionlimit(20 * n_nodes)
    weights = [Value(0.5 + k / n_nodes) for k in range(n_nodes // 2)]
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    output = weights[0]
    nodes = 0
    for weight in weights[:200]:
        output = output * weight + weight
        nodes += 2
    output.backward()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    # The gradients of the leaves are not the nodes'.
    return (used - 200 * sys.getsizeof(0.5)) / nodes


class Worker:
    """The process of one engine."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--work", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.first = self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"missing": "its process ended, see above"}

    def round(self) -> float:
        """The median time of a few steps, in seconds."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._answer()["seconds"])

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)


def check_agreement(workers: dict[str, Worker]) -> None:
    """All engines must have computed the same loss and gradients."""
    reference = workers["chalkgrad"].first
    for worker in workers.values():
        pairs = zip([reference["loss"], *reference["gradients"]], [worker.first["loss"], *worker.first["gradients"]], strict=True)
        for ours, theirs in pairs:
            if abs(ours - theirs) > 1e-9 * max(1.0, abs(ours)):
                raise SystemExit(f"{worker.name} disagrees with chalkgrad: {theirs!r} against {ours!r}")


def verdict(figure: float, promise: float | None, *, at_most: bool = False) -> str:
    """A promise, and whether the figure keeps it."""
    if promise is None:
        return ""
    kept = figure <= promise if at_most else figure >= promise
    return f"{'at most' if at_most else 'at least'} {promise:.3g}: {'kept' if kept else 'NOT kept'}"


def main() -> None:
    """Run all engines and print the table."""
    parser = argparse.ArgumentParser(description="Time the eager engine against other engines.")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of measurement (default: 15)")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work)
        return
    started = {name: Worker(name) for name in ENGINES}
    workers = {name: worker for name, worker in started.items() if "missing" not in worker.first}
    check_agreement(workers)
    times: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(arguments.rounds):
        for name, worker in workers.items():
            times[name].append(worker.round())
    for worker in workers.values():
        worker.stop()
    print(f"network {'-'.join(map(str, SIZES))}, {N_EXAMPLES} examples, forward and backward; {arguments.rounds} rounds\n")
    print(f"{'engine':<12}{'ms a step':>10}{'÷ chalkgrad':>13}{'bytes a node':>14}   promise")
    for name in ENGINES:
        if name not in workers:
            print(f"{name:<12}missing: {started[name].first['missing']}")
            continue
        ratio = statistics.median(t / ours for t, ours in zip(times[name], times["chalkgrad"], strict=True))
        used = workers[name].first["bytes"]
        promise = verdict(ratio, PROMISES.get(name))
        if name == "chalkgrad":
            promise = f"bytes {verdict(used, BYTES_PROMISE, at_most=True)}"
        elif name == "nn":
            promise = f"1/{1 / ratio:.2f}; faster than + and * {verdict(1 / ratio, NN_PROMISE)}"
        elif name == "… paused":
            per_micrograd = [m / ours for m, ours in zip(times.get("micrograd", []), times[name], strict=False)]
            promise = f"micrograd ÷ this: {statistics.median(per_micrograd):.2f}" if per_micrograd else ""
        shown = "" if used is None else f"{used:.0f}"
        print(f"{name:<12}{1000 * statistics.median(times[name]):>10.1f}{ratio:>13.2f}{shown:>14}   {promise}")


if __name__ == "__main__":
    main()
