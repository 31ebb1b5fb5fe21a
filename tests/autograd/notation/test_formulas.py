"""Formulas of every primitive of the table, and of its local derivatives, in all notations; and what they mean in numbers."""

from __future__ import annotations

import math
import re
import warnings
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from autograd.notation.formulas import (
    Formula,
    equation,
    number,
    partial,
    product_of,
    symbol,
)
from autograd.notation.latex import to_latex
from autograd.notation.mathml import math as math_element
from autograd.notation.mathml import to_mathml
from autograd.notation.names import name_of_label
from autograd.notation.plain import to_plain
from autograd.number_systems.formulas import formula_of, local_derivative_of
from autograd.table.floats import FLOATS
from autograd.table.primitives import TABLE

NAMES = [name for name, primitive in TABLE.items() if primitive.arity]
NASTY = ["<script>", '"&', "a\nb", "\\alpha", "$x$", "50%", "#1", "_{", "x^", "~", "]]>", "\x00", "漢字"]


def letter(label: str) -> Formula:
    return symbol(name_of_label(label))


def groups_of(point: Any, arity: int) -> list[Any]:
    """The operands of a point as groups of symbols, with the numbers they stand for."""
    if arity == 1:
        return [point]
    if arity == 2 or isinstance(point[0], tuple):
        return list(point)
    return [point]


def flat(group: Any) -> tuple[Any, ...]:
    return group if isinstance(group, tuple) else (group,)


def named(groups: list[Any]) -> tuple[list[Any], dict[str, float]]:
    """Symbols in the place of numbers, and what they stand for."""
    numbers: dict[str, float] = {}

    def name(number: float) -> Formula:
        label = f"q{len(numbers) + 1}"
        numbers[label] = number
        return letter(label)

    return [tuple(map(name, group)) if isinstance(group, tuple) else name(group) for group in groups], numbers


def evaluate(formula: Formula, numbers: dict[str, float]) -> float:
    """What a formula means, by an evaluator that knows nothing of the table's rules for derivatives."""
    parts = formula.parts
    kind = formula.kind

    def of(part: Formula) -> float:
        return evaluate(part, numbers)

    if kind == "symbol":
        return numbers[formula.name[0].text + "".join(run.text for run in formula.name[1:])]
    if kind == "number":
        return formula.number
    if kind == "+":
        return math.fsum(map(of, parts))
    if kind == "-":
        return of(parts[0]) - of(parts[1])
    if kind in ("*", "×", "·"):
        return math.prod(map(of, parts))
    if kind == "/":
        return of(parts[0]) / of(parts[1])
    if kind == "mod":
        return of(parts[0]) % of(parts[1])
    if kind == "floor":
        # In one step: the quotient's own rounding may reach the next whole number.
        return of(parts[0].parts[0]) // of(parts[0].parts[1]) if parts[0].kind == "/" else of(parts[0]) // 1.0
    if kind == "negative":
        return -of(parts[0])
    if kind == "power":
        base = math.e if parts[0] == letter_e() else of(parts[0])
        return base ** of(parts[1])
    if kind == "root":
        return math.sqrt(of(parts[0]))
    if kind == "cube root":
        return math.cbrt(of(parts[0]))
    if kind == "absolute":
        return abs(of(parts[0]))
    if kind == "bracket":
        left, right = map(of, parts[0].parts)
        holds = {"<": left < right, "≤": left <= right, ">": left > right, "≥": left >= right, "=": left == right,
                 "≠": left != right}  # fmt: skip
        return float(holds[parts[0].kind])
    if kind == "choice":
        return of(parts[1]) if of(parts[0]) else of(parts[2])
    assert kind == "call", kind
    name = formula.name[0].text
    operands = list(map(of, parts))
    if name == "softmax":
        return FLOATS.softmax(operands)[int(formula.name[1].text) - 1]
    if name in ("max", "min"):
        return max(operands) if name == "max" else min(operands)
    known = {"ln": "log", "log₂": "log2", "log₁₀": "log10", "σ": "sigmoid", "sech²": "sech2"}
    return float(getattr(FLOATS, known.get(name, name))(*operands))


def letter_e() -> Formula:
    from autograd.number_systems.formulas import FORMULAS

    return FORMULAS.exp(letter("x")).parts[0]


def assert_well_formed(formula: Formula) -> None:
    element = ElementTree.fromstring(math_element(formula))
    # Elements that take a fixed number of arguments have them.
    for one in element.iter():
        wanted = {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "mroot": 2}.get(one.tag)
        assert wanted is None or len(one) == wanted, one.tag
    latex = to_latex(formula)
    unescaped = re.sub(r"\\[{}]", "", latex)
    assert unescaped.count("{") == unescaped.count("}") and latex.count("\\left") == latex.count("\\right")


@pytest.mark.parametrize("name", NAMES)
def test_every_local_derivative_means_what_the_table_says(name: str) -> None:
    primitive = TABLE[name]
    checked = 0
    for point in primitive.points:
        groups = groups_of(point, primitive.arity)
        operands = [x for group in groups for x in flat(group)]
        if not all(math.isfinite(x) and 1e-3 < abs(x) < 20.0 for x in operands) or len(operands) > 4:
            continue  # the formula leaves out guards for single points and for overflow
        result = primitive.calculate(*groups)
        symbols, numbers = named(groups)
        numbers["y"] = result
        expected = primitive.quiet_local_derivatives(groups, result)
        formulas = local_derivative_of(primitive, symbols, letter("y"))
        ties = name in ("maximum", "minimum") and len(set(operands)) < len(operands)
        for formula, derivative in zip(formulas, expected, strict=True):
            assert_well_formed(formula)
            if math.isfinite(derivative) and not ties:
                assert evaluate(formula, numbers) == pytest.approx(derivative, rel=1e-9, abs=1e-12), to_plain(formula)
                checked += 1
    assert checked, f"no point of {name} was checked"


@pytest.mark.parametrize("name", NAMES)
def test_every_primitive_has_a_formula(name: str) -> None:
    primitive = TABLE[name]
    moderate = (
        point for point in primitive.points if all(abs(x) < 100.0 for g in groups_of(point, primitive.arity) for x in flat(g))
    )
    groups = groups_of(next(moderate), primitive.arity)
    symbols, numbers = named(groups)
    formula = formula_of(primitive, symbols)
    assert_well_formed(formula)
    written = to_plain(formula)
    assert "q₁" in written
    named_function = formula.kind == "call" and formula.name[0].text not in ("ln", "σ", "sin", "tanh")
    if primitive.arity in (1, 2) and not named_function:
        assert evaluate(formula, numbers) == pytest.approx(primitive.calculate(*groups), rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_matplotlib_can_set_the_latex(name: str) -> None:
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    primitive = TABLE[name]
    symbols, _ = named(groups_of(primitive.points[0], primitive.arity))
    for formula in (formula_of(primitive, symbols), *local_derivative_of(primitive, symbols, letter("y"))):
        parser.parse(f"${to_latex(formula)}$")


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (letter("a") - (letter("b") + letter("c")), "a − (b + c)"),
        (letter("a") - (letter("b") - letter("c")), "a − (b − c)"),
        (letter("a") + number(-2.0), "a + (−2)"),
        (letter("a") / (letter("b") * letter("c")), "a ÷ (bc)"),
        ((letter("a") + 1.0) * letter("b"), "(a + 1)b"),
        (letter("a") * letter("a"), "a²"),
        (letter("a") % letter("b") % letter("c"), "(a mod b) mod c"),
        ((letter("a") + 1.0) % (2.0 * letter("b")), "(a + 1) mod (2b)"),
        (2.0 * letter("a") % letter("b"), "2a mod b"),
        (letter("c") * (letter("a") % letter("b")) + letter("a") % number(-2.0), "c(a mod b) + (a mod (−2))"),
        (-(letter("a") % letter("b")), "−(a mod b)"),
        (equation(letter("c"), letter("a") % letter("b")), "c = a mod b"),
        (letter("c") - letter("a") // letter("b") * letter("c"), "c − ⌊a ÷ b⌋c"),
        (letter("a") // 1.0, "⌊a⌋"),
        (-(letter("y") * letter("y")), "−y²"),
        ((-letter("x")) ** 2.0, "(−x)²"),
        (number(-2.0) ** letter("x"), "(−2)ˣ"),
        (letter("x") * 2.0, "2x"),
        (1.0 * letter("x"), "x"),
        (-1.0 * -letter("x"), "x"),
        (letter("loss") * letter("x"), "loss · x"),
        (product_of(number(-2.0), number(-3.0)), "(−2) · (−3)"),
        (partial(letter("L"), letter("w_1")), "∂L/∂w₁"),
        (equation(letter("a"), letter("b"), number(2.0)), "a = b = 2"),
        (letter("x") / letter("y") / letter("z"), "x ÷ (yz)"),
        (letter("w^2_1") ** 2.0, "(w²₁)²"),
    ],
)
def test_parentheses_where_they_are_needed(formula: Formula, written: str) -> None:
    assert to_plain(formula) == written
    assert_well_formed(formula)


@pytest.mark.parametrize("label", NASTY)
def test_a_label_is_text_in_every_notation(label: str) -> None:
    from matplotlib.mathtext import MathTextParser

    formula = equation(letter(label), 2.0 * letter(label) + 1.0)
    assert_well_formed(formula)
    assert "<script" not in to_mathml(formula)
    element = ElementTree.fromstring(math_element(formula))
    said = "".join(element.itertext())
    assert label.replace("\n", " ").replace("\x00", "\N{REPLACEMENT CHARACTER}") in said
    if '"' not in label:  # which mathtext lacks, and LaTeX has
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its font lacks some characters
            MathTextParser("path").parse(f"${to_latex(formula)}$")


def test_latex_of_the_chain_rule() -> None:
    chain = equation(
        partial(letter("L"), letter("b")), product_of(partial(letter("L"), letter("d")), partial(letter("d"), letter("b"))),
        product_of(number(-2.0), number(2.0)), number(-4.0),
    )  # fmt: skip
    assert to_latex(chain) == (
        r"\frac{\partial L}{\partial b} = \frac{\partial L}{\partial d} \cdot \frac{\partial d}{\partial b} "
        r"= \left( -2 \right) \cdot 2 = -4"
    )


def test_layers_in_every_notation() -> None:
    z, w = letter("z^{[2]}"), letter("w^[1]_21")
    assert [to_latex(z), to_latex(w), to_latex(z**2.0)] == ["z^{[2]}", "w^{[1]}_{21}", r"\left( z^{[2]} \right)^{2}"]
    assert to_mathml(w) == "<msubsup><mi>w</mi><mn>21</mn><mtext>[1]</mtext></msubsup>"
    assert [to_plain(z), to_plain(w * z), to_plain(z**2.0)] == ["z^[2]", "w^[1]₂₁z^[2]", "(z^[2])²"]


def test_a_sign_before_one_thing_is_set_tight() -> None:
    a, b = letter("a"), letter("b")
    assert to_plain(equation(b, -a)) == "b = −a"
    assert to_latex(equation(b, -a)) == "b = -a"
    tight = '<mo form="prefix">−</mo>'
    assert to_mathml(equation(b, -a)) == f"<mi>b</mi><mo>=</mo>{tight}<mi>a</mi>"
    assert to_mathml(equation(b, number(-2.0))) == f"<mi>b</mi><mo>=</mo>{tight}<mn>2</mn>"
    assert to_mathml(a - b) == "<mi>a</mi><mo>−</mo><mi>b</mi>"


def test_numbers_in_every_notation() -> None:
    assert to_latex(number(-1.5e-7)) == r"-1.5 \cdot 10^{-7}"
    assert (
        to_mathml(number(-1.5e-7)) == '<mo form="prefix">−</mo><mn>1.5</mn><mo>·</mo><msup><mn>10</mn>'
        '<mrow><mo form="prefix">−</mo><mn>7</mn></mrow></msup>'
    )
    assert to_latex(number(math.inf)) == r"\infty" and to_latex(number(math.nan)) == r"\mathrm{nan}"


def test_long_sums_are_shortened() -> None:
    operands = tuple(letter(f"x{k}") for k in range(1, 21))
    assert to_plain(formula_of(TABLE["total"], [operands])) == "x₁ + x₂ + … + x₂₀"
    assert to_plain(formula_of(TABLE["dot"], [operands[:10], operands[10:]])) == "x₁x₁₁ + x₂x₁₂ + … + x₁₀x₂₀"
