"""The vector θ and the Values it stands for."""

from __future__ import annotations

import math
from typing import Any

import numpy
import pytest

from autograd import FrozenChoiceError, StaleGraphError, Value, scope, vectorize
from autograd.vectorizing import Parameters
from nn import MLP, Module


def three() -> tuple[Value, Value, Value]:
    return Value(2.0, "w"), Value(-1.0), Value(0.1, "b")


@pytest.mark.parametrize("dtype", [numpy.float64, numpy.float32])
def test_reading_gives_the_present_data_in_order(dtype: Any) -> None:
    w, v, b = three()
    parameters = Parameters([b, w, v], dtype)
    w.data = 5.0
    theta = parameters.read()
    assert theta.dtype == dtype and theta.shape == (3,)
    assert theta.tolist() == [float(dtype(0.1)), 5.0, -1.0]


def test_each_reading_is_an_array_of_its_own() -> None:
    parameters = Parameters(three(), float)
    first = parameters.read()
    first[:] = 9.0
    assert parameters.read().tolist() == [2.0, -1.0, 0.1]


def test_values_and_length() -> None:
    values = three()
    parameters = Parameters(list(values), float)
    assert isinstance(parameters.values, tuple)
    assert [a is b for a, b in zip(parameters.values, values, strict=True)] == [True, True, True]
    assert len(parameters) == 3


def test_no_parameters_at_all() -> None:
    parameters = Parameters([], numpy.float32)
    parameters.write(parameters.read())
    assert parameters.read().shape == (0,) and len(parameters) == 0


@pytest.mark.parametrize(
    "theta",
    [
        numpy.array([1.5, 2.5, -0.0]),
        numpy.array([1.5, 2.5, -0.0], numpy.float32),
        [1.5, 2.5, -0.0],
        numpy.array([1.5, 0, 2.5, 0, -0.0, 0])[::2],
    ],
    ids=["double", "single", "list", "strided"],
)
def test_writing_assigns_python_floats(theta: Any) -> None:
    values = three()
    Parameters(values, float).write(theta)
    assert [repr(value.data) for value in values] == ["1.5", "2.5", "-0.0"]
    assert {type(value.data) for value in values} == {float}


def test_whole_numbers_become_floats_too() -> None:
    values = three()
    for theta in ([1, 2, 3], numpy.array([1, 2, 3], numpy.uint8)):
        Parameters(values, float).write(theta)
        assert [repr(value.data) for value in values] == ["1.0", "2.0", "3.0"]


def test_what_is_written_is_read_to_the_bit() -> None:
    parameters = Parameters(three(), float)
    theta = numpy.array([0.1 + 0.2, 5e-324, -1.7976931348623157e308])
    parameters.write(theta)
    assert parameters.read().tobytes() == theta.tobytes()


def test_writing_leaves_gradients_labels_and_other_leaves_alone() -> None:
    w, v, b = three()
    other = Value(7.0)
    w.gradient = 3.0
    result = other * 2
    Parameters([w, v, b], float).write([1, 2, 3])
    result.backward()
    assert (w.gradient, w.label, other.data, other.gradient) == (3.0, "w", 7.0, 2.0)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_results_computed_before_are_stale(place: int) -> None:
    values = three()
    result = values[place] * values[place] + 1.0
    Parameters(values, float).write([4.0, 5.0, 6.0])
    with pytest.raises(StaleGraphError):
        result.backward()
    result.refresh()
    result.backward()
    expected = [4.0, 5.0, 6.0][place]
    assert (result.data, values[place].gradient) == (expected * expected + 1.0, 2.0 * expected)


def test_results_computed_afterwards_are_not() -> None:
    w, v, b = three()
    Parameters([w, v, b], float).write([3.0, 4.0, 5.0])
    (w * v + b).backward()
    assert (w.gradient, v.gradient, b.gradient) == (4.0, 3.0, 1.0)


@pytest.mark.parametrize(
    ("theta", "error", "message"),
    [
        ([1.0, 2.0], ValueError, r"shape \(3,\), one number for each parameter, not \(2,\)"),
        ([1.0, 2.0, 3.0, 4.0], ValueError, r"shape \(3,\).*not \(4,\)"),
        ([[1.0, 2.0, 3.0]], ValueError, r"shape \(3,\).*not \(1, 3\)"),
        (1.0, ValueError, r"shape \(3,\).*not \(\)"),
        ([1.0, 2.0, math.nan], ValueError, "the number for b is nan; no parameter was changed"),
        (numpy.array(["1", "1e400", "3"]).astype(numpy.longdouble), ValueError, "the number for parameter 1 is inf"),
        ([1.0, math.inf, 3.0], ValueError, "the number for parameter 1 is inf"),
        (numpy.array([1.0, 2.0, -math.inf], numpy.float32), ValueError, "the number for b is -inf"),
        (["1", "2", "3"], TypeError, "real numbers"),
        ([1j, 2j, 3j], TypeError, "real numbers, not complex"),
        ([None, None, None], TypeError, "real numbers, not object"),
        ([True, False, True], TypeError, "real numbers, not bool"),
    ],
)
def test_a_vector_that_does_not_fit_changes_nothing(theta: Any, error: type[Exception], message: str) -> None:
    values = three()
    result = values[0] * values[1] * values[2]
    with pytest.raises(error, match=message):
        Parameters(values, float).write(theta)
    assert [value.data for value in values] == [2.0, -1.0, 0.1]
    # Nor is anything stale.
    result.backward()
    assert values[0].gradient == -0.1


def test_a_traced_function_may_neither_read_nor_write_what_varies() -> None:
    w, v, _ = three()
    varying, fixed = Parameters([v, w], float), Parameters([v], float)

    def reads(x: Value) -> Value:
        return w * x + float(varying.read()[1])

    def writes(x: Value) -> Value:
        varying.write([7.0, 7.0])
        return w * x

    def reads_a_constant(x: Value) -> Value:
        return w * x + float(fixed.read()[0])

    for f, way in ((reads, r"\.data"), (writes, "assignment")):
        with pytest.raises(FrozenChoiceError, match=rf"^{way} of a traced Value \(w\) at .*test_parameters\.py"):
            vectorize(f, 2.0, parameters=[w])
    assert (w.data, v.data) == (2.0, -1.0)
    program = vectorize(reads_a_constant, 2.0, parameters=[w])
    assert program(numpy.array([5.0]), [3.0]) == 14.0


def test_numbers_by_name() -> None:
    assert Parameters(three(), float).named(numpy.array([1, 2, 3])) == {"w": 1.0, "parameter 1": 2.0, "b": 3.0}
    with pytest.raises(ValueError):
        Parameters(three(), float).named([1.0])
    alike = Parameters([Value(1.0, "w"), Value(2.0), Value(3.0, "w")], float)
    assert alike.named([1, 2, 3]) == {"w (parameter 0)": 1.0, "parameter 1": 2.0, "w (parameter 2)": 3.0}


def test_parameters_of_a_network_have_names_though_nobody_asked_for_them_before() -> None:
    """Those of the outermost Module, in whatever part of the function it is called."""

    class Ours(Module):
        def __init__(self) -> None:
            self.hidden, self.scale = MLP(1, [2, 1], seed=1), Value(2.0)

        def __call__(self, x: Value) -> Value:
            return self.hidden([x]) * self.scale

    network = Ours()

    def loss(x: Value) -> Value:
        with scope("loss"):
            return (network(x) - 1.0) ** 2

    program = vectorize(loss, 0.5)
    found = program.parameters.named(program.parameters.read())
    assert set(found) == {
        *(f"hidden.layers.0.weight.{unit}.0" for unit in (0, 1)),
        *(f"hidden.layers.0.bias.{unit}" for unit in (0, 1)),
        *(f"hidden.layers.1.weight.0.{unit}" for unit in (0, 1)),
        "hidden.layers.1.bias.0",
        "scale",
    }
    assert found == {name: parameter.data for name, parameter in network.named_parameters()}


def test_parameters_that_can_not_be_named_are_compiled_all_the_same() -> None:
    class Twice(Module):
        def __init__(self) -> None:
            self.parts = {1: Value(2.0), "1": Value(3.0)}

        def __call__(self, x: Value) -> Value:
            return x * self.parts[1] + self.parts["1"]

    program = vectorize(Twice(), 0.5)
    assert program.parameters.named([2.0, 3.0]) == {"parameter 0": 2.0, "parameter 1": 3.0}
