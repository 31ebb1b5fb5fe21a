"""A backend whose θ has another order."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from autograd import Value, dot, pick, require, tanh, vectorize
from autograd.vectorizing.reordered import Reordered

pytestmark = pytest.mark.engine("numpy")

w = [Value(0.5 * k - 1.0, f"w[{k}]") for k in range(4)]
unused = Value(9.0, "unused")
X, K = numpy.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.25]]), numpy.array([1, 0, 2])


def f(x: Any, k: Any) -> Any:
    require(x[0] > 0.0, "the first number must be positive")
    h = [tanh(dot(w[:2], x)), w[2] * x[0], w[3] - x[1]]
    return pick(h, k) * w[3], {"h": h}


@pytest.mark.parametrize("settings", [{}, {"exact": True}], ids=str)
def test_everything_is_that_of_the_backend(settings: dict[str, Any]) -> None:
    program = vectorize(f, [1.0, 2.0], 1, parameters=[*w, unused], **settings)
    theta = program.parameters.read()
    backend = program._backend
    m, arrays = program._batches.read((X, K), program.index_limits, program.dtype)
    # θ of the reordered backend, and where the numbers of the other one are in it.
    places = [3, 0, 4, 1, 2]
    turned = numpy.empty(5)
    turned[places] = theta
    reordered = Reordered(backend, places)
    assert (reordered.is_exact, reordered.checks_inputs) == (backend.is_exact, backend.checks_inputs)
    loss, gradient, squares = backend.value_and_grad(theta, arrays, m)
    found = reordered.value_and_grad(turned, arrays, m)
    assert (found[0], found[2], found[1][places].tolist()) == (loss, squares, gradient.tolist())
    out = numpy.full(5, numpy.nan)
    assert reordered.value_and_grad(turned, arrays, m, out)[1] is out
    assert out.tolist() == found[1].tolist()
    # The gradient may be written over the parameters.
    assert reordered.value_and_grad(turned, arrays, m, turned)[1].tolist() == out.tolist()
    turned[places] = theta
    assert reordered.losses(turned, arrays, m).tolist() == backend.losses(theta, arrays, m).tolist()
    assert reordered.outputs(turned, arrays, m)["h"].tolist() == backend.outputs(theta, arrays, m)["h"].tolist()
    one = [array[:1] for array in arrays]
    assert reordered.once_in_doubles(turned, one)[1][places].tolist() == backend.once_in_doubles(theta, one)[1].tolist()
    reordered.check_inputs(arrays, m)
    with pytest.raises(ValueError, match="example 1 of the batch: the first number must be positive"):
        reordered.check_inputs([numpy.array([[1.0, 2.0], [-1.0, 0.0]]), arrays[1][:2]], 2)
    assert reordered.report() == backend.report() and reordered.buffered_source == backend.buffered_source


def test_its_source_takes_theta_in_its_order() -> None:
    program = vectorize(f, [1.0, 2.0], 1, parameters=[*w, unused])
    theta = program.parameters.read()
    places = [3, 0, 4, 1, 2]
    turned = numpy.empty(5)
    turned[places] = theta
    scope: dict[str, Any] = {}
    exec(Reordered(program._backend, places).source, scope)
    loss, gradient = scope["value_and_grad"](turned, X, K)
    expected, derivatives = program.value_and_grad(theta, X, K)
    assert loss == pytest.approx(expected, rel=1e-14)
    assert gradient[places] == pytest.approx(derivatives, rel=1e-14)
