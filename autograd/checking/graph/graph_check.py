"""The three numbers of each derivative of a recorded graph."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from mpmath.libmp import fzero

from autograd.checking.graph.backward_pass import backward_gradients
from autograd.checking.graph.judging import Judge, ThreeNumbers
from autograd.checking.replay.comparing import LEVELS, Agreement, Move, compare_derivatives, joint_move, single_move
from autograd.checking.replay.replay import Replay
from autograd.checking.verdicts import DIGITS, GIVEN_DIGITS, InputReport, NodeReport
from autograd.derivatives import directional_derivative
from autograd.engine.source_lines import SourceLines
from autograd.engine.value import Value
from autograd.number_systems.high_precision.arithmetic import Raw, as_float

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
        # Of the latest check: for each output, of B and C for each input and direction.
        self.agreements: list[list[Agreement]] = []
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
        self.agreements = compare_derivatives(self.replay, moves, by_the_rules)
        reports = []
        for o, found in enumerate(self.agreements):
            row = None if given is None else given[o]
            reports += [
                self._of_input(o, k, move, agreement, row) for k, move, agreement in zip(chosen, moves, found, strict=False)
            ]
            along = list(zip(directions, moves[len(chosen) :], found[len(chosen) :], strict=True))
            if along and all(agreement.kind == "smooth" for _, _, agreement in along):
                reports += self._others(o, set(chosen), by_the_rules.get(o), row)
            if row is not None:
                continue
            for number, (direction, move, agreement) in enumerate(along, 1):
                name = f"direction {number}" if len(directions) > 1 else "the direction"
                engine = directional_derivative(self.outputs[o], self.leaves, direction)
                reports.append(self._judge.judge(ThreeNumbers(o, name, move, agreement, engine)))
        return reports

    def _others(
        self, o: int, chosen: set[int], by_the_rules: list[Raw | None] | None, row: Sequence[float] | None
    ) -> list[InputReport]:
        """What is wrong with the derivatives that were not checked by themselves: they are compared with B.

        B is right along directions in which all inputs move, and so, but for a miracle, for each of them.
        """
        if by_the_rules is None:
            return []
        wrong = []
        for k, (place, number) in enumerate(zip(self.replay.inputs, self.gradients[o] if row is None else row, strict=True)):
            raw = None if place is None else by_the_rules[place]
            exact = 0.0 if raw is None else as_float(raw)
            if abs(number - exact) <= _NO_QUESTION * abs(exact) or k in chosen:
                continue
            agreement = Agreement("smooth", raw or fzero, precision=LEVELS[0])
            report = self._of_input(o, k, single_move(self.replay, k), agreement, row)
            if not report:
                wrong.append(report)
        return wrong[:_MOST_OTHERS]

    def _of_input(self, o: int, k: int, move: Move | None, agreement: Agreement, row: Sequence[float] | None) -> InputReport:
        engine, given = self.gradients[o][k], None if row is None else row[k]
        return self._judge.judge(ThreeNumbers(o, self.input_names[k], move, agreement, engine, given, self.leaves[k]))
