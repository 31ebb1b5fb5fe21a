"""Each node checked alone: its local derivatives by the rule of the table against the difference of its own forward rule.

A node alone is a graph of one operation, on leaves with its operands' numbers; it is compared as the whole graph is.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.checking.graph.backward_pass import backward_gradients
from autograd.checking.graph.digits import agreeing_digits
from autograd.checking.replay.comparing import Agreement, compare_derivatives, single_move
from autograd.checking.replay.replay import Replay, alone
from autograd.checking.verdicts import LocalDerivative, NodeReport, Verdict
from autograd.engine import graph
from autograd.engine.source_lines import SourceLines
from autograd.engine.value import Value
from autograd.number_systems.high_precision.arithmetic import as_float

# How many operands of a long dot product are checked, evenly spread: they are all treated alike.
_MOST_OPERANDS = 24
# How many digits must be left of a local derivative, which the backward pass computes in a few operations.
_DIGITS = 9.0


def check_nodes(nodes: Sequence[Value], lines: SourceLines | None = None) -> list[NodeReport]:
    """Check the computed ones among some nodes, each alone.

    Args:
        nodes: in the order of computation; they are counted from 1, leaves left out.
        lines: where they were computed.
    """
    computed = [node for node in nodes if node._first is not None]
    return [check_node(node, number, lines) for number, node in enumerate(computed, 1)]


def check_node(node: Value, number: int, lines: SourceLines | None = None) -> NodeReport:
    """Check one node alone."""
    copy, leaves = alone(node)
    step = max(1, -(-len(leaves) // _MOST_OPERANDS))
    checked = leaves[::step]
    replay = Replay([copy], checked)
    agreements = compare_derivatives(replay, [single_move(replay, k) for k in range(len(checked))])[0]
    gradients = backward_gradients(copy, leaves, [copy])
    by_the_table = graph.local_derivatives(node)
    derivatives = []
    for k, agreement in enumerate(agreements):
        operand = k * step
        exact = None if agreement.difference is None else as_float(agreement.difference)
        if agreement.kind == "smooth":
            exact = as_float(agreement.rules)
        derivatives.append(
            LocalDerivative(
                operand=operand,
                backward=gradients[operand],
                rule=as_float(agreement.rules),
                exact=exact,
                verdict=_verdict(agreement, gradients[operand], by_the_table[operand]),
            )
        )
    return NodeReport.of(node, number, lines, derivatives)


def _verdict(agreement: Agreement, gradient: float, by_the_table: float) -> Verdict:
    if agreement.kind == "wrong":
        return Verdict.WRONG_RULE
    if agreement.kind in ("kink", "jump"):
        return Verdict.KINK
    if agreement.kind == "singular":
        return Verdict.SINGULAR
    if agreement.kind == "undefined":
        return Verdict.INCONCLUSIVE
    if agreeing_digits(gradient, agreement.rules, agreement.scale) >= _DIGITS:
        return Verdict.RIGHT
    same = gradient == by_the_table or abs(gradient - by_the_table) <= 1e-12 * abs(by_the_table)
    return Verdict.UNSTABLE if same else Verdict.WRONG_ACCUMULATION
