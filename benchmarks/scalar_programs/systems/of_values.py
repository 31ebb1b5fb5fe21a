"""This project's own functions, as a user imports them."""

from autograd import (
    Value,
    cos,
    dot,
    erf,
    exp,
    grad,
    log,
    log1p,
    logsumexp,
    maximum,
    pick,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    square,
    tanh,
    total,
    where,
)

__all__ = [
    "cos",
    "derivatives",
    "dot",
    "erf",
    "exp",
    "log",
    "log1p",
    "logsumexp",
    "maximum",
    "pick",
    "relu",
    "sigmoid",
    "sin",
    "softplus",
    "sqrt",
    "square",
    "tanh",
    "total",
    "variable",
    "where",
]


def variable(x):
    """What is differentiated inside of a program: a plain number, which an example has, becomes a Value."""
    return x if isinstance(x, Value) else Value(x)


def derivatives(y, xs):
    """∂y/∂x for each x, recorded."""
    return grad(y, xs, create_graph=True)
