"""Initial weights: the same bits everywhere."""

import math
import subprocess
import sys
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from nn import MLP, Embedding, Layer, Module, Neuron
from nn.initializers import INITIALIZERS, constant, glorot, he, initializer_function, random_source, seed, uniform


def test_a_seed_is_the_same_network_everywhere() -> None:
    network = MLP(2, [2, 1], seed=7)
    assert [p.data.hex() for p in network.parameters()] == [
        "-0x1.b9e055f525a85p-2",
        "-0x1.b5e2324c3e955p-1",
        "0x1.7a95e617c6402p-2",
        "-0x1.0c1cb33fdc9ccp+0",
        "0x0.0p+0",
        "0x0.0p+0",
        "0x1.9fb39841406fap-4",
        "-0x1.8501a6a7d2229p-2",
        "0x0.0p+0",
    ]


def test_the_bits_are_those_of_the_formula() -> None:
    random = Random(7)
    expected = [math.sqrt(6 / 4) * (2 * random.random() - 1) for _ in range(4)]
    assert [w.data for row in MLP(2, [2, 1], seed=7).layers[0].weight for w in row] == expected


def test_seeds_differ_and_layers_of_one_network_differ() -> None:
    def weights(layer: Layer) -> list[float]:
        return [w.data for row in layer.weight for w in row]

    one, two = MLP(2, [2, 2], seed=1).layers, MLP(2, [2, 2], seed=2).layers
    four = [weights(layer) for layer in (*one, *two)]
    assert all(four[i] != four[j] for i in range(4) for j in range(i))


def test_a_shared_source_goes_on_drawing() -> None:
    random = Random(3)
    first, second = Neuron(2, seed=random), Neuron(2, seed=random)
    expected = MLP(2, [1], seed=3).layers[0].weight[0]
    assert [w.data for w in first.weight] == [w.data for w in expected]
    assert [w.data for w in first.weight] != [w.data for w in second.weight]


@pytest.mark.parametrize(
    ("draw", "limit"),
    [(glorot, math.sqrt(6 / 50)), (he, math.sqrt(6 / 30)), (uniform(-0.5, 0.5), 0.5)],
)
def test_spread(draw: object, limit: float) -> None:
    random = Random(0)
    numbers = [draw(random, 30, 20) for _ in range(4000)]  # type: ignore[operator]
    assert max(map(abs, numbers)) <= limit
    assert max(numbers) > 0.99 * limit
    assert min(numbers) < -0.99 * limit
    # The variance of a uniform number is a third of its limit squared; that of 4000 of them is within 10 % of it.
    assert sum(x * x for x in numbers) / 4000 == pytest.approx(limit**2 / 3, rel=0.1)


def test_layers_pass_their_sizes_to_the_initializer() -> None:
    seen = []

    def draw(random: Random, n_inputs: int, n_outputs: int) -> float:
        seen.append((n_inputs, n_outputs))
        return 1.0

    Layer(3, 2, initializer=draw)
    Neuron(2, bias="dummy input", initializer=draw)
    Embedding(4, 1, initializer=draw)
    assert seen == [(3, 2)] * 6 + [(2, 1)] * 2 + [(4, 1)] * 4


def test_biases_start_at_zero_whatever_the_initializer() -> None:
    layer = Layer(2, 2, initializer=constant(0.5))
    assert layer.bias is not None
    assert [b.data for b in layer.bias] == [0.0, 0.0]
    assert [[w.data for w in row] for row in layer.weight] == [[0.5, 0.5], [0.5, 0.5]]
    assert [w.data for w in Neuron(2, bias="dummy input", initializer=constant(0.5)).weight] == [0.0, 0.5, 0.5]


def test_names() -> None:
    assert set(INITIALIZERS) == {"glorot", "he", "zeros"}
    assert initializer_function("he") is he
    assert initializer_function(glorot) is glorot
    with pytest.raises(ValueError, match="no initializer is called 'xavier'; there are glorot, he, zeros"):
        initializer_function("xavier")
    with pytest.raises(TypeError, match="not 3"):
        initializer_function(3)  # type: ignore[arg-type]


def test_wrong_settings() -> None:
    with pytest.raises(ValueError, match=r"1\.0 > -1\.0"):
        uniform(1, -1)
    with pytest.raises(ValueError, match="finite"):
        uniform(0, math.inf)
    with pytest.raises(ValueError, match="finite"):
        constant(math.nan)
    with pytest.raises(ValueError, match="seed must be at least 0, not -1"):
        random_source(-1)
    with pytest.raises(TypeError, match=r"seed must be a whole number, not 1\.5"):
        random_source(1.5)  # type: ignore[arg-type]


MADE: dict[str, Callable[..., Module]] = {
    "Neuron": lambda **how: Neuron(2, **how),
    "Layer": lambda **how: Layer(2, 1, **how),
    "MLP": lambda **how: MLP(2, [2, 1], **how),
    "Embedding": lambda **how: Embedding(3, 2, **how),
}


def numbers(module: Module) -> list[float]:
    return [p.data for p in module.parameters()]


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_no_two_without_a_seed_are_the_same(make: Callable[..., Module]) -> None:
    one, other = make(), make()
    assert numbers(one) != numbers(other)
    seed(0)
    assert [numbers(make()), numbers(make())] == [numbers(one), numbers(other)]
    seed(1)
    assert numbers(make()) != numbers(one)


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_seed_is_a_seed(make: Callable[..., Module]) -> None:
    first = make(seed=3)
    one = make()
    seed(0)
    assert numbers(make(seed=3)) == numbers(first) == numbers(make(seed=Random(3)))
    # What has a seed takes nothing from the stream.
    assert numbers(make()) == numbers(one)


def test_a_program_makes_the_same_networks_each_time() -> None:
    program = "import nn; print([p.data for p in [*nn.Neuron(2).parameters(), *nn.MLP(2, [2, 1]).parameters()]])"
    seed(0)
    here = str([p.data for p in [*Neuron(2).parameters(), *MLP(2, [2, 1]).parameters()]])
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == here


@pytest.mark.parametrize("wrong", [-1, 1.5, "0", None])
def test_what_is_no_seed(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="seed must be"):
        seed(wrong)
