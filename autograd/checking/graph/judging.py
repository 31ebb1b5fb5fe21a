"""What the three numbers of a derivative come to: the verdict, and the node at fault."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from autograd.checking.graph.backward_pass import adds_up
from autograd.checking.graph.digits import agreeing_digits, decimal_text
from autograd.checking.graph.lost_digits import greatest_loss, kinked_between, other_choice
from autograd.checking.graph.node_check import check_nodes
from autograd.checking.messages import number_text
from autograd.checking.replay.comparing import LEVELS, Agreement, Move
from autograd.checking.replay.replay import Replay
from autograd.checking.verdicts import InputReport, NodeReport, Verdict
from autograd.engine import graph
from autograd.engine.source_lines import SourceLines
from autograd.engine.value import Value
from autograd.number_systems.high_precision.arithmetic import Raw, as_float


@dataclass(frozen=True)
class ThreeNumbers:
    """A derivative to judge.

    Attributes:
        output: which output, as a position.
        input: the name of what moves.
        move: of the input, or of all inputs along a direction; None if no output depends on it.
        agreement: of B and C.
        engine: A.
        given: the derivative that the user gives, to be judged in the engine's place.
        leaf: the input; None for a direction.
    """

    output: int
    input: str
    move: Move | None
    agreement: Agreement
    engine: float
    given: float | None = None
    leaf: Value | None = None


class _Judgement(NamedTuple):
    verdict: Verdict
    message: str = ""
    faults: tuple[int, ...] = ()


class Judge:
    """Judges derivatives of a graph.

    Args:
        replay: of the graph.
        outputs, names: its roots, and what they are called.
        digits: how many digits of the backward pass must be right.
        given_digits: how many digits of a derivative that the user gives must be right, unless float64 leaves fewer.
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
        # Computed nodes are counted from 1; leaves are not counted.
        self._number = {step.place: number for number, step in enumerate(replay.steps, 1)}

    @cached_property
    def nodes(self) -> list[NodeReport]:
        """The check of each node alone, made only where something is wrong."""
        return check_nodes(self._replay.nodes, self._lines)

    def judge(self, numbers: ThreeNumbers) -> InputReport:
        """The three numbers of a derivative, and the verdict on them."""
        found = numbers.agreement
        number = numbers.engine if numbers.given is None else numbers.given
        is_known = found.kind != "undefined"
        report = InputReport(
            output=self._names[numbers.output],
            input=numbers.input,
            at=None if numbers.leaf is None else numbers.leaf._data,
            backward=number,
            rules=as_float(found.rules) if is_known else None,
            difference=_float(found.difference),
            exact=decimal_text(found.exact) if is_known else "",
            left=_float(found.left),
            right=_float(found.right),
            digits=agreeing_digits(number, found.exact, found.scale) if is_known else None,
            precision=found.precision,
        )
        verdict, message, faults = self._judgement(numbers, report)
        return replace(report, verdict=verdict, message=message, faults=faults)

    def _judgement(self, numbers: ThreeNumbers, report: InputReport) -> _Judgement:
        match numbers.agreement.kind:
            case "smooth":
                return self._of_smooth(numbers, report)
            case "wrong":
                return self._of_wrong(numbers, report)
            case "kink" | "jump" as kind:
                slopes = (
                    f"the slope is {number_text(report.left)} towards smaller inputs and {number_text(report.right)} towards "
                )
                reason = "the function jumps here" if kind == "jump" else f"{slopes}larger ones"
                return _Judgement(Verdict.KINK, f"{report.name} does not exist: {reason}{self._where_kinked(numbers)}")
            case "singular":
                message = f"{report.name} is {number_text(report.rules)} by the chain rule{self._where_singular()}"
                return _Judgement(Verdict.SINGULAR, message)
            case _:
                reason = self._why_undefined(numbers.agreement)
                return _Judgement(Verdict.INCONCLUSIVE, f"{report.name} could not be checked: {reason}")

    def _of_smooth(self, numbers: ThreeNumbers, report: InputReport) -> _Judgement:
        found, digits, note = numbers.agreement, report.digits or 0.0, ""
        if not self._moves_output(numbers):
            note = f"{report.output} does not depend on {report.input}"
        elif found.difference is not None and (found.left is None or found.right is None):
            side = "smaller" if found.left is None else "larger"
            note = f"{report.name} was checked from one side: the function is not defined for {side} inputs"
        if numbers.given is not None:
            # Nobody can be asked for more digits than float64 leaves the function.
            needed = min(self._given_digits, max(self._digits_of_engine(numbers) - 1.0, 0.0))
            is_wrong = digits < needed or needed == digits == 0.0
            return _Judgement(Verdict.WRONG_GRADIENT if is_wrong else Verdict.RIGHT, note)
        if digits >= self._digits:
            return _Judgement(Verdict.RIGHT, note)
        if numbers.leaf is not None and not adds_up(self._outputs[numbers.output], numbers.leaf, numbers.engine):
            faults = self._faults(numbers)
            return _Judgement(Verdict.WRONG_RULE, "", faults) if faults else _not_adding_up(report)
        chosen = other_choice(self._replay, found.precision)
        if chosen is not None:
            message = "the point is so near a kink that rounding decides: float64 and exact numbers choose differently at "
            return _Judgement(Verdict.KINK, message + self._described(chosen))
        lost = greatest_loss(self._replay, found.precision)
        where = f"; most are lost at {self._described(lost)}" if lost is not None else ""
        message = f"the formula of {report.name} is right, but float64 keeps only {digits:.1f} digits of it{where}"
        return _Judgement(Verdict.UNSTABLE, message)

    def _of_wrong(self, numbers: ThreeNumbers, report: InputReport) -> _Judgement:
        if numbers.given is not None:
            is_wrong = (report.digits or 0.0) < self._given_digits
            return _Judgement(Verdict.WRONG_GRADIENT if is_wrong else Verdict.RIGHT)
        faults = self._faults(numbers)
        if faults:
            return _Judgement(Verdict.WRONG_RULE, "", faults)
        if self._digits_of_engine(numbers) >= self._digits:
            agrees = "the backward pass agrees with the differences, but the rules in"
            return _Judgement(Verdict.INCONCLUSIVE, f"{report.name}: {agrees} {LEVELS[-1]} digits do not")
        return _not_adding_up(report)

    def _digits_of_engine(self, numbers: ThreeNumbers) -> float:
        return agreeing_digits(numbers.engine, numbers.agreement.exact, numbers.agreement.scale)

    # ---------------------------------------------------------------------------------------------------- where it is

    def _moves_output(self, numbers: ThreeNumbers) -> bool:
        move, output = numbers.move, self._replay.outputs[numbers.output]
        return move is not None and (output in move.places or any(step.place == output for step in move.steps))

    def _faults(self, numbers: ThreeNumbers) -> tuple[int, ...]:
        """The wrong nodes between the inputs that moved and an output."""
        if numbers.move is None:
            return ()
        above = set(graph.topological_order(self._outputs[numbers.output]))
        moved = {self._number[step.place] for step in numbers.move.steps if self._replay.nodes[step.place] in above}
        bad = (Verdict.WRONG_RULE, Verdict.WRONG_ACCUMULATION)
        return tuple(node.number for node in self.nodes if node.number in moved and node.verdict in bad)

    def _described(self, place: int) -> str:
        node = self._replay.nodes[place]
        line = self._lines.of(node) if self._lines else None
        where = f" ({line})" if line else f" ({node.label})" if node.label else ""
        number = self._number.get(place)
        return f"{node.primitive.name}, node {number}{where}" if number else node.label or "a leaf"

    def _where_kinked(self, numbers: ThreeNumbers) -> str:
        if numbers.move is None:
            return ""
        place = kinked_between(self._replay, numbers.move, numbers.agreement.precision)
        return "" if place is None else f"; the choice changes at {self._described(place)}"

    def _where_singular(self) -> str:
        for step in self._replay.steps:
            for derivative in graph.local_derivatives(self._replay.nodes[step.place]):
                if not math.isfinite(derivative):
                    return f": the local derivative of {self._described(step.place)}, is {number_text(derivative)}"
        return ""

    def _why_undefined(self, agreement: Agreement) -> str:
        if agreement.undefined_at is not None:
            return f"in exact numbers {self._described(agreement.undefined_at)}, is not defined there"
        return "the function is not defined on either side of the point"


def _not_adding_up(report: InputReport) -> _Judgement:
    message = f"all local derivatives are right, but the backward pass does not add up to {report.name}"
    return _Judgement(Verdict.WRONG_ACCUMULATION, message)


def _float(raw: Raw | None) -> float | None:
    return None if raw is None else as_float(raw)
