"""Tracing: a function run on one example → a recorded graph, its inputs and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autograd.errors import FrozenChoiceError
from autograd.freezing import tracing
from autograd.modes import recording
from autograd.operands import as_operand
from autograd.primitives import TABLE
from autograd.value import Value
from autograd.vectorizing.arguments import Arguments

_CONSTANT = TABLE["constant"]


@dataclass(frozen=True)
class Output:
    """A named output: its Values in C order, and their shape."""

    values: tuple[Value, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Recording:
    """What a function recorded.

    Attributes:
        loss: what it returned.
        outputs: the named outputs.
        arguments: what it was called with.
        parameters: those the caller named; None for all leaves that existed before.
        first_tick: leaves with a smaller tick existed before the function ran.
    """

    loss: Value
    outputs: dict[str, Output]
    arguments: Arguments
    parameters: tuple[Value, ...] | None
    first_tick: int


def record(f: Callable[..., Any], example: Sequence[Any], parameters: Iterable[Value] | None) -> Recording:
    """Run a function once, on an example whose numbers are Values.

    Raises:
        FrozenChoiceError: the function asks for the number of a Value that depends on inputs or parameters.
        TypeError: an argument is not made of numbers, a parameter is no leaf, or the result is no loss.
    """
    # A tick of its own: whatever is older existed before.
    first_tick = Value(0.0)._tick
    arguments = Arguments.of(f, example)
    chosen = None if parameters is None else _checked(parameters, arguments)
    inputs = {value for values in arguments.values for value in values}
    given = None if chosen is None else set(chosen)

    def varies(leaf: Value) -> bool:
        if leaf in inputs:
            return True
        if given is not None:
            return leaf in given
        return leaf._tick < first_tick and leaf.primitive is not _CONSTANT

    with tracing(varies), recording(), _explained():
        result = f(*arguments.traced())
    loss, outputs = _taken_apart(result)
    return Recording(loss, outputs, arguments, chosen, first_tick)


def _checked(parameters: Iterable[Value], arguments: Arguments) -> tuple[Value, ...]:
    chosen = tuple(parameters)
    for place, parameter in enumerate(chosen):
        if not isinstance(parameter, Value) or parameter._first is not None or parameter.primitive is _CONSTANT:
            raise TypeError(f"parameter {place} must be a leaf, a Value that was made and not computed, not {parameter!r}")
    if len(set(chosen)) < len(chosen):
        seen: set[Value] = set()
        for place, parameter in enumerate(chosen):
            if parameter in seen:
                raise ValueError(f"parameter {place}, {parameter!r}, is given twice")
            seen.add(parameter)
    return chosen


@contextmanager
def _explained() -> Iterator[None]:
    """Add to an error of the function what it should know of Values."""
    try:
        yield
    except FrozenChoiceError:
        raise
    except Exception as error:
        error.add_note("vectorize was running the function on its example, with a Value in place of each number")
        if isinstance(error, TypeError) and "Value" in str(error):
            error.add_note("where a plain number is needed for an index, record the choice instead: pick(values, index)")
        raise


def _taken_apart(result: Any) -> tuple[Value, dict[str, Output]]:
    outputs: Any = {}
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], dict):
        result, outputs = result
    try:
        loss = as_operand(result)
    except TypeError:
        given = f"{type(result).__name__} {result!r}"
        expected = "a vectorized function returns a loss, or a loss and a dictionary of outputs"
        raise TypeError(f"{expected}, not {given[:200]}") from None
    named = {}
    for name, output in outputs.items():
        if not isinstance(name, str):
            raise TypeError(f"outputs have names, which are strings, not {name!r}")
        named[name] = Output(*_flattened(output, name))
    return loss, named


def _flattened(output: Any, name: str) -> tuple[tuple[Value, ...], tuple[int, ...]]:
    if isinstance(output, list | tuple):
        if not output:
            raise TypeError(f"output {name!r} is an empty list")
        parts = [_flattened(part, name) for part in output]
        shapes = {shape for _, shape in parts}
        if len(shapes) > 1:
            raise TypeError(f"output {name!r} holds lists of different shapes: {', '.join(map(str, sorted(shapes)))}")
        return tuple([value for values, _ in parts for value in values]), (len(parts), *parts[0][1])
    try:
        return (as_operand(output),), ()
    except TypeError:
        raise TypeError(f"output {name!r} must be a Value or nested lists of Values, not {output!r}"[:300]) from None
