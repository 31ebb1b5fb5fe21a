"""One training step with this project: a loss written on Values, compiled by `vectorize`, and that program on JAX."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
from engines import Array, Engine
from scalar_networks import LOSSES
from works import Work

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from autograd import Program, Value, relu, vectorize
from nn import MLP, Embedding, cross_entropy_from_logits, squared_error

Loss = Callable[[Any, Any], Value]


def make(work: Work, threads: int) -> Engine:
    """The compiled program, and SGD on its vector of parameters as in the program written by hand."""
    program, order = _program(work)
    theta = program.parameters.read()
    gradient, scratch, rate = numpy.empty_like(theta), numpy.empty_like(theta), numpy.array(work.rate, theta.dtype)
    value_and_grad, multiply, subtract = program.value_and_grad, numpy.multiply, numpy.subtract

    def step(X: Array, y: Array) -> float:
        loss, _ = value_and_grad(theta, X, y, out=gradient)
        multiply(gradient, rate, scratch)
        subtract(theta, scratch, theta)
        return loss

    def read() -> Array:
        flat = numpy.empty_like(theta)
        flat[order] = theta
        return flat

    def write(flat: Array) -> None:
        theta[:] = flat[order]

    return Engine(step, read, write)


def make_jax(work: Work, threads: int) -> Engine:
    """The same program as a function of JAX, with SGD in one compiled function."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", work.dtype == "float64")
    program, order = _program(work)
    value_and_grad = program.to_jax().value_and_grad

    def update(theta: Any, X: Any, y: Any) -> tuple[Any, Any]:
        loss, gradient = value_and_grad(theta, X, y)
        return loss, theta - work.rate * gradient

    # The old vector is not given away: all of its parts are read until the end, and XLA would copy it first.
    compiled = jax.jit(update)
    theta = jnp.array(program.parameters.read())

    def step(X: Any, y: Any) -> Any:
        nonlocal theta
        loss, theta = compiled(theta, X, y)
        theta.block_until_ready()
        return loss

    def read() -> Array:
        flat = numpy.empty(len(order), work.dtype)
        flat[order] = theta
        return flat

    def write(flat: Array) -> None:
        nonlocal theta
        theta = jnp.array(flat[order])

    return Engine(step, read, write, lambda X, y: (jnp.array(X), jnp.array(y)))


def _program(work: Work) -> tuple[Program, Array]:
    """The compiled program, and the place of each of its parameters in the works' order."""
    loss_of, parameters = network(work)
    for p, number in zip(parameters, work.start().tolist(), strict=True):
        p.data = number
    X, y = work.batch()
    program = vectorize(loss_of, X[0].tolist(), y[0].item(), dtype=work.dtype)
    place = {parameter: k for k, parameter in enumerate(parameters)}
    return program, numpy.array([place[parameter] for parameter in program.parameters.values])


def network(work: Work) -> tuple[Loss, list[Value]]:
    """The loss of an example, and the parameters in the works' order."""
    return _NETWORKS[work.network](work)


def _hinge(work: Work) -> tuple[Loss, list[Value]]:
    """Written with + and *, as with micrograd."""
    parameters = [Value(number) for number in work.start().tolist()]
    return lambda x, y: LOSSES["hinge"](work.sizes, parameters, x, y, relu, None), parameters


def _xor(work: Work) -> tuple[Loss, list[Value]]:
    model = MLP(work.sizes[0], work.sizes[1:], activation="tanh", output_activation="tanh")
    return lambda x, y: squared_error(model(x)[0], y), model.parameters()


def _digits(work: Work) -> tuple[Loss, list[Value]]:
    model = MLP(work.sizes[0], work.sizes[1:], activation="relu")
    return lambda x, y: cross_entropy_from_logits(model(x), y), model.parameters()


def _words(work: Work) -> tuple[Loss, list[Value]]:
    embedding = Embedding(work.vocabulary, work.dimensions)
    model = MLP(work.sizes[0], work.sizes[1:], activation="tanh")

    def loss(words: list[Value], y: Value) -> Value:
        vectors = embedding(words)
        return cross_entropy_from_logits(model(tuple([e for vector in vectors for e in vector])), y)

    return loss, [*embedding.parameters(), *model.parameters()]


_NETWORKS: dict[str, Callable[[Work], tuple[Loss, list[Value]]]] = {
    "hinge": _hinge,
    "xor": _xor,
    "digits": _digits,
    "words": _words,
}
