"""The steps of a forward and a backward pass: one for each operation, then one for each edge on the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from autograd.engine import graph
from autograd.engine.value import Value

Phase: TypeAlias = Literal["forward", "seed", "backward"]


class Words(Protocol):
    """Puts steps into words and formulas; see `autograd.stepping.wording.Wording`."""

    def sentence(self, step: Step) -> str:
        """What the step does, in words and numbers."""

    def latex(self, step: Step) -> str:
        """The step in LaTeX."""

    def mathml(self, step: Step) -> str:
        """The step in MathML."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of an operand: the node that uses it, and the operand's place among those of the node."""

    node: Value
    position: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        index: its place among all steps, counted from 0.
        phase: ``"forward"`` computes a node; ``"seed"`` sets ∂L/∂L = 1; ``"backward"`` walks back along one edge, from a node to
            one of its operands: upstream × local = downstream, which is added to the operand's gradient.
        node: the node whose value or gradient this step changes.
        wording: puts the step into words and formulas.
        value: the number that a forward step computes.
        edge: the edge a backward step walks: the use of `node` as an operand of ``edge.node``.
        upstream: ∂L/∂edge.node, which is complete at this step.
        local_derivative: ∂edge.node/∂node along this edge.
        product: upstream × local derivative, which is the downstream gradient.
        before: the gradient of `node` before this step; None before the first contribution.
        after: its gradient after this step, which is the running sum.
    """

    index: int
    phase: Phase
    node: Value
    wording: Words
    value: float | None = None
    edge: Use | None = None
    upstream: float | None = None
    local_derivative: float | None = None
    product: float | None = None
    before: float | None = None
    after: float | None = None

    @property
    def sentence(self) -> str:
        """What happens, in words and numbers."""
        return self.wording.sentence(self)

    @property
    def latex(self) -> str:
        """The step as a formula in LaTeX, first with letters and then with numbers."""
        return self.wording.latex(self)

    @property
    def mathml(self) -> str:
        """The step as a formula in MathML, first with letters and then with numbers."""
        return self.wording.mathml(self)

    def __repr__(self) -> str:
        return f"<step {self.index}, {self.phase}: {self.sentence}>"


def steps_of(output: Value, order: Sequence[Value], wording: Words) -> Iterator[Step]:
    """All steps in order. They add the numbers in the order of the backward pass, so the gradients are exactly the same.

    Args:
        output: the node that is differentiated.
        order: all nodes, operands before results.
        wording: puts the steps into words and formulas.
    """
    index = 0
    for node in order:
        if node._first is not None:
            yield Step(index, "forward", node, wording, value=node._data)
            index += 1
    sums = {output: 1.0}
    yield Step(index, "seed", output, wording, after=1.0)
    index += 1
    for node, upstream in graph.walk_back(order, sums):
        local_derivatives, operands = graph.local_derivatives(node), graph.operands(node)
        for position, (operand, product) in zip(graph.places_in_order(node), graph.contributions(node, upstream), strict=True):
            if upstream is graph.OFF:
                operand = operands[position]  # all of them get the same
            if operand.primitive.name == "constant":
                continue
            before = sums.get(operand)
            after = graph.accumulated(before, product)
            sums[operand] = after
            yield Step(
                index, "backward", operand, wording, edge=Use(node, position), upstream=upstream,
                local_derivative=local_derivatives[position], product=product, before=before, after=after,
            )  # fmt: skip
            index += 1
