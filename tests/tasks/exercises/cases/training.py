"""The exercises of `notebooks/06_training.py`."""

import math

import numpy
from exercise_cases import Cases

from autograd import Value, sigmoid
from nn import SGD, binary_cross_entropy


def descend(parameters, learning_rate):
    for parameter in parameters:
        if parameter.gradient is not None:
            parameter.data -= learning_rate * parameter.gradient
            parameter.gradient = None


def by_optimizer(parameters, learning_rate):
    optimizer = SGD(parameters, learning_rate)
    optimizer.step()
    optimizer.zero_grad()
    return parameters


def uphill(parameters, learning_rate):
    for parameter in parameters:
        if parameter.grad is not None:
            parameter.data += learning_rate * parameter.grad
            parameter.grad = None


def without_the_rate(parameters, learning_rate):
    for parameter in parameters:
        if parameter.gradient is not None:
            parameter.data -= parameter.gradient
            parameter.gradient = None


def without_none(parameters, learning_rate):
    for parameter in parameters:
        parameter.data -= learning_rate * parameter.gradient
        parameter.gradient = None


def keeping_gradients(parameters, learning_rate):
    for parameter in parameters:
        parameter.data -= learning_rate * (parameter.gradient or 0)


def moving_copies(parameters, learning_rate):
    return [Value(one.data - learning_rate * (one.gradient or 0)) for one in parameters]


def moving_the_unreached(parameters, learning_rate):
    for parameter in parameters:
        parameter.data -= learning_rate * (1.0 if parameter.gradient is None else parameter.gradient)
        parameter.gradient = None


def one_way_for_all(parameters, learning_rate):
    for parameter in parameters:
        parameter.data -= learning_rate * 3.0
        parameter.gradient = None


CASES = {
    "6.1": Cases(
        right=(0.403, 0.40, math.log(1 + math.exp(-0.7)), binary_cross_entropy(sigmoid(Value(0.7)), 1), numpy.float64(0.403)),
        wrong=(0.693, 1.103, 0.668, -0.403, 0.7, 0.351, 0.5),
        secret=("0.403", "0.40", "0.4"),
    ),
    "6.2": Cases(
        right=(descend, by_optimizer),
        wrong=(
            uphill, without_the_rate, without_none, keeping_gradients, moving_copies, moving_the_unreached, one_way_for_all,
            lambda parameters: None, 0.1,
        ),
        secret=("-=", "= None", "parameter.gradient"),
    ),
    "6.3": Cases(right=(180, 180.0, Value(180), 60 * 3), wrong=(60, 480, 120, 3, 160, 181), secret=("180",)),
}  # fmt: skip
