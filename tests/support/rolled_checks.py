"""Comparing a rolled program, interpreted, with what the eager engine computes: to the bit."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from rolled_interpreter import Interpreter

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example.tracing import record
from autograd.vectorizing.rolled.program import Operation, RolledProgram
from autograd.vectorizing.rolled.rolling import roll


def rolled(f: Callable[..., Any], *example: Any, parameters: Any = None, exact: bool = False) -> RolledProgram:
    """The program of a function, after it has been compared with the graph that was recorded."""
    recorded = record(f, example, parameters)
    program = roll(recorded, exact=exact)
    check(recorded, program, exact=exact)
    return program


def check(recorded: RecordedExample, program: RolledProgram, *, exact: bool = False) -> None:
    """Compare what a program computes with the recorded numbers, and with those for other parameters and inputs."""
    order = graph.topological_order(*recorded.roots())
    computed = [node for node in order if node._first is not None]
    assert program.n_nodes == len(computed)
    assert program.primitives == {node.primitive.name for node in computed}
    numbers = {node: node._data for node in order}
    leaves = [leaf for values in recorded.arguments.values for leaf in values]
    numbers |= {leaf: leaf._data for leaf in leaves}
    found = _compare(recorded, program, numbers)
    # In an exact program nothing is left out. In others initial values may be copied.
    n_copies = sum(prod(around) for operation, around in program.operations() if is_copy(operation))
    assert (found.n_operations, n_copies) == (len(computed), 0) if exact else found.n_operations - n_copies <= len(computed)
    for place, leaf in enumerate([*program.parameter_values, *leaves]):
        # A whole number may be an index.
        if leaf._data != int(leaf._data):
            numbers[leaf] = leaf._data + 0.01 * (place % 7 - 3)
    try:
        for node in computed:
            numbers[node] = node.primitive.calculate(
                *[
                    tuple([numbers[value] for value in group]) if isinstance(group, tuple) else numbers[group]
                    for group in graph.groups(node)
                ]
            )
    except (ArithmeticError, ValueError):
        return
    _compare(recorded, program, numbers)


def is_copy(operation: Operation) -> bool:
    """Whether an operation was not recorded."""
    return operation.primitive is not operation.node.primitive


def _compare(recorded: RecordedExample, program: RolledProgram, numbers: dict[Value, float]) -> Interpreter:
    inputs = [[numbers[leaf] for leaf in values] for values in recorded.arguments.values]
    found = Interpreter(program, [numbers[value] for value in program.parameter_values], inputs)
    assert _bits([found.loss]) == _bits([numbers[recorded.loss]])
    assert list(found.outputs) == list(recorded.outputs)
    for name, output in recorded.outputs.items():
        assert _bits(found.outputs[name]) == _bits([numbers[value] for value in output.values])
    assert _bits(found.demands) == _bits([numbers[demand.condition] for demand in recorded.demands])
    return found


def _bits(numbers: Sequence[float]) -> list[bytes]:
    return [struct.pack("d", number) for number in numbers]
