"""The three numbers of each derivative of a recorded graph, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from mpmath.libmp import fzero

from autograd import graph
from autograd.checking.comparing import LEVELS, Move, Outcome, compare, joint_move, single_move
from autograd.checking.digits import agreeing_digits, exact_text
from autograd.checking.engine import adds_up, backward_gradients
from autograd.checking.local_checks import check_nodes
from autograd.checking.losses import greatest_loss, kinked_between, other_choice
from autograd.checking.raw_numbers import Raw, as_float
from autograd.checking.replay import Replay
from autograd.checking.report import InputReport, NodeReport, Verdict, number_text
from autograd.derivatives import directional_derivative
from autograd.source_lines import SourceLines
from autograd.value import Value

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
        digits: how many digits of the backward pass must be right.
        lines: where the nodes were computed.

    Attributes:
        given_digits: how many digits of a derivative that the user gives must be right, unless float64 leaves fewer.

    Raises:
        StaleGraphError: a leaf was assigned after a result had been computed from it.
    """

    def __init__(
        self,
        outputs: Sequence[Value],
        names: Sequence[str],
        leaves: Sequence[Value],
        input_names: Sequence[str],
        digits: float,
        lines: SourceLines | None = None,
    ) -> None:
        self.outputs = list(outputs)
        self.names = list(names)
        self.leaves = list(leaves)
        self.input_names = list(input_names)
        self.digits = digits
        self.lines = lines
        self.given_digits = max(digits, 9.0)
        self.replay = Replay(self.outputs, self.leaves)
        self._number = {
            place: number for number, place in enumerate((step.place for step in self.replay.steps), 1)
        }  # nodes are counted from 1, leaves left out

    @cached_property
    def nodes(self) -> list[NodeReport]:
        """The check of each node alone."""
        return check_nodes(self.replay.nodes, self.lines)

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
        report = self._judge(outcome, move, o, name, self.gradients[o][k], given, leaf)
        return InputReport(output=self.names[o], input=name, at=leaf._data, **report)

    def _along(self, outcome: Outcome, move: Move | None, o: int, name: str, direction: Sequence[float]) -> InputReport:
        engine = directional_derivative(self.outputs[o], self.leaves, direction)
        report = self._judge(outcome, move, o, name, engine, None, None)
        return InputReport(output=self.names[o], input=name, at=None, **report)

    # --------------------------------------------------------------------------------------------------- judging one

    def _judge(
        self, outcome: Outcome, move: Move | None, o: int, input_name: str, engine: float, given: float | None, leaf: Value | None
    ) -> dict[str, Any]:
        """The verdict on one derivative, as the fields of its report."""
        number = engine if given is None else given
        known = outcome.kind != "undefined"
        digits = agreeing_digits(number, outcome.exact, outcome.scale) if known else None
        report: dict[str, Any] = {
            "backward": number,
            "rules": as_float(outcome.rules) if known else None,
            "difference": None if outcome.difference is None else as_float(outcome.difference),
            "exact": exact_text(outcome) if known else "",
            "left": None if outcome.left is None else as_float(outcome.left),
            "right": None if outcome.right is None else as_float(outcome.right),
            "digits": digits,
            "precision": outcome.precision,
            "verdict": Verdict.RIGHT,
            "message": "",
            "faults": (),
        }
        what = f"∂{self.names[o]}/∂{input_name}"
        if outcome.kind == "smooth":
            self._judge_smooth(report, outcome, move, o, what, engine, given, leaf, digits or 0.0)
        elif outcome.kind == "wrong":
            self._judge_wrong(report, outcome, move, o, what, engine, given)
        elif outcome.kind in ("kink", "jump"):
            where = self._kinked_node(outcome, move, o)
            slopes = f"the slope is {number_text(as_float(outcome.left or (0, 0, 0, 0)))} towards smaller inputs and "
            slopes += f"{number_text(as_float(outcome.right or (0, 0, 0, 0)))} towards larger ones"
            if outcome.kind == "jump":
                slopes = "the function jumps here"
            report.update(verdict=Verdict.KINK, message=f"{what} does not exist: {slopes}{where}")
        elif outcome.kind == "singular":
            node = self._singular_node(o)
            report.update(
                verdict=Verdict.SINGULAR,
                message=f"{what} is {number_text(as_float(outcome.rules))} by the chain rule{node}",
            )
        else:
            report.update(verdict=Verdict.INCONCLUSIVE, message=f"{what} could not be checked: {self._why_undefined(outcome)}")
        return report

    def _judge_smooth(
        self,
        report: dict[str, Any],
        outcome: Outcome,
        move: Move | None,
        o: int,
        what: str,
        engine: float,
        given: float | None,
        leaf: Value | None,
        digits: float,
    ) -> None:
        if move is None or not self._moves_output(move, o):
            report["message"] = f"{self.names[o]} does not depend on {what.split('/∂')[-1]}"
        elif outcome.difference is not None and (outcome.left is None or outcome.right is None):
            side = "smaller" if outcome.left is None else "larger"
            report["message"] = f"{what} was checked from one side: the function is not defined for {side} inputs"
        if given is not None:
            reachable = agreeing_digits(engine, outcome.exact, outcome.scale)
            # Nobody can be asked for more digits than float64 leaves the function.
            needed = min(self.given_digits, max(reachable - 1.0, 0.0))
            if digits < needed or (needed == 0.0 and digits == 0.0):
                report.update(verdict=Verdict.WRONG_GRADIENT)
            return
        if digits >= self.digits:
            return
        if leaf is not None and not adds_up(self.outputs[o], leaf, engine):
            report.update(
                verdict=Verdict.WRONG_ACCUMULATION,
                message=f"all local derivatives are right, but the backward pass does not add up to {what}",
                faults=self._faults(move, o),
            )
            if report["faults"]:
                report.update(verdict=Verdict.WRONG_RULE, message="")
            return
        chosen = other_choice(self.replay, outcome.precision)
        if chosen is not None:
            node = self._described(chosen)
            report.update(
                verdict=Verdict.KINK,
                message=f"so near a kink that rounding decides: float64 chooses otherwise than exact numbers at {node}",
            )
            return
        lost = greatest_loss(self.replay, outcome.precision)
        where = f"; most are lost at {self._described(lost)}" if lost is not None else ""
        report.update(
            verdict=Verdict.UNSTABLE,
            message=f"the formula of {what} is right, and float64 leaves {digits:.1f} digits of it{where}",
        )

    def _judge_wrong(
        self, report: dict[str, Any], outcome: Outcome, move: Move | None, o: int, what: str, engine: float, given: float | None
    ) -> None:
        faults = self._faults(move, o)
        if given is not None:
            digits = report["digits"]
            assert isinstance(digits, float)
            if digits < self.given_digits:
                report.update(verdict=Verdict.WRONG_GRADIENT)
            return
        if faults:
            report.update(verdict=Verdict.WRONG_RULE, faults=faults)
        elif agreeing_digits(engine, outcome.exact, outcome.scale) >= self.digits:
            report.update(
                verdict=Verdict.INCONCLUSIVE,
                message=f"{what}: the backward pass agrees with the differences, but the rules in {LEVELS[-1]} digits do not",
            )
        else:
            report.update(
                verdict=Verdict.WRONG_ACCUMULATION,
                message=f"all local derivatives are right, but the backward pass does not add up to {what}",
            )

    # ---------------------------------------------------------------------------------------------------- who it was

    def _moves_output(self, move: Move, o: int) -> bool:
        output = self.replay.outputs[o]
        return output in move.places or any(step.place == output for step in move.steps)

    def _faults(self, move: Move | None, o: int) -> tuple[int, ...]:
        """The wrong nodes between the inputs that moved and an output."""
        if move is None:
            return ()
        above = set(graph.topological_order(self.outputs[o]))
        moved = {self._number[step.place] for step in move.steps if self.replay.nodes[step.place] in above}
        bad = (Verdict.WRONG_RULE, Verdict.WRONG_ACCUMULATION)
        return tuple(node.number for node in self.nodes if node.number in moved and node.verdict in bad)

    def _described(self, place: int) -> str:
        node = self.replay.nodes[place]
        line = self.lines.of(node) if self.lines else None
        where = f" ({line})" if line else f" ({node.label})" if node.label else ""
        number = self._number.get(place)
        return f"{node.primitive.name}, node {number}{where}" if number else node.label or "a leaf"

    def _kinked_node(self, outcome: Outcome, move: Move | None, o: int) -> str:
        if move is None:
            return ""
        place = kinked_between(self.replay, move, outcome.precision)
        return "" if place is None else f"; the choice changes at {self._described(place)}"

    def _singular_node(self, o: int) -> str:
        for step in self.replay.steps:
            node = self.replay.nodes[step.place]
            for derivative in graph.local_derivatives(node):
                if derivative != derivative or derivative in (float("inf"), -float("inf")):
                    return f": the local derivative of {self._described(step.place)}, is {number_text(derivative)}"
        return ""

    def _why_undefined(self, outcome: Outcome) -> str:
        if outcome.undefined_at is not None:
            return f"in exact numbers {self._described(outcome.undefined_at)}, is not defined there"
        return "the function is not defined on either side of the point"
