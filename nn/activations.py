"""Activation functions by name: what a unit does with its weighted sum z.

Source: the textbook's sections on units (sigmoid, tanh, ReLU) and on the XOR problem (the perceptron's step). The functions
and their derivatives are the engine's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from autograd import Value, gelu, logsigmoid, relu, sigmoid, silu, softplus, softsign, tanh
from nn.checks import named_function

Activation: TypeAlias = str | Callable[[Value], Value]
"""The name of an activation, or any function from a Value to a Value."""


def identity(z: Value) -> Value:
    """Return the weighted sum as it is: a linear unit, or a logit.

    >>> identity(Value(0.87)).data
    0.87
    """
    return z


def step(z: Value) -> Value:
    """Return 1 where z > 0, else 0: the output of a perceptron (the textbook's equation for it). The derivative is 0.

    >>> step(Value(0.1)).data, step(Value(0.0)).data
    (1.0, 0.0)
    """
    return z > 0.0


ACTIVATIONS: dict[str, Callable[[Value], Value]] = {
    "identity": identity,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "step": step,
    "softplus": softplus,
    "gelu": gelu,
    "silu": silu,
    "softsign": softsign,
    "logsigmoid": logsigmoid,
}
"""The activations that have a name."""


def activation_function(activation: Activation) -> Callable[[Value], Value]:
    """Return the function that a name stands for; a function is returned as it is.

    Raises:
        ValueError: no activation has that name.
        TypeError: it is neither a name nor a function.

    >>> activation_function("relu")(Value(-3.0)).data
    0.0
    """
    return named_function(activation, ACTIVATIONS, "an activation", " from a Value to a Value")
