"""The derivative by the rules against the difference of the replayed forward pass, in as many digits as it takes.

B is what the local rules give, C the central difference with a step so small that only the number of digits limits it: with
p bits the step is 2^(-p/3) of the input, so both the truncation and the rounding error are about 2^(-2p/3). Where B and C
differ, or the slopes on both sides do, that may be a function that bends on a smaller scale: the agreement is then made
again in more digits with a smaller step, and only what is left in the end is called wrong, or a kink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from typing import NamedTuple

from mpmath.libmp import fone, fzero, mpf_abs, mpf_div, mpf_gt, mpf_le, mpf_shift, mpf_sub

from autograd.checking.replay.replay import Replay, ReplayStep, UndefinedError, working_precision
from autograd.number_systems.high_precision import arithmetic
from autograd.number_systems.high_precision.arithmetic import Raw, from_float, is_finite, larger, magnitude

LEVELS = (60, 150, 400, 900)

# Sixteen digits: more than any float64 has, fewer than are left at the first level where the function bends on its own scale.
_AGREE = -53
_ONE_SLOPE = -30
_ZERO = -60
# From one level to the next the step shrinks by 2^-100 at least; an error that is due to the step or to rounding shrinks by
# some power of that, a wrong derivative stays as it is.
_SHRINKS = -8


class Move(NamedTuple):
    """One input that moves, or several that move together along a direction.

    Attributes:
        places: of the inputs in the replay.
        speeds: how fast each moves.
        scale: the step is this power of two, times 2^(-p/3).
        steps: what has to be computed anew.
    """

    places: tuple[int, ...]
    speeds: tuple[Raw, ...]
    scale: int
    steps: list[ReplayStep]


@dataclass
class Agreement:
    """What B and C came to for one output and one move.

    Attributes:
        kind: ``"smooth"``: B is right; ``"wrong"``: B is not; ``"kink"``: the slopes on both sides differ; ``"jump"``: the
            function itself does; ``"singular"``: B is not finite; ``"undefined"``: the function is not defined there or around.
        rules: B.
        difference: C.
        left, right: the slopes on both sides; None where the function is not defined.
        precision: in decimal digits.
        scale: what the derivative was added up from, by absolute value; known where B is nearly 0.
        undefined_at: the place of the node that is not defined.
        gaps, splits, sizes: at each level so far, the distances of B and C and of both slopes, and the size of the slopes.
    """

    kind: str = ""
    rules: Raw = fzero
    difference: Raw | None = None
    left: Raw | None = None
    right: Raw | None = None
    precision: int = 0
    scale: Raw | None = None
    undefined_at: int | None = None
    gaps: list[Raw] = field(default_factory=list)
    splits: list[Raw] = field(default_factory=list)
    sizes: list[Raw] = field(default_factory=list)

    @property
    def exact(self) -> Raw:
        """The derivative to believe."""
        return self.difference if self.kind == "wrong" and self.difference is not None else self.rules


def single_move(replay: Replay, k: int) -> Move | None:
    """The move of input k alone; None if no output depends on it."""
    place = replay.inputs[k]
    if place is None:
        return None
    number = from_float(replay.nodes[place]._data)
    return Move((place,), (fone,), magnitude(number) if number[1] else 0, replay.steps_after(k))


def joint_move(replay: Replay, direction: Sequence[float]) -> Move:
    """The move of all inputs along a direction."""
    raw = {speed: from_float(speed) for speed in set(direction)}
    pairs = [(p, raw[s]) for p, s in zip(replay.inputs, direction, strict=True) if p is not None and s != 0.0]
    return Move(tuple(p for p, _ in pairs), tuple(s for _, s in pairs), 0, replay.steps_after_any())


def compare_derivatives(
    replay: Replay, moves: Sequence[Move | None], first_gradients: dict[int, list[Raw | None]] | None = None
) -> list[list[Agreement]]:
    """Compare B and C for each output and each move.

    Args:
        replay: the graph.
        moves: what to compare along; None: nothing depends on that input.
        first_gradients: where to put B for every node, for each output, from the first level.

    Returns:
        A list for each output, of one agreement for each move.
    """
    agreements = [[Agreement() for _ in moves] for _ in replay.outputs]
    for k, move in enumerate(moves):
        if move is None or not move.places:
            for row in agreements:
                row[k] = Agreement("smooth", fzero, fzero, fzero, fzero, LEVELS[0])
    for digits in LEVELS:
        pending = {k: [o for o, row in enumerate(agreements) if not row[k].kind] for k in range(len(moves))}
        if not any(pending.values()):
            break
        try:
            level = _Level(replay, digits)
        except UndefinedError as error:
            for k, outputs in pending.items():
                for o in outputs:
                    agreements[o][k] = Agreement("undefined", precision=digits, undefined_at=error.place)
            break
        for k, outputs in pending.items():
            move = moves[k]
            if move is not None and outputs:
                level.compare(move, [(o, agreements[o][k]) for o in outputs])
        if digits == LEVELS[0] and first_gradients is not None:
            first_gradients.update(level.gradients)
    return agreements


class _Level:
    """A graph replayed in a number of digits.

    Raises:
        UndefinedError: it is not defined there.
    """

    def __init__(self, replay: Replay, digits: int) -> None:
        self._replay = replay
        self._digits = digits
        self._precision = working_precision(digits)
        self._values = replay.forward(self._precision)
        # For each output, of all nodes: B, and what it is added up from by absolute value.
        self.gradients: dict[int, list[Raw | None]] = {}
        self._absolute: dict[int, list[Raw | None]] = {}

    def compare(self, move: Move, agreements: Sequence[tuple[int, Agreement]]) -> None:
        """Compare B and C along a move, for some outputs."""
        precision, values = self._precision, self._values
        step = mpf_shift(fone, move.scale - precision // 3)
        above, below = both_sides(self._replay, values, move, precision)
        for o, agreement in agreements:
            place = self._replay.outputs[o]
            here = values[place]
            if o not in self.gradients:
                self.gradients[o] = self._replay.backward(values, place, precision)
            agreement.precision = self._digits
            agreement.rules = _along(self.gradients[o], move, precision)
            agreement.right = None if above is None else mpf_div(mpf_sub(above[place], here, precision), step, precision)
            agreement.left = None if below is None else mpf_div(mpf_sub(here, below[place], precision), step, precision)
            if above is not None and below is not None:
                agreement.difference = mpf_div(mpf_sub(above[place], below[place], precision), mpf_shift(step, 1), precision)
            else:
                agreement.difference = agreement.right if below is None else agreement.left
            if not is_finite(here):
                agreement.kind = "undefined"
            elif agreement.difference is not None:
                self._settle(agreement, agreement.difference, o, move)
            if self._digits == LEVELS[-1] and not agreement.kind:
                agreement.kind = _kind_in_the_end(agreement)

    def _settle(self, agreement: Agreement, difference: Raw, o: int, move: Move) -> None:
        """See whether B and C agree and the slopes are one."""
        rules, left, right = agreement.rules, agreement.left, agreement.right
        size = slope = larger(mpf_abs(rules), mpf_abs(difference))
        split = fzero
        if left is not None and right is not None:
            split = mpf_abs(mpf_sub(right, left, self._precision))
            slope = larger(mpf_abs(left), mpf_abs(right))
        agreement.splits.append(split)
        if not is_finite(rules) or not is_finite(difference):
            agreement.sizes.append(mpf_abs(difference))
            return
        gap = mpf_abs(mpf_sub(rules, difference, self._precision))
        agreement.gaps.append(gap)
        agreement.sizes.append(slope)
        agrees = mpf_le(gap, mpf_shift(size, _AGREE))
        is_one_slope = mpf_le(split, mpf_shift(slope, _ONE_SLOPE))
        if not (agrees and is_one_slope):
            # Near 0 relative errors mean nothing: there the sum of absolute values is the measure.
            scale = agreement.scale = self._scale(o, move)
            is_zero = is_finite(scale) and mpf_le(size, mpf_shift(scale, _ZERO))
            has_no_slope = is_zero and mpf_le(slope, mpf_shift(scale, _ZERO))
            agrees = agrees or is_zero or _keeps_shrinking(agreement.gaps)
            is_one_slope = is_one_slope or has_no_slope or _keeps_shrinking(agreement.splits)
        if agrees and is_one_slope:
            agreement.kind = "smooth"

    def _scale(self, o: int, move: Move) -> Raw:
        if o not in self._absolute:
            place = self._replay.outputs[o]
            self._absolute[o] = self._replay.backward(self._values, place, self._precision, absolute=True)
        return _along(self._absolute[o], move._replace(speeds=tuple(map(mpf_abs, move.speeds))), self._precision)


def both_sides(replay: Replay, values: Sequence[Raw], move: Move, precision: int) -> tuple[list[Raw] | None, list[Raw] | None]:
    """The values of all nodes when the inputs move a step ahead and a step back; None where the function is not defined."""
    shift = move.scale - precision // 3
    starts = [values[p] for p in move.places]
    sides = []
    for turn in (0, 1):
        steps = [(sign ^ turn, mantissa, exponent + shift, size) for sign, mantissa, exponent, size in move.speeds]
        changes = dict(zip(move.places, map(arithmetic.moved, starts, steps, repeat(precision)), strict=True))
        sides.append(replay.moved(values, changes, move.steps, precision))
    return sides[0], sides[1]


def _along(gradients: Sequence[Raw | None], move: Move, precision: int) -> Raw:
    pairs = [(gradients[place], speed) for place, speed in zip(move.places, move.speeds, strict=True)]
    known = [(gradient, speed) for gradient, speed in pairs if gradient is not None]
    return arithmetic.sum_of_products([g for g, _ in known], [s for _, s in known], precision) if known else fzero


def _keeps_shrinking(errors: Sequence[Raw]) -> bool:
    return len(errors) >= 3 and all(mpf_le(after, mpf_shift(before, _SHRINKS)) for before, after in pairwise(errors[-3:]))


def _keeps_growing(sizes: Sequence[Raw]) -> bool:
    return len(sizes) >= 3 and all(mpf_gt(mpf_shift(after, _SHRINKS), before) for before, after in pairwise(sizes[-3:]))


def _kind_in_the_end(agreement: Agreement) -> str:
    if agreement.difference is None:
        return "undefined"
    grows = _keeps_growing(agreement.sizes)
    if agreement.left is not None and agreement.right is not None:
        slope = larger(mpf_abs(agreement.left), mpf_abs(agreement.right))
        split = mpf_abs(mpf_sub(agreement.right, agreement.left, 100))
        if not mpf_le(split, mpf_shift(slope, _ONE_SLOPE)) and not _keeps_shrinking(agreement.splits):
            if not grows:
                return "kink"
            if is_finite(agreement.rules):
                return "jump"
    return "wrong" if is_finite(agreement.rules) else "singular"
