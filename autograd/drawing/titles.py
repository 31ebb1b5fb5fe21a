"""What stands in a box: ``e = a + d`` in an operation's, ``tanh(w·x + b)`` in a folded neuron's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd import graph
from autograd.notation.formulas import symbol
from autograd.notation.from_table import formula_of
from autograd.notation.names import Name, Run
from autograd.notation.plain import to_runs
from autograd.value import Value

_LONGEST_SUMMARY = 28


def title_of(node: Value, names: Mapping[Value, Name]) -> tuple[Run, ...]:
    """The formula of an operation, with the names of its operands."""
    operands = [symbol(names[operand]) for operand in graph.operands(node)]
    return (*names[node], Run(" = "), *to_runs(formula_of(node.primitive, operands)))


def summary_of(nodes: Sequence[Value], n_parts: int) -> str:
    """What folded nodes compute, if that is one short formula that all parts share; else nothing."""
    if len(nodes) % n_parts or len(nodes) > 6 * n_parts:
        return ""
    inside = set(nodes)
    used = {operand for node in nodes for operand in graph.operands(node)}
    summaries = {_written(node, inside) for node in nodes if node not in used}
    summary = summaries.pop() if len(summaries) == 1 else ""
    return summary if len(summary) <= _LONGEST_SUMMARY else ""


def _written(node: Value, inside: set[Value]) -> str:
    if node not in inside:
        return "b" if node.primitive.name == "leaf" else "x"
    primitive = node.primitive
    operands = [_written(operand, inside) for operand in graph.operands(node)[:2]]
    if primitive.name == "dot":
        return "w·x"
    if primitive.arity == 1:
        return f"{primitive.symbol}({operands[0]})"
    if primitive.name in ("add", "subtract", "multiply"):
        return f"{operands[0]} {primitive.symbol} {operands[1]}"
    return f"{primitive.symbol}({', '.join(operands)}{', …' if primitive.arity > 2 else ''})"
