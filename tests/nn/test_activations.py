"""Activations by name."""

import math

import pytest

from autograd import Value
from nn.activations import ACTIVATIONS, activation_function, identity, step

ORACLES = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "step": lambda z: 1.0 if z > 0 else 0.0,
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "gelu": lambda z: z * 0.5 * (1 + math.erf(z / math.sqrt(2))),
    "silu": lambda z: z / (1 + math.exp(-z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "logsigmoid": lambda z: -math.log(1 + math.exp(-z)),
}


def test_every_named_activation_has_an_oracle() -> None:
    assert set(ACTIVATIONS) == set(ORACLES)


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("z", [-2.5, -0.3, 0.0, 0.7, 3.0])
def test_values(name: str, z: float) -> None:
    assert activation_function(name)(Value(z)).data == pytest.approx(ORACLES[name](z), rel=1e-12, abs=1e-15)


def test_the_step_is_that_of_the_perceptron() -> None:
    # The text: 0 if w·x + b ≤ 0, 1 if w·x + b > 0.
    assert [step(Value(z)).data for z in (-1.0, 0.0, 5e-324, 1.0)] == [0.0, 0.0, 1.0, 1.0]
    z = Value(0.5)
    step(z).backward()
    assert z.gradient == 0.0


def test_the_identity_adds_no_node() -> None:
    z = Value(1.0)
    assert identity(z) is z


def test_a_function_stays_itself() -> None:
    assert activation_function(Value.sin) is Value.sin


def test_what_is_no_activation() -> None:
    with pytest.raises(ValueError, match=r"no activation is called 'tahn'; there are identity, sigmoid, tanh"):
        activation_function("tahn")
    with pytest.raises(TypeError, match="not None"):
        activation_function(None)  # type: ignore[arg-type]
