"""Neurons, layers, networks: numbers and gradients against plain floats, NumPy, and results of PyTorch."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import LostGradientWarning, Value, grad, sigmoid, total
from nn import MLP, Embedding, Layer, Neuron, cross_entropy_from_logits

MODERATE = st.floats(-3, 3, allow_subnormal=False)


def set_numbers(values: Any, numbers: Any) -> None:
    for value, number in zip(values, numbers, strict=True):
        if isinstance(value, Value):
            value.data = number
        else:
            set_numbers(value, number)


def test_the_unit_of_the_text() -> None:
    neuron = Neuron(3, "sigmoid")
    assert neuron.bias is not None
    set_numbers([*neuron.weight, neuron.bias], [0.2, 0.3, 0.9, 0.5])
    y = neuron([0.5, 0.6, 0.1])
    # z = 0.5·0.2 + 0.6·0.3 + 0.1·0.9 + 0.5 = 0.87
    assert y.operands[0].data == pytest.approx(0.87, rel=1e-15)
    assert y.data == pytest.approx(1 / (1 + math.exp(-0.87)), rel=1e-14)
    assert round(y.data, 2) == 0.7


def test_a_neuron_is_a_dot_product_an_addition_and_an_activation() -> None:
    neuron = Neuron(2, "tanh")
    h = neuron((Value(1.0), Value(2.0)))
    z = h.operands[0]
    assert [h.primitive.name, z.primitive.name, z.operands[0].primitive.name] == ["tanh", "add", "dot"]
    assert z.operands[1] is neuron.bias
    assert z.operands[0].operands[:2] == neuron.weight


def test_a_neuron_with_a_dummy_input_is_one_dot_product() -> None:
    neuron = Neuron(2, "identity", bias="dummy input")
    x = (Value(3.0), Value(4.0))
    set_numbers(neuron.weight, [0.5, 2.0, -1.0])
    z = neuron(x)
    assert z.data == 0.5 + 2.0 * 3.0 - 1.0 * 4.0
    assert z.primitive.name == "dot"
    a0 = z.operands[3]
    assert (a0.data, a0.label) == (1.0, "a₀")
    assert z.operands[4:] == x
    z.backward()
    assert [w.gradient for w in neuron.weight] == [1.0, 3.0, 4.0]
    assert a0.gradient is None
    assert neuron.bias is None


def test_a_neuron_without_bias() -> None:
    neuron = Neuron(2, "identity", bias=None)
    set_numbers(neuron.weight, [2.0, -1.0])
    assert neuron([3.0, 4.0]).data == 2.0
    assert len(neuron.parameters()) == 2


@settings(deadline=None)
@given(
    w=st.lists(MODERATE, min_size=6, max_size=6),
    b=st.lists(MODERATE, min_size=2, max_size=2),
    x=st.lists(MODERATE, min_size=3, max_size=3),
)
def test_the_two_forms_of_the_bias_agree(w: list[float], b: list[float], x: list[float]) -> None:
    separate, dummy = Layer(3, 2), Layer(3, 2, bias="dummy input")
    set_numbers(separate.weight, [w[:3], w[3:]])
    set_numbers(separate.bias, b)
    set_numbers(dummy.weight, [[b[0], *w[:3]], [b[1], *w[3:]]])
    ours, theirs = separate(x), dummy(x)
    # Rounding in a sum is relative to its terms: they are at most 3·3.
    assert [h.data for h in ours] == pytest.approx([h.data for h in theirs], rel=1e-12, abs=1e-14)
    loss, other = total(list(ours)), total(list(theirs))
    assert separate.bias is not None
    rows = [[b, *row] for b, row in zip(separate.bias, separate.weight, strict=True)]
    for row, other_row in zip(rows, dummy.weight, strict=True):
        assert grad(loss, row) == pytest.approx(grad(other, list(other_row)), rel=1e-12, abs=1e-13)


def test_the_two_forms_of_the_bias_start_as_the_same_network() -> None:
    x = [0.4, -1.1]
    separate, dummy = MLP(2, [5, 3, 1], seed=4), MLP(2, [5, 3, 1], bias="dummy input", seed=4)
    assert dummy(x)[0].data == pytest.approx(separate(x)[0].data, rel=1e-12)
    for layer, other in zip(separate.layers, dummy.layers, strict=True):
        assert [[w.data for w in row] for row in layer.weight] == [[w.data for w in row[1:]] for row in other.weight]


def test_a_network_computes_what_numpy_computes() -> None:
    network = MLP(3, [4, 5, 2], "tanh", "sigmoid", seed=11)
    rng = np.random.default_rng(0)
    for parameter in network.parameters():
        parameter.data = rng.normal()
    x = rng.normal(size=3)
    h = x
    for index, layer in enumerate(network.layers):
        assert layer.bias is not None
        W = np.array([[w.data for w in row] for row in layer.weight])
        z = W @ h + np.array([b.data for b in layer.bias])
        h = np.tanh(z) if index < 2 else 1 / (1 + np.exp(-z))
    assert [y.data for y in network(x)] == pytest.approx(h.tolist(), rel=1e-13)


def test_gradients_of_a_two_layer_network_are_those_of_pytorch() -> None:
    # Computed once with PyTorch 2.13 in float64: linear, tanh, linear, cross_entropy.
    network = MLP(2, [3, 2])
    first, second = network.layers
    set_numbers(first.weight, [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]])
    set_numbers(first.bias, [0.01, -0.02, 0.03])
    set_numbers(second.weight, [[0.7, -0.8, 0.9], [0.2, 0.1, -0.3]])
    set_numbers(second.bias, [0.05, -0.05])
    z = network([0.5, -1.5])
    assert [logit.data for logit in z] == pytest.approx([-0.08460274915967396, 0.2174935503174117], rel=1e-13)
    loss = cross_entropy_from_logits(z, 1)
    assert loss.data == pytest.approx(0.5534636856156183, rel=1e-13)
    loss.backward()
    expected = [
        *[0.09359783004444669, -0.2807934901333401, -0.154542835174555, 0.46362850552366497],
        *[0.08870668696342948, -0.26612006089028845],
        *[0.18719566008889338, -0.30908567034911, 0.17741337392685896],
        *[0.14673153556042118, -0.186254474004655, -0.34325321534850395],
        *[-0.14673153556042126, 0.18625447400465509, 0.34325321534850406],
        *[0.42504510550349955, -0.4250451055034997],
    ]
    assert [p.gradient for p in network.parameters()] == pytest.approx(expected, rel=1e-12)


def test_activations_of_the_layers_of_a_network() -> None:
    network = MLP(2, [3, 3, 1], "relu", "sigmoid")
    assert [layer.activation for layer in network.layers] == ["relu", "relu", "sigmoid"]
    assert repr(network) == "MLP(2, [3, 3, 1], 'relu', 'sigmoid')"
    assert repr(MLP(2, [1], output_activation=sigmoid)) == "MLP(2, [1], output_activation=sigmoid)"
    network.layers[0].activation = "tanh"
    assert repr(network) == "MLP(2, [3, 3, 1], ['tanh', 'relu'], 'sigmoid')"
    assert [layer.label for layer in network.layers] == ["layers.0", "layers.1", "layers.2"]


def test_the_inputs_are_converted_once_for_a_layer() -> None:
    outputs = Layer(2, 2, "identity", bias=None)([1.0, Value(2.0)])
    assert outputs[0].operands[2:] == outputs[1].operands[2:]
    assert outputs[0].operands[2].primitive.name == "constant"


def test_gradients_reach_inputs_that_are_values() -> None:
    x = [Value(1.0), Value(2.0)]
    layer = Layer(2, 1, "identity")
    set_numbers(layer.weight, [[3.0, -4.0]])
    layer(x)[0].backward()
    assert [v.gradient for v in x] == [3.0, -4.0]


def test_inputs_may_come_as_any_sequence() -> None:
    layer = Layer(2, 1, seed=2)
    expected = layer((0.5, -1.0))[0].data
    for inputs in ([0.5, -1.0], np.array([0.5, -1.0]), (v for v in (0.5, -1.0)), (Value(0.5), -1)):
        assert layer(inputs)[0].data == expected


def test_a_function_as_activation() -> None:
    layer = Layer(1, 1, lambda z: sigmoid(z) * 2, initializer="zeros")
    assert layer([5.0])[0].data == 1.0
    assert repr(Layer(1, 1, sigmoid)) == "Layer(1, 1, sigmoid)"


def test_an_activation_may_be_assigned() -> None:
    neuron = Neuron(1, "identity")
    set_numbers(neuron.weight, [-2.0])
    neuron.activation = "relu"
    assert (neuron([1.0]).data, neuron.activation) == (0.0, "relu")
    with pytest.raises(ValueError, match="no activation is called 'x'"):
        neuron.activation = "x"
    assert (neuron([1.0]).data, neuron.activation) == (0.0, "relu")


OF_FLOATS: Any = math.tanh


@pytest.mark.parametrize("unit", [Neuron(1, OF_FLOATS), Layer(1, 1, OF_FLOATS)])
def test_an_activation_that_leaves_values_is_an_error(unit: Any) -> None:
    with (
        pytest.warns(LostGradientWarning, match=r"^math\.tanh takes only the number of a Value"),
        pytest.raises(TypeError, match=r"activation of .*tanh.* must give a Value"),
    ):
        unit([0.5])


def test_layers_may_share_weights() -> None:
    embedding, output = Embedding(4, 3, seed=1), Layer(3, 4, "identity", bias=None)
    output.weight = embedding.weight
    logits = output(embedding(2))
    assert logits[2].data == pytest.approx(sum(e.data**2 for e in embedding.weight[2]), rel=1e-14)
    logits[2].backward()
    assert [e.gradient for e in embedding.weight[2]] == pytest.approx([2 * e.data for e in embedding.weight[2]])


@pytest.mark.parametrize(
    ("unit", "message"),
    [
        (Layer(2, 3), r"^Layer\(2, 3, 'tanh'\) takes 2 inputs, but was given 3$"),
        (Layer(4, 3, bias="dummy input"), r"takes 4 inputs, but was given 3$"),
        (Neuron(1, "relu"), r"^Neuron\(1, 'relu'\) takes 1 inputs, but was given 3$"),
        (MLP(2, [3, 1]), r"^layers\.0, Layer\(2, 3, 'tanh'\), takes 2 inputs, but was given 3$"),
    ],
)
def test_a_wrong_number_of_inputs_names_the_layer(unit: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        unit([1.0, 2.0, 3.0])


def test_inputs_that_are_no_numbers() -> None:
    layer = Layer(2, 1)
    layer.label = "hidden"
    for inputs in (Value(1.0), 3.0, "ab", {1.0, 2.0}):
        with pytest.raises(TypeError, match=r"hidden, Layer\(2, 1, 'tanh'\), takes a list of 2 Values or numbers"):
            layer(inputs)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="None"):
        layer([1.0, None])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="was given 0"):
        layer([])


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: Neuron(0), ValueError, "n_inputs must be at least 1, not 0"),
        (lambda: Layer(2, 0), ValueError, "n_outputs must be at least 1, not 0"),
        (lambda: Layer(2.0, 1), TypeError, "n_inputs must be a whole number, not 2.0"),  # type: ignore[arg-type]
        (lambda: Layer(2, 1, bias="dummy"), ValueError, "bias is .* not 'dummy'"),  # type: ignore[arg-type]
        (lambda: Layer(2, 1, activation="soft"), ValueError, "no activation is called 'soft'"),
        (lambda: MLP(2, []), ValueError, "at least one"),
        (lambda: MLP(2, 3), ValueError, "list of sizes"),  # type: ignore[arg-type]
        (lambda: MLP(2, [3, 0]), ValueError, "n_outputs must be at least 1"),
    ],
)
def test_wrong_arguments(build: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        build()


def test_a_perceptron_computes_and() -> None:
    # The weights of the textbook's figure: 1, 1 and bias −1.
    neuron = Neuron(2, "step")
    assert neuron.bias is not None
    set_numbers([*neuron.weight, neuron.bias], [1.0, 1.0, -1.0])
    assert [neuron(x).data for x in [(0, 0), (0, 1), (1, 0), (1, 1)]] == [0.0, 0.0, 0.0, 1.0]


def test_the_xor_network_of_the_text() -> None:
    # The textbook's solution after Goodfellow and others: ReLU, h₁ = x₁ + x₂, h₂ = x₁ + x₂ − 1, y = h₁ − 2h₂.
    network = MLP(2, [2, 1], "relu", "relu")
    set_numbers(network.layers[0].weight, [[1.0, 1.0], [1.0, 1.0]])
    set_numbers(network.layers[0].bias, [0.0, -1.0])
    set_numbers(network.layers[1].weight, [[1.0, -2.0]])
    assert [network(x)[0].data for x in [(0, 0), (0, 1), (1, 0), (1, 1)]] == [0.0, 1.0, 1.0, 0.0]
