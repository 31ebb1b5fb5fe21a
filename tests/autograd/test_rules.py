"""The shapes of rules: what a primitive is, beyond the numbers that `test_primitives` checks."""

from __future__ import annotations

import copy
import math
import pickle
import re

import pytest

from autograd import Value, functions
from autograd.engine import graph
from autograd.table.floats import FLOATS, QUIET, QuietFloat
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY, Primitive, Selection, Summed, primitive_named


def test_names_are_the_keys_of_the_table() -> None:
    assert all(name == primitive.name for name, primitive in TABLE.items())
    assert repr(TABLE["tanh"]) == "<primitive tanh>"


def test_every_operation_is_described() -> None:
    for name, primitive in TABLE.items():
        if primitive.arity:
            assert primitive.symbol, name
            assert primitive.meaning, name
            assert primitive.points, name
            assert primitive.arity in (1, 2, MANY), name


def test_a_meaning_begins_as_a_sentence_and_has_no_full_stop() -> None:
    """Pages, docstrings and tables show it as it is. A formula may begin with the name of a function."""
    for name, primitive in TABLE.items():
        word = re.match(r"[a-z]{3,}", primitive.meaning)
        assert word is None or word[0] in TABLE, name
        assert not primitive.meaning.endswith("."), name


def test_pulls_are_there_for_every_operand_of_fixed_arity() -> None:
    for name, primitive in TABLE.items():
        assert len(primitive.pulls) == (primitive.arity if primitive.arity in (1, 2) else 0), name


def test_a_copy_of_a_primitive_is_the_primitive() -> None:
    for primitive in TABLE.values():
        assert pickle.loads(pickle.dumps(primitive)) is primitive
        assert copy.deepcopy(primitive) is primitive


def test_primitive_named() -> None:
    assert primitive_named("dot") is TABLE["dot"]
    with pytest.raises(ValueError, match=r"no primitive is called 'dots'; there are .*tanh"):
        primitive_named("dots")


def test_pulls_scale_with_the_upstream_gradient() -> None:
    x = Value(0.3)
    node = functions.tanh(x)
    (pull,) = TABLE["tanh"].pulls
    slope = 1.0 / math.cosh(0.3) ** 2
    assert pull(node, 1.0) == pytest.approx(slope, rel=1e-15)
    assert pull(node, -2.5) == pytest.approx(-2.5 * slope, rel=1e-15)
    assert pull(node, 0.0) == 0.0


def test_pulls_at_a_singular_point_raise_nothing() -> None:
    node = functions.sqrt(Value(0.0))
    assert TABLE["sqrt"].pulls[0](node, 2.0) == math.inf
    assert TABLE["sqrt"].pulls[0](node, -2.0) == -math.inf


def test_quiet_local_derivatives() -> None:
    assert TABLE["multiply"].quiet_local_derivatives([3.0, 4.0], 12.0) == [4.0, 3.0]
    assert TABLE["sqrt"].quiet_local_derivatives([0.0], 0.0) == [math.inf]
    assert TABLE["dot"].quiet_local_derivatives([(1.0, 2.0), (3.0, 4.0)], 11.0) == [3.0, 4.0, 1.0, 2.0]
    assert TABLE["maximum"].quiet_local_derivatives([(1.0, 3.0, 3.0)], 3.0) == [0.0, 1.0, 0.0]
    assert TABLE["pick"].quiet_local_derivatives([(1.0, 3.0, 5.0), 2.0], 5.0) == [0.0, 0.0, 1.0, 0.0]
    power = TABLE["power"].quiet_local_derivatives([-2.0, 2.0], 4.0)
    assert power[0] == -4.0
    assert math.isnan(power[1])
    assert all(type(d) is float for d in power)


def test_local_derivatives_of_every_node_are_floats() -> None:
    for name, primitive in TABLE.items():
        if primitive.arity in (1, 2):
            point = primitive.points[len(primitive.points) // 3]
            numbers = point if isinstance(point, tuple) else (point,)
            derivatives = primitive.quiet_local_derivatives(numbers, primitive.calculate(*numbers))
            assert [type(d) for d in derivatives] == [float] * primitive.arity, name


def test_summed_is_stated_by_its_term() -> None:
    products = Summed("squares", "Σ²", lambda m, x: x * x, lambda m, x, y: (2.0 * x,))
    assert products.calculate((1.0, 2.0, 3.0)) == 14.0
    assert list(products.local_derivatives(FLOATS, [(1.0, 2.0, 3.0)], 14.0)) == [2.0, 4.0, 6.0]


def test_selection_refuses_places_that_are_not_there() -> None:
    pick = TABLE["pick"]
    assert pick.calculate((2.0, 4.0), 1.0) == 4.0
    for place in (-1.0, 2.0, 0.5, math.nan, math.inf):
        with pytest.raises(IndexError, match="pick: there is no operand"):
            pick.calculate((2.0, 4.0), place)


def test_a_selection_chooses_one_of_its_operands() -> None:
    for name, primitive in TABLE.items():
        if isinstance(primitive, Selection) and name not in ("pick", "where"):
            for values in primitive.points:
                derivatives = primitive.quiet_local_derivatives([values], primitive.calculate(values))
                assert sorted(derivatives) == [0.0] * (len(values) - 1) + [1.0]
                assert values[derivatives.index(1.0)] == primitive.calculate(values)


def test_where_counts_every_number_but_zero_as_true() -> None:
    for condition in (1.0, -1.0, 0.5, math.inf):
        assert TABLE["where"].calculate((condition, 3.0, 4.0)) == 3.0
    assert TABLE["where"].calculate((0.0, 3.0, 4.0)) == 4.0
    assert TABLE["where"].calculate((-0.0, 3.0, 4.0)) == 4.0


def test_a_new_line_of_the_table_is_enough_for_floats_and_quiet_floats() -> None:
    cubed = Primitive("cubed", "³", 1, lambda m, x: x * x * x, lambda m, x, y: 3.0 * (x * x))
    assert cubed.calculate(2.0) == 8.0
    assert cubed.quiet_local_derivatives([2.0], 8.0) == [12.0]
    assert float(cubed.forward(QUIET, QuietFloat(2.0))) == 8.0


def test_local_derivatives_of_a_node() -> None:
    assert graph.local_derivatives(Value(3.0) / Value(4.0)) == [0.25, -0.1875]


def test_what_selects_has_no_derivatives_but_0_and_1() -> None:
    """Backward passes and recorded derivatives rely on it."""
    for name, primitive in TABLE.items():
        if primitive.selects:
            for point in primitive.points:
                one_group = primitive.arity == 1 or (primitive.arity == MANY and not isinstance(point[0], tuple))
                groups = (point,) if one_group else point
                derivatives = primitive.quiet_local_derivatives(groups, primitive.calculate(*groups))
                assert set(derivatives) <= {0.0, 1.0}, (name, point)
