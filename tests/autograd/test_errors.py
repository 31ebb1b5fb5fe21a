"""Every misuse gets an error that names what was wrong, and changes nothing."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy
import pytest

from autograd import (
    Value,
    dot,
    exp,
    functions,
    grad,
    log,
    logsumexp,
    maximum,
    mean,
    minimum,
    pick,
    softmax,
    sqrt,
    tanh,
    total,
    where,
)

a, b = Value(3.0, "a"), Value(-2.0, "b")


# ------------------------------------------------------------------------------------------------------- wrong data


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (None, "one real number, not None (NoneType)"),
        ("3", "one real number, not '3' (str)"),
        (b"3", "one real number, not b'3' (bytes)"),
        (1j, "one real number, not 1j (complex)"),
        (numpy.complex128(1), "complex128"),
        (Decimal("0.1"), "not Decimal('0.1') (Decimal)"),
        ([1], "not a list; make a list of Values"),
        ((1.0, 2.0), "not a tuple; make a list of Values"),
        ({"x": 1.0}, "not a dict"),
        (numpy.array([1.0]), "not a ndarray; make a list of Values"),
        (numpy.array("3"), "not '3' (str)"),
        (numpy.str_("3"), "not '3' (str)"),
        (numpy.array(1j), "not 1j (complex)"),
        (numpy.datetime64("2026-11-25"), "(datetime64)"),
        (numpy.array(Value(1), object), "Value(1.0) is a Value already"),
        (Value(1), "Value(1.0) is a Value already"),
        (object, "one real number"),
    ],
)
def test_data_that_is_no_real_number(data: Any, complaint: str) -> None:
    with pytest.raises(TypeError, match=re.escape(complaint)):
        Value(data)
    leaf = Value(5.0)
    with pytest.raises(TypeError, match=re.escape(complaint)):
        leaf.data = data
    assert leaf.data == 5.0


def test_an_integer_beyond_all_floats() -> None:
    with pytest.raises(OverflowError, match="too large"):
        Value(10**400)
    with pytest.raises(OverflowError, match="too large"):
        a + 10**400


OPERATORS = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.lt, operator.le, operator.gt, operator.ge,
]  # fmt: skip


@pytest.mark.parametrize("operation", OPERATORS)
@pytest.mark.parametrize("other", [None, "3", 1j, [1.0], (1.0,), {}, Decimal(1), object()])
def test_operators_refuse_what_is_no_real_number(operation: Callable[[Any, Any], Any], other: Any) -> None:
    for left, right in ((a, other), (other, a)):
        with pytest.raises(TypeError) as caught:
            operation(left, right)
        assert "Value" in str(caught.value)


@pytest.mark.parametrize("operation", [operator.matmul, operator.and_, operator.lshift])
def test_operators_that_values_do_not_have(operation: Callable[[Any, Any], Any]) -> None:
    for left, right in ((a, b), (a, 2), (2, a)):
        with pytest.raises(TypeError, match="Value"):
            operation(left, right)


UNARY = ["exp", "log", "sqrt", "tanh", "sigmoid", "relu", "softplus", "abs", "gelu"]


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("wrong", [None, "3", 1j, [1.0]])
def test_functions_refuse_what_is_no_real_number(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match="one real number, not"):
        getattr(functions, name)(wrong)


def test_gelu_has_two_forms() -> None:
    for wrong in ("erf", None, True):
        with pytest.raises(ValueError, match='approximate is "none" or "tanh", not '):
            a.gelu(approximate=wrong)  # type: ignore[arg-type]


# --------------------------------------------------------------------------------------------------- wrong sequences

SEQUENCE_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "total": total,
    "mean": mean,
    "logsumexp": logsumexp,
    "softmax": softmax,
    "maximum": maximum,
    "minimum": minimum,
    "argmax": functions.argmax,
    "argmin": functions.argmin,
    "dot": lambda values: dot(values, values),
    "pick": lambda values: pick(values, 0),
}
each_sequence_function = pytest.mark.parametrize("name", SEQUENCE_FUNCTIONS)


@each_sequence_function
@pytest.mark.parametrize("empty", [(), [], range(0), numpy.array([])])
def test_nothing(name: str, empty: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name} of no operands: give at least one"):
        SEQUENCE_FUNCTIONS[name](empty)


def test_maximum_without_operands() -> None:
    with pytest.raises(ValueError, match="maximum of no operands"):
        maximum()


@each_sequence_function
@pytest.mark.parametrize("wrong", [{1.0, 2.0}, frozenset([1.0]), "12", b"12", {1.0: 2.0}, None, object()])
def test_no_sequence(name: str, wrong: Any) -> None:
    with pytest.raises(TypeError, match=f"^{name} takes a list or tuple of Values and numbers, not "):
        SEQUENCE_FUNCTIONS[name](wrong)


@pytest.mark.parametrize("name", ["total", "mean", "logsumexp", "softmax", "dot", "pick"])
def test_one_value_is_no_sequence(name: str) -> None:
    with pytest.raises(TypeError, match=f"^{name} takes a list or tuple"):
        SEQUENCE_FUNCTIONS[name](a)


@each_sequence_function
@pytest.mark.parametrize("wrong", [None, "3", 1j, [2.0]])
def test_an_element_that_is_no_number(name: str, wrong: Any) -> None:
    for values in ([a, wrong], (wrong, a), [1.0, wrong]):
        with pytest.raises(TypeError, match="one real number, not"):
            SEQUENCE_FUNCTIONS[name](values)


@pytest.mark.parametrize(("w", "x", "lengths"), [([a], [b, 1], "1 and 2"), ((a, b, a), (b, 1), "3 and 2")])
def test_dot_of_unequal_lengths(w: Any, x: Any, lengths: str) -> None:
    with pytest.raises(ValueError, match=f"dot of sequences of {lengths} operands: they must be equally long"):
        dot(w, x)


def test_dot_of_something_and_nothing() -> None:
    for w, x in (([a], []), ([], [a])):
        with pytest.raises(ValueError, match="dot of no operands"):
            dot(w, x)


def test_sequences_of_other_kinds_are_welcome() -> None:
    kinds: list[Any] = [
        [3, b], (a, -2.0), (v for v in (a, b)), range(3, -3, -5), numpy.array([3.0, -2.0]), {a: 0, b: 0}.keys(),
    ]  # fmt: skip
    for values in kinds:
        assert total(values).data == 1.0


@pytest.mark.parametrize("index", [2, -1, 100, -3.0, Value(2.0), Value(-1), True + 1, numpy.int64(2)])
def test_pick_out_of_range(index: Any) -> None:
    with pytest.raises(IndexError, match=r"^pick: index -?\d+ is out of range for 2 values; they count from 0"):
        pick([a, b], index)


@pytest.mark.parametrize("index", [0.5, math.nan, math.inf, -math.inf, Value(1.5), Value(math.nan)])
def test_pick_at_no_whole_number(index: Any) -> None:
    with pytest.raises(TypeError, match=r"^pick: the index must be a whole number, not "):
        pick([a, b], index)


@pytest.mark.parametrize("index", [None, "1", 1j, [1]])
def test_pick_at_no_number(index: Any) -> None:
    with pytest.raises(TypeError, match="one real number, not"):
        pick([a, b], index)


@pytest.mark.parametrize("index", [1, 1.0, True, Value(1), numpy.int64(1), numpy.float32(1)])
def test_pick_at_a_whole_number_of_any_kind(index: Any) -> None:
    assert pick([a, b], index).data == -2.0


def test_where_takes_numbers() -> None:
    for wrong in (("no", a, b), (a, "no", b), (a, b, None)):
        with pytest.raises(TypeError, match="one real number, not"):
            where(*wrong)


# -------------------------------------------------------------------------------------------- outside of the domain


@pytest.mark.parametrize(
    ("compute", "kind", "message"),
    [
        (lambda: a / (a - 3), ZeroDivisionError, "divide of a = 3.0, 0.0: "),
        (lambda: a / 0, ZeroDivisionError, "divide of a = 3.0, 0.0: "),
        (lambda: 1 / Value(0, "n"), ZeroDivisionError, "divide of 1.0, n = 0.0: "),
        (lambda: 0 ** Value(-1, "n"), ZeroDivisionError, "power of 0.0, n = -1.0: "),
        (lambda: Value(-8.0, "base") ** (1 / 3), ValueError, "power of base = -8.0, 0.3333333333333333: "),
        (lambda: (-8.0) ** Value(1 / 3), ValueError, "power of -8.0, 0.3333333333333333: "),
        (lambda: Value(1e200, "c") ** 2, OverflowError, "power of c = 1e+200, 2.0: "),
        (lambda: log(b), ValueError, "log of b = -2.0: "),
        (lambda: log(a - 3), ValueError, "log of 0.0: "),
        (lambda: b.sqrt(), ValueError, "sqrt of b = -2.0: "),
        (lambda: exp(a * 1000), OverflowError, "exp of 3000.0: "),
        (lambda: functions.sin(Value(math.inf, "t")), ValueError, "sin of t = inf: "),
        (lambda: functions.xlogy(a, b), ValueError, "xlogy of a = 3.0, b = -2.0: "),
        (lambda: dot((Value(1e308, "p"), Value(-1e308)), (a, a)), OverflowError, "dot of p = 1e+308, -1e+308, a = 3.0, "),
    ],
)
def test_the_operation_its_operands_and_labels_are_named(compute: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        compute()
    assert type(caught.value) is kind
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) > len(message)  # and the reason follows
    assert caught.value.__context__ is None or caught.value.__suppress_context__  # one error is shown, not two


def test_long_lists_of_operands_are_cut() -> None:
    with pytest.raises(OverflowError, match=r"1e\+308, … \(2000 operands\): the partial sums") as caught:
        dot([1e308, -1e308] * 500, [10.0] * 1000)
    assert len(str(caught.value)) < 200


def test_failed_operations_change_nothing() -> None:
    x, y = Value(-1.0, "x"), Value(0.0, "y")
    for fail in (lambda: sqrt(x), lambda: x / y, lambda: dot([x], [y, y]), lambda: pick([x, y], 2)):
        with pytest.raises((ValueError, ArithmeticError, IndexError)):
            fail()
    assert (x.data, x.gradient, x.operands, x.label) == (-1.0, None, (), "x")
    assert (y.data, y.gradient, y.operands, y.label) == (0.0, None, (), "y")
    (x * y).backward()
    assert (x.gradient, y.gradient) == (0.0, -1.0)


@pytest.mark.parametrize("wrong", [3.0, None, "a"])
def test_derivatives_are_taken_of_values(wrong: Any) -> None:
    with pytest.raises(TypeError, match="the output of a derivative must be a Value"):
        grad(wrong, [a])
    with pytest.raises(TypeError, match="the input of a derivative must be a Value"):
        grad(tanh(a), [wrong])
