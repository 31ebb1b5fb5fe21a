"""The questions that the predict mode asks before each step of the backward pass."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from autograd.drawing.diagram.naming import name_of_use
from autograd.engine.value import Value
from autograd.notation.numbers import format_number
from autograd.notation.plain import to_plain
from autograd.stepping.page_data import Question
from autograd.stepping.steps import Step
from autograd.stepping.wording import LONGEST, Wording


class Questions:
    """The questions about the steps through one graph.

    They ask for the downstream gradient in letters: the upstream gradient stands in the picture, and the local derivative is for
    the reader to know. If the upstream gradient alone decides the product, as 0 does, they ask for the local derivative instead.
    """

    def __init__(self, wording: Wording, steps: Sequence[Step]) -> None:
        self._wording = wording
        self._digits = wording.digits
        self._uses = Counter(step.node for step in steps if step.edge is not None)

    def before(self, step: Step) -> Question:
        """The question before a backward step."""
        assert step.edge is not None and step.upstream is not None
        assert step.local_derivative is not None and step.product is not None
        through = self._through(step)
        if step.upstream == 0.0 or not math.isfinite(step.upstream):
            context = through and f"The local derivative for {through}"
            asked = to_plain(self._wording.local_in_letters(step))
            return Question(context, asked, format_number(step.local_derivative, self._digits), step.local_derivative)
        context, asked = "", to_plain(self._wording.product_in_letters(step))
        if self._uses[step.node] == 1:
            asked = f"{self._wording.gradient_text(step.node)} = {asked}"
        else:
            context = f"What {self._wording.gradient_text(step.node)} gets from {through or self._place(step.edge.node)}"
        return Question(context, asked, format_number(step.product, self._digits), step.product)

    def _through(self, step: Step) -> str:
        """Which use of the operand is meant, if the operation uses it several times; else empty."""
        assert step.edge is not None
        use = name_of_use(step.edge.node, step.edge.position, self._wording.name(step.node))
        return use and f"{use} in {self._place(step.edge.node)}"

    def _place(self, node: Value) -> str:
        written = self._wording.formula_text(node)
        return written if len(written) <= LONGEST else self._wording.name(node)
