"""Random programs against the eager engine: values and all gradients, exact programs to the bit, and the printed source."""

from __future__ import annotations

import os

import numpy
import pytest
from eager_oracle import Eager, assert_close, assert_same_bits
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_programs import RandomProgram

from autograd import Value, vectorize

SEEDS = st.integers(0, 2**32)
# `make random-programs N=2000` tries 200 of each test.
MANY = settings(max_examples=max(25, int(os.environ.get("RANDOM_PROGRAMS", "0")) // 10), derandomize=True, deadline=None)


def computable(seed: int) -> RandomProgram:
    """A random program that the eager engine can compute for all of its examples."""
    f = RandomProgram(seed)
    try:
        for n in range(f.m):
            f(*f.values(n))
    except (ArithmeticError, ValueError):
        assume(False)
    return f


def given_parameters(f: RandomProgram, kind: int) -> list[Value] | None:
    """Those that are found, or all that there are, in another order, with up to two that nothing depends on."""
    if kind == 0:
        return None
    leaves = [*(w for row in f.weight for w in row), *f.parameters]
    return [*(Value(1.0) for _ in range(kind - 1)), *leaves[::-1]]


@MANY
@given(SEEDS, st.integers(0, 3))
def test_values_and_gradients(seed: int, kind: int) -> None:
    f = computable(seed)
    program = vectorize(f, *f.example(0), parameters=given_parameters(f, kind))
    assert_close(program, f.batch, Eager(f, [f.values(n) for n in range(f.m)], program.parameters.values))


@MANY
@given(SEEDS, st.integers(0, 3))
def test_exact_programs_give_the_same_bits(seed: int, kind: int) -> None:
    f = computable(seed)
    program = vectorize(f, *f.example(0), exact=True, parameters=given_parameters(f, kind))
    assert_same_bits(program, f.batch, Eager(f, [f.values(n) for n in range(f.m)], program.parameters.values))


@MANY
@given(SEEDS)
def test_outputs(seed: int) -> None:
    f = computable(seed)
    for exact in (False, True):
        program = vectorize(f, *f.example(0), exact=exact)
        outputs = program.outputs(program.parameters.read(), *f.batch)
        expected = [f(*f.values(n))[1] for n in range(f.m)]
        assert outputs["last"] == pytest.approx([one["last"].data for one in expected], rel=1e-11, abs=1e-12)
        assert outputs["vector"].shape == (f.m, 3)
        for row, one in zip(outputs["vector"], expected, strict=True):
            assert row == pytest.approx([value.data for value in one["vector"]], rel=1e-11, abs=1e-12)


@MANY
@given(SEEDS, st.integers(0, 3))
def test_the_printed_source_computes_the_same(seed: int, kind: int) -> None:
    f = computable(seed)
    program = vectorize(f, *f.example(0), parameters=given_parameters(f, kind))
    scope: dict[str, object] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    with numpy.errstate(all="ignore"):
        loss, gradient = scope["value_and_grad"](theta, *f.arrays())  # type: ignore[operator]
    expected, expected_gradient = program.value_and_grad(theta, *f.batch)
    assert loss == pytest.approx(expected, rel=1e-11, abs=1e-11)
    assert gradient == pytest.approx(expected_gradient, rel=1e-10, abs=1e-10)


@MANY
@given(SEEDS)
def test_single_precision(seed: int) -> None:
    f = computable(seed)
    eager = Eager(f, [f.values(n) for n in range(f.m)], [])
    assume(max(map(abs, eager.losses)) < 1e3)
    program = vectorize(f, *f.example(0), dtype=numpy.float32)
    loss, gradient = program.value_and_grad(program.parameters.read(), *f.batch)
    assert gradient.dtype == numpy.float32
    # A comparison or an index may come out differently in single precision; most programs have none that is so close.
    assert loss == pytest.approx(eager.loss, rel=1e-3, abs=1e-3)
