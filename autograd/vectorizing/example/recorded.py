"""What a function recorded when it was run on its example: the graph of its loss and outputs, and what it required."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from autograd.engine.requirements import Demand
from autograd.engine.value import Value
from autograd.vectorizing.example.arguments import Arguments


@dataclass(frozen=True)
class Output:
    """A named output: its Values in C order, and its shape."""

    values: tuple[Value, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class RecordedExample:
    """What a function recorded when it was run on its example.

    Attributes:
        loss: the loss that it returned.
        outputs: the named outputs.
        arguments: what it was called with.
        parameters: the parameters that the caller named; None for all leaves that existed before.
        first_tick: leaves with a smaller tick existed before the function was run.
        demands: what it required, in order.
        computed: the nodes that are known to have been computed for the roots, in any order, perhaps not all of them; None if
            nobody has looked.
    """

    loss: Value
    outputs: dict[str, Output]
    arguments: Arguments
    parameters: tuple[Value, ...] | None
    first_tick: int
    demands: tuple[Demand, ...] = ()
    computed: Sequence[Value] | None = None

    def roots(self) -> list[Value]:
        """The loss, all outputs and the conditions of the demands."""
        outputs = (value for output in self.outputs.values() for value in output.values)
        return [self.loss, *outputs, *(demand.condition for demand in self.demands)]

    def with_roots(self, change: Callable[[Value], Value]) -> RecordedExample:
        """The same with other Values in the place of the roots."""
        outputs = {name: replace(output, values=tuple(map(change, output.values))) for name, output in self.outputs.items()}
        demands = tuple([replace(demand, condition=change(demand.condition)) for demand in self.demands])
        return replace(self, loss=change(self.loss), outputs=outputs, demands=demands, computed=None)
