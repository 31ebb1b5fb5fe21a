"""Steps of training on the textbook's two tasks, at the size of published tables: `nn.train`'s engine beside PyTorch.

Both have the same data, the same batches in the same order, the same first numbers, 32-bit floats, AdamW and the same number of
threads. They take turns step by step, so that both meet the same noise of the machine; a step is everything from a batch of
indices to moved parameters. Dropout draws masks of its own in each. The losses of the steps must agree, to within what dropout
leaves to chance, and so must what both then give on the held-out part: loss and accuracy after whole trainings with `--epochs`.

    CHALKGRAD_DATA=... benchmarks/.venv/bin/python benchmarks/textbook_tasks.py
    CHALKGRAD_DATA=... benchmarks/.venv/bin/python benchmarks/textbook_tasks.py --only movie-reviews --epochs 5
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
# The peers' environment has another package of the name autograd, a peer of another benchmark.
warnings.filterwarnings("ignore", "the distribution 'autograd'", UserWarning)

import numpy  # noqa: E402
import torch  # noqa: E402

from autograd import Value, dot  # noqa: E402
from nn import (  # noqa: E402
    AdamW,
    Dropout,
    Embedding,
    Examples,
    Layer,
    Module,
    binary_cross_entropy_from_logit,
    cross_entropy_from_logits,
    dropout,
)
from nn.engines.engine import Training  # noqa: E402
from nn.engines.noise import Noise  # noqa: E402
from nn.engines.vectorized import VectorizedEngine  # noqa: E402
from nn.initializers import uniform  # noqa: E402
from nn.shuffling import shuffled_order  # noqa: E402
from tasks.language_model.neural import SlidingWindowNetwork  # noqa: E402

MOST = 1.05
"""How many times as long as PyTorch's a step may take, the noise of the machine included."""


class Side(NamedTuple):
    """One side of a comparison: what takes a step on examples at some places, and what measures the held-out part.

    Attributes:
        accuracy: the share of the held-out part whose likeliest class is the right one.
    """

    step: Callable[[list[int]], float]
    held_out: Callable[[], float]
    accuracy: Callable[[], float]


class Work(NamedTuple):
    """A task: how many examples there are, how many make a batch, both sides, and what is measured."""

    n_examples: int
    batch_size: int
    chalkgrad: Side
    torch: Side
    measure: str


def engine_of(
    model: Module,
    loss: Any,
    examples: Examples,
    held_out: Examples,
    noise: list[Dropout],
    rate: float,
    accuracy_with: Callable[[], float],
) -> Side:
    """Our side, with the engine that `nn.train` uses; the accuracy is that with the numbers of the model's Values."""
    parameters = model.parameters()
    optimizer = AdamW(parameters, rate, weight_decay=0.01)
    training = Training(
        loss, optimizer, parameters, [], examples, held_out, 10, 512, noise=Noise(noise, 0), single_precision=True
    )
    engine = VectorizedEngine(training)
    training.noise.begin(0)

    def accuracy() -> float:
        engine.write()
        return accuracy_with()

    return Side(
        lambda places: engine.step(places, "the benchmark") / len(places), lambda: engine.measure("the benchmark"), accuracy
    )


def torch_side(
    parameters: list[Any], loss: Callable[[Any], Any], held_out: Callable[[], float], rate: float, accuracy: Callable[[], float]
) -> Side:
    """PyTorch's side."""
    optimizer = torch.optim.AdamW(parameters, rate, weight_decay=0.01)

    def step(places: list[int]) -> float:
        optimizer.zero_grad()
        found = loss(torch.tensor(places))
        found.backward()
        optimizer.step()
        return float(found.detach())

    return Side(step, held_out, accuracy)


def penn_treebank(folder: Path) -> Work:
    """The feedforward language model: 6 words before, tied embeddings of 128, 256 tanh units."""
    from tasks.language_model.readers import read_penn_treebank

    text = read_penn_treebank(folder / "ptb")
    numbers = {"<s>": 0}
    for word, _ in Counter(word for sentence in text.training for word in sentence).most_common():
        numbers[word] = len(numbers)
    n, d, h, v, rate = 6, 128, 256, len(numbers), 0.25

    def windows(sentences: Any) -> tuple[Any, Any]:
        stream = numpy.array([0] * n + [numbers[word] for sentence in sentences for word in (*sentence, "<s>")])
        return numpy.lib.stride_tricks.sliding_window_view(stream, n)[:-1].copy(), stream[n:]

    learned, held = windows(text.training), windows(text.held_out)
    network = SlidingWindowNetwork(v, n, d, h, tied=True, embedding_limit=0.1, seed=0)
    network.start_from_frequencies(learned[1].tolist())

    def loss(context: Any, word: Any, *masks: Any) -> Value:
        return cross_entropy_from_logits(network(context, *masks), word)

    def numbers_now() -> list[Any]:
        hidden, projection, bias = network.hidden, network.projection.weight, network.output.bias
        return list(map(_tensor, (network.embedding.weight, hidden.weight, hidden.bias, projection, bias)))

    parameters = numbers_now()
    x, y, x_held, y_held = map(torch.tensor, (*learned, *held))

    def logits(parameters: list[Any], contexts: Any, drop: Callable[[Any], Any] = lambda z: z) -> Any:
        e, w, b, u, c = parameters
        hidden = torch.tanh(drop(e[contexts].flatten(1)) @ w.T + b)
        return drop(hidden) @ u.T @ e.T + c

    def nats() -> float:
        with torch.no_grad():
            parts = [
                torch.nn.functional.cross_entropy(logits(parameters, x_held[i : i + 1024]), y_held[i : i + 1024], reduction="sum")
                for i in range(0, len(y_held), 1024)
            ]
        return float(sum(parts)) / len(y_held)

    def accuracy(parameters: list[Any]) -> float:
        with torch.no_grad():
            parts = [
                (logits(parameters, x_held[i : i + 1024]).argmax(1) == y_held[i : i + 1024]).sum()
                for i in range(0, len(y_held), 1024)
            ]
        return float(sum(parts)) / len(y_held)

    def of_batch(places: Any) -> Any:
        scores = logits(parameters, x[places], lambda z: torch.nn.functional.dropout(z, rate))
        return torch.nn.functional.cross_entropy(scores, y[places])

    noise = [Dropout(n * d, rate), Dropout(h, rate)]
    ours = engine_of(network, loss, Examples(*learned), Examples(*held), noise, 0.002, lambda: accuracy(numbers_now()))
    theirs = torch_side(parameters, of_batch, nats, 0.002, lambda: accuracy(parameters))
    return Work(len(y), 512, ours, theirs, "nats a word")


class MeanOfEmbeddings(Module):
    """One linear layer on the mean of the words' embeddings."""

    def __init__(self, n_words: int, n_dimensions: int) -> None:
        self.embedding = Embedding(n_words, n_dimensions, initializer=uniform(-0.05, 0.05), seed=1)
        self.output = Layer(n_dimensions, 1, "identity", seed=2)

    def __call__(self, words: Any, shares: Any, of_mean: Any) -> Value:
        vectors = self.embedding(words)
        mean = [dot(shares, column) for column in zip(*vectors, strict=True)]
        return self.output(dropout(mean, of_mean))[0]


def movie_reviews(folder: Path) -> Work:
    """Sentiment of MR: the mean of 100-dimensional embeddings, word dropout 0.3, dropout 0.5, one tenth held out."""
    from tasks.sentiment.readers import READERS

    corpus = READERS.read("rt-polarity", folder)
    order = shuffled_order(len(corpus.sentences), Random(0))
    sentences = [(corpus.sentences[place].text.split(), corpus.sentences[place].label) for place in order]
    n_held = len(sentences) // 10
    numbers = {"": 0}
    for words, _ in sentences[n_held:]:
        for word in words:
            numbers.setdefault(word, len(numbers))
    unknown, longest, d = len(numbers), max(len(words) for words, _ in sentences), 100

    def arrays(part: Any) -> tuple[Any, Any, Any]:
        words, shares = numpy.zeros((len(part), longest), numpy.int64), numpy.zeros((len(part), longest))
        for row, (text, _) in enumerate(part):
            words[row, : len(text)] = [numbers.get(word, unknown) for word in text]
            shares[row, : len(text)] = 1 / len(text)
        return words, shares, numpy.array([label for _, label in part], float)

    learned, held = arrays(sentences[n_held:]), arrays(sentences[:n_held])
    model = MeanOfEmbeddings(unknown + 1, d)

    def loss(words: Any, shares: Any, label: Any, of_words: Any, of_mean: Any) -> Value:
        return binary_cross_entropy_from_logit(model(words, dropout(shares, of_words), of_mean), label)

    def numbers_now() -> list[Any]:
        return list(map(_tensor, (model.embedding.weight, model.output.weight, model.output.bias)))

    parameters = numbers_now()
    x, s, y = (
        torch.tensor(array) if array.dtype == numpy.int64 else torch.tensor(array, dtype=torch.float32) for array in learned
    )
    x_held, s_held, y_held = (
        torch.tensor(array) if array.dtype == numpy.int64 else torch.tensor(array, dtype=torch.float32) for array in held
    )
    functional = torch.nn.functional

    def logits(parameters: list[Any], words: Any, shares: Any, *, learning: bool) -> Any:
        e, w, b = parameters
        shares = functional.dropout(shares, 0.3, training=learning)
        mean = (shares[:, None, :] @ functional.embedding(words, e))[:, 0]
        return (functional.dropout(mean, 0.5, training=learning) @ w.T + b)[:, 0]

    def of_batch(places: Any) -> Any:
        found = logits(parameters, x[places], s[places], learning=True)
        return functional.binary_cross_entropy_with_logits(found, y[places])

    def held_out(parameters: list[Any]) -> Any:
        with torch.no_grad():
            return logits(parameters, x_held, s_held, learning=False)

    def nats() -> float:
        return float(functional.binary_cross_entropy_with_logits(held_out(parameters), y_held))

    def accuracy(parameters: list[Any]) -> float:
        return float(((held_out(parameters) > 0) == (y_held > 0.5)).float().mean())

    noise = [Dropout(longest, 0.3), Dropout(d, 0.5)]
    ours = engine_of(model, loss, Examples(*learned), Examples(*held), noise, 0.002, lambda: accuracy(numbers_now()))
    theirs = torch_side(parameters, of_batch, nats, 0.002, lambda: accuracy(parameters))
    return Work(len(y), 64, ours, theirs, "nats a sentence")


def _tensor(values: Any) -> Any:
    rows = [[value.data for value in row] if isinstance(row, tuple) else row.data for row in values]
    return torch.tensor(rows, dtype=torch.float32, requires_grad=True)


WORKS: dict[str, Callable[[Path], Work]] = {"movie-reviews": movie_reviews, "penn-treebank": penn_treebank}


def compare(name: str, work: Work, n_steps: int) -> None:
    """Print how long a step takes on both sides, and how far the losses agree."""
    shuffle, order = Random(1), list[int]()
    n_batches = math.ceil(work.n_examples / work.batch_size)
    ratios, times, losses = [], ([], []), ([], [])  # type: ignore[var-annotated]
    for number in range(n_steps):
        start = number % n_batches * work.batch_size
        if start == 0:
            order = shuffled_order(work.n_examples, shuffle)
        places = order[start : start + work.batch_size]
        sides = [(0, work.chalkgrad), (1, work.torch)]
        for side, engine in sides if number % 2 else reversed(sides):
            started = time.perf_counter()
            losses[side].append(engine.step(places))
            times[side].append(time.perf_counter() - started)
        if number >= 3:
            ratios.append(times[0][-1] / times[1][-1])
    ours, theirs = (statistics.median(one[3:]) for one in times)
    ratio = statistics.median(ratios)
    print(f"{name}: {1e3 * ours:.1f} ms a step, PyTorch {1e3 * theirs:.1f}")
    print(f"  an epoch takes {n_batches * ours:.0f} s and {n_batches * theirs:.0f} s")
    print(f"  chalkgrad ÷ PyTorch {ratio:.2f}, at most {MOST}: {'ok' if ratio <= MOST else 'MISSED'}")
    held = [side.held_out() for side in (work.chalkgrad, work.torch)]
    means = [statistics.fmean(one[-min(20, n_steps) :]) for one in losses]
    print(f"  mean loss of the last steps {means[0]:.3f} and {means[1]:.3f}")
    print(f"  {work.measure} on the held-out part {held[0]:.4f} and {held[1]:.4f}")
    right = [100 * side.accuracy() for side in (work.chalkgrad, work.torch)]
    print(f"  accuracy there, after {n_steps / n_batches:.2f} epochs, {right[0]:.1f} % and {right[1]:.1f} %")


def main() -> None:
    """Compare on each task."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", choices=WORKS)
    parser.add_argument("--steps", type=int, default=60, help="steps of each side (default: 60)")
    parser.add_argument("--epochs", type=int, help="whole epochs instead")
    parser.add_argument(
        "--threads", type=int, default=2, help="threads of PyTorch (default: 2; ours are set by OPENBLAS_NUM_THREADS)"
    )
    arguments = parser.parse_args()
    folder = os.environ.get("CHALKGRAD_DATA")
    if not folder:
        parser.error("set CHALKGRAD_DATA to the folder of published files")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    for name in [arguments.only] if arguments.only else WORKS:
        work = WORKS[name](Path(folder))
        n_batches = math.ceil(work.n_examples / work.batch_size)
        compare(name, work, arguments.epochs * n_batches if arguments.epochs else arguments.steps)


if __name__ == "__main__":
    main()
