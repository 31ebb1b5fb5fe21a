"""Checking a function: by replaying what it records, or, where that is not all of it, by differences of the function itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from autograd.checking.floats.float_check import check_floats
from autograd.checking.floats.plain_rules import check_plain_node, with_plain_rules
from autograd.checking.function.comparing_runs import Probe, probe, same_numbers
from autograd.checking.function.own_derivatives import rows_of, told_if_transposed
from autograd.checking.function.recording import Function, Recording, is_array
from autograd.checking.graph.graph_check import GraphCheck
from autograd.checking.graph.second_order import check_second_order
from autograd.checking.messages import number_text
from autograd.checking.options import Options
from autograd.checking.report import Report
from autograd.checking.sampled_inputs import told
from autograd.checking.verdicts import InputReport, NodeReport, Verdict
from autograd.derivatives import grad
from autograd.engine.value import Value

_FLOATS = "the function can't be replayed, so its differences were computed in floats"


def check_graph(
    check: GraphCheck,
    options: Options,
    rows: Sequence[Sequence[float]] | None,
    value: float,
    notes: Sequence[str] = (),
) -> Report:
    """Check the derivatives of a recorded graph, of first or also of second order.

    Args:
        check: the graph.
        options: what the user asked for.
        rows: derivatives that the user gives, a row for each output; None: the engine's are checked.
        value: of the function.
        notes: what there is to say already.
    """
    sample = options.choice.sample(len(check.leaves))
    directions = options.choice.directions([leaf._data for leaf in check.leaves])
    reports = check.check(rows, sample, directions)
    notes = [*notes, *told(sample, len(check.leaves), others=True)]
    notes += told_if_transposed(rows, reports, lambda other: check.check(other, sample, directions))
    nodes: list[NodeReport] | None = None
    if options.order == 2 and all(reports):
        second = check_second_order(check, sample)
        reports += second.reports
        if not all(second.reports):
            nodes = second.check.nodes
    elif options.order == 2:
        notes.append("second derivatives were not checked, because the first derivatives are not right")
    return Report(tuple(reports), value, tuple(notes), lambda: check.nodes if nodes is None else nodes)


def check_function(function: Function, options: Options) -> Report:
    """Check the derivatives of a function, the engine's or given ones."""
    recording = _record(function, options)
    if recording is None:
        return _check_given_floats(function, options)
    data = recording.data
    rows = None if options.given is None else _rows(function, options, len(data))
    found = probe(function, recording)
    if found.kind == "random":
        return _random(function, found.message, data[0], recording.output_names, rows)
    if found.kind == "leaves" or not all(isinstance(output, Value) for output in recording.outputs):
        if rows is not None:
            return _check_given(function, options, rows, recording.output_names, data[0])
        return _check_engine_by_floats(function, options, recording, found)
    if plain := with_plain_rules(recording.outputs):
        if rows is not None:
            return _check_given(function, options, rows, recording.output_names, data[0])
        return _check_plain_rules(function, options, recording, plain)
    free = [k for k in range(len(recording.leaves)) if k not in found.fixed]
    leaves, names = [recording.leaves[k] for k in free], [recording.names[k] for k in free]
    check = GraphCheck(recording.outputs, recording.output_names, leaves, names, options.digits, recording.lines)
    rows = None if rows is None else [[row[k] for k in free] for row in rows]
    notes = [f"{recording.names[k]} is an index, which can't move, so it was kept as it is" for k in sorted(found.fixed)]
    report = check_graph(check, options, rows, data[0], notes)
    return _with_other_paths(report, recording, found) if found.kind == "path" else report


def undecided(
    verdict: Verdict,
    message: str,
    value: float,
    output_names: Sequence[str],
    names: Sequence[str],
    numbers: Sequence[float],
    rows: Sequence[Sequence[float]] | None = None,
) -> Report:
    """A report with the same verdict on all derivatives, of a function that can't be checked."""
    reports = [
        InputReport(
            output=output, input=name, at=at, backward=None if rows is None else rows[o][k], verdict=verdict, message=message
        )
        for o, output in enumerate(output_names)
        for k, (name, at) in enumerate(zip(names, numbers, strict=True))
    ]
    return Report(tuple(reports), value)


def _random(function: Function, message: str, value: float, output_names: Sequence[str], rows: Any) -> Report:
    return undecided(Verdict.NON_DETERMINISTIC, message, value, output_names, function.names, function.numbers, rows)


def _record(function: Function, options: Options) -> Recording | None:
    """The function's record; None if it takes plain floats only, which is allowed where a gradient is given."""
    if options.given is None and not any(is_array(argument) for argument in function.point):
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


def _rows(function: Function, options: Options, n_outputs: int) -> list[list[float]]:
    return rows_of(
        options.given,
        function.numbers,
        n_outputs,
        function.point,
        is_jacobian=options.is_jacobian,
        n_parameters=len(function.parameters),
        outputs=function.returned,
    )


# ------------------------------------------------------------------------------------------- differences of the function


def _check_given_floats(function: Function, options: Options) -> Report:
    """The check of given derivatives of a function that can't be run on Values."""
    if options.given is None:
        raise TypeError(
            f"{function.output_name} can't be run on Values, so there is no derivative to check; "
            "pass one with gradient= or jacobian="
        )
    data, again = function.floats(), function.floats()
    names = [function.output_name] if len(data) == 1 else [f"{function.output_name}[{o}]" for o in range(len(data))]
    rows = _rows(function, options, len(data))
    if not same_numbers(data, again):
        return _random(function, "two runs at the same point differ", data[0], names, rows)
    return _check_given(function, options, rows, names, data[0])


def _check_given(
    function: Function, options: Options, rows: Sequence[Sequence[float]], output_names: Sequence[str], value: float
) -> Report:
    """The check of given derivatives by differences of the function.

    Raises:
        TypeError: something was asked for that takes a function of Values.
    """
    asked = ["order=2"] if options.order == 2 else []
    asked += ["directions="] if options.choice.has_directions else []
    if asked:
        raise TypeError(
            f"gradcheck: {' and '.join(asked)} needs a function that can be replayed, but {function.output_name} leaves Values"
        )
    check, notes = _by_differences(function, options, function.floats, output_names)
    reports = check(rows)
    return Report(tuple(reports), value, (_FLOATS, *notes, *told_if_transposed(rows, reports, check)))


def _check_engine_by_floats(function: Function, options: Options, recording: Recording, found: Probe) -> Report:
    """The check of the engine's derivatives of a function whose record is not all of it."""
    check, notes = _by_differences(
        function,
        options,
        lambda at: function.record(at).data,
        recording.output_names,
        otherwise=Verdict.LEAVES_VALUES,
        reason=found.message or "the function returned a plain number",
    )
    reports = check([_gradient(output, recording.leaves) for output in recording.outputs])
    notes = [found.message, *notes] if found.message else notes
    if options.order == 2:
        notes.append("second derivatives were not checked, because the function can't be replayed")
    for name, output in zip(recording.output_names, recording.outputs, strict=True):
        if not isinstance(output, Value):
            notes.append(f"{name} is a plain number, {output!r}: no operation on Values was recorded for it")
    return Report(tuple(reports), recording.data[0], tuple(notes))


def _check_plain_rules(function: Function, options: Options, recording: Recording, plain: list[tuple[int, Value]]) -> Report:
    """The check of the engine's derivatives where primitives of the user's own have rules that only floats can evaluate."""
    names = " and ".join(dict.fromkeys(node.primitive.name for _, node in plain))
    why = f"the rules of {names} are plain Python, which can't be replayed: the differences are of floats"
    check, notes = _by_differences(
        function, options, lambda at: function.record(at).data, recording.output_names, reason=f"it is not the difference; {why}"
    )
    reports = check([_gradient(output, recording.leaves) for output in recording.outputs])
    nodes = [check_plain_node(node, number, recording.lines) for number, node in plain]
    if faults := tuple(node.number for node in nodes if node.verdict is Verdict.WRONG_RULE):
        reports = [
            replace(report, verdict=Verdict.WRONG_RULE, faults=faults, message=why)
            if report.verdict is Verdict.WRONG_GRADIENT
            else report
            for report in reports
        ]
    if options.order == 2:
        notes.append("second derivatives were not checked, since the function can't be replayed")
    return Report(tuple(reports), recording.data[0], (why, *notes), lambda: nodes)


def _by_differences(
    function: Function,
    options: Options,
    evaluate: Callable[[Sequence[float]], list[float]],
    output_names: Sequence[str],
    **verdict_otherwise: Any,
) -> tuple[Callable[[Sequence[Sequence[float]]], list[InputReport]], list[str]]:
    """A check of rows of derivatives by differences of a function, and what there is to say about it."""
    sample = options.choice.sample_or_all(len(function.numbers))

    def check(rows: Sequence[Sequence[float]]) -> list[InputReport]:
        return check_floats(
            evaluate,
            function.numbers,
            function.names,
            output_names,
            rows,
            digits=options.digits,
            sample=sample,
            **verdict_otherwise,
        )

    return check, told(sample, len(function.numbers))


def _gradient(output: Any, leaves: Sequence[Value]) -> list[float]:
    """The engine's gradient of an output, which is 0 where that is a plain number."""
    return [float(slope) for slope in grad(output, leaves)] if isinstance(output, Value) else [0.0] * len(leaves)


def _with_other_paths(report: Report, recording: Recording, found: Probe) -> Report:
    """Where an `if` takes another path beside the point, the gradients of both sides must be one, or it is a kink."""
    gradients: dict[tuple[str, str], list[float]] = {}
    for side in found.sides:
        if side is None or side.output_names != recording.output_names:
            continue
        for name, output in zip(side.output_names, side.outputs, strict=True):
            for input_name, slope in zip(side.names, _gradient(output, side.leaves), strict=True):
                gradients.setdefault((name, input_name), []).append(slope)
    reports = []
    for checked in report.inputs:
        slopes = gradients.get((checked.output, checked.input), [])
        backward = checked.backward
        if not checked or backward is None or all(math.isclose(s, backward, rel_tol=1e-5, abs_tol=1e-9) for s in slopes):
            reports.append(checked)
            continue
        sides = " and ".join(number_text(slope) for slope in slopes)
        message = f"{found.message}; the gradients on the two sides are {sides}"
        reports.append(replace(checked, verdict=Verdict.KINK, message=message))
    return replace(report, inputs=tuple(reports), notes=(*report.notes, found.message))
