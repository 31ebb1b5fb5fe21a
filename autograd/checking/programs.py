"""Checking a compiled program: its gradient against the eager engine's, and both against high precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd import graph
from autograd.checking.checks import GraphCheck
from autograd.checking.digits import agreeing_digits
from autograd.checking.raw_numbers import bits
from autograd.checking.replay import UndefinedError
from autograd.checking.report import InputReport, Report, Verdict
from autograd.functions import mean
from autograd.value import Value, recorded_as

# What float32 keeps of a gradient that float64 has in full.
_DIGITS_OF_FLOAT32 = 3.0
_DIGITS_OF_FLOAT64 = 9.0
_EACH = 64
_SAMPLE = 16


def check_program(program: Any, point: Sequence[Any], digits: float, seed: int) -> Report:
    """Check a compiled program at θ and a batch: its gradient, and the eager engine's for the same mean loss.

    Args:
        program: from `vectorize`.
        point: θ, or None for the parameters as they are, and the batch, as the program takes them. The eager engine computes the
            batch one example at a time, so a small batch is enough and quick.
        digits: how many digits of the eager engine's gradient must be right.
        seed: of the choice of parameters, where there are more than 64.

    Raises:
        TypeError: there is no θ.
    """
    import random

    import numpy

    if not point:
        raise TypeError("gradcheck of a Program takes θ (None: the parameters as they are) and a batch, as the program does")
    theta = program.parameters.read() if point[0] is None else numpy.asarray(point[0], program.dtype)
    batch = tuple(point[1:])
    loss, gradient = program.value_and_grad(theta, *batch)
    eager, leaves = _mean_loss(program, theta.tolist(), batch)
    names = [value.label or f"parameter {place}" for place, value in enumerate(program.parameters.values)]
    count = len(leaves)
    sample = list(range(count)) if count <= _EACH else sorted(random.Random(seed).sample(range(count), _SAMPLE))
    check = GraphCheck([eager], ["eager loss"], leaves, names, digits)
    of_program = GraphCheck([eager], ["program's loss"], leaves, names, digits)
    of_program.given_digits = _DIGITS_OF_FLOAT32 if program.dtype == numpy.float32 else _DIGITS_OF_FLOAT64
    reports = [
        *of_program.check([gradient.astype(float).tolist()], sample),
        *check.check(None, sample),
        _value_report(of_program, float(loss)),
    ]
    notes = () if len(sample) == count else (f"{len(sample)} of {count} parameters were checked",)
    return Report(tuple(reports), float(loss), notes, lambda: check.nodes)


def _mean_loss(program: Any, theta: Sequence[float], batch: Sequence[Any]) -> tuple[Value, list[Value]]:
    """The mean loss of a batch, computed by the eager engine, and the leaves that stand for the parameters in it."""
    recording = program._recording
    leaves = [Value(number, value.label) for value, number in zip(program.parameters.values, theta, strict=True)]
    parameters = dict(zip(program.parameters.values, leaves, strict=True))
    m, arrays = recording.arguments.read(batch, [None for _ in recording.arguments.arrays], program.dtype)
    losses = []
    for example in range(m):
        known: dict[Value, Value] = dict(parameters)
        for values, array in zip(recording.arguments.values, arrays, strict=True):
            known.update(zip(values, map(Value, array[example].astype(float).ravel().tolist()), strict=True))
        losses.append(rebuilt(recording.loss, known))
    return mean(losses), leaves


def rebuilt(root: Value, leaves: Mapping[Value, Value]) -> Value:
    """A graph computed anew with other leaves in the place of some of its own.

    >>> a, b = Value(2.0), Value(3.0)
    >>> rebuilt(a * b, {a: Value(5.0)}).data
    15.0
    """
    known = dict(leaves)
    for node in graph.topological_order(root):
        if node in known:
            continue
        if node._first is None:
            known[node] = node
            continue
        slots = [tuple([known[v] for v in slot]) if isinstance(slot, tuple) else known[slot] for slot in graph.groups(node)]
        data = node.primitive.calculate(*graph.numbers_of(slots))
        known[node] = recorded_as(node.primitive, slots[0], slots[1] if len(slots) > 1 else None, data, node.label)
    return known[root]


def _value_report(check: GraphCheck, loss: float) -> InputReport:
    """The program's loss against that of the eager engine's graph in exact numbers."""
    report = InputReport(output="program's loss", input="", at=None, backward=loss)
    try:
        exact = check.replay.forward(bits(60) + 20)[check.replay.outputs[0]]
    except UndefinedError:
        return report
    kept, reachable = agreeing_digits(loss, exact), agreeing_digits(check.outputs[0]._data, exact)
    right = kept >= min(check.given_digits, reachable - 1.0)
    return InputReport(
        output="program's loss",
        input="",
        at=None,
        backward=loss,
        difference=check.outputs[0]._data,
        digits=kept,
        verdict=Verdict.RIGHT if right else Verdict.WRONG_GRADIENT,
        message="" if right else f"the program's loss is {loss!r}, that of the eager engine {check.outputs[0]._data!r}",
    )
