"""What is written for micrograd runs here with other import lines: its operators, its gradients, its way to train a network."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

import nn
from autograd import Value, draw_dot
from nn import MLP, Layer, Neuron


def test_a_value_used_again_and_again() -> None:
    a = Value(-3.0)
    b = 1 + a * 3 + a
    c = b.relu() + b * a
    d = (b * b).relu() + c * a + c
    d.backward()
    # b = -11, c = 33, d = b² + (a + 1)ba = 121 - 66; d' = 8b + (2a + 1)b + (a² + a)4
    assert (d.data, a.grad, b.grad, c.grad) == (55.0, -88.0 + 55.0 + 24.0, -22.0 + 6.0, -2.0)


def test_every_operator_with_numbers_on_both_sides() -> None:
    a, b = Value(-1.5), Value(2.5)
    c = a + b
    c += 2 * c - 1
    c += 3 - c + (-a) + c * 0.5
    d = a * b + b**3 - a**2 + b**-1 + b**0.5
    d += (b - a).relu() + (a - b).relu() * 7
    e = c - d / 4
    f = 1.0 / e + e / 3.0 + e**2
    f -= 2 - f / 10.0
    f.backward()
    assert [f.data, a.grad, b.grad] == pytest.approx(numbers_of_every_operator(), rel=1e-14)


def numbers_of_every_operator() -> list[float]:
    """The same function with its derivatives taken by hand."""
    a, b = -1.5, 2.5
    c = 0.5 * (3 * (a + b) - 1) + 3 - a
    d = a * b + b**3 - a * a + 1 / b + math.sqrt(b) + b - a
    e = c - d / 4
    f = 1.1 * (1 / e + e / 3 + e * e) - 2
    slope = 1.1 * (-1 / e**2 + 1 / 3 + 2 * e)
    return [f, slope * (0.5 - (b - 2 * a - 1) / 4), slope * (1.5 - (a + 3 * b * b - 1 / b**2 + 0.5 / math.sqrt(b) + 1) / 4)]


def test_gradients_are_read_assigned_and_stepped_along() -> None:
    a, b = parameters = [Value(2.0), Value(-3.0)]
    assert (a.grad, b.grad) == (None, None)
    for _ in range(2):
        for p in parameters:
            p.grad = 0
        (a * b).backward()
        for p in parameters:
            assert p.grad is not None
            p.data -= 0.1 * p.grad
    assert (a.data, b.data) == pytest.approx((2.62, -3.43))  # by hand
    assert f"{a.data:.4f} {a.grad:.4f}" == "2.6200 -3.2000"


def test_the_way_a_network_is_trained() -> None:
    rng = random.Random(0)
    inputs, labels = [], []
    for k in range(40):
        t, side = math.pi * (k // 2) / 19, k % 2
        x = (1 - math.cos(t), 0.5 - math.sin(t)) if side else (math.cos(t), math.sin(t))
        inputs.append([Value(x_i + rng.gauss(0, 0.05)) for x_i in x])
        labels.append(2 * side - 1)
    nn.seed(1)
    model = MLP(2, [8, 8, 1])
    assert "8, 8, 1" in str(model)
    losses = []
    for k in range(80):
        scores = list(map(model, inputs))
        hinges = [(1 + -y * score).relu() for y, score in zip(labels, scores, strict=True)]
        loss: Any = sum(hinges) * (1.0 / len(hinges)) + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            assert p.grad is not None
            p.data -= (1.0 - 0.9 * k / 80) * p.grad
        losses.append(loss.data)
    accuracy = [(y > 0) == (score.data > 0) for y, score in zip(labels, scores, strict=True)]
    assert losses[-1] < 0.3 < 0.5 < losses[0]
    assert sum(accuracy) >= 0.85 * len(labels)


@pytest.mark.parametrize(
    ("make", "n_parameters"), [(lambda: Neuron(2), 3), (lambda: Layer(2, 1), 3), (lambda: MLP(2, [4, 1]), 17)]
)
def test_one_output_is_a_number(make: Any, n_parameters: int) -> None:
    x = [Value(1.0), Value(-2.0)]
    model = make()
    y = model(x)
    y.backward()
    assert len(model.parameters()) == n_parameters
    assert all(p.grad is not None for p in model.parameters())
    assert draw_dot(y).source.startswith("digraph")
