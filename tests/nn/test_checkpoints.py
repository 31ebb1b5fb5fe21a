"""Checkpoints: a training that was stopped and goes on is the training that was never stopped, to the last bit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest

import nn
from autograd import Value
from nn.checkpoints import Checkpoint
from nn.engines.epochs import Epochs
from nn.optimizers import Optimizer

pytest.importorskip("safetensors")

ROOT = Path(__file__).parents[2]
ENGINES = ("eager", "numpy", "native")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "native":
        pytest.importorskip("llvmlite")
    return str(request.param)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "run"


class Sign(Optimizer):
    """An optimizer of one's own, with a formula."""

    n_states = 1

    def update(self, number: Any, gradient: Any, states: Sequence[Any], t: Any) -> tuple[Any, Sequence[Any]]:
        mean = 0.75 * states[0] + 0.25 * gradient
        return number - self.learning_rate * mean / (mean * mean + 0.25) / t, [mean]


class Moving(Optimizer):
    """An optimizer of one's own that moves one parameter after the other."""

    n_states = 1

    def move(self, place: int, number: float, gradient: float) -> float:
        self.steps[place] += 1
        self.states[0][place] = 0.5 * self.states[0][place] + gradient
        return number - self.learning_rate * self.states[0][place] / self.steps[place]


class Network(nn.Module):
    """Two layers, the first of which only some examples reach; the inputs of the second can be masked."""

    def __init__(self, n_inputs: int = 2, seed: int = 1) -> None:
        random = Random(seed)
        self.first = nn.Layer(n_inputs, 3, "tanh", seed=random.randrange(1000))
        self.second = nn.Layer(3, 1, seed=random.randrange(1000))

    def __call__(self, x: Sequence[Any], *masks: Any) -> Value:
        hidden = self.first(x) if len(x) == 2 else x
        for mask in masks:
            hidden = nn.dropout(hidden, mask)
        return self.second(hidden)[0]


def examples_of(n: int, *, seed: int = 0, n_inputs: Sequence[int] = (2,)) -> list[Any]:
    random = Random(seed)
    return [([random.uniform(-2.0, 2.0) for _ in range(random.choice(n_inputs))], float(random.randrange(2))) for _ in range(n)]


def trained(
    epochs: int,
    path: Path | None = None,
    *,
    model: nn.Module | None = None,
    make: Callable[[Any], Optimizer] = lambda parameters: nn.Adam(parameters, 0.05),
    examples: Sequence[Any] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Train a model, and tell everything that training changes."""
    model = Network() if model is None else model
    optimizer = make(model.parameters())
    history = nn.History()
    settings = {"batch_size": 3, "progress": False, "history": history, "checkpoint": path, **settings}
    examples = examples_of(10) if examples is None else examples
    nn.train(
        model,
        lambda x, y, *masks: nn.binary_cross_entropy_from_logit(model(x, *masks), y),
        examples,
        epochs=epochs,
        optimizer=optimizer,
        **settings,
    )
    return result(model, optimizer, settings["history"])


def result(model: nn.Module, optimizer: Optimizer, history: nn.History) -> dict[str, Any]:
    return {
        "numbers": [one.data.hex() for one in model.parameters()],
        "states": [[number.hex() for number in kept] for kept in optimizer.states],
        "steps": list(optimizer.steps),
        "learning rate": optimizer.learning_rate,
        "history": repr(history),
        "best": None if history.best_parameters is None else [number.hex() for number in history.best_parameters],
    }


CASES: dict[str, dict[str, Any]] = {
    "Adam": {},
    "AdamW, all examples in a batch": {"make": lambda some: nn.AdamW(some, 0.05, weight_decay=0.1), "batch_size": None},
    "momentum, in order": {"make": lambda some: nn.SGD(some, 0.05, momentum=0.9), "shuffle_seed": None},
    "another seed": {"shuffle_seed": 7},
    "a schedule": {"schedule": nn.linear_warmup(3, nn.cosine_decay(6))},
    "validation": {"validation": examples_of(4, seed=3)},
    "patience that ends": {"validation": examples_of(4, seed=4), "patience": 1, "make": lambda some: nn.Adam(some, 0.3)},
    "patience that waits": {"validation": examples_of(4, seed=3), "patience": 6, "schedule": nn.exponential_decay(0.75)},
    "several structures": {"examples": examples_of(10, n_inputs=(2, 3)), "validation": examples_of(5, seed=2, n_inputs=(2, 3))},
    "parameters that stay": {"make": lambda some: nn.Adam(some[-4:], 0.05), "validation": examples_of(4, seed=3), "patience": 2},
    "a plateau": {"validation": examples_of(4, seed=4), "schedule": nn.plateau_decay(0.5, patience=2)},
    "noise": {"noise": [nn.Dropout(3, 0.5), nn.Dropout(3, 0.25)], "noise_seed": 3, "validation": examples_of(4, seed=3)},
    "a mean": {"average": 0.875, "validation": examples_of(4, seed=3), "clip_norm": 0.25},
    "a mean of several structures, and patience": {
        "average": 0.75,
        "noise": [nn.Dropout(3, 0.5)],
        "examples": examples_of(10, n_inputs=(2, 3)),
        "validation": examples_of(5, seed=2, n_inputs=(2, 3)),
        "patience": 8,
        "make": lambda some: nn.SGD(some, 0.05, momentum=0.5, weight_decay=0.01),
    },
    "32-bit floats": {"dtype": "float32", "average": 0.75, "validation": examples_of(4, seed=3), "patience": 8},
    "a formula of one's own": {"make": lambda some: Sign(some, 0.5)},
    "a move of one's own": {"make": lambda some: Moving(some, 0.5)},
}


# Machine code takes long to make.
WITH_MACHINE_CODE = (
    "AdamW, all examples in a batch",
    "patience that waits",
    "a mean of several structures, and patience",
    "32-bit floats",
)


@pytest.fixture(
    params=[
        pytest.param((engine, name), id=f"{name}, {engine}")
        for name, settings in CASES.items()
        for engine in ENGINES
        # Python's own floats have 64 bits.
        if not (engine == "eager" and settings.get("dtype") == "float32")
        and not (engine == "native" and name not in WITH_MACHINE_CODE)
    ]
)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    engine, name = request.param
    if engine == "native":
        pytest.importorskip("llvmlite")
    return {"engine": engine, **CASES[name]}


# ------------------------------------------------------------------------------------------------- 5 + 5 epochs are 10


def test_five_epochs_and_five_more_are_ten(case: dict[str, Any], file: Path) -> None:
    whole = trained(10, **case)
    trained(5, file, **case)
    assert trained(10, file, **case) == whole
    # A training that has come to its end is what it was.
    assert trained(10, file, **case) == whole
    assert sorted(file.parent.iterdir()) == [file]


def test_a_checkpoint_changes_nothing(engine: str, file: Path) -> None:
    assert trained(3, file, engine=engine, checkpoint_minutes=0) == trained(3, engine=engine)


@pytest.mark.parametrize("second", ENGINES)
def test_another_engine_can_go_on(engine: str, second: str, file: Path) -> None:
    trained(5, file, engine=engine)
    if second == "native":
        pytest.importorskip("llvmlite")
    found, expected = trained(10, file, engine=second), trained(10, engine=second)
    numbers = [[float.fromhex(one) for one in some["numbers"]] for some in (found, expected)]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-12, abs=1e-13)
    assert found["steps"] == expected["steps"]


def test_patience_counts_on(file: Path) -> None:
    """It has waited for one epoch when it is stopped, and waits for one more."""
    settings = {"validation": examples_of(4, seed=4), "make": lambda some: nn.Adam(some, 0.3)}
    losses = [1.0, 0.5, 0.75, 0.625, 0.25]

    def measured(n: int, path: Path | None) -> tuple[dict[str, Any], nn.History]:
        history = nn.History()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("nn.engines.eager.EagerEngine.measure", lambda *_: losses[len(history.validation_loss)])
            return trained(n, path, engine="eager", patience=2, history=history, **settings), history

    whole, history = measured(5, None)
    assert (history.best_epoch, len(history.train_loss)) == (1, 4)
    measured(3, file)
    assert measured(5, file)[0] == whole


def test_a_history_goes_on_and_its_epochs_are_not_counted(engine: str, file: Path) -> None:
    settings = {"engine": engine, "schedule": nn.exponential_decay(0.75)}

    def second(epochs: int, path: Path | None) -> dict[str, Any]:
        model, history = Network(), nn.History()
        trained(2, model=model, history=history, **settings)
        return trained(epochs, path, model=model, history=history, **settings)

    whole = second(4, None)
    second(1, file)
    assert second(4, file) == whole
    assert trained(4, file, **settings)["history"] == whole["history"]


def test_a_recording_goes_on(file: Path) -> None:
    model = Network()
    run = nn.watch(model)
    optimizer = nn.Adam(model.parameters(), 0.05)

    def loss(x: Any, y: Any) -> Value:
        return nn.binary_cross_entropy_from_logit(model(x), y)

    for epochs in (2, 5):
        nn.train(model, loss, examples_of(10), epochs=epochs, optimizer=optimizer, watch=run, checkpoint=file, progress=False)
    assert [frame.epoch for frame in run.frames] == [0, 1, 2, 3, 4, 5]


# ------------------------------------------------------------------------------------------- stopped inside an epoch


def press_ctrl_c(train: Callable[[], Any], n_batches: int, *, times: int = 1) -> bool:
    """Press Ctrl-C in the step with which that many batches have been done; tell whether there were so many."""
    note, done, is_pressed = Epochs._note, 0, False

    def noted(self: Epochs, sums: list[float]) -> None:
        nonlocal done, is_pressed
        done += len(sums)
        if done >= n_batches and not is_pressed:
            is_pressed = True
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
        note(self, sums)

    is_interrupted = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Epochs, "_note", noted)
        if find_spec("llvmlite"):
            # Few steps in one call, so that there are several calls.
            patch.setattr("nn.engines.machine_steps._MOST_TIMES_MORE_STEPS", 2)
        try:
            train()
        except KeyboardInterrupt:
            is_interrupted = True
    assert is_interrupted == is_pressed
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    return is_interrupted


def test_ctrl_c_in_a_step_loses_nothing(case: dict[str, Any], file: Path) -> None:
    whole = trained(4, **case)
    pressed = [press_ctrl_c(lambda: trained(4, file, **case), n_batches) for n_batches in (1, 2, 4)]
    assert pressed[0]
    assert trained(4, file, **case) == whole


def test_many_steps_in_one_call_are_stopped_between_calls(file: Path) -> None:
    pytest.importorskip("llvmlite")
    settings = {"engine": "native", "make": lambda some: nn.SGD(some, 0.05, momentum=0.9)}
    whole = trained(12, **settings)
    assert [press_ctrl_c(lambda: trained(12, file, **settings), n_batches) for n_batches in (2, 7)] == [True, True]
    assert trained(12, file, **settings) == whole


def test_a_second_ctrl_c_does_not_wait(engine: str, file: Path) -> None:
    assert press_ctrl_c(lambda: trained(5, file, engine=engine), 4, times=2)
    assert not file.exists()
    assert press_ctrl_c(lambda: trained(5, file, engine=engine), 4)
    before = file.read_bytes()
    assert press_ctrl_c(lambda: trained(5, file, engine=engine), 4, times=2)
    assert file.read_bytes() == before


def test_ctrl_c_in_the_last_step_is_not_lost(file: Path) -> None:
    whole = trained(2, engine="eager")
    assert press_ctrl_c(lambda: trained(2, file, engine="eager"), 8)
    with pytest.MonkeyPatch.context() as patch:
        # All that there was to do has been done.
        patch.setattr("nn.engines.eager.EagerEngine.step", None)
        assert trained(2, file, engine="eager") == whole


def test_a_training_in_another_thread_is_written_too(file: Path) -> None:
    thread = threading.Thread(target=lambda: trained(3, file, engine="eager"))
    thread.start()
    thread.join()
    assert trained(5, file, engine="eager") == trained(5, engine="eager")


def test_what_ctrl_c_does_for_others_it_does_after_the_step(file: Path) -> None:
    """Here it ends nothing; there is a checkpoint when it does what it does, and the training goes on."""
    seen = []
    before = signal.signal(signal.SIGINT, lambda *_: seen.append(file.exists()))
    try:
        with pytest.MonkeyPatch.context() as patch:
            step, n = Checkpoint.look, 0

            def look(self: Checkpoint, now: Any) -> None:
                nonlocal n
                n += 1
                if n == 2:
                    signal.raise_signal(signal.SIGINT)
                    assert seen == []
                step(self, now)

            patch.setattr(Checkpoint, "look", look)
            assert trained(2, file, engine="eager") == trained(2, engine="eager")
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [True]


def test_the_learning_rate_is_the_optimizers_own_after_ctrl_c(file: Path) -> None:
    network = Network()
    optimizer, history = nn.SGD(network.parameters(), 0.5), nn.History()

    def train(epochs: int) -> None:
        nn.train(
            network,
            lambda x, y: nn.squared_error(network(x), y),
            examples_of(10),
            epochs=epochs,
            optimizer=optimizer,
            batch_size=3,
            schedule=nn.exponential_decay(0.5),
            history=history,
            checkpoint=file,
        )

    assert press_ctrl_c(lambda: train(4), 5)
    assert (optimizer.learning_rate, history.learning_rate) == (0.5, [0.5])
    # The same history and optimizer go on, as in a notebook.
    train(4)
    assert (optimizer.learning_rate, history.learning_rate) == (0.5, [0.5, 0.25, 0.125, 0.0625])


# ---------------------------------------------------------------------------------------------------------- killed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no os.fork here")
def test_killed_fifty_times_a_training_is_the_one_never_stopped(tmp_path: Path) -> None:
    seed = 20_261_126
    print(f"seed {seed}")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    program = [sys.executable, str(Path(__file__).with_name("killed_trainings.py")), str(tmp_path), str(seed), "50"]
    found = json.loads(subprocess.run(program, env=environment, capture_output=True, timeout=600, check=True).stdout)
    print(found["progress"], found["while writing"])
    assert found["resumed"] == found["whole"]
    assert found["progress"] == sorted(found["progress"]), "no batch that was written is lost"
    assert found["progress"][-1] > 0
    assert found["killed"] > 0
    assert found["at moments"] == {"half written": 0, "not yet in place": 0, "in place": 1}
    assert found["files"] == ["run"], "what a killed process has left behind is removed"
