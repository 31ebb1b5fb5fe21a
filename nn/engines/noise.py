"""The random numbers of a training: masks of dropout, the same for every engine."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from nn.masks import Dropout
from nn.shuffling import drawn

Numbers = Any  # numpy.ndarray

# So many have their masks drawn at once, when these are only passed over.
_EXAMPLES_AT_ONCE = 1024


class Noise:
    """Draws the masks for the examples of each step.

    Each epoch has random numbers of its own, so that a training which goes on after some epochs needs to know only how many.

    Args:
        masks: what to draw for each example, in the order of the loss's last arguments.
        seed: what the random numbers depend on, besides the number of the epoch.
    """

    def __init__(self, masks: Sequence[Dropout], seed: int) -> None:
        self.masks = tuple(masks)
        self._seed = seed
        self._width = sum(mask.n for mask in self.masks)
        self._random = Random(0)

    def begin(self, epoch: int, n_examples: int = 0) -> None:
        """Begin an epoch, counted from 0, some of whose examples have had their masks already."""
        self._random = Random(f"masks {self._seed} {epoch}")
        if self.masks:
            for start in range(0, n_examples, _EXAMPLES_AT_ONCE):
                self.arrays(min(_EXAMPLES_AT_ONCE, n_examples - start))

    def place(self) -> Any:
        """Where the random numbers are, for `return_to`."""
        return self._random.getstate()

    def return_to(self, place: Any) -> None:
        """Go back, to draw the same masks again."""
        self._random.setstate(place)

    def arrays(self, n_examples: int) -> tuple[Numbers, ...]:
        """Draw the masks of the next examples, an array of shape (n_examples, n) for each kind of mask."""
        if not self.masks:
            return ()
        numbers = drawn(n_examples * self._width, self._random).reshape(n_examples, self._width)
        arrays, start = [], 0
        for mask in self.masks:
            arrays.append((numbers[:, start : start + mask.n] >= mask.rate) * mask.kept)
            start += mask.n
        return tuple(arrays)

    def lists(self, n_examples: int) -> list[list[list[float]]]:
        """Draw the same without NumPy: for each of the next examples its masks."""
        return [
            [[mask.kept * (self._random.random() >= mask.rate) for _ in range(mask.n)] for mask in self.masks]
            for _ in range(n_examples)
        ]

    def nothing(self) -> list[list[float]]:
        """The masks that leave nothing out, for an example that is only measured."""
        return [[1.0] * mask.n for mask in self.masks]
