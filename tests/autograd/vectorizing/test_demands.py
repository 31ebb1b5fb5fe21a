"""Demands in compiled programs: checked for every example, by every way of running one, and the example is named."""

from __future__ import annotations

import copy
import math
import pickle
import re
from collections.abc import Callable
from random import Random
from typing import Any

import numpy
import pytest

from autograd import (
    Value,
    directional_derivative,
    equal,
    grad,
    log,
    maximum,
    pick,
    relu,
    require,
    sigmoid,
    sqrt,
    tanh,
    total,
    vectorize,
    where,
)

w = Value(0.5, "w")
SETTINGS: list[dict[str, Any]] = [{}, {"dtype": numpy.float32}, {"exact": True}]


def ways(program: Any) -> list[Callable[..., Any]]:
    """All ways of running a program, as functions of θ and a batch."""
    return [program, program.losses, program.value_and_grad, program.outputs, program.eager]


def squared(x: Any, y: Any) -> Any:
    require(x > 0, "x must be positive")
    require(y <= 1, "y must be at most 1")
    require(w * x < 10, "the slope is too large")
    return (w * x - y) ** 2, {"slope": w * x}


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_batch_that_meets_all_is_computed(settings: dict[str, Any]) -> None:
    program = vectorize(squared, 1.0, 0.5, **settings)
    assert program.demands == ("x must be positive", "y must be at most 1", "the slope is too large")
    program.check_inputs([1.0, 4.0], [0.0, 1.0])
    theta = program.parameters.read()
    # ((0.5 − 0)² + (2 − 1)²) ÷ 2, and its derivative by w, (0.5·1·2 + 1·4·2) ÷ 2.
    loss, gradient = program.value_and_grad(theta, [1.0, 4.0], [0.0, 1.0])
    assert (loss, gradient.tolist()) == (0.625, [4.5])
    assert program.outputs(theta, [1.0, 4.0], [0.0, 1.0])["slope"].tolist() == [0.5, 2.0]
    assert program.eager(theta, [1.0, 4.0], [0.0, 1.0])[0].data == 0.625


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        ([1.0, 2.0, -1.0], [1.0, 1.0, 1.0], "example 2 of the batch: x must be positive (x = -1.0)"),
        ([0.0, -1.0], [1.0, 1.0], "example 0 of the batch: x must be positive (x = 0.0)"),
        ([1.0, math.nan], [1.0, 1.0], "example 1 of the batch: x must be positive (x = nan)"),
        ([1.0, 2.0], [1.5, 2.0], "example 0 of the batch: y must be at most 1 (y = 1.5)"),
        # The first example at fault, and of its demands the first.
        ([1.0, -1.0, 2.0], [1.0, 2.0, 3.0], "example 1 of the batch: x must be positive (x = -1.0)"),
        ([1.0, 2.0, -1.0], [1.0, 2.0, 1.0], "example 1 of the batch: y must be at most 1 (y = 2.0)"),
        ([1.0, 30.0], [1.0, 1.0], "example 1 of the batch: the slope is too large (15.0)"),
    ],
)
def test_an_example_that_lacks_what_is_required_is_named(
    settings: dict[str, Any], X: list[float], Y: list[float], message: str
) -> None:
    program = vectorize(squared, 1.0, 0.5, **settings)
    theta = program.parameters.read()
    calls: list[Any] = ways(program)
    if "slope" not in message:
        calls.append(lambda theta, *batch: program.check_inputs(*batch))
    for call in calls:
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$") as caught:
            call(theta, X, Y)
        assert caught.value.example == int(message.split()[1])  # type: ignore[attr-defined]
    # Nothing is left of it.
    assert program(theta, [1.0], [0.0]) == 0.25


@pytest.mark.parametrize("settings", SETTINGS)
def test_demands_on_parameters_are_checked_for_the_parameters_given(settings: dict[str, Any]) -> None:
    def f(x: Any) -> Any:
        require(w > 0, "w must be positive")
        require(w, "w must not be 0")
        return w * x

    program = vectorize(f, 1.0, **settings)
    assert program(numpy.array([2.0], program.dtype), [1.0, 3.0]) == 4.0
    for theta in ([-1.0], [0.0], [math.nan]):
        for call in ways(program)[:3]:
            with pytest.raises(ValueError, match=r"^example 0 of the batch: w must be positive \(w = "):
                call(numpy.array(theta, program.dtype), [1.0, 3.0])


def test_a_function_without_arguments() -> None:
    def f() -> Any:
        require(w < 1, "w must be less than 1")
        return w * w

    for settings in SETTINGS:
        program = vectorize(f, **settings)
        assert program(numpy.array([0.5], program.dtype)) == 0.25
        with pytest.raises(ValueError, match=r"^the program: w must be less than 1 \(w = 2\.0\)$"):
            program(numpy.array([2.0], program.dtype))


def test_the_example_traced_must_meet_them() -> None:
    with pytest.raises(ValueError, match=r"^x must be positive \(x = -1\.0\)"):
        vectorize(squared, -1.0, 0.5)


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_condition_that_is_a_number(settings: dict[str, Any]) -> None:
    """It holds if it is neither 0 nor nan, an input itself and what is computed of several too."""

    def f(x: Any) -> Any:
        require(x[0], "the first must not be 0")
        require(x[1] * x[2] + x[3], "nor that")
        return w * x[0]

    program = vectorize(f, [1.0, 1.0, 1.0, 1.0], **settings)
    theta = program.parameters.read()
    assert program(theta, [[-2.0, 1.0, 1.0, 1.0]]) == -1.0
    for wrong in (0.0, -0.0, math.nan):
        with pytest.raises(ValueError, match="example 1 of the batch: the first must not be 0"):
            program(theta, [[1.0, 1.0, 1.0, 1.0], [wrong, 1.0, 1.0, 1.0]])
    with pytest.raises(ValueError, match=r"example 0 of the batch: nor that"):
        program(theta, [[1.0, 2.0, 3.0, -6.0]])


@pytest.mark.parametrize("settings", SETTINGS)
def test_many_demands_of_one_kind_beside_others_of_that_kind(settings: dict[str, Any]) -> None:
    """Of the comparisons of x with 0 only some are demanded; the rest choose."""

    def f(x: Any) -> Any:
        for place in (0, 2, 3):
            require(x[place] > 0, f"x[{place}] must be positive")
        return w * where(x[1] > 0, x[1], x[0])

    program = vectorize(f, [1.0] * 4, **settings)
    theta = program.parameters.read()
    assert program.losses(theta, [[1.0, -1.0, 1.0, 1.0], [1.0, 4.0, 1.0, 1.0]]).tolist() == [0.5, 2.0]
    for place in (0, 2, 3):
        batch = numpy.ones((5, 4))
        batch[3, place] = 0.0
        for call in ways(program)[:3]:
            with pytest.raises(
                ValueError, match=rf"example 3 of the batch: x\[{place}\] must be positive \(x\[{place}\] = 0\.0\)"
            ):
                call(theta, batch)


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_demand_comes_before_the_error_it_prevents(settings: dict[str, Any]) -> None:
    """The eager engine would not get as far as the logarithm."""

    def f(x: Any) -> Any:
        require(x > 0, "x must be positive")
        require(log(x) > -100, "x must not be tiny")
        p = w * x
        require(p > 0, "p must be positive")
        return log(p)

    program = vectorize(f, 1.0, **settings)
    theta = program.parameters.read()
    for call in ways(program)[:3]:
        with pytest.raises(ValueError, match=r"example 1 of the batch: x must be positive \(x = -1\.0\)"):
            call(theta, [1.0, -1.0])
        with pytest.raises(ValueError, match=r"example 0 of the batch: p must be positive \(-2\.0\)"):
            call(-theta, [4.0])


@pytest.mark.parametrize("settings", SETTINGS)
def test_what_a_condition_itself_can_not_compute(settings: dict[str, Any]) -> None:
    def f(x: Any) -> Any:
        require(sqrt(x) < 3, "x must be less than 9")
        return w * x

    program = vectorize(f, 1.0, **settings)
    with pytest.raises(ValueError, match=r"example 1 of the batch: sqrt of x = -1\.0"):
        program(program.parameters.read(), [1.0, -1.0])
    with pytest.raises(ValueError, match=r"example 0 of the batch: x must be less than 9"):
        program(program.parameters.read(), [16.0, -1.0])


def test_a_demand_on_an_index() -> None:
    """It is still an index, of any type of number."""
    table = [Value(1.0), Value(2.0), Value(3.0)]

    def f(word: Any) -> Any:
        require(where(equal(word, 1.0), 0.0, 1.0), "word 1 is reserved")
        return pick(table, word)

    program = vectorize(f, 0)
    theta = program.parameters.read()
    for kind in (int, float, numpy.int8):
        assert program.losses(theta, numpy.array([2, 0], kind)).tolist() == [3.0, 1.0]
        with pytest.raises(ValueError, match=r"example 1 of the batch: word 1 is reserved \(word = 1\.0\)"):
            program(theta, numpy.array([2, 1], kind))
        with pytest.raises(IndexError):
            program(theta, numpy.array([2, 3], kind))


def test_single_precision_is_judged_in_single_precision() -> None:
    """0.1 in single precision is more than 0.1; and where floats would say otherwise, the message does without numbers."""

    def f(x: Any) -> Any:
        require(x <= 0.1, "x must be at most 0.1")
        return w * x

    program = vectorize(f, 0.1, dtype=numpy.float32)
    theta = program.parameters.read()
    assert program(theta, numpy.array([0.1], numpy.float32)) == numpy.float32(0.5) * numpy.float32(0.1)
    with pytest.raises(ValueError, match=r"example 1 of the batch: x must be at most 0\.1"):
        program(theta, [0.0, 0.2])

    def g(x: Any) -> Any:
        require(x < 0.100000002, "x must be less")  # which is 0.1 in single precision
        return w * x

    program = vectorize(g, 0.0, dtype=numpy.float32)
    with pytest.raises(ValueError, match=r"^example 1 of the batch: x must be less$") as caught:
        program(theta, [0.0, 0.1])
    assert caught.value.example == 1  # type: ignore[attr-defined]


@pytest.mark.engine("numpy")
def test_demands_do_not_change_the_program() -> None:
    def bare(x: Any, y: Any) -> Any:
        return (sigmoid(w * x) - y) ** 2

    def demanding(x: Any, y: Any) -> Any:
        require(y >= 0, "y must be at least 0")
        require(y <= 1, "y must be at most 1")
        require(1.0 > 0.0, "of plain numbers")
        require(Value(2.0) > 1, "of constants")
        return bare(x, y)

    one, other = vectorize(bare, 1.0, 1.0), vectorize(demanding, 1.0, 1.0)
    assert one.source == other.source
    assert one.buffered_source == other.buffered_source
    assert one.demands == ()
    one.check_inputs([1.0], [7.0])


def test_a_caller_who_has_checked_the_inputs_may_say_so() -> None:
    program = vectorize(squared, 1.0, 0.5)
    theta = program.parameters.read()
    assert program.value_and_grad(theta, [1.0], [2.0], check=False)[0] == 2.25
    assert program.losses(theta, [1.0], [2.0], check=False).tolist() == [2.25]
    # What depends on parameters is checked all the same.
    with pytest.raises(ValueError, match="the slope is too large"):
        program.value_and_grad(theta, [30.0], [1.0], check=False)


def test_demands_on_derivatives_and_in_a_choice() -> None:
    def f(x: Any) -> Any:
        slope = grad(w * x * x, x, create_graph=True)
        require(where(x > 0, slope > 0, 1.0), "the slope must be positive where x is")
        return slope

    program = vectorize(f, 1.0)
    assert program.losses(numpy.array([1.0]), [3.0, -3.0]).tolist() == [6.0, -6.0]
    assert program.losses(numpy.array([-1.0]), [-3.0]).tolist() == [6.0]
    with pytest.raises(ValueError, match="example 1 of the batch: the slope must be positive where x is"):
        program.losses(numpy.array([-1.0]), [-3.0, 3.0])


@pytest.mark.parametrize("settings", SETTINGS)
def test_what_is_computed_only_to_be_differentiated_must_be_defined(settings: dict[str, Any]) -> None:
    """1 ÷ t is defined at -1, where ln t is not: the eager engine refuses to record it."""

    def slope_of_log(x: Any) -> Any:
        t = x * 1.0
        slope = w * grad(log(t), t, create_graph=True)
        return slope, {"slope": slope}

    def slope_of_choice(x: Any) -> Any:
        t = w * 1.0
        slope = grad(pick([t, 3.0 * t], x), t, create_graph=True)
        return slope, {"slope": slope}

    def speed_of_floor(x: Any, y: Any) -> Any:
        t = w * x
        speed = directional_derivative(t // y + t, [t], [2.0], create_graph=True)
        return speed, {"speed": speed}

    of_log = vectorize(slope_of_log, 0.5, **settings)
    # The slope is 1 or 3, and the speed 2, whatever w is: it is a parameter if it is given as one.
    of_choice = vectorize(slope_of_choice, 1.0, parameters=[w], **settings)
    of_speed = vectorize(speed_of_floor, 0.5, 1.0, parameters=[w], **settings)
    theta = numpy.array([3.0])
    assert of_log.losses(theta, [2.0, 0.5]).tolist() == [1.5, 6.0]
    assert of_choice.losses(theta, [0, 1]).tolist() == [1.0, 3.0]
    assert of_speed.losses(theta, [2.0, -1.0], [1.0, 2.0]).tolist() == [2.0, 2.0]
    for bad in (-1.0, -2.0):
        for call in ways(of_log):
            with pytest.raises(ValueError, match=rf"example 1 of the batch: log of {bad}: math domain error"):
                call(theta, [1.0, bad])
    for call in ways(of_choice):
        with pytest.raises(IndexError, match=r"example 1 of the batch: pick: there is no operand 2\.0 of 2"):
            call(theta, [1, 2])
    for call in ways(of_speed):
        with pytest.raises(ZeroDivisionError, match="example 1 of the batch"):
            call(theta, [1.0, 1.0], [1.0, 0.0])


@pytest.mark.engine("numpy")
def test_many_parameters_are_read_where_they_are() -> None:
    many = [Value(0.0) for _ in range(50_001)]

    def f(x: Any) -> Any:
        require(x > 0, "x must be positive")
        require(many[0] < 5, "the first must be less than 5")
        return many[0] * x + many[-1]

    program = vectorize(f, 1.0, parameters=many)
    theta = program.parameters.read()
    for _ in range(2):
        assert program.value_and_grad(theta, [2.0])[0] == 0.0
        with pytest.raises(ValueError, match="example 1 of the batch: x must be positive"):
            program.value_and_grad(theta, [2.0, 0.0])
    theta += 7.0
    out = numpy.full_like(theta, 0.5)
    with pytest.raises(ValueError, match="the first must be less than 5"):
        program.value_and_grad(theta, [2.0], out=out)
    assert out[:2].tolist() == [0.5, 0.5]  # of the two that it depends on


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda program: pickle.loads(pickle.dumps(program))])
@pytest.mark.parametrize("settings", SETTINGS)
def test_copies_demand_the_same(settings: dict[str, Any], duplicate: Callable[[Any], Any]) -> None:
    program = duplicate(vectorize(squared, 1.0, 0.5, **settings))
    theta = program.parameters.read()
    for batch, message in (([1.0, -1.0], "x must be positive"), ([1.0, 30.0], "the slope is too large")):
        for call in ways(program):
            with pytest.raises(ValueError, match=f"example 1 of the batch: {message}"):
                call(theta, batch, [1.0, 1.0])


def test_out_of_a_program_that_refuses() -> None:
    """The gradient is not to be used then; the next call is right."""
    program = vectorize(squared, 1.0, 0.5)
    theta, out = program.parameters.read(), numpy.zeros(1)
    with pytest.raises(ValueError, match="the slope is too large"):
        program.value_and_grad(theta, [30.0], [1.0], out=out)
    assert out.tolist() == [0.0]
    assert program.value_and_grad(theta, [1.0], [0.0], out=out)[0] == 0.25
    assert out.tolist() == [1.0]


def random_function(seed: int, parameters: list[Value]) -> Callable[[Any], Value]:
    """Operations at random on whatever was there before, with demands on some of it; nothing in it has a domain."""
    two = (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, maximum, lambda a, b: where(a > b, a, b))
    one = (tanh, sigmoid, relu, lambda a: -a, lambda a: a * a)
    conditions = (lambda a, b: a < b, lambda a, b: a >= b, lambda a, b: a - b, lambda a, b: (a < b) * (b < 2), lambda a, b: a)

    def f(x: Any) -> Value:
        random = Random(seed)
        pool = [*x, *parameters]
        for _ in range(random.randint(3, 14)):
            kind = random.random()
            if kind < 0.4:
                pool.append(random.choice(two)(random.choice(pool), random.choice(pool)))
            elif kind < 0.6:
                pool.append(random.choice(one)(random.choice(pool)))
            elif kind < 0.7:
                pool.append(total(random.choices(pool, k=random.randint(1, 4))))
            else:
                left, right = random.choice(pool), random.choice([*pool, 0.0, 0.5])
                require(random.choice(conditions)(left, right), f"demand {random.random()}")
        return total(pool[-3:])

    return f


def test_random_demands() -> None:
    """A program refuses a batch if and only if the eager engine refuses one of its examples, and it names such a one."""
    n_refused = n_allowed = 0
    for seed in range(150):
        random = Random(seed)
        parameters = [Value(random.choice([0.5, -0.25, 1.0, 2.0])) for _ in range(random.randint(1, 3))]
        f, n_inputs = random_function(seed, parameters), random.randint(1, 3)
        examples = [[random.randint(-8, 8) / 4.0 for _ in range(n_inputs)] for _ in range(30)]
        refused = []
        for example in examples:
            try:
                f([Value(number) for number in example])
                refused.append("")
            except ValueError as error:
                refused.append(str(error).partition(" (")[0])
        if all(refused):
            continue
        for exact in (False, True):
            program = vectorize(f, examples[refused.index("")], parameters=parameters, exact=exact)
            theta = program.parameters.read()
            for _ in range(4):
                chosen = random.choices(range(30), weights=[1 if message else 6 for message in refused], k=random.randint(1, 4))
                batch = numpy.array([examples[k] for k in chosen])
                for call in (program.losses, program.value_and_grad):
                    if not any(refused[k] for k in chosen):
                        call(theta, batch)
                        n_allowed += 1
                        continue
                    with pytest.raises(ValueError, match="demand") as caught:
                        call(theta, batch)
                    assert refused[chosen[caught.value.example]]  # type: ignore[attr-defined]
                    n_refused += 1
    assert min(n_refused, n_allowed) > 200


@pytest.mark.parametrize("exact", [False, True])
def test_inputs_of_which_nothing_is_required_are_fine(exact: bool) -> None:
    w = Value(2.0, "w")
    vectorize(lambda x: w * x, 1.0, exact=exact).check_inputs([1.0, -1.0])
