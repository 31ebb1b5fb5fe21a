"""`nn.train(engine="jax")` takes the steps that the other engines take."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

pytest.importorskip("jax")
from jax_trainings import OPTIMIZERS, Parts, Problem, Trained, bags, curve, nested, positive, words

import nn
from autograd import Value, log
from autograd.vectorizing.jax import compiling
from nn.engines import jax_steps
from nn.engines.epochs import Epochs
from nn.engines.jax_steps import JaxSteps

pytestmark = pytest.mark.jax

NOISY: dict[str, Any] = {"noise": [nn.Dropout(3, 0.3)], "noise_seed": 5}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each call was asked for."""
    found: list[int] = []
    run = JaxSteps.run

    def noted(self: JaxSteps, n_steps: int, first_batch: int, orders: Any) -> None:
        found.append(n_steps)
        run(self, n_steps, first_batch, orders)

    monkeypatch.setattr(JaxSteps, "run", noted)
    return found


# ---------------------------------------------------------------------------------------------------- the same steps


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers(taken: list[int], optimizer: str) -> None:
    found, expected = (Trained(words, engine, OPTIMIZERS[optimizer]) for engine in ("jax", "numpy"))
    assert found.distance(expected) < 1e-13
    assert found.optimizer.steps == expected.optimizer.steps
    # Batches of 4, 4 and 3 examples, one epoch after the other.
    assert sum(taken) == (0 if optimizer == "no formula" else 18)


@pytest.mark.parametrize("problem", [curve, nested, bags])
def test_problems(taken: list[int], problem: Problem) -> None:
    """Among them one with examples of several structures, which takes its steps one by one."""
    _, _, examples = problem()
    settings = {"validation": examples[:5], "schedule": nn.cosine_decay(6, 0.1)}
    found, expected = (Trained(problem, engine, **settings) for engine in ("jax", "eager"))
    assert found.distance(expected) < 1e-13
    assert bool(taken) == (problem is not bags)
    assert found.history.learning_rate == expected.history.learning_rate


@pytest.mark.parametrize(
    "settings",
    [
        {"clip_norm": 0.05, "average": 0.9},
        {**NOISY, "average": 0.5, "epochs": 12},
        {"shuffle_seed": None, "batch_size": 3},
        {"batch_size": None, "epochs": 20},
        {"batch_size": 1},
        {"batch_size": 50},
    ],
    ids=["clipping", "noise", "in order", "whole", "single", "larger"],
)
def test_settings(taken: list[int], settings: dict[str, Any]) -> None:
    found, expected = (Trained(curve, engine, **settings) for engine in ("jax", "numpy"))
    assert found.distance(expected) < 1e-13
    assert sum(taken) == len(found.history.train_loss) * -(-11 // min(settings.get("batch_size", 4) or 11, 11))


@pytest.mark.parametrize(
    "settings",
    [
        {"clip_norm": 0.05},
        {**NOISY, "average": 0.5, "epochs": 7},
        {"batch_size": None, "epochs": 20},
        {"batch_size": None, "epochs": 8},
    ],
    ids=["batches", "noise", "whole", "a multiple"],
)
def test_several_steps_before_it_is_seen_whether_to_go_on(monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> None:
    """As on an accelerator."""
    monkeypatch.setattr(jax_steps, "_STEPS_IN_BETWEEN", {"cpu": 8})
    found, expected = (Trained(curve, engine, **settings) for engine in ("jax", "numpy"))
    assert found.distance(expected) < 1e-13


@pytest.mark.parametrize("problem", [curve, words])
def test_a_setting_that_is_0_may_be_another_number_later(taken: list[int], problem: Problem) -> None:
    """What isn't computed without momentum and weight decay is there when they are wanted."""
    found = []
    for engine in ("jax", "numpy"):
        made: list[nn.SGD] = []

        def make(parameters: Any, made: list[nn.SGD] = made) -> nn.SGD:
            made.append(nn.SGD(parameters, 0.05))
            return made[0]

        def schedule(epoch: int, made: list[nn.SGD] = made) -> float:
            made[0].momentum, made[0].weight_decay = (0.0, 0.5)[epoch > 1], (0.0, 0.1)[epoch > 3]
            return (0.5, 0.0)[epoch == 3]

        found.append(Trained(problem, engine, make, schedule=schedule))
    assert found[0].distance(found[1]) < 1e-13
    assert numpy.abs(numpy.subtract(found[0].optimizer.states, found[1].optimizer.states)).max() < 1e-13
    assert taken


def test_without_momentum_the_last_gradient_is_remembered() -> None:
    found, expected = (Trained(curve, engine, lambda p: nn.SGD(p, 0.05)) for engine in ("jax", "numpy"))
    assert numpy.any(found.optimizer.states)
    assert numpy.abs(numpy.subtract(found.optimizer.states, expected.optimizer.states)).max() < 1e-13


def test_a_learning_rate_of_0_hides_no_gradient_that_is_infinite() -> None:
    errors = []
    for engine in ("jax", "numpy"):
        model = Parts(a=Value(0.0))
        optimizer = nn.SGD(model.parameters(), 0.1)
        with pytest.raises(Exception) as caught:
            # The square root of 0 is 0, and its derivative is infinite; so is one of several steps in one call.
            nn.train(model, lambda x, model=model: (model.a + x) ** 0.5, [(1.0,), (1.0,), (0.0,), (1.0,)], epochs=4,
                     batch_size=1, shuffle_seed=None, optimizer=optimizer, schedule=lambda epoch: 0.0, engine=engine,
                     progress=False)  # fmt: skip
        errors.append((caught.type, str(caught.value)))
    assert errors[0] == errors[1]


def test_a_second_training_compiles_nothing_and_another_learns_from_its_own_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_kept", type(compiling._kept)())
    Trained(curve)
    known = list(compiling._kept)
    assert len(known) == 2, "what is compared with the eager engine, and the steps"

    def elsewhere() -> Any:
        model, loss, examples = curve()
        for parameter in model.parameters():
            parameter.data += 0.125
        return model, loss, [([2.0 * one for one in x], -y) for x, y in examples]

    found, expected = (Trained(elsewhere, engine) for engine in ("jax", "numpy"))
    assert set(compiling._kept) == set(known)
    assert found.distance(expected) < 1e-13


def test_gradients_are_clipped_where_squares_overflow_or_vanish() -> None:
    for scale in (1e200, 1e-200):
        numbers = []
        for engine in ("jax", "numpy"):
            model = Parts(a=Value(1.0), b=Value(2.0))

            def loss(x: Any, model: Any = model, scale: float = scale) -> Value:
                return (3.0 * model.a + 4.0 * model.b) * (x * scale)

            optimizer = nn.SGD(model.parameters(), 0.1 / scale * 1e-3)
            nn.train(model, loss, [(1.0,)], epochs=2, optimizer=optimizer, engine=engine, clip_norm=scale / 10, progress=False)
            numbers.append([one.data for one in model.parameters()])
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-14)
        assert numbers[0] != [1.0, 2.0]


def test_patience_gives_back_the_best_epoch() -> None:
    settings = {"validation": words()[2][:5], "patience": 2, "epochs": 40}
    found, expected = (Trained(words, engine, OPTIMIZERS["momentum"], **settings) for engine in ("jax", "numpy"))
    assert found.history.best_epoch == expected.history.best_epoch
    assert len(found.history.train_loss) == len(expected.history.train_loss) < 40
    assert found.distance(expected) < 1e-12


def test_single_precision() -> None:
    found, expected = (Trained(curve, engine, dtype="float32", clip_norm=0.5) for engine in ("jax", "numpy"))
    assert 1e-12 < found.distance(expected) < 1e-5
    assert all(number == float(numpy.float32(number)) for number in found.numbers)


def test_settings_change_without_a_function_being_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[JaxSteps] = []
    made = JaxSteps.__init__

    def noted(self: JaxSteps, *args: Any) -> None:
        made(self, *args)
        kept.append(self)

    monkeypatch.setattr(JaxSteps, "__init__", noted)
    schedule = {"schedule": nn.exponential_decay(0.7), "epochs": 9}
    found, expected = (Trained(curve, engine, **schedule) for engine in ("jax", "numpy"))
    assert found.distance(expected) < 1e-13
    assert len(kept) == 1
    assert kept[0].compiled.as_text()


def test_a_recording_is_watched() -> None:
    frames = []
    for engine in ("jax", "numpy"):
        model, loss, examples = curve()
        run = nn.watch(model)
        optimizer = nn.Adam(model.parameters(), 0.05)
        nn.train(model, loss, examples, epochs=3, batch_size=4, optimizer=optimizer, watch=run, engine=engine, progress=False)
        frames.append([frame.epoch for frame in run.frames])
        assert len(run.history.train_loss) == 3
    assert frames[0] == frames[1]


# ------------------------------------------------------------------------------------------------------------ errors


def with_one_bad(bad: Any) -> list[tuple[Any]]:
    return [(bad if place == 2 else 1.0,) for place in range(9)]


@pytest.mark.parametrize(
    ("loss_of", "bad"),
    [
        (lambda w: lambda x: log(w * x), -1.0),
        (lambda w: lambda x: (w * x).exp(), 1e4),
        (lambda w: lambda x: nn.cross_entropy_from_logits([w, 2 * w, w * w], x), 3),
        (lambda w: lambda x: positive(x, w), 0.0),
        (lambda w: lambda x: w.sqrt() * (w - w) + (w * x - x).sqrt(), 2.0),
    ],
    ids=["log", "overflow", "class", "requirement", "gradient"],
)
def test_errors_are_those_of_the_eager_engine(loss_of: Callable[[Value], Any], bad: Any) -> None:
    def problem() -> Any:
        model = Parts(w=Value(1.0, "w"))
        return model, loss_of(model.w), with_one_bad(bad)  # type: ignore[attr-defined]

    settings: dict[str, Any] = {"shuffle_seed": None, "epochs": 3}
    found, expected, eager = (Trained(problem, engine, OPTIMIZERS["SGD"], **settings) for engine in ("jax", "numpy", "eager"))
    assert found.error == expected.error
    assert found.error[:2] == eager.error[:2]
    assert found.numbers == pytest.approx(expected.numbers, rel=1e-13)


@pytest.mark.parametrize("steps_in_between", [1, 8])
def test_a_loss_that_becomes_infinite_is_told_with_its_step_and_the_parameters_before_it(
    monkeypatch: pytest.MonkeyPatch, steps_in_between: int
) -> None:
    """After some good epochs, in the middle of a call."""
    monkeypatch.setattr(jax_steps, "_STEPS_IN_BETWEEN", {"cpu": steps_in_between})

    def problem() -> Any:
        model = Parts(w=Value(1.0, "w"))

        def loss(x: Any) -> Value:
            return -(model.w * x).square()  # type: ignore[attr-defined]

        return model, loss, [(1.0,), (0.5,), (2.0,)]

    found, expected = (
        Trained(problem, engine, OPTIMIZERS["SGD"], batch_size=2, epochs=500, shuffle_seed=3) for engine in ("jax", "numpy")
    )
    assert found.error == expected.error
    assert found.error[0] is FloatingPointError
    assert "epoch" in found.error[1]
    assert "batch" in found.error[1]
    assert all(map(math.isfinite, found.numbers))
    assert found.numbers == pytest.approx(expected.numbers, rel=1e-10)
    assert found.history.train_loss == pytest.approx(expected.history.train_loss, rel=1e-10)


# ------------------------------------------------------------------------------------------------------- checkpoints

FULL: dict[str, Any] = {
    **NOISY,
    "schedule": nn.cosine_decay(9),
    "average": 0.9,
    "clip_norm": 0.5,
    "validation": curve()[2][:4],
    "checkpoint_minutes": 0.0,
}


def test_a_training_goes_on_with_one_engine_after_the_other(tmp_path: Path) -> None:
    whole = Trained(curve, "numpy", **FULL, epochs=9)
    for epochs, engine in zip((2, 4, 6, 8, 9), ("jax", "numpy", "jax", "eager", "jax"), strict=True):
        found = Trained(curve, engine, **FULL, epochs=epochs, checkpoint=tmp_path / "run")
        assert found.error == ()
    assert found.distance(whole) < 1e-13
    assert found.optimizer.steps == whole.optimizer.steps


def test_machine_code_goes_on_too(tmp_path: Path) -> None:
    pytest.importorskip("llvmlite")
    whole = Trained(words, "native", epochs=6)
    for epochs, engine in ((2, "native"), (4, "jax"), (6, "native")):
        found = Trained(words, engine, epochs=epochs, checkpoint=tmp_path / "run")
    assert found.distance(whole) < 1e-13


@pytest.mark.parametrize("settings", [FULL, {"checkpoint_minutes": 0.0}], ids=["full", "plain"])
def test_ctrl_c_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]) -> None:
    """To the same bits, wherever calls end."""
    whole = Trained(curve, **settings, epochs=9)
    note, n_left = Epochs._note, 0

    def noted(self: Epochs, sums: list[float]) -> None:
        nonlocal n_left
        n_left -= 1
        note(self, sums)
        if n_left == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(Epochs, "_note", noted)
    monkeypatch.setattr("nn.engines.jax_steps._MOST_TIMES_MORE_STEPS", 3)
    for n_calls in (1, 2):
        n_left = n_calls
        with pytest.raises(KeyboardInterrupt):
            Trained(curve, **settings, epochs=9, checkpoint=tmp_path / "run")
    n_left = 0
    found = Trained(curve, **settings, epochs=9, checkpoint=tmp_path / "run")
    assert found.bits() == whole.bits()


def test_ctrl_c_leaves_all_numbers_from_the_same_step() -> None:
    """A signal in the middle of a call waits for its end."""
    import signal

    seen = []

    def problem() -> Any:
        model, loss, examples = curve()
        seen.append(model)
        return model, loss, examples

    with pytest.MonkeyPatch.context() as patch:
        take = JaxSteps._take

        def pressed(self: JaxSteps, *args: Any) -> None:
            signal.raise_signal(signal.SIGINT)
            take(self, *args)

        patch.setattr(JaxSteps, "_take", pressed)
        with pytest.raises(KeyboardInterrupt):
            Trained(problem, epochs=9, batch_size=None)
    expected = Trained(curve, "numpy", epochs=1, batch_size=None)
    assert [one.data for one in seen[0].parameters()] == pytest.approx(expected.numbers, rel=1e-13)
