"""A primitive that no list knows is written everywhere as its entry says: in pictures, formulas, steps and plain text."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from matplotlib.mathtext import MathTextParser

from autograd import Value, draw, draw_dot, explain, paths, primitive, step_through
from autograd.engine import graph
from autograd.engine.value import recorded_as
from autograd.notation.formulas import Formula, symbol
from autograd.notation.latex import to_latex
from autograd.notation.mathml import math as math_element
from autograd.notation.names import name_of_label
from autograd.notation.plain import to_plain
from autograd.number_systems.formulas import FORMULAS, formula_of
from autograd.table.definitions import enter, withdraw
from autograd.table.rules import MANY, Primitive, Summed


def half_of_each(m: Any, xs: Any, y: Any) -> list[Any]:
    return [0.5 for _ in xs]


# For each kind of symbol: an entry of the table, and how it is written in plain text and in LaTeX.
ENTRIES: dict[str, tuple[Primitive, str, str]] = {
    "a name": (
        Primitive("own", "gd", 1, lambda m, x: m.atan(m.sinh(x)), lambda m, x, y: 1.0 / m.cosh(x)),
        "gd(a)", r"\mathrm{gd}\left( a \right)",
    ),
    "a name with an index": (
        Primitive("own", "f₁₂", 1, lambda m, x: 0.5 * x, lambda m, x, y: 0.5),
        "f₁₂(a)", r"\mathrm{f}_{12}\left( a \right)",
    ),
    "a Greek letter": (
        Primitive("own", "Φ", 1, lambda m, x: 0.5 * x, lambda m, x, y: 0.5),
        "Φ(a)", r"\Phi \left( a \right)",
    ),
    "a sign before one": (
        Primitive("own", "¬", 1, lambda m, x: 1.0 - x, lambda m, x, y: -1.0),
        "¬(a)", r"¬\left( a \right)",
    ),
    "a sign between two": (
        Primitive("own", "⊕", 2, lambda m, a, b: a + b - a * b, lambda m, a, b, y: (1.0 - b, 1.0 - a)),
        "a ⊕ b", "a ⊕ b",
    ),
    "a relation": (
        Primitive("own", "≠", 2, lambda m, a, b: 1.0 - m.equal(a, b), lambda m, a, b, y: (0.0, 0.0)),
        "[a ≠ b]", r"\left[ a \neq b \right]",
    ),
    "a name of two": (
        Primitive("own", "mean", 2, lambda m, a, b: 0.5 * (a + b), lambda m, a, b, y: (0.5, 0.5)),
        "mean(a, b)", r"\mathrm{mean}\left( a, b \right)",
    ),
    "what its rule says": (
        Primitive("own", "root3", 1, lambda m, x: m.sqrt(x) ** 3.0, lambda m, x, y: 1.5 * m.sqrt(x), spelled_out=True),
        "(√a)³", r"\sqrt{a}^{3}",
    ),
    "a name of many": (
        Primitive("own", "midrange", MANY, lambda m, xs: 0.5 * m.total(xs), half_of_each),
        "midrange(a, b)", r"\mathrm{midrange}\left( a, b \right)",
    ),
    "a sign between many": (
        Primitive("own", "×", MANY, lambda m, xs: xs[0] * xs[1], lambda m, xs, y: [xs[1], xs[0]]),
        "a × b", r"a \times b",
    ),
    "a big sign": (
        Primitive("own", "∏", MANY, lambda m, xs: xs[0] * xs[1], lambda m, xs, y: [xs[1], xs[0]]),
        "∏(a, b)", r"∏\left( a, b \right)",
    ),
    "a sum of terms with a sign": (
        Summed("own", "∸", lambda m, a, b: a - b, lambda m, a, b, y: (1.0, -1.0)),
        "a ∸ b", "a ∸ b",
    ),
}  # fmt: skip


@pytest.fixture(params=ENTRIES)
def entry(request: pytest.FixtureRequest) -> Iterator[tuple[Primitive, str, str]]:
    entered = ENTRIES[request.param]
    enter(entered[0])
    yield entered
    withdraw(entered[0], None)


def grouped(primitive: Primitive, a: Any, b: Any) -> list[Any]:
    """Two operands, or the first of them, as the primitive takes them."""
    if isinstance(primitive, Summed):
        return [(a,), (b,)]
    return {1: [a], 2: [a, b]}.get(primitive.arity, [(a, b)])


def recorded(primitive: Primitive) -> Value:
    """A node of the primitive, as an operation of the engine makes it."""
    primitive.pulls = tuple(partial(graph.quiet_pull, position=position) for position in range(primitive.arity % 3))
    first, *rest = groups = grouped(primitive, Value(0.25, "a"), Value(0.75, "b"))
    data = primitive.calculate(*graph.numbers_of(groups))
    return recorded_as(primitive, first, rest[0] if rest else None, data)


def letter(label: str) -> Formula:
    return symbol(name_of_label(label))


def test_formulas(entry: tuple[Primitive, str, str]) -> None:
    primitive, written, latex = entry
    formula = formula_of(primitive, grouped(primitive, letter("a"), letter("b")))
    assert to_plain(formula) == written
    assert to_latex(formula) == latex
    shown = "".join(ElementTree.fromstring(math_element(formula)).itertext())
    assert "a" in shown and all(sign in shown for sign in primitive.symbol if not sign.isalnum())
    if latex.isascii():  # the other signs are for a font to have
        MathTextParser("path").parse(f"${latex}$")


def test_a_rule_that_uses_it(entry: tuple[Primitive, str, str]) -> None:
    primitive, written, _ = entry
    assert to_plain(FORMULAS.own(*grouped(primitive, letter("a"), letter("b")))) == written


def test_pictures(entry: tuple[Primitive, str, str]) -> None:
    primitive, written, _ = entry
    drawing = draw(recorded(primitive))
    assert drawing.text().startswith(f"L = {written} = ")
    titles = ["".join(text.itertext()) for text in ElementTree.fromstring(drawing.svg()).iter() if text.get("class") == "title"]
    assert f"L = {written}".replace("³", "3") in titles  # a power is a text that is moved
    assert primitive.symbol[0] in draw_dot(recorded(primitive)).source or primitive.spelled_out


def test_steps(entry: tuple[Primitive, str, str]) -> None:
    primitive, written, latex = entry
    stepper = step_through(recorded(primitive))
    first = stepper[0]
    assert first.sentence.startswith(f"Forward: L = {written} = ")
    assert first.latex.startswith(f"L = {latex} ")
    assert primitive.symbol[0] in first.mathml or primitive.spelled_out
    assert all(step.sentence and step.latex and step.mathml for step in stepper)
    assert str(stepper.explain("a")).startswith("∂L/∂a = ")


@pytest.mark.usefixtures("own_primitives")
def test_an_operation_of_a_user() -> None:
    function = primitive("logistic_sum", "⊞", lambda m, a, b: m.sigmoid(a + b), lambda m, a, b, y: (y * (1.0 - y),) * 2)
    a, b = Value(0.25, "a"), Value(-0.25, "b")
    output = function(2 * a, b)
    output.backward()
    assert draw(output).text().startswith("L = v₁ ⊞ b = 0.5622   ∂ = 1\n")
    assert "v1 ⊞ b" in "".join(ElementTree.fromstring(draw(output).svg()).itertext())
    steps = step_through(output)
    assert steps[1].sentence == "Forward: L = v₁ ⊞ b = 0.5 ⊞ (−0.25) = 0.5622."
    # The local derivative is read off the user's rule.
    assert to_plain(steps.wording.local(steps[-1])) == "2" and "L(1 − L)" in to_plain(steps.wording.local(steps[3]))
    assert str(explain(b, output)).endswith("through L = v₁ ⊞ b: ∂L/∂L · ∂L/∂b = 1 · 0.2461 = 0.2461")
    assert paths(a, output).text().endswith("a → v₁ → L: 2 · 0.2461 = 0.4923")
