"""NumPy's functions of Values and arrays: recorded with the right derivative, or refused with what to write instead."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as typed_numpy
import pytest

from autograd import FrozenChoiceError, Value, functions, grad, total, vectorize
from autograd.table.primitives import TABLE

# NumPy's own types know nothing of objects that overload its functions.
numpy: Any = typed_numpy
UFUNCS = {ufunc.__name__: ufunc for ufunc in vars(numpy).values() if isinstance(ufunc, numpy.ufunc)}
COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
TESTS = ("isnan", "isinf", "isfinite", "signbit")
# Of whole numbers and truth values, of places in arrays, or of several arrays.
OF_NO_REAL_NUMBERS = [
    "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_count", "invert", "left_shift", "right_shift", "gcd", "lcm",
    "isnat", "ldexp", "matmul", "matvec", "vecmat", "vecdot",
]  # fmt: skip
RECORDED = [
    "absolute", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "cbrt", "cos", "cosh",
    "divide", "divmod", "exp", "exp2", "expm1", "fabs", "float_power", "floor_divide", "hypot", "log", "log10", "log1p",
    "log2", "logaddexp", "maximum", "minimum", "multiply", "negative", "positive", "power", "reciprocal", "remainder",
    "sin", "sinh", "sqrt", "square", "subtract", "tan", "tanh",
]  # fmt: skip
# Of v and v, or of v and 2v, a difference would be taken across a kink or a jump.
JUMPING = ["maximum", "minimum", "floor_divide", "divmod", "remainder"]
REFUSED = sorted(set(UFUNCS) - {*RECORDED, *COMPARISONS, *TESTS, *OF_NO_REAL_NUMBERS})


def points(name: str) -> tuple[float, float]:
    return (1.5, 2.25) if name == "arccosh" else (0.5, 0.75)


def slope(f: Callable[[float], Any], x: float) -> Any:
    return (numpy.asarray(f(x + 1e-6)) - numpy.asarray(f(x - 1e-6))) / 2e-6


def operands_of_all_kinds(value: Value, other: float) -> list[tuple[Any, Any]]:
    """What an operand may be given as, and as what it counts."""
    return [
        (value, value.data),
        (numpy.array([value, value * 2.0]), numpy.array([value.data, value.data * 2.0])),
        (numpy.array(value, dtype=object), value.data),
        (other, other),
        (numpy.float64(other), other),
        (numpy.array([[other], [other + 0.125]]), numpy.array([[other], [other + 0.125]])),
        (numpy.array([other, other], numpy.float32), numpy.array([other, other], numpy.float32).astype(float)),
        ([other, other], numpy.array([other, other])),
    ]


def cases(names: list[str]) -> list[Any]:
    return [pytest.param(name, id=name) for name in names]


def has_a_value(operand: Any) -> bool:
    return isinstance(operand, Value)


@pytest.mark.parametrize("name", cases(RECORDED))
def test_recorded_with_the_derivative_of_the_numbers(name: str) -> None:
    ufunc = UFUNCS[name]
    x, other = points(name)
    v = Value(x, "v")
    tried = 0
    for operands in product(operands_of_all_kinds(v, other), repeat=ufunc.nin):
        given = [operand for operand, _ in operands]
        if not any(map(has_a_value, given)):
            continue  # NumPy doesn't ask then
        results = ufunc(*given)
        for place, result in enumerate(results if ufunc.nout > 1 else [results]):

            def of_numbers(x: float, place: int = place, operands: Any = operands) -> Any:
                numbers = [numpy.asarray(like, float) * x / v.data if is_of_v(operand) else like for operand, like in operands]
                return ufunc(*numbers)[place] if ufunc.nout > 1 else ufunc(*numbers)

            expected, expected_slope = numpy.asarray(of_numbers(x)), slope(of_numbers, x)
            got = numpy.asarray(result, dtype=object)
            assert got.shape == expected.shape
            for element, number, derivative in zip(got.flat, expected.flat, expected_slope.flat, strict=True):
                assert type(element) is Value
                assert element.data == pytest.approx(number, rel=1e-15)
                if name not in JUMPING:
                    assert grad(element, v) == pytest.approx(derivative, rel=1e-6, abs=1e-6)
            tried += 1
    assert tried >= (1 if ufunc.nin == 1 else 15)


def is_of_v(operand: Any) -> bool:
    return isinstance(operand, Value) or (isinstance(operand, numpy.ndarray) and operand.dtype.kind == "O")


@pytest.mark.parametrize("name", cases([name for name in RECORDED if UFUNCS[name].nout == 1]))
def test_the_operation_is_the_table_s(name: str) -> None:
    here = {"absolute": "abs", "fabs": "abs", "remainder": "modulo", "float_power": "power"}.get(name, name.replace("arc", "a"))
    v, w = Value(points(name)[0]), Value(points(name)[1])
    ufunc = UFUNCS[name]
    result = ufunc(v) if ufunc.nin == 1 else ufunc(v, w)
    assert result is v if name == "positive" else result.primitive is TABLE[here]
    assert result.operands == () if name == "positive" else result.operands == (v, w)[: ufunc.nin]


@pytest.mark.parametrize("name", cases([*COMPARISONS, *TESTS]))
def test_comparisons_with_arrays_and_tests_are_plain_answers(name: str) -> None:
    ufunc = UFUNCS[name]
    for operands in product(operands_of_all_kinds(Value(0.75), 0.75), repeat=ufunc.nin):
        given = [operand for operand, _ in operands]
        if any(map(has_a_value, given)):
            result, expected = ufunc(*given), ufunc(*(like for _, like in operands))
            if isinstance(result, Value):  # as between a Value and a number elsewhere
                assert result.primitive.name in COMPARISONS
            else:
                assert numpy.asarray(result).dtype == bool
            assert numpy.array_equal(numpy.asarray(result, float), numpy.asarray(expected, float))


@pytest.mark.parametrize("name", cases(REFUSED))
def test_what_has_no_twin_is_refused_with_what_to_write(name: str) -> None:
    ufunc = UFUNCS[name]
    for operands in product([Value(0.5), 0.75, numpy.array([0.25, 0.5])], repeat=ufunc.nin):
        if any(map(has_a_value, operands)):
            with pytest.raises(
                TypeError, match=rf"^{name} knows no Values, and would lose the gradient\. .* to record it, or {name}\(float"
            ):
                ufunc(*operands)


@pytest.mark.parametrize("name", cases(OF_NO_REAL_NUMBERS))
def test_what_is_of_no_real_numbers_is_refused(name: str) -> None:
    ufunc = UFUNCS[name]
    for operands in product([Value(0.5), 2, numpy.array([1, 2])], repeat=ufunc.nin):
        if any(map(has_a_value, operands)):
            with pytest.raises((TypeError, ValueError)):
                ufunc(*operands)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow])
@pytest.mark.parametrize(
    "array", [numpy.array([1.0, 2.0]), numpy.array([3, 4]), numpy.array([[1.5], [2.0]]), numpy.zeros((2, 0))]
)
def test_operators_between_arrays_and_values_go_element_by_element(operation: Callable[[Any, Any], Any], array: Any) -> None:
    v = Value(1.5)
    for result, expected in (
        (operation(v, array), [operation(v, x) for x in array.ravel().tolist()]),
        (operation(array, v), [operation(x, v) for x in array.ravel().tolist()]),
    ):
        assert (result.dtype, result.shape) == (object, array.shape)
        assert [element.data for element in result.flat] == [element.data for element in expected]
        assert [element.primitive for element in result.flat] == [element.primitive for element in expected]


def test_arrays_of_values() -> None:
    v, w = Value(0.5), Value(-0.25)
    values = numpy.array([v, w])
    matrix = numpy.array([[1.0, 2.0], [3.0, 4.0]])
    assert [x.data for x in values * 2] == [1.0, -0.5]
    assert [x.data for x in values * v] == [x.data for x in v * values] == [0.25, -0.125]
    assert [x.data for x in matrix @ [v, w]] == [x.data for x in matrix @ values] == [0.0, 0.5]
    assert numpy.dot([v, w], [1.0, 2.0]).data == 0.0
    assert (values.sum().data, values.mean().data, numpy.sum([v, w]).data, numpy.mean([v, w]).data) == (0.25, 0.125, 0.25, 0.125)
    assert numpy.sum(v) is v
    assert [grad(numpy.sum(numpy.exp(values)), x) for x in (v, w)] == [functions.exp(v).data, functions.exp(w).data]
    assert [x.data for x in numpy.arctan2(values, values)] == [functions.atan2(x, x).data for x in (v, w)]
    assert grad(numpy.std(values), v) == pytest.approx(0.5)
    assert grad(numpy.linalg.norm(values), w) == pytest.approx(-0.25 / 0.3125**0.5)
    assert numpy.add.outer(v, [1.0, 2.0])[1].data == 2.5
    assert numpy.maximum(values, 0).tolist() == [v, 0]


@pytest.mark.parametrize(
    "operation", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.lt, operator.eq]
)
def test_long_doubles(operation: Callable[[Any, Any], Any]) -> None:
    v, x = Value(1.5), numpy.longdouble(2.5)
    assert float(operation(x, v)) == float(operation(2.5, 1.5))
    assert float(operation(v, x)) == float(operation(1.5, 2.5))
    assert [float(y) for y in operation(numpy.array([x]), v)] == [float(operation(2.5, 1.5))]


def test_clip_is_recorded() -> None:
    for x, expected, derivative in ((0.5, 0.5, 1.0), (1.5, 1.0, 0.0), (-2.0, 0.0, 0.0), (1.0, 1.0, 1.0)):
        v = Value(x)
        for clipped in (numpy.clip(v, 0, 1), v.clip(0, 1), v.clip(0).clip(high=1)):
            assert (clipped.data, grad(clipped, v)) == (expected, derivative)
    with pytest.raises(TypeError, match="leave out= away"):
        Value(0.5).clip(0, 1, out=numpy.zeros(()))


def test_an_array_of_numbers_takes_no_values() -> None:
    a = numpy.array([1.0, 2.0])
    with pytest.raises(
        TypeError, match=r"^multiply with a Value can't give an array of float64, which keeps no gradient\. Write a = a \+ v"
    ):
        a *= Value(2.0)
    with pytest.raises(TypeError, match="an array of float32"):
        numpy.add(a, Value(2.0), dtype=numpy.float32)
    assert a.tolist() == [1.0, 2.0]
    objects = a.astype(object)
    objects *= Value(2.0)
    assert [type(x) for x in objects] == [Value, Value]
    assert numpy.less(a, Value(1.5), out=numpy.zeros(2, bool)).tolist() == [True, False]
    assert [type(x) for x in numpy.exp(Value(1.0), where=[True], out=numpy.array([0.0], object))] == [Value]


def test_closeness_is_that_of_the_number() -> None:
    assert numpy.isclose(Value(0.5), 0.5 + 1e-12)
    assert not numpy.allclose(Value(0.5), 0.6)
    with pytest.raises(TypeError):
        numpy.bitwise_and(Value(1.0), True)


def test_others_who_know_arrays_are_asked_first() -> None:
    class Other:
        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> str:
            return f"other {ufunc.__name__}"

    assert numpy.add(Value(1.0), Other()) == "other add"
    assert numpy.multiply(Value(1.0), Fraction(1, 2)).data == 0.5


def test_a_traced_function_may_use_them() -> None:
    def loss(x: float, y: float) -> Any:
        return numpy.exp(x) * total(numpy.array([1.0, 2.0]) * y)

    program = vectorize(loss, 0.5, 2.0)
    for x, y in ((0.5, 2.0), (-1.0, 3.0)):
        assert program.value_and_grad(program.parameters.read(), [x], [y])[0] == pytest.approx(numpy.exp(x) * 3 * y)
    for asking in (
        lambda x: x if numpy.isnan(x) else x * x,
        lambda x: x * (numpy.array([1.0]) < x).sum(),
        lambda x: x * numpy.isclose(x, 0.5),
    ):
        with pytest.raises(FrozenChoiceError):
            vectorize(asking, 0.5)
