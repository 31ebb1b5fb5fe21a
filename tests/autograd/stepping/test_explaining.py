"""Why a gradient is what it is: the terms sum to it, by use and by path."""

from __future__ import annotations

import math

import pytest
from drawn_graphs import random_graph, text_example

from autograd import Value, explain, grad, tanh
from autograd.engine.graph import topological_order
from autograd.stepping import step_through


def test_the_texts_example() -> None:
    output, nodes = text_example()
    explanation = explain(nodes["a"], output)
    assert str(explanation).splitlines() == [
        "∂L/∂a = −2, its only use:", "  through e = a + d: ∂L/∂e · ∂e/∂a = (−2) · 1 = −2",
    ]  # fmt: skip
    assert explanation.latex == (
        r"\frac{\partial L}{\partial a} = \frac{\partial L}{\partial e} \cdot \frac{\partial e}{\partial a} "
        r"= \left( -2 \right) \cdot 1 = -2"
    )
    by_path = explain(nodes["b"], output, by="path")
    assert str(by_path).splitlines()[1] == "  b → d → e → L: 2 · 1 · (−2) = −4"
    assert by_path.latex.startswith(
        r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial e} \cdot \frac{\partial e}{\partial d} \cdot "
        r"\frac{\partial d}{\partial b}"
    )
    bundle = explanation._repr_mimebundle_()
    assert bundle["text/latex"] == rf"$\displaystyle {explanation.latex}$" and bundle["text/plain"] == str(explanation)
    assert explanation.mathml.startswith("<math") and explanation.mathml in bundle["text/html"]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("by", ["use", "path"])
def test_terms_sum_to_the_gradient(seed: int, by: str) -> None:
    output = random_graph(seed, 14)
    for node in topological_order(output):
        if node.primitive.name == "constant" or node is output:
            continue
        explanation = explain(node, output, by=by, limit=10**6)
        assert explanation.gradient == grad(output, node)
        scale = sum(abs(term.product) for term in explanation.terms) + 1e-300
        assert math.fsum(term.product for term in explanation.terms) == pytest.approx(explanation.gradient, abs=1e-12 * scale)
        for term in explanation.terms:
            assert math.prod(term.factors) == pytest.approx(term.product)
            assert term.nodes[0] is node


def test_the_stepper_explains_by_name() -> None:
    output, nodes = text_example()
    assert str(step_through(output).explain("a")) == str(explain(nodes["a"], output))


def test_the_output_itself() -> None:
    output, _ = text_example()
    assert explain(output, output).text == "∂L/∂L = 1: it is the output"


def test_many_terms_are_counted_and_not_all_written() -> None:
    x = Value(1.0, "x")
    y = x * 1.0
    for _ in range(49):
        y = y + x
    explanation = explain(x, y, limit=3)
    assert explanation.gradient == 50.0 and len(explanation.terms) == 50
    assert explanation.text.splitlines()[-1] == "  … and 47 more" and len(explanation.text.splitlines()) == 5


def test_what_has_no_gradient() -> None:
    output, _ = text_example()
    constant = next(v for v in topological_order(output) if v.primitive.name == "constant")
    with pytest.raises(ValueError, match=r"no gradient reaches .*: it is a constant"):
        explain(constant, output)
    with pytest.raises(ValueError, match="no gradient reaches stranger: the output was not computed from it"):
        explain(Value(1.0, "stranger"), output)
    with pytest.raises(ValueError, match='by is "use" or "path", not \'walk\''):
        explain(output, tanh(output), by="walk")
