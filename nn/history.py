"""`History`: the losses of a training, and their curves."""

from __future__ import annotations

import os
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from autograd.colours import BLUE, VERMILION
from nn.attributes_elsewhere import Answering

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass
class History(Answering):
    """The losses and learning rates of a training: an entry for each epoch that was completed.

    Attributes:
        train_loss: the mean loss of the examples, each taken just before the step it contributed to.
        validation_loss: the mean loss of the validation examples after the epoch; empty without validation.
        learning_rate: the learning rate of the epoch.
        best_epoch: the index in these lists of the epoch with the least validation loss; None without validation.
        best_parameters: the numbers that the model's parameters had after that epoch, in the order of `Module.parameters`;
            None without validation. `nn.train` restores them if it goes on with this history and finds no better.
    """

    _foreign_names: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("loss", "losses", "train_losses"), ".train_loss"),
        **dict.fromkeys(("val_loss", "validation_losses"), ".validation_loss"),
        **dict.fromkeys(("lr", "learning_rates"), ".learning_rate"),
        "history": ".train_loss, .validation_loss and .learning_rate",
    }

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    best_epoch: int | None = None

    def __post_init__(self) -> None:
        # Not a field: neither `repr` nor `dataclasses.asdict` should grow with the model.
        self.best_parameters: array[float] | None = None

    def plot(self, path: str | os.PathLike[str] | None = None) -> Axes:
        """Plot the losses over the epochs with matplotlib.

        Args:
            path: a file to write, whose ending says the format (``.png``, ``.pdf``, ``.svg``). None makes a figure of
                pyplot, which a notebook shows by itself and a program shows with ``matplotlib.pyplot.show()``.

        Returns:
            The axes, to which more can be added; their ``figure`` is the figure.

        Raises:
            ValueError: there is nothing to plot yet.

        >>> history = History(train_loss=[0.7, 0.4, 0.3])
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     history.plot(f"{folder}/losses.png").get_ylabel()
        'mean loss'
        """
        if not self.train_loss:
            raise ValueError("there is nothing to plot, because no epoch was completed")
        from matplotlib.ticker import MaxNLocator

        if path is None:
            import matplotlib.pyplot as pyplot

            figure = pyplot.figure(layout="constrained")
        else:
            from matplotlib.figure import Figure

            figure = Figure(layout="constrained")
        axes = figure.add_subplot()
        # Epochs count from 1 for readers; the dot shows a curve of one epoch.
        axes.plot(range(1, len(self.train_loss) + 1), self.train_loss, ".-", color=BLUE, label="training")
        if self.validation_loss:
            epochs = range(1, len(self.validation_loss) + 1)
            axes.plot(epochs, self.validation_loss, ".--", color=VERMILION, label="validation")
        if self.best_epoch is not None:
            axes.axvline(self.best_epoch + 1, color="0.6", linewidth=1, label=f"best epoch ({self.best_epoch + 1})")
        axes.set_xlabel("epoch")
        axes.set_ylabel("mean loss")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend()
        if path is not None:
            figure.savefig(path)
        return axes
