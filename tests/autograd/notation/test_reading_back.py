"""What is written means what the formula means: random formulas are written, read back by other means, and computed."""

from __future__ import annotations

import math
import random
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest

from autograd.notation.formulas import Formula, number, product_of, sum_of, symbol
from autograd.notation.latex import to_latex
from autograd.notation.mathml import math as math_element
from autograd.notation.names import name_of_label
from autograd.notation.plain import to_plain

LETTERS = {"a": 1.3, "b": 0.7, "c": 2.1}
NUMBERS = (-3.0, -0.5, 0.25, 2.0, 3.0)
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵃᵇᶜ", "0123456789-+abc", strict=True))


def random_formula(choices: random.Random, depth: int) -> tuple[Formula, float]:
    """A formula and its value, which is computed beside it."""
    if depth == 0 or choices.random() < 0.15:
        if choices.random() < 0.7:
            letter = choices.choice(sorted(LETTERS))
            return symbol(name_of_label(letter)), LETTERS[letter]
        value = choices.choice(NUMBERS)
        return number(value), value
    left, x = random_formula(choices, depth - 1)
    right, y = random_formula(choices, depth - 1)
    kind = choices.choice(["+", "-", "*", "/", "negative", "power", "sum", "product", "factors", "root", "absolute"])
    if kind == "+":
        return left + right, x + y
    if kind == "-":
        return left - right, x - y
    if kind == "*":
        return left * right, x * y
    if kind == "/":
        return left / right, x / y
    if kind == "negative":
        return -left, -x
    if kind == "power":
        exponent = choices.choice([2.0, 3.0, -1.0])
        return left**exponent, x**exponent
    if kind == "sum":
        return sum_of(left, right, left), x + y + x
    if kind == "product":
        return product_of(left, right), x * y
    if kind == "factors":
        return Formula("*", left, right), x * y
    if kind == "root":
        return Formula("root", left * left), math.sqrt(x * x)
    return abs(left), abs(x)


def compute(arithmetic: str) -> float:
    """The value of a formula in Python's notation, in which two factors may stand side by side."""
    tokens = re.findall(r"\*\*|abs\(|sqrt\(|\d+(?:\.\d+)?|[abc]|[-+*/()]", arithmetic)
    assert "".join(tokens) == arithmetic.replace(" ", ""), f"unread: {arithmetic!r}"
    spelled: list[str] = []
    for token in tokens:
        if spelled and re.fullmatch(r"[\w.]+|\)", spelled[-1]) and re.match(r"[\w(]", token):
            spelled.append("*")
        spelled.append(token)
    return float(eval("".join(spelled), {"sqrt": math.sqrt, "abs": abs, **LETTERS}))


def from_plain(formula: Formula) -> float:
    text = to_plain(formula)
    text = re.sub(f"[{''.join(SUPERSCRIPTS)}]+", lambda found: f"**({''.join(map(SUPERSCRIPTS.__getitem__, found[0]))})", text)
    for sign, spelled in {"−": "-", "·": "*", "×": "*", "÷": "/", "√": "sqrt"}.items():
        text = text.replace(sign, spelled)
    text = re.sub(r"sqrt(\d+(?:\.\d+)?|[abc])", r"sqrt(\1)", text)
    text = re.sub(r"\^(\()", r"**\1", text)
    return compute(text)


def from_latex(formula: Formula) -> float:
    text = (
        to_latex(formula).replace(r"\left|", " abs( ").replace(r"\right|", " ) ").replace(r"\left(", "(").replace(r"\right)", ")")
    )
    text = text.replace(r"\cdot", "*").replace(r"\times", "*").replace(r"\sqrt", "sqrt").replace("^", "**")
    while r"\frac" in text:  # from the inside out: the last one has no other within
        before, _, rest = text.rpartition(r"\frac")
        end = closing(rest, 0)
        last = closing(rest, end + 1)
        text = f"{before}(({rest[1:end]})/({rest[end + 2 : last]})){rest[last + 1 :]}"
    return compute(text.replace("{", "(").replace("}", ")"))


def closing(text: str, start: int) -> int:
    """Where the brace that opens at the start is closed."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0:
            return position
    raise AssertionError(f"a brace stays open in {text!r}")


def from_mathml(formula: Formula) -> float:
    def read(element: ElementTree.Element) -> str:
        inside = [read(child) for child in element]
        if element.tag == "mfrac":
            return f"(({inside[0]})/({inside[1]}))"
        if element.tag == "msup":
            return f"{inside[0]}**({inside[1]})"
        if element.tag == "msqrt":
            return f"sqrt({''.join(inside)})"
        if element.tag == "mrow" and element[0].text == "|":
            return f"abs({''.join(inside[1:-1])})"
        text = element.text or ""
        return "".join(inside) + {"−": "-", "·": "*", "×": "*"}.get(text, text)

    return compute(read(ElementTree.fromstring(math_element(formula))))


@pytest.mark.parametrize("read", [from_plain, from_latex, from_mathml])
def test_a_formula_that_is_read_back_has_its_value(read: Callable[[Formula], float]) -> None:
    choices = random.Random(11)
    checked = 0
    while checked < 300:
        try:
            formula, expected = random_formula(choices, 3)
        except ZeroDivisionError:
            continue
        if read is from_plain and "|" in to_plain(formula):
            continue  # bars that open and bars that close look the same in one line
        try:
            found = read(formula)
        except ZeroDivisionError:
            continue  # 1 ÷ (a − a): rounding decides what is computed
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-9), to_plain(formula)
        checked += 1
