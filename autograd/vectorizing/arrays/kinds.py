"""Groups as array operations: what computes a group of each kind, and beside it the way that its gradient takes back.

Derivatives are read off the table, with arrays for numbers. Where an operation has a way back of its own, such as a product of
matrices or a running sum, it takes derivatives for granted that `short_cuts` compares with the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy

from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.adjoints import Adjoint, Adjoints, is_one_number
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.short_cuts import BEATS
from autograd.vectorizing.arrays.sources import Sources
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.grouping.groups import Group
from autograd.vectorizing.layout.plans import Elements, Plan

Computed: TypeAlias = tuple[Any, Callable[[Adjoint], None]]
"""The array of a group, or a number; and what gives its operands their parts of its gradient."""
Compute: TypeAlias = Callable[[Plan, Group, Sources, Adjoints], Computed]


def computed(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """Compute a group, whose operands have been computed."""
    if plan.kind == "elementwise":
        compute: Compute = _choice_of_two if group.primitive == "where" or group.primitive in BEATS else _by_rule
    elif plan.kind == "rows":
        compute = _OF_ROWS.get(group.primitive, _by_rule_of_sequences)
    else:
        compute = _KINDS[plan.kind]
    return compute(plan, group, sources, adjoints)


# ------------------------------------------------------------------------------------------------------------ one by one


def _by_rule(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """A primitive of one or two operands."""
    graph, primitive = sources.graph, TABLE[group.primitive]
    operands = [sources.fetch(operand) for operand in plan.operands]
    rule = graph.elementwise(group.primitive, *operands) if graph.composite else primitive.forward(graph, *operands)
    result = graph.as_float(rule)

    def pull_back(upstream: Adjoint) -> None:
        for operand, derivative in zip(plan.operands, primitive.local_derivatives(graph, operands, result), strict=True):
            passes_nothing = primitive.selects and not isinstance(derivative, Array) and not derivative
            if sources.is_active(operand) and not passes_nothing:
                adjoints.push(operand, times(derivative, upstream), group.batched)

    def times(derivative: Any, upstream: Adjoint) -> Adjoint:
        if isinstance(derivative, Array) or float(derivative) not in (1.0, -1.0):
            return graph.elementwise("multiply", upstream, derivative)
        return upstream if derivative > 0.0 else graph.elementwise("negative", upstream)

    return result, pull_back


def _choice_of_two(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """One of two numbers for each element: by a condition, or the larger or smaller one."""
    graph = sources.graph
    operands = [sources.fetch(operand) for operand in plan.operands]
    if group.primitive == "where":
        condition, *chosen = operands
        candidates = plan.operands[1:]
    else:
        # Of equal ones the first; a nan replaces nothing and is replaced by nothing.
        chosen, candidates = operands[::-1], plan.operands[::-1]
        condition = graph.elementwise(BEATS[group.primitive], *chosen)

    def pull_back(upstream: Adjoint) -> None:
        # What is left out gets 0, also of an infinite gradient.
        for candidate, parts in zip(candidates, ((upstream, 0.0), (0.0, upstream)), strict=True):
            if sources.is_active(candidate):
                adjoints.push(candidate, graph.choose(condition, *parts), group.batched)

    return graph.as_float(graph.choose(condition, *chosen)), pull_back


def _concatenation(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """The members of several groups side by side."""
    (operand,) = plan.operands
    return sources.fetch(operand), lambda upstream: adjoints.push(operand, upstream, group.batched)


# ------------------------------------------------------------------------------------------------------------- of sequences


def _shared(
    plan: Plan, group: Group, sources: Sources, taken: Sequence[Array], upstream: Adjoint, *, one_number: bool = True
) -> tuple[Adjoint, bool]:
    """The gradient of an operation in the shape of its result, and whether the operation is one for each example.

    It is one for all where what the examples differ in was found to be the same number in all of them. A gradient that is one
    number may be left as it is (`one_number`).
    """
    batched = group.batched
    if batched and not any(array.batched for array in taken):
        upstream = sources.graph.sum(sources.graph.broadcast(upstream, plan.shape, True), (), over_examples=True)
        batched = False
    if one_number and is_one_number(upstream):
        return upstream, batched
    return sources.graph.broadcast(upstream, plan.shape, batched), batched


def _total(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """Sums of the elements of sequences."""
    graph = sources.graph
    axis = _axis_of_terms(plan, sources)
    terms = _with_axis_moved(plan.operands[0], axis)

    def pull_back(upstream: Adjoint) -> None:
        if not is_one_number(upstream):
            upstream = graph.expanded(graph.broadcast(upstream, plan.shape, group.batched), (axis,))
        adjoints.push(terms, upstream, group.batched)

    return graph.sum(sources.fetch_full(terms), (axis,)), pull_back


def _product(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """Dot products as a product of matrices, or of rows with rows."""
    graph = sources.graph
    operands = [_without_single_rows(operand) for operand in plan.operands]
    left, right = (sources.fetch_full(operand) for operand in operands)
    axes_left, axes_right, axes = _axes_of_product(plan, left, right)

    def pull_back(upstream: Adjoint) -> None:
        full, _ = _shared(plan, group, sources, [left, right], upstream, one_number=False)
        if sources.is_active(operands[0]):
            adjoints.push(operands[0], graph.contract(full, right, axes, axes_right, axes_left), left.batched)
        if sources.is_active(operands[1]):
            adjoints.push(operands[1], graph.contract(full, left, axes, axes_left, axes_right), right.batched)

    return graph.contract(right, left, axes_right, axes_left, axes), pull_back


def _look_up(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """Rows of a table that indices choose; the table may be given by columns."""
    graph, operand = sources.graph, plan.operands[0]
    by_columns = plan.kind == "look-up by columns"

    def turned(array: Array) -> Array:
        return graph.view(array, View(array.shape[::-1], order=(1, 0))) if by_columns else array

    table = turned(sources.fetch_full(operand))
    index = sources.fetch_index(plan.operands[1], table.shape[0])
    shape = (*index.shape, *table.shape[1:])

    def pull_back(upstream: Adjoint) -> None:
        full, _ = _shared(plan, group, sources, [table, index], upstream, one_number=False)
        gradient = graph.reshaped(full, shape)
        if sources.is_active(operand) and by_columns:
            adjoints.push(operand, turned(adjoints.chosen("rows", index, gradient, table.shape, False)), False)
        elif sources.is_active(operand):
            adjoints.push_indexed("rows", operand, index, gradient, False)

    result = graph.make(op.Plain.LOOK_UP, (table, index), shape=shape, batched=index.batched)
    return graph.reshaped(result, plan.shape), pull_back


def _choice(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """One element of each row: at a given position, or the largest or smallest."""
    graph, operand = sources.graph, plan.operands[0]
    rows = sources.fetch_full(operand)
    if group.primitive == "pick":
        index = sources.fetch_index(plan.operands[1], rows.shape[-1])
    else:
        index = _place_of_extreme(plan, rows, "argmax" if group.primitive == "maximum" else "argmin", sources)

    def pull_back(upstream: Adjoint) -> None:
        full, _ = _shared(plan, group, sources, [rows, index], upstream)
        if sources.is_active(operand):
            adjoints.push_indexed("choice", operand, index, full, rows.batched)

    return graph.make(op.Plain.CHOOSE, (rows, index), shape=plan.shape, batched=rows.batched or index.batched), pull_back


def _position(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """The position of the largest or smallest element of each row, which passes nothing on."""
    rows = sources.fetch_full(plan.operands[0])
    index = _place_of_extreme(plan, rows, "argmax" if group.primitive == "argmax" else "argmin", sources)
    return sources.graph.make(op.Plain.INDEX_AS_FLOAT, (index,), shape=plan.shape, batched=rows.batched), lambda upstream: None


def _place_of_extreme(plan: Plan, rows: Array, name: Literal["argmax", "argmin"], sources: Sources) -> Array:
    return sources.graph.make(op.OfRows(name), (rows,), shape=plan.shape, batched=rows.batched, kind="index")


def _running(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """The chain of sums or products of the elements of a sequence up to each."""
    graph = sources.graph
    name: Literal["sum", "product"] = "sum" if group.primitive == "running sum" else "product"
    rows = sources.fetch_full(plan.operands[0])
    result = graph.make(op.Running(name), (rows,), shape=plan.shape, batched=rows.batched)

    def pull_back(upstream: Adjoint) -> None:
        taken = [upstream] if name == "sum" else [upstream, rows, result]
        operands = tuple([graph.broadcast(one, plan.shape, group.batched) for one in taken])
        gradient = graph.make(op.RunningGradient(name), operands, shape=plan.shape, batched=group.batched)
        adjoints.push(plan.operands[0], gradient, group.batched)

    return result, pull_back


def _logsumexp(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """A function of whole rows."""
    graph = sources.graph
    rows = sources.fetch_full(plan.operands[0])
    result = graph.make(op.OfRows("logsumexp"), (rows,), shape=plan.shape, batched=rows.batched)

    def pull_back(upstream: Adjoint) -> None:
        full, batched = _shared(plan, group, sources, [rows], upstream)
        derivative = TABLE["logsumexp"].derivatives(graph, rows, result)
        each = full if is_one_number(full) else graph.expanded(full, (len(plan.shape),))
        adjoints.push(plan.operands[0], graph.elementwise("multiply", derivative, each), batched)

    return result, pull_back


def _by_rule_of_sequences(plan: Plan, group: Group, sources: Sources, adjoints: Adjoints) -> Computed:
    """Any other primitive of a sequence, the elements of which are arrays."""
    graph, primitive = sources.graph, TABLE[group.primitive]
    rows = sources.fetch_full(plan.operands[0])
    before = (None,) * len(plan.shape)
    elements = [graph.view(rows, View(plan.shape, slices=(*before, k), whole=False)) for k in range(rows.shape[-1])]
    result = graph.as_float(primitive.forward(graph, elements))

    def pull_back(upstream: Adjoint) -> None:
        shares = [graph.elementwise("multiply", upstream, d) for d in primitive.local_derivatives(graph, [elements], result)]
        full = [graph.broadcast(share, plan.shape, group.batched) for share in shares]
        parts = tuple([graph.reshaped(share, (*plan.shape, 1)) for share in full])
        joined = graph.make(op.Plain.CONCATENATE, parts, shape=plan.operands[0].shape, batched=group.batched)
        adjoints.push(plan.operands[0], joined, group.batched)

    return result, pull_back


_KINDS: dict[str, Compute] = {
    "concatenation": _concatenation,
    "outer product": _product,
    "row product": _product,
    "look-up": _look_up,
    "look-up by columns": _look_up,
    "choice": _choice,
    "running": _running,
}
_OF_ROWS: dict[str, Compute] = {
    "total": _total, "maximum": _choice, "minimum": _choice, "argmax": _position, "argmin": _position, "logsumexp": _logsumexp,
}  # fmt: skip


def _with_axis_moved(operand: Elements, axis: int) -> Elements:
    """The same elements with the last axis elsewhere."""
    return Elements([(number, numpy.moveaxis(indices, -1, axis)) for number, indices in operand.parts])


def _axis_of_terms(plan: Plan, sources: Sources) -> int:
    """Where to put the axis of the terms so that the array that holds them need not be transposed."""
    rank = len(plan.shape)
    if len(plan.operands[0].parts) == 1:
        for axis in range(rank, -1, -1):
            number, indices = _with_axis_moved(plan.operands[0], axis).parts[0]
            found = sources.target(number, indices)
            if found is None or (found[2].order is None and found[2].gathered is None):
                return axis
    return rank


def _without_single_rows(operand: Elements) -> Elements:
    """The rows of a product without axes of one row."""
    number, indices = operand.parts[0]
    shape = tuple([length for length in indices.shape[:-1] if length > 1])
    return Elements([(number, indices.reshape(*shape, indices.shape[-1]))])


def _axes_of_product(plan: Plan, left: Array, right: Array) -> tuple[str, str, str]:
    """The axes of the left and the right factor and of the product, in letters."""
    if plan.kind == "row product":
        names = ["s", "s"] if plan.shape else ["", ""]
    else:
        of_left, of_right = (operand.parts[0][1].shape[:-1] for operand in plan.operands)
        stack = "k" if len(of_left) == 2 and of_left[0] > 1 else ""
        names = [stack + ("l" if of_left[-1] > 1 else ""), stack + ("r" if of_right[-1] > 1 else "")]
    prefix = ["m" if array.batched else "" for array in (left, right)]
    result = "".join(dict.fromkeys(max(prefix) + names[1] + names[0]))
    return prefix[0] + names[0] + "n", prefix[1] + names[1] + "n", result
