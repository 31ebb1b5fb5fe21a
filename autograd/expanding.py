"""Expanding n-ary nodes into binary ones, for pictures and lessons."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, is_

from autograd import functions
from autograd.engine import graph
from autograd.engine.modes import deriving
from autograd.engine.outputs import single
from autograd.engine.refusals import check, traces
from autograd.engine.scopes import inside
from autograd.engine.value import Value, recorded_as
from autograd.table.primitives import BUILT_IN
from autograd.table.rules import MANY, Primitive


def expand(output: Value) -> Value:
    """Rebuild a graph with every n-ary node spelled out in operations of one or two operands.

    `dot` becomes products and sums, `total` sums, `logsumexp` the exponentials behind it, `maximum` a chain of choices between
    two. Leaves are the same Values, so gradients arrive where they did; values and gradients are those of the n-ary form
    (`logsumexp` to rounding). `pick` becomes the operand it picked; `where` and operations of your own stay.

    Args:
        output: the root of the graph, which is left as it is.

    Returns:
        The root of the expanded graph.

    >>> w, x = [Value(0.2, "w1"), Value(0.3, "w2")], [Value(0.5, "x1"), Value(0.6, "x2")]
    >>> z = expand(functions.dot(w, x))
    >>> z.primitive.name, [operand.primitive.name for operand in z.operands]
    ('add', ['multiply', 'multiply'])
    """
    output = single(output)
    replacement: dict[Value, Value] = {}
    for node in graph.topological_order(output):
        operands = tuple(replacement[operand] for operand in graph.operands(node))
        if not operands:
            replacement[node] = node
            continue
        spelled_out = _EXPANSIONS.get(node.primitive.name) or (_by_its_rule if _has_true_derivatives(node.primitive) else None)
        if spelled_out is not None:
            # Recorded also inside no_grad; and what was infinite when it was recorded may be so again.
            with inside(node._scope), deriving():
                made = spelled_out(node, operands)
        elif all(map(is_, operands, graph.operands(node))):
            made = node
        else:
            made = recorded_as(node.primitive, *graph.regrouped(node, operands), node._data)
            made._scope = node._scope
        if made is not node and not any(made is operand for operand in operands):
            made.label = node.label
        replacement[node] = made
    return replacement[output]


def _has_true_derivatives(primitive: Primitive) -> bool:
    """Whether the gradients of its rule are those that it states, which need not be so for choices and for what users define."""
    return primitive.arity == MANY and not primitive.selects and primitive.name in BUILT_IN


def _by_its_rule(node: Value, operands: tuple[Value, ...]) -> Value:
    spelled_out: Value = node.primitive.forward(functions, operands)
    return spelled_out


def _sum(node: Value, operands: tuple[Value, ...]) -> Value:
    return reduce(add, operands)


def _sum_of_products(node: Value, operands: tuple[Value, ...]) -> Value:
    half = len(operands) // 2
    return reduce(add, [w * x for w, x in zip(operands[:half], operands[half:], strict=True)])


def _log_of_sum(node: Value, operands: tuple[Value, ...]) -> Value:
    # The textbook's shift by the largest operand keeps the exponentials in range.
    largest = _chain(functions.maximum)(node, operands)
    return largest + functions.log(reduce(add, [functions.exp(functions.gap(operand, largest)) for operand in operands]))


def _chain(choose: Callable[..., Value]) -> Callable[[Value, tuple[Value, ...]], Value]:
    return lambda node, operands: operands[0] if len(operands) == 1 else reduce(choose, operands)


def _picked(node: Value, operands: tuple[Value, ...]) -> Value:
    if traces:
        check(operands[-1], "expand()")
    return operands[int(operands[-1]._data)]


_EXPANSIONS: dict[str, Callable[[Value, tuple[Value, ...]], Value]] = {
    "total": _sum,
    "dot": _sum_of_products,
    "logsumexp": _log_of_sum,
    "maximum": _chain(functions.maximum),
    "minimum": _chain(functions.minimum),
    "pick": _picked,
}
