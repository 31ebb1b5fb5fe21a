"""What a step of the textbook's two models takes on one processor, with NumPy and on JAX, and what that means for many.

The sizes are those of published tables: the mean of 59 of 20,000 embeddings of 100 numbers (movie reviews), and six of 10,000
embeddings of 128 numbers, tied to the output, with 256 tanh units (the Penn Treebank). Words are drawn at random. Engines take
turns; a figure is the median over the rounds, of time that passes. What is on paper follows from these figures: with n devices,
each computes a part of the batch, and sends and receives 2 (n - 1) / n times the bytes of the gradient (a ring).

    benchmarks/.venv/bin/python benchmarks/outgrowing.py

On a GPU, JAX is given enough steps at a time that copies of the parameters matter little, as `nn.train` does by itself:

    JAX_PLATFORMS=cuda benchmarks/.venv/bin/python benchmarks/outgrowing.py --steps 800
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
warnings.filterwarnings("ignore", "the distribution 'autograd'", UserWarning)
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax  # noqa: E402
import numpy  # noqa: E402

from autograd import Value, dot  # noqa: E402
from nn import (  # noqa: E402
    AdamW,
    Embedding,
    Examples,
    Layer,
    Module,
    binary_cross_entropy_from_logit,
    cross_entropy_from_logits,
)
from nn.engines.engine import Training  # noqa: E402
from nn.engines.named import COMPILED_BY, engine_class  # noqa: E402
from nn.initializers import uniform  # noqa: E402
from tasks.language_model.neural import SlidingWindowNetwork  # noqa: E402

# Bytes a second: an office's network, a data centre's, and cables between accelerators.
NETWORKS = {"1 Gbit/s": 0.125e9, "10 Gbit/s": 1.25e9, "100 Gbit/s": 12.5e9, "300 GB/s": 300e9}
N_BATCHES = 4


class MeanOfEmbeddings(Module):
    """One linear layer on the mean of the words' embeddings."""

    def __init__(self, n_words: int, n_dimensions: int) -> None:
        self.embedding = Embedding(n_words, n_dimensions, initializer=uniform(-0.05, 0.05), seed=1)
        self.output = Layer(n_dimensions, 1, "identity", seed=2)

    def __call__(self, words: Any, shares: Any) -> Value:
        vectors = self.embedding(words)
        return self.output([dot(shares, column) for column in zip(*vectors, strict=True)])[0]


def sentiment(batch_size: int) -> tuple[Module, Any, Examples]:
    """The model, the loss of an example, and the examples of the steps."""
    model, generator = MeanOfEmbeddings(20_000, 100), numpy.random.default_rng(0)
    n, length = N_BATCHES * batch_size, 59
    words, labels = generator.integers(0, 20_000, (n, length)), generator.integers(0, 2, n).astype(float)
    examples = Examples(words, numpy.full((n, length), 1 / length), labels)
    return model, lambda words, shares, label: binary_cross_entropy_from_logit(model(words, shares), label), examples


def language(batch_size: int) -> tuple[Module, Any, Examples]:
    """The same for the language model."""
    model, generator = SlidingWindowNetwork(10_000, 6, 128, 256, tied=True, seed=0), numpy.random.default_rng(0)
    words = generator.integers(0, 10_000, (N_BATCHES * batch_size, 7))
    return model, lambda before, word: cross_entropy_from_logits(model(before), word), Examples(words[:, :6], words[:, 6])


MODELS: dict[str, tuple[Callable[[int], tuple[Module, Any, Examples]], int]] = {
    "sentiment": (sentiment, 64), "language": (language, 512)
}  # fmt: skip


def steps_of(name: str, engine: str, batch_size: int, n_on_jax: int) -> tuple[Callable[[], Any], int, int]:
    """What takes some steps, how many, and how many parameters there are."""
    model, loss, examples = MODELS[name][0](batch_size)
    parameters = model.parameters()
    optimizer = AdamW(parameters, 0.002, weight_decay=0.01)
    training = Training(
        loss, optimizer, parameters, [], examples, [], 100, batch_size, compiled_by=COMPILED_BY[engine], single_precision=True
    )
    computing = engine_class(engine)(training)
    if engine == "jax":
        many = computing.many_steps(n_on_jax)
        assert many is not None
        return lambda: many.run(n_on_jax, 0, None), n_on_jax, len(parameters)
    batches = [range(start, start + batch_size) for start in range(0, N_BATCHES * batch_size, batch_size)]
    return lambda: [computing.step(batch, "the benchmark") for batch in batches], N_BATCHES, len(parameters)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each engine is measured")
    parser.add_argument("--only", choices=MODELS, help="measure this only")
    parser.add_argument("--steps", type=int, default=8, help="how many steps JAX takes at a time (8)")
    arguments = parser.parse_args()
    for name in [arguments.only] if arguments.only else MODELS:
        batch_size = MODELS[name][1]
        engines = {engine: steps_of(name, engine, batch_size, arguments.steps) for engine in ("numpy", "jax")}
        times: dict[str, list[float]] = {engine: [] for engine in engines}
        for call, *_ in engines.values():
            call()
        for _ in range(arguments.rounds):
            for engine, (call, n_steps, _) in engines.items():
                started = time.perf_counter()
                call()
                times[engine].append((time.perf_counter() - started) / n_steps)
        n = engines["jax"][-1]
        step = {engine: statistics.median(seconds) for engine, seconds in times.items()}
        print(f"{name}: JAX on {jax.devices()[0].device_kind}; {n:,} parameters, batches of {batch_size}, AdamW, float32")
        print("  measured here, ms a step: " + ", ".join(f"{engine} {1e3 * seconds:.2f}" for engine, seconds in step.items()))
        megabytes = f"{16 * n / 1e6:.0f} MB for parameters, gradient and AdamW's memory, {4 * n / 1e6:.0f} MB of gradient"
        print(f"  on paper, each of eight such devices: {megabytes}")
        for network, speed in NETWORKS.items():
            sending, computing = 2 * 7 / 8 * 4 * n / speed, step["jax"] / 8
            faster = step["jax"] / (sending + computing)
            print(f"    {network:>10}: {1e3 * computing:.2f} ms + {1e3 * sending:.2f} ms, {faster:.1f} times as fast as one")


if __name__ == "__main__":
    main()
