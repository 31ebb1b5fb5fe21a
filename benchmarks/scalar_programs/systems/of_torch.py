"""The same functions for PyTorch, for whole batches: numbers are arrays of m; and what programs on arrays need besides."""

import torch
from torch import cos, erf, exp, log, log1p, relu, sigmoid, sin, sqrt, square, tanh, where
from torch.nn.functional import logsigmoid

__all__ = ["cos", "erf", "exp", "log", "log1p", "relu", "sigmoid", "sin", "softplus", "sqrt", "square", "tanh", "where"]


def softplus(x):
    # The library's own leaves out what is less than 3e-9.
    return -logsigmoid(-x)


def _tensor(x):
    return x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64)


def stack(xs, axis=-1):
    return torch.stack(torch.broadcast_tensors(*map(_tensor, xs)), axis)


def _array(xs):
    return stack(xs) if isinstance(xs, (list, tuple)) else xs


def total(xs):
    return sum(xs[1:], xs[0]) if isinstance(xs, (list, tuple)) else xs.sum(-1)


def dot(w, x):
    return total([w_k * x_k for w_k, x_k in zip(w, x, strict=True)])


def maximum(xs):
    return _array(xs).amax(-1)


def logsumexp(xs, axis=-1, keepdims=False):
    return torch.logsumexp(_array(xs), axis, keepdims)


def pick(xs, index):
    xs = _array(xs)
    return xs.expand(*index.shape, xs.shape[-1]).gather(-1, index[..., None])[..., 0]


def rows(table, index):
    return table[index]


def variable(x):
    return x if x.requires_grad else x.detach().requires_grad_()


def derivatives(y, xs):
    return torch.autograd.grad(y.sum(), xs, create_graph=True)


def gradient(function, arguments):
    arguments = [variable(x) for x in arguments]
    return derivatives(function(*arguments), arguments)


def derivative(function, x):
    return gradient(function, [x])[0]


def zeros(*shape):
    return torch.zeros(shape, dtype=torch.float64)


def arange(n):
    return torch.arange(n)


def concatenate(arrays, axis=-1):
    return torch.cat(arrays, axis)


def expanded(x, shape):
    return _tensor(x).expand(shape)


def scan(step, carry, *sequences):
    """Carry a state over sequences: pairs of an array and the number of its axes after that of time."""
    carry = tuple(map(_tensor, carry)) if isinstance(carry, tuple) else carry
    for items in zip(*[array.unbind(-1 - inner) for array, inner in sequences], strict=True):
        carry = step(carry, *items)
    return carry


def repeat(step, carry, n):
    """A state after n steps."""
    carry = tuple(map(_tensor, carry))
    for _ in range(n):
        carry = step(carry)
    return carry


def cholesky(matrix):
    return torch.linalg.cholesky(matrix)


def solve_lower(lower, b):
    return torch.linalg.solve_triangular(lower, b[..., None], upper=False)[..., 0]


def solve(matrix, b):
    return torch.linalg.solve(matrix, b[..., None])[..., 0]


def pick_each(table, index):
    """Of each row the element that the index names."""
    return table.gather(-1, index[..., None])[..., 0]


def constant(array):
    return torch.from_numpy(array)
