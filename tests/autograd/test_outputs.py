"""Outputs that hold one Value are that Value wherever one is taken; several say that they are several."""

from __future__ import annotations

import copy
import math
import operator
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy
import pytest

import autograd
import nn
from autograd import Value, functions
from autograd.engine.outputs import Outputs, SeveralOutputsError
from autograd.engine.value import Value as ValueClass
from autograd.table.primitives import TABLE
from nn import MLP, SGD, Layer, train

OF_TWO = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, divmod, operator.pow,
    operator.lt, operator.le, operator.gt, operator.ge,
]  # fmt: skip
OF_ONE = [float, int, round, math.trunc, math.floor, math.ceil, operator.neg, operator.pos, abs, bool]
OTHERS = [2, 1.5, True, Fraction(3, 2), numpy.float64(1.5), numpy.int64(2), numpy.array(1.5)]
NOT_FORWARDED = {
    # Of the class, or of tuples too.
    "__class__", "__doc__", "__module__", "__slots__", "__init__", "__init_subclass__", "__annotations__",
    "__static_attributes__", "__firstlineno__",
    # Those of a tuple's own; NumPy's ufuncs see an array of objects.
    "__reduce_ex__", "__copy__", "__array_ufunc__",
}  # fmt: skip


def outputs(*numbers: float) -> Outputs:
    return Outputs([Value(number) for number in numbers])


def test_arrays_take_the_one_output_for_each_of_their_numbers() -> None:
    array = numpy.array([1.0, 2.0])
    y = Value(0.75)
    for operation in OF_TWO:
        if operation is not divmod:
            assert list(map(plain, operation(array, Outputs([y])))) == list(map(plain, operation(array, y)))
            assert list(map(plain, operation(Outputs([y]), array))) == list(map(plain, operation(y, array)))


def plain(result: Any) -> Any:
    return tuple(map(plain, result)) if isinstance(result, tuple) else result.data if isinstance(result, Value) else result


def test_every_special_method_of_a_value_is_one_of_outputs() -> None:
    special = {name for name in vars(ValueClass) if name.startswith("__")} - NOT_FORWARDED
    assert special - set(vars(Outputs)) == set()


@pytest.mark.parametrize("operation", OF_TWO, ids=lambda operation: operation.__name__)
def test_operations_of_two_compute_with_the_one_output(operation: Callable[[Any, Any], Any]) -> None:
    for other in [*OTHERS, Value(1.5)]:
        y = Value(0.75)
        for mine, expected in (
            (operation(Outputs([y]), other), operation(y, other)),
            (operation(other, Outputs([y])), operation(other, y)),
        ):
            assert plain(mine) == plain(expected)
            assert type(mine) is type(expected)
    both = operation(outputs(0.75), outputs(1.5))
    assert plain(both) == plain(operation(Value(0.75), Value(1.5)))


@pytest.mark.parametrize("operation", OF_TWO, ids=lambda operation: operation.__name__)
def test_operations_of_two_never_join_or_repeat_tuples(operation: Callable[[Any, Any], Any]) -> None:
    several = outputs(1.0, 2.0)
    for other in [*OTHERS, Value(1.5), outputs(3.0), outputs(3.0, 4.0), (1.0,), [1.0]]:
        for one, two in ((several, other), (other, several)):
            with pytest.raises(SeveralOutputsError, match="2 outputs here"):
                operation(one, two)
    for other in ((1.0,), [1.0], (Value(1.0), Value(2.0)), "x", None):
        for one, two in ((outputs(1.0), other), (other, outputs(1.0))):
            # Text is formatted with %.
            if not (operation is operator.mod and isinstance(one, str)):
                with pytest.raises(TypeError):
                    operation(one, two)


@pytest.mark.parametrize("operation", OF_ONE, ids=lambda operation: operation.__name__)
def test_operations_of_one_compute_with_the_one_output(operation: Callable[[Any], Any]) -> None:
    for number in (2.5, -0.0):
        assert plain(operation(outputs(number))) == plain(operation(Value(number)))
    if operation is bool:
        assert bool(outputs(0.0, 0.0))
    else:
        with pytest.raises(SeveralOutputsError, match=r"2 outputs here.* network\(x\)\[0\]"):
            operation(outputs(1.0, 2.0))


def test_a_number_of_digits_to_show_is_the_one_outputs() -> None:
    assert f"{outputs(2 / 3):.3f} {outputs(1.0, 2.0)} {outputs(1.0)}" == "0.667 (Value(1.0), Value(2.0)) (Value(1.0),)"
    assert round(outputs(2 / 3), 2) == 0.67
    with pytest.raises(SeveralOutputsError):
        format(outputs(1.0, 2.0), ".3f")


@pytest.mark.parametrize("name", [name for name in dir(ValueClass(0.0)) if not name.startswith("_")])
def test_every_attribute_of_a_value_is_one_of_a_single_output(name: str) -> None:
    v = Value(0.5)
    assert getattr(Outputs([v]), name) == getattr(v, name)
    several = outputs(0.5, 0.5)
    with pytest.raises(SeveralOutputsError, match=rf"2 outputs here, and \.{name} takes one Value: .* network\(x\)\[0\]"):
        getattr(several, name)
    assert not hasattr(several, name)


def test_what_a_value_lacks_a_single_output_lacks_too() -> None:
    one = outputs(0.5)
    assert not hasattr(one, "no_such_thing") and not hasattr(one, "_data") and not hasattr(one, "_repr_html_")


def test_assignments_go_to_the_one_output() -> None:
    v = Value(0.5)
    one = Outputs([v])
    one.label, one.gradient, one.data = "y", 2.0, 3.0
    assert repr(v) == "Value(3.0, label='y', gradient=2.0)"
    with pytest.raises(AttributeError):
        one.no_such_thing = 1  # type: ignore[attr-defined]
    with pytest.raises(SeveralOutputsError):
        outputs(1.0, 2.0).label = "y"


@pytest.mark.parametrize("primitive", [p for p in TABLE.values() if p.arity in (1, 2)], ids=lambda primitive: primitive.name)
def test_functions_of_the_table_take_the_one_output(primitive: Any) -> None:
    function = getattr(functions, primitive.name, None)
    if function is None:
        pytest.skip("an operator")
    point = primitive.points[len(primitive.points) // 2]
    operands = point if isinstance(point, tuple) else (point,)
    expected = function(*map(Value, operands))
    for place in range(len(operands)):
        mixed: list[Any] = [outputs(number) if k == place else Value(number) for k, number in enumerate(operands)]
        node = function(*mixed)
        assert node.data == expected.data and node.operands[place] is mixed[place][0]
        with pytest.raises(SeveralOutputsError):
            function(*[outputs(1.0, 2.0) if k == place else v for k, v in enumerate(mixed)])


def test_derivatives_by_outputs_are_a_list_whatever_their_number() -> None:
    for y in (outputs(1.0), outputs(1.0, 2.0)):
        assert autograd.grad(autograd.total(y), y) == [1.0] * len(y)


def each(y: Any, change: Callable[[Value], Value]) -> Any:
    """A Value changed, or Outputs of as many changed Values."""
    return Outputs(map(change, y)) if isinstance(y, Outputs) else change(y)


def same(results: Callable[[Any, Value], Any]) -> None:
    """A use of an output, as Outputs and as a Value, gives the same; with several outputs it says so."""
    x = Value(0.5, "x")
    y = 3.0 * x
    y.label = "y"
    assert results(Outputs([y]), x) == results(y, x)
    with pytest.raises(SeveralOutputsError, match="2 outputs here"):
        results(Outputs([y, y]), x)


USES: dict[str, Callable[[Any, Value], Any]] = {
    "backward": lambda y, x: y.backward(),
    "grad": lambda y, x: autograd.grad(y, x),
    "grad of": lambda y, x: autograd.grad(x, [y]),
    "directional_derivative": lambda y, x: autograd.directional_derivative(y, [x], [1.0]),
    "hessian": lambda y, x: autograd.hessian(y, [x]),
    "jacobian": lambda y, x: autograd.jacobian([y], [x]),
    "expand": lambda y, x: autograd.expand(y).data,
    "explain": lambda y, x: str(autograd.explain(x, y)),
    "explain it": lambda y, x: str(autograd.explain(y, (y * 1.0) ** 2)),
    "paths": lambda y, x: str(autograd.paths(x, y)),
    "step_through": lambda y, x: [step.sentence for step in autograd.step_through(y).steps],
    "goto": lambda y, x: autograd.step_through(2.0 * y).goto(y).sentence,
    "focus": lambda y, x: autograd.draw(2.0 * y, focus=y).svg(),
    "require": lambda y, x: autograd.require(y, "it must not be 0"),
    "where": lambda y, x: autograd.where(y, y, 1.0).data,
    "maximum": lambda y, x: autograd.maximum(y, 0.0).data,
    "dot": lambda y, x: autograd.dot([x, y], [y, 2.0]).data,
    "total": lambda y, x: autograd.total([y, 2.0]).data,
    "pick": lambda y, x: autograd.pick([4.0, 5.0], each(y, lambda v: v - 1.5)).data,
    "gradcheck": lambda y, x: str(autograd.gradcheck(y)),
    "value_and_grad": lambda y, x: autograd.value_and_grad(lambda t: each(y, lambda v: v * t))(2.0),
    "squared_error": lambda y, x: nn.squared_error(y, y).data,
    "hinge": lambda y, x: nn.hinge(y, 1).data,
    "hinge target": lambda y, x: nn.hinge(1.0, each(y, lambda v: v / 1.5)).data,
    "logit": lambda y, x: nn.binary_cross_entropy_from_logit(y, 1).data,
    "probability": lambda y, x: nn.binary_cross_entropy(y / 3.0, 1).data,
    "target": lambda y, x: nn.binary_cross_entropy(0.5, y / 3.0).data,
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_functions_take_the_one_output(use: str) -> None:
    same(USES[use])


def test_sequences_of_outputs_are_what_they_were() -> None:
    z = outputs(0.5, 1.0)
    assert autograd.total(z).data == 1.5 and autograd.maximum(z).data == 1.0 and len(autograd.softmax(z)) == 2
    assert autograd.draw(z).svg() == autograd.draw(list(z)).svg()
    assert autograd.draw(z[:1]).text() == autograd.draw(z[0]).text()
    network = MLP(2, [3, 2], seed=1)
    assert nn.cross_entropy_from_logits(network([1, 2]), 1).data == nn.cross_entropy_from_logits(tuple(network([1, 2])), 1).data
    with pytest.raises(IndexError, match="class 1 is out of range for 1 logits"):
        nn.cross_entropy_from_logits(outputs(0.0), 1)


def test_they_are_tuples() -> None:
    a, b, c = Value(1.0), Value(1.0), Value(2.0)
    y = Outputs([a, b, c])
    slices = [y[:2], y[1:2], y[:0]]
    assert isinstance(y, tuple) and len(y) == 3 and [*y] == [a, b, c]
    first, *rest = y
    assert first is a and rest == [b, c] and y[-1] is c and y.index(b) == 1 and y.count(a) == 1 and c in y
    assert y == (a, b, c) and (a, b, c) == y and y != (a, b) and y != [a, b, c] and hash(y) == hash((a, b, c))
    assert Outputs([a]) == (a,) and Outputs([a]) != (b,) and Outputs([a]) == a and Outputs([a]) != b and a != Outputs([b])
    assert type(slices[0]) is Outputs and slices[0] == (a, b) and slices[1].data == 1.0
    assert repr(y) == repr((a, b, c))
    with pytest.raises(SeveralOutputsError, match="no outputs here"):
        slices[2].backward()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))])
def test_they_are_copied_and_pickled(copied: Callable[[Outputs], Outputs]) -> None:
    network = MLP(2, [3, 1], seed=1)
    y = copied(network([0.5, 2.0]))
    assert type(y) is Outputs and y.data == network([0.5, 2.0]).data and autograd.grad(y * y, y[0]) == 2 * y.data


def test_no_node_keeps_them_for_its_operands() -> None:
    # The engine asks whether an operand slot holds a tuple, and means tuples themselves.
    layer = Layer(2, 2)
    for node in (autograd.total(layer([1, 2])), autograd.dot(layer([1, 2]), layer([1, 2])), autograd.mean(layer([1, 2]))):
        for v in autograd.engine.graph.topological_order(node):
            assert not isinstance(v._first, Outputs) and not isinstance(v._second, Outputs)


@pytest.mark.parametrize("engine", ["eager", "vectorized"])
def test_a_network_of_one_output_is_trained_without_an_index(engine: Any) -> None:
    examples = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 1)]
    losses = {
        "indexed": lambda network: lambda x, y: (network(x)[0] - y) ** 2,
        "not": lambda network: lambda x, y: (network(x) - y) ** 2,
    }
    found = {}
    for name, loss in losses.items():
        network = MLP(2, [2, 1], seed=1)
        train(network, loss(network), examples, epochs=3, optimizer=SGD(network.parameters(), 0.1), engine=engine)
        found[name] = [p.data for p in network.parameters()]
    assert found["indexed"] == found["not"]


@pytest.mark.parametrize("engine", ["eager", "vectorized"])
def test_a_loss_may_be_the_one_output(engine: Any) -> None:
    network = MLP(2, [2, 1], output_activation="softplus", seed=1)
    history = train(network, lambda x: network(x), [((1, 2),)], epochs=2, optimizer=SGD(network.parameters(), 0.1), engine=engine)
    assert history.train_loss[1] < history.train_loss[0]
    wide = MLP(2, [2])
    with pytest.raises(TypeError, match="2 outputs"):
        train(wide, lambda x: wide(x), [((1, 2),)], epochs=2, optimizer=SGD(wide.parameters(), 0.1), engine=engine)


def test_programs_and_gradcheck_take_the_one_output() -> None:
    network = MLP(2, [2, 1], seed=1)
    program = autograd.vectorize(lambda x: network(x), [0.5, 2.0])
    assert math.isclose(program.value_and_grad(program.parameters.read(), [[0.5, 2.0]])[0], network([0.5, 2.0]).data)
    with pytest.raises(autograd.FrozenChoiceError, match="float"):
        autograd.vectorize(lambda x: network(x) * float(network(x)), [0.5, 2.0])
    with pytest.raises(autograd.FrozenChoiceError, match="bool"):
        autograd.vectorize(lambda x: network(x) if network(x) else 1.0, [0.5, 2.0])
    report = autograd.gradcheck(lambda x: network(x), [0.5, 2.0])
    assert report and {checked.output for checked in report.inputs} == {"f"}
    two = autograd.gradcheck(lambda x: Layer(2, 2, seed=1)(x), [0.5, 2.0])
    assert two and {checked.output for checked in two.inputs} == {"f[0]", "f[1]"}
    differences = autograd.finite_differences(lambda x: network([x, 2.0]), 0.5)
    assert repr(differences) == repr(autograd.finite_differences(lambda x: network([x, 2.0])[0], 0.5))


def test_inside_no_grad() -> None:
    network = MLP(2, [2, 1], seed=1)
    with autograd.no_grad():
        y = network([0.5, 2.0]) * 2
    assert y.data == 2 * network([0.5, 2.0]).data and y.operands == ()


def test_variables_name_the_one_output() -> None:
    y, wide = Outputs([2 * Value(1.0)]), Outputs([2 * Value(1.0), 2 * Value(2.0)])
    autograd.label_values({"y": y, "wide": wide})
    assert (y.label, wide[0].label) == ("y", "wide[0]")


def test_a_list_of_outputs_is_an_array_with_one_axis() -> None:
    # With another axis, a loss of arrays would take the differences of all pairs.
    network, wide = MLP(2, [3, 1], seed=1), MLP(2, [3, 2], seed=1)
    x, y = [[0.5, 2.0], [1.0, -1.0], [0.0, 0.25]], numpy.array([1.0, -1.0, 1.0])
    scores = [network(row) for row in x]
    assert numpy.array(scores).shape == (3,) and numpy.array([wide(row) for row in x]).shape == (3, 2)
    expected = sum((score.data - target) ** 2 for score, target in zip(scores, y, strict=True)) / 3
    for loss in (numpy.mean((numpy.array(scores) - y) ** 2), ((y - scores) ** 2).mean()):
        assert loss.data == pytest.approx(expected, rel=1e-14)
    exponential: Any = numpy.exp(scores[0])
    assert type(exponential) is Value and numpy.array(scores, dtype=float).tolist() == [s.data for s in scores]
    assert numpy.stack([numpy.array(wide(row)) for row in x]).shape == (3, 2)
