"""The three numbers of each derivative of a recorded graph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from mpmath.libmp import fzero

from autograd.checking.graph.backward_pass import backward_gradients
from autograd.checking.graph.judging import Judge
from autograd.checking.replay.comparing import LEVELS, Move, Outcome, compare, joint_move, single_move
from autograd.checking.replay.replay import Replay
from autograd.checking.verdicts import InputReport, NodeReport
from autograd.derivatives import directional_derivative
from autograd.engine.source_lines import SourceLines
from autograd.engine.value import Value
from autograd.number_systems.high_precision.arithmetic import Raw, as_float

# How many digits must be right if nobody says: of the backward pass, and of a derivative that the user gives.
DIGITS = 6.0
GIVEN_DIGITS = 9.0
# A float so close to B needs no closer look.
_NO_QUESTION = 1e-12
# If more inputs than these are wrong, the others go unmentioned.
_MOST_OTHERS = 100


class GraphCheck:
    """The check of a recorded graph.

    Args:
        outputs: its roots.
        names: what to call them.
        leaves: the inputs.
        input_names: what to call those.
        digits: how many digits of the backward pass must be right; None: 6.
        lines: where the nodes were computed.
        given_digits: how many digits of a derivative that the user gives must be right, unless float64 leaves fewer; None: as
            `digits` says, or 9.

    Raises:
        StaleGraphError: a leaf was assigned after a result had been computed from it.
    """

    def __init__(
        self,
        outputs: Sequence[Value],
        names: Sequence[str],
        leaves: Sequence[Value],
        input_names: Sequence[str],
        digits: float | None,
        lines: SourceLines | None = None,
        given_digits: float | None = None,
    ) -> None:
        self.outputs = list(outputs)
        self.names = list(names)
        self.leaves = list(leaves)
        self.input_names = list(input_names)
        self.digits = DIGITS if digits is None else digits
        self.lines = lines
        self.replay = Replay(self.outputs, self.leaves)
        if given_digits is None:
            given_digits = GIVEN_DIGITS if digits is None else digits
        self.given_digits = given_digits
        self._judge = Judge(self.replay, self.outputs, self.names, self.digits, given_digits, lines)

    @property
    def nodes(self) -> list[NodeReport]:
        """The check of each node alone."""
        return self._judge.nodes

    @cached_property
    def gradients(self) -> list[list[float]]:
        """A: the backward pass from each output."""
        return [backward_gradients(output, self.leaves, self.replay.nodes) for output in self.outputs]

    # ------------------------------------------------------------------------------------------------ what is checked

    def check(
        self,
        given: Sequence[Sequence[float]] | None = None,
        sample: Sequence[int] | None = None,
        directions: Sequence[Sequence[float]] = (),
    ) -> list[InputReport]:
        """Check the derivatives of each output.

        Args:
            given: the derivatives that the user has, a row for each output, to be checked in the engine's place.
            sample: the places of the inputs to check each by itself; None for all.
            directions: in the space of the inputs, along which to check too, by forward-mode differentiation as well.
        """
        chosen = list(range(len(self.leaves)) if sample is None else sample)
        moves = [single_move(self.replay, k) for k in chosen]
        moves += [joint_move(self.replay, direction) for direction in directions]
        by_the_rules: dict[int, list[Raw | None]] = {}
        outcomes = compare(self.replay, moves, by_the_rules)
        reports = []
        for o in range(len(self.outputs)):
            row = None if given is None else given[o]
            for k, move, outcome in zip(chosen, moves, outcomes[o], strict=False):
                reports.append(self._of_input(outcome, move, o, k, None if row is None else row[k]))
            along = list(zip(directions, moves[len(chosen) :], outcomes[o][len(chosen) :], strict=True))
            if along and all(outcome.kind == "smooth" for _, _, outcome in along):
                reports += self._others(o, set(chosen), by_the_rules.get(o), row)
            for number, (direction, move, outcome) in enumerate(along, 1):
                if row is None:
                    name = f"direction {number}" if len(directions) > 1 else "the direction"
                    reports.append(self._along(outcome, move, o, name, direction))
        return reports

    def _others(
        self, o: int, chosen: set[int], by_the_rules: list[Raw | None] | None, row: Sequence[float] | None
    ) -> list[InputReport]:
        """What is wrong with the derivatives that were not checked by themselves: they are compared with B.

        B is right along directions in which all inputs move, and so, but for a miracle, for each of them.
        """
        if by_the_rules is None:
            return []
        numbers = self.gradients[o] if row is None else row
        wrong = []
        for k, (place, number) in enumerate(zip(self.replay.inputs, numbers, strict=True)):
            raw = None if place is None else by_the_rules[place]
            exact = 0.0 if raw is None else as_float(raw)
            if abs(number - exact) <= _NO_QUESTION * abs(exact) or k in chosen:
                continue
            outcome = Outcome("smooth", raw or fzero, precision=LEVELS[0])
            report = self._of_input(outcome, single_move(self.replay, k), o, k, None if row is None else number)
            if not report:
                wrong.append(report)
        return wrong[:_MOST_OTHERS]

    def _of_input(self, outcome: Outcome, move: Move | None, o: int, k: int, given: float | None) -> InputReport:
        name, leaf = self.input_names[k], self.leaves[k]
        report = self._judge.judge(outcome, move, o, name, self.gradients[o][k], given, leaf)
        return InputReport(output=self.names[o], input=name, at=leaf._data, **report)

    def _along(self, outcome: Outcome, move: Move | None, o: int, name: str, direction: Sequence[float]) -> InputReport:
        engine = directional_derivative(self.outputs[o], self.leaves, direction)
        report = self._judge.judge(outcome, move, o, name, engine, None, None)
        return InputReport(output=self.names[o], input=name, at=None, **report)
