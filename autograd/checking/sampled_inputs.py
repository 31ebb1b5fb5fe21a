"""Which of many inputs are checked by themselves, and along which directions the rest is."""

from __future__ import annotations

import random
from collections.abc import Sequence

# The largest number of inputs of which each is checked by itself; beyond, random directions and a sample are.
_EACH = 64
_SAMPLE = 8
_DIRECTIONS = 2
_MANY = 10_000  # inputs, for which one direction has to do


class Choice:
    """A choice of inputs and directions, the same for the same seed.

    Args:
        directions: how many, or which; None: as many as there are reasons for.
        sample: how many inputs; None: all of a few.
        seed: of the random choices.
    """

    def __init__(self, directions: int | Sequence[Sequence[float]] | None, sample: int | None, seed: int) -> None:
        self._directions = directions
        self._sample = sample
        self._generator = random.Random(seed)

    def sample(self, count: int) -> list[int]:
        """The places of the inputs to check by themselves."""
        wanted = self._sample if self._sample is not None else count if count <= _EACH else _SAMPLE
        return list(range(count)) if wanted >= count else sorted(self._generator.sample(range(count), wanted))

    def sample_or_all(self, count: int) -> list[int]:
        """The same where all are checked if nobody asked for fewer, since there is no other check of the rest."""
        return list(range(count)) if self._sample is None else self.sample(count)

    @property
    def has_directions(self) -> bool:
        """Whether somebody asked for directions."""
        return self._directions is not None and self._directions != 0

    def directions(self, numbers: Sequence[float]) -> list[list[float]]:
        """The directions, in which each input moves at a random speed of its own."""
        wanted = self._directions
        if wanted is None:
            wanted = 0 if len(numbers) <= _EACH and self._sample is None else 1 if len(numbers) > _MANY else _DIRECTIONS
        if not isinstance(wanted, int):
            chosen = [[float(speed) for speed in direction] for direction in wanted]
            if any(len(direction) != len(numbers) for direction in chosen):
                raise ValueError(f"gradcheck: each direction needs {len(numbers)} numbers, one for each input")
            return chosen
        speeds = (-1.0, -0.5, 0.5, 1.0)
        return [self._generator.choices(speeds, k=len(numbers)) for _ in range(wanted)]


def told(sample: Sequence[int], count: int, *, others: bool = False) -> list[str]:
    """What there is to say of a sample of inputs; nothing if all were checked by themselves.

    Args:
        sample: the places of the inputs that were checked by themselves.
        count: how many there are.
        others: whether the others were checked in another way.
    """
    if len(sample) == count:
        return []
    checked = f"{len(sample)} of {count} inputs were checked"
    together = " one by one; the others were checked all together, along directions, and against the rules"
    return [checked + together * others]
