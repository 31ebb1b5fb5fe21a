"""Derivatives that are Values themselves: the table's rules, evaluated on Values, are recorded like any other computation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.engine import graph
from autograd.engine.modes import deriving
from autograd.engine.operands import Operand, as_operand
from autograd.engine.refusals import note_derivative, traces
from autograd.engine.value import Value
from autograd.functions import local_derivatives_as_values, where


def recorded_gradients(output: Value, order: list[Value], wanted: Sequence[Value]) -> list[Value]:
    """The derivatives of an output with respect to some of the nodes that it was computed from, as Values.

    Args:
        output: the Value to differentiate.
        order: all nodes, operands before results.
        wanted: the nodes to differentiate with respect to; what is not among the nodes has the derivative 0.
    """
    with deriving():
        seed = as_operand(1.0)
        sums = _sums(output, order, seed, wanted)
        derivatives = [sums[v] if v in sums else as_operand(0.0) for v in wanted]
    finish(output, order, wanted, derivatives, seed)
    return derivatives


def _sums(output: Value, order: list[Value], seed: Value, wanted: Sequence[Value]) -> dict[Value, Value]:
    # Nothing is recorded for what leads to no input.
    leads = set(wanted)
    for node in order:
        if not leads.isdisjoint(graph.operands(node)):
            leads.add(node)
    sums = {output: seed}
    zero = as_operand(0.0)
    # What is reached through choices only takes part where its mask is 1. A choice may be another one for other data, so
    # masks are recorded too. What is always reached has none.
    masks: dict[Value, Value] = {}
    either: dict[tuple[Value, Value], Value] = {}
    for node, upstream in graph.walk_back(order, sums):
        mask = masks.pop(node, None)
        if leads.isdisjoint(graph.operands(node)):
            continue
        for operand, derivative in zip(graph.operands(node), local_derivatives_as_values(node), strict=True):
            if operand not in leads:
                continue
            downstream = scaled(node, upstream, derivative, mask, zero)
            if downstream is None:
                continue
            below = mask
            if node.primitive.selects and isinstance(derivative, Value):
                below = derivative if mask is None else mask * derivative
            if operand not in sums:
                sums[operand] = downstream
                if below is not None and operand._first is not None:
                    masks[operand] = below
                continue
            sums[operand] = sums[operand] + downstream
            other = masks.pop(operand, None)
            if below is not None and other is not None:
                if other is not below and (other, below) not in either:
                    either[other, below] = where(other, 1.0, below)
                masks[operand] = below if other is below else either[other, below]
    return sums


def scaled(node: Value, upstream: Value, derivative: Any, mask: Value | None = None, zero: Operand = 0.0) -> Value | None:
    """Upstream × local derivative, without a node for a factor of one, and nothing at all for a constant zero.

    Where a choice left something out, it gets 0, also from an infinite gradient and through an infinite derivative.
    """
    if isinstance(derivative, Value):
        if node.primitive.selects:
            return where(derivative, upstream, zero)
        return upstream * derivative if mask is None else where(mask, upstream * derivative, zero)
    if derivative == 0.0:
        return None
    return upstream if derivative == 1.0 else -upstream if derivative == -1.0 else upstream * derivative


def finish(output: Value, order: Sequence[Value], inputs: Sequence[Value], derivatives: Sequence[Value], since: Value) -> None:
    """Have recorded derivatives raise nothing at singular points, and tell a trace of them.

    Args:
        output: what was differentiated.
        order: all that it was computed from.
        inputs: with respect to what.
        derivatives: one for each input.
        since: a node made before all of the record.
    """
    _quieten(derivatives, since)
    if traces:
        # With respect to what the output does not depend on, it is not differentiated.
        reached = set(order)
        note_derivative(output, [derivative for v, derivative in zip(inputs, derivatives, strict=True) if v in reached])


def _quieten(derivatives: Sequence[Value], since: Value) -> None:
    """Have all nodes of recorded derivatives give inf or nan at singular points for ever, when they are computed anew too."""
    start = since._tick
    pending = [node for node in derivatives if node._tick > start]
    seen = set(pending)
    # The list grows while it is gone through.
    for node in pending:
        node.primitive = node.primitive.quiet
        for operand in graph.operands(node):
            if operand._tick > start and operand not in seen:
                seen.add(operand)
                pending.append(operand)
