"""One training step with JAX, compiled by `jit`: on arrays, and on the scalars of one example mapped over the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy
from engines import Array, Engine
from jax.nn import logsumexp, relu
from scalar_networks import LOSSES
from works import Work

Update = Callable[[Any, Any, Any], tuple[Any, Any]]


def make(work: Work, threads: int) -> Engine:
    """On arrays: `value_and_grad` and SGD in one compiled function, which may overwrite the old parameters."""
    loss_of = _LOSSES[work.network]

    def update(parameters: list[Any], X: Any, y: Any) -> tuple[Any, list[Any]]:
        loss, gradients = jax.value_and_grad(loss_of)(parameters, X, y)
        return loss, [p - work.rate * gradient for p, gradient in zip(parameters, gradients, strict=True)]

    return _compiled(work, update, lambda flat: [jnp.array(array) for array in work.split(flat)])


def make_scalars(work: Work, threads: int) -> Engine:
    """On scalars, as they would be written first: `vmap` of `value_and_grad` of one example's loss."""
    of_example = jax.value_and_grad(_scalar_loss(work))

    def update(theta: Any, X: Any, y: Any) -> tuple[Any, Any]:
        losses, gradients = jax.vmap(of_example, (None, 0, 0))(theta, X, y)
        return losses.mean(), theta - work.rate * gradients.mean(0)

    return _compiled(work, update, jnp.array)


def make_scalars_tuned(work: Work, threads: int) -> Engine:
    """On scalars, the fastest found: `value_and_grad` of the mean of `vmap`, with respect to a list of scalars."""
    of_example = _scalar_loss(work)

    def update(theta: Any, X: Any, y: Any) -> tuple[Any, Any]:
        def loss_of(parameters: list[Any]) -> Any:
            return jax.vmap(of_example, (None, 0, 0))(parameters, X, y).mean()

        loss, gradients = jax.value_and_grad(loss_of)([theta[k] for k in range(len(theta))])
        return loss, theta - work.rate * jnp.stack(gradients)

    return _compiled(work, update, jnp.array)


def _scalar_loss(work: Work) -> Callable[[Any, Any, Any], Any]:
    loss = LOSSES[work.network]

    def loss_of_example(theta: Any, x: Any, y: Any) -> Any:
        parameters = [theta[k] for k in range(len(theta))]
        return loss(work.sizes, parameters, [x[k] for k in range(work.sizes[0])], y, lambda z: jnp.maximum(z, 0.0), jnp.tanh)

    return loss_of_example


def _compiled(work: Work, update: Update, arrays: Callable[[Array], Any]) -> Engine:
    jax.config.update("jax_enable_x64", work.dtype == "float64")
    compiled = jax.jit(update, donate_argnums=0)
    parameters = arrays(work.start())

    def step(X: Any, y: Any) -> Any:
        nonlocal parameters
        loss, parameters = compiled(parameters, X, y)
        jax.block_until_ready(parameters)
        return loss

    def read() -> Array:
        return numpy.concatenate([numpy.asarray(array).ravel() for array in jax.tree.leaves(parameters)])

    def write(flat: Array) -> None:
        nonlocal parameters
        parameters = arrays(flat)

    return Engine(step, read, write, lambda X, y: (jnp.array(X), jnp.array(y)))


def _cross_entropy(Z: Any, y: Any) -> Any:
    return (logsumexp(Z, 1) - jnp.take_along_axis(Z, y[:, None], 1)[:, 0]).mean()


def _hinge(parameters: list[Any], X: Any, y: Any) -> Any:
    W1, b1, W2, b2, W3, b3 = parameters
    H = relu(X @ W1.T + b1)
    H = relu(H @ W2.T + b2)
    return relu(1 - y * (H @ W3.T + b3)[:, 0]).mean()


def _xor(parameters: list[Any], X: Any, y: Any) -> Any:
    W1, b1, W2, b2 = parameters
    H = jnp.tanh(X @ W1.T + b1)
    return jnp.square(jnp.tanh(H @ W2.T + b2)[:, 0] - y).mean()


def _digits(parameters: list[Any], X: Any, y: Any) -> Any:
    W1, b1, W2, b2 = parameters
    return _cross_entropy(relu(X @ W1.T + b1) @ W2.T + b2, y)


def _words(parameters: list[Any], X: Any, y: Any) -> Any:
    E, W, b, U, c = parameters
    H = jnp.tanh(E[X].reshape(len(X), -1) @ W.T + b)
    return _cross_entropy(H @ U.T + c, y)


_LOSSES: dict[str, Callable[..., Any]] = {"hinge": _hinge, "xor": _xor, "digits": _digits, "words": _words}
