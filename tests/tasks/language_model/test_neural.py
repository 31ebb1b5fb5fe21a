"""The sliding-window network against its equations in plain floats, and as a language model."""

import math
from itertools import chain

import pytest

from autograd import Value
from nn import cross_entropy_from_logits
from tasks.language_model.neural import NeuralModel, SlidingWindowNetwork, fill_window, make_examples

WORDS, CONTEXT = 6, (4, 0, 5)


def small_network(seed: int = 3, activation: str = "tanh") -> SlidingWindowNetwork:
    return SlidingWindowNetwork(WORDS, 3, 2, 4, activation=activation, seed=seed)


def logits_in_floats(network: SlidingWindowNetwork, context: tuple[int, ...], activation: str) -> list[float]:
    e = [value.data for value in chain.from_iterable(network.embedding.weight[word] for word in context)]
    assert network.hidden.bias is not None
    h = []
    for row, b in zip(network.hidden.weight, network.hidden.bias, strict=True):
        z = sum(w.data * x for w, x in zip(row, e, strict=True)) + b.data
        h.append(math.tanh(z) if activation == "tanh" else max(z, 0.0))
    assert network.output.bias is not None
    return [
        c.data + sum(u.data * x for u, x in zip(row, h, strict=True))
        for row, c in zip(network.output.weight, network.output.bias, strict=True)
    ]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_logits(activation: str) -> None:
    network = small_network(activation=activation)
    for number, parameter in enumerate(network.parameters()):
        parameter.data = math.sin(number)
    expected = logits_in_floats(network, CONTEXT, activation)
    assert [z.data for z in network(CONTEXT)] == pytest.approx(expected, rel=1e-12)


def test_gradients_against_differences() -> None:
    network = small_network()
    cross_entropy_from_logits(network(CONTEXT), 2).backward()
    for parameter in network.parameters()[::5]:
        start, h = parameter.data, 1e-6
        losses = []
        for number in (start + h, start - h):
            parameter.data = number
            losses.append(cross_entropy_from_logits(network(CONTEXT), 2).data)
        parameter.data = start
        # The embeddings of words outside the context get no gradient.
        assert (parameter.gradient or 0.0) == pytest.approx((losses[0] - losses[1]) / (2 * h), abs=1e-8)


def test_the_number_of_parameters() -> None:
    assert len(small_network().parameters()) == WORDS * 2 + (3 * 2 + 1) * 4 + (4 + 1) * WORDS


def test_a_seed_is_a_network() -> None:
    numbers = [[parameter.data for parameter in small_network(seed).parameters()] for seed in (1, 1, 2)]
    assert numbers[0] == numbers[1] != numbers[2]


def test_it_starts_from_frequencies() -> None:
    network = small_network()
    network.start_from_frequencies([1, 1, 1, 5])
    for row in network.output.weight:
        for u in row:
            u.data = 0.0
    assert NeuralModel(network).distribution(CONTEXT) == pytest.approx([0.1, 0.4, 0.1, 0.1, 0.1, 0.2], rel=1e-12)


def test_as_a_language_model() -> None:
    model = NeuralModel(small_network())
    z = logits_in_floats(model.network, CONTEXT, "tanh")
    expected = [math.exp(one) / sum(map(math.exp, z)) for one in z]
    assert model.distribution(CONTEXT) == pytest.approx(expected, rel=1e-12)
    assert [model.probability(CONTEXT, word) for word in range(WORDS)] == pytest.approx(expected, rel=1e-12)


def test_short_contexts_are_filled_and_long_ones_cut() -> None:
    model = NeuralModel(small_network())
    assert model.distribution((0, 5)) == model.distribution((0, 0, 5))
    assert model.distribution((2, 1, 0, 4, 5)) == model.distribution((0, 4, 5))


@pytest.mark.parametrize(("context", "window"), [((), (0, 0)), ((0,), (0, 0)), ((0, 3), (0, 3)), ((1, 2, 3), (2, 3))])
def test_windows(context: tuple[int, ...], window: tuple[int, ...]) -> None:
    assert fill_window(context, 2) == window


def test_an_example_for_each_prediction() -> None:
    assert make_examples([[3], [1, 2]], 2) == [((0, 0), 3), ((0, 3), 0), ((0, 0), 1), ((0, 1), 2), ((1, 2), 0)]


def test_measuring_records_nothing() -> None:
    network = small_network()
    leaf: Value = network.output.weight[0][0]
    NeuralModel(network).probability(CONTEXT, 0)
    assert leaf.gradient is None and not leaf.operands


def test_a_word_outside_the_vocabulary() -> None:
    with pytest.raises(IndexError, match="word 6 is out of range"):
        small_network()((0, 0, 6))
