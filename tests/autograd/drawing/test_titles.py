"""What folded boxes say they compute: read as an expression, it gives the number that they hold."""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable
from typing import Any

import pytest

from autograd import Value, scope, sigmoid, tanh
from autograd.drawing import draw
from autograd.drawing.diagram import titles
from autograd.drawing.diagram.diagram import Box
from autograd.functions import dot
from nn import MLP, Layer, Neuron


def folded(output: Value, level: Any = "layer") -> list[Box]:
    return [box for box in draw(output, level).diagram.boxes if len(box.nodes) > 1 and box.nodes[0].operands]


def summary(output: Value, level: Any = "layer") -> str:
    """The formula that the last folded box states; empty if it states none."""
    stated = [detail for detail in folded(output, level)[-1].details if "operation" not in detail and "Layer(" not in detail]
    return next((detail for detail in stated if not detail.startswith("Neuron(")), "")


def test_names_are_those_of_the_operands() -> None:
    x, wx, wh, h0, b = (Value(0.3, name) for name in ("x", "wx", "wh", "h0", "b"))
    with scope("s"):
        h = tanh(wx * x + wh * h0 + b)
    assert summary(h) == "tanh(wx × x + wh × h₀ + b)"
    with scope("s"):
        product = (x + wx) * wh
    assert summary(product) == "(x + wx) × wh"
    with scope("s"):
        inner = dot([wx, wh], [x, h0]) + b
    assert summary(inner) == "(wx, wh)·(x, h) + b"


@pytest.mark.parametrize("seed", range(60))
def test_random_scopes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "_LONGEST_SUMMARY", 200)
    generator = random.Random(seed)
    leaves = {name: Value(generator.uniform(0.5, 2.0), name) for name in "abcdfgxyz"}
    unary: list[Callable[[Value], Value]] = [tanh, sigmoid, operator.neg]
    binary: list[Callable[[Any, Any], Value]] = [operator.add, operator.sub, operator.mul, operator.truediv]
    with scope("s"):
        y = generator.choice(list(leaves.values())) + generator.choice(list(leaves.values()))
        for _ in range(generator.randrange(1, 5)):
            if generator.random() < 0.3:
                y = generator.choice(unary)(y)
            else:
                other = generator.choice([*leaves.values(), 3.0])
                y = generator.choice(binary)(*generator.sample([y, other], 2))
    written = summary(y)
    program = written.replace("×", "*").replace("÷", "/").replace("−", "-")
    functions = {"tanh": math.tanh, "σ": lambda t: 1.0 / (1.0 + math.exp(-t))}
    assert eval(program, {**functions, **{name: leaf.data for name, leaf in leaves.items()}}) == pytest.approx(y.data, rel=1e-12)


def test_layers_are_written_with_vectors() -> None:
    network = MLP(2, [16, 16, 1])
    y = network([Value(1.0, "x_1"), Value(2.0, "x_2")])[0]
    details = [box.details[1] for box in folded(y)]
    assert details == ["16 × tanh(w·x + b)", "16 × tanh(w·h + b)", "w·h + b"]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [([1.0, 2.0], "tanh(w·(1, 2) + b)"), ([1.0, 1.0], "tanh(w·(1, 1) + b)"), ([1.0, 2.0, 3.0, 4.0], "tanh(w·(1, …, 4) + b)")],
)
def test_plain_numbers_are_written_out(inputs: list[float], expected: str) -> None:
    assert summary(Neuron(len(inputs))(inputs), "neuron") == expected


def test_a_letter_never_stands_for_two_things() -> None:
    b = [Value(0.1, "b_1"), Value(0.2, "b_2")]
    assert summary(Layer(2, 1)(b)[0]) == "", "the layer's own bias is b"
    x = [Value(0.1 * k, f"x_{k}") for k in range(4)]
    with scope("s"):
        parts = [x[0] * x[1], x[2] * x[3]]
    assert summary(parts[0] - parts[1]) == ""


def test_a_box_with_several_outputs_states_no_formula() -> None:
    x = Value(0.5, "x")
    with scope("s"):
        h = tanh(x)
        k = h * 2.0
    drawing = draw(h + k, "layer")
    assert drawing.text().splitlines()[0].startswith("L = h^[s]₁ + h^[s]₂")
    assert summary(h + k) == ""
