"""Names of other libraries: an answer that says what to type here, and nothing that a probe could mistake for the real thing."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
import pydoc
import re
from typing import Any

import numpy
import pytest

import autograd
from autograd import Value, grad
from autograd.engine.habits.attributes_elsewhere import INSTEAD
from autograd.engine.habits.recorded_forms import _OPERATORS, _OTHERWISE, name_here, recorded_form


@pytest.mark.parametrize("name", INSTEAD)
def test_a_name_of_another_library_says_what_to_type(name: str) -> None:
    v = Value(3.0)
    assert not hasattr(v, name)
    assert not hasattr(Value, name)
    assert getattr(v, name, None) is None
    with pytest.raises(AttributeError, match=rf"^a Value has no {re.escape(name)}: \w"):
        getattr(v, name)
    with pytest.raises(AttributeError, match=rf"^a Value has no {re.escape(name)}: \w"):
        setattr(v, name, 1.0)
    assert name not in dir(v)


@pytest.mark.parametrize("name", INSTEAD)
def test_the_advice_can_be_typed(name: str) -> None:
    # Every `v.…` and `autograd.…` in an advice exists.
    for attribute in re.findall(r"\bv\.(\w+)", INSTEAD[name]):
        assert hasattr(Value(3.0), attribute), attribute
    for function in re.findall(r"\bautograd\.(\w+)", INSTEAD[name]):
        assert hasattr(autograd, function), function


def test_unknown_names_are_pythons_business() -> None:
    with pytest.raises(AttributeError, match="'Value' object has no attribute 'colour'"):
        Value(1.0).colour  # type: ignore[attr-defined]  # noqa: B018


def test_nothing_that_looks_into_objects_is_disturbed() -> None:
    v = Value(3.0, "v")
    y = v * v
    assert copy.deepcopy(y).data == copy.copy(y).data == pickle.loads(pickle.dumps(y)).data == 9.0
    assert "requires_grad" not in pydoc.render_doc(Value)
    assert "sigmoid" in dict(inspect.getmembers(v))
    assert "item" not in dict(inspect.getmembers(v))
    assert numpy.array([v]).dtype.kind == "O"
    assert set(dir(v)) >= {"data", "gradient", "grad", "backward", "exp", "clip", "operands", "label"}


@pytest.mark.parametrize(
    ("arguments", "options", "advice"),
    [
        ((), {"retain_graph": True}, "the graph is kept anyway, so leave retain_graph out"),
        ((), {"create_graph": True}, "grad(output, inputs, create_graph=True) records derivatives"),
        ((), {"inputs": []}, "grad(output, inputs) gives the gradients of some inputs"),
        ((), {"gradient": 1.0}, "for another factor c write (c * v).backward()"),
        ((2.0,), {}, "for another factor c write (c * v).backward()"),
        ((), {"verbose": True}, "there is no verbose here"),
    ],
)
def test_backward_takes_no_arguments(arguments: Any, options: Any, advice: str) -> None:
    x = Value(3.0)
    y = x * x
    with pytest.raises(TypeError, match=rf"^backward takes no arguments: .*{re.escape(advice)}"):
        y.backward(*arguments, **options)
    assert (x.gradient, y.gradient) == (None, None)


def test_what_other_libraries_have_and_is_here() -> None:
    v = Value(2.5, "v")
    assert (v % 2).data == 0.5
    twice: Any = sum([v, v], 0)
    assert twice.data == 5.0
    assert grad(v**v, v) == pytest.approx(2.5**2.5 * (1 + numpy.log(2.5)))
    assert (v.conjugate() is v, v.clip(0, 1).data, v.arctan().data, v.relu().data) == (True, 1.0, v.atan().data, 2.5)


def test_names_of_functions_elsewhere() -> None:
    for name, here in _OTHERWISE.items():
        assert name_here(name) == here
    assert name_here("tanh") == "tanh"
    assert name_here("power_log") is None  # the table's, not the user's


ALIKE = {
    "remainder": math.remainder,
    "dist": lambda a, b: math.dist([3.0, 0.0], [0.0, 4.0]),
    "pow": math.pow,
    "fmod": math.fmod,
    "frexp": lambda a, b: math.frexp(a)[0],
}
UNARY = ("degrees", "radians", "rad2deg", "deg2rad", "floor", "ceil", "sign", "logical_not")


@pytest.mark.parametrize("name", _OPERATORS)
def test_what_to_write_instead_computes_the_same(name: str) -> None:
    function = ALIKE.get(name) or (getattr(numpy, name))
    for a, b in ((7.25, 2.5), (0.0, 1.0), (1.0, 0.0), (2.75, 2.0), (-7.25, 2.0)):
        if name.startswith("logical") and {a, b} - {0.0, 1.0}:
            continue  # of what comparisons give
        if name in ("pow", "fmod", "remainder") and b == 0.0:
            continue
        names = {"a": Value(a), "b": Value(b), "low": 0.5, "high": 2.0, "p": [Value(3.0), Value(0.0)], "q": [0.0, 4.0]}
        written = eval(recorded_form(name) or "", {**names, "autograd": autograd, "math": math})
        operands = (a, 0.5, 2.0) if name == "clip" else (a,) if name in UNARY else (a, b)
        assert type(written) is Value
        assert written.data == pytest.approx(float(function(*operands)), abs=1e-15)


@pytest.mark.parametrize("wrong", [Value(3.0), numpy.zeros(3), "x", 1j], ids=["Value", "array", "text", "complex"])
def test_a_gradient_is_a_number_or_none(wrong: Any) -> None:
    a, b = Value(2.0, "a"), Value(3.0, "b")
    a.grad = numpy.float64(4.0)
    assert type(a.gradient) is float and a.grad == 4.0
    with pytest.raises(TypeError):
        a.grad = wrong
    assert a.grad == 4.0
    # The attribute itself takes anything, for speed: the next pass says so, and changes no leaf.
    a.gradient = wrong
    with pytest.raises(TypeError, match=r"^the gradient of the leaf 'a' was assigned .*: assign None or a number$"):
        (a * b).backward()
    assert a.gradient is wrong and b.gradient is None
    a.gradient = numpy.float64(1.0)
    (a * b).backward()
    gradients: list[Any] = [a.gradient, b.gradient]
    assert gradients == [4.0, 2.0] and type(gradients[0]) is float


def test_a_value_is_no_index() -> None:
    v = Value(1.0)
    for use in (lambda: [1, 2][v], lambda: range(v), lambda: [0] * v, lambda: numpy.zeros(3)[v:]):  # type: ignore
        with pytest.raises(TypeError, match=r"^a Value is no index: pick\(sequence, v\)"):
            use()
    with pytest.raises(TypeError, match="pick"):
        autograd.vectorize(lambda x, y: [x, 2 * x][y], 1.0, 1)


def test_functions_are_no_outputs() -> None:
    f: Any = lambda x: x * x  # noqa: E731
    for wrong in (lambda: grad(f), lambda: grad(f, Value(1.0)), lambda: autograd.jacobian(f, [Value(1.0)])):  # type: ignore
        with pytest.raises(TypeError, match=r"must be a Value, not <function .*: compute y = f\(x\) first"):
            wrong()
    with pytest.raises(TypeError, match=r"grad takes the Values to differentiate with respect to, too: grad\(L, inputs\)"):
        grad(Value(1.0, "L"))  # type: ignore[call-overload]
