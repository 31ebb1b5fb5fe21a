"""The verdict on each derivative and on each node, with the numbers behind it: what a report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from autograd.engine.source_lines import SourceLine, SourceLines
from autograd.engine.value import Value

ALL_DIGITS = 17.0
# How many digits must be right if nobody says: of the backward pass, and of a derivative that the user gives.
DIGITS = 6.0
GIVEN_DIGITS = 9.0


class Verdict(StrEnum):
    """What a check came to."""

    RIGHT = "right"
    WRONG_RULE = "wrong rule"
    WRONG_ACCUMULATION = "wrong accumulation"
    WRONG_GRADIENT = "wrong gradient"
    UNSTABLE = "unstable in float64"
    KINK = "kink"
    SINGULAR = "singular point"
    LEAVES_VALUES = "leaves Values"
    STALE = "stale graph"
    NON_DETERMINISTIC = "non-deterministic function"
    INCONCLUSIVE = "inconclusive"


# The worst first: the verdict of a report is the first of these that one of its inputs has.
_SEVERITY = (
    Verdict.NON_DETERMINISTIC,
    Verdict.STALE,
    Verdict.LEAVES_VALUES,
    Verdict.WRONG_RULE,
    Verdict.WRONG_ACCUMULATION,
    Verdict.WRONG_GRADIENT,
    Verdict.UNSTABLE,
    Verdict.SINGULAR,
    Verdict.KINK,
    Verdict.INCONCLUSIVE,
    Verdict.RIGHT,
)


@dataclass(frozen=True, kw_only=True)
class InputReport:
    """The check of one derivative: of an output with respect to an input, or along a direction.

    Attributes:
        output: the output's name.
        input: the input's name.
        at: the input's number.
        backward: A, what the float64 backward pass gives (of a gradient given by hand: what was given).
        rules: B, what the same local rules give in high precision; None where the function can't be replayed.
        difference: C, the central difference of the replayed forward pass, in high precision; or of the function itself, with
            larger steps where a function of which only some digits can be trusted has another slope by small ones.
        exact: the derivative that B and C agree on, or the difference if they don't, to 20 digits.
        left: the slope towards smaller inputs, None where the function is not defined there or the slope can't be told.
        right: the slope towards larger inputs.
        digits: how many digits of `backward` are those of the exact derivative, at most 17; None where there is none to compare
            with, or it is 0 only as far as differences of floats can tell.
        verdict: what that comes to.
        message: a sentence that says more; empty where there is nothing to say.
        faults: the numbers of the nodes at fault.
        precision: how many decimal digits the replay had in the end; 0 without a replay.
    """

    output: str
    input: str
    at: float | None
    backward: float | None
    rules: float | None = None
    difference: float | None = None
    exact: str = ""
    left: float | None = None
    right: float | None = None
    digits: float | None = None
    verdict: Verdict = Verdict.INCONCLUSIVE
    message: str = ""
    faults: tuple[int, ...] = ()
    precision: int = 0

    @property
    def name(self) -> str:
        """The derivative as a fraction; a value that was compared goes by its own name."""
        return f"∂{self.output}/∂{self.input}" if self.input else self.output

    def __bool__(self) -> bool:
        return self.verdict is Verdict.RIGHT


@dataclass(frozen=True, kw_only=True)
class LocalDerivative:
    """The check of one local derivative of a node.

    Attributes:
        operand: which one, from 0.
        backward: as the float64 backward pass has it.
        rule: as the rule of the table gives it in high precision.
        exact: the central difference of the node's forward rule in high precision.
        verdict: right, wrong rule, wrong accumulation (the backward pass has another number than the table), unstable in
            float64, kink, singular point, or inconclusive where the node is not defined around its operands.
    """

    operand: int
    backward: float
    rule: float
    exact: float | None
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class NodeReport:
    """The check of one node alone.

    Attributes:
        number: its place among the computed nodes in the order of computation, from 1.
        operation: the name of its primitive.
        label: its label.
        line: where in the user's code it was computed, if that is known.
        value: its number.
        operands: the numbers it was computed from.
        derivatives: its local derivatives, one for each operand.
    """

    number: int
    operation: str
    label: str
    line: SourceLine | None
    value: float
    operands: tuple[float, ...]
    derivatives: tuple[LocalDerivative, ...]

    @classmethod
    def of(cls, node: Value, number: int, lines: SourceLines | None, derivatives: Sequence[LocalDerivative]) -> NodeReport:
        """What was found out about the local derivatives of a node.

        Args:
            node: the node.
            number: its place among the computed nodes.
            lines: where nodes were computed, if that was noted.
            derivatives: its local derivatives.
        """
        return cls(
            number=number,
            operation=node.primitive.name,
            label=node.label,
            line=lines.of(node) if lines else None,
            value=node.data,
            operands=tuple(operand.data for operand in node.operands),
            derivatives=tuple(derivatives),
        )

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of its local derivatives."""
        return worst(derivative.verdict for derivative in self.derivatives)

    def __bool__(self) -> bool:
        return self.verdict is Verdict.RIGHT

    def __str__(self) -> str:
        place = f" ({self.line})" if self.line else f" ({self.label})" if self.label else ""
        return f"{self.operation}, node {self.number}{place}"


def worst(verdicts: Any) -> Verdict:
    """The most serious of some verdicts; right if there are none."""
    return min(verdicts, key=_SEVERITY.index, default=Verdict.RIGHT)
