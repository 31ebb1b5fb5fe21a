"""Checkpoints: a training that was stopped and goes on is the training that was never stopped, to the last bit."""

from __future__ import annotations

import json
import os
import re
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

import autograd
import nn
from autograd import Value
from nn import checkpoint_file
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
    # The norm of a gradient is a sum, whose last bits depend on the order of the parameters.
    "clipping, several structures": {
        "clip_norm": 0.125,
        "examples": examples_of(10, n_inputs=(2, 3)),
        "batch_size": 1,
        "make": lambda some: nn.SGD(some, 0.5),
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
    settings: dict[str, Any] = {"validation": examples_of(4, seed=4), "make": lambda some: nn.Adam(some, 0.3)}
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
    settings: dict[str, Any] = {"engine": engine, "schedule": nn.exponential_decay(0.75)}

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
    """Press Ctrl-C in the step with which that many batches have been done; tell whether it came to that step."""
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
            # One step in the first call, then two, four, …, however long they take.
            patch.setattr("nn.engines.machine_steps._MOST_TIMES_MORE_STEPS", 2)
            patch.setattr("nn.engines.machine_steps._SECONDS_OF_A_CALL", 1e6)
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


class Halves(nn.Module):
    """Examples of one number reach the one half, of two the other, of three both."""

    def __init__(self) -> None:
        self.one, self.other = ([Value(0.1 * place + start) for place in range(30)] for start in (0.3, -0.7))

    def __call__(self, x: Sequence[Any]) -> Value:
        halves = {1: [self.one], 2: [self.other], 3: [self.one, self.other]}[len(x)]
        return autograd.total([number * w * w for half in halves for number, w in zip(list(x) * 30, half, strict=False)])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_steps_are_counted_as_they_were(dtype: str, file: Path) -> None:
    """After two batches all parameters have taken a step, but not the same one; in 32 bits that makes a difference."""
    settings: dict[str, Any] = {
        "examples": [([0.3], 1.0), ([0.7, 0.4], 0.0), ([0.2, 0.9, 0.6], 1.0)],
        "batch_size": 1,
        "shuffle_seed": None,
        "dtype": dtype,
        "engine": "numpy",
        "make": lambda some: nn.Adam(some, 0.01),
    }
    whole = trained(3, model=Halves(), **settings)
    for n_batches in (2, 3):
        assert press_ctrl_c(lambda: trained(3, file, model=Halves(), **settings), n_batches)
    assert trained(3, file, model=Halves(), **settings) == whole


def test_many_steps_in_one_call_are_stopped_between_calls(file: Path) -> None:
    pytest.importorskip("llvmlite")
    settings: dict[str, Any] = {"engine": "native", "make": lambda some: nn.SGD(some, 0.05, momentum=0.9)}
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
    # How many epochs have been completed depends on how many steps are taken in one call.
    rates = [0.5, 0.25, 0.125, 0.0625]
    assert 1 <= len(history.train_loss) < 4
    assert (optimizer.learning_rate, history.learning_rate) == (0.5, rates[: len(history.train_loss)])
    # The same history and optimizer go on, as in a notebook.
    train(4)
    assert (optimizer.learning_rate, history.learning_rate) == (0.5, rates)


# ---------------------------------------------------------------------------------------------------------- killed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no os.fork here")
def test_killed_fifty_times_a_training_is_the_one_never_stopped(tmp_path: Path) -> None:
    seed = 20_261_126
    print(f"seed {seed}")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    program = [sys.executable, str(Path(__file__).with_name("killed_trainings.py")), str(tmp_path), str(seed), "50"]
    found = json.loads(subprocess.run(program, env=environment, capture_output=True, timeout=600, check=True).stdout)
    print(found["progress"], found["while writing"])
    assert all(resumed == found["whole"] for resumed in found["resumed"])
    for n_batches in found["progress"]:
        assert n_batches == sorted(n_batches), "no batch that was written is lost"
    assert found["progress"][0][-1] > 0
    assert found["killed"] > 0
    assert found["at moments"] == {"in place": 1, "half written": 1, "not yet in place": 1}
    assert found["files"] == ["run"], "what a killed process has left behind is removed"


# --------------------------------------------------------------------------------------------- damaged and foreign


def refused(file: Path, epochs: int = 4, **settings: Any) -> str:
    """What is said about a checkpoint, after which everything is as it was."""
    model, history, before = settings.pop("model", None) or Network(), nn.History(), file.read_bytes()
    make, made = settings.pop("make", lambda some: nn.Adam(some, 0.05)), list[Optimizer]()

    def kept(parameters: Any) -> Optimizer:
        made.append(make(parameters))
        return made[0]

    numbers = [one.data for one in model.parameters()]
    with pytest.raises(ValueError, match=re.escape(str(file))) as caught:
        trained(epochs, file, model=model, make=kept, history=history, **{"engine": "eager", **settings})
    assert [one.data for one in model.parameters()] == numbers
    assert history == nn.History()
    assert set(made[0].steps) == {0}
    assert not any(map(any, made[0].states))
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["run"]
    return str(caught.value)


OTHER_EXAMPLES = [*examples_of(10)[:-1], ([0.5, 0.25], 1.0)]
FOREIGN: dict[str, tuple[dict[str, Any], str]] = {
    "shape": ({"model": nn.MLP(2, [4, 1], seed=1)}, "its model has first.weight, and this one has not; "),
    "another shape": ({"model": Network(n_inputs=3)}, "first.weight had the shape (3, 2), and has (3, 3)"),
    "class": (
        {"make": lambda some: nn.SGD(some, 0.05)},
        "was 'nn.optimizers.Adam', and is 'nn.optimizers.SGD'; the optimizer's betas was [0.9, 0.999], and is missing; ",
    ),
    "rate": ({"make": lambda some: nn.Adam(some, 0.1)}, "the optimizer's learning_rate was 0.05, and is 0.1"),
    "betas": (
        {"make": lambda some: nn.Adam(some, 0.05, betas=(0.5, 0.999))},
        "the optimizer's betas was [0.9, 0.999], and is [0.5, 0.999]",
    ),
    "fewer parameters": (
        {"make": lambda some: nn.Adam(some[:-1], 0.05)},
        "the number of parameters that move was 13, and is 12; the parameters that move were others",
    ),
    "order of parameters": ({"make": lambda some: nn.Adam(some[::-1], 0.05)}, "training: the parameters that move were others."),
    "examples": ({"examples": OTHER_EXAMPLES}, "training: the examples were others."),
    "number": ({"examples": examples_of(9)}, "the number of examples was 10, and is 9; the examples were others"),
    "validation": ({"validation": examples_of(2)}, "the number of validation examples was 3, and is 2"),
    "no validation": ({"validation": None}, "the number of validation examples was 3, and is 0"),
    "other validation": ({"validation": examples_of(3, seed=6)}, "training: the validation examples were others."),
    "batch": ({"batch_size": 4}, "batch_size was 3, and is 4"),
    "seed": ({"shuffle_seed": 1}, "shuffle_seed was 0, and is 1"),
    "no shuffling": ({"shuffle_seed": None}, "shuffle_seed was 0, and is None"),
    "schedule": (
        {"schedule": nn.exponential_decay(0.5)},
        "the learning rate of epoch 2 was 0.05, and the schedule gives 0.025",
    ),
    "noise": ({"noise": [nn.Dropout(3, 0.5)]}, "noise was [], and is ['Dropout(3, rate=0.5)']"),
    "seed of the noise": ({"noise_seed": 1}, "noise_seed was 0, and is 1"),
    "clipping": ({"clip_norm": 1.0}, "clip_norm was None, and is 1.0"),
    "mean": ({"average": 0.5}, "average was None, and is 0.5"),
    "type": ({"dtype": "float32", "engine": "numpy"}, "dtype was 'float64', and is 'float32'"),
    "epochs": ({"epochs": 2}, "has come to epoch 3, which is more than epochs=2"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_checkpoint_of_another_training_is_refused(kind: str, file: Path) -> None:
    trained(3, file, validation=examples_of(3, seed=5), engine="eager")
    settings, expected = FOREIGN[kind]
    message = refused(file, **{"validation": examples_of(3, seed=5), **settings})
    assert expected in message
    assert message.endswith("Give another path or, to begin anew, delete it; nothing has changed")


def test_an_epoch_that_has_begun_counts(file: Path) -> None:
    assert press_ctrl_c(lambda: trained(3, file, engine="eager"), 9)
    assert "has come to epoch 3, which is more than epochs=2" in refused(file, 2)
    assert "the learning rate of epoch 3 was 0.05, and the schedule gives 0.0" in refused(
        file, schedule=lambda epoch: float(epoch < 2)
    )


def test_a_history_of_another_training_is_refused(file: Path) -> None:
    trained(3, file, engine="eager")
    history = nn.History([0.5])
    with pytest.raises(ValueError, match="the history that was given has other losses"):
        trained(4, file, engine="eager", history=history)
    assert history == nn.History([0.5])


def test_parameters_saved_by_themselves_are_refused(file: Path) -> None:
    nn.save(Network(), file)
    assert "is not a checkpoint of nn.train, or it is damaged: it has no notes of a training" in refused(file)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is a folder; write the path of a file"):
        trained(1, tmp_path, engine="eager")


# ------------------------------------------------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"checkpoint": True}, TypeError, "must be the path of a file, such as checkpoint='run', not True"),
        ({"checkpoint": "no such folder/run"}, FileNotFoundError, "no such folder"),
        ({"checkpoint_minutes": -1}, ValueError, "checkpoint_minutes must be a finite number of at least 0, not -1"),
    ],
)
def test_arguments_are_checked_first(settings: dict[str, Any], kind: type[Exception], message: str, file: Path) -> None:
    model = Network()
    before = [one.data for one in model.parameters()]
    with pytest.raises(kind, match=re.escape(message)):
        trained(1, model=model, engine="eager", **{"checkpoint": file, **settings})
    assert [one.data for one in model.parameters()] == before
    assert not file.exists()


def test_a_folder_that_may_not_be_changed_is_named_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="can't be written: its folder may not be changed"):
        trained(1, file, engine="eager")


def test_safetensors_is_asked_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(ModuleNotFoundError, match=re.escape("nn.train(..., checkpoint=...) needs the library safetensors")):
        trained(1, file, engine="eager")


def test_it_is_written_every_so_many_minutes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a step takes a minute."""
    seconds, n_written = 0.0, list[int]()

    def passing() -> float:
        return seconds

    write, note, done = checkpoint_file.write, Epochs._note, 0

    def noted(self: Epochs, sums: list[float]) -> None:
        nonlocal seconds, done
        seconds += 60.0 * len(sums)
        done += len(sums)
        note(self, sums)

    def written(*arguments: Any) -> None:
        n_written.append(done)
        write(*arguments)

    monkeypatch.setattr("nn.checkpoints.monotonic", passing)
    monkeypatch.setattr(Epochs, "_note", noted)
    monkeypatch.setattr(checkpoint_file, "write", written)
    trained(4, file, engine="eager")
    assert n_written == [5, 10, 15, 16]
    done, n_written[:] = 0, []
    trained(6, file, engine="eager", checkpoint_minutes=3.5)
    assert n_written == [4, 8]


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file)
    trained(2, link, engine="eager")
    assert link.is_symlink()
    assert trained(3, file, engine="eager") == trained(3, engine="eager")


def test_the_loss_may_go_to_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    model = Network()

    def loss(x: Any, y: Any) -> Value:
        os.chdir(tmp_path / "elsewhere")
        return nn.squared_error(model(x), y)

    nn.train(model, loss, examples_of(4), epochs=1, optimizer=nn.SGD(model.parameters(), 0.1), checkpoint="run", engine="eager")
    assert (tmp_path / "run").is_file()


class Remembering(nn.SGD):
    """It remembers the velocity of each parameter in a dictionary, of which a checkpoint knows nothing."""

    def __init__(self, parameters: Any, rate: float) -> None:
        super().__init__(parameters, rate)
        self.velocity: dict[int, float] = {}

    def move(self, place: int, number: float, gradient: float) -> float:
        self.velocity[place] = 0.5 * self.velocity.get(place, 0.0) + gradient
        return number - self.learning_rate * self.velocity[place]


class Buffered(nn.SGD):
    def __init__(self, parameters: Any, rate: float) -> None:
        super().__init__(parameters, rate)
        self.buffer = [Value(0.0)]


def test_an_optimizer_that_remembers_elsewhere_is_refused(file: Path) -> None:
    for make, message in (
        (Buffered, "Buffered has the attribute 'buffer', [Value(0.0)], and a checkpoint doesn't hold that"),
        (Remembering, "Remembering has changed its attribute 'velocity' in a step, and a checkpoint doesn't hold that"),
    ):
        with pytest.raises(
            ValueError, match=re.escape(message) + ": an optimizer must keep what it remembers in states and steps"
        ):
            trained(2, file, engine="eager", make=lambda some, make=make: make(some, 0.1))
        assert not file.exists()


def test_frozen_parameters_are_what_they_were(file: Path) -> None:
    def run(epochs: int, path: Path | None, seed: int) -> dict[str, Any]:
        return trained(epochs, path, model=Network(seed=seed), make=lambda some: nn.Adam(some[-4:], 0.05), engine="numpy")

    run(2, file, 1)
    assert run(4, file, 2) == run(4, None, 1)


def test_results_of_frozen_parameters_are_not_stale_afterwards(file: Path) -> None:
    model = Network()
    settings: dict[str, Any] = {"model": model, "make": lambda some: nn.Adam(some[-4:], 0.05), "engine": "eager"}
    trained(2, file, **settings)
    result = 2.0 * model.parameters()[0]
    trained(3, file, **settings)
    result.backward()
    assert model.parameters()[0].gradient == 2.0
