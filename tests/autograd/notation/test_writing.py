"""Where parentheses and signs stand, so that nothing is misread."""

from __future__ import annotations

import pytest

from autograd.notation.formulas import Formula, number, partial, product_of, symbol
from autograd.notation.names import name_of_label
from autograd.notation.plain import to_plain
from autograd.number_systems.formulas import FORMULAS, formula_of, local_derivative_of
from autograd.table.primitives import TABLE


def letter(label: str) -> Formula:
    return symbol(name_of_label(label))


a, b, x = letter("a"), letter("b"), letter("x")
numbers = [(number(2.0), number(-3.0)), (number(-4.0), number(5.0))]
phrase, words = letter("a + b"), letter("train loss")


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (formula_of(TABLE["dot"], numbers), "2 · (−4) + (−3) · 5"),
        (a - (-b), "a − (−b)"),
        (a - -3.0 * x, "a − (−3x)"),
        (product_of(a, -2.0 * x), "a · (−2x)"),
        (-(-2.0 * x), "−(−2x)"),
        (-0.5 * a / x, "−0.5a ÷ x"),
        (a - -0.5 * b / x, "a − (−0.5b ÷ x)"),
        (2.0 * FORMULAS.erfc(x), "2 · erfc(x)"),
        (2.0 * FORMULAS.where(x > 0.0, x, 0.0), "2 · where([x > 0], x, 0)"),
        (x * FORMULAS.exp(-(x * x)), "x · exp(−x²)"),
        (number(float("nan")) * x, "nan · x"),
    ],
)
def test_signs(formula: Formula, written: str) -> None:
    assert to_plain(formula) == written


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (formula_of(TABLE["multiply"], [phrase, x]), "(a + b) × x"),
        (x - phrase, "x − (a + b)"),
        (-phrase, "−(a + b)"),
        (words * words, "(train loss)²"),
        (words * x, "train loss · x"),
        (formula_of(TABLE["sqrt"], [words]), "√(train loss)"),
        (partial(words, phrase), "∂(train loss)/∂(a + b)"),
    ],
)
def test_a_name_that_reads_like_a_formula_is_one_thing(formula: Formula, written: str) -> None:
    assert to_plain(formula) == written


def test_the_number_e_is_not_written_next_to_a_node_called_e() -> None:
    assert to_plain(formula_of(TABLE["exp"], [letter("e")])) == "exp(e)"
    assert to_plain(formula_of(TABLE["exp"], [x])) == "eˣ"


def test_the_position_of_a_pick_is_known() -> None:
    derivatives = local_derivative_of(TABLE["pick"], [(a, b), number(1.0)], letter("y"))
    assert list(map(to_plain, derivatives)) == ["0", "1", "0"]


def test_a_condition_may_be_an_equation() -> None:
    derivatives = local_derivative_of(TABLE["where"], [(FORMULAS.equal(x, 1.0), a, b)], letter("y"))
    assert list(map(to_plain, derivatives)) == ["0", "[[x = 1] ≠ 0]", "[[x = 1] = 0]"]


def test_a_guard_of_a_constant_is_left_out() -> None:
    derivatives = local_derivative_of(TABLE["power"], [number(2.0), x], letter("y"))
    assert list(map(to_plain, derivatives)) == ["x · 2ˣ⁻¹", "y · ln(2)"]
