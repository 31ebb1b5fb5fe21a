"""Masks of dropout, clipping, running means and 32-bit floats, against loops written out in plain floats."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.util import find_spec
from random import Random
from typing import Any

import numpy
import pytest

from autograd import Value
from nn import (
    MLP,
    SGD,
    AdamW,
    Dropout,
    Embedding,
    Examples,
    History,
    Module,
    cross_entropy_from_logits,
    dropout,
    mean_pool,
    plateau_decay,
    squared_error,
    train,
    word_dropout,
)

ENGINES = ["eager", "numpy", *(["native"] if find_spec("llvmlite") else [])]
RATE = 0.04
EXAMPLES = [((0.5, -1.0), 1.0), ((1.0, 2.0), -2.0), ((-1.5, 0.5), 0.5), ((2.0, 1.0), 3.0), ((0.0, 1.5), 1.5)]
MASKS = [Dropout(2, 0.25), Dropout(1, 0.5)]


class Plane(Module):
    """ŷ = w₁x₁ + w₂x₂ + b."""

    def __init__(self) -> None:
        self.w, self.b = (Value(0.5), Value(-0.25)), Value(0.125)

    def __call__(self, x: Any) -> Value:
        return self.w[0] * x[0] + self.w[1] * x[1] + self.b


def train_plane(engine: Any, **settings: Any) -> tuple[list[float], History]:
    """Train a plane with masks for its inputs and for its output."""
    plane = Plane()

    def loss(x: Any, y: Any, of_inputs: Any, of_output: Any) -> Value:
        return squared_error(dropout([plane(dropout(x, of_inputs))], of_output)[0], y)

    known = {"epochs": 4, "batch_size": 2, "shuffle_seed": None, "progress": False, "noise": MASKS, "noise_seed": 3}
    settings = {**known, **settings}
    examples = settings.pop("examples", EXAMPLES)
    history = train(plane, loss, examples, optimizer=SGD(plane.parameters(), RATE), engine=engine, **settings)
    return [parameter.data for parameter in plane.parameters()], history


def masks_by_hand(n_epochs: int) -> Iterator[list[list[list[float]]]]:
    """The masks of each batch of two examples."""
    for epoch in range(n_epochs):
        random = Random(f"masks 3 {epoch}")
        for start in range(0, len(EXAMPLES), 2):
            yield [
                [[0.0 if random.random() < mask.rate else 1 / (1 - mask.rate) for _ in range(mask.n)] for mask in MASKS]
                for _ in EXAMPLES[start : start + 2]
            ]


def by_hand(clip_norm: float = math.inf, decay: float | None = None) -> tuple[list[float], list[float]]:
    """Gradient descent in floats; the parameters in the end, or their running mean, and the mean loss of each epoch."""
    p = [0.5, -0.25, 0.125]
    mean = list(p)
    losses: list[float] = []
    sums: list[float] = []
    batches = [EXAMPLES[start : start + 2] for start in (0, 2, 4)] * 4
    for t, (batch, masks) in enumerate(zip(batches, masks_by_hand(4), strict=True), start=1):
        gradient = [0.0, 0.0, 0.0]
        for (x, y), ((m1, m2), (m,)) in zip(batch, masks, strict=True):
            seen = (m1 * x[0], m2 * x[1], 1.0)
            error = m * sum(number * one for number, one in zip(p, seen, strict=True)) - y
            sums.append(error * error)
            gradient = [g + 2 * error * m * one / len(batch) for g, one in zip(gradient, seen, strict=True)]
        norm = math.sqrt(sum(g * g for g in gradient))
        factor = clip_norm / norm if norm > clip_norm else 1.0
        p = [number - RATE * factor * g for number, g in zip(p, gradient, strict=True)]
        if decay is not None:
            share = max(1 - decay, 1 / t)
            mean = [share * number + (1 - share) * old for number, old in zip(p, mean, strict=True)]
        if len(sums) == len(EXAMPLES):
            losses.append(sum(sums) / len(sums))
            sums = []
    return (p if decay is None else mean), losses


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("clip_norm", [None, 0.5])
@pytest.mark.parametrize("decay", [None, 0.0, 0.75])
def test_training_is_what_it_is_in_plain_floats(engine: str, clip_norm: float | None, decay: float | None) -> None:
    expected, losses = by_hand(math.inf if clip_norm is None else clip_norm, decay)
    found, history = train_plane(engine, clip_norm=clip_norm, average=decay)
    assert found == pytest.approx(expected, rel=1e-12)
    assert history.train_loss == pytest.approx(losses, rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_left_out_where_examples_are_only_measured(engine: str) -> None:
    p, history = train_plane(engine, validation=EXAMPLES)
    losses = [(p[0] * x[0] + p[1] * x[1] + p[2] - y) ** 2 for x, y in EXAMPLES]
    assert history.validation_loss[-1] == pytest.approx(sum(losses) / len(losses), rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_running_mean_is_what_is_measured(engine: str) -> None:
    p, history = train_plane(engine, validation=EXAMPLES, average=0.8)
    losses = [(p[0] * x[0] + p[1] * x[1] + p[2] - y) ** 2 for x, y in EXAMPLES]
    assert history.validation_loss[-1] == pytest.approx(sum(losses) / len(losses), rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_with_patience_the_best_running_mean_comes_back(engine: str) -> None:
    p, history = train_plane(engine, validation=EXAMPLES, average=0.8, patience=4, epochs=12)
    losses = [(p[0] * x[0] + p[1] * x[1] + p[2] - y) ** 2 for x, y in EXAMPLES]
    assert min(history.validation_loss) == pytest.approx(sum(losses) / len(losses), rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_epochs_that_go_on_with_a_history_have_the_masks_of_a_longer_training(engine: str) -> None:
    plane, history = Plane(), History()
    whole, _ = train_plane(engine, shuffle_seed=5)

    def loss(x: Any, y: Any, of_inputs: Any, of_output: Any) -> Value:
        return squared_error(dropout([plane(dropout(x, of_inputs))], of_output)[0], y)

    for _ in range(2):
        train(
            plane,
            loss,
            EXAMPLES,
            epochs=2,
            optimizer=SGD(plane.parameters(), RATE),
            batch_size=2,
            shuffle_seed=5,
            history=history,
            noise=MASKS,
            noise_seed=3,
            engine=engine,  # type: ignore[arg-type]
        )
    assert [parameter.data for parameter in plane.parameters()] == whole


@pytest.mark.parametrize("seed", range(4))
def test_all_engines_draw_the_same_masks_for_sentences_of_many_lengths(seed: int) -> None:
    random = Random(seed)
    # Lengths of their own make several programs, whose examples are mixed in each batch; many numbers are drawn together.
    examples = [([random.randrange(7) for _ in range(random.choice([2, 3, 4]))], random.randrange(3)) for _ in range(30)]

    def run(engine: Any, **how: Any) -> list[float]:
        embedding, network = Embedding(7, 5, seed=1), MLP(5, [4, 3], seed=2)

        class Both(Module):
            def __init__(self) -> None:
                self.embedding, self.network = embedding, network

        def loss(words: Any, label: Any, of_words: Any, of_mean: Any) -> Value:
            vectors = word_dropout(embedding(words), of_words[: len(words)])
            return cross_entropy_from_logits(network(dropout(mean_pool(vectors), of_mean)), label)

        model = Both()
        noise = [Dropout(4, 0.3), Dropout(5, 0.4)]
        optimizer = AdamW(model.parameters(), 0.05)
        train(model, loss, examples, epochs=3, batch_size=9, optimizer=optimizer, noise=noise, engine=engine, average=0.9, **how)
        return [parameter.data for parameter in model.parameters()]

    eager = run("eager")
    for engine in ENGINES[1:]:
        assert run(engine) == pytest.approx(eager, rel=1e-9, abs=1e-12), engine
        assert run(engine, dtype="float32") == pytest.approx(eager, rel=1e-3, abs=1e-4), engine


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_32_bit_floats_are_used_throughout(engine: str) -> None:
    in_double, _ = train_plane(engine)
    in_single, history = train_plane(engine, dtype="float32", average=0.5, validation=EXAMPLES)
    assert in_single != in_double
    # What the parameters are in the end, 32 bits can hold.
    assert [float(numpy.float32(number)) for number in in_single] == in_single
    assert history.validation_loss[-1] == pytest.approx(
        train_plane(engine, average=0.5, validation=EXAMPLES)[1].validation_loss[-1], rel=1e-4
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gradient_that_is_not_finite_is_not_clipped_away(engine: str) -> None:
    w = Value(1.0, "w")

    class One(Module):
        def __init__(self) -> None:
            self.w = w

    def loss(x: Any) -> Value:
        return (w * x).square()

    with pytest.raises(FloatingPointError, match="inf"):
        train(One(), loss, [(1e200,)], epochs=1, optimizer=SGD([w], 0.1), clip_norm=1.0, engine=engine)  # type: ignore[arg-type]
    assert w.data == 1.0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("size", [1e160, 1e-170])
def test_gradients_whose_squares_overflow_or_vanish_are_clipped(engine: str, size: float) -> None:
    w = Value(1.0, "w")

    class One(Module):
        def __init__(self) -> None:
            self.w = w

    limit = size / 4
    train(One(), lambda x: w * x, [(size,)], epochs=1, optimizer=SGD([w], 0.5 / size), clip_norm=limit, engine=engine)  # type: ignore[arg-type]
    assert w.data == pytest.approx(1.0 - 0.5 / 4, rel=1e-12)


def test_a_plateau_lowers_the_learning_rate() -> None:
    plane = Plane()
    history = train(
        plane,
        lambda x, y: squared_error(plane(x), y),
        EXAMPLES[:3],
        epochs=8,
        optimizer=SGD(plane.parameters(), 0.3),
        validation=EXAMPLES[3:],
        schedule=plateau_decay(0.5),
    )
    best, rate, expected = math.inf, 0.3, []
    for loss in history.validation_loss:
        expected.append(rate)
        rate *= 1.0 if loss < best else 0.5
        best = min(best, loss)
    assert history.learning_rate == expected
    assert rate < 0.3
    with pytest.raises(ValueError, match="needs validation examples"):
        train_plane("eager", schedule=plateau_decay())


def test_the_last_layer_sees_the_inputs_through_direct_connections() -> None:
    network = MLP(2, [3, 2], seed=1, direct=True)
    hidden, output = network.layers
    x = [0.5, -1.5]
    h = [
        math.tanh(sum(w.data * one for w, one in zip(row, x, strict=True)) + b.data)
        for row, b in zip(hidden.weight, hidden.bias or (), strict=True)
    ]
    expected = [
        sum(w.data * one for w, one in zip(row, [*h, *x], strict=True)) + b.data
        for row, b in zip(output.weight, output.bias or (), strict=True)
    ]
    assert [z.data for z in network(x)] == pytest.approx(expected, rel=1e-14)
    assert len(network.parameters()) == 3 * 3 + 2 * 6
    assert repr(network).endswith(", direct=True)")
    assert len(MLP(2, [3], direct=True).parameters()) == 9


def test_examples_may_be_arrays() -> None:
    x, y = numpy.array([one for one, _ in EXAMPLES]), numpy.array([one for _, one in EXAMPLES])
    for engine in ENGINES:
        for settings in ({"batch_size": 2, "shuffle_seed": 1}, {"batch_size": None}):
            of_tuples = train_plane(engine, validation=EXAMPLES, **settings)
            of_arrays = train_plane(engine, validation=Examples(x, y), examples=Examples(x, y), **settings)
            assert of_arrays == of_tuples, engine


def test_what_is_wrong_is_named() -> None:
    for wrong, error, message in (
        ({"noise": [0.5]}, TypeError, r"noise takes a list of masks, such as \[nn.Dropout\(100, rate=0.5\)\], not 0.5"),
        ({"noise_seed": -1}, ValueError, "noise_seed must be at least 0"),
        ({"clip_norm": 0.0}, ValueError, "clip_norm must be a finite number greater than 0"),
        ({"average": 1.0}, ValueError, "average must be less than 1"),
        ({"dtype": "float16"}, ValueError, 'dtype is "float64" or "float32", not \'float16\''),
        ({"dtype": "float32"}, ValueError, 'dtype="float32" needs a compiled loss'),
    ):
        with pytest.raises(error, match=message):
            train_plane("eager", **wrong)
    with pytest.raises(ValueError, match="rate must be less than 1"):
        Dropout(3, 1.0)
    with pytest.raises(ValueError, match=r"dropout: the mask has 1 numbers for 2 numbers; make it with Dropout\(2, rate\)"):
        dropout([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="word_dropout: the mask has 2 numbers for 1 vectors"):
        word_dropout([(1.0,)], [1.0, 1.0])
    with pytest.raises(ValueError, match=r"have \[2, 3\] rows"):
        Examples(numpy.zeros(2), numpy.zeros(3))
    with pytest.raises(TypeError, match="a row for each example"):
        Examples([1.0, 2.0])
