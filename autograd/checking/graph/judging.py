"""What the three numbers of a derivative come to: the verdict, and the node that it is due to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from autograd.checking.graph.backward_pass import adds_up
from autograd.checking.graph.digits import agreeing_digits, exact_text
from autograd.checking.graph.lost_digits import greatest_loss, kinked_between, other_choice
from autograd.checking.graph.node_check import check_nodes
from autograd.checking.messages import number_text
from autograd.checking.replay.comparing import LEVELS, Move, Outcome
from autograd.checking.replay.replay import Replay
from autograd.checking.verdicts import NodeReport, Verdict
from autograd.engine import graph
from autograd.engine.source_lines import SourceLines
from autograd.engine.value import Value
from autograd.number_systems.high_precision.arithmetic import as_float


class Judge:
    """Judges derivatives of a graph.

    Args:
        replay: of the graph.
        outputs, names: its roots, and what they are called.
        digits: how many digits of the backward pass must be right.
        given_digits: how many of a derivative that the user gives, unless float64 leaves fewer.
        lines: where the nodes were computed.
    """

    def __init__(
        self,
        replay: Replay,
        outputs: Sequence[Value],
        names: Sequence[str],
        digits: float,
        given_digits: float,
        lines: SourceLines | None,
    ) -> None:
        self._replay = replay
        self._outputs = outputs
        self._names = names
        self._digits = digits
        self._given_digits = given_digits
        self._lines = lines
        # Nodes are counted from 1, leaves left out.
        self._number = {place: number for number, place in enumerate((step.place for step in replay.steps), 1)}

    @cached_property
    def nodes(self) -> list[NodeReport]:
        """The check of each node alone, asked for only where something is wrong."""
        return check_nodes(self._replay.nodes, self._lines)

    def judge(
        self, outcome: Outcome, move: Move | None, o: int, input_name: str, engine: float, given: float | None, leaf: Value | None
    ) -> dict[str, Any]:
        """The verdict on one derivative, as the fields of its report.

        Args:
            outcome: of comparing B and C.
            move: of the input, or of all along a direction; None if no output depends on it.
            o: which output.
            input_name: what moves.
            engine: A.
            given: the derivative that the user gives, to be judged in the engine's place.
            leaf: the input; None for a direction.
        """
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
        what = f"∂{self._names[o]}/∂{input_name}"
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
            report["message"] = f"{self._names[o]} does not depend on {what.split('/∂')[-1]}"
        elif outcome.difference is not None and (outcome.left is None or outcome.right is None):
            side = "smaller" if outcome.left is None else "larger"
            report["message"] = f"{what} was checked from one side: the function is not defined for {side} inputs"
        if given is not None:
            reachable = agreeing_digits(engine, outcome.exact, outcome.scale)
            # Nobody can be asked for more digits than float64 leaves the function.
            needed = min(self._given_digits, max(reachable - 1.0, 0.0))
            if digits < needed or (needed == 0.0 and digits == 0.0):
                report.update(verdict=Verdict.WRONG_GRADIENT)
            return
        if digits >= self._digits:
            return
        if leaf is not None and not adds_up(self._outputs[o], leaf, engine):
            report.update(
                verdict=Verdict.WRONG_ACCUMULATION,
                message=f"all local derivatives are right, but the backward pass does not add up to {what}",
                faults=self._faults(move, o),
            )
            if report["faults"]:
                report.update(verdict=Verdict.WRONG_RULE, message="")
            return
        chosen = other_choice(self._replay, outcome.precision)
        if chosen is not None:
            node = self._described(chosen)
            report.update(
                verdict=Verdict.KINK,
                message=f"so near a kink that rounding decides: float64 chooses otherwise than exact numbers at {node}",
            )
            return
        lost = greatest_loss(self._replay, outcome.precision)
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
            if digits < self._given_digits:
                report.update(verdict=Verdict.WRONG_GRADIENT)
            return
        if faults:
            report.update(verdict=Verdict.WRONG_RULE, faults=faults)
        elif agreeing_digits(engine, outcome.exact, outcome.scale) >= self._digits:
            report.update(
                verdict=Verdict.INCONCLUSIVE,
                message=f"{what}: the backward pass agrees with the differences, but the rules in {LEVELS[-1]} digits do not",
            )
        else:
            report.update(
                verdict=Verdict.WRONG_ACCUMULATION,
                message=f"all local derivatives are right, but the backward pass does not add up to {what}",
            )

    # ------------------------------------------------------------------------------------------------------ who it was

    def _moves_output(self, move: Move, o: int) -> bool:
        output = self._replay.outputs[o]
        return output in move.places or any(step.place == output for step in move.steps)

    def _faults(self, move: Move | None, o: int) -> tuple[int, ...]:
        """The wrong nodes between the inputs that moved and an output."""
        if move is None:
            return ()
        above = set(graph.topological_order(self._outputs[o]))
        moved = {self._number[step.place] for step in move.steps if self._replay.nodes[step.place] in above}
        bad = (Verdict.WRONG_RULE, Verdict.WRONG_ACCUMULATION)
        return tuple(node.number for node in self.nodes if node.number in moved and node.verdict in bad)

    def _described(self, place: int) -> str:
        node = self._replay.nodes[place]
        line = self._lines.of(node) if self._lines else None
        where = f" ({line})" if line else f" ({node.label})" if node.label else ""
        number = self._number.get(place)
        return f"{node.primitive.name}, node {number}{where}" if number else node.label or "a leaf"

    def _kinked_node(self, outcome: Outcome, move: Move | None, o: int) -> str:
        if move is None:
            return ""
        place = kinked_between(self._replay, move, outcome.precision)
        return "" if place is None else f"; the choice changes at {self._described(place)}"

    def _singular_node(self, o: int) -> str:
        for step in self._replay.steps:
            node = self._replay.nodes[step.place]
            for derivative in graph.local_derivatives(node):
                if derivative != derivative or derivative in (float("inf"), -float("inf")):
                    return f": the local derivative of {self._described(step.place)}, is {number_text(derivative)}"
        return ""

    def _why_undefined(self, outcome: Outcome) -> str:
        if outcome.undefined_at is not None:
            return f"in exact numbers {self._described(outcome.undefined_at)}, is not defined there"
        return "the function is not defined on either side of the point"
