"""The printed program: kept as snapshots, the same bytes in every process, and readable."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from hash_seeds import printed_under_hash_seeds
from printed_source import computed_twice
from teaching_programs import PROGRAMS, SNAPSHOTS

from autograd import Value, dot, functions, grad, hypot, square, tanh, total, vectorize
from autograd.vectorizing.printed.expressions import RESERVED
from nn import Embedding

pytestmark = pytest.mark.engine("numpy")


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_source_is_the_one_that_was_kept(name: str) -> None:
    """After a change that is meant to change it: python tests/support/teaching_programs.py, and read the difference."""
    assert PROGRAMS[name]().source == (SNAPSHOTS / f"{name}.txt").read_text(encoding="utf-8")


def test_the_pooled_classifier_reads_as_in_the_text() -> None:
    lines = [line.strip() for line in PROGRAMS["pooled_classifier"]().source.splitlines()]
    forward, backward = lines.index("# forward"), lines.index("# backward")
    forward_lines = ["A = X @ W.T + b", "H = sigmoid(A)", "Z = H @ U.T"]
    places = [lines.index(line) for line in forward_lines]
    assert [forward, *places, backward] == sorted([forward, *places, backward])
    assert backward < lines.index("dZ = softmax(Z) / m") < lines.index("dU = dZ.T @ H") < lines.index("dW = dA.T @ X")


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_computed_twice(name: str) -> None:
    assert computed_twice(PROGRAMS[name]().source) == []


def test_no_line_is_longer_than_a_line_of_print() -> None:
    for name, make in PROGRAMS.items():
        assert max(map(len, make().source.splitlines())) <= 110, name


@pytest.mark.parametrize(("engine", "line"), [("numpy", b"H = sigmoid(A)"), ("native", b"h = sigmoid(a)")])
def test_the_same_to_the_byte_under_any_hash_seed(engine: str, line: bytes) -> None:
    if engine == "native":
        pytest.importorskip("llvmlite")
    program = (
        "from autograd import vectorize\n"
        "from teaching_programs import PROGRAMS\n"
        f"vectorize.__kwdefaults__['engine'] = '{engine}'\n"
        "for make in PROGRAMS.values():\n"
        "    program = make()\n"
        "    print(program.source, program.buffered_source, program.report())\n"
    )
    printed = printed_under_hash_seeds(program)
    assert len(printed) == 1
    assert line in printed.pop()


def test_an_argument_may_be_called_like_a_function() -> None:
    w = Value(0.5, "exp")
    program = vectorize(lambda sigmoid: w * functions.sigmoid(sigmoid * w) + functions.exp(sigmoid), 1.0)
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    assert scope["value_and_grad"](theta, numpy.array([1.0, 2.0]))[0] == pytest.approx(program(theta, [1.0, 2.0]))


def test_gradients_add_up_in_a_product_of_any_memory_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy may give a transposed product's elements in another order in memory, where a flat view would be a copy."""
    w = [[[Value(0.1 * (i + j - k), f"w[{i}][{j}][{k}]") for k in range(3)] for j in range(4)] for i in range(2)]

    def f(x: Any) -> Value:
        h = [functions.tanh(functions.dot(row, x[i])) for i in range(2) for row in w[i]]
        return functions.total(h) + w[0][1][1] * w[1][2][0] * x[0][0] + w[0][3][2] * w[1][1][1] * x[1][1]

    program = vectorize(f, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert "einsum(" in program.source and ".reshape(-1)[" in program.source
    theta, batch = program.parameters.read(), numpy.linspace(-1.0, 1.0, 12).reshape(2, 2, 3)
    einsum = numpy.einsum
    monkeypatch.setattr(numpy, "einsum", lambda *operands: numpy.asfortranarray(einsum(*operands)))
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    assert scope["value_and_grad"](theta, batch)[1] == pytest.approx(program.value_and_grad(theta, batch)[1])


def run_source(program: Any, theta: Any, *batch: Any) -> tuple[float, list[float]]:
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    loss, gradient = scope["value_and_grad"](theta, *map(numpy.asarray, batch))
    return float(loss), gradient.tolist()


# Of one number each choice is that number, a softmax is 1, and the place is 0.
AMONG_ONE: dict[str, tuple[Any, Any]] = {
    "maximum": (functions.maximum, lambda t: t),
    "minimum": (functions.minimum, lambda t: t),
    "pick": (lambda values: functions.pick(values, 0), lambda t: t),
    "pick by a number": (lambda values: functions.pick(values, values[0] * 0.0), lambda t: t),
    "logsumexp": (functions.logsumexp, lambda t: t),
    "softmax": (lambda values: functions.softmax(values)[0], lambda t: 1.0),
    "argmax": (lambda values: functions.argmax(values) + 1.0, lambda t: 1.0),
    "argmin": (lambda values: functions.argmin(values) + 1.0, lambda t: 1.0),
}


@pytest.mark.parametrize("operand", ["mean", "total", "parameter", "product"])
@pytest.mark.parametrize("name", AMONG_ONE)
def test_a_choice_among_one(name: str, operand: str) -> None:
    choose, plain = AMONG_ONE[name]
    w = [Value(0.5, "w0"), Value(1.5, "w1"), Value(4.0, "w2")]
    # What is chosen from, and its derivatives by w for x = 1 and x = 2.
    make, number, slopes = {
        "mean": (lambda x: functions.mean(w), lambda x: 2.0, lambda x: [1 / 3] * 3),
        "total": (lambda x: functions.total(w), lambda x: 6.0, lambda x: [1.0] * 3),
        "parameter": (lambda x: w[1], lambda x: 1.5, lambda x: [0.0, 1.0, 0.0]),
        "product": (lambda x: w[2] * x, lambda x: 4.0 * x, lambda x: [0.0, 0.0, x]),
    }[operand]

    def f(x: Any) -> Value:
        t = make(x)
        return choose([t]) * 3.0 + t * x

    program = vectorize(f, 1.0, parameters=w)
    theta = numpy.array([value.data for value in program.parameters.values])
    slope = 0.0 if plain(7.0) == 1.0 else 3.0
    expected_loss = sum(3.0 * plain(number(x)) + number(x) * x for x in (1.0, 2.0)) / 2.0
    by_w = [sum((slope + x) * slopes(x)[k] for x in (1.0, 2.0)) / 2.0 for k in range(3)]
    expected = [by_w[w.index(value)] for value in program.parameters.values]
    for loss, gradient in (run_source(program, theta, [1.0, 2.0]), program.value_and_grad(theta, [1.0, 2.0])):
        assert loss == pytest.approx(expected_loss, rel=1e-12)
        assert list(gradient) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("n_words", "n_dimensions"), [(1, 2), (1, 1), (2, 1), (1, 4)])
def test_a_table_of_one_row_or_column(n_words: int, n_dimensions: int) -> None:
    embedding = Embedding(n_words, n_dimensions, seed=0)
    program = vectorize(lambda k: functions.dot(embedding(k), range(1, n_dimensions + 1)), 0)
    theta = numpy.arange(1.0, 1.0 + n_words * n_dimensions)
    row = sum((j + 1.0) * (j + 1.0) for j in range(n_dimensions))
    expected = [j + 1.0 for j in range(n_dimensions)] + [0.0] * (n_words - 1) * n_dimensions
    for loss, gradient in (run_source(program, theta, [0, 0]), program.value_and_grad(theta, [0, 0])):
        assert loss == pytest.approx(row, rel=1e-12)
        assert list(gradient) == pytest.approx(expected, rel=1e-12)


def test_a_gradient_that_is_one_plain_number() -> None:
    """A count has the derivative 0 by each of the parameters it was taken of, wherever they stand."""
    w = [Value(float(k + 1), f"w{k}") for k in range(4)]
    counts: list[tuple[Callable[..., Value], float]] = [
        (lambda some: functions.dot([x > 1.5 for x in some], [0.1, 0.2, 0.4]), 0.6),
        (lambda some: functions.total([x // 2.0 for x in some]), 2.0),
        (lambda some: functions.maximum([functions.equal(x, 2.0) for x in some]), 1.0),
    ]
    for count, counted in counts:
        for part in (slice(None, -1), slice(None, None, -2), slice(1, None)):
            some = w[part]
            program = vectorize(lambda count=count, some=some: count(w[:-1]) + functions.total(some) * 0.3, parameters=w)
            theta = program.parameters.read()
            expected = [0.3 if value in some else 0.0 for value in program.parameters.values]
            for loss, gradient in (run_source(program, theta), program.value_and_grad(theta)):
                assert loss == pytest.approx(counted + 0.3 * sum(value.data for value in some), rel=1e-12)
                assert list(gradient) == pytest.approx(expected, rel=1e-12)


def rich_program(x: str = "x", k: str = "k", label: str = "w", other: str = "q") -> tuple[Any, Any]:
    """A program whose source needs about everything that a source can need, and its arguments for two examples.

    Args:
        x, k: what its arguments are called.
        label, other: what its parameters are called.
    """
    w = [[Value(0.1 * (i + 2 * j) + 0.3, f"{label}[{i}][{j}]") for j in range(3)] for i in range(4)]
    s = [Value(0.5 + 0.1 * i, f"{other}[{i}]") for i in range(3)]

    def f(x: Any, k: Any) -> Value:
        pick, total, dot = functions.pick, functions.total, functions.dot
        rows = [[pick([w[i][j] for i in (0, 1, 2, 3)], k) for j in range(3)]]
        rows.append([pick([w[i][2 - j] for i in (1, 3)], functions.where(k > 1, 1.0, 0.0)) for j in range(3)])
        h = [functions.tanh(dot(row, x) + s[0]) for row in w]
        scattered = [w[0][1], w[3][0], w[2][2]]
        lone = functions.mean(s)
        parts = [
            functions.logsumexp([each * s[0] for each in h]),
            total([abs(each) for each in h]),
            functions.where(x[0] > math.inf, x[1] * math.nan, functions.minimum(x[0] * s[1], math.inf)),
            dot(*rows),
            functions.maximum(h),
            functions.maximum([lone]) * lone,
            functions.erf(x[0] * s[2]) % 0.7 + x[1] * s[1] // 0.3,
            pick(h, functions.where(x[1] > 0.0, 1.0, 0.0)) * functions.hypot(x[0], s[2]),
            pick(scattered, k % 3.0) * x[2] + pick([h[0], h[2]], k // 3.0),
            functions.softmax(x)[1] * w[0][0] + pick(s, functions.argmax(x)) + functions.softplus(x[0] * s[0]),
            total([w[i][(i * i) % 3] * w[(i + 1) % 4][i % 3] for i in range(4)]) * x[0],
            total([w[i % 4][i % 3] for i in (0, 0, 1, 5, 5, 7)]) * x[1],
            total([dot([row[j] for row in w], h) for j in range(3)]),
        ]
        return total(parts)

    scope: dict[str, Any] = {"f": f}
    traced = eval(f"lambda {x}, {k}: f({x}, {k})", scope)
    return vectorize(traced, [1.0, 2.0, 3.0], 1), ([[0.5, -1.0, 2.0], [1.5, 0.5, 0.25]], [2, 3])


def agrees_with_itself(program: Any, batch: Any) -> bool:
    theta = program.parameters.read()
    loss, gradient = run_source(program, theta, *batch)
    found_loss, found = program.value_and_grad(theta, *batch)
    return loss == pytest.approx(found_loss, rel=1e-12) and gradient == pytest.approx(found.tolist(), rel=1e-12, abs=1e-14)


# An even number of them.
NAMES = sorted(RESERVED) + ["x"] * (len(RESERVED) % 2)


@pytest.mark.parametrize(("one", "other"), list(zip(NAMES[::2], NAMES[1::2], strict=True)))
def test_arguments_and_labels_may_be_called_like_anything_in_a_source(one: str, other: str) -> None:
    assert agrees_with_itself(*rich_program(x=one, k=other, label=other, other=one))


def test_all_that_a_source_calls_by_name_is_reserved() -> None:
    sources = [make().source for make in PROGRAMS.values()] + [rich_program()[0].source]
    w = Value(2.0, "w")
    sources += [vectorize(lambda x, choose=choose: choose([w * x]), 1.0).source for choose, _ in AMONG_ONE.values()]
    seen: set[str] = set()
    for source in sources:
        tree = ast.parse(source)
        names = {node.id: node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        assigned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        (function,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
        given = {argument.arg for argument in function.args.args} - {"theta"}
        imported = {name.name for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names}
        own = {"theta", "gradient", "loss", "m", "examples", "value_and_grad"}
        used = ((set(names) - assigned - given) | imported | (assigned & own)) | {function.name}
        assert used <= RESERVED, used - RESERVED
        assert not (given | assigned - own) & RESERVED
        seen |= used
    # Else the program above is no test of the names.
    assert {"inf", "nan", "as_index", "choose", "add_rows", "add_choice", "einsum", "array", "abs", "len", "where"} <= seen


@pytest.mark.parametrize(
    "letter", ["\n", "\r", "\r\n", "\0", "\x0c", "\x85", "\u2028", "\x1b", "\ud800", "\\", '"', "'", "#", "\t"]
)
def test_labels_of_any_characters(letter: str) -> None:
    """A line of its own in a label would be a line of the program."""
    program, batch = rich_program(label=f"a{letter}import os", other=f"layers.0{letter}weight")
    assert agrees_with_itself(program, batch)
    assert all(character.isprintable() or character == "\n" for character in program.source)
    assert ast.dump(ast.parse(program.source)) == ast.dump(ast.parse(program.source.encode()))


@pytest.mark.parametrize("key", ["x²", "½", "", " ", "*", "class", "\n", "λ", "ﬁ", "0", 1, (1, 2), None])
def test_keys_of_any_kind(key: Any) -> None:
    w = Value(3.0, "w")
    program = vectorize(lambda d: w * d[key] + d["fi"] * d["x2"] * d["x"], {"fi": 1.0, "x": 1.0, key: 2.0, "x2": 1.0})
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    batch: dict[Any, list[float]] = {"fi": [3.0], "x": [5.0], key: [2.0], "x2": [7.0]}
    loss, gradient = scope["value_and_grad"](numpy.array([4.0]), *[numpy.array(part) for part in batch.values()])
    assert (loss, gradient.tolist()) == (4.0 * 2.0 + 3.0 * 7.0 * 5.0, [2.0])


def test_remainders_are_written_with_their_signs() -> None:
    w = Value(2.0, "w")
    program = vectorize(lambda x, y: w * (-x % y) + -(x % y) - w * (x // -y), 1.0, 0.75)
    assert "(-x) % y" in program.source
    batch = [1.0, 0.4, 2.2], [0.75, 0.3, 0.9]
    pairs = list(zip(*batch, strict=True))
    expected = sum(3.0 * (-x % y) + -(x % y) - 3.0 * (x // -y) for x, y in pairs) / 3.0
    slope = sum((-x % y) - (x // -y) for x, y in pairs) / 3.0
    for loss, gradient in (run_source(program, [3.0], *batch), program.value_and_grad([3.0], *batch)):
        assert [loss, *gradient] == pytest.approx([expected, slope], rel=1e-12)


def test_the_gradient_of_a_part_of_theta_has_a_name_of_its_own() -> None:
    u, v, unused = Value(0.3), Value(0.4), Value(1.0)

    def f(x: Value) -> Value:
        a = square(u) * x
        k = [w / 1.0 for w in (u, v)]
        return a + hypot(k[0], a) * hypot(k[1], a) * x + square(k[1]) * x

    program = vectorize(f, 1.0, parameters=[u, v, unused])
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    _, gradient = scope["value_and_grad"](theta, numpy.array([1.0, 2.0]))
    expected = [grad((f(Value(1.0)) + f(Value(2.0))) / 2.0, value) for value in program.parameters.values]
    assert gradient == pytest.approx(expected, rel=1e-12)


def test_a_constant_gradient_is_not_added_to() -> None:
    w = [Value(0.1 * k - 0.2) for k in range(6)]
    constants = [0.3, 0.5, -0.7, 1.1, 0.2, 0.9]

    def f() -> Value:
        scaled = [c * v for c, v in zip(constants, w, strict=True)]
        return dot(scaled, [1.0] * 6) + total([tanh(v + k / 5) for k, v in enumerate(w)])

    program = vectorize(f, parameters=w)
    scope: dict[str, Any] = {}
    exec(program.source, scope)
    theta = program.parameters.read()
    expected = [c + 1.0 / math.cosh(v.data + k / 5) ** 2 for k, (c, v) in enumerate(zip(constants, w, strict=True))]
    for _ in range(2):
        assert scope["value_and_grad"](theta)[1] == pytest.approx(expected, rel=1e-12)
