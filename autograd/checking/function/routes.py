"""Checking a function: by replaying what it records, or, where that is not all of it, by differences of the function itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from autograd.checking.floats.check import check_floats
from autograd.checking.function.comparing_runs import Probe, probe
from autograd.checking.function.own_derivatives import rows_of, told_if_transposed
from autograd.checking.function.recording import Function, Recording, is_array
from autograd.checking.function.sampled_inputs import Choice, told
from autograd.checking.graph.graph_check import GraphCheck
from autograd.checking.graph.second_order import check_second_order
from autograd.checking.messages import number_text
from autograd.checking.report import Report
from autograd.checking.verdicts import InputReport, NodeReport, Verdict
from autograd.derivatives import grad
from autograd.engine.value import Value

_FLOATS = "the function can't be replayed: the differences are of floats"


def check_graph(
    check: GraphCheck,
    order: int,
    rows: Sequence[Sequence[float]] | None,
    choice: Choice,
    value: float,
    notes: Sequence[str] = (),
) -> Report:
    """Check the derivatives of a recorded graph, of first or also of second order.

    Args:
        check: the graph.
        order: 1 or 2.
        rows: derivatives that the user gives, a row for each output; None: the engine's are checked.
        choice: of inputs and directions.
        value: of the function.
        notes: what there is to say already.
    """
    sample = choice.sample(len(check.leaves))
    directions = choice.directions([leaf._data for leaf in check.leaves])
    reports = check.check(rows, sample, directions)
    notes = [*notes, *told(sample, len(check.leaves))]
    notes += told_if_transposed(rows, reports, lambda other: check.check(other, sample, directions))
    nodes: list[NodeReport] | None = None
    if order == 2 and all(reports):
        second = check_second_order(check, sample)
        reports += second.reports
        if not all(second.reports):
            nodes = second.check.nodes
    elif order == 2:
        notes.append("second derivatives were not checked, since the first are not right")
    return Report(tuple(reports), value, tuple(notes), lambda: check.nodes if nodes is None else nodes)


def check_function(function: Function, order: int, digits: float | None, given: Any, is_jacobian: bool, choice: Choice) -> Report:
    """Check the derivatives of a function, the engine's or given ones.

    Args:
        function: the function and its point.
        order: 1 or 2.
        digits: how many digits of the backward pass must be right.
        given: a gradient or Jacobian of the user's, or None.
        is_jacobian: which of the two.
        choice: of inputs and directions.
    """
    recording = _record(function, given is not None)
    if recording is None:
        return _check_given_floats(function, order, digits, given, is_jacobian, choice)
    data = recording.data
    rows = None if given is None else _rows(function, given, len(data), is_jacobian)
    found = probe(function, recording)
    if found.kind == "random":
        return _undecided(recording, Verdict.NON_DETERMINISTIC, found.message, rows)
    if found.kind == "leaves" or not all(isinstance(output, Value) for output in recording.outputs):
        return _check_unrecorded(function, recording, rows, found, order, digits, choice)
    free = [k for k in range(len(recording.leaves)) if k not in found.fixed]
    leaves, names = [recording.leaves[k] for k in free], [recording.names[k] for k in free]
    check = GraphCheck(recording.outputs, recording.output_names, leaves, names, digits, recording.lines)
    rows = None if rows is None else [[row[k] for k in free] for row in rows]
    notes = [f"{recording.names[k]} is an index, which can't move: it was left as it is" for k in sorted(found.fixed)]
    report = check_graph(check, order, rows, choice, data[0], notes)
    return _with_other_paths(report, recording, found) if found.kind == "path" else report


def _record(function: Function, may_be_floats: bool) -> Recording | None:
    """The function's record; None if it takes plain floats only, which is allowed where a gradient is given."""
    if not may_be_floats and not any(is_array(argument) for argument in function.point):
        return function.record(note_lines=True)
    try:
        recording = function.record(note_lines=True)
    except Exception:
        # It may be that it takes no Values; if something else is wrong, floats bring that to light.
        return None
    floats = function.floats()
    same = len(floats) == len(recording.data) and all(
        a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=1e-9) for a, b in zip(floats, recording.data, strict=True)
    )
    return recording if same else None


def _rows(function: Function, given: Any, n_outputs: int, is_jacobian: bool) -> list[list[float]]:
    outputs, n_parameters = function.returned, len(function.parameters)
    return rows_of(
        given,
        function.numbers,
        n_outputs,
        function.point,
        is_jacobian=is_jacobian,
        n_parameters=n_parameters,
        outputs=outputs,
    )


def _sample_of_floats(function: Function, order: int, choice: Choice) -> list[int]:
    """The places of the inputs to check by differences of floats: all, if nobody asked for fewer.

    Raises:
        TypeError: something was asked for that takes a function of Values.
    """
    asked = ["order=2"] if order == 2 else []
    asked += ["directions="] if choice.has_directions else []
    if asked:
        raise TypeError(
            f"gradcheck: {function.output_name} can't be replayed, since it leaves Values, and {' and '.join(asked)} needs that"
        )
    return choice.sample_or_all(len(function.numbers))


def _check_given_floats(
    function: Function, order: int, digits: float | None, given: Any, is_jacobian: bool, choice: Choice
) -> Report:
    if given is None:
        raise TypeError(
            f"{function.output_name} can't be run on Values, so there is no derivative to check; "
            "give one with gradient= or jacobian="
        )
    data, again = function.floats(), function.floats()
    names = [function.output_name] if len(data) == 1 else [f"{function.output_name}[{o}]" for o in range(len(data))]
    rows = _rows(function, given, len(data), is_jacobian)
    sample = _sample_of_floats(function, order, choice)
    if any(a != b and not (a != a and b != b) for a, b in zip(data, again, strict=True)):
        recording = Recording([Value(number) for number in function.numbers], function.names, list(data), names)
        return _undecided(recording, Verdict.NON_DETERMINISTIC, "two runs at the same point differ", rows)

    def check(rows: Sequence[Sequence[float]]) -> list[InputReport]:
        return check_floats(function.floats, function.numbers, function.names, names, rows, digits=digits, sample=sample)

    reports = check(rows)
    notes = [*_told(sample, function), *told_if_transposed(rows, reports, check)]
    return Report(tuple(reports), data[0], (_FLOATS, *notes))


def _told(sample: Sequence[int], function: Function) -> list[str]:
    n = len(function.numbers)
    return [] if len(sample) == n else [f"{len(sample)} of {n} inputs were checked"]


def _check_unrecorded(
    function: Function, recording: Recording, rows: Any, found: Probe, order: int, digits: float | None, choice: Choice
) -> Report:
    """The check of a function whose record is not all of it, by differences of the function itself."""
    sample = choice.sample_or_all(len(function.numbers)) if rows is None else _sample_of_floats(function, order, choice)
    engine = [
        [float(slope) for slope in grad(output, recording.leaves)] if isinstance(output, Value) else [0.0] * len(recording.leaves)
        for output in recording.outputs
    ]

    def check(checked: Sequence[Sequence[float]]) -> list[InputReport]:
        return check_floats(
            (lambda at: function.record(at).data) if rows is None else function.floats,
            function.numbers,
            recording.names,
            recording.output_names,
            checked,
            otherwise=Verdict.LEAVES_VALUES if rows is None else Verdict.WRONG_GRADIENT,
            reason=(found.message or "the function returned a plain number") if rows is None else "",
            digits=digits,
            sample=sample,
        )

    reports = check(engine if rows is None else rows)
    notes = _told(sample, function)
    if rows is not None:
        notes += told_if_transposed(rows, reports, check)
        return Report(tuple(reports), recording.data[0], (_FLOATS, *notes))
    notes = [found.message, *notes] if found.message else notes
    if order == 2:
        notes.append("second derivatives were not checked, since the function can't be replayed")
    for name, output in zip(recording.output_names, recording.outputs, strict=True):
        if not isinstance(output, Value):
            notes.append(f"{name} is a plain number, {output!r}: no operation on Values was recorded for it")
    return Report(tuple(reports), recording.data[0], tuple(notes))


def _undecided(recording: Recording, verdict: Verdict, message: str, rows: Any) -> Report:
    reports = [
        InputReport(
            output=output,
            input=name,
            at=leaf._data,
            backward=None if rows is None else rows[o][k],
            verdict=verdict,
            message=message,
        )
        for o, output in enumerate(recording.output_names)
        for k, (name, leaf) in enumerate(zip(recording.names, recording.leaves, strict=True))
    ]
    return Report(tuple(reports), recording.data[0])


def _with_other_paths(report: Report, recording: Recording, found: Probe) -> Report:
    """Where an `if` takes another path beside the point, the gradients of both sides must be one, or it is a kink."""
    gradients: dict[tuple[str, str], list[float]] = {}
    for side in found.sides:
        if side is None or side.output_names != recording.output_names:
            continue
        for name, output in zip(side.output_names, side.outputs, strict=True):
            slopes = grad(output, side.leaves) if isinstance(output, Value) else [0.0] * len(side.leaves)
            for input_name, slope in zip(side.names, slopes, strict=True):
                gradients.setdefault((name, input_name), []).append(slope)
    reports = []
    for checked in report.inputs:
        slopes = gradients.get((checked.output, checked.input), [])
        backward = checked.backward
        if not checked or backward is None or all(math.isclose(s, backward, rel_tol=1e-5, abs_tol=1e-9) for s in slopes):
            reports.append(checked)
            continue
        sides = " and ".join(number_text(slope) for slope in slopes)
        message = f"{found.message}; the gradient on the two sides is {sides}"
        reports.append(replace(checked, verdict=Verdict.KINK, message=message))
    return Report(tuple(reports), report.value, (*report.notes, found.message), report._check_nodes)
