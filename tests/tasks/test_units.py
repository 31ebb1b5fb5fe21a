import math
from argparse import Namespace
from random import Random

import pytest

from autograd import relu, sigmoid, tanh
from tasks import units
from tasks.units import WorkedNumber


@pytest.mark.parametrize("compute", [units.compute_unit, units.compute_graph, units.compute_kink])
def test_the_engine_agrees_with_the_text(compute):
    assert [number for number in compute() if not number.agrees] == []


def test_the_softmax_agrees_but_for_two_numbers_that_the_text_cuts_off():
    verdicts = {number.text: number.verdict for number in units.compute_softmax()}
    assert verdicts == {"0.055": "yes", "0.090": "yes", "0.006": "cut off", "0.099": "cut off", "0.74": "yes", "0.010": "yes"}


def test_the_texts_numbers_are_all_there():
    printed = {number.quantity: number.text for number in units.compute_unit() + units.compute_graph()}
    assert printed == {
        "z = w·x + b": "0.87",
        "y = σ(z)": ".70",
        "L = c(a + 2b)": "-10",
        "∂L/∂a": "-2",
        "∂L/∂b": "-4",
        "∂L/∂c": "5",
    }
    assert [number.text for number in units.compute_softmax()] == ["0.055", "0.090", "0.006", "0.099", "0.74", "0.010"]


def test_the_unit_and_the_softmax_against_the_standard_library():
    z, y = units.compute_unit()
    assert z.computed == pytest.approx(0.87, rel=1e-15)
    assert y.computed == pytest.approx(1 / (1 + math.exp(-0.87)), rel=1e-15)
    shares = [math.exp(z) for z in (0.6, 1.1, -1.5, 1.2, 3.2, -1.1)]
    expected = [share / math.fsum(shares) for share in shares]
    assert [number.computed for number in units.compute_softmax()] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("computed", "text"), [(0.7051, ".70"), (-10.6, "-10"), (0.0066, "0.0067"), (-2.0, "2")])
def test_a_number_that_rounds_to_another_does_not_agree(computed, text):
    assert not WorkedNumber("", computed, text).agrees


@pytest.mark.parametrize(
    ("computed", "text", "verdict"),
    [(0.7049, ".70", "yes"), (0.7051, ".70", "cut off"), (-10.6, "-10", "cut off"), (0.0066, "0.0067", "no"), (0.6, "1.6", "no")],
)
def test_digits_that_are_cut_off_are_told_from_a_wrong_number(computed, text, verdict):
    assert WorkedNumber("", computed, text).verdict == verdict


@pytest.mark.parametrize("y", [0, 1])
def test_the_output_gradient_is_a_minus_y(y):
    random = Random(5)
    for _ in range(50):
        result = units.differentiate_network(random, y)
        assert 0 < result.a < 1
        assert result.gradient == pytest.approx(result.a - y, rel=1e-12)


# Each slope by its usual formula: the textbook's derivatives of sigmoid, tanh and ReLU.
@pytest.mark.parametrize(
    ("activation", "function", "slope"),
    [
        (sigmoid, lambda z: 1 / (1 + math.exp(-z)), lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2),
        (tanh, math.tanh, lambda z: 1 / math.cosh(z) ** 2),
        (relu, lambda z: max(0.0, z), lambda z: float(z > 0)),
    ],
)
def test_the_plotted_curves(activation, function, slope):
    z = [-3.0, -0.5, 0.25, 2.0]
    y, slopes = units.trace_activation(activation, z)
    assert y == pytest.approx([function(number) for number in z], rel=1e-14)
    assert slopes == pytest.approx([slope(number) for number in z], rel=1e-13)


def test_only_a_jump_breaks_a_curve():
    broken = units.break_at_jumps([0.0, 0.1, 1.0, 1.1])
    assert [math.isnan(number) for number in broken] == [False, True, False, False]


def test_the_task_prints_its_tables_and_saves_its_picture(tmp_path, capsys):
    units.run(Namespace(out=tmp_path, seed=0, engine="auto"))
    printed = capsys.readouterr().out
    assert "z = w·x + b" in printed and f"picture: {tmp_path / 'units.png'}" in printed
    assert "  no\n" not in printed
    assert (tmp_path / "units.png").read_bytes().startswith(b"\x89PNG")
