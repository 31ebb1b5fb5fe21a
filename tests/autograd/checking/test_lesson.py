"""Finite differences to learn from: the errors behave as the theory has it, and everything is shown."""

from __future__ import annotations

import base64
import math
import pickle
from pathlib import Path

import pytest

from autograd import Value, abs, cos, erf, exp, grad, relu, sin, sqrt
from autograd.checking.lesson import CENTRAL, COMPLEX, FORWARD, KINDS, RICHARDSON, FiniteDifferences, finite_differences
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS


def smallest_error(found: FiniteDifferences, kind: str) -> float:
    best = found.best(kind)
    assert best is not None
    return best[1]


def squire_and_trapp(x):
    """The example of the paper that made the complex step known."""
    return exp(x) / (sin(x) ** 3 + cos(x) ** 3)


@pytest.fixture(scope="module")
def differences() -> FiniteDifferences:
    return finite_differences(squire_and_trapp, 1.5)


def test_the_exact_derivative_is_that_of_the_paper(differences):
    assert differences.exact == pytest.approx(3.6220337007163259, rel=1e-15)


@pytest.mark.parametrize(("kind", "order"), [(FORWARD, 1), (CENTRAL, 2), (COMPLEX, 2), (RICHARDSON, 4)])
def test_truncation_shrinks_with_its_order(differences, kind, order):
    errors = differences.errors(kind)
    first, second = (0, 1) if kind == RICHARDSON else (1, 2)
    assert math.log10(errors[first] / errors[second]) == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize("kind", [FORWARD, CENTRAL, RICHARDSON])
def test_rounding_grows_as_the_step_shrinks(differences, kind):
    errors = differences.errors(kind)
    # For the smallest step x + h is x.
    assert errors[-1] == 1.0
    assert errors[12] > 1e3 * errors[8] > 1e3 * differences.best(kind)[1]


def test_each_kind_is_best_where_both_errors_meet(differences):
    epsilon = 2.0**-52
    expected = {FORWARD: epsilon ** (1 / 2), CENTRAL: epsilon ** (1 / 3), RICHARDSON: epsilon ** (1 / 5)}
    for kind, step in expected.items():
        assert abs(math.log10(differences.best(kind)[0] / step)) <= 2.0
    assert differences.best(FORWARD)[1] > differences.best(CENTRAL)[1] > differences.best(RICHARDSON)[1]


def test_the_complex_step_has_no_rounding_branch(differences):
    assert all(error < 1e-15 for error in differences.errors(COMPLEX)[8:])


def test_the_table_marks_the_best_step_of_each_kind(differences):
    lines = str(differences).splitlines()
    assert lines[0].split() == ["step", "h", "forward", "central", "complex", "step", "Richardson"]
    assert [line.count("←") for line in lines].count(0) == len(lines) - sum("←" in line for line in lines)
    assert sum(line.count("←") for line in lines) == len(KINDS)
    best = next(line for line in lines if line.split()[0] == "1e-08")
    assert "←" in best
    assert "3.622033700716326 (in 60 digits)" in str(differences)


def test_the_notebook_shows_table_and_picture(differences):
    page = differences._repr_html_()
    assert page.count("<tr>") == 17
    assert "data:image/png;base64," in page and 'alt="' in page


def test_the_plot_has_a_line_for_each_kind_on_logarithmic_axes(differences, tmp_path: Path):
    figure = differences.plot(tmp_path / "v.svg")
    axes = figure.axes[0]
    labels = [line.get_label() for line in axes.get_lines()]
    assert labels[: len(KINDS)] == list(KINDS)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert len({line.get_marker() for line in axes.get_lines()[: len(KINDS)]}) == len(KINDS)
    assert (tmp_path / "v.svg").read_text().lstrip().startswith("<?xml")


def test_a_notebook_shows_the_plot_once(differences):
    """Its own formats show it, for pyplot, whose figures a notebook shows at the end of a cell, doesn't know it."""
    formatters = pytest.importorskip("IPython.core.formatters")
    assert differences.plot().canvas.manager is None
    formats, _ = formatters.DisplayFormatter().format(differences.plot())
    assert set(formats) == {"text/plain", "text/html", "image/png"}
    assert base64.b64decode(formats["image/png"]).startswith(b"\x89PNG")
    picture = f"data:image/png;base64,{formats['image/png']}"
    assert picture in formats["text/html"] and 'alt="relative error against step' in formats["text/html"]


def test_the_plot_can_be_pickled(differences):
    assert pickle.loads(pickle.dumps(differences.plot())).picture() == differences.plot().picture()


def test_a_function_of_floats_has_no_complex_step():
    found = finite_differences(lambda x: math.sin(x), 1.0)
    assert COMPLEX not in found.differences
    assert found.exact == pytest.approx(math.cos(1.0), rel=1e-12)
    assert "complex" in found.note


def test_a_function_of_numbers_of_any_kind_has_one():
    found = finite_differences(lambda x: x * x * x if not isinstance(x, Value) else float(x) ** 3, 2.0)
    assert smallest_error(found, COMPLEX) < 1e-15


def test_at_a_kink_the_differences_themselves_are_shown():
    found = finite_differences(relu, 0.0, steps=[0.1, 0.01])
    assert math.isnan(found.exact)
    assert found.differences[CENTRAL] == (0.5, 0.5)
    assert found.best(CENTRAL) is None
    text = str(found)
    assert "no derivative" in text and "0.5" in text and "slope is 0" in text
    assert found.plot().axes[0].get_yscale() == "linear"


def test_a_kink_of_a_function_of_floats():
    found = finite_differences(lambda x: float(x) if x > 0.0 else 0.0, 0.0, steps=[0.1])
    assert "the slope is 0 towards smaller inputs and 1 towards larger ones" in str(found)


def test_where_a_difference_can_not_be_computed_there_is_a_dash():
    found = finite_differences(sqrt, 1e-3, steps=[1e-2, 1e-6])
    assert found.differences[CENTRAL][0] is None and found.differences[FORWARD][0] is not None
    assert "–" in str(found)


def test_a_derivative_of_zero_has_errors_and_no_relative_ones():
    found = finite_differences(lambda x: x * x, 0.0, steps=[0.1])
    assert list(found.errors(FORWARD)) == pytest.approx([0.1])
    assert "relative" not in str(found)


def test_steps_follow_the_size_of_the_point():
    found = finite_differences(lambda x: x**2, 3e200**0.5 * 1e-20)
    assert smallest_error(found, CENTRAL) < 1e-9


def test_the_derivative_can_be_given():
    assert finite_differences(abs, 2.0, exact=1.0).source == "given"


@pytest.mark.parametrize("step", [0.0, -0.1, math.inf, math.nan])
def test_a_step_that_is_none_is_refused(step):
    with pytest.raises(ValueError, match="positive"):
        finite_differences(sin, 1.0, steps=[0.1, step])


def test_what_is_raised_at_the_point_comes_through():
    with pytest.raises(ValueError, match="sqrt"):
        finite_differences(sqrt, -1.0)


def test_a_function_that_takes_derivatives_itself():
    """The slope of t³ is 3t², and the slope of that is 6t."""

    def slope_of_cube(x):
        t = x * 1.0
        return grad(t**3, t, create_graph=True)

    central = finite_differences(slope_of_cube, 2.0, steps=[1e-3]).differences[CENTRAL][0]
    assert central is not None
    assert math.isclose(central, 12.0, rel_tol=1e-9)


def test_a_function_of_real_numbers_only_has_no_complex_step(monkeypatch):
    monkeypatch.setattr(ELEMENTARY_FUNCTIONS["erf"], "complex", None)
    found = finite_differences(erf, 0.5)
    assert COMPLEX not in found.differences
    assert "complex" in found.note
    assert smallest_error(found, "central") < 1e-9
