"""Long programs: any depth under any recursion limit, in work proportional to their length, as lists of calls too."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy
import pytest
from eager_oracle import Eager, as_values, assert_close
from random_programs import RandomProgram

from autograd import Value, tanh, vectorize
from autograd.vectorizing.run import binding

a, k = Value(0.9, "a"), Value(0.3, "k")


@contextmanager
def few_frames_left(n: int = 80) -> Iterator[None]:
    """Set a recursion limit that leaves n more frames."""
    depth = 0
    frame: Any = sys._getframe()
    while frame is not None:
        depth += 1
        frame = frame.f_back
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + n)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def average(steps: int) -> tuple[Callable[..., Value], tuple[Any, ...]]:
    def f(xs: list[Value]) -> Value:
        y: Any = 0.0
        for x in xs:
            y = a * y + x
        return y

    return f, ([0.1] * steps,)


def nested(steps: int) -> tuple[Callable[..., Value], tuple[Any, ...]]:
    def f() -> Value:
        y = k
        for _ in range(steps):
            y = tanh(y)
        return y

    return f, ()


def runge_kutta(steps: int) -> tuple[Callable[..., Value], tuple[Any, ...]]:
    def slope(y: Any) -> Any:
        return tanh(a * y) * k - y * 0.1

    def f(y: Any) -> Value:
        for _ in range(steps):
            k1 = slope(y)
            k2 = slope(y + 0.005 * k1)
            k3 = slope(y + 0.005 * k2)
            k4 = slope(y + 0.01 * k3)
            y = y + (0.01 / 6.0) * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        return y

    return f, (0.5,)


LOOPS = pytest.mark.parametrize(("make", "steps"), [(average, 1500), (nested, 1500), (runge_kutta, 120)])


@LOOPS
def test_loops_of_many_steps_under_a_small_recursion_limit(make: Any, steps: int) -> None:
    f, example = make(steps)
    batch = [[argument, argument] for argument in example]
    with few_frames_left():
        program = vectorize(f, *example, parameters=[a, k])
        source, report = program.source, program.report()
        loss, gradient = program.value_and_grad(program.parameters.read(), *batch)
    assert "def value_and_grad" in source and ("Groups" in report or "Loops" in report)
    assert_close(program, batch, Eager(f, [as_values(example)] * (2 if example else 1), program.parameters.values))
    scope: dict[str, Any] = {}
    exec(source, scope)
    printed = scope["value_and_grad"](program.parameters.read(), *map(numpy.array, batch))
    assert printed[0] == pytest.approx(loss, rel=1e-12) and printed[1] == pytest.approx(gradient, rel=1e-10)


def test_an_average_is_the_sum_it_stands_for() -> None:
    f, example = average(1000)
    program = vectorize(f, *example, parameters=[a])
    loss, gradient = program.value_and_grad(numpy.array([0.9]), [example[0]])
    assert loss == pytest.approx(math.fsum(0.1 * 0.9**n for n in range(1000)), rel=1e-12)
    assert gradient[0] == pytest.approx(math.fsum(0.1 * n * 0.9 ** (n - 1) for n in range(1, 1000)), rel=1e-12)


@LOOPS
def test_calls_of_the_compiler_grow_in_proportion(make: Any, steps: int) -> None:
    def calls(steps: int) -> int:
        f, example = make(steps)
        count = 0

        def counting(frame: Any, event: str, argument: Any) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counting)
        try:
            vectorize(f, *example, parameters=[a, k])
        finally:
            sys.setprofile(None)
        return count

    small = calls(steps // 10)
    assert calls(4 * (steps // 10)) <= 4.3 * small


@pytest.mark.engine("numpy")
@pytest.mark.parametrize("seed", range(60))
def test_a_list_of_calls_computes_what_the_compiled_text_does(seed: int) -> None:
    f = RandomProgram(seed)
    try:
        for n in range(f.m):
            f(*f.values(n))
    except (ArithmeticError, ValueError):
        pytest.skip("the eager engine can't compute this one")
    results = []
    for most_compiled in (10**9, 0):
        with mock.patch.object(binding, "_MOST_COMPILED", most_compiled):
            program = vectorize(f, *f.example(0))
        theta = program.parameters.read()
        for _ in range(2):
            loss, gradient = program.value_and_grad(theta, *f.batch)
            outputs = program.outputs(theta, *f.batch)
            results.append((loss, gradient.tolist(), program.losses(theta, *f.batch).tolist(), str(outputs)))
    assert results[0] == results[1] == results[2] == results[3] or any(map(math.isnan, results[0][1]))
