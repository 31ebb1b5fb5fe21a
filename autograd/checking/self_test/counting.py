"""The check, checked: every rule of the table is broken in turn, and the check has to find it and blame the right operation."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from autograd.checking.derivative_check import gradcheck
from autograd.checking.random_expressions import recorded_on
from autograd.checking.report import Report
from autograd.checking.self_test.planting import BREAKS, Break, broken, forgetful_accumulation, matters
from autograd.checking.verdicts import Verdict
from autograd.engine import graph
from autograd.engine.operands import as_operand
from autograd.engine.value import Value
from autograd.functions import sin
from autograd.structures import leaves
from autograd.table.primitives import TABLE
from autograd.table.rules import Primitive, Selection


class Trial(NamedTuple):
    """One broken rule and what the check said.

    Attributes:
        primitive: the name of the operation.
        how: the name of the break.
        caught: the report is not true.
        blamed: the operation at fault, and no other, was named.
    """

    primitive: str
    how: str
    caught: bool
    blamed: bool


def flat(point: Any) -> list[float]:
    """The numbers of one of a primitive's points."""
    return list(leaves(point))


def still_operands(primitive: Primitive, point: Any) -> dict[int, float]:
    """The operands of a choice that it does not choose among, a condition or an index, by their places."""
    if not isinstance(primitive, Selection):
        return {}
    numbers = flat(point)
    many = len(point[0]) if isinstance(point[0], tuple | list) else len(numbers)
    return {k: number for k, number in enumerate(numbers) if not primitive.first <= k < many}


def moving_operands(primitive: Primitive, point: Any) -> list[float]:
    """The numbers of the other operands, which are what `program_around` takes."""
    still = still_operands(primitive, point)
    return [number for k, number in enumerate(flat(point)) if k not in still]


def tame_points(primitive: Primitive) -> Iterator[Any]:
    """Points of the table at which nothing is tiny, huge, or at a kink."""
    for point in primitive.points:
        operands = moving_operands(primitive, point)
        distinct = len(set(map(abs, operands))) == len(operands)
        if len(operands) <= 4 and distinct and all(0.04 < abs(number) < 4.0 and abs(number) != 1.0 for number in operands):
            yield point


def program_around(primitive: Primitive, point: Any) -> Callable[..., Value]:
    """A function that uses a primitive once between other operations, on the moving operands of a point."""

    def program(*inputs: Value) -> Value:
        operands = list(inputs)
        for place, number in sorted(still_operands(primitive, point).items()):
            operands.insert(place, as_operand(number))
        y = recorded_on(primitive, operands)
        return sin(0.5 * y) * inputs[0] + 3.0 * y + inputs[-1]

    return program


def trials() -> Iterator[Trial]:
    """Break each rule in each way that changes its derivatives at some point of the table, one at a time."""
    for primitive in TABLE.values():
        if primitive.arity == 0:
            continue
        points = [point for point in tame_points(primitive) if _is_smooth_at(primitive, point)]
        for how in BREAKS:
            point = next((point for point in points if _matters_at(primitive, how, point)), None)
            if point is not None:
                yield _try(primitive, how, point)


def _is_smooth_at(primitive: Primitive, point: Any) -> bool:
    numbers = [primitive.quiet_local_derivatives(*_groups_and_result(primitive, point))]
    return all(math.isfinite(number) for row in numbers for number in row)


def _groups_and_result(primitive: Primitive, point: Any) -> tuple[list[Any], float]:
    made = recorded_on(primitive, [Value(number) for number in flat(point)])
    return graph.numbers_of(graph.groups(made)), made._data


def _matters_at(primitive: Primitive, how: Break, point: Any) -> bool:
    return matters(primitive, how, *_groups_and_result(primitive, point))


def _try(primitive: Primitive, how: Break, point: Any) -> Trial:
    with broken(primitive, how):
        report = gradcheck(program_around(primitive, point), *moving_operands(primitive, point))
        operations = {node.operation for node in report.faults}
    return Trial(primitive.name, how.name, not report, operations == {primitive.name})


def accumulation_trial() -> Trial:
    """Have the backward pass forget an addition: all rules are right, so no operation may be blamed."""
    with forgetful_accumulation():
        report: Report = gradcheck(lambda a, b: a * b + sin(a) * a, 0.7, 1.3)
    blamed = report.verdict is Verdict.WRONG_ACCUMULATION and not report.faults
    return Trial("backward pass", "dropped addition", not report, blamed)


def run_self_test(write: Callable[[str], object] = print) -> bool:
    """Run the self-test and write what it came to.

    Returns:
        Whether every broken rule was caught and blamed on the right operation, and right rules passed.
    """
    right = all(
        gradcheck(program_around(primitive, point), *moving_operands(primitive, point))
        for primitive in TABLE.values()
        if primitive.arity
        for point in [next(iter(tame_points(primitive)), None)]
        if point is not None
    )
    results = [*trials(), accumulation_trial()]
    for how in BREAKS:
        of_this = [trial for trial in results if trial.how == how.name]
        caught = sum(trial.caught for trial in of_this)
        blamed = sum(trial.blamed for trial in of_this)
        write(f"{how.name:<18} {len(of_this):>3} rules broken, {caught:>3} caught, {blamed:>3} blamed on the right operation")
    for trial in results:
        if not (trial.caught and trial.blamed):
            write(f"missed: {trial.primitive}, {trial.how}: {'blamed on another' if trial.caught else 'not caught'}")
    untried = [name for name, primitive in TABLE.items() if primitive.arity and name not in {t.primitive for t in results}]
    if untried:
        write(f"never tried: {', '.join(untried)}")
    caught, blamed = sum(t.caught for t in results), sum(t.blamed for t in results)
    write(
        f"all               {len(results):>4} rules broken, {caught:>3} caught, {blamed:>3} blamed on the right operation; "
        f"right rules {'all passed' if right else 'did NOT all pass'}"
    )
    return right and caught == blamed == len(results) and not untried
