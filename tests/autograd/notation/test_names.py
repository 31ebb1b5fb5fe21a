"""Names and numbers as a reader sees them."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograd.notation.formulas import symbol
from autograd.notation.names import Run, name_of_label, plain
from autograd.notation.numbers import format_number
from autograd.notation.plain import to_plain


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("a", "a"), ("w1", "w₁"), ("w_1", "w₁"), ("w[1]", "w₁"), ("w[0][2]", "w₀₂"), ("w[0][12]", "w₀,₁₂"), ("h_{ij}", "hᵢⱼ"),
        ("w^2_31", "w²₃₁"), ("w_31^2", "w₃₁²"), ("b^{10}_1", "b¹⁰₁"), ("alpha", "α"), ("alpha_i", "αᵢ"), ("theta0", "θ₀"),
        ("Omega", "Ω"), ("lambda", "λ"), ("conv2", "conv2"), ("loss", "loss"), ("train loss", "train loss"), ("x'", "x'"),
        ("ŷ", "ŷ"), ("layers.0.weight.1.0", "layers.0.weight.1.0"), ("<script>", "<script>"), ("", ""), ("_x", "_x"), ("5", "5"),
        ("x_β", "x_β"), ("L_CE", "L_CE"), ("L_CE^2", "L_CE²"), ("L_{a+q}", "L_{a+q}"), ("x_AB_2", "x_{AB,2}"),
        ("z^[2]", "z^[2]"), ("z^{[2]}", "z^[2]"), ("w^{[1]}_{21}", "w^[1]₂₁"), ("w_21^[1]", "w₂₁^[1]"),
        ("w^[10]_{3,11}", "w^[10]₃,₁₁"), ("h^{[enc,1]}_2", "h^[enc,1]₂"), ("x^{[a][b]}", "x^{[a][b]}"),
    ],
)  # fmt: skip
def test_labels(label: str, written: str) -> None:
    assert plain(name_of_label(label)) == written


def test_a_label_is_one_line_without_commands_for_the_terminal() -> None:
    assert plain(name_of_label("a\nb\x1b[31m\tc")) == "a b\N{REPLACEMENT CHARACTER}[31m c"


def test_nothing_runs_into_a_subscript_in_plain_text() -> None:
    loss, x = symbol(name_of_label("L_CE")), symbol(name_of_label("x"))
    assert to_plain(loss * x) == "L_CE · x"
    assert to_plain(x * loss) == "xL_CE"
    assert to_plain(-loss * x + 2.0 * loss) == "(−L_CE)x + 2L_CE"
    assert to_plain(x * loss * x) == "xL_CE · x"


@pytest.mark.parametrize("label", ["1", "2.5", "1e3", "inf", "nan"])
def test_a_label_that_looks_like_a_number_is_a_name(label: str) -> None:
    formula = symbol(name_of_label(label))
    assert formula.kind == "symbol" and to_plain(1.0 + 2.0 * formula).startswith("1 + 2")
    assert symbol((Run("−2"),)).kind == "number", "as an unlabelled constant's name"


def test_only_single_letters_are_variables() -> None:
    assert [run.italic for run in name_of_label("w_12")] == [True, False]
    assert not name_of_label("loss")[0].italic
    assert name_of_label("alpha") == (Run("α", italic=True),)


@given(st.text(max_size=20))
def test_any_label_can_be_read(label: str) -> None:
    runs = name_of_label(label)
    assert all(run.text for run in runs)
    assert bool(runs) == bool(label)


@pytest.mark.parametrize(
    ("x", "digits", "written"),
    [
        (-2.0, 4, "−2"), (0.0, 4, "0"), (-0.0, 4, "0"), (1 / 3, 4, "0.3333"), (1 / 3, 2, "0.33"), (0.1 + 0.2, 4, "0.3"),
        (123456.0, 4, "123456"), (123456.7, 4, "123457"), (1234.5678, 6, "1234.57"),
        (1e6, 4, "1e6"), (-1.23456e-7, 4, "−1.235e−7"),
        (0.00012346, 4, "0.0001235"), (0.99999, 4, "1"), (9.9999e-6, 4, "1e−5"), (5e-324, 4, "4.941e−324"), (math.inf, 4, "∞"),
        (-math.inf, 4, "−∞"), (math.nan, 4, "nan"), (1e300, 3, "1e300"), (99.995, 4, "100"), (2.5, 1, "2"), (0.5, 1, "0.5"),
    ],
)  # fmt: skip
def test_numbers(x: float, digits: int, written: str) -> None:
    assert format_number(x, digits) == written


@given(st.floats(-1e300, 1e300), st.integers(2, 17))
@example(99999.9, 4)
def test_a_number_reads_back_to_its_digits(x: float, digits: int) -> None:
    read = float(format_number(x, digits).replace("−", "-"))
    assert abs(read - x) <= 0.5000001 * 10.0 ** (1 - digits) * abs(x) + 5e-324
    assert "." not in format_number(x, digits) or not format_number(x, digits).split("e")[0].endswith("0")
