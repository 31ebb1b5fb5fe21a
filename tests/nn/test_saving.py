"""Parameters in files."""

import json
import math
import os
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from autograd import Value
from nn import MLP, Embedding, Layer, Module, Neuron, load, save


def numbers(model: Module) -> list[float]:
    return [p.data for p in model.parameters()]


def write(path: Path, arrays: dict[str, Any]) -> Path:
    save_file({name: np.asarray(array) for name, array in arrays.items()}, path)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: MLP(2, [3, 2], seed=seed),
        lambda seed: MLP(2, [3, 2], bias="dummy input", seed=seed),
        lambda seed: Embedding(4, 2, padding_index=1, seed=seed),
        lambda seed: Neuron(2, seed=seed),
    ],
)
def test_what_is_saved_is_loaded(make: Any, file: Path) -> None:
    model, other = make(1), make(2)
    assert numbers(model) != numbers(other)
    save(model, file)
    load(other, str(file))
    assert numbers(model) == numbers(other)


def test_the_arrays_are_those_that_other_frameworks_expect(file: Path) -> None:
    network = MLP(2, [3, 1], seed=1)
    for parameter, number in zip(network.parameters(), range(13), strict=True):
        parameter.data = number / 8
    save(network, file)
    arrays = load_file(file)
    assert {name: array.dtype for name, array in arrays.items()} == dict.fromkeys(arrays, np.dtype("float64"))
    assert {name: (array * 8).tolist() for name, array in arrays.items()} == {
        "layers.0.weight": [[0, 1], [2, 3], [4, 5]],
        "layers.0.bias": [6, 7, 8],
        "layers.1.weight": [[9, 10, 11]],
        "layers.1.bias": [12],
    }


def test_shapes_of_a_dummy_input_of_an_embedding_and_of_a_neuron(file: Path) -> None:
    class Model(Module):
        def __init__(self) -> None:
            self.embedding = Embedding(4, 2, padding_index=0)
            self.hidden = Layer(2, 3, bias="dummy input")
            self.output = Neuron(3)

    save(Model(), file)
    arrays = load_file(file)
    assert {name: array.shape for name, array in arrays.items()} == {
        "embedding.weight": (4, 2),
        "hidden.weight": (3, 3),
        "output.weight": (3,),
        "output.bias": (),
    }
    assert arrays["embedding.weight"][0].tolist() == [0.0, 0.0]


def test_all_kinds_of_floats_come_back(file: Path) -> None:
    special = [math.inf, -math.inf, math.nan, -0.0, 5e-324, 1.7976931348623157e308, 0.1]
    model, other = Neuron(7, bias=None), Neuron(7, bias=None)
    for w, number in zip(model.weight, special, strict=True):
        w.data = number
    save(model, file)
    load(other, file)
    assert [struct.pack("d", x) for x in numbers(other)] == [struct.pack("d", x) for x in special]


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_smaller_floats_are_read(dtype: Any, file: Path) -> None:
    neuron = Neuron(2)
    write(file, {"weight": np.array([0.1, -3.0], dtype), "bias": np.array(0.3, dtype)})
    load(neuron, file)
    assert numbers(neuron) == [float(dtype(0.1)), -3.0, float(dtype(0.3))]


def test_saving_twice_gives_the_same_bytes_and_replaces_the_file(file: Path) -> None:
    network = MLP(2, [3, 1])
    save(network, file)
    first = file.read_bytes()
    save(network, file)
    assert file.read_bytes() == first
    network.parameters()[0].data = 9.0
    save(network, file)
    assert file.read_bytes() != first
    assert os.listdir(file.parent) == [file.name]


def test_a_failed_save_leaves_the_old_file_and_nothing_else(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Neuron(1), file)
    before = file.read_bytes()

    def fail(*arguments: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save(Neuron(3), file)
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no such folder: .*nowhere"):
        save(Neuron(1), tmp_path / "nowhere" / "model.safetensors")


def test_a_model_without_parameters(file: Path) -> None:
    with pytest.raises(ValueError, match=r"Module\(\) has no parameters to save"):
        save(Module(), file)
    assert not file.exists()


class Tied(Module):
    """An output layer that shares the embedding's matrix, and one number that shares a weight."""

    def __init__(self, seed: int) -> None:
        self.embedding = Embedding(3, 2, seed=seed)
        self.output = Layer(2, 3, bias=None)
        self.output.weight = self.embedding.weight
        self.pair = [self.embedding.weight[0][1], Value(7.0 + seed)]


def test_shared_parameters_are_saved_once(file: Path) -> None:
    model, other = Tied(1), Tied(2)
    save(model, file)
    assert sorted(load_file(file)) == ["embedding.weight", "pair"]
    load(other, file)
    assert numbers(other) == numbers(model)
    assert other.pair[0] is other.embedding.weight[0][1]


def check_unchanged(model: Module, path: Path, message: str) -> None:
    before = numbers(model)
    with pytest.raises(ValueError, match=message) as caught:
        load(model, path)
    assert str(path) in str(caught.value)
    assert numbers(model) == before


def test_arrays_that_contradict_one_another(file: Path) -> None:
    matrix = np.arange(6.0).reshape(3, 2)
    write(file, {"embedding.weight": matrix, "pair": [1.0, 5.0]})
    load(Tied(1), file)
    write(file, {"embedding.weight": matrix, "pair": [2.0, 5.0]})
    check_unchanged(Tied(1), file, "pair holds 2.0 where the model has 1.0, as a constant or by sharing")


def test_padding_that_is_not_zero(file: Path) -> None:
    write(file, {"weight": np.ones((2, 1))})
    check_unchanged(Embedding(2, 1, padding_index=0), file, "weight holds 1.0 where the model has 0.0")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"weight": [1.0, 2.0]}, r"does not fit Neuron\(2, 'tanh'\): it has no bias\. The model is unchanged"),
        ({"weight": [1.0, 2.0], "bias": 1.0, "u": 2.0}, r"it has unexpected u\."),
        ({"weight": [1.0, 2.0, 3.0], "bias": 1.0}, r"weight has shape \(3,\), not \(2,\)"),
        ({"weight": [[1.0, 2.0]], "bias": 1.0}, r"weight has shape \(1, 2\), not \(2,\)"),
        ({"weight": [1, 2], "bias": 1.0}, r"weight is of type I64, not one of F64, F32, F16"),
        ({"weight": [1.0, 2.0], "bias": True}, r"bias is of type BOOL"),
        ({"weight": [1.0], "b": 1.0}, r"it has no bias; it has unexpected b; weight has shape \(1,\)"),
        ({f"w{n}": 1.0 for n in range(7)}, r"it has unexpected w0, w1, w2, w3, w4 and 2 more\."),
    ],
)
def test_a_file_of_another_model(arrays: dict[str, Any], message: str, file: Path) -> None:
    check_unchanged(Neuron(2), write(file, arrays), message)


def test_damaged_files(file: Path) -> None:
    neuron = Neuron(2)
    save(neuron, file)
    content = file.read_bytes()
    header_length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + header_length])
    header["weight"]["dtype"] = "F65"
    damaged = json.dumps(header).encode()
    for wrong in (
        b"",
        content[:7],
        content[:-1],
        content + b"\0",
        b"\xff" * 8 + content[8:],
        content[:8] + b"[" + content[9:],
        struct.pack("<Q", len(damaged)) + damaged + content[8 + header_length :],
        b"PK\x03\x04 not this format",
    ):
        file.write_bytes(wrong)
        check_unchanged(neuron, file, "is not a safetensors file, or it is damaged: ")


def test_every_truncation_is_noticed(file: Path) -> None:
    neuron = Neuron(2)
    save(neuron, file)
    content = file.read_bytes()
    for length in range(len(content)):
        file.write_bytes(content[:length])
        check_unchanged(neuron, file, "damaged")


def test_a_missing_file(file: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"model\.safetensors"):
        load(Neuron(1), file)


def test_a_link_goes_on_being_one(file: Path) -> None:
    target = file.parent / "target.safetensors"
    try:
        file.symlink_to(target)
    except OSError:
        pytest.skip("this system lets ordinary users make no symbolic links")
    save(Neuron(1), file)
    assert file.is_symlink()
    assert target.exists()


@pytest.mark.parametrize("use", [save, load], ids=["nn.save", "nn.load"])
def test_without_safetensors_a_sentence_says_how_to_install_it(use: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(Neuron(1), file)
    before = file.read_bytes()
    for module in ("safetensors", "safetensors.numpy"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModuleNotFoundError) as caught:
        use(Neuron(1), file)
    assert str(caught.value) == (
        f"nn.{use.__name__} needs the library safetensors, which is not installed: python -m pip install safetensors"
    )
    assert caught.value.name == "safetensors"
    assert file.read_bytes() == before
