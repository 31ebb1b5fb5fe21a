"""Steps in words and formulas: as a sentence, in LaTeX and in MathML, with letters and with numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from autograd.checking.replay.kink_search import kink_at
from autograd.drawing.diagram.kinks import sentence_on_kink
from autograd.drawing.diagram.naming import name_nodes
from autograd.engine import graph
from autograd.engine.value import Value
from autograd.notation.formulas import (
    Formula,
    equation,
    given,
    number,
    partial,
    place_for_number,
    product_of,
    sum_of,
    symbol,
)
from autograd.notation.latex import to_latex
from autograd.notation.mathml import to_mathml
from autograd.notation.plain import to_plain
from autograd.number_systems.formulas import formula_of, local_derivative_of
from autograd.stepping.page_data import WrittenName, WrittenOperation
from autograd.stepping.steps import Step
from autograd.stepping.templates import as_factor, enclosed_mathml, enclosed_plain, template_of

# If a formula is longer than this as plain text, its name is clearer.
LONGEST = 60


class Wording:
    """Names and formulas of the steps through one graph.

    Attributes:
        output: the node that is differentiated.
        order: all nodes, operands before results.
        names: the names of all nodes, as in pictures.
        digits: how many significant digits are written.
    """

    def __init__(self, output: Value, order: Sequence[Value], digits: int) -> None:
        self.output = output
        self.order = order
        self.digits = digits
        self.names = name_nodes(order, [output], digits)
        self._symbol = lru_cache(maxsize=None)(lambda node: symbol(self.names[node]))
        # All local derivatives of a node are computed at once, and its steps follow one another.
        self._local_derivatives = lru_cache(maxsize=4)(self._derivatives_of)

    # ------------------------------------------------------------------------------------------------ formulas

    def symbol(self, node: Value) -> Formula:
        """The name of a node."""
        found: Formula = self._symbol(node)
        return found

    def gradient(self, node: Value) -> Formula:
        """∂L/∂node."""
        return partial(self.symbol(self.output), self.symbol(node))

    def number(self, x: float) -> Formula:
        """A number, rounded."""
        return number(x, self.digits)

    def operation(self, node: Value, *, numbers: bool = False) -> Formula:
        """What a node computes, with the names of its operands or with their numbers."""
        groups = graph.mapped(lambda v: given(v._data, self.digits) if numbers else self.symbol(v), graph.groups(node))
        return formula_of(node.primitive, groups)

    def local(self, step: Step) -> Formula:
        """The local derivative along the edge of a step, read off the table."""
        assert step.edge is not None
        found: Formula = self._local_derivatives(step.edge.node)[step.edge.position]
        return found

    def _derivatives_of(self, node: Value) -> Sequence[Formula]:
        return local_derivative_of(node.primitive, graph.mapped(self.symbol, graph.groups(node)), self.symbol(node))

    def local_in_letters(self, step: Step) -> Formula:
        """∂e/∂d, the local derivative along the edge of a step."""
        assert step.edge is not None
        return partial(self.symbol(step.edge.node), self.symbol(step.node))

    def product_in_letters(self, step: Step) -> Formula:
        """∂L/∂e · ∂e/∂d."""
        assert step.edge is not None
        return product_of(self.gradient(step.edge.node), self.local_in_letters(step))

    def product_in_numbers(self, step: Step) -> Formula:
        """The same product in numbers."""
        assert step.upstream is not None and step.local_derivative is not None
        return product_of(self.number(step.upstream), self.number(step.local_derivative))

    def chain(self, step: Step) -> tuple[Formula, Formula]:
        """A step as two equations: with letters, and with numbers."""
        name = self.symbol(step.node)
        if step.phase == "forward":
            assert step.value is not None
            sides = [name, self.operation(step.node, numbers=True), self.number(step.value)]
            if to_plain(sides[1]) == to_plain(sides[2]):
                sides.pop()
            return equation(name, self.operation(step.node)), equation(*sides)
        if step.phase == "seed":
            return equation(self.gradient(step.node), self.number(1.0)), equation(self.gradient(step.node), self.number(1.0))
        assert step.product is not None and step.after is not None
        letters: list[Formula] = [self.gradient(step.node), self.product_in_letters(step)]
        local = self.local(step)
        if local.kind != "number" and len(to_plain(local)) <= LONGEST:
            assert step.edge is not None
            letters.append(product_of(self.gradient(step.edge.node), local))
        product = equation(self.product_in_numbers(step), self.number(step.product))
        if step.before is None:
            return equation(*letters), equation(self.gradient(step.node), *product.parts)
        letters[1:] = [sum_of(Formula("..."), term) for term in letters[1:]]
        summed = sum_of(self.number(step.before), self.product_in_numbers(step))
        return equation(*letters), equation(self.gradient(step.node), summed, self.number(step.after))

    # ------------------------------------------------------------------------------------- writing for a page

    def written_name(self, node: Value) -> WrittenName:
        """The name of a node in the four forms that a page needs."""
        name = self.symbol(node)
        # As tight as in a derivative.
        return WrittenName(to_plain(name), enclosed_plain(name), to_mathml(name), enclosed_mathml(name))

    def written_operation(self, node: Value) -> WrittenOperation | None:
        """The formulas of a computed node, with places for numbers; None for leaves and constants."""
        operands = graph.operands(node)
        if not operands:
            return None
        places = graph.regrouped(node, list(map(place_for_number, range(len(operands)))))
        numbers = formula_of(node.primitive, [group for group in places if group is not None])
        letters = self.operation(node)
        written = []
        for operand, local in zip(operands, self._local_derivatives(node), strict=True):
            is_shown = operand.primitive.name != "constant" and local.kind != "number" and len(to_plain(local)) <= LONGEST
            written.append(as_factor(local) if is_shown else "")
        return WrittenOperation(
            to_plain(letters), to_mathml(letters), template_of(to_plain(numbers)), template_of(to_mathml(numbers)), tuple(written)
        )

    # ------------------------------------------------------------------------------------------------- writing

    def name(self, node: Value) -> str:
        """The name of a node as plain text."""
        return to_plain(self.symbol(node))

    def gradient_text(self, node: Value) -> str:
        """∂L/∂node as plain text."""
        return to_plain(self.gradient(node))

    def formula_text(self, node: Value) -> str:
        """``e = a + d`` as plain text."""
        return to_plain(equation(self.symbol(node), self.operation(node)))

    def kink_text(self, step: Step) -> str:
        """A sentence if the derivative along the edge of a step doesn't exist; empty if it does."""
        assert step.edge is not None
        kink = kink_at(step.edge.node, step.edge.position)
        if kink is None:
            return ""
        names = self.name(step.edge.node), self.name(step.node)
        local = to_plain(self.local_in_letters(step))
        return " " + sentence_on_kink(kink, step.edge.node, step.edge.position, names, local, self.digits, with_slopes=True)

    def product_text(self, step: Step) -> str:
        """Upstream × local = downstream, with letters and numbers, as plain text."""
        assert step.product is not None
        return to_plain(equation(self.product_in_letters(step), self.product_in_numbers(step), self.number(step.product)))

    def sentence(self, step: Step) -> str:
        """What a step does, in words."""
        if step.phase == "forward":
            assert step.value is not None
            shown, in_numbers = to_plain(self.number(step.value)), to_plain(self.operation(step.node, numbers=True))
            middle = f" = {in_numbers}" if in_numbers != shown else ""
            return f"Forward: {self.formula_text(step.node)}{middle} = {shown}."
        if step.phase == "seed":
            return f"Backward: {self.gradient_text(step.node)} = 1, the derivative of the output with respect to itself."
        assert step.before is None or step.after is not None
        why = ""
        if step.edge is not None and step.upstream is graph.OFF and not math.isfinite(step.local_derivative or 0.0):
            why = f" A choice left {self.name(step.edge.node)} out, so that it takes no part."
        why += self.kink_text(step)
        if step.before is None:
            return f"Backward: {self.gradient_text(step.node)} = {self.product_text(step)}.{why}"
        assert step.product is not None and step.after is not None
        added = to_plain(equation(sum_of(self.number(step.before), self.number(step.product)), self.number(step.after)))
        return (
            f"Backward: another use of {self.name(step.node)} adds {self.product_text(step)}: "
            f"{self.gradient_text(step.node)} = {added}.{why}"
        )

    def latex(self, step: Step) -> str:
        """A step in LaTeX, with letters and then with numbers."""
        letters, numbers = self.chain(step)
        if letters == numbers:
            return to_latex(letters)
        return f"{to_latex(letters)} \\qquad {to_latex(numbers)}"

    def mathml(self, step: Step) -> str:
        """A step as two ``<math>`` elements, with letters and then with numbers."""
        return "".join(f"<math>{part}</math>" for part in self.mathml_parts(step) if part)

    def mathml_parts(self, step: Step) -> tuple[str, str]:
        """The contents of the two ``<math>`` elements; the second is empty if it would repeat the first."""
        letters, numbers = self.chain(step)
        return to_mathml(letters), "" if letters == numbers else to_mathml(numbers)
