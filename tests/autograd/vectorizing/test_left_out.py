"""Compiled programs at points where a choice leaves out what is infinite: right for every example, and no false warnings."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy
import pytest

from autograd import NonFiniteWarning, Value, dot, grad, maximum, minimum, pick, relu, sqrt, total, vectorize, where
from autograd.vectorizing import not_finite

pytestmark = pytest.mark.every_engine

w, v = Value(0.3, "w"), Value(2.0, "v")
THETA = numpy.array([0.3, 2.0])

# Functions of w, v and an input x; and ∂/∂w, ∂/∂v worked out by hand, for x = 0 and for x = 4.
PROGRAMS: dict[str, tuple[Callable[[Any], Value], tuple[float, float], tuple[float, float]]] = {
    # √(wx)v: v√x / 2√w and √(wx)
    "where": (
        lambda x: where(x < 1, w * v * (x + 1), sqrt(w * x) * v),
        (2.0, 0.3),
        (2.0 / 0.3**0.5, 1.2**0.5),
    ),
    "maximum": (lambda x: maximum(0.5 * v, sqrt(w * x)), (0.0, 0.5), (1.0 / 0.3**0.5, 0.0)),
    "maximum of three": (lambda x: maximum(0.5 * v, sqrt(w * x), w - 1.0), (0.0, 0.5), (1.0 / 0.3**0.5, 0.0)),
    "minimum": (lambda x: minimum(v, 3.0 - sqrt(w * x)), (0.0, 1.0), (-1.0 / 0.3**0.5, 0.0)),
    "pick": (lambda x: pick([v * x, sqrt(x * w)], 0), (0.0, 0.0), (0.0, 4.0)),
    "relu": (lambda x: relu(sqrt(v * x) - w), (0.0, 0.0), (-1.0, 4.0 / (2 * 8.0**0.5))),
    "a comparison": (lambda x: (sqrt(w * x) < 1) * v + w * x, (0.0, 1.0), (4.0, 0.0)),
    "long ways": (
        lambda x: where(x < 1, v, dot([sqrt(w * x), v], [sqrt(v * x), total([w, sqrt(w * x)])])) * w,
        (2.0, 0.3),
        # w x √(wv) + w² v + w v √(wx)
        (
            1.5 * 4 * 0.6**0.5 + 2 * 0.3 * 2 + 1.5 * 2 * 1.2**0.5,
            0.5 * 0.3 * 4 * (0.3 / 2.0) ** 0.5 + 0.09 + 0.3 * 1.2**0.5,
        ),
    ),
    # ∂/∂w of (w(x+1))² is 2w(x+1)²; that of √(wx) is ½√(x/w), whose derivative is -¼ √x w^(-3/2)
    "an inner derivative": (
        lambda x: grad(where(x < 1, (w * (x + 1)) ** 2, sqrt(w * x)), w, create_graph=True) + v,
        (2.0, 1.0),
        (-0.25 * 2.0 * 0.3**-1.5, 1.0),
    ),
}
BATCHES = [[0.0], [4.0], [0.0, 4.0], [4.0, 0.0], [0.0] * 5, [4.0, 0.0, 4.0, 4.0, 0.0, 4.0, 4.0, 4.0, 0.0]]


@pytest.mark.parametrize("kind", ["fast", "float32", "exact"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_right_whatever_the_examples_choose(name: str, kind: str) -> None:
    f, at_0, at_4 = PROGRAMS[name]
    dtype: Any = numpy.float32 if kind == "float32" else float
    program = vectorize(f, 0.5, parameters=[w, v], dtype=dtype, exact=kind == "exact")
    theta = numpy.array([dict(zip((w, v), THETA, strict=True))[p] for p in program.parameters.values], dtype)
    for batch in BATCHES:
        n_0 = batch.count(0.0)
        expected = (n_0 * numpy.array(at_0) + (len(batch) - n_0) * numpy.array(at_4)) / len(batch)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            loss, gradient = program.value_and_grad(theta, batch)
        of_parameter = dict(zip(program.parameters.values, gradient.tolist(), strict=True))
        assert [of_parameter[w], of_parameter[v]] == pytest.approx(expected.tolist(), rel=1e-12 if dtype is float else 1e-5)
        recorded, leaves = program.eager(theta, batch)
        assert loss == pytest.approx(recorded.data, rel=1e-12 if dtype is float else 1e-5)
        if kind == "exact":
            assert (loss, gradient.tolist()) == (recorded.data, grad(recorded, leaves))
        out = numpy.empty(2, dtype)
        assert program.value_and_grad(theta, batch, out=out, warn=False)[1] is out
        assert out.tolist() == gradient.tolist()


def test_only_what_is_not_finite_is_warned_of() -> None:
    program = vectorize(lambda x, y: where(x < 1, w * x, sqrt(w * x)) + sqrt(v * y), 0.5, 1.0, parameters=[w, v])
    with pytest.warns(NonFiniteWarning, match=r"of example 3 of the batch"):
        _, gradient = program.value_and_grad(THETA, [0.0, 4.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0])
    # v y has the slope y, and √(vy) that of y ÷ 2√(vy), which is 0 × inf for y = 0.
    assert gradient[0] == pytest.approx(1.0 / 0.3**0.5 / 4, rel=1e-12)
    assert numpy.isnan(gradient[1])


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    f = PROGRAMS["where"][0]
    program = vectorize(f, 0.5, parameters=[w, v])
    monkeypatch.setattr(not_finite, "_MOST_OPERATIONS", 20)
    with pytest.warns(NonFiniteWarning):
        _, gradient = program.value_and_grad(THETA, [0.0] * 100)
    assert not numpy.isfinite(gradient).all()
    monkeypatch.undo()
    assert program.value_and_grad(THETA, [0.0] * 100)[1].tolist() == pytest.approx([2.0, 0.3])


def test_programs_without_choices_are_not_looked_into() -> None:
    assert not vectorize(lambda x: sqrt(w * x), 0.5)._digest.has_choice
    assert vectorize(lambda x: relu(w * x), 0.5)._digest.has_choice
    assert vectorize(lambda x: maximum(w, x), 0.5)._digest.has_choice


def test_the_buffers_of_other_batches_are_not_disturbed() -> None:
    program = vectorize(PROGRAMS["where"][0], 0.5, parameters=[w, v])
    before = program.value_and_grad(THETA, [4.0, 2.0])[1]
    kept = before.copy()
    program.value_and_grad(THETA, [0.0, 4.0, 0.0, 2.0])
    assert before.tolist() == kept.tolist()
    assert program.value_and_grad(THETA, [4.0, 2.0])[1].tolist() == kept.tolist()


@pytest.mark.parametrize("f", [lambda x: relu(v) + x, lambda x: v + x])
@pytest.mark.parametrize("exact", [False, True])
def test_an_infinite_loss_with_a_finite_gradient_is_reported(f: Callable[[Any], Value], exact: bool) -> None:
    program = vectorize(f, 0.5, parameters=[v], exact=exact)
    with pytest.warns(NonFiniteWarning, match=r"example 1 of the batch is not finite \(loss inf\)"):
        loss, gradient = program.value_and_grad([2.0], [1.0, numpy.inf, 3.0])
    assert loss == numpy.inf and gradient.tolist() == [1.0]


def test_all_examples_at_fault_are_named_and_a_sum_that_overflows_is_nobodys_fault() -> None:
    program = vectorize(lambda x: v * x, 0.5, parameters=[v])
    with pytest.warns(NonFiniteWarning, match="examples 1, 4, 6 of the batch"):
        program.value_and_grad([2.0], [1.0, numpy.inf, 3.0, 1.0, numpy.nan, 1.0, -numpy.inf])
    with pytest.warns(NonFiniteWarning, match="the batch as a whole, though not of one of its examples alone,"):
        program.value_and_grad([1.0], [1.5e308, 1.5e308])


def test_a_sum_that_overflows_is_reported_where_something_is_left_out_too() -> None:
    program = vectorize(lambda x: maximum(v * x, 0.0), 0.5, parameters=[v])
    with pytest.warns(NonFiniteWarning, match="the batch as a whole, though not of one of its examples alone,"):
        assert program.value_and_grad([1.0], [1.5e308, 1.5e308])[0] == numpy.inf
