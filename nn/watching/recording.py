"""`watch`: a recording of a training, which keeps the parameters and their gradients at some epochs."""

from __future__ import annotations

import copy
import math
from array import array
from collections.abc import Sequence
from contextlib import suppress
from os import PathLike, fspath
from pathlib import Path

from autograd import Value
from autograd.engine.outputs import single
from nn.checks import finite_number, whole_number
from nn.engines.engine import Engine, Example
from nn.history import History
from nn.module import Module
from nn.watching.frames import Frame, Recorded
from nn.watching.spacing import Spacing, spaced, thinned

# What is kept of a large model are fewer epochs: at most this many numbers, of 8 bytes.
_MOST_NUMBERS = 10_000_000


class Recording:
    """A recording of a training: `watch` makes it, `nn.train` fills it, and a notebook shows it as a page with a slider.

    Attributes:
        model: a copy of the model that is watched, as it was at first.
        history: the losses of all epochs.
        frames: what was recorded, at a limited number of epochs.
        examples: the examples that are learned from.
        threshold: the output from which on an example counts as one of the second class.
        spacing: how the epochs are spaced.
    """

    def __init__(
        self, model: Module, examples: Sequence[Example] | None, frames: int, spacing: Spacing, threshold: float | None
    ) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"watch takes a model, an nn.Module, whose parameters() it records, not {model!r}")
        if spacing not in ("even", "log"):
            raise ValueError(f'spacing is "even" or "log", not {spacing!r}')
        self._watched = model
        self._parameters = model.parameters()
        self._limit = max(2, min(whole_number(frames, "frames", least=2), _MOST_NUMBERS // max(1, 2 * len(self._parameters))))
        try:
            self.model = copy.deepcopy(model)
        except TypeError as error:
            raise TypeError(f"watch keeps a copy of the model, and {model!r} can't be copied: {error}") from error
        self.examples = None if examples is None else list(examples)
        self.threshold = None if threshold is None else finite_number(threshold, "threshold")
        self.spacing: Spacing = spacing
        self.history = History()
        self.frames: list[Frame] = []
        # Whether the latest frame is only there because it is the latest, and from which epoch on the next one is to stay.
        self._is_passing = False
        self._next = 0

    # ------------------------------------------------------------------------------------------------ recording

    def record(self, loss: Value | float) -> None:
        """Record one epoch of a loop of your own, between the backward pass and the step.

        Args:
            loss: the loss of that epoch, from which the gradients come.

        >>> from nn import MLP, SGD, squared_error, watch
        >>> line = MLP(1, [1])
        >>> optimizer, run = SGD(line.parameters(), 0.1), watch(line)
        >>> for _ in range(20):
        ...     loss = squared_error(line([2.0]), 5.0)
        ...     optimizer.zero_grad()
        ...     loss.backward()
        ...     run.record(loss)
        ...     optimizer.step()
        >>> len(run.frames), run.frames[-1].epoch
        (20, 19)
        """
        loss = single(loss)
        number = loss.data if isinstance(loss, Value) else float(loss)
        epoch = len(self.history.train_loss)
        numbers = array("d", [one.data for one in self._parameters])
        gradients = array("d", [math.nan if one.gradient is None else one.gradient for one in self._parameters])
        self._keep(Frame(epoch, number, numbers, gradients), stays=epoch >= self._next)
        self.history.train_loss.append(number)
        if len(self.frames) >= self._limit:
            self._thin(self._limit * 3 // 4)
            self._next = 2 * self.frames[-1].epoch - self.frames[-2].epoch

    def history_for(self, model: Module, history: History | None) -> History:
        """The history that a training of a model goes on with: the one that is given, or that of the recording.

        Raises:
            ValueError: another model is watched, or another history was begun with.
        """
        if model is not self._watched:
            raise ValueError(f"the recording is of another model than {model!r}: write watch=nn.watch(model)")
        if self.frames and history is not None and history is not self.history:
            raise ValueError("the recording goes on with its own history: leave history= out, or make another nn.watch(model)")
        return self.history if history is None else history

    def start(self, examples: Sequence[Example], history: History) -> None:
        """Begin to record a training of these examples, or go on with it."""
        self.history = history
        if self.examples is None:
            self.examples = list(examples)

    def looks(self, epochs: int) -> list[int]:
        """After which of the next epochs there is to be a look, from 0 to all of them."""
        return spaced(epochs, self._limit, self.spacing)

    def look(self, computing: Engine) -> None:
        """Record what the parameters are now, between two epochs.

        Args:
            computing: the engine that has them.
        """
        epoch = len(self.history.train_loss)
        if self.frames and self.frames[-1].epoch == epoch:
            return
        loss, gradient = math.nan, None
        # What is wrong here is wrong in the next step too, which says so; after the last one nothing is lost.
        with suppress(Exception):
            loss, gradient = computing.gradient(f"a look at all examples after epoch {epoch}")
        numbers: dict[Value, float] = {}
        slopes: dict[Value, float] = {}
        if computing.values:
            numbers = dict(zip(computing.values, map(float, computing.numbers()), strict=True))
        if gradient is not None:
            slopes = dict(zip(computing.values, map(float, gradient), strict=True))
        parameters = array("d", [numbers.get(one, one.data) for one in self._parameters])
        gradients = array("d", [slopes.get(one, math.nan) for one in self._parameters])
        self._keep(Frame(epoch, loss, parameters, gradients), stays=True)
        if len(self.frames) > self._limit:
            self._thin(self._limit)

    def _keep(self, frame: Frame, *, stays: bool) -> None:
        if self._is_passing:
            self.frames.pop()
        self.frames.append(frame)
        self._is_passing = not stays

    def _thin(self, count: int) -> None:
        kept = thinned([frame.epoch for frame in self.frames], max(2, count), self.spacing)
        self.frames[:] = [self.frames[place] for place in kept]
        self._is_passing = False

    # ------------------------------------------------------------------------------------------------- showing it

    def recorded(self) -> Recorded:
        """All that has been recorded, as plain data.

        Raises:
            ValueError: nothing has been recorded yet.
        """
        if not self.frames:
            raise ValueError("nothing has been recorded yet: train the model with nn.train(..., watch=run), and show run then")
        return Recorded(self.model, self.examples or (), self.history, self.frames, self.spacing, self.threshold)

    def html(self) -> str:
        """The page as a fragment of HTML, as a notebook shows it.

        Raises:
            ValueError: nothing has been recorded yet.
        """
        from nn.watching.page import widget_html
        from nn.watching.presenting import present

        return widget_html(present(self.recorded()))

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page as one HTML file, which works offline from disk.

        Returns:
            The path.

        Raises:
            ValueError: the name doesn't end in ``.html``, or nothing has been recorded yet.
            OSError: the file can't be written.
        """
        from nn.watching.page import page_html
        from nn.watching.presenting import present

        path = Path(fspath(path))
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"can't save the training as {path.name!r}: the name must end in .html")
        path.write_text(page_html(present(self.recorded())), encoding="utf-8")
        return path

    def _repr_html_(self) -> str | None:
        return self.html() if self.frames else None

    def _mime_(self) -> tuple[str, str]:
        """The page for marimo, which runs scripts in frames only."""
        from nn.watching.page import framed_html
        from nn.watching.presenting import present

        return "text/html", framed_html(present(self.recorded()))

    def __repr__(self) -> str:
        if not self.frames:
            return f"<a recording of {self._watched!r}, empty: write nn.train(..., watch=it)>"
        return f"<a recording of {self._watched!r}: {len(self.frames)} frames up to epoch {self.frames[-1].epoch}>"


def watch(
    model: Module,
    examples: Sequence[Example] | None = None,
    *,
    frames: int = 120,
    spacing: Spacing = "even",
    threshold: float | None = None,
) -> Recording:
    """Make a recording of how a model is trained, to be handed to `nn.train`; it shows itself as a page with a slider.

    The page has, for a model of two inputs, the x space with what the model decides and, if the first layer has two units, the
    h space with the line that separates the classes there; the loss; and the network with its weights or, if it is large, the
    arrays of its parameters. The steps of the training are the same as without a recording, to the last bit, unless the loss
    draws random numbers: for each epoch that is kept, the gradient of the mean loss of all examples is computed once more.

    Args:
        model: what is trained.
        examples: tuples of the inputs and the target, which are drawn; None for those that `nn.train` is given.
        frames: how many epochs are kept at most; fewer if the model is so large that they would take much memory.
        spacing: ``"even"`` keeps epochs in equal distances, ``"log"`` more of the first ones.
        threshold: the output above which the model decides for the second class. None is 0.5 if the outputs of the last layer
            are never negative, as those of ``"sigmoid"`` and ``"relu"``, and else 0, for a logit. Of several outputs the largest
            decides.

    Raises:
        TypeError, ValueError: an argument has the wrong type or is out of range.

    >>> import nn
    >>> network = nn.MLP(2, [2, 1], seed=0)
    >>> xor = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
    >>> def loss(x, y):
    ...     return nn.binary_cross_entropy_from_logit(network(x), y)
    >>> run = nn.watch(network)
    >>> history = nn.train(network, loss, xor, epochs=200, optimizer=nn.SGD(network.parameters(), 1.0), watch=run)
    >>> run
    <a recording of MLP(2, [2, 1], 'tanh', 'identity'): 120 frames up to epoch 200>
    >>> run.frames[-1].loss < run.frames[0].loss
    True
    >>> len(run.html()) < 150_000
    True
    """
    return Recording(model, examples, frames, spacing, threshold)
