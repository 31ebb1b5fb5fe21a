"""What a program is pickled and copied as: the record it was made from, and no code. The copy is compiled anew.

The record is one graph in the order in which it was computed, so that everything made from it, θ included, has its order. Its
leaves may have been assigned since, as training does; what a copy computes with is then younger than all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value, recorded_as
from autograd.table.primitives import TABLE
from autograd.vectorizing.example.recorded import RecordedExample


def parts_of(
    recording: RecordedExample, parameters: Sequence[Value], captured: Sequence[tuple[Value, float]]
) -> tuple[Value, RecordedExample]:
    """A record of its own on the same leaves, to be pickled, and a node that everything in it stands below.

    Args:
        recording: what a program was made from.
        parameters: all that the program has.
        captured: leaves that are constants of the program, and the numbers it was compiled with.
    """
    fresh = {leaf: Value(number, leaf.label) for leaf, number in captured if leaf._data.hex() != number.hex()}
    shared: dict[int, Any] = {}  # many nodes may hold one tuple of operands, and go on sharing it
    for node in graph.computed_by_age(*_values_in(_recorded(recording))):
        first, second = (_group(group, fresh, shared) for group in (node._first, node._second))
        fresh[node] = recorded_as(node.primitive, first, second, node._data, node.label)
        fresh[node]._scope = node._scope
    mapped = {name: _mapped(part, fresh) for name, part in _recorded(recording).items()}
    given = tuple(parameters) if recording.parameters is None else recording.parameters
    # Pickled first, and with it all that is computed, in one order.
    whole = recorded_as(TABLE["total"], tuple(_values_in(mapped)), None, 0.0)
    return whole, replace(recording, parameters=given, **mapped)


def restored(recording: RecordedExample) -> RecordedExample:
    """A record that was pickled or copied: all its leaves existed before."""
    return replace(recording, first_tick=Value(0.0)._tick)


def _recorded(recording: RecordedExample) -> dict[str, Any]:
    """The fields of a record that hold what the function computed."""
    given = ("arguments", "parameters", "first_tick")
    return {field.name: getattr(recording, field.name) for field in fields(recording) if field.name not in given}


def _group(group: Any, fresh: dict[Value, Value], shared: dict[int, Any]) -> Any:
    if not isinstance(group, tuple):
        return fresh.get(group, group)
    if id(group) not in shared:
        shared[id(group)] = tuple([fresh.get(value, value) for value in group])
    return shared[id(group)]


def _values_in(thing: Any) -> Iterator[Value]:
    if isinstance(thing, Value):
        yield thing
    elif isinstance(thing, tuple | dict):
        for part in thing.values() if isinstance(thing, dict) else thing:
            yield from _values_in(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _values_in(getattr(thing, field.name))


def _mapped(thing: Any, fresh: dict[Value, Value]) -> Any:
    """The same things with other Values in them."""
    if isinstance(thing, Value):
        return fresh.get(thing, thing)
    if isinstance(thing, tuple):
        return tuple([_mapped(part, fresh) for part in thing])
    if isinstance(thing, dict):
        return {key: _mapped(part, fresh) for key, part in thing.items()}
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{field.name: _mapped(getattr(thing, field.name), fresh) for field in fields(thing)})
    return thing
