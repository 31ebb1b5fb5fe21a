"""The same functions on CasADi's scalar expressions, SX."""

from typing import Any

import casadi
from casadi import cos, erf, exp, log, log1p, sin, sqrt, tanh

__all__ = ["cos", "erf", "exp", "log", "log1p", "sin", "sqrt", "tanh"]


def where(condition, a, b):
    return casadi.if_else(condition, a, b)


def square(x):
    return x * x


def sigmoid(x):
    return 1 / (1 + exp(-x))


def softplus(x):
    return casadi.fmax(x, 0) + log1p(exp(-casadi.fabs(x)))


def relu(x):
    return casadi.fmax(x, 0)


def total(xs):
    return sum(xs[1:], xs[0])


def dot(w, x):
    return total([w_k * x_k for w_k, x_k in zip(w, x, strict=True)])


def maximum(xs):
    largest = xs[0]
    for x in xs[1:]:
        largest = casadi.fmax(largest, x)
    return largest


def logsumexp(xs):
    # The slope for the largest cancels exactly: it may count as a constant, which CasADi has no word for among scalars.
    largest = maximum(xs)
    return largest + log(total([exp(x - largest) for x in xs]))


def pick(xs, index):
    picked = xs[0]
    for k, x in enumerate(xs[1:], 1):
        picked = casadi.if_else(index == k, x, picked)
    return picked


_places: list[Any] = []


def variable(x):
    """A symbol in place of an expression, for CasADi differentiates with respect to nothing else."""
    if x.is_symbolic():
        return x
    symbol = casadi.SX.sym("place")
    _places.append((symbol, x))
    return symbol


def restored(y):
    """An expression without the symbols that `variable` has made."""
    while _places:
        symbol, expression = _places.pop()
        y = casadi.substitute(y, symbol, expression)
    return y


def derivatives(y, xs):
    return casadi.vertsplit(casadi.gradient(y, casadi.vertcat(*xs)))
