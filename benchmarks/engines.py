"""What an engine is to the benchmark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Array = Any  # numpy.ndarray


def _as_is(*batch: Array) -> tuple[Any, ...]:
    return batch


@dataclass(frozen=True)
class Engine:
    """One work, ready to be trained.

    Attributes:
        step: one training step on a batch (X, y); gives the loss, when all is computed.
        read: the parameters, flat, in the works' order.
        write: sets them.
        batch: a batch as the engine's own arrays.
    """

    step: Callable[[Any, Any], Any]
    read: Callable[[], Array]
    write: Callable[[Array], None]
    batch: Callable[[Array, Array], tuple[Any, ...]] = _as_is
