"""Whether one operation bends or jumps at its numbers: looked at so closely, in high precision, that no two floats are a tie."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

from mpmath.libmp import fzero, mpf_abs, mpf_gt, mpf_shift, mpf_sub

from autograd.checking.replay.comparing import both_sides, single_move
from autograd.checking.replay.replay import Replay, UndefinedError, alone
from autograd.engine.value import Value
from autograd.number_systems.high_precision.arithmetic import Raw, as_float, larger

# Powers of two: steps smaller than any float, and so than the distance between any two. The bits hold the largest float and the
# smaller step.
_STEPS = (-1100, -1200)
_BITS = 2600
_ROUNDING = -60
# What is smooth shrinks with the step, by a hundred bits; a kink or a jump stays.
_STAYS = -10


def slopes_at_bend(node: Value, position: int) -> tuple[float, float, bool] | None:
    """The slopes on both sides along one operand, and whether the operation jumps; None where it is smooth or not defined."""
    copy, leaves = alone(node)
    replay = Replay([copy], [leaves[position]])
    move, output = single_move(replay, 0), replay.outputs[0]
    assert move is not None
    slopes, results = [], []
    try:
        values = replay.forward(_BITS)
    except UndefinedError:
        return None
    for step in _STEPS:
        above, below = both_sides(replay, values, move._replace(scale=step + _BITS // 3), _BITS)
        if above is None or below is None:
            return None
        slopes.append([replay.backward(side, output, _BITS)[move.places[0]] or fzero for side in (below, above)])
        results.append([side[output] for side in (below, values, above)])
    jumps = _differ(results)
    left, right = map(as_float, slopes[-1])
    return (left, right, jumps) if jumps or _differ(slopes) else None


def _differ(rows: Sequence[Sequence[Raw]]) -> bool:
    """Whether numbers differ by more than rounding, and at the smaller step not by much less than at the larger one."""
    before, after = (reduce(larger, [mpf_abs(mpf_sub(one, other)) for one, other in pairwise(row)]) for row in rows)
    size = reduce(larger, map(mpf_abs, rows[-1]))
    return bool(mpf_gt(after, mpf_shift(size, _ROUNDING)) and mpf_gt(after, mpf_shift(before, _STAYS)))
