"""What stands in an ONNX file: inputs, outputs, names, shapes, numbers, and always the same bytes."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy
import pytest

pytest.importorskip("onnx")

from onnx_models import OnnxModel

import nn
from autograd import Value, dot, mean, require, scope, sigmoid, softmax, square, tanh, total, vectorize, where
from autograd.vectorizing.onnx.checking import run

pytestmark = [pytest.mark.onnx, pytest.mark.filterwarnings("ignore::DeprecationWarning:onnx")]

SIZES = (1, 7, 512)


def network_program(**settings: Any) -> Any:
    W = [[Value(0.1 * (i - 2 * j), f"W[{i},{j}]") for j in range(3)] for i in range(4)]
    b = [Value(0.5 - 0.1 * i, f"b[{i}]") for i in range(4)]
    u = [Value(0.3 * (i - 1)) for i in range(4)]

    def loss(x: Any, y: Any) -> Any:
        with scope("hidden"):
            h = [tanh(dot(w, x) + b_i) for w, b_i in zip(W, b, strict=True)]
        p = sigmoid(dot(u, h))
        p.label = "p"
        return square(p - y), {"probability": p, "layer": h, "pairs": [h[:2], h[2:]]}

    return vectorize(loss, [0.5, -1.0, 2.0], 1.0, **settings)


def test_inputs_and_outputs_have_the_names_and_shapes_of_the_function(tmp_path: Path) -> None:
    model = OnnxModel(network_program(), tmp_path / "network.onnx")
    assert model.inputs == ["x"]
    assert model.outputs == ["probability", "layer", "pairs"]
    assert [model.shape(name) for name in ("x", "probability", "layer", "pairs")] == [
        ("batch", 3), ("batch",), ("batch", 4), ("batch", 2, 2),
    ]  # fmt: skip
    assert model.operators.count("Gemm") == 1 and "Sigmoid" in model.operators
    # What only the loss needs is no input.
    both = OnnxModel(network_program(), tmp_path / "network.onnx", ["loss", "probability"])
    assert (both.inputs, both.outputs) == (["x", "y"], ["loss", "probability"])
    assert both.shape("loss") == both.shape("y") == ("batch",)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("engine", ["numpy", "native"])
def test_batches_of_any_size(size: int, engine: Any, tmp_path: Path) -> None:
    if engine == "native":
        pytest.importorskip("llvmlite")
    program = network_program(engine=engine)
    x = numpy.random.default_rng(size).normal(size=(size, 3)).astype(numpy.float32).astype(float)
    names = ["probability", "layer", "pairs", "loss"]
    theta = program.parameters.read().astype(numpy.float32).astype(float)
    wanted = {**program.outputs(theta, x, numpy.ones(size)), "loss": program.losses(theta, x, numpy.ones(size))}
    for dtype, precision in ((numpy.float32, 1e-6), (float, 1e-14)):
        found = OnnxModel(program, tmp_path / "network.onnx", names, theta=theta, dtype=dtype).run(x, numpy.ones(size))
        for name in names:
            assert found[name].shape == wanted[name].shape and found[name].dtype == dtype
            assert found[name] == pytest.approx(wanted[name], abs=precision)


def test_parameters_are_called_after_their_labels(tmp_path: Path) -> None:
    program = network_program()
    model = OnnxModel(program, tmp_path / "network.onnx")
    assert [*model.stored][:3] == ["W", "b", "w"]  # the last have no label: a letter of the textbook's
    assert model.stored["W"].shape == (4, 3) and model.stored["W"].dtype == numpy.float32
    assert model.stored["W"][3].tolist() == pytest.approx([0.3, 0.1, -0.1])
    nodes = {node.name: node for node in model.graph.node}
    assert {"hidden/Gemm", "probability"} <= nodes.keys()
    assert list(nodes["hidden/Gemm"].input) == ["x", "W", "b"]
    program.parameters.write(program.parameters.read() + 1.0)
    later = OnnxModel(program, tmp_path / "network.onnx").stored
    assert later["W"] == pytest.approx(model.stored["W"] + 1.0)
    given = OnnxModel(program, tmp_path / "network.onnx", theta=numpy.zeros(len(program.parameters))).stored
    assert not given["b"].any()


def test_parameters_of_modules_have_their_full_names(tmp_path: Path) -> None:
    network = nn.MLP(3, [4, 2], activation="relu", seed=0)
    program = vectorize(lambda x: (total(network(x)), {"logits": network(x)}), [0.1, 0.2, 0.3])
    model = OnnxModel(program, tmp_path / "network.onnx")
    assert {name for name in model.stored if "weight" in name or "bias" in name} == set(
        dict.fromkeys(name.rsplit(".", name.count(".") - 2)[0] for name in [*dict(network.named_parameters())])
    )
    assert model.operators == ["Gemm", "Relu", "Gemm"]


def test_names_that_clash_are_told_apart(tmp_path: Path) -> None:
    x0, again = Value(2.0, "x"), Value(3.0, "x")
    program = vectorize(lambda x, y: (x * y, {"x": x * x0, "y": y * again, "": x + y, "a\nb": x}), 1.0, 2.0)
    model = OnnxModel(program, tmp_path / "f.onnx")
    assert model.inputs == ["x", "y"]
    assert model.outputs == ["x_output", "y_output", "output", "a_b"]
    found = model.run([5.0], [7.0])
    assert [float(found[name][0]) for name in model.outputs] == [10.0, 21.0, 12.0, 5.0]
    names = [*model.inputs, *model.stored, *(name for node in model.graph.node for name in node.output)]
    assert len(set(names)) == len(names)


def test_nested_arguments(tmp_path: Path) -> None:
    w = Value(2.0, "w")
    program = vectorize(
        lambda x: (x["left"] * w + total(x["right"]), {"s": total(x["right"])}), {"left": 1.0, "right": [2.0, 3.0]}
    )
    model = OnnxModel(program, tmp_path / "f.onnx", ["s", "loss"])
    assert model.inputs == ["x_left", "x_right"]
    assert model.run({"left": [1.0, 2.0], "right": [[3.0, 4.0], [5.0, 6.0]]})["loss"].tolist() == [9.0, 15.0]


def test_outputs_that_depend_on_no_input(tmp_path: Path) -> None:
    w = [Value(1.0, "w[0]"), Value(2.0, "w[1]")]
    program = vectorize(
        lambda x: (dot(w, x), {"norm": dot(w, w), "w": w, "constant": [1.0, 2.0], "score": dot(w, x)}), [1.0, 2.0]
    )
    model = OnnxModel(program, tmp_path / "f.onnx")
    found = model.run([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    assert found["norm"].tolist() == [5.0] * 3
    assert found["w_output" if "w_output" in found else "w"].tolist() == [[1.0, 2.0]] * 3
    assert found["constant"].tolist() == [[1.0, 2.0]] * 3
    alone = OnnxModel(program, tmp_path / "f.onnx", ["norm", "w"])
    assert alone.inputs == [] and alone.shape("norm") == (1,) and alone.shape("w") == (1, 2)
    assert run(alone.content, {})["w"].tolist() == [[1.0, 2.0]]


def test_the_same_program_is_the_same_file(tmp_path: Path) -> None:
    first, second = (OnnxModel(network_program(), tmp_path / "network.onnx").content for _ in range(2))
    assert first == second
    program = network_program()
    for other in (copy.deepcopy(program), pickle.loads(pickle.dumps(program))):
        model = OnnxModel(other, tmp_path / "network.onnx")
        assert model.run([[1.0, 2.0, 3.0]], [1.0])["layer"] == pytest.approx(
            OnnxModel(program, tmp_path / "other.onnx").run([[1.0, 2.0, 3.0]], [1.0])["layer"]
        )


def test_what_the_file_says_of_itself(tmp_path: Path) -> None:
    model = OnnxModel(network_program(), tmp_path / "network.onnx").model
    assert (model.producer_name, model.ir_version, model.opset_import[0].version) == ("chalkgrad", 8, 18)
    assert model.producer_version and "probability, layer, pairs" in model.doc_string
    # Viewers show the shapes of what is computed on the way.
    assert {one.name for one in model.graph.value_info} >= {"hidden/Gemm"}


def test_captured_numbers_are_those_that_were_compiled_in(tmp_path: Path) -> None:
    w, c = Value(2.0, "w"), Value(10.0, "c")
    program = vectorize(lambda x: (x * w, {"y": x * w + c}), 1.0, parameters=[w])
    c.data = -5.0
    assert OnnxModel(program, tmp_path / "f.onnx").run([1.0, 2.0])["y"].tolist() == [12.0, 14.0]
    assert program.outputs([2.0], [1.0])["y"].tolist() == [12.0]


def test_a_softmax_is_one_operator(tmp_path: Path) -> None:
    W = [[Value(0.3 * i - 0.2 * j) for j in range(3)] for i in range(3)]

    def f(x: Any) -> Any:
        logits = [dot(w, x) for w in W]
        rows = [softmax([a * b for b in x]) for a in x]
        return total(softmax(logits)), {"p": softmax(logits), "columns": [mean(column) for column in zip(*rows, strict=True)]}

    program = vectorize(f, [0.5, 1.0, -1.0])
    model = OnnxModel(program, tmp_path / "f.onnx")
    assert model.operators.count("Softmax") == 2 and "Exp" not in model.operators
    x = numpy.array([[1.0, 2.0, -3.0], [0.0, 50.0, 1.0]])
    wanted = program.outputs(program.parameters.read(), x)
    assert model.run(x)["p"] == pytest.approx(wanted["p"], abs=1e-6)
    assert model.run(x)["columns"] == pytest.approx(wanted["columns"], abs=1e-6)


def test_what_is_almost_a_softmax_is_none(tmp_path: Path) -> None:
    def f(x: Any) -> Any:
        p = softmax(x)
        shares = [one / total(p[:2]) for one in p]
        return total(p), {"shares": shares, "squares": [one * one / total(p) for one in p]}

    program = vectorize(f, [0.5, 1.0, -1.0])
    x = numpy.array([[1.0, 2.0, -3.0], [0.0, 5.0, 1.0]])
    found, wanted = OnnxModel(program, tmp_path / "f.onnx").run(x), program.outputs([], x)
    for name in wanted:
        assert found[name] == pytest.approx(wanted[name], abs=1e-6)


def test_what_is_required_of_inputs(tmp_path: Path) -> None:
    w = Value(2.0, "w")

    def f(x: Any, y: Any) -> Any:
        for one in x:
            require(one >= 0.0, "x must not be negative")
        require(y > 0.0, "y must be positive")
        return total(x) * w * y, {"s": [one * w for one in x], "constant": w}

    program = vectorize(f, [1.0, 2.0], 1.0)
    model = OnnxModel(program, tmp_path / "f.onnx", ["s", "constant"])
    # What is required of the target can't be known without it.
    assert model.inputs == ["x"]
    assert "x must not be negative" in model.model.doc_string and "y must" not in model.model.doc_string
    found = model.run([[1.0, 2.0], [1.0, -1e-3], [0.0, 0.0]], [1.0, 1.0, -1.0])
    assert numpy.isnan(found["s"]).tolist() == [[False, False], [True, True], [False, False]]
    assert numpy.isnan(found["constant"]).tolist() == [False, True, False]
    with pytest.raises(ValueError, match="x must not be negative"):
        program.outputs([2.0], [[1.0, -1e-3]], [1.0])
    with_loss = OnnxModel(program, tmp_path / "f.onnx", ["loss"])
    found = with_loss.run([[1.0, 2.0], [1.0, -1e-3], [0.0, 0.0]], [1.0, 1.0, -1.0])
    assert numpy.isnan(found["loss"]).tolist() == [False, True, True]


def test_a_choice_leaves_out_what_is_undefined(tmp_path: Path) -> None:
    from autograd import log

    program = vectorize(lambda x: (x, {"y": where(x > 0.0, log(where(x > 0.0, x, 1.0)), -1.0)}), 2.0)
    assert OnnxModel(program, tmp_path / "f.onnx").run([1.0, -2.0])["y"].tolist() == [0.0, -1.0]


@pytest.mark.parametrize("settings", [{"dtype": numpy.float32}, {"exact": True}, {"dtype": numpy.float32, "engine": "native"}])
def test_any_program_is_exported(settings: dict[str, Any], tmp_path: Path) -> None:
    if "engine" in settings:
        pytest.importorskip("llvmlite")
    program = network_program(**settings)
    x = numpy.array([[0.25, -1.0, 0.5], [1.0, 2.0, -3.0]])
    wanted = program.outputs(program.parameters.read(), x, [0.0, 1.0])
    for dtype in (numpy.float32, float):
        found = OnnxModel(program, tmp_path / "network.onnx", dtype=dtype).run(x, [0.0, 1.0])
        assert found["layer"] == pytest.approx(wanted["layer"], abs=1e-6)


def test_a_batch_without_examples(tmp_path: Path) -> None:
    found = run(OnnxModel(network_program(), tmp_path / "network.onnx").content, {"x": numpy.zeros((0, 3), numpy.float32)})
    assert {name: numbers.shape for name, numbers in found.items()} == {"probability": (0,), "layer": (0, 4), "pairs": (0, 2, 2)}


def test_a_training_in_between(tmp_path: Path) -> None:
    network = nn.MLP(2, [3, 1], activation="tanh", seed=1)

    def loss(x: Any, y: Any) -> Any:
        (logit,) = network(x)
        return nn.binary_cross_entropy_from_logit(logit, y), {"p": sigmoid(logit)}

    program = vectorize(loss, [0.0, 1.0], 1.0)
    examples = [([a, b], float(a != b)) for a in (0.0, 1.0) for b in (0.0, 1.0)]
    nn.train(
        network, lambda x, y: loss(x, y)[0], examples, epochs=5, optimizer=nn.Adam(network.parameters(), 0.1), progress=False
    )
    x = numpy.array([one for one, _ in examples])
    found = OnnxModel(program, tmp_path / "xor.onnx").run(x, numpy.zeros(4))["p"]
    assert found == pytest.approx([loss(one, y)[1]["p"].data for one, y in examples], abs=1e-6)
