"""Tracing: a function is run on one example, and gives a recorded graph, its inputs and its parameters.

It is run twice, since a function that draws random numbers, counts its calls or looks at the clock records another graph then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from autograd.engine import graph
from autograd.engine.modes import recording
from autograd.engine.operands import as_operand
from autograd.engine.refusals import tracing
from autograd.engine.requirements import Demand
from autograd.engine.scopes import fill_in_labels
from autograd.engine.value import Value
from autograd.errors import FrozenChoiceError, describe
from autograd.functions import maximum, where
from autograd.table.primitives import TABLE
from autograd.vectorizing.example.arguments import Arguments
from autograd.vectorizing.example.eager import rebuilt
from autograd.vectorizing.example.recorded import Output, RecordedExample
from autograd.vectorizing.example.repeating import first_difference, same_number

_CONSTANT, _PICK = TABLE["constant"], TABLE["pick"]


def record(f: Callable[..., Any], example: Sequence[Any], parameters: Iterable[Value] | None) -> RecordedExample:
    """Run a function on an example whose numbers are Values, twice.

    Raises:
        FrozenChoiceError: the function asks for the number of a Value that depends on inputs or parameters, or records another
            graph when it is run again.
        TypeError: an argument is not made of numbers, a parameter is not a leaf, or the result is not a loss.
    """
    # Everything with an older tick than this existed before.
    first_tick = Value(0.0)._tick
    arguments = Arguments.of(f, example)
    chosen = None if parameters is None else _checked(parameters, arguments)
    inputs: set[int] = set()
    given = None if chosen is None else set(map(id, chosen))

    def varies(leaf: Value) -> bool:
        if id(leaf) in inputs:
            return True
        if given is not None:
            return id(leaf) in given
        return leaf._tick < first_tick and leaf.primitive is not _CONSTANT

    runs: list[RecordedExample] = []
    with tracing(varies, inputs) as trace, recording():
        # Afresh, since a function may change the lists it is given.
        for part in (arguments, Arguments.of(f, example)):
            inputs.update(id(value) for values in part.values for value in values)
            trace.demands, trace.differentiated = [], []
            with _explained(again=bool(runs)):
                result = f(*part.traced())
            runs.append(RecordedExample(*_taken_apart(result), part, chosen, first_tick, tuple(trace.demands)))
    once, again = runs
    computed = _compare(once, again)
    # Naming all parameters of a large network takes as long as recording.
    used = (leaf for node in computed for leaf in graph.operands(node) if leaf._first is None and leaf._tick < first_tick)
    if not all(leaf._label or leaf.primitive is _CONSTANT for leaf in (used if chosen is None else chosen)):
        fill_in_labels(computed)

    def is_captured(leaf: Value) -> bool:
        return chosen is None and leaf._tick < first_tick

    # Outside the trace, since guarding hashes would take longer than everything else.
    with recording():
        demands = (*again.demands, *_definedness(trace.differentiated, again.roots(), is_captured))
    # The second run, since the graph of the first is stale if the function has assigned a captured leaf.
    return replace(again, demands=demands, computed=computed)


def _definedness(
    differentiated: Sequence[tuple[Value, Sequence[Value]]], roots: Sequence[Value], is_captured: Callable[[Value], bool]
) -> list[Demand]:
    """Demand that what is computed only to be differentiated can be computed: ln x is refused at -1, where 1 ÷ x is defined.

    Args:
        differentiated: the outputs whose derivatives were recorded, each with its derivatives. Derivatives that nothing uses
            demand nothing.
        roots: what the function returned and required.
        is_captured: whether a leaf that the result doesn't depend on is a constant of the program.
    """
    if not differentiated:
        return []
    kept = set(graph.topological_order(*roots))
    known = set(kept)
    only_differentiated: list[Value] = []
    for output, derivatives in reversed(differentiated):
        if known.isdisjoint(derivatives):
            continue
        nodes = [node for node in graph.topological_order(output) if node not in known]
        known.update(nodes)
        only_differentiated += [
            node for node in nodes if (node.primitive.outside or node.primitive is _PICK) and not node.primitive.is_quiet
        ]
    if not only_differentiated:
        return []
    # It holds for all numbers, including nan: what matters is that they are computed.
    condition = where(maximum(only_differentiated) > 0, 1.0, 1.0)
    captured = {
        leaf: as_operand(leaf._data)
        for leaf in graph.topological_order(condition)
        if leaf._first is None and leaf.primitive is not _CONSTANT and leaf not in kept and is_captured(leaf)
    }
    condition = rebuilt(condition, captured) if captured else condition
    return [Demand(condition, "what a derivative is taken of must be defined")]


def _compare(once: RecordedExample, again: RecordedExample) -> list[Value]:
    """Raise if two runs of a function on the same example recorded different graphs; what was computed in the second.

    Raises:
        FrozenChoiceError: they did. The message says where they differ first.
    """
    shapes = [{name: output.shape for name, output in run.outputs.items()} for run in (once, again)]
    messages = [[demand.message for demand in run.demands] for run in (once, again)]
    how = ""
    computed: list[Value] = []
    if shapes[0] != shapes[1]:
        how = f"outputs of the shapes {shapes[0]} and then {shapes[1]}"
    elif messages[0] != messages[1]:
        how = f"the demands {messages[0]} and then {messages[1]}"
    else:
        flat = [[value for values in run.arguments.values for value in values] for run in (once, again)]
        roots = once.roots(), again.roots()
        found = first_difference(*roots, dict(zip(*flat, strict=True)), once.first_tick, computed)
        if found is not None:
            how = _difference(*found, roots[0])
        elif not all(same_number(one._data, other._data) for one, other in zip(*roots, strict=True)):
            how = f"a loss of {once.loss._data!r} and then of {again.loss._data!r}"
    if how:
        raise FrozenChoiceError(
            f"run twice on the same example, the function gave {how}. So it is not a function of its arguments: what else it "
            "depends on, such as random numbers, a counter or what an earlier call has kept, would be that of one run for all "
            "examples; make it an argument"
        )
    return computed


def _difference(one: Value, other: Value, roots: Sequence[Value]) -> str:
    if one is other:
        return f"{_named(one)} of the first run in the second too"
    user = next((node for node in graph.topological_order(*roots) if any(v is one for v in graph.operands(node))), None)
    where = "" if user is None else f" as an operand of {user.primitive.name}"
    return f"{_named(one)} and then {_named(other)}{where}"


def _named(node: Value) -> str:
    what = describe(node)
    if node._first is not None:
        return f"{node.primitive.name} ({what})"
    return f"the constant {what}" if node.primitive is _CONSTANT else f"the leaf {what}"


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
def _explained(*, again: bool = False) -> Iterator[None]:
    """Add notes to an error that the function raises because it is given Values."""
    try:
        yield
    except FrozenChoiceError:
        raise
    except Exception as error:
        error.add_note("vectorize was running the function on its example, with a Value in place of each number")
        if again:
            error.add_note("it had run without this error on the same example just before: it depends on something else too")
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
