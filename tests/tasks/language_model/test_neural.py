"""The sliding-window network against its equations in plain floats, and as a language model."""

import math
from collections.abc import Sequence
from itertools import chain

import pytest

from autograd import Value
from nn import cross_entropy_from_logits
from tasks.language_model.model import predictions
from tasks.language_model.neural import NeuralModel, SlidingWindowNetwork, fill_window, make_examples

WORDS, CONTEXT = 6, (4, 0, 5)


FORMS = [(False, False), (True, False), (False, True), (True, True)]


def small_network(seed: int = 3, activation: str = "tanh", *, tied: bool = False, direct: bool = False) -> SlidingWindowNetwork:
    return SlidingWindowNetwork(WORDS, 3, 2, 4, activation=activation, seed=seed, tied=tied, direct=direct)


def product(weight: Sequence[Sequence[Value]], vector: list[float]) -> list[float]:
    return [sum(w.data * x for w, x in zip(row, vector, strict=True)) for row in weight]


def logits_in_floats(
    network: SlidingWindowNetwork, context: tuple[int, ...], activation: str = "tanh", masks: Sequence[Sequence[float]] = ()
) -> list[float]:
    of_e, of_h, of_v = [*masks, *([1.0] * length for length in (*network.mask_lengths, 0)[len(masks) :])][:3]
    vectors = chain.from_iterable(network.embedding.weight[word] for word in context)
    e = [value.data * m for value, m in zip(vectors, of_e, strict=True)]
    assert network.hidden.bias is not None and network.output.bias is not None
    h = []
    for z, b, m in zip(product(network.hidden.weight, e), network.hidden.bias, of_h, strict=True):
        h.append(m * (math.tanh(z + b.data) if activation == "tanh" else max(z + b.data, 0.0)))
    seen = h + e if network.direct else h
    if network.tied:
        seen = [v * m for v, m in zip(product(network.projection.weight, seen), of_v, strict=True)]
    matrix = network.embedding.weight if network.tied else network.output.weight
    return [z + c.data for z, c in zip(product(matrix, seen), network.output.bias, strict=True)]


def set_numbers(network: SlidingWindowNetwork) -> None:
    for number, parameter in enumerate(network.parameters()):
        parameter.data = math.sin(number)


@pytest.mark.parametrize(("tied", "direct"), FORMS)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_logits(activation: str, tied: bool, direct: bool) -> None:
    network = small_network(activation=activation, tied=tied, direct=direct)
    set_numbers(network)
    expected = logits_in_floats(network, CONTEXT, activation)
    assert [z.data for z in network(CONTEXT)] == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("tied", "direct"), FORMS)
def test_masks(tied: bool, direct: bool) -> None:
    network = small_network(tied=tied, direct=direct)
    set_numbers(network)
    masks = [[(0.0, 4 / 3)[(place + length) % 3 > 0] for place in range(length)] for length in network.mask_lengths]
    for n_masks in range(len(masks) + 1):
        expected = logits_in_floats(network, CONTEXT, masks=masks[:n_masks])
        assert [z.data for z in network(CONTEXT, *masks[:n_masks])] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_masks_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="2 masks at most, not 3"):
        small_network()(CONTEXT, [1.0] * 6, [1.0] * 4, [1.0] * 2)
    with pytest.raises(ValueError, match="the mask has 5 numbers for 6"):
        small_network()(CONTEXT, [1.0] * 5)


@pytest.mark.parametrize(("tied", "direct"), FORMS)
def test_forms_compiled(tied: bool, direct: bool) -> None:
    network = small_network(tied=tied, direct=direct)
    set_numbers(network)
    z = logits_in_floats(network, CONTEXT)
    expected = [math.exp(one) / sum(map(math.exp, z)) for one in z]
    assert NeuralModel(network).distribution(CONTEXT) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("tied", "direct"), FORMS)
def test_gradients_against_differences(tied: bool, direct: bool) -> None:
    network = small_network(tied=tied, direct=direct)
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
    hidden = (3 * 2 + 1) * 4
    assert len(small_network().parameters()) == WORDS * 2 + hidden + (4 + 1) * WORDS
    # Tied, the words' vectors are there once; the output has only its biases.
    assert len(small_network(tied=True).parameters()) == WORDS * 2 + hidden + 4 * 2 + WORDS
    assert len(small_network(direct=True).parameters()) == WORDS * 2 + hidden + (4 + 6 + 1) * WORDS


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


@pytest.mark.parametrize("running_on", [False, True])
def test_an_example_for_each_prediction(running_on: bool) -> None:
    sentences = [[3], [1, 2], [], [4, 4, 4, 4, 1]]
    expected = [(list(fill_window(context, 3)), word) for context, word in predictions(sentences, 3, running_on=running_on)]
    assert list(make_examples(sentences, 5, 3, running_on=running_on)) == expected


def test_no_examples() -> None:
    with pytest.raises(ValueError, match="no sentences to learn from"):
        make_examples([], 5, 3)
    with pytest.raises(ValueError, match="words have the numbers 0 to 2, but one is 3"):
        make_examples([[3]], 3, 3)


def test_measuring_records_nothing() -> None:
    network = small_network()
    leaf: Value = network.output.weight[0][0]
    NeuralModel(network).probability(CONTEXT, 0)
    assert leaf.gradient is None and not leaf.operands


def test_a_word_outside_the_vocabulary() -> None:
    with pytest.raises(IndexError, match="word 6 is out of range"):
        small_network()((0, 0, 6))
