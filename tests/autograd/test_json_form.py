"""Graphs written as JSON read back to the same graphs, and everything else is refused with a reason."""

import json
import math
from typing import Any

import pytest

from autograd import Value, dot, logsumexp, maximum, pick, where
from autograd.engine.graph import levels, topological_order
from autograd.json_form import from_json, to_json


def sample() -> Value:
    a, b = Value(0.1, "a"), Value(-2.5, "b")
    h = dot((a, b), (b, Value(3.0))) + maximum(a, b) * pick([a, b, a], 2)
    output = logsumexp([h, where(a < b, a, b), 1.0]) ** 2
    output.backward()
    return output


def test_everything_comes_back() -> None:
    original = sample()
    copy = from_json(to_json(original))
    pairs = list(zip(topological_order(original), topological_order(copy), strict=True))
    for old, new in pairs:
        assert new is not old
        assert (new.primitive, new.label, new.gradient) == (old.primitive, old.label, old.gradient)
        assert new.data.hex() == old.data.hex()
    twin = dict(pairs)
    for old, new in pairs:
        assert [twin[operand] for operand in old.operands] == list(new.operands)


def test_a_copy_can_be_differentiated_and_refreshed() -> None:
    copy = from_json(to_json(sample()))
    (a,) = (node for node in topological_order(copy) if node.label == "a")
    before = a.gradient
    assert before is not None
    copy.backward()
    assert a.gradient == 2 * before
    a.data = 0.7
    copy.refresh()
    assert copy.data != sample().data


def test_writing_twice_gives_the_same_text() -> None:
    assert to_json(sample()) == to_json(from_json(to_json(sample())))


def test_infinite_numbers_are_strings_that_json_allows() -> None:
    text = to_json(Value(math.inf) * Value(-1.0))
    assert json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))["nodes"][0]["data"] == "inf"
    assert from_json(text).data == -math.inf


def test_a_long_chain() -> None:
    x = Value(1.0)
    for _ in range(5000):
        x = x + 1.0
    assert from_json(to_json(x)).data == 5001.0


NODES: list[Any] = [{"primitive": "leaf", "data": 1.0}, {"primitive": "leaf", "data": 2.0}]


@pytest.mark.parametrize(
    ("node", "complaint"),
    [
        ({"primitive": "nonsense", "data": 1.0}, "no primitive is called 'nonsense'"),
        ({"primitive": "add", "operands": [0, 2], "data": 1.0}, "from 0 to 1, not 2"),
        ({"primitive": "add", "operands": [0, -1], "data": 1.0}, "from 0 to 1, not -1"),
        ({"primitive": "add", "operands": [0], "data": 1.0}, "add does not take operands arranged"),
        ({"primitive": "add", "operands": [[0, 1]], "data": 1.0}, "add does not take operands arranged"),
        ({"primitive": "dot", "operands": [[0], 1], "data": 1.0}, "dot does not take operands arranged"),
        ({"primitive": "total", "operands": [[]], "data": 1.0}, "total does not take operands arranged"),
        ({"primitive": "leaf", "data": "three"}, "expected a number, not 'three'"),
        ({"primitive": "leaf", "data": True}, "expected a number, not True"),
        ({"primitive": "leaf", "data": 1.0, "label": 3}, "must be strings"),
        ([1], "expected an object"),
    ],
)
def test_a_wrong_node_is_named(node: Any, complaint: str) -> None:
    document = {"format": "chalkgrad graph", "version": 1, "output": 2, "nodes": [*NODES, node]}
    with pytest.raises(ValueError, match="node 2: ") as caught:
        from_json(json.dumps(document))
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("{", "not JSON"), ("[]", "not a graph"), ('{"format": "chalkgrad graph", "version": 2}', '"version": 1')],
)
def test_other_documents_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        from_json(text)


def test_levels_are_longest_paths() -> None:
    a, b = Value(1.0), Value(2.0)
    d = a * b
    e = d + a
    output = e * e
    assert levels(output) == [[a, b], [d], [e], [output]]
