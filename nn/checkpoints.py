"""Checkpoints: all that a training is between two steps, so that another process can go on with it to the same bits."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from autograd.engine.assigning import assign_all
from nn import checkpoint_file
from nn.belonging import belonging, check_unchanged, differences, settings_of
from nn.checkpoint_file import Content
from nn.checks import finite_number
from nn.engines.engine import Memory, Training
from nn.history import History
from nn.interrupting import HeldBack
from nn.module import ParameterArray
from nn.replacing import remove_leftovers

_SECONDS_PER_MINUTE = 60.0


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
        is_writer: whether this process writes the file, which others only read.

    Raises:
        TypeError, ValueError: an argument has the wrong type or is out of range, or the optimizer keeps what can't be written.
        OSError: there is no such folder, or it may not be written to.
        ModuleNotFoundError: the library safetensors is not installed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        minutes: float,
        arrays: Sequence[ParameterArray],
        training: Training,
        settings: Mapping[str, Any],
        *,
        is_writer: bool = True,
    ) -> None:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"checkpoint must be the path of a file, such as checkpoint='run', not {path!r}")
        # A link is followed, so that it stays a link; and the loss may go to another folder.
        self._path = Path(os.path.realpath(path))
        self._is_writer = is_writer
        self._seconds = _SECONDS_PER_MINUTE * finite_number(minutes, "checkpoint_minutes", least=0.0)
        if not self._path.parent.is_dir():
            raise FileNotFoundError(f"the checkpoint {self._path} can't be written: there is no such folder")
        # Better now than after the first minutes.
        if not os.access(self._path.parent, os.W_OK):
            raise PermissionError(f"the checkpoint {self._path} can't be written: its folder may not be changed")
        checkpoint_file.require_library()
        self._optimizer = training.optimizer
        moving = set(training.optimizer.parameters)
        self._frozen = [value for value in training.reached if value not in moving]
        self._optimizer_settings = settings_of(training.optimizer)
        self._belongs = belonging(arrays, training, settings)
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
        found = differences(content.notes["belongs"], self._belongs)
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
        if state.memory.leaves:
            self._optimizer.leaves = state.memory.leaves  # type: ignore[attr-defined]
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
            check_unchanged(self._optimizer, self._optimizer_settings)
        if self._is_writer and (self._interruption.has_come or monotonic() >= self._due):
            self.write(now())
        self._interruption.let_go()

    def write(self, state: State) -> None:
        """Write where the training is, if it is this process that writes."""
        if not self._is_writer:
            return
        check_unchanged(self._optimizer, self._optimizer_settings)
        checkpoint_file.write(self._path, _content_of(state, self._belongs))
        self._due = monotonic() + self._seconds

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
        "are_apart": memory.are_apart,
        "n_averaged": memory.n_averaged,
        "rate": state.rate,
        "epochs_since": state.epochs_since,
        "belongs": belongs,
    }
    places = {"steps": memory.steps} if memory.order is None else {"steps": memory.steps, "order": memory.order}
    floats = {name: numpy.array(numbers, float) for name, numbers in arrays.items()}
    whole = {name: numpy.array(numbers, numpy.int64) for name, numbers in places.items()}
    return Content({**floats, **whole, **_leaves(memory)}, notes)


def _leaves(memory: Memory) -> dict[str, Any]:
    """What an optimizer of another library remembers, by names in its order."""
    import numpy

    leaves = list(map(numpy.asarray, memory.leaves))
    return {f"leaves.{place}": leaf.astype(float if leaf.dtype.kind == "f" else numpy.int64) for place, leaf in enumerate(leaves)}


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
    memory = Memory(
        lists["parameters"],
        states,
        lists["steps"],
        are_apart=content.notes["are_apart"],
        average=lists.get("average"),
        n_averaged=content.notes["n_averaged"],
        order=lists.get("order"),
        leaves=[content.arrays[f"leaves.{place}"] for place in range(sum(name.startswith("leaves.") for name in lists))],
    )
    return State(
        memory,
        lists["frozen"],
        history,
        content.notes["n_before"],
        lists["sums"],
        content.notes["rate"],
        content.notes["epochs_since"],
    )
