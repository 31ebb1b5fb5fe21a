"""Compiled programs against the eager engine, and networks on a batch."""

from __future__ import annotations

import numpy
import pytest

import nn
from autograd import Value, mean, vectorize
from autograd.checking import Verdict, gradcheck
from autograd.checking.self_test.planting import BREAKS, broken
from autograd.table.primitives import TABLE


@pytest.fixture
def line() -> tuple[Value, Value]:
    return Value(2.0, "w"), Value(-1.0, "b")


@pytest.mark.parametrize("dtype", [float, numpy.float32])
def test_a_program(line: tuple[Value, Value], dtype: type) -> None:
    w, b = line
    program = vectorize(lambda x, y: (w * x + b - y).square(), 1.0, 0.5, dtype=dtype)
    report = gradcheck(program, None, [1.0, 2.0, 3.0], [1.0, 3.0, 5.5])
    assert report, report
    assert [checked.name for checked in report.inputs] == [
        "∂program's loss/∂w", "∂program's loss/∂b", "∂eager loss/∂w", "∂eager loss/∂b", "program's loss",
    ]  # fmt: skip
    assert report.inputs[0].backward == pytest.approx(-1.0)
    assert (w.data, w.gradient) == (2.0, None)


def test_a_program_of_a_network_on_a_batch() -> None:
    network = nn.MLP(3, [4, 3])

    def loss(x: list[Value], target: Value) -> Value:
        return nn.cross_entropy_from_logits(network(x), target)

    program = vectorize(loss, [0.0, 0.0, 0.0], 0)
    batch = numpy.array([[0.1, 0.2, 0.3], [-0.5, 1.0, 0.0]]), numpy.array([1, 2])
    theta = program.parameters.read() * 1.5
    report = gradcheck(program, theta, *batch)
    assert report, report
    assert len(report.inputs) == 2 * len(network.parameters()) + 1


def test_a_program_that_is_compiled_from_a_broken_rule() -> None:
    w = Value(0.5, "w")
    with broken(TABLE["tanh"], BREAKS[1]):
        program = vectorize(lambda x: (w * x).tanh(), 1.0)
    report = gradcheck(program, None, [1.0, 2.0])
    assert report.inputs[0].verdict is Verdict.WRONG_GRADIENT
    assert report.inputs[1]
    assert "gradient of program's loss is wrong for input w" in str(report)


def test_a_loss_that_is_not_that_of_the_eager_engine(line: tuple[Value, Value], monkeypatch: pytest.MonkeyPatch) -> None:
    program = vectorize(lambda x: (line[0] * x).square(), 1.0)
    loss, gradient = program.value_and_grad(program.parameters.read(), [1.0, 2.0])
    monkeypatch.setattr(program, "value_and_grad", lambda *arguments: (loss * (1.0 + 1e-6), gradient))
    report = gradcheck(program, None, [1.0, 2.0])
    assert [bool(checked) for checked in report.inputs] == [True, True, False]
    assert "the program's loss is" in report.inputs[2].message


def test_one_wrong_number_of_many_in_the_gradient_of_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    network = nn.MLP(4, [16, 2], activation="tanh")
    network.parameters()  # which labels them
    program = vectorize(lambda x, target: nn.cross_entropy_from_logits(network(x), target), [0.0] * 4, 0)
    batch = numpy.array([[0.1, 0.2, 0.3, -0.4]]), numpy.array([1])
    assert gradcheck(program, None, *batch)
    loss, gradient = program.value_and_grad(program.parameters.read(), *batch)
    for place in range(0, len(gradient), 7):
        wrong = gradient.copy()
        wrong[place] = 1.001 * wrong[place] + 1e-6
        monkeypatch.setattr(program, "value_and_grad", lambda *arguments, wrong=wrong: (loss, wrong))
        (found,) = [checked for checked in gradcheck(program, None, *batch).inputs if not checked]
        assert found.input == program.parameters.values[place].label


def test_the_loss_of_a_batch_as_the_eager_engine_records_it(line: tuple[Value, Value]) -> None:
    w, b = line
    program = vectorize(lambda x, y: (w * x + b - y).square(), 1.0, 0.5)
    theta = program.parameters.read() + 0.25
    loss, leaves = program.eager(theta, [1.0, 2.0, 3.0], [1.0, 3.0, 5.5])
    assert loss.data == pytest.approx(program(theta, [1.0, 2.0, 3.0], [1.0, 3.0, 5.5]), rel=1e-15)
    assert [(leaf.label, leaf.data) for leaf in leaves] == [("w", 2.25), ("b", -0.75)]
    assert (w.data, b.data) == (2.0, -1.0)


def test_a_program_needs_theta(line: tuple[Value, Value]) -> None:
    program = vectorize(lambda x: line[0] * x, 1.0)
    with pytest.raises(TypeError, match="takes θ"):
        gradcheck(program)


def test_a_network_on_a_batch() -> None:
    network = nn.MLP(2, [3, 1], activation="tanh")
    before = [parameter.data for parameter in network.parameters()]
    examples = [((0.0, 0.0), 0.0), ((0.0, 1.0), 1.0), ((1.0, 0.0), 1.0)]

    def loss() -> Value:
        return mean([nn.squared_error(network(list(map(Value, x)))[0], y) for x, y in examples])

    report = gradcheck(loss, parameters=network)
    assert report, report
    assert len(report.inputs) == len(before) == 13
    assert [parameter.data for parameter in network.parameters()] == before
    with broken(TABLE["tanh"], BREAKS[4]):
        assert {node.operation for node in gradcheck(loss, parameters=network).faults} == {"tanh"}


def test_a_larger_network_takes_directions_and_a_sample() -> None:
    network = nn.MLP(20, [30, 4])

    def loss(x: list[Value], target: int) -> Value:
        return nn.cross_entropy_from_logits(network(x), target)

    report = gradcheck(loss, [0.1 * k - 1.0 for k in range(20)], 2, parameters=network)
    assert report, report
    assert len(report.inputs) == 8 + 2
    with broken(TABLE["dot"], BREAKS[4]):
        report = gradcheck(loss, [0.1 * k - 1.0 for k in range(20)], 2, parameters=network)
        assert {node.operation for node in report.faults} == {"dot"}
