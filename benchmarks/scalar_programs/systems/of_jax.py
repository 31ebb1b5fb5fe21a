"""The same functions for JAX, for one example: numbers are arrays without axes; and what programs on arrays need besides."""

import jax
import jax.numpy as jnp
from jax import lax
from jax.nn import relu, sigmoid, softplus
from jax.numpy import cos, exp, linalg, log, log1p, sin, sqrt, square, tanh, where
from jax.scipy.linalg import solve_triangular
from jax.scipy.special import erf

__all__ = ["cos", "erf", "exp", "log", "log1p", "relu", "sigmoid", "sin", "softplus", "sqrt", "square", "tanh", "where"]

# How many steps of a scan are written out: 1, or True for all of them.
unroll: int | bool = 1


def stack(xs, axis=-1):
    return jnp.stack(xs, axis)


def _array(xs):
    return jnp.stack(xs) if isinstance(xs, (list, tuple)) else xs


def total(xs):
    return sum(xs[1:], xs[0]) if isinstance(xs, (list, tuple)) else xs.sum(-1)


def dot(w, x):
    return total([w_k * x_k for w_k, x_k in zip(w, x, strict=True)])


def maximum(xs):
    return _array(xs).max(-1)


def logsumexp(xs, axis=-1, keepdims=False):
    return jax.nn.logsumexp(_array(xs), axis, keepdims=keepdims)


def pick(xs, index):
    return _array(xs)[index]


def rows(table, index):
    return table[index]


def variable(x):
    return x


def gradient(function, arguments):
    """The derivatives of a function of several numbers, itself one number."""
    return jax.grad(function, tuple(range(len(arguments))))(*arguments)


def derivative(function, x):
    """The derivative of a function of one number; forwards, which nests at less cost."""
    return jax.jvp(function, (x,), (jnp.ones_like(x),))[1]


def zeros(*shape):
    return jnp.zeros(shape)


def arange(n):
    return jnp.arange(n)


def concatenate(arrays, axis=-1):
    return jnp.concatenate(arrays, axis)


def expanded(x, shape):
    return jnp.broadcast_to(x, shape)


def scan(step, carry, *sequences):
    """Carry a state over sequences: pairs of an array and the number of its axes after that of time."""

    def body(carry, items):
        return step(carry, *items), None

    carry = jax.tree.map(lambda x: jnp.asarray(x, float), carry)
    return lax.scan(body, carry, tuple([array for array, _ in sequences]), unroll=unroll)[0]


def repeat(step, carry, n):
    """A state after n steps."""
    carry = jax.tree.map(lambda x: jnp.asarray(x, float), carry)
    return lax.scan(lambda carry, _: (step(carry), None), carry, None, length=n, unroll=unroll)[0]


def cholesky(matrix):
    return linalg.cholesky(matrix)


def solve_lower(lower, b):
    return solve_triangular(lower, b, lower=True)


def solve(matrix, b):
    return linalg.solve(matrix, b)


def pick_each(table, index):
    """Of each row the element that the index names."""
    return jnp.take_along_axis(table, index[..., None], -1)[..., 0]


def constant(array):
    return jnp.asarray(array)
