"""Gradients of elements that are taken several times, in an irregular order: added up by place."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, examples_of

from autograd import Value, dot, tanh, total, vectorize

pytestmark = pytest.mark.engine("numpy")

X = numpy.random.default_rng(14).normal(size=(5, 8))
w = [Value(0.1 * k - 0.3, f"w[{k}]") for k in range(8)]


def repeated(n_elements: int, n_taken: int) -> Callable[[Any], Value]:
    """Products of elements of one array that are taken again and again, in no order."""
    random = Random(5)
    pairs = [(random.randrange(n_elements), random.randrange(n_elements)) for _ in range(n_taken)]
    shared = pairs[0][0]

    def f(x: Any) -> Value:
        h = [tanh(x[k % 8] * w[k // 8 % 8] + 0.01 * k) for k in range(n_elements)]
        return total([h[i] * tanh(h[j]) for i, j in [*pairs, (shared, 0), (shared, 1), (shared, 2)]]) + dot(h, h)

    return f


@pytest.mark.parametrize(("n_elements", "n_taken", "counted"), [(12, 40, True), (300, 10, False)])
def test_elements_taken_repeatedly(n_elements: int, n_taken: int, counted: bool) -> None:
    f = repeated(n_elements, n_taken)
    program = vectorize(f, X[0].tolist())
    # Few elements in a long row are added one by one.
    assert (re.search(r"add_at\(\w+, \(slice", program.buffered_source) is None) is counted
    assert ("(slice(None), " in program.source) is not counted
    assert not counted or ("add_at_places(" in program.buffered_source and "add_scattered(" in program.source)
    for some in (X, X[:1], X[:2]):
        assert_close(program, (some,), Eager(f, examples_of((some,)), program.parameters.values))
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    assert scope["value_and_grad"](theta, X)[1] == pytest.approx(program.value_and_grad(theta, X)[1], rel=1e-11)
    single = vectorize(f, X[0].tolist(), dtype=numpy.float32)
    gradient = single.value_and_grad(single.parameters.read(), X)[1]
    assert gradient.dtype == numpy.float32
    assert gradient == pytest.approx(program.value_and_grad(theta, X)[1], rel=1e-4, abs=1e-5)


def test_each_place_gets_its_own_numbers_only() -> None:
    """An infinite gradient of one example, and of one element, makes no other one infinite or nan."""
    places = [0, 2, 2, 1, 0, 2, 3, 1]

    def f(x: Any) -> Value:
        h = [one * v for one, v in zip(x, w, strict=True)]
        return total([h[place] * h[other] for place, other in zip(places, reversed(places), strict=True)])

    program = vectorize(f, [1.0] * 8)
    assert "add_scattered(" in program.source
    batch = numpy.ones((3, 8))
    batch[1, 3] = numpy.inf
    _, gradient = program.value_and_grad(program.parameters.read(), batch, warn=False)
    # d/dw of Σ h_p h_q: each w of a finite place, by hand; w[3] meets x[3] = inf, and so does its partner.
    finite = numpy.isfinite(gradient)
    partners = {q for p, q in zip(places, reversed(places), strict=True) if p == 3} | {3}
    assert {int(k) for k in numpy.flatnonzero(~finite)} == partners
    for k in set(range(4)) - partners:
        expected = sum((p == k) * w[q].data + (q == k) * w[p].data for p, q in zip(places, reversed(places), strict=True))
        assert gradient[k] == pytest.approx(expected, rel=1e-12)


def test_the_same_number_for_every_element() -> None:
    def f(x: Any) -> Value:
        h = [tanh(x[k] * w[k]) for k in range(4)]
        return total([h[k] for k in (0, 2, 2, 1, 0)])

    program = vectorize(f, X[0].tolist())
    assert "add_at_places(" in program.buffered_source
    assert_close(program, (X,), Eager(f, examples_of((X,)), program.parameters.values))
