"""Weighted sums are found whatever their signs, and whatever constants stand in them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, assert_same_bits, examples_of

from autograd import Value, atan2, dot, log, logsumexp, tanh, total, vectorize

pytestmark = pytest.mark.engine("numpy")

generator = numpy.random.default_rng(11)
X = generator.normal(size=(5, 8))


def values(*shape: int) -> Any:
    """Nested lists of parameters."""
    return [values(*shape[1:]) for _ in range(shape[0])] if shape else Value(generator.normal())


W, V, b = values(6, 8), values(6, 8), values(6)


def sizes(f: Callable[[Any], Value], batch: Any = X) -> tuple[int, int]:
    """How many groups and statements a function becomes, after comparing it with the eager engine."""
    program = vectorize(f, batch[0].tolist())
    for some in (batch, batch[:1]):
        assert_close(program, (some,), Eager(f, examples_of((some,)), program.parameters.values))
    exact = vectorize(f, batch[0].tolist(), exact=True)
    assert_same_bits(exact, (batch,), Eager(f, examples_of((batch,)), exact.parameters.values))
    found = re.search(r"became (\d+) groups and (\d+) array statements", program.report())
    assert found is not None
    return int(found[1]), int(found[2])


def layer(add: Callable[[Value, Value, Value], Value]) -> Callable[[Any], Value]:
    """A layer of neurons whose sums are written term by term."""

    def f(x: Any) -> Value:
        z = list(b)
        for i, row in enumerate(W):
            for w_j, x_j in zip(row, x, strict=True):
                z[i] = add(z[i], w_j, x_j)
        return total([tanh(one) for one in z])

    return f


@pytest.mark.parametrize(
    "add",
    [lambda s, w, x: s - w * x, lambda s, w, x: s + -(w * x), lambda s, w, x: -(w * x - s), lambda s, w, x: s - (w * x + 0.0)],
    ids=["s - w*x", "s + -(w*x)", "-(w*x - s)", "s - (w*x + 0)"],
)
def test_subtracted_products_are_a_dot_product(add: Any) -> None:
    n_groups, n_statements = sizes(layer(lambda s, w, x: s + w * x))
    found = sizes(layer(add))
    # Up to the sign of the whole.
    assert found[0] <= n_groups + 1
    assert found[1] <= n_statements + 4


def test_both_signs_in_one_sum_are_two_dot_products() -> None:
    """The real part of a product of complex numbers."""

    def real_part(x: Any) -> Value:
        sums = [
            sum((w * p - v * q for w, v, p, q in zip(r, s, x[:4], x[4:], strict=False)), Value(0.0))
            for r, s in zip(W, V, strict=True)
        ]
        return total([tanh(one) for one in sums])

    assert sizes(real_part)[0] == 4  # dot products, their differences, tanh, total


def test_subtracted_scalars_are_one_total() -> None:
    def f(x: Any) -> Value:
        s = b[0]
        for x_j in x:
            s = s - log(1.0 + x_j * x_j)
        return s

    assert sizes(f)[0] == 5  # squares, 1 + x², logarithms, their total, the difference


def test_a_difference_of_scalars_is_computed_before_it_is_added() -> None:
    """What cancels exactly must not be rounded in two long sums."""
    program = vectorize(lambda x: b[0] * 0.0 + total([x[0] - x[1], x[2] - x[3], x[4] - x[5]]), [0.0] * 6)
    batch = [[1e16, 1e16 - 2.0, 3e15, 3e15 - 1.0, -7e16, -7e16 - 8.0]]
    assert program.losses(program.parameters.read(), batch).tolist() == [2.0 + 1.0 + 8.0]
    assert sizes(lambda x: total([logsumexp(row) - x_j for row, x_j in zip(W, x, strict=False)]))[0] == 3


def test_the_sign_of_zero_is_kept() -> None:
    program = vectorize(lambda x: b[0] * 0.0 + atan2(0.0 - x, -1.0), 1.0)
    assert program.losses(program.parameters.read(), [0.0]).tolist() == [math.pi]
    program = vectorize(lambda x: b[0] * 0.0 + atan2(-(x * 1.5), -1.0), 1.0)
    assert program.losses(program.parameters.read(), [0.0]).tolist() == [-math.pi]


def test_nothing_is_cancelled() -> None:
    program = vectorize(lambda x: b[0] * x - b[0] * x, 1.0)
    with pytest.warns(match="not finite"):
        assert math.isnan(program.losses(program.parameters.read(), [math.inf])[0])


def test_alternating_recurrences_take_linear_time() -> None:
    """Each sum is subtracted in the next: its terms change their signs at every step."""

    def f(x: Any) -> Value:
        y = x[0] * 1.0
        for step in range(20_000):
            y = x[step % 8] * b[0] - y
        return y

    program = vectorize(f, X[0].tolist())
    assert_close(program, (X,), Eager(f, examples_of((X,)), program.parameters.values))
    assert len(program.source.splitlines()) < 40


def test_a_dot_product_of_everything_with_a_sign() -> None:
    assert sizes(lambda x: tanh(b[0] - dot(W[0], x)))[0] <= sizes(lambda x: tanh(b[0] + dot(W[0], x)))[0]


PATTERN = generator.integers(0, 3, (6, 8))


def weighted(numbers: tuple[float, float, float], *, unrolled: bool = True) -> Callable[[Any], Value]:
    """Sums of parameters with constant factors, three different ones in an irregular pattern."""

    def f(x: Any) -> Value:
        rows = [[numbers[k] for k in row] for row in PATTERN.tolist()]
        if unrolled:
            sums = [sum((c * p for c, p in zip(row, b + b[:2], strict=True)), W[0][0]) for row in rows]
        else:
            sums = [dot(row, b + b[:2]) + W[0][0] for row in rows]
        return total([tanh(one * x[0]) for one in sums])

    return f


@pytest.mark.parametrize("unrolled", [True, False])
@pytest.mark.parametrize("numbers", [(-1.0, 0.0, 1.0), (1.0, 0.0, 0.0), (1.0, -1.0, -1.0), (-0.0, 1.0, 2.0)])
def test_zeros_and_ones_are_factors_like_others(numbers: Any, unrolled: bool) -> None:
    assert sizes(weighted(numbers, unrolled=unrolled)) == sizes(weighted((-1.5, 0.5, 2.5), unrolled=unrolled))


def test_a_single_factor_of_one_is_a_factor_like_others() -> None:
    def f(numbers: Any) -> Callable[[Any], Value]:
        return lambda x: total([tanh(c * p + w * x_i) for c, p, w, x_i in zip(numbers, b, W[0], x, strict=False)])

    assert sizes(f([1.0, 0.0, -1.0, 1.0, 2.0, 0.0])) == sizes(f([1.5, 0.5, -1.5, 1.5, 2.5, 0.5]))
    assert "= b + w * X[:, 0:6]" in vectorize(f([1.0] * 6), X[0].tolist()).source


def test_ones_alone_multiply_nothing() -> None:
    program = vectorize(lambda x: total([tanh(dot([1.0] * 8, row) + dot(row, x)) for row in W]), X[0].tolist())
    assert ".sum(axis=1)" in program.source
    assert "ones" not in program.source and "broadcast_to" not in program.source
    assert_close(
        program,
        (X,),
        Eager(
            lambda x: total([tanh(dot([1.0] * 8, row) + dot(row, x)) for row in W]), examples_of((X,)), program.parameters.values
        ),
    )


def test_zero_times_infinity_is_not_dropped() -> None:
    program = vectorize(lambda x: 0.0 * x[0] + 1.0 * x[1] + b[0], [1.0, 2.0])
    with pytest.warns(match="not finite"):
        assert math.isnan(program.losses(program.parameters.read(), [[math.inf, 1.0]])[0])
