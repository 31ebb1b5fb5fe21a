"""Finding parameters, naming them, counting them."""

import copy
import gc
import pickle
from typing import Any

import pytest

from autograd import Value, no_grad
from autograd.engine.operands import as_operand
from nn import MLP, Embedding, Layer, Module, Neuron
from nn.module import parameter_arrays


class Holder(Module):
    """A Module with the attributes it is given."""

    def __init__(self, **attributes: Any) -> None:
        for name, attribute in attributes.items():
            setattr(self, name, attribute)


def names(module: Module) -> list[str]:
    return [name for name, _ in module.named_parameters()]


def test_parameters_are_found_in_nested_attributes_in_the_order_of_definition() -> None:
    b, w, u, v = Value(1.0), Value(2.0), Value(3.0), Value(4.0)
    module = Holder(b=b, nest={"z": [w, (u,)], "a": Holder(v=v)}, size=3, name="x", nothing=[], values={1, 2})
    assert list(module.named_parameters()) == [("b", b), ("nest.z.0", w), ("nest.z.1.0", u), ("nest.a.v", v)]
    assert module.parameters() == [b, w, u, v]


def test_names_of_a_network_and_of_its_parts() -> None:
    assert names(MLP(1, [2, 1])) == [
        "layers.0.weight.0.0",
        "layers.0.weight.1.0",
        "layers.0.bias.0",
        "layers.0.bias.1",
        "layers.1.weight.0.0",
        "layers.1.weight.0.1",
        "layers.1.bias.0",
    ]
    assert names(Neuron(2)) == ["weight.0", "weight.1", "bias"]
    assert names(Layer(1, 1, bias="dummy input")) == ["weight.0.0", "weight.0.1"]


def test_computed_values_constants_and_private_attributes_are_no_parameters() -> None:
    w = Value(1.0)
    module = Holder(w=w, result=w * 2, constant=as_operand(3.0), mixed=[w + 1, Value(5.0)], _cache=Value(6.0))
    assert names(module) == ["w", "mixed.1"]


def test_a_shared_parameter_counts_once_under_its_first_name() -> None:
    shared = Value(1.0)
    part = Holder(w=shared)
    module = Holder(first=part, second=part, third=[shared, Value(2.0)])
    assert names(module) == ["first.w", "third.1"]
    rows = [line.split() for line in module.summary().splitlines()]
    assert rows[1:] == [
        ["first", "Holder()", "w", "1", "1"],
        ["itself", "Holder()", "third", "2", "1"],
        ["total", "2"],
    ]


def test_modules_that_hold_one_another_end_the_search() -> None:
    outer = Holder(w=Value(1.0))
    outer.inner = Holder(parent=outer, w=Value(2.0))  # type: ignore[attr-defined]
    assert names(outer) == ["w", "inner.w"]


def test_labels_are_given_where_there_are_none() -> None:
    mine = Value(1.0, "mine")
    layer = Layer(1, 1)
    module = Holder(a=mine, b=Value(2.0), layer=layer)
    assert layer.label == ""
    parameters = module.parameters()
    assert [p.label for p in parameters] == ["mine", "b", "layer.weight.0.0", "layer.bias.0"]
    assert layer.label == "layer"
    layer.parameters()
    assert [p.label for p in parameters] == ["mine", "b", "layer.weight.0.0", "layer.bias.0"]


def test_two_attributes_of_one_name_are_an_error() -> None:
    module = Holder(d={1: Value(1.0), "1": Value(2.0)})
    with pytest.raises(ValueError, match=r"lead to the name 'd\.1'"):
        module.parameters()


def test_zero_grad_forgets_all_gradients() -> None:
    neuron = Neuron(2)
    neuron([1.0, 2.0]).backward()
    assert all(p.gradient is not None for p in neuron.parameters())
    neuron.zero_grad()
    assert [p.gradient for p in neuron.parameters()] == [None, None, None]


def test_arrays_are_the_rectangular_nests() -> None:
    w = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    ragged = [[Value(5.0)], [Value(6.0), Value(7.0)]]
    arrays = parameter_arrays(Holder(w=w, ragged=ragged, b=Value(8.0)))
    assert [(array.name, array.shape, [v.data for v in array.values]) for array in arrays] == [
        ("w", (2, 2), [1.0, 2.0, 3.0, 4.0]),
        ("ragged.0", (1,), [5.0]),
        ("ragged.1", (2,), [6.0, 7.0]),
        ("b", (), [8.0]),
    ]


def test_a_summary_counts_shared_arrays_once_and_says_so() -> None:
    first, second = Layer(2, 3), Layer(2, 3, "relu", bias=None)
    second.weight = first.weight
    lines = Holder(first=first, second=second).summary().splitlines()
    assert lines == [
        "name    module               parameters           number",
        "first   Layer(2, 3, 'tanh')  weight 3×2, bias 3        9",
        "second  Layer(2, 3, 'relu')  weight 3×2 (shared)       0",
        "total                                                  9",
    ]


def test_a_module_without_call_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Holder does not define __call__"):
        Holder()(1.0)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))])
def test_copies_compute_the_same_and_share_nothing(duplicate: Any) -> None:
    network = MLP(2, [3, 1], "gelu", bias="dummy input", seed=5)
    twin = duplicate(network)
    before = network([0.3, -0.4])[0].data
    assert twin([0.3, -0.4])[0].data == before
    assert len(twin.parameters()) == len(network.parameters()) == 13
    for parameter in twin.parameters():
        parameter.data = 0.0
    assert twin([0.3, -0.4])[0].data == 0.0
    assert network([0.3, -0.4])[0].data == before


def test_no_grad_leaves_only_numbers() -> None:
    with no_grad():
        assert MLP(2, [2, 1])([1.0, 2.0])[0].operands == ()


def test_names_of_many_parameters_are_written_when_they_are_read() -> None:
    embedding = Embedding(300, 4, seed=1)
    parameters = embedding.parameters()
    # What stands there until then is no text, and holds no Value, so that a network is freed without the collector.
    assert not any(isinstance(parameter._label, str) for parameter in parameters)
    assert not any(isinstance(held, Value) for parameter in parameters for held in gc.get_referents(parameter._label[0]))
    assert parameters[4 * 17 + 2].label == "weight.17.2"
    assert isinstance(parameters[4 * 17 + 2]._label, str)
    assert [parameter.label for parameter in parameters] == [name for name, _ in embedding.named_parameters()]


def test_a_label_that_was_given_stays() -> None:
    layer = Layer(2, 2, seed=1)
    layer.weight[0][1].label = "mine"
    assert [parameter.label for parameter in layer.parameters()] == [
        "weight.0.0",
        "mine",
        "weight.1.0",
        "weight.1.1",
        "bias.0",
        "bias.1",
    ]
    outer = MLP(2, [2], seed=1)
    outer.layers = (layer,)
    assert [parameter.label for parameter in outer.parameters()][:2] == ["weight.0.0", "mine"]


def test_labels_that_are_not_written_yet_survive_copies_and_pickles() -> None:
    layer = Layer(2, 1, seed=1)
    layer.parameters()
    for copied in (
        copy.copy(layer.weight[0][1]),
        copy.deepcopy(layer).weight[0][1],
        pickle.loads(pickle.dumps(layer)).weight[0][1],
    ):
        assert copied.label == "weight.0.1"
