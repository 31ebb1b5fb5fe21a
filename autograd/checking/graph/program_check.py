"""Checking a compiled program: its gradient against the eager engine's, and both against high precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.checking.graph.digits import agreeing_digits
from autograd.checking.graph.graph_check import GraphCheck
from autograd.checking.replay.comparing import LEVELS
from autograd.checking.replay.replay import working_precision
from autograd.checking.report import Report
from autograd.checking.sampled_inputs import Choice, told
from autograd.checking.verdicts import GIVEN_DIGITS, InputReport, Verdict

# What float32 keeps of a gradient that float64 has in full.
_DIGITS_OF_FLOAT32 = 3.0


def check_program(program: Any, point: Sequence[Any], digits: float | None, choice: Choice) -> Report:
    """Check a compiled program at θ and a batch: its gradient, and the eager engine's for the same mean loss.

    Args:
        program: from `vectorize`.
        point: θ, or None for the parameters as they are, and the batch, as the program takes them. The eager engine computes the
            batch one example at a time, so a small batch is enough and quick.
        digits: how many digits of both gradients must be right. None: 6 of the eager engine's, and 9 of the program's, or 3 with
            float32.
        choice: of parameters and directions.

    Raises:
        TypeError: there is no θ.
    """
    import numpy

    if not point:
        raise TypeError("gradcheck of a Program takes θ (None: the parameters as they are) and a batch, as the program does")
    theta = program.parameters.read() if point[0] is None else numpy.asarray(point[0], program.dtype)
    batch = tuple(point[1:])
    loss, gradient = program.value_and_grad(theta, *batch)
    eager, leaves = program.eager(theta, *batch)
    names = [value.label or f"parameter {place}" for place, value in enumerate(program.parameters.values)]
    sample, directions = choice.sample(len(leaves)), choice.directions([leaf._data for leaf in leaves])
    check = GraphCheck([eager], ["eager loss"], leaves, names, digits)
    given_digits = digits
    if given_digits is None:
        given_digits = _DIGITS_OF_FLOAT32 if program.dtype == numpy.float32 else GIVEN_DIGITS
    of_program = GraphCheck([eager], ["program's loss"], leaves, names, digits, given_digits=given_digits)
    reports = [
        *of_program.check([gradient.astype(float).tolist()], sample, directions),
        *check.check(None, sample, directions),
        _value_report(of_program, float(loss)),
    ]
    return Report(tuple(reports), float(loss), tuple(told(sample, len(leaves), others=True)), lambda: check.nodes)


def _value_report(check: GraphCheck, loss: float) -> InputReport:
    """The program's loss against that of the eager engine's graph in exact numbers."""
    report = InputReport(output="program's loss", input="", at=None, backward=loss)
    values = check.replay.forward_or_none(working_precision(LEVELS[0]))
    if values is None:
        return report
    exact = values[check.replay.outputs[0]]
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
