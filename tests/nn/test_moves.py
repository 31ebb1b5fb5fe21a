"""Steps of optimizers over many parameters in machine code, against the formula computed with NumPy."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from autograd import Value
from nn import SGD, Adam, AdamW, Optimizer
from nn.engines import array_optimizer
from nn.engines.array_optimizer import ArrayOptimizer

pytest.importorskip("llvmlite")

N = 1003


class Signs(Optimizer):
    """A formula with choices."""

    n_states = 1

    def update(self, number: Any, gradient: Any, states: Any, t: Any) -> Any:
        kept = states[0] + numpy.sign(gradient)
        return numpy.where(kept > 1.0, number - self.learning_rate * kept / t, number), [kept]


class Drawn(Optimizer):
    """A formula that can't be recorded."""

    def update(self, number: Any, gradient: Any, states: Any, t: Any) -> Any:
        return number - self.learning_rate * numpy.tanh(gradient), []


OPTIMIZERS: dict[str, Any] = {
    "SGD": lambda values: SGD(values, 0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda values: Adam(values, 0.01, weight_decay=0.1),
    "AdamW": lambda values: AdamW(values, 0.002, weight_decay=0.01),
    "Signs": lambda values: Signs(values, 0.1),
    "Drawn": lambda values: Drawn(values, 0.1),
}


def moved(make: Any, dtype: str, *, in_machine_code: bool, seed: int = 3) -> tuple[Any, Any, bool]:
    """The numbers and states after steps with a learning rate that changes."""
    values = [Value(0.0) for _ in range(N)]
    optimizer = make(values)
    moving = ArrayOptimizer(optimizer, values, dtype, in_machine_code=in_machine_code)
    random = numpy.random.default_rng(seed)
    theta = random.normal(size=N).astype(dtype)
    for step in range(40):
        optimizer.learning_rate = 0.05 / (1 + step)
        gradient = (random.normal(size=N) * 10.0 ** random.integers(-12, 3, N)).astype(dtype)
        gradient[random.integers(0, N, 5)] = 0.0
        moving.move(theta, gradient, None)
    return theta, moving.states, moving._moves is not None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_in_64_bits_steps_are_the_same_to_the_bit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_optimizer, "_MANY_PARAMETERS", 1)
    theta, states, is_used = moved(OPTIMIZERS[name], "float64", in_machine_code=True)
    expected, expected_states, is_used_there = moved(OPTIMIZERS[name], "float64", in_machine_code=False)
    assert (is_used, is_used_there) == (name != "Drawn", False)
    assert theta.tobytes() == expected.tobytes()
    assert states.tobytes() == expected_states.tobytes()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_in_32_bits_they_are_nearer_to_those_in_64_than_numpys(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_optimizer, "_MANY_PARAMETERS", 1)
    theta, _, is_used = moved(OPTIMIZERS[name], "float32", in_machine_code=True)
    by_numpy, _, _ = moved(OPTIMIZERS[name], "float32", in_machine_code=False)
    exact, _, _ = moved(OPTIMIZERS[name], "float64", in_machine_code=False)
    assert is_used == (name != "Drawn")
    assert theta.dtype == numpy.float32
    assert theta == pytest.approx(exact, rel=1e-4, abs=1e-5)
    assert numpy.abs(theta - exact).mean() <= numpy.abs(by_numpy - exact).mean() * 1.01


def test_few_parameters_and_those_reached_in_part_are_moved_by_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [Value(0.0) for _ in range(4)]
    few = ArrayOptimizer(Adam(values), values, in_machine_code=True)
    few.move(numpy.zeros(4), numpy.ones(4), None)
    assert few._moves is None
    monkeypatch.setattr(array_optimizer, "_MANY_PARAMETERS", 1)
    in_part = ArrayOptimizer(Adam(values), values, in_machine_code=True)
    theta = numpy.zeros(4)
    in_part.move(theta, numpy.ones(4), numpy.array([1, 2]))
    assert theta.tolist() == pytest.approx([0.0, -0.001, -0.001, 0.0], rel=1e-6)


def test_a_gradient_that_is_not_finite_moves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_optimizer, "_MANY_PARAMETERS", 1)
    values = [Value(0.0, f"w{place}") for place in range(3)]
    moving = ArrayOptimizer(Adam(values), values, "float32", in_machine_code=True)
    theta = numpy.zeros(3, "float32")
    with pytest.raises(FloatingPointError, match="the gradient of w1 is nan"):
        moving.move(theta, numpy.array([1.0, numpy.nan, 1.0], "float32"), None)
    assert theta.tolist() == [0.0, 0.0, 0.0]


def test_without_machine_code_numpy_takes_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ImportError("machine code needs llvmlite")

    monkeypatch.setattr(array_optimizer, "_MANY_PARAMETERS", 1)
    monkeypatch.setattr("autograd.vectorizing.native.moves.compile_module", refuse)
    monkeypatch.setattr("autograd.vectorizing.native.moves._machine", refuse)
    found = moved(OPTIMIZERS["Adam"], "float32", in_machine_code=True)
    assert not found[2]
    assert found[0].tobytes() == moved(OPTIMIZERS["Adam"], "float32", in_machine_code=False)[0].tobytes()
