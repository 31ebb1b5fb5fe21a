"""Second derivatives: the recorded gradient is checked as any graph is, and against second differences of the function itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mpmath.libmp import fone, from_float, from_int, fzero, mpf_abs, mpf_add, mpf_div, mpf_le, mpf_mul, mpf_shift, mpf_sub

from autograd.checking.graph.graph_check import GraphCheck
from autograd.checking.replay.comparing import LEVELS
from autograd.checking.replay.replay import Replay, UndefinedError
from autograd.checking.verdicts import InputReport, Verdict
from autograd.derivatives import grad
from autograd.number_systems.high_precision.arithmetic import Raw, as_float, bits, larger, magnitude

_AGREE = -40
_NOTHING: Raw = fzero


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
    for place, report in enumerate(reports):
        o, i, k = place // (n * n), place // n % n, place % n
        checked.append(_compared(report, replay, o, i, k) if report and i <= k else report)
    return SecondOrder(checked, of_gradient)


def _compared(report: InputReport, replay: Replay, o: int, i: int, k: int) -> InputReport:
    """A second derivative that the rules agree on, compared with the second difference of the function."""
    if report.backward is None:
        return report
    number = from_float(report.backward)
    before: Raw | None = None
    difference: Raw | None = None
    for digits in LEVELS:
        difference = _second_difference(replay, o, i, k, bits(digits) + 20)
        if difference is None:
            message = f"{report.name} was compared with no second difference: the function is not defined around the point"
            return replace(report, message=message)
        gap = mpf_abs(mpf_sub(number, difference, 100))
        size = larger(mpf_abs(number), mpf_abs(difference))
        if mpf_le(gap, mpf_shift(size, _AGREE)) or _within(gap, size, report.digits):
            return replace(report, difference=as_float(difference))
        if before is not None and mpf_le(mpf_abs(difference), mpf_shift(before, -40)) and report.backward == 0.0:
            return replace(report, difference=as_float(difference))
        before = mpf_abs(difference)
    return replace(
        report,
        difference=None if difference is None else as_float(difference),
        digits=0.0,
        verdict=Verdict.WRONG_RULE,
        message=f"{report.name}: the recorded gradient is not the derivative of the function; "
        "a rule is right here, and is not smooth where the function is",
    )


def _within(gap: Raw, size: Raw, digits: float | None) -> bool:
    """Whether what float64 has lost explains a gap."""
    return digits is not None and mpf_le(gap, mpf_mul(size, from_float(10.0 ** (1.0 - digits))))


def _second_difference(replay: Replay, o: int, i: int, k: int, precision: int) -> Raw | None:
    place, other = replay.inputs[i], replay.inputs[k]
    if place is None or other is None:
        return _NOTHING
    try:
        values = replay.forward(precision)
    except UndefinedError:
        return None
    output = replay.outputs[o]
    steps = replay.steps_after_any()
    first, second = _step(values[place], precision), _step(values[other], precision)

    result: Raw

    def at(*moves: tuple[int, Raw]) -> Raw | None:
        moved = replay.moved(values, {p: mpf_add(values[p], h) for p, h in moves}, steps, precision)
        return None if moved is None else moved[output]

    if place == other:
        above, below = at((place, first)), at((place, mpf_sub(fzero, first)))
        if above is None or below is None:
            return None
        bend = mpf_sub(mpf_add(above, below), mpf_mul(from_int(2), values[output]), precision)
        result = mpf_div(bend, mpf_mul(first, first), precision)
        return result
    back, other_back = mpf_sub(fzero, first), mpf_sub(fzero, second)
    corners = [at((place, h), (other, g)) for h, g in ((first, second), (first, other_back), (back, second), (back, other_back))]
    if any(corner is None for corner in corners):
        return None
    a, b, c, d = corners
    twist = mpf_add(mpf_sub(a, b), mpf_sub(d, c), precision)
    result = mpf_div(twist, mpf_mul(mpf_mul(first, second), from_int(4)), precision)
    return result


def _step(number: Raw, precision: int) -> Raw:
    """A power of two so small that truncation and rounding take a quarter of the digits each."""
    step: Raw = mpf_shift(fone, (magnitude(number) if number[1] else 0) - precision // 4)
    return step
