"""Checking nodes whose rules are plain Python, which only floats can evaluate: by differences of their own forward rules."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.checking.floats.float_check import check_floats
from autograd.checking.verdicts import LocalDerivative, NodeReport, Verdict
from autograd.engine import graph
from autograd.engine.source_lines import SourceLines
from autograd.engine.value import Value


def with_plain_rules(outputs: Sequence[Value]) -> list[tuple[int, Value]]:
    """The nodes that the outputs were computed from and whose primitives have plain rules, each with its number.

    Computed nodes are counted from 1 in the order of computation.
    """
    computed = [node for node in graph.topological_order(*outputs) if node._first is not None]
    return [(number, node) for number, node in enumerate(computed, 1) if node.primitive.plain]


def check_plain_node(node: Value, number: int, lines: SourceLines | None = None) -> NodeReport:
    """Check one node alone, whose primitive has one operand or two.

    >>> from autograd import primitive
    >>> import math
    >>> sine = primitive("sine", "sine", lambda m, x: math.sin(x), lambda m, x, y: -math.cos(x))
    >>> check_plain_node(sine(Value(0.0)), 1).verdict.value
    'wrong rule'
    """
    numbers = graph.numbers_of(graph.groups(node))
    local = graph.local_derivatives(node)
    names = ["the operand"] if len(numbers) == 1 else ["the first operand", "the second operand"]
    reports = check_floats(
        lambda at: [node.primitive.calculate(*at)], numbers, names, [node.primitive.name], [local], otherwise=Verdict.WRONG_RULE
    )
    derivatives = [
        LocalDerivative(operand=k, backward=local[k], rule=local[k], exact=report.difference, verdict=report.verdict)
        for k, report in enumerate(reports)
    ]
    return NodeReport.of(node, number, lines, derivatives)
