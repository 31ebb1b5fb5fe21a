"""`explain`: why a gradient is what it is, as a sum of terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from autograd.drawing.path_products import paths
from autograd.engine import graph
from autograd.engine.outputs import single
from autograd.engine.value import Value
from autograd.notation.formulas import Formula, equation, number, partial, product_of, sum_of, symbol
from autograd.notation.latex import to_latex
from autograd.notation.mathml import math
from autograd.notation.names import plain
from autograd.notation.numbers import format_number
from autograd.stepping.steps import steps_of
from autograd.stepping.wording import Wording


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a gradient.

    Attributes:
        nodes: by path, the nodes from the one that is explained to the output; by use, the node and the one that uses it.
        factors: by path, all local derivatives from the output down; by use, the upstream gradient and the local derivative.
        product: the product of the factors.
    """

    nodes: tuple[Value, ...]
    factors: tuple[float, ...]
    product: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why ∂L/∂a is what it is. It prints as text; a notebook shows the formula.

    Attributes:
        gradient: ∂L/∂a.
        terms: the terms of which it is the sum: one for each use of a, or one for each path from a to L.
        text: the sum written out in words and numbers.
        latex: the sum as a formula in LaTeX.
        mathml: the sum as a ``<math>`` element, which is displayed without scripts and without a network.
    """

    gradient: float
    terms: tuple[Term, ...]
    text: str
    latex: str
    mathml: str

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/html": f'<div style="overflow-x:auto">{self.mathml}</div><pre>{escape(self.text)}</pre>',
            "text/latex": f"$\\displaystyle {self.latex}$",
            "text/plain": self.text,
        }


def explain(node: Value, output: Value, *, by: str = "use", digits: int = 4, limit: int = 20) -> Explanation:
    """Explain the gradient of an output with respect to a node.

    Args:
        node: any node of the output's graph.
        by: ``"use"`` gives one term for each use of the node: upstream × local derivative. ``"path"`` gives one for each path to
            the output: the product of all local derivatives along it.
        digits: how many significant digits numbers are rounded to in the text; a number below a million keeps its whole digits.
        limit: the largest number of terms to write out; the gradient is the sum of all.

    Raises:
        ValueError: the output was not computed from the node, the node is a constant, or `by` has another value.

    Source: the section on backward differentiation of the textbook (Jurafsky & Martin, *Speech and Language Processing*, the
    chapter on neural networks), which sums the contributions of several paths.

    >>> a = Value(3.0, "a")
    >>> print(explain(a, a * a + 2 * a))
    ∂L/∂a = 8, the sum of 3 terms, one for each use of a:
      through v₂ = 2 × a: ∂L/∂v₂ · ∂v₂/∂a = 1 · 2 = 2
      through v₁ = a × a: ∂L/∂v₁ · ∂v₁/∂a = 1 · 3 = 3
      through v₁ = a × a: ∂L/∂v₁ · ∂v₁/∂a = 1 · 3 = 3
    """
    if by not in ("use", "path"):
        raise ValueError(f'by is "use" or "path", not {by!r}')
    node, output = single(node), single(output)
    order = graph.topological_order(output)
    wording = Wording(output, order, digits)
    if node not in wording.names or node.primitive.name == "constant":
        why = "it is a constant" if node in wording.names else "the output was not computed from it"
        raise ValueError(f"no gradient reaches {node.label or repr(node)}: {why}")
    if by == "path" and node is not output:
        return _by_path(node, output, wording, limit)
    return _by_use(node, output, order, wording, limit)


def _by_use(node: Value, output: Value, order: Sequence[Value], wording: Wording, limit: int) -> Explanation:
    terms, lines = [], []
    gradient = 1.0 if node is output else 0.0
    letters: list[Formula] = []
    numbers: list[Formula] = []
    for step in steps_of(output, order, wording):
        if step.phase != "backward" or step.node is not node:
            continue
        assert step.edge is not None and step.upstream is not None
        assert step.local_derivative is not None and step.product is not None and step.after is not None
        gradient = step.after
        terms.append(Term((node, step.edge.node), (step.upstream, step.local_derivative), step.product))
        if len(terms) > limit:
            continue
        letters.append(wording.product_in_letters(step))
        numbers.append(wording.product_in_numbers(step))
        kink = wording.kink_text(step)
        lines.append(f"  through {wording.formula_text(step.edge.node)}: {wording.product_text(step)}{'.' if kink else ''}{kink}")
    of = wording.gradient_text(node)
    result = format_number(gradient, wording.digits)
    if not terms:
        why = "it is the output" if node is output else "no path leads from it to the output"
        formula = equation(wording.gradient(node), number(gradient, wording.digits))
        return Explanation(gradient, (), f"{of} = {result}: {why}", to_latex(formula), math(formula, block=True))
    name = plain(wording.names[node])
    uses = "its only use" if len(terms) == 1 else f"the sum of {len(terms):,} terms, one for each use of {name}"
    return _explanation(node, gradient, terms, f"{of} = {result}, {uses}:", lines, letters, numbers, wording)


def _by_path(node: Value, output: Value, wording: Wording, limit: int) -> Explanation:
    drawn = paths(node, output, limit=limit, digits=wording.digits)
    names = wording.names
    terms, letters, numbers = [], [], []
    for path in drawn.paths:
        factors = path.local_derivatives[::-1]
        terms.append(Term(path.nodes, factors, path.product))
        steps = list(zip(path.nodes[1:][::-1], path.nodes[:-1][::-1], strict=True))
        letters.append(product_of(*(partial(symbol(names[upper]), symbol(names[lower])) for upper, lower in steps)))
        numbers.append(product_of(*(number(factor, wording.digits) for factor in factors)))
    heading, *lines = drawn.text().splitlines()
    return _explanation(node, drawn.total, terms, heading, lines, letters, numbers, wording)


def _explanation(
    node: Value,
    gradient: float,
    terms: Sequence[Term],
    heading: str,
    lines: list[str],
    letters: Sequence[Formula],
    numbers: Sequence[Formula],
    wording: Wording,
) -> Explanation:
    if len(terms) > len(letters):
        lines.append(f"  … and {len(terms) - len(letters):,} more")
    sides = [wording.gradient(node), sum_of(*letters), sum_of(*numbers), number(gradient, wording.digits)]
    formula = equation(*(sides if sides[2] != sides[3] else sides[:3]))
    return Explanation(gradient, tuple(terms), "\n".join([heading, *lines]), to_latex(formula), math(formula, block=True))
