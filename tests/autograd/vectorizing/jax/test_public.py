"""`Program.to_jax`: functions for JAX's transformations, whose derivative is the program's own backward pass."""

from __future__ import annotations

import re
from typing import Any

import numpy
import pytest

from autograd import Value, dot, exp, hessian, log, logsumexp, maximum, pick, relu, sigmoid, tanh, total, vectorize, where
from nn import MLP, Embedding, cross_entropy_from_logits

jax = pytest.importorskip("jax")
from jax import numpy as jnp  # noqa: E402
from quick_jit import quickly  # noqa: E402 (it imports JAX)

pytestmark = pytest.mark.jax

X = numpy.array([[0.5, -0.25], [1.0, 2.0], [-1.5, 0.75]])
Y = numpy.array([0.5, -1.0, 0.25])


@pytest.fixture(autouse=True)
def in_double_precision() -> Any:
    with jax.enable_x64(True):
        yield


def network() -> Any:
    model = MLP(2, [3, 1], activation="tanh")
    return vectorize(lambda x, y: (model(x)[0] - y).square(), [0.5, 1.0], 1.0)


def test_the_loss_and_its_gradient() -> None:
    program = network()
    loss, value_and_grad = program.to_jax()
    theta = program.parameters.read()
    expected, expected_gradient = program.value_and_grad(theta, X, Y)
    for run in (loss, jax.jit(loss)):
        assert run(theta, X, Y) == pytest.approx(expected, rel=1e-12)
        assert run(jnp.array(theta), X.tolist(), jnp.array(Y)) == pytest.approx(expected, rel=1e-12)
    for both in (value_and_grad, jax.value_and_grad(loss)):
        value, gradient = quickly(both)(theta, X, Y)
        assert value == pytest.approx(expected, rel=1e-12)
        assert gradient == pytest.approx(expected_gradient, rel=1e-12, abs=1e-14)
    assert loss.__doc__ and value_and_grad.__doc__


def test_jax_differentiates_nothing_but_takes_our_backward_pass() -> None:
    """A choice between equals has 1 and 0 for derivatives here, and a half each in JAX."""
    a, b = Value(1.0), Value(1.0)
    program = vectorize(lambda x: maximum(a * x, b * x), 2.0)
    loss, value_and_grad = program.to_jax()
    theta, x = numpy.ones(2), numpy.array([2.0])
    assert quickly(jax.grad(loss))(theta, x).tolist() == quickly(value_and_grad)(theta, x)[1].tolist() == [2.0, 0.0]
    assert jax.grad(lambda theta: jnp.maximum(theta[0], theta[1]))(theta).tolist() == [0.5, 0.5]
    # The pass is the same, however the gradient is asked for.
    one, other = (jax.jit(f).lower(theta, x).as_text() for f in (jax.value_and_grad(loss), value_and_grad))
    assert one.count("stablehlo.select") == other.count("stablehlo.select") > 0


def test_products_have_all_digits_unless_jax_is_told_otherwise() -> None:
    """Accelerators leave out half of them if nothing is said."""
    program = network()
    _, value_and_grad = program.to_jax()

    def precisions() -> set[str]:
        text = jax.jit(value_and_grad).lower(program.parameters.read(), X, Y).as_text()
        return set(re.findall(r"precision = \[(.*?)\]", text))

    assert precisions() == {"HIGHEST, HIGHEST"}
    with jax.default_matmul_precision("tensorfloat32"):
        assert precisions() == {"HIGH, HIGH"}


def test_many_steps_in_one_call() -> None:
    program = network()
    loss, value_and_grad = program.to_jax()

    @quickly
    def train(theta: Any, x: Any, y: Any) -> Any:
        def step(theta: Any, batch: Any) -> Any:
            value, gradient = value_and_grad(theta, *batch)
            return theta - 0.1 * gradient, value

        return jax.lax.scan(step, theta, (x, y))

    theta = program.parameters.read()
    found, losses = train(theta, jnp.stack([X, X + 0.5, X]), jnp.stack([Y, Y, -Y]))
    for number, (x, y) in enumerate(((X, Y), (X + 0.5, Y), (X, -Y))):
        value, gradient = program.value_and_grad(theta, x, y)
        theta = theta - 0.1 * gradient
        assert losses[number] == pytest.approx(value, rel=1e-12)
    assert found == pytest.approx(theta, rel=1e-12)
    # Through the loop, as for a rate that is learned.
    summed = jax.grad(lambda theta: jax.lax.scan(lambda s, x: (s + loss(theta, x, Y), None), 0.0, jnp.stack([X, -X]))[0])
    expected = program.value_and_grad(theta, X, Y)[1] + program.value_and_grad(theta, -X, Y)[1]
    assert quickly(summed)(theta) == pytest.approx(expected, rel=1e-12)


def test_several_parameters_and_batches_at_once() -> None:
    program = network()
    loss, value_and_grad = program.to_jax()
    theta = program.parameters.read()
    thetas, xs = numpy.stack([theta, theta * 0.5]), numpy.stack([X, -X])
    losses, gradients = quickly(jax.vmap(value_and_grad, (0, 0, None)))(thetas, xs, Y)
    for number in range(2):
        value, gradient = program.value_and_grad(thetas[number], xs[number], Y)
        assert losses[number] == pytest.approx(value, rel=1e-12)
        assert gradients[number] == pytest.approx(gradient, rel=1e-12, abs=1e-14)
    by_jax = quickly(jax.vmap(jax.grad(loss), (0, 0, None)))(thetas, xs, Y)
    assert by_jax == pytest.approx(numpy.array(gradients), rel=1e-12, abs=1e-14)
    # One example each.
    each = quickly(jax.vmap(lambda x, y: loss(theta, x[None], y[None])))(X, Y)
    assert each == pytest.approx(program.losses(theta, X, Y), rel=1e-12)


w = [Value(number, f"w{place}") for place, number in enumerate((0.3, -0.7, 1.1, 0.2))]
SECOND: dict[str, Any] = {
    "a network": lambda x: tanh(dot(w[:2], x)) * w[2] + sigmoid(w[3] * x[0]),
    "an exponential": lambda x: exp(w[0] * x[0]) * log(w[2] + w[1] * w[1]),
    "a power": lambda x: (w[2] * w[2] + 1.0) ** w[0] + w[1] ** 3.0 / w[3],
    "rows": lambda x: logsumexp([one * x[1] for one in w]) ** 2.0,
    "choices": lambda x: where(w[0] * x[0] > 0.1, w[0] * w[1], w[2] * w[3] ** 2.0) + relu(w[1] * x[1]) ** 2.0,
    "an index": lambda x: pick([one * one for one in w], (x[0] > 0.0) * 2.0) * w[1],
    "a slope at 0": lambda x: tanh(w[0] * (x[0] - 0.5)) + tanh(w[1] * (x[1] - 0.5)) * w[1],
    "running products": lambda x: w[0] * w[1] + w[0] * w[1] * w[2] + w[0] * w[1] * w[2] * w[3],
    "sums of squares": lambda x: total([(one - x[0]) ** 2.0 for one in w]),
}


@pytest.mark.parametrize("name", SECOND)
def test_second_derivatives(name: str) -> None:
    program = vectorize(SECOND[name], [0.5, 0.5], parameters=w)
    loss, value_and_grad = program.to_jax()
    theta = program.parameters.read()
    mean, leaves = program.eager(theta, X)
    expected = numpy.array(hessian(mean, leaves))
    direction = numpy.array([1.0, -2.0, 0.5, 3.0])

    def all_ways(theta: Any) -> Any:
        _, change = jax.jvp(lambda theta: jax.grad(loss)(theta, X), (theta,), (direction,))
        return jax.hessian(loss)(theta, X), jax.jacfwd(lambda theta: value_and_grad(theta, X)[1])(theta), change

    *found, change = quickly(all_ways)(theta)
    for one in found:
        assert one == pytest.approx(expected, rel=1e-11, abs=1e-12)
    assert change == pytest.approx(expected @ direction, rel=1e-10, abs=1e-11)


def test_third_derivatives() -> None:
    v = Value(1.0)
    loss, _ = vectorize(lambda x: tanh(v * x), 0.3).to_jax()

    def by_jax(theta: Any, x: Any) -> Any:
        # JAX's own tanh has 1 - y² for a derivative, which loses all digits far out.
        return 1.0 - 2.0 * jax.nn.sigmoid(-2.0 * theta[0] * x[0])

    found, expected = (jax.jacrev(jax.jacfwd(jax.grad(f))) for f in (loss, by_jax))
    both = quickly(lambda theta, x: (found(theta, x), expected(theta, x)))
    for x in (0.0, 0.3, 3.0, 30.0):
        one, other = both(numpy.ones(1), numpy.array([x]))
        assert one.item() == pytest.approx(other.item(), rel=1e-9, abs=1e-18), x


def test_batches_have_the_structure_of_the_example() -> None:
    embedding, u = Embedding(5, 3), Value(0.5)

    def f(example: Any, scale: Any) -> Value:
        rows = embedding(example["words"])
        return cross_entropy_from_logits([total(row) * u for row in rows], example["label"]) * scale[0] * scale[1][1]

    program = vectorize(f, {"words": [1, 2, 0], "label": 2}, [1.0, [2.0, 0.5]], dtype=numpy.float32)
    loss, value_and_grad = program.to_jax()
    theta = program.parameters.read()
    words, label = numpy.array([[0, 1, 4], [3, 3, 2]]), numpy.array([0, 2])
    scale = [numpy.ones(2), numpy.array([[2.0, 0.5], [1.0, -0.5]])]
    expected, expected_gradient = program.value_and_grad(theta, {"words": words, "label": label}, scale)
    for kind in (int, numpy.uint8, numpy.float32):
        value, gradient = quickly(value_and_grad)(theta, {"label": label.astype(kind), "words": words.astype(kind)}, scale)
        assert value.dtype == gradient.dtype == numpy.float32
        assert value == pytest.approx(expected, rel=1e-6)
        assert gradient == pytest.approx(expected_gradient, rel=1e-5, abs=1e-7)
    with pytest.raises(ValueError, match=r"must have the keys 'words', 'label'"):
        loss(theta, {"words": words}, scale)
    with pytest.raises(ValueError, match=r"must have shape \(m, 3\)"):
        jax.jit(loss)(theta, {"words": words[:, :2], "label": label}, scale)
    with pytest.raises(ValueError, match=r"has 1 examples, but .* has 2"):
        loss(theta, {"words": words, "label": label[:1]}, scale)
    with pytest.raises(TypeError, match=r"must be an array, not str 'no'"):
        loss(theta, {"words": words, "label": "no"}, scale)
    with pytest.raises(TypeError, match="real numbers"):
        loss(theta, {"words": words, "label": label + 1j}, scale)
    with pytest.raises(ValueError, match="theta must have shape"):
        loss(theta[:3], {"words": words, "label": label}, scale)


def test_a_batch_has_no_derivative_and_says_so() -> None:
    loss, value_and_grad = network().to_jax()
    theta = network().parameters.read()
    for refused in (
        lambda: jax.grad(loss, 1)(theta, X, Y),
        lambda: jax.jit(jax.grad(loss, (0, 1)))(theta, X, Y),
        lambda: jax.jvp(lambda x: value_and_grad(theta, x, Y), (X,), (X,)),
    ):
        with pytest.raises(TypeError, match=r"no derivative by its input x, only by its parameters: make a Value"):
            refused()
    with pytest.raises(TypeError, match="its input y"):
        jax.grad(lambda y: loss(theta, X, y))(Y)
    # An index has none either, which JAX knows of whole numbers.
    v = [Value(1.0), Value(2.0)]
    loss, _ = vectorize(lambda place: pick(v, place) ** 2.0, 1).to_jax()
    with pytest.raises(TypeError, match="its input place"):
        jax.grad(loss, 1)(numpy.ones(2), numpy.array([0.0, 1.0]))


def test_double_precision_has_to_be_switched_on() -> None:
    program = network()
    loss, _ = program.to_jax()
    with jax.enable_x64(False):
        with pytest.raises(ValueError, match=r'jax.config.update\("jax_enable_x64", True\).*dtype=numpy.float32'):
            program.to_jax()
        with pytest.raises(ValueError, match="jax_enable_x64"):
            loss(program.parameters.read(), X, Y)
        v = Value(0.5)
        single = vectorize(lambda x: tanh(v * x), 1.0, dtype=numpy.float32)
        loss, _ = single.to_jax()
        assert jax.grad(loss)(numpy.array([0.5]), Y).dtype == numpy.float32
        assert loss(numpy.array([0.5]), Y) == pytest.approx(float(numpy.tanh(0.5 * Y).mean()), rel=1e-6)
