"""Second derivatives: the recorded gradient is checked as any graph is, and against second differences of the function itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from mpmath.libmp import fone, fzero, mpf_abs, mpf_add, mpf_div, mpf_le, mpf_mul, mpf_neg, mpf_shift, mpf_sub

from autograd.checking.graph.graph_check import GraphCheck
from autograd.checking.replay.comparing import LEVELS, Agreement
from autograd.checking.replay.replay import Replay, working_precision
from autograd.checking.verdicts import InputReport, Verdict
from autograd.derivatives import grad
from autograd.number_systems.high_precision.arithmetic import Raw, as_float, larger, magnitude

_AGREE = -40
_ZERO = -60


@dataclass(frozen=True)
class SecondOrder:
    """The check of second derivatives, and that of the recorded gradient."""

    reports: list[InputReport]
    check: GraphCheck


def check_second_order(check: GraphCheck, sample: Sequence[int]) -> SecondOrder:
    """Check the Hessian of each output of a graph.

    Three numbers again: A, the engine's Hessian in float64; B, the rules on the recorded gradient in high precision; C, the
    second difference of the function's own forward pass, in which no rule takes part.

    Args:
        check: that of the first derivatives, which are right.
        sample: the places of the inputs to take.
    """
    leaves = [check.leaves[k] for k in sample]
    input_names = [check.input_names[k] for k in sample]
    names, gradients = [], []
    for output, name in zip(check.outputs, check.names, strict=True):
        gradients += grad(output, leaves, create_graph=True)
        names += [f"(∂{name}/∂{input_name})" for input_name in input_names]
    of_gradient = GraphCheck(gradients, names, leaves, input_names, check.digits, check.lines)
    reports = of_gradient.check()
    replay = Replay(check.outputs, leaves)
    n = len(leaves)
    checked = []
    for place, (report, agreement) in enumerate(zip(reports, chain(*of_gradient.agreements), strict=True)):
        o, i, k = place // (n * n), place // n % n, place % n
        checked.append(_compared(report, agreement, replay, o, i, k) if report and i <= k else report)
    return SecondOrder(checked, of_gradient)


def _compared(report: InputReport, agreement: Agreement, replay: Replay, o: int, i: int, k: int) -> InputReport:
    """A second derivative that the rules agree on, compared with the second difference of the function."""
    by_the_rules, scale = agreement.rules, agreement.scale
    difference: Raw | None = None
    before: Raw | None = None
    for digits in LEVELS:
        difference = _second_difference(replay, o, i, k, working_precision(digits))
        if difference is None:
            message = (
                f"{report.name} could not be compared with a second difference: the function is not defined around the point"
            )
            return replace(report, message=message)
        size = larger(mpf_abs(by_the_rules), mpf_abs(difference))
        if scale is not None and mpf_le(size, mpf_shift(scale, _ZERO)):
            # What is 0 but for rounding is measured by the terms that it was added up from.
            size = scale
        agrees = mpf_le(mpf_abs(mpf_sub(by_the_rules, difference, 100)), mpf_shift(size, _AGREE))
        vanishes = before is not None and mpf_le(mpf_abs(difference), mpf_shift(before, _AGREE))
        if agrees or (vanishes and by_the_rules == fzero):
            return replace(report, difference=as_float(difference))
        before = mpf_abs(difference)
    return replace(
        report,
        difference=None if difference is None else as_float(difference),
        digits=0.0,
        verdict=Verdict.WRONG_RULE,
        message=f"{report.name}: the recorded gradient is not the derivative of the function; "
        "a rule gives the right number here, but its own derivative is wrong",
    )


def _second_difference(replay: Replay, o: int, i: int, k: int, precision: int) -> Raw | None:
    """The difference in one input of the difference in another, or in the same; None where the function is not defined."""
    place, other, output = replay.inputs[i], replay.inputs[k], replay.outputs[o]
    result: Raw = fzero
    if place is None or other is None:
        return result
    values = replay.forward_or_none(precision)
    if values is None:
        return None
    steps = replay.steps_after_any()
    first, second = _step(values[place], precision), _step(values[other], precision)
    corners: list[Raw] = []
    for one in (first, mpf_neg(first)):
        for two in (second, mpf_neg(second)):
            moves = {place: mpf_add(values[place], one)}
            moves[other] = mpf_add(moves.get(other, values[other]), two)
            moved = replay.moved(values, moves, steps, precision)
            if moved is None:
                return None
            corners.append(moved[output])
    twist = mpf_add(mpf_sub(corners[0], corners[1]), mpf_sub(corners[3], corners[2]), precision)
    result = mpf_div(twist, mpf_shift(mpf_mul(first, second), 2), precision)
    return result


def _step(number: Raw, precision: int) -> Raw:
    """A power of two so small that truncation and rounding take a quarter of the digits each."""
    step: Raw = mpf_shift(fone, (magnitude(number) if number[1] else 0) - precision // 4)
    return step
