"""The binary form of each n-ary primitive: the same values and gradients, the same leaves, the original untouched."""

from __future__ import annotations

import math
from typing import Any

import pytest

from autograd import (
    StaleGraphError,
    Value,
    argmax,
    dot,
    expand,
    functions,
    grad,
    logsumexp,
    maximum,
    mean,
    minimum,
    no_grad,
    pick,
    primitive,
    softmax,
    sqrt,
    tanh,
    total,
    where,
)
from autograd.engine.graph import topological_order
from autograd.table.primitives import BUILT_IN, TABLE
from autograd.table.rules import MANY

KEPT = ("where", "argmax", "argmin")  # a choice between two is small already; a position has no binary form
MANY_OPERANDS = [name for name, entry in TABLE.items() if entry.arity == MANY and name not in KEPT]
ONE_SEQUENCE = [name for name in MANY_OPERANDS if not isinstance(TABLE[name].points[0][0], tuple)]


def names_in(output: Value) -> set[str]:
    return {node.primitive.name for node in topological_order(output)}


def test_one_without_an_expansion_of_its_own_is_expanded_by_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """If its derivatives are known to be those of its rule, as they are in the table."""
    product = primitive("product_of_two", "∏", lambda m, x: x[0] * x[1], lambda m, x, y: [x[1], x[0]], many=True)
    x = [Value(2.0), Value(3.0)]
    assert expand(product(x)).primitive.name == "product_of_two"
    monkeypatch.setattr("autograd.expanding.BUILT_IN", (*BUILT_IN, "product_of_two"))
    assert names_in(expand(product(x))) == {"leaf", "multiply"}
    check_expansion(product(x), x)


@pytest.mark.parametrize("name", ONE_SEQUENCE)
def test_sequences(name: str) -> None:
    for values in TABLE[name].points:
        leaves = [Value(x) for x in values]
        output = getattr(functions, name)(leaves)
        # Others are expanded by their rules, whose derivatives multiply and add in an order of their own.
        check_expansion(output, leaves, exact=name in ("total", "maximum", "minimum"), scale=max(map(abs, values)))
        assert name not in names_in(expand(output)) or (name in ("maximum", "minimum") and len(values) > 1)


def test_of_several_sequences_there_are_two() -> None:
    assert set(MANY_OPERANDS) - set(ONE_SEQUENCE) == {"dot", "pick"}


def test_dot() -> None:
    for w, x in TABLE["dot"].points:
        leaves = [*map(Value, w), *map(Value, x)]
        output = dot(leaves[: len(w)], leaves[len(w) :])
        check_expansion(output, leaves)
        assert names_in(expand(output)) <= {"leaf", "multiply", "add"}


def test_pick() -> None:
    for values, index in TABLE["pick"].points:
        leaves = [tanh(x) for x in map(Value, values)]
        output = pick(leaves, index)
        check_expansion(output, leaves)
        assert expand(output) is leaves[int(index)]


def test_where_stays() -> None:
    for ((condition, a, b),) in TABLE["where"].points:
        leaves = [Value(condition), Value(a), Value(b)]
        check_expansion(where(*leaves), leaves)
    x, y = Value(1.0), Value(2.0)
    output = where(total([x, y]) < 5.0, dot([x], [y]), x)
    expanded = expand(output)
    check_expansion(output, [x, y])
    assert names_in(expanded) == {"where", "less", "add", "multiply", "leaf", "constant"}


def test_argmax_stays() -> None:
    x = [Value(1.0), Value(3.0)]
    assert expand(argmax([total(x), dot(x, x)])).data == 1.0


def check_expansion(output: Value, leaves: list[Value], *, exact: bool = True, scale: float = 1.0) -> None:
    expanded = expand(output)
    gradients, expected = grad(expanded, leaves), grad(output, leaves)
    if exact:
        assert expanded.data.hex() == output.data.hex()
        assert gradients == expected
    else:
        assert expanded.data == pytest.approx(output.data, rel=1e-12, abs=1e-15 * max(1.0, scale))
        assert gradients == pytest.approx(expected, rel=1e-12, abs=1e-15)
    for node in topological_order(expanded):
        assert len(node.operands) <= 2 or node.primitive.name in KEPT


def test_operands_stay_in_order() -> None:
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    left, last = expand(total([a, b, c])).operands
    assert last is c
    assert left.operands == (a, b)


@pytest.mark.parametrize("choose", [maximum, minimum])
def test_a_tie_goes_to_the_first(choose: Any) -> None:
    leaves = [Value(2.0), Value(2.0), Value(2.0)]
    assert grad(expand(choose(leaves)), leaves) == [1.0, 0.0, 0.0]


def test_a_network() -> None:
    x = [Value(0.5), Value(-1.5)]
    w = [[Value(0.1 * (3 * i + j) - 0.2) for j in range(2)] for i in range(3)]
    h = [tanh(dot(row, x) + 0.1) for row in w]
    loss = logsumexp(h) - pick(h, 1) + mean(softmax(h)) * maximum(h) + minimum([*h, x[0]])
    parameters = [*x, *(weight for row in w for weight in row)]
    expanded = expand(loss)
    assert expanded.data == pytest.approx(loss.data, rel=1e-14)
    assert grad(expanded, parameters) == pytest.approx(grad(loss, parameters), rel=1e-12)
    assert names_in(expanded).isdisjoint({"dot", "total", "logsumexp", "pick"})
    x[0].data = 2.0
    expanded.refresh()
    loss.refresh()
    assert expanded.data == pytest.approx(loss.data, rel=1e-14)


def test_the_original_is_left_as_it_is() -> None:
    a, b = Value(1.0), Value(2.0)
    inner = a * b
    picked = pick([a, inner], 1)
    picked.label = "picked"
    alone = maximum([inner])
    alone.label = "alone"
    output = total([picked, alone])
    output.label = "output"
    before = [(node, node.data, node.label, node.gradient, node.operands) for node in topological_order(output)]
    expanded = expand(output)
    assert [(node, node.data, node.label, node.gradient, node.operands) for node in topological_order(output)] == before
    assert inner.label == ""
    assert expanded.label == "output"


def test_labels_are_kept() -> None:
    w, x = (Value(0.2, "w1"), Value(0.3, "w2")), (Value(0.5, "x1"), Value(0.6, "x2"))
    z = dot(w, x)
    z.label = "z"
    y = tanh(z)
    y.label = "y"
    expanded = expand(y)
    assert [node.label for node in topological_order(expanded) if node.label] == ["w1", "w2", "x1", "x2", "z", "y"]


def test_a_graph_without_such_nodes_stays_itself() -> None:
    x = Value(3.0)
    y = tanh(x * x) + 1.0
    assert expand(y) is y
    assert expand(x) is x


def test_what_is_shared_stays_shared() -> None:
    x = Value(1.5)
    y = total([x, x, 1.0])
    for _ in range(60):
        y = total([y, y]) / 2.0
    expanded = expand(y)
    assert expanded.data == y.data
    assert len(topological_order(expanded)) == len(topological_order(y)) + 1
    assert grad(expanded, x) == 2.0


def test_inside_no_grad() -> None:
    leaves = [Value(1.0), Value(2.0), Value(3.0)]
    output = dot(leaves, leaves)
    with no_grad():
        expanded = expand(output)
    assert grad(expanded, leaves) == [2.0, 4.0, 6.0]


def test_a_graph_with_infinite_numbers_is_expanded_without_an_error() -> None:
    x = Value(0.0)
    slope = grad(total([sqrt(x), x]) ** 2, x, create_graph=True)
    assert math.isnan(expand(slope).data)
    assert expand(logsumexp([Value(-math.inf), Value(1.0)])).data == 1.0


def test_stale_graphs_are_refused() -> None:
    x = Value(1.0, "x")
    y = total([x, x])
    x.data = 2.0
    with pytest.raises(StaleGraphError, match="x = 2"):
        expand(y)


def test_depth() -> None:
    y = x = Value(1.0)
    for _ in range(20_000):
        y = total([y, 0.0])
    assert grad(expand(y), x) == 1.0
