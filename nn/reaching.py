"""Whether a loss depends on the parameters that are to be trained."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from typing import Any

from autograd import Value, collector_paused
from autograd.engine import graph
from nn.losses import Loss


def reach(losses: Sequence[Value], parameters: Set[Value]) -> bool:
    """Tell whether one of the losses was computed from one of the parameters, even if its gradient is 0."""
    return not parameters.isdisjoint(graph.topological_order(*losses))


def check_reach(loss: Loss, examples: Iterable[tuple[Any, ...]], parameters: Collection[Value]) -> None:
    """Look for an example whose loss is computed from one of the parameters.

    Args:
        loss: the loss of one example.
        examples: the examples to look at, one after the other.
        parameters: the parameters of the optimizer.

    Raises:
        ValueError: there is no such example, so training could not change anything.
    """
    wanted = set(parameters)
    with collector_paused():
        if any(reach([loss(*example)], wanted) for example in examples):
            return
    raise ValueError(
        f"the loss depends on none of the optimizer's {len(wanted)} parameters, whatever the example, so nothing can be learned. "
        "Was it written with another model, such as the one that this is a copy of? Write it with the model that is trained, and "
        "make the optimizer with that model's parameters"
    )
