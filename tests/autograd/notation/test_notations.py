"""What each notation knows by itself: scripts, upright letters, characters that a file or a page must not get."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from matplotlib.mathtext import MathTextParser

from autograd.notation.formulas import Formula, number, power, symbol
from autograd.notation.latex import to_latex
from autograd.notation.mathml import math as math_element
from autograd.notation.mathml import to_mathml
from autograd.notation.names import Run, name_of_label
from autograd.notation.plain import to_plain
from autograd.number_systems.formulas import FORMULAS

x = symbol(name_of_label("x"))


def test_the_number_e_is_upright_and_a_node_called_e_is_not() -> None:
    e = symbol(name_of_label("e"))
    assert to_latex(FORMULAS.exp(x)) == r"\mathrm{e}^{x}"
    assert to_latex(power(e, x)) == "e^{x}"
    assert to_mathml(FORMULAS.exp(x)) == '<msup><mi mathvariant="normal">e</mi><mi>x</mi></msup>'
    assert to_mathml(power(e, x)) == "<msup><mi>e</mi><mi>x</mi></msup>"


@pytest.mark.parametrize("label", ["w_1^2_3", "w^1_2^3", "x_a^b_c^d"])
def test_scripts_that_take_turns_are_all_written(label: str) -> None:
    formula = symbol(name_of_label(label)) ** 2.0
    MathTextParser("path").parse(f"${to_latex(formula)}$")
    element = ElementTree.fromstring(math_element(formula))
    written = filter(str.isalnum, "".join(element.itertext()))
    assert sorted(written) == sorted(filter(str.isalnum, label + "2"))
    assert all(len(one) == {"msub": 2, "msup": 2, "msubsup": 3}.get(one.tag, len(one)) for one in element.iter())


def test_a_name_of_several_pieces_is_written_whole() -> None:
    name = (Run("a", italic=True), Run("1", -1), Run("b", italic=True), Run("2", 1))
    assert to_mathml(symbol(name)) == "<msub><mi>a</mi><mn>1</mn></msub><msup><mi>b</mi><mn>2</mn></msup>"
    assert to_latex(symbol(name)) == "a_{1}b^{2}"


def test_indices_are_variables_in_mathml() -> None:
    assert to_mathml(symbol(name_of_label("alpha_i"))) == "<msub><mi>α</mi><mi>i</mi></msub>"


def test_functions_have_their_scripts() -> None:
    assert to_mathml(FORMULAS.log10(x)).startswith("<msub><mi>log</mi><mn>10</mn></msub>")
    assert to_mathml(FORMULAS.log2(x)).startswith("<msub><mi>log</mi><mn>2</mn></msub>")
    assert to_mathml(FORMULAS.sech2(x)).startswith("<msup><mi>sech</mi><mn>2</mn></msup>")


def test_latex_in_a_page_begins_no_element() -> None:
    written = to_latex(symbol(name_of_label("<script>alert(1)</script>")))
    assert "<s" not in written and "</" not in written


@pytest.mark.parametrize("label", ["\ud800", "a\x07b", "x\x9f"])
def test_latex_can_be_saved(label: str) -> None:
    written = to_latex(symbol(name_of_label(label)))
    assert written.encode() and written.isprintable()


def test_a_primed_variable_is_a_variable() -> None:
    assert to_latex(symbol(name_of_label("x'"))) == "x'"
    MathTextParser("path").parse(f"${to_latex(symbol(name_of_label(chr(39))))}$")


@pytest.mark.parametrize(
    ("radicand", "written"),
    [
        (number(4.0), "√4"),
        (number(0.5), "√0.5"),
        (number(-4.0), "√(−4)"),
        (number(2e-9), "√(2e−9)"),
        (x, "√x"),
        (x + 1.0, "√(x + 1)"),
    ],
)
def test_how_far_a_root_reaches_in_one_line(radicand: Formula, written: str) -> None:
    assert to_plain(Formula("root", radicand)) == written


def test_a_power_of_a_root_is_no_root_of_a_power() -> None:
    root, cube_root = Formula("root", x), Formula("cube root", x + 1.0)
    assert [to_plain(root**3.0), to_plain(cube_root**2.0), to_plain(root * root)] == ["(√x)³", "(∛(x + 1))²", "x"]
    assert to_latex(root**3.0) == r"\sqrt{x}^{3}"


def test_tidying() -> None:
    assert to_plain((x * 2.0) * x) == "2x²"
    assert to_plain(x * (3.0 * symbol(name_of_label("y")))) == "3xy"
    assert to_plain(-1.0 / (1.0 + x)) == "−1 ÷ (1 + x)"
    assert to_latex(-2.0 / x) == r"-\frac{2}{x}"
