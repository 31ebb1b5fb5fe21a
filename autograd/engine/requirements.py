"""`require`: what a function demands of its numbers, checked at once, and by a compiled program for every example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograd.engine import graph
from autograd.engine.operands import Operand
from autograd.engine.outputs import single
from autograd.engine.refusals import present_trace, traces
from autograd.engine.value import Value
from autograd.errors import describe, real_number
from autograd.table.primitives import TABLE

_CONSTANT = TABLE["constant"]
_COMPARISONS = frozenset(TABLE[name] for name in ("less", "less_equal", "greater", "greater_equal", "equal"))
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Demand:
    """What a traced function required.

    Attributes:
        condition: holds if it is neither 0 nor nan.
        message: what to say where it doesn't.
    """

    condition: Value
    message: str

    def check(self, numbers: Mapping[Value, float]) -> int:
        """Recompute the condition for other leaves; how many operations that took.

        Args:
            numbers: of the leaves that have others than in the record.

        Raises:
            ValueError: it doesn't hold.
            ArithmeticError, ValueError, IndexError: an operation fails on these numbers.
        """
        nodes, data = graph.recompute(self.condition, numbers)
        if not holds(data[-1] if data else numbers.get(self.condition, self.condition._data)):
            raise ValueError(refusal(self.condition, self.message, {**numbers, **dict(zip(nodes, data, strict=True))}))
        return len(nodes)


def require(condition: Operand, message: str) -> None:
    """Demand that a condition holds, for this example and, in a compiled program, for every example.

    A loss that makes no sense for some targets says so here. What `vectorize` and `nn.train` compile checks the condition for
    each example of each batch, before any result is returned, and names the example; an ``if`` that raises an error would see
    the one example that the function was traced on. A demand that concerns only some examples states so itself:
    ``require(where(is_labelled, equal(y, 0), 1), …)``.

    Args:
        condition: a Value, such as a comparison, a number or a bool. It holds if it is neither 0 nor nan.
        message: what is demanded, in words.

    Raises:
        ValueError: the condition doesn't hold. The message names the operands that were compared.
        TypeError: condition is not a number, or message is not a string.

    >>> rate = Value(1.5, "rate")
    >>> require(rate > 0, "the rate must be positive")
    >>> require(rate <= 1, "the rate must be at most 1")
    Traceback (most recent call last):
    ValueError: the rate must be at most 1 (rate = 1.5)
    """
    if not isinstance(message, str):
        raise TypeError(f"require takes a condition and a message, which is a string, not {message!r}")
    condition = single(condition)
    if not isinstance(condition, Value):
        if not holds(real_number(condition)):
            raise ValueError(message)
        return
    if not holds(condition._data):
        raise ValueError(refusal(condition, message, {}))
    trace = present_trace() if traces else None
    if trace is not None:
        trace.demands.append(Demand(condition, message))


def holds(number: float) -> bool:
    """Whether a condition holds: neither 0 nor nan, which nobody can have meant by a demand."""
    return abs(number) > 0.0


def refusal(condition: Value, message: str, numbers: Mapping[Value, float]) -> str:
    """The message with the operands that were compared: their labels and the numbers they have, or are given here."""
    shown = list(dict.fromkeys(describe(node, numbers.get(node)) for node in _compared(condition)))
    if len(shown) > _MOST_SHOWN:
        shown = [*shown[: _MOST_SHOWN - 1], "…"]
    return f"{message} ({', '.join(shown)})" if shown else message


def _compared(condition: Value) -> list[Value]:
    """What the comparisons in a condition look at, oldest first, constants aside; if there are none, itself if it has a name."""
    nodes = [condition]
    seen = {condition}
    found: set[Value] = set()
    # The list grows while it is gone through.
    for node in nodes:
        if node.primitive in _COMPARISONS:
            found.update(node.operands)
        else:
            nodes += [operand for operand in dict.fromkeys(node.operands) if operand not in seen]
            seen.update(node.operands)
    if not found and condition.label:
        found.add(condition)
    return sorted((node for node in found if node.primitive is not _CONSTANT), key=graph.tick_of)
