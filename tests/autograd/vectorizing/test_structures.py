"""Programs of known shapes against the eager engine: each must be right, and the products that a person sees must be found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from eager_oracle import Eager, assert_close, assert_same_bits, examples_of
from printed_source import computed_twice

from autograd import (
    Value,
    atan2,
    dot,
    exp,
    hypot,
    log,
    logsumexp,
    maximum,
    minimum,
    pick,
    relu,
    sigmoid,
    softmax,
    sqrt,
    square,
    tanh,
    total,
    vectorize,
    where,
    xlogy,
)
from nn import MLP, Embedding, cross_entropy_from_logits, max_pool, mean_pool

generator = numpy.random.default_rng(0)


def matrix(rows: int, columns: int, label: str = "") -> list[list[Value]]:
    return [[Value(generator.normal(), f"{label}[{i},{j}]" if label else "") for j in range(columns)] for i in range(rows)]


def vector(length: int, label: str = "") -> list[Value]:
    return (
        [row[0] for row in matrix(length, 1)]
        if not label
        else [Value(generator.normal(), f"{label}[{i}]") for i in range(length)]
    )


W, b, U = matrix(4, 3, "W"), vector(4, "b"), matrix(3, 4, "U")
RECURRENT = matrix(4, 4)
OTHER = matrix(4, 3)
EMBEDDING = Embedding(20, 3)
PADDED = Embedding(20, 3, padding_index=0)
NETWORK = MLP(2, [16, 16, 1], activation="relu")
SCALARS = [(matrix(n_out, n_in), vector(n_out)) for n_in, n_out in ((2, 16), (16, 16), (16, 1))]
POINTS = generator.uniform(-1, 1, (10, 2))
SIGNS = numpy.where(POINTS[:, 0] * POINTS[:, 1] > 0, 1.0, -1.0)


def network(x: Any, y: Any) -> Value:
    return relu(1 - y * NETWORK(x)[0])


def micrograd_style(x: Any, y: Any) -> Value:
    h = x
    for depth, (weights, biases) in enumerate(SCALARS):
        z = [sum((w_i * x_i for w_i, x_i in zip(w, h, strict=True)), bias) for w, bias in zip(weights, biases, strict=True)]
        h = [relu(one) for one in z] if depth < 2 else z
    return relu(1 + -y * h[0])


def other_orders(x: Any) -> Value:
    """The same weighted sums with factors, terms and brackets in other orders."""
    z = [x[2] * w[2] + (bias + x[0] * w[0]) + w[1] * x[1] for w, bias in zip(W, b, strict=True)]
    return total([tanh(one) for one in z])


def unrolled(xs: Any, ys: Any) -> Value:
    losses = [micrograd_style(x, y) for x, y in zip(xs, ys, strict=True)]
    return sum(losses) * (1.0 / len(losses))  # type: ignore[return-value]


def pooled(words: Any, y: Any) -> Any:
    x = mean_pool(EMBEDDING(words))
    h = [sigmoid(dot(w, x) + bias) for w, bias in zip(W, b, strict=True)]
    z = [dot(u, h) for u in U]
    return cross_entropy_from_logits(z, y), {"probabilities": softmax(z)}


def softmax_by_hand(x: Any, y: Any) -> Value:
    h = [tanh(dot(w, x) + bias) for w, bias in zip(W, b, strict=True)]
    return -log(pick(softmax([dot(u, h) for u in U]), y))


def recurrence(xs: Any) -> Value:
    h: Any = [Value(0.0) for _ in range(4)]
    for x in xs:
        h = [tanh(dot(w, x) + dot(v, h) + bias) for w, v, bias in zip(W, RECURRENT, b, strict=True)]
    return total(h)


def concatenated_recurrence(xs: Any) -> Value:
    h: Any = [x * 0.5 for x in xs[0]]
    for x in xs[1:]:
        h = [tanh(dot([*w, *v[:3]], [*x, *h]) + bias) for w, v, bias in zip(W, RECURRENT, b, strict=True)][:3]
    return total(h)


def transposed_use(x: Any) -> Value:
    h = [tanh(dot(w, x)) for w in W]
    back = [dot([W[i][j] for i in range(4)], h) for j in range(3)]
    return total([(p - q) ** 2 for p, q in zip(back, x, strict=True)])


def tied_embeddings(words: Any, y: Any) -> Value:
    h = [tanh(v) for v in mean_pool(EMBEDDING(words))]
    return cross_entropy_from_logits([dot(row, h) for row in EMBEDDING.weight], y)


def skip_connection(x: Any) -> Value:
    h = [tanh(dot(w, x) + bias) for w, bias in zip(W, b, strict=True)]
    z = [dot([*u, *w], [*h, *x]) for u, w in zip(U, W, strict=False)]
    return logsumexp(z) + sum(one * one for w in W for one in w) * 0.01


def dummy_input(x: Any) -> Value:
    return total([tanh(dot((bias, *w), (1.0, *x))) for w, bias in zip(W, b, strict=True)])


def attention(q: Any, k: Any) -> Value:
    scores = [dot(a, c) / 2 for a in q for c in k]
    shares = softmax(scores[:3])
    return (
        logsumexp([dot(w, scores[:3]) for w in W])
        + maximum(scores)
        + minimum(scores[0], scores[1] * b[0])
        + maximum([b[1] * one for one in scores])
        + dot(shares, scores[3:])
    )


def stacked_attention(q: Any, k: Any) -> Value:
    """Products within each of two sentences, not across them."""
    scores = [dot(a, c) for sentence_q, sentence_k in zip(q, k, strict=True) for a in sentence_q for c in sentence_k]
    return total([tanh(one * b[0]) for one in scores])


def irregular(x: Any) -> Value:
    a = x[0] * b[0]
    c = exp(a) + x[1] * b[1] ** 2
    d = where(c > 1, c * b[2], a)
    e = atan2(d, c) + hypot(a, b[3])
    return d * e + sqrt(square(c) + 1) + log(1 + square(a)) ** 3 + xlogy(square(a) + 0.1, square(c) + 0.2)


def row_by_row(x: Any, v: Any) -> Value:
    return total([dot(a, c) * d for a, c, d in zip(x, v, b, strict=True)])


def two_towers(x: Any) -> Value:
    return total([tanh(dot(w, x[:3])) for w in W] + [tanh(dot(w, x[3:])) for w in OTHER])


def padded(words: Any) -> Value:
    """Word 0 fills up: its vector is constant 0, and the table is no block of parameters."""
    return total([tanh(dot(w, x)) * bias for x in PADDED(words) for w, bias in zip(W, b, strict=True)])


def max_pooled(words: Any) -> Value:
    return dot(max_pool(EMBEDDING(words)), b[:3])


def powers(x: Any) -> Value:
    return total([one**n for one in x for n in (1, 2, 3, 0.5)]) * total([p**2 for p in b]) + 2.0 ** x[0] + x[1] ** x[2]


def one_parameter(x: Any) -> Value:
    return b[0] * x


def no_parameters(x: Any) -> Value:
    return x * 2.0 + 1.0


def parameter_alone(x: Any) -> Value:
    return b[0] if x is not None else b[1]


def words(m: int, n: int, n_words: int = 20) -> Any:
    return generator.integers(0, n_words, (m, n))


NORMAL = generator.normal
CASES: dict[Callable[..., Any], tuple[Any, ...]] = {
    network: (POINTS, SIGNS),
    micrograd_style: (POINTS, SIGNS),
    other_orders: (NORMAL(size=(7, 3)),),
    unrolled: (POINTS.reshape(2, 5, 2), SIGNS.reshape(2, 5)),
    pooled: (words(7, 5), generator.integers(0, 3, 7)),
    softmax_by_hand: (NORMAL(size=(7, 3)), generator.integers(0, 3, 7)),
    recurrence: (NORMAL(size=(6, 5, 3)),),
    concatenated_recurrence: (NORMAL(size=(6, 4, 3)),),
    transposed_use: (NORMAL(size=(7, 3)),),
    tied_embeddings: (words(6, 4), generator.integers(0, 20, 6)),
    skip_connection: (NORMAL(size=(7, 3)),),
    dummy_input: (NORMAL(size=(7, 3)),),
    attention: (NORMAL(size=(6, 3, 4)), NORMAL(size=(6, 2, 4))),
    stacked_attention: (NORMAL(size=(3, 2, 3, 4)), NORMAL(size=(3, 2, 2, 4))),
    irregular: (NORMAL(size=(6, 2)),),
    row_by_row: (NORMAL(size=(6, 4, 3)), NORMAL(size=(6, 4, 3))),
    two_towers: (NORMAL(size=(6, 6)),),
    max_pooled: (words(6, 4),),
    padded: (words(6, 4) * (generator.uniform(size=(6, 4)) < 0.7),),
    powers: (generator.uniform(0.5, 2.0, (5, 3)),),
    one_parameter: (NORMAL(size=4),),
    no_parameters: (NORMAL(size=4),),
    parameter_alone: (NORMAL(size=4),),
}


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_agrees_with_the_eager_engine(f: Callable[..., Any]) -> None:
    batch = CASES[f]
    example = tuple(array[0].tolist() for array in batch)
    program = vectorize(f, *example)
    eager = Eager(f, examples_of(batch), program.parameters.values)
    assert_close(program, batch, eager)
    first = [array[:1] for array in batch]
    assert_close(program, first, Eager(f, examples_of(first), program.parameters.values))
    exact = vectorize(f, *example, exact=True)
    assert_same_bits(exact, batch, Eager(f, examples_of(batch), exact.parameters.values))
    single = vectorize(f, *example, dtype=numpy.float32)
    loss, gradient = single.value_and_grad(single.parameters.read(), *batch)
    assert loss == pytest.approx(eager.loss, rel=1e-3, abs=1e-4)
    assert gradient.dtype == numpy.float32
    assert gradient == pytest.approx(eager.gradient, rel=1e-2, abs=1e-2)


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_the_source_computes_the_same(f: Callable[..., Any]) -> None:
    batch = CASES[f]
    program = vectorize(f, *(array[0].tolist() for array in batch))
    theta = program.parameters.read()
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    loss, gradient = scope["value_and_grad"](theta, *batch)
    expected, expected_gradient = program.value_and_grad(theta, *batch)
    assert loss == pytest.approx(expected, rel=1e-13)
    assert gradient == pytest.approx(expected_gradient, rel=1e-11, abs=1e-13)
    # Loops that stay loops have their indices in each line.
    assert program.engine == "native" or computed_twice(program.source) == []


@pytest.mark.engine("numpy")
def test_a_function_without_arguments_has_its_data_captured() -> None:
    def f() -> Value:
        return unrolled(POINTS.tolist(), SIGNS.tolist())

    program = vectorize(f)
    assert_close(program, (), Eager(f, [()], program.parameters.values))
    assert "X" not in program.report()
    assert "160 dot products of 2 = 10 × 2 times (16 × 2)ᵀ" in program.report()


@pytest.mark.engine("numpy")
@pytest.mark.parametrize(("f", "n_groups"), [(network, 11), (micrograd_style, 12), (unrolled, 14)])
def test_neurons_become_matrix_products_however_they_are_written(f: Callable[..., Any], n_groups: int) -> None:
    program = vectorize(f, *(array[0].tolist() for array in CASES[f]))
    report = program.report()
    assert "16 × 16" in report
    assert "each of its own two rows" not in report
    assert f"became {n_groups} groups" in report
    assert "einsum" not in program.buffered_source
    assert "take" not in program.buffered_source


@pytest.mark.engine("numpy")
def test_a_look_up_multiplies_nothing_by_one_hot_vectors() -> None:
    program = vectorize(tied_embeddings, [1, 2, 3, 4], 5)
    assert "[words]" in program.source
    assert "add_rows" in program.source
    assert program.parameters.values[:3] == EMBEDDING.weight[0]


@pytest.mark.engine("numpy")
def test_weights_are_blocks_of_one_vector_in_the_order_of_first_use() -> None:
    program = vectorize(pooled, [1, 2, 3, 4, 5], 1)
    flat = [value for table in (EMBEDDING.weight, W, [b], U) for row in table for value in row]
    assert program.parameters.values == tuple(flat)


@pytest.mark.engine("numpy")
def test_chosen_parameters_and_captured_ones() -> None:
    program = vectorize(other_orders, [1.0, 2.0, 3.0], parameters=[*b, Value(7.0, "unused")])
    assert [value.label for value in program.parameters.values] == ["b[0]", "b[1]", "b[2]", "b[3]", "unused"]
    batch = CASES[other_orders]
    assert_close(program, batch, Eager(other_orders, examples_of(batch), program.parameters.values))
    assert "12 of the leaves are Values other than parameters: W" in program.report()


@pytest.mark.engine("numpy")
def test_terms_without_inputs_are_computed_once() -> None:
    program = vectorize(skip_connection, [1.0, 2.0, 3.0])
    assert "W.reshape(12) @ W.reshape(12)" in program.source


def test_outputs_keep_their_shapes_and_may_be_constant() -> None:
    def f(x: Any) -> Any:
        return x[0] * b[0], {"twice": [[x[0], x[1]], [b[0], 3.0]], "one": x[1], "constant": 5}

    program = vectorize(f, [1.0, 2.0])
    outputs = program.outputs(program.parameters.read(), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert outputs["twice"].shape == (3, 2, 2)
    assert outputs["twice"][2].tolist() == [[5.0, 6.0], [b[0].data, 3.0]]
    assert outputs["one"].tolist() == [2.0, 4.0, 6.0]
    assert outputs["constant"].tolist() == [5.0, 5.0, 5.0]


def test_long_chains_and_wide_sums() -> None:
    def chain(x: Any) -> Value:
        y = x
        for _ in range(300):
            y = y * 0.99 + b[0] * 0.01
        return y

    program = vectorize(chain, 1.0)
    batch = (NORMAL(size=3),)
    assert_close(program, batch, Eager(chain, examples_of(batch), program.parameters.values))


def test_a_sum_of_many_terms_costs_no_recursion() -> None:
    program = vectorize(lambda x: sum((x * 1.5 for _ in range(20_000)), b[0]), 1.0)
    assert program(program.parameters.read(), [2.0]) == pytest.approx(60_000 + b[0].data)


@pytest.mark.parametrize("numbers", [(1e-200, 1e-200, 1e300), (1e200, 1e200, 1e-300), (-1e-170, 1e-160, 1e290)])
def test_constant_factors_whose_product_is_out_of_range(numbers: tuple[float, float, float]) -> None:
    """In the order written nothing vanishes or overflows, so the loss is what floats give."""
    one, other, large = numbers
    w = Value(2.0)
    program = vectorize(lambda x: one * (other * (w * x)), 1.0)
    assert program(numpy.array([2.0]), [large]) == pytest.approx(one * (other * (2.0 * large)), rel=1e-12, abs=0.0)
