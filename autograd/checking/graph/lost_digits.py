"""Where float64 and exact numbers part: digits that a node loses, and choices that come out otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mpmath.libmp import from_float, mpf_abs, mpf_le, mpf_shift, mpf_sub

from autograd.checking.graph.digits import agreeing_digits
from autograd.checking.replay.comparing import Move, both_sides
from autograd.checking.replay.replay import Replay, ReplayStep, working_precision
from autograd.number_systems.high_precision.arithmetic import Raw, larger
from autograd.number_systems.high_precision.compiled_rules import compile_rule
from autograd.number_systems.high_precision.evaluation import position_of
from autograd.table.rules import MANY, Selection

# A node that loses fewer digits than this is not worth naming.
_WORTH_NAMING = 2.0


def greatest_loss(replay: Replay, digits: int) -> int | None:
    """The place of the node whose value has lost the most digits, compared with the worst of its operands; None if none has."""
    values = replay.forward_or_none(working_precision(digits))
    if values is None:
        return None
    kept = [agreeing_digits(node._data, values[place]) for place, node in enumerate(replay.nodes)]
    worst, found = _WORTH_NAMING, None
    for step in replay.steps:
        loss = min(kept[operand] for operand in replay.operands(step)) - kept[step.place]
        if loss > worst:
            worst, found = loss, step.place
    return found


def other_choice(replay: Replay, digits: int) -> int | None:
    """The place of the first node at which float64 chose otherwise than exact numbers do; None if there is none."""
    precision = working_precision(digits)
    values = replay.forward_or_none(precision)
    if values is None:
        return None
    floats = [from_float(node._data) for node in replay.nodes]
    return _first_other_choice(replay, replay.steps, floats, values, precision)


def kinked_between(replay: Replay, move: Move, digits: int) -> int | None:
    """The place of the first node that chooses otherwise on one side of the point than on the other."""
    precision = working_precision(digits)
    values = replay.forward_or_none(precision)
    if values is None:
        return None
    above, below = both_sides(replay, values, move, precision)
    if above is None or below is None:
        return None
    return _first_other_choice(replay, move.steps, above, below, precision)


def _first_other_choice(
    replay: Replay, steps: Sequence[ReplayStep], one: Sequence[Raw], other: Sequence[Raw], precision: int
) -> int | None:
    """The first node with other choices for one set of values than for the other, and with another local derivative too."""
    for step in steps:
        if _choices(replay, step, one, precision) != _choices(replay, step, other, precision):
            first, second = dict(replay.edges(step, one, precision)), dict(replay.edges(step, other, precision))
            if first.keys() != second.keys() or any(_differ(first[operand], second[operand]) for operand in first):
                return step.place
    return None


def _choices(replay: Replay, step: ReplayStep, values: Sequence[Raw], precision: int) -> list[Any]:
    """The answers of all comparisons in a node's forward rule and in those of its derivatives."""
    primitive = replay.nodes[step.place].primitive
    groups = replay.groups(step, values)
    if isinstance(primitive, Selection):
        return [position_of(primitive, groups, precision)]
    answers: list[Any] = []
    if primitive.arity == MANY:
        return answers
    try:
        compile_rule(primitive.forward, primitive.arity, noting=True)(*groups, precision, answers.append)
        for position in range(primitive.arity):
            rule = compile_rule(primitive.derivatives, primitive.arity + 1, position, noting=True)
            rule(*groups, values[step.place], precision, answers.append)
    except (ArithmeticError, ValueError):
        answers.append("undefined")
    return answers


def _differ(one: Raw, other: Raw) -> bool:
    return not mpf_le(mpf_abs(mpf_sub(one, other, 60)), mpf_shift(larger(mpf_abs(one), mpf_abs(other)), -30))
