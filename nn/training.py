"""`train`: the loop of epochs and batches, with validation, early stopping and a progress bar.

Source: the text's section on training neural nets (mini-batch training); early stopping after Prechelt 1998, "Early
stopping, but when?".
"""

from __future__ import annotations

import math
import reprlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from autograd import Value, collector_paused, no_grad, total
from nn.checks import finite_number, whole_number
from nn.history import History
from nn.losses import Loss
from nn.module import Module
from nn.optimizers import Optimizer
from nn.schedules import Schedule

Example = tuple[Any, ...]

# A batch is recorded in parts of so many examples, so that its graph needs little memory however large the batch is.
_EXAMPLES_AT_ONCE = 32


def train(
    model: Module,
    loss: Loss,
    examples: Sequence[Example],
    *,
    epochs: int,
    optimizer: Optimizer,
    batch_size: int | None = None,
    schedule: Schedule | None = None,
    validation: Sequence[Example] | None = None,
    patience: int | None = None,
    shuffle_seed: int | None = 0,
    progress: bool = True,
    history: History | None = None,
) -> History:
    """Train a model: for each batch of examples one step against the gradient of their mean loss.

    Args:
        model: what is trained; `optimizer` must hold parameters of it.
        loss: ``loss(*example)`` gives the loss of one example, a Value.
        examples: at least one tuple.
        epochs: how many times to go through the examples.
        optimizer: what moves the parameters.
        batch_size: how many examples make a batch (the last may be smaller); None for all of them.
        schedule: the factor of the learning rate for each epoch (see `nn.schedules`); the optimizer's own learning
            rate is what is multiplied, and is as before at the end.
        validation: examples that are only measured, after each epoch.
        patience: stop once so many epochs in a row have brought no lower mean loss on `validation`. The parameters of
            the best epoch are restored at the end, also if training wasn't stopped.
        shuffle_seed: the examples are put into a new order for each epoch, the same for the same seed; None keeps
            their order.
        progress: show a progress bar, if there is a terminal or a notebook to show it.
        history: one to append to, so as to go on with it, or to have it at hand after an interruption.

    Returns:
        The history of the losses.

    Raises:
        TypeError, ValueError: an argument is none of these, checked before anything changes.
        FloatingPointError: a loss or a gradient is infinite or nan. The message says in which epoch and batch, and for
            which example; the parameters are those from before that step.

    An exception inside `loss` is passed on with a note of the epoch, the batch and the example. Ctrl-C
    (KeyboardInterrupt) is passed on too; every parameter then has its number from before or from after the step it
    came in or, with `patience`, from the best epoch so far. All gradients are None in the end.

    >>> from nn import MLP, SGD, squared_error
    >>> line = MLP(1, [1])
    >>> examples = [((0.0,), 1.0), ((1.0,), 3.0), ((2.0,), 5.0)]
    >>> optimizer = SGD(line.parameters(), learning_rate=0.1)
    >>> history = train(line, lambda x, y: squared_error(line(x)[0], y), examples, epochs=200, optimizer=optimizer)
    >>> round(line([10.0])[0].data, 2), history.train_loss[-1] < 1e-4
    (21.0, True)
    """
    examples = _checked_examples(examples, "examples")
    epochs = whole_number(epochs, "epochs")
    batch_size = len(examples) if batch_size is None else whole_number(batch_size, "batch_size")
    if validation is not None:
        validation = _checked_examples(validation, "validation")
    if patience is not None:
        patience = whole_number(patience, "patience")
        if validation is None:
            raise ValueError("patience needs validation examples: it waits for their mean loss to fall")
    shuffle = None if shuffle_seed is None else Random(whole_number(shuffle_seed, "shuffle_seed", least=0))
    moving = set(optimizer.parameters)
    # All that backward passes may reach, frozen parameters too, each once.
    reached = list(dict.fromkeys([*model.parameters(), *optimizer.parameters]))
    if len(reached) == len(moving) + len(model.parameters()):
        raise ValueError(f"the optimizer holds none of the parameters of {model!r}; make it with model.parameters()")
    history = History() if history is None else history
    initial_rate = optimizer.learning_rate
    best = _Best(optimizer)
    n_batches = -(-len(examples) // batch_size)
    try:
        with _progress_bar(progress, epochs * n_batches) as bar:
            for epoch in range(epochs):
                if schedule is not None:
                    optimizer.learning_rate = initial_rate * _factor(schedule, epoch)
                losses: list[float] = []
                order = _order(len(examples), shuffle if batch_size < len(examples) else None)
                for batch in range(n_batches):
                    indices = order[batch * batch_size : (batch + 1) * batch_size]
                    where = f"epoch {epoch + 1} of {epochs}, batch {batch + 1} of {n_batches}"
                    _forget_gradients(reached)
                    losses += _backward(loss, examples, indices, where)
                    _step(optimizer, where)
                    bar.advance()
                history.train_loss.append(math.fsum(losses) / len(losses))
                history.learning_rate.append(optimizer.learning_rate)
                if validation is not None:
                    history.validation_loss.append(_mean_loss(loss, validation, f"epoch {epoch + 1} of {epochs}"))
                    best.compare(history, patience is not None)
                bar.show(epoch, epochs, history)
                if patience is not None and best.epochs_since >= patience:
                    break
    except KeyboardInterrupt:
        best.restore()
        raise
    finally:
        if schedule is not None:
            optimizer.learning_rate = initial_rate
        _forget_gradients(reached)
    best.restore()
    return history


def _checked_examples(examples: Sequence[Example], name: str) -> list[Example]:
    checked = list(examples)
    if not checked:
        raise ValueError(f"{name}: there must be at least one")
    for position, example in enumerate(checked):
        if not isinstance(example, tuple):
            given = reprlib.repr(example)
            raise TypeError(f"{name}[{position}] must be a tuple, the arguments of the loss, not {given}")
    return checked


def _order(n: int, shuffle: Random | None) -> list[int]:
    """The numbers below n in order, or shuffled (Fisher & Yates)."""
    order = list(range(n))
    # Not `random.shuffle`: only `random.random` is sure to give the same in every version of Python.
    if shuffle is not None:
        for last in range(n - 1, 0, -1):
            other = int(shuffle.random() * (last + 1))
            order[last], order[other] = order[other], order[last]
    return order


def _forget_gradients(parameters: Sequence[Value]) -> None:
    for parameter in parameters:
        parameter.gradient = None


def _factor(schedule: Schedule, epoch: int) -> float:
    return finite_number(schedule(epoch), f"the schedule's factor for epoch {epoch}", least=0.0)


def _backward(loss: Loss, examples: list[Example], indices: list[int], where: str) -> list[float]:
    """Add the gradient of the mean loss of a batch to the parameters; the losses of its examples."""
    numbers: list[float] = []
    for start in range(0, len(indices), _EXAMPLES_AT_ONCE):
        some = indices[start : start + _EXAMPLES_AT_ONCE]
        with collector_paused():
            losses = tuple([_loss_of(loss, examples[index], f"examples[{index}]", where) for index in some])
            (total(losses) / len(indices)).backward()
        numbers += [one.data for one in losses]
    return numbers


def _loss_of(loss: Loss, example: Example, name: str, where: str) -> Value:
    try:
        value = loss(*example)
    except Exception as error:
        error.add_note(f"in {where}, for {name} = {reprlib.repr(example)}")
        raise
    if not isinstance(value, Value):
        raise TypeError(f"the loss of {name} is not a Value but {reprlib.repr(value)} ({where})")
    if not math.isfinite(value.data):
        raise FloatingPointError(
            f"the loss of {name} = {reprlib.repr(example)} is {value.data!r} in {where}; a smaller learning rate often helps"
        )
    return value


def _step(optimizer: Optimizer, where: str) -> None:
    try:
        optimizer.step()
    except FloatingPointError as error:
        raise FloatingPointError(f"{error} (in {where}; a smaller learning rate often helps)") from None


def _mean_loss(loss: Loss, examples: list[Example], where: str) -> float:
    with no_grad():
        losses = [_loss_of(loss, example, f"validation[{n}]", where).data for n, example in enumerate(examples)]
    return math.fsum(losses) / len(losses)


class _Best:
    """The least validation loss so far, and the parameters that gave it."""

    def __init__(self, optimizer: Optimizer) -> None:
        self._parameters = optimizer.parameters
        self._loss = math.inf
        self._numbers: list[float] | None = None
        self.epochs_since = 0

    def compare(self, history: History, keep: bool) -> None:
        """Take note of the latest epoch, and of its parameters if they are to be kept for restoring."""
        if history.validation_loss[-1] < self._loss:
            self._loss = history.validation_loss[-1]
            self.epochs_since = 0
            history.best_epoch = len(history.train_loss) - 1
            if keep:
                self._numbers = [parameter.data for parameter in self._parameters]
        else:
            self.epochs_since += 1

    def restore(self) -> None:
        if self._numbers is not None:
            for parameter, number in zip(self._parameters, self._numbers, strict=True):
                parameter.data = number


class _Bar:
    """A bar of tqdm, or none."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def advance(self) -> None:
        if self._bar is not None:
            self._bar.update()

    def show(self, epoch: int, epochs: int, history: History) -> None:
        if self._bar is not None:
            text = f"epoch {epoch + 1}/{epochs}, loss {history.train_loss[-1]:.4g}"
            if history.validation_loss:
                text += f", validation {history.validation_loss[-1]:.4g}"
            self._bar.set_description(text)


@contextmanager
def _progress_bar(wanted: bool, n_steps: int) -> Iterator[_Bar]:
    if not wanted or sys.stderr is None or not (sys.stderr.isatty() or _in_notebook()):
        yield _Bar(None)
        return
    from tqdm import tqdm

    with tqdm(total=n_steps, unit="batch") as bar:
        yield _Bar(bar)


def _in_notebook() -> bool:
    """Whether this runs in a notebook's kernel, whose standard error is no terminal but is shown."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and type(ipython.get_ipython()).__name__ == "ZMQInteractiveShell"
