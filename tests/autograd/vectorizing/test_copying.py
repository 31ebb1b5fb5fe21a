"""Programs that are pickled and copied."""

from __future__ import annotations

import copy
import math
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy
import pytest
from teaching_programs import PROGRAMS

from autograd import Program, Value, dot, grad, log, maximum, pick, require, softmax, tanh, total, vectorize, where
from nn import MLP, squared_error

WAYS: dict[str, Callable[[Any], Any]] = {"pickle": lambda thing: pickle.loads(pickle.dumps(thing)), "deepcopy": copy.deepcopy}
each_way = pytest.mark.parametrize("way", WAYS)


def bits(numbers: Any) -> bytes:
    return numpy.asarray(numbers).tobytes()


def results(program: Program, theta: Any, *batch: Any) -> list[Any]:
    loss, gradient = program.value_and_grad(theta, *batch)
    outputs = program.outputs(theta, *batch)
    return [
        struct.pack("d", loss), bits(gradient), bits(program.losses(theta, *batch)), [(k, bits(v)) for k, v in outputs.items()],
        gradient.dtype,
    ]  # fmt: skip


def assert_same(program: Program, copied: Program, theta: Any, *batch: Any) -> None:
    assert type(copied) is Program
    assert repr(copied) == repr(program)
    assert [value.label for value in copied.parameters.values] == [value.label for value in program.parameters.values]
    assert bits(copied.parameters.read()) == bits(program.parameters.read())
    assert (copied.source, copied.buffered_source, copied.report()) == (program.source, program.buffered_source, program.report())
    assert results(copied, theta, *batch) == results(program, theta, *batch)
    assert [repr(leaf) for leaf in copied.captured] == [repr(leaf) for leaf in program.captured]


def example_program(**settings: Any) -> tuple[Program, Any]:
    """A program with outputs, an unused parameter, a captured leaf and leaves made inside, of which some are used late."""
    w = [[Value(0.3 * i - 0.2 * j + 0.1, f"w[{i}][{j}]") for j in range(3)] for i in range(4)]
    b, unused, late = Value(0.7, "b"), Value(9.0, "unused"), Value(-0.4, "late")
    scale = Value(0.25, "scale")

    def f(x: Any, k: Any) -> Any:
        h = [tanh(dot(row, x) + b) for row in w]
        side = tanh(late * x[0])  # only an output needs it, and it is older than the loss
        loss = total([one * scale for one in h]) * Value(2.0, "inside") + pick(h, k)
        loss = loss + maximum(h[0], 0.1) + where(x[0] > 0, b, 1.0)
        return loss, {"h": h, "side": side, "shares": softmax(h)}

    parameters = [unused, late, b, *(value for row in w for value in row)]
    return vectorize(f, [1.0, 2.0, 3.0], 1, parameters=parameters, **settings), ([[0.5, -1.0, 2.0], [-1.5, 0.5, 0.25]], [2, 3])


@each_way
@pytest.mark.parametrize("settings", [{}, {"exact": True}, {"dtype": numpy.float32}], ids=str)
@pytest.mark.parametrize("has_run", [False, True])
def test_a_copy_gives_the_same_bits(way: str, settings: dict[str, Any], has_run: bool) -> None:
    program, batch = example_program(**settings)
    theta = program.parameters.read() + 0.125
    if has_run:
        results(program, theta, *batch)
    copied = WAYS[way](program)
    assert copied.exact is program.exact and copied.dtype == program.dtype
    assert_same(program, copied, theta, *batch)
    assert_same(program, WAYS[way](copied), theta, *batch)


@each_way
@pytest.mark.parametrize("name", PROGRAMS)
def test_every_teaching_program_can_be_copied(way: str, name: str) -> None:
    program = PROGRAMS[name]()
    copied = WAYS[way](program)
    assert (copied.source, copied.buffered_source) == (program.source, program.buffered_source)
    assert bits(copied.parameters.read()) == bits(program.parameters.read())


@each_way
def test_the_parameters_of_a_copy_are_its_own(way: str) -> None:
    program, batch = example_program()
    copied = WAYS[way](program)
    assert not set(copied.parameters.values) & set(program.parameters.values)
    before = bits(program.parameters.read())
    copied.parameters.write(copied.parameters.read() + 1.0)
    assert bits(program.parameters.read()) == before
    loss, leaves = copied.eager(copied.parameters.read(), *batch)
    expected_loss, expected = copied.value_and_grad(copied.parameters.read(), *batch)
    assert loss.data == pytest.approx(expected_loss, rel=1e-12)
    assert grad(loss, leaves) == pytest.approx(expected.tolist(), rel=1e-12)


@each_way
def test_parameters_that_were_written_and_numbers_where_nothing_is_defined(way: str) -> None:
    w = Value(2.0, "w")
    program = vectorize(lambda x: log(w) * w * x, 1.0)
    # The record is of w = 2; none of w = -3 exists.
    program.parameters.write([-3.0])
    copied = WAYS[way](program)
    assert copied.parameters.read().tolist() == [-3.0]
    with pytest.raises(ValueError, match="log of w"):
        copied.value_and_grad(copied.parameters.read(), [1.0])
    loss, gradient = copied.value_and_grad([math.e], [1.0, 3.0])
    assert [loss, *gradient] == pytest.approx([2.0 * math.e, 4.0], rel=1e-15)
    assert copied.eager([math.e], [1.0, 3.0])[0].data == pytest.approx(2.0 * math.e, rel=1e-15)


@each_way
def test_constants_are_those_that_were_compiled_in(way: str) -> None:
    w, c = Value(2.0, "w"), Value(0.5, "c")
    program = vectorize(lambda x: w * c * x, 1.0, parameters=[w])
    c.data = 100.0
    for copied in (WAYS[way](program), WAYS[way](WAYS[way](program)), copy.copy(program)):
        assert copied.value_and_grad([3.0], [2.0])[0] == program.value_and_grad([3.0], [2.0])[0] == 3.0
        (leaf,) = copied.captured
        assert (leaf.label, leaf.data, leaf is c) == ("c", 100.0, leaf is program.captured[0])


@each_way
def test_a_model_and_its_program_stay_together(way: str) -> None:
    model = MLP(2, [3, 1], seed=0)
    program = vectorize(lambda x, y: squared_error(model(x)[0], y), [0.5, 1.0], 0.25)
    copied_model, copied = WAYS[way]((model, program))
    assert set(copied.parameters.values) == set(copied_model.parameters())
    copied.parameters.write(numpy.zeros(len(copied.parameters)))
    assert [value.data for value in copied_model.parameters()] == [0.0] * 13
    assert any(value.data for value in model.parameters())


@each_way
def test_arguments_of_a_class_that_can_not_be_pickled(way: str) -> None:
    class Point(NamedTuple):
        x: Any
        y: Any

    w = Value(2.0, "w")
    program = vectorize(lambda point: w * point.x + point.y, Point(1.0, 2.0))
    assert WAYS[way](program).value_and_grad([3.0], [[2.0, 1.0]])[0] == 7.0


@each_way
@pytest.mark.parametrize("exact", [False, True])
def test_demands_are_copied(way: str, exact: bool) -> None:
    w = Value(2.0, "w")

    def f(x: Any, y: Any) -> Value:
        require(y * y <= 1.0, "y must be from -1 to 1")
        require(w > 0.0, "w must be positive")
        return w * x * y

    copied = WAYS[way](vectorize(f, 1.0, 0.5, exact=exact))
    assert copied.value_and_grad([3.0], [1.0, 2.0], [0.5, 1.0])[0] == 3.75
    with pytest.raises(ValueError, match="example 1 of the batch: y must be from -1 to 1"):
        copied.value_and_grad([3.0], [1.0, 2.0], [0.5, 2.0])
    with pytest.raises(ValueError, match=r"w must be positive \(w = -3\.0\)"):
        copied.value_and_grad([-3.0], [1.0, 2.0], [0.5, 1.0])


def test_a_shallow_copy_shares_the_parameters() -> None:
    program, batch = example_program()
    copied = copy.copy(program)
    assert copied.parameters.values == program.parameters.values
    assert_same(program, copied, program.parameters.read(), *batch)


def test_a_pickle_is_read_in_another_process() -> None:
    program, batch = example_program()
    theta = program.parameters.read()
    code = (
        "import pickle, sys, numpy\n"
        "program, theta, batch = pickle.load(sys.stdin.buffer)\n"
        "loss, gradient = program.value_and_grad(theta, *batch)\n"
        "sys.stdout.write(f'{float(loss).hex()} {gradient.tobytes().hex()}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps((program, theta, batch)), capture_output=True, check=True, timeout=300
    )
    loss, gradient = program.value_and_grad(theta, *batch)
    assert done.stdout.decode() == f"{loss.hex()} {gradient.tobytes().hex()}"


def test_the_eager_loss_after_parameters_were_written() -> None:
    w = Value(2.0, "w")
    program = vectorize(lambda x: w * w * x, 1.0)
    program.parameters.write([5.0])
    loss, (leaf,) = program.eager([3.0], [1.0, 2.0])
    loss.backward()
    assert (loss.data, leaf.gradient) == (13.5, 9.0)


def test_a_long_chain_is_copied_without_recursion() -> None:
    w = Value(0.5, "w")

    def f(x: Any) -> Value:
        for _ in range(5000):
            x = x * w + 0.25
        return x

    program = vectorize(f, 1.0)
    copied = pickle.loads(pickle.dumps(program))
    theta = program.parameters.read()
    assert results(copied, theta, [1.0, 2.0]) == results(program, theta, [1.0, 2.0])
