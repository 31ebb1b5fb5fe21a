"""The same functions on CasADi's scalar expressions, SX."""

import casadi
from casadi import cos, erf, exp, log, log1p, sin, sqrt, tanh

__all__ = ["cos", "erf", "exp", "log", "log1p", "sin", "sqrt", "tanh"]


def where(condition, a, b):
    return casadi.if_else(condition, a, b)


def square(x):
    return casadi.sq(x)


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


def variable(x):
    return x


def derivatives(y, xs):
    return casadi.vertsplit(casadi.gradient(y, casadi.vertcat(*xs)))
