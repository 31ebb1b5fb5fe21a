"""Checkpoints: all that a training is between two steps, so that another process can go on with it to the same bits."""

from __future__ import annotations

import json
import os
import reprlib
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from autograd.engine.assigning import assign_all
from nn import checkpoint_file
from nn.checkpoint_file import Content
from nn.checks import finite_number
from nn.engines.engine import Memory, Training
from nn.example_digest import digest_of
from nn.history import History
from nn.interrupting import HeldBack
from nn.module import ParameterArray
from nn.optimizers import Optimizer
from nn.replacing import remove_leftovers

_SECONDS_PER_MINUTE = 60.0
# What training changes, and a checkpoint holds.
_NO_SETTINGS = ("parameters", "states", "steps")
_KEEP = "an optimizer must keep what it remembers in states and steps, or be used without checkpoint="
# A message names so many.
_MOST_DIFFERENCES = 5


class _Missing:
    def __repr__(self) -> str:
        return "missing"


_MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class State:
    """Where a training is, between two steps.

    Attributes:
        memory: the numbers of the optimizer's parameters, and what it remembers.
        frozen: the numbers of the other parameters of the model.
        history: the epochs that have been completed, and measured if there is anything to measure.
        n_before: how many of them come from an earlier training.
        sums: the sums of the losses of the batches that have been done in the next epoch.
        rate: the learning rate there.
        epochs_since: how many epochs have passed since the best one.
    """

    memory: Memory
    frozen: Sequence[float]
    history: History
    n_before: int
    sums: Sequence[float]
    rate: float
    epochs_since: int

    @property
    def n_completed(self) -> int:
        """How many epochs this training has completed."""
        return len(self.history.train_loss) - self.n_before

    @property
    def rates(self) -> list[float]:
        """The learning rates of the epochs that this training has begun."""
        return self.history.learning_rate[self.n_before :] + ([self.rate] if self.sums else [])


class Checkpoint:
    """The checkpoint of one training: read at its beginning, and written again and again.

    Args:
        path: of the file, which need not exist.
        minutes: how long to wait from one writing to the next.
        arrays: the parameters of the model.
        training: what the engine works on.
        settings: what else the numbers depend on, by name.

    Raises:
        TypeError, ValueError: an argument has the wrong type or is out of range, or the optimizer keeps what can't be written.
        FileNotFoundError: there is no such folder.
        ModuleNotFoundError: the library safetensors is not installed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        minutes: float,
        arrays: Sequence[ParameterArray],
        training: Training,
        settings: Mapping[str, Any],
    ) -> None:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"checkpoint must be the path of a file, such as checkpoint='run', not {path!r}")
        # A link is followed, so that it stays a link; and the loss may go to another folder.
        self._path = Path(os.path.realpath(path))
        self._seconds = _SECONDS_PER_MINUTE * finite_number(minutes, "checkpoint_minutes", least=0.0)
        if not self._path.parent.is_dir():
            raise FileNotFoundError(f"the checkpoint {self._path} can't be written: there is no such folder")
        checkpoint_file.require_library()
        self._optimizer = training.optimizer
        moving = set(training.optimizer.parameters)
        self._frozen = [value for value in training.reached if value not in moving]
        self._optimizer_settings = _settings_of(training.optimizer)
        self._belongs = _belonging(arrays, training, settings)
        self._interruption = HeldBack()
        self._due = monotonic() + self._seconds
        self._is_new = True

    def read(self, epochs: int, history: History) -> State | None:
        """Read what an interrupted training has left; None if there is no file.

        Args:
            epochs: how many epochs there will be.
            history: the history to go on with, which the interrupted training may have filled.

        Raises:
            ValueError: the file is damaged, no checkpoint, or of another training, or of more epochs.
        """
        remove_leftovers(self._path)
        content = checkpoint_file.read(self._path)
        if content is None:
            return None
        found = _differences(content.notes["belongs"], self._belongs)
        if found:
            raise self._refusal(f"is of another training: {'; '.join(found)}")
        state = _state_of(content)
        n_done = len(state.rates)
        if n_done > epochs:
            raise self._refusal(f"has come to epoch {n_done}, which is more than epochs={epochs}")
        if any(one != other for one, other in zip(history.train_loss, state.history.train_loss, strict=False)):
            raise self._refusal("is of another training: the history that was given has other losses")
        return state

    def check_rates(self, state: State, rates: Sequence[float]) -> None:
        """Check that the learning rates of the epochs that have begun are those that the schedule gives.

        Raises:
            ValueError: they are others.
        """
        for epoch, (there, here) in enumerate(zip(state.rates, rates, strict=True)):
            if there != here:
                where = f"the learning rate of epoch {epoch + 1}"
                raise self._refusal(f"is of another training: {where} was {there!r}, and the schedule gives {here!r}")

    def restore(self, state: State, history: History) -> None:
        """Give the parameters, the optimizer and a history what they had."""
        parameters = [*self._optimizer.parameters]
        numbers = [*state.memory.numbers]
        for value, number in zip(self._frozen, state.frozen, strict=True):
            # Assigned anew without need, it would make results stale.
            if value.data != number:
                parameters.append(value)
                numbers.append(number)
        assign_all(parameters, numbers)
        self._optimizer.states = [list(kept) for kept in state.memory.states]
        self._optimizer.steps = list(state.memory.steps)
        vars(history).update(vars(state.history))

    def held_back(self) -> HeldBack:
        """A context in which Ctrl-C waits for the next look."""
        return self._interruption

    def look(self, now: Callable[[], State]) -> None:
        """Write the checkpoint if it is time to, or if Ctrl-C has come, which then goes on.

        Args:
            now: tells where the training is.

        Raises:
            ValueError: the optimizer keeps something that can't be written.
            OSError: the file can't be written.
        """
        if self._is_new:
            self._is_new = False
            self._check_settings()
        if self._interruption.has_come or monotonic() >= self._due:
            self.write(now())
        self._interruption.let_go()

    def write(self, state: State) -> None:
        """Write where the training is."""
        self._check_settings()
        checkpoint_file.write(self._path, _content_of(state, self._belongs))
        self._due = monotonic() + self._seconds

    def _check_settings(self) -> None:
        """Check that an optimizer of one's own keeps nothing elsewhere than in `states` and `steps`."""
        if type(self._optimizer).__module__ == Optimizer.__module__:
            return
        now = _settings_of(self._optimizer)
        changed = [name for name in now if now[name] != self._optimizer_settings.get(name) and name != "_learning_rate"]
        if changed:
            raise ValueError(
                f"{type(self._optimizer).__name__} has changed its attribute {changed[0]!r} in a step, and a checkpoint doesn't "
                f"hold that: {_KEEP}"
            )

    def _refusal(self, why: str) -> ValueError:
        return ValueError(
            f"the checkpoint {self._path} {why}. Give another path or, to begin anew, delete it; nothing has changed"
        )


def _content_of(state: State, belongs: Mapping[str, Any]) -> Content:
    import numpy

    memory, history = state.memory, state.history
    arrays = {
        "parameters": memory.numbers,
        **{f"states.{number}": kept for number, kept in enumerate(memory.states)},
        "frozen": state.frozen,
        "history.train_loss": history.train_loss,
        "history.validation_loss": history.validation_loss,
        "history.learning_rate": history.learning_rate,
        "sums": state.sums,
    }
    if memory.average is not None:
        arrays["average"] = memory.average
    if history.best_parameters is not None:
        arrays["history.best_parameters"] = history.best_parameters
    notes = {
        "n_before": state.n_before,
        "best_epoch": history.best_epoch,
        "n_averaged": memory.n_averaged,
        "rate": state.rate,
        "epochs_since": state.epochs_since,
        "belongs": belongs,
    }
    places = {"steps": memory.steps} if memory.order is None else {"steps": memory.steps, "order": memory.order}
    floats = {name: numpy.array(numbers, float) for name, numbers in arrays.items()}
    return Content({**floats, **{name: numpy.array(numbers, numpy.int64) for name, numbers in places.items()}}, notes)


def _state_of(content: Content) -> State:
    lists = {name: numbers.tolist() for name, numbers in content.arrays.items()}
    states = [lists[f"states.{number}"] for number in range(sum(name.startswith("states.") for name in lists))]
    history = History(
        lists["history.train_loss"],
        lists["history.validation_loss"],
        lists["history.learning_rate"],
        content.notes["best_epoch"],
    )
    if "history.best_parameters" in lists:
        history.best_parameters = array("d", lists["history.best_parameters"])
    average, order = lists.get("average"), lists.get("order")
    return State(
        Memory(lists["parameters"], states, lists["steps"], average, content.notes["n_averaged"], order),
        lists["frozen"],
        history,
        content.notes["n_before"],
        lists["sums"],
        content.notes["rate"],
        content.notes["epochs_since"],
    )


def _belonging(arrays: Sequence[ParameterArray], training: Training, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a checkpoint belongs to: shapes by name, settings by name, and digests by the name of what may be long."""
    optimizer = training.optimizer
    place_of = {value: place for place, value in enumerate(training.reached)}
    belongs = {
        "shapes": {one.name: one.shape for one in arrays},
        "settings": {
            "the optimizer": f"{type(optimizer).__module__}.{type(optimizer).__qualname__}",
            **{f"the optimizer's {name.lstrip('_')}": kept for name, kept in _settings_of(optimizer).items()},
            "the number of states": len(optimizer.states),
            "the number of parameters": len(training.reached),
            "the number of parameters that move": len(optimizer.parameters),
            "the number of examples": len(training.examples),
            "the number of validation examples": len(training.validation),
            "batch_size": training.batch_size,
            "noise": [repr(mask) for mask in training.noise.masks],
            "clip_norm": training.clip_norm,
            "average": training.average,
            "dtype": "float32" if training.single_precision else "float64",
            **settings,
        },
        "digests": {
            "the parameters that move": digest_of([place_of[value] for value in optimizer.parameters]),
            "the examples": digest_of(training.examples),
            "the validation examples": digest_of(training.validation),
        },
    }
    # As it will be read.
    plain: dict[str, Any] = json.loads(json.dumps(belongs))
    return plain


def _differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Say how what a checkpoint belongs to differs from what it should."""
    found = []
    for name, one, other in _unequal(there["shapes"], here["shapes"]):
        if other is _MISSING:
            found.append(f"its model has {name}, and this one has not")
        elif one is _MISSING:
            found.append(f"its model has no {name}")
        else:
            found.append(f"{name} had the shape {tuple(one)}, and has {tuple(other)}")
    for name, one, other in _unequal(there["settings"], here["settings"]):
        found.append(f"{name} was {one!r}, and is {other!r}")
    found += [f"{name} were others" for name, _, _ in _unequal(there["digests"], here["digests"])]
    more = [f"and {len(found) - _MOST_DIFFERENCES} more differences"] if len(found) > _MOST_DIFFERENCES else []
    return found[:_MOST_DIFFERENCES] + more


def _unequal(there: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in {**there, **here}:
        one, other = there.get(name, _MISSING), here.get(name, _MISSING)
        # What is not a number is equal to itself here.
        if one is not other and (one is _MISSING or other is _MISSING or json.dumps(one) != json.dumps(other)):
            yield name, one, other


def _settings_of(optimizer: Optimizer) -> dict[str, Any]:
    """The attributes of an optimizer that training leaves as they are.

    Raises:
        ValueError: one of them is no plain data.
    """
    if any(getattr(base, "__slots__", ()) for base in type(optimizer).__mro__[:-1]):
        raise ValueError(f"{type(optimizer).__name__} has __slots__, and a checkpoint doesn't hold them: {_KEEP}")
    settings: dict[str, Any] = {}
    for name, kept in vars(optimizer).items():
        if name in _NO_SETTINGS:
            continue
        if isinstance(kept, FunctionType | BuiltinFunctionType | MethodType | type):
            kept = f"{kept.__module__}.{kept.__qualname__}"
        try:
            # As it will be read.
            settings[name] = json.loads(json.dumps(kept))
        except (TypeError, ValueError):
            raise ValueError(
                f"{type(optimizer).__name__} has the attribute {name!r}, {reprlib.repr(kept)}, and a checkpoint doesn't hold "
                f"that: {_KEEP}"
            ) from None
    return settings
