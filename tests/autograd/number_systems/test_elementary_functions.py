"""The registry of elementary functions: each row in each number system, against mpmath, and against IEEE 754 where floats raise.

A new row is tested here without another line, if the table has an operation for it and mpmath a function of its name.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import mpmath
import numpy
import pytest
from llvm_functions import by_machine_code

from autograd import Value, functions, vectorize
from autograd.checking.replay.kink_search import is_smooth
from autograd.notation.formulas import Formula, symbol
from autograd.notation.latex import to_latex
from autograd.notation.mathml import to_mathml
from autograd.notation.names import Run
from autograd.notation.plain import to_plain
from autograd.number_systems import arrays, complex_numbers
from autograd.number_systems.arrays import ARRAYS
from autograd.number_systems.complex_numbers import Complex, ComplexNumbers
from autograd.number_systems.formulas import FORMULAS
from autograd.number_systems.high_precision import functions as raw_functions
from autograd.number_systems.high_precision.arithmetic import as_float, at_precision, bits, from_float
from autograd.number_systems.high_precision.compiled_rules import compile_rule
from autograd.number_systems.high_precision.mpmath_numbers import HighPrecision
from autograd.number_systems.source_text import SourceText, text_of
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, ElementaryFunction
from autograd.table.floats import FLOATS, FUNCTIONS, QUIET, QuietFloat
from autograd.table.number_system import Rule
from autograd.table.primitives import TABLE

ROWS = list(ELEMENTARY_FUNCTIONS.values())
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)

# Where mpmath has another name, or another function of that name.
_ORACLES: dict[str, Callable[..., Any]] = {
    "exp2": lambda x: mpmath.power(2, x),
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "erfc": lambda x: mpmath.erfc(x) if not x > 1e4 else mpmath.mpf(0),  # it gives up far out
}
SPECIAL = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 2.5, -2.5, 1e200, -1e200, 1e300, -1e300, 5e-324, -5e-324,
    math.inf, -math.inf, math.nan,
)  # fmt: skip


def oracle(row: ElementaryFunction) -> Callable[..., Any]:
    return _ORACLES.get(row.name) or getattr(mpmath, row.name)


def points_of(row: ElementaryFunction) -> list[tuple[float, ...]]:
    """Points inside the domain: those of the table, which has an operation for each row."""
    assert TABLE[row.name].arity == row.arity
    return [point if isinstance(point, tuple) else (point,) for point in TABLE[row.name].points]


def expected_at(row: ElementaryFunction, point: Sequence[float]) -> float:
    with mpmath.workprec(200):
        return float(oracle(row)(*map(mpmath.mpf, point)))


# ------------------------------------------------------------------------------------ a rule on floats, by each number system

Points = Sequence[tuple[float, ...]]


def rule_of(name: str) -> Rule:
    # Values have powers as an operator only.
    return lambda m, *operands: getattr(m, name, pow)(*operands)


def _one_by_one(m: Any, make: Callable[[float], Any]) -> Callable[[Rule, Points], list[float]]:
    def compute(rule: Rule, points: Points) -> list[float]:
        return [float(rule(m, *map(make, point))) for point in points]

    return compute


def _by_text(rule: Rule, points: Points) -> list[float]:
    program = SourceText()
    names = ["a", "b"][: len(points[0])]
    result = rule(program, *map(program.name, names))
    lines = [f"def f({', '.join(names)}):", *(f"    {line}" for line in program.lines), f"    return {text_of(result)}"]
    scope: dict[str, Any] = dict(FUNCTIONS)
    exec("\n".join(lines), scope)
    return [scope["f"](*point) for point in points]


def _by_values(rule: Rule, points: Points) -> list[float]:
    return [rule(functions, *map(Value, point)).data for point in points]


def _by_arrays(rule: Rule, points: Points) -> list[float]:
    with numpy.errstate(all="ignore"):
        found = rule(ARRAYS, *(numpy.array(column) for column in zip(*points, strict=True)))
    return [float(number) for number in found]


def _by_jax(rule: Rule, points: Points) -> list[float]:
    jax = pytest.importorskip("jax")
    from autograd.number_systems.jax_arrays import JAX_ARRAYS

    with jax.enable_x64(True):
        found = rule(JAX_ARRAYS, *(jax.numpy.array(column) for column in zip(*points, strict=True)))
    return [float(number) for number in found]


def _by_a_program(rule: Rule, points: Points) -> list[float]:
    program = vectorize(lambda *operands: rule(functions, *operands), *points[0])
    columns = [numpy.array(column) for column in zip(*points, strict=True)]
    return [float(number) for number in program.losses(numpy.zeros(0), *columns, warn=False)]


def _in_high_precision(rule: Rule, points: Points) -> list[float]:
    with at_precision(bits(60)) as context:
        return _one_by_one(HighPrecision(context), context.mpf)(rule, points)


def _by_a_compiled_rule(rule: Rule, points: Points) -> list[float]:
    compiled = compile_rule(rule, len(points[0]))
    return [as_float(compiled(*map(from_float, point), bits(60))) for point in points]


def _on_the_real_axis(rule: Rule, points: Points) -> list[float]:
    found = [Complex(rule(ComplexNumbers(), *map(Complex, point))).number for point in points]
    assert all(abs(z.imag) <= 1e-15 * abs(z.real) for z in found)
    return [z.real for z in found]


SYSTEMS: dict[str, Callable[[Rule, Points], list[float]]] = {
    "floats": _one_by_one(FLOATS, float),
    "quiet floats": _one_by_one(QUIET, QuietFloat),
    "source text": _by_text,
    "Values": _by_values,
    "arrays": _by_arrays,
    "arrays of a program": _by_a_program,
    "arrays of JAX": _by_jax,
    "high precision": _in_high_precision,
    "compiled rules": _by_a_compiled_rule,
    "complex numbers": _on_the_real_axis,
}
if find_spec("llvmlite") is not None:
    SYSTEMS["machine code"] = by_machine_code


def systems(*without: str) -> list[Any]:
    """The names of number systems, but for some; JAX is not installed everywhere."""
    names = [name for name in SYSTEMS if name not in without]
    return [pytest.param(name, marks=pytest.mark.jax) if name == "arrays of JAX" else name for name in names]


each_system = pytest.mark.parametrize("system", systems())


@each_row
@each_system
def test_each_function_in_each_number_system(row: ElementaryFunction, system: str) -> None:
    points = points_of(row)
    if system == "complex numbers":
        # `cmath` is made for numbers of ordinary size.
        points = [point for point in points if all(x == 0.0 or 1e-9 < abs(x) < 1e3 for x in point)]
    if system == "arrays of JAX":
        # XLA takes subnormal numbers for 0.
        points = [point for point in points if all(x == 0.0 or abs(x) >= sys.float_info.min for x in point)]
    found = SYSTEMS[system](rule_of(row.name), points)
    assert len(found) == len(points) >= 10
    for point, number in zip(points, found, strict=True):
        expected = expected_at(row, point)
        assert number == pytest.approx(expected, rel=1e-13, abs=1e-307), (point, expected)


@each_system
def test_the_slope_of_tanh(system: str) -> None:
    points = [(x,) for x in (0.0, 1e-20, 1e-4, -0.3, 0.7, 1.0, -3.0, 20.0, -40.0, 300.0)]
    for (x,), number in zip(points, SYSTEMS[system](rule_of("sech2"), points), strict=True):
        with mpmath.workprec(200):
            assert number == pytest.approx(float(mpmath.sech(mpmath.mpf(x)) ** 2), rel=1e-13), x


@each_system
def test_choices_and_equality(system: str) -> None:
    def rule(m: Any, a: Any, b: Any) -> Any:
        return m.where(m.equal(a, b), a * 10.0, m.where(a < b, a, b))

    points = [(1.0, 2.0), (3.0, -2.0), (4.0, 4.0), (-1.5, -1.5), (0.25, -0.25)]
    assert SYSTEMS[system](rule, points) == [1.0, -2.0, 40.0, -15.0, -0.25]


# Derivatives that are recorded need no guard.
@pytest.mark.parametrize("system", systems("Values", "arrays of a program"))
def test_a_number_cut_off_where_it_is_large(system: str) -> None:
    points = [(-1e9,), (-2.0,), (-0.0,), (3.0,), (1e200,)]
    assert SYSTEMS[system](lambda m, x: m.clipped(x, 1000.0), points) == [-1000.0, -2.0, 0.0, 3.0, 1000.0]
    assert SYSTEMS[system](lambda m, x: m.from_below(x, 1000.0), points) == [-1000.0, -2.0, 0.0, 3.0, 1e200]


@each_row
def test_a_formula_is_written_in_each_notation(row: ElementaryFunction) -> None:
    operands = [symbol((Run(letter, italic=True),)) for letter in "xy"[: row.arity]]
    formula = getattr(FORMULAS, row.name)(*operands)
    assert isinstance(formula, Formula)
    assert to_plain(formula)
    for write in (to_latex, to_mathml):
        assert all(letter in write(formula) for letter in "xy"[: row.arity])


@each_row
def test_the_search_for_kinks_knows_which_functions_are_smooth(row: ElementaryFunction) -> None:
    node = rule_of(row.name)(functions, *map(Value, points_of(row)[0]))
    assert is_smooth(node) == row.is_smooth


# --------------------------------------------------------------------------------------- outside the domain, and far out


@each_row
def test_floats_have_the_functions_of_math(row: ElementaryFunction) -> None:
    assert getattr(FLOATS, row.name) is row.floats
    assert row.floats is getattr(math, row.name, row.floats)


@each_row
def test_quiet_floats_and_arrays_reach_the_limits_of_ieee_754(row: ElementaryFunction) -> None:
    points = list(itertools.product(SPECIAL, repeat=row.arity))
    if row.numpy is None:
        limits = [expected_at(row, point) for point in points]
    else:
        with numpy.errstate(all="ignore"):
            limits = getattr(numpy, row.numpy)(*map(numpy.array, zip(*points, strict=True))).tolist()
    for point, expected, in_array in zip(points, limits, _by_arrays(rule_of(row.name), points), strict=True):
        quiet = getattr(QUIET, row.name)(*map(QuietFloat, point))
        assert type(quiet) is QuietFloat
        for found in (float(quiet), in_array):
            if max(map(abs, point)) > 1e150 and row.name in ("sin", "cos", "tan"):
                assert math.isnan(found) == math.isnan(expected), point
            else:
                assert found == pytest.approx(expected, rel=1e-13, abs=1e-300, nan_ok=True), point
                # mpmath has no negative zero.
                same_sign = math.copysign(1.0, found) == math.copysign(1.0, expected)
                assert same_sign or math.isnan(expected) or row.numpy is None, point


@each_row
def test_where_floats_raise_the_others_do_too(row: ElementaryFunction) -> None:
    """What is outside the domain is refused by all numbers that are computed with one by one."""
    for point in itertools.product(SPECIAL, repeat=row.arity):
        try:
            row.floats(*point)
        except OverflowError:
            continue  # in high precision nothing is too large
        except (ArithmeticError, ValueError) as error:
            for system in ("floats", "source text", "Values"):
                with pytest.raises(type(error)):
                    SYSTEMS[system](rule_of(row.name), [point])
            if all(map(math.isfinite, point)):
                for system in ("high precision", "compiled rules"):
                    with contextlib.suppress(ArithmeticError, ValueError):
                        assert not math.isfinite(SYSTEMS[system](rule_of(row.name), [point])[0])


@each_row
@pytest.mark.parametrize("x", [1e-300, 1e-30, 1e-8, 0.3, 0.99])
@pytest.mark.parametrize("digits", [60, 400])
def test_all_digits_in_high_precision(row: ElementaryFunction, x: float, digits: int) -> None:
    precision = bits(digits) + 20
    operands = [1.0 + x if row.name == "acosh" else x, 0.7][: row.arity]
    found = raw_functions.FUNCTIONS[row.name](*map(from_float, operands), precision)
    with mpmath.workprec(precision + 2500):
        exact = oracle(row)(*map(mpmath.mpf, operands))
        # Near 1, acos and acosh lose what the operand's own distance has lost.
        assert abs(mpmath.mpf(found) - exact) <= abs(exact) * mpmath.mpf(2) ** (12 - precision)


# ------------------------------------------------------------------------------------------------------- a new row

LOGARITHM_OF_BASE = ElementaryFunction(
    "logarithm_of_base", 2, floats=lambda x, base: math.log(x) / math.log(base),
    limit=lambda x, base: -math.inf if x == 0.0 else math.nan, numpy=None, mpmath=lambda mp, x, base: mp.log(x, base),
)  # fmt: skip


def test_numpy_lacks_a_function_and_has_it_for_element_after_element() -> None:
    function = arrays.function_of(LOGARITHM_OF_BASE)
    x, base = numpy.array([[1.0, 8.0], [0.0, -1.0]], numpy.float32), numpy.array([2.0, 4.0], numpy.float32)
    found = function(x, base)
    assert found.dtype == numpy.float32
    numpy.testing.assert_allclose(found, [[0.0, 1.5], [-math.inf, math.nan]], rtol=1e-6)
    numpy.testing.assert_allclose(function(numpy.array([100.0, 1000.0]), 10), [2.0, 3.0], rtol=1e-15)
    assert function(x, 2.0).dtype == numpy.float32
    for out in (numpy.empty((2, 2), numpy.float32), numpy.empty((2, 2), numpy.float32).T):
        assert function(x, base, out) is out is function(x, base, out=out)
        assert numpy.array_equal(out, found, equal_nan=True)


def test_functions_that_only_mpmath_has() -> None:
    in_high_precision = raw_functions.function_of(LOGARITHM_OF_BASE)
    with mpmath.workprec(300):
        exact = mpmath.log(7) / mpmath.log(3)
        assert abs(mpmath.mpf(in_high_precision(from_float(7.0), from_float(3.0), 200)) / exact - 1) < mpmath.mpf(2) ** -198
    for x, reason in ((0.0, "infinite"), (-2.0, "complex")):
        with pytest.raises(ValueError, match=reason):
            in_high_precision(from_float(x), from_float(3.0), 200)
    beside = complex_numbers.function_of(LOGARITHM_OF_BASE)(7.0 + 1e-20j, 3.0 + 0j)
    assert beside.imag == pytest.approx(1e-20 / 7.0 / math.log(3.0))


def test_functions_of_real_numbers_only() -> None:
    row = ElementaryFunction("erfc", complex=None)
    with pytest.raises(complex_numbers.NoComplexFormError, match="erfc is a function of real numbers only"):
        complex_numbers.function_of(row)


# ------------------------------------------------------------------------------------------- functions of a sequence

_MAKERS: dict[str, tuple[Any, Callable[[float], Any]]] = {
    "floats": (FLOATS, float),
    "quiet floats": (QUIET, QuietFloat),
    "complex numbers": (ComplexNumbers(), Complex),
    "Values": (functions, Value),
}
SEQUENCES = [sequence for sequence in TABLE["logsumexp"].points if max(map(abs, sequence)) < 1e4]


def over(system: str, name: str, values: Sequence[float]) -> list[float]:
    """A function of a sequence in a number system, as floats."""
    if system == "arrays":
        return [float(number) for number in numpy.atleast_1d(getattr(ARRAYS, name)(numpy.array([values]))[0])]
    if system == "arrays of JAX":
        jax = pytest.importorskip("jax")
        return _by_jax(lambda m, *numbers: jax.numpy.ravel(getattr(m, name)(jax.numpy.stack(numbers, -1))), [tuple(values)])
    with at_precision(bits(60)) as context:
        m, make = _MAKERS.get(system) or (HighPrecision(context), context.mpf)
        found = getattr(m, name)(list(map(make, values)))
        numbers = found if isinstance(found, list) else [found]
        return [
            one.number.real if isinstance(one, Complex) else float(one.data if isinstance(one, Value) else one) for one in numbers
        ]


@pytest.mark.parametrize("system", [*_MAKERS, "high precision", "arrays", pytest.param("arrays of JAX", marks=pytest.mark.jax)])
@pytest.mark.parametrize("name", ["argmax", "argmin", "total", "logsumexp", "softmax"])
def test_functions_of_a_sequence(system: str, name: str) -> None:
    for values in SEQUENCES:
        with mpmath.workprec(3000):
            exact = list(map(mpmath.mpf, values))
            whole = mpmath.fsum(map(mpmath.exp, exact))
            expected = {
                "argmax": [exact.index(max(exact))],
                "argmin": [exact.index(min(exact))],
                "total": [mpmath.fsum(exact)],
                "logsumexp": [mpmath.log(whole)],
                "softmax": [mpmath.exp(x) / whole for x in exact],
            }[name]
        tolerance = 1e-13 * sum(map(abs, values)) if name == "total" else 1e-300
        assert over(system, name, values) == pytest.approx(list(map(float, expected)), rel=1e-13, abs=tolerance), values


def test_a_function_that_numpy_lacks_tells_a_program_of_what_is_undefined() -> None:
    """So that it finds the example that is outside the domain."""
    root = arrays.function_of(ElementaryFunction("root", floats=math.sqrt, numpy=None))
    events: list[str] = []
    with numpy.errstate(invalid="call", call=lambda kind, flag: events.append(kind)):
        assert root(numpy.array([4.0, 9.0])).tolist() == [2.0, 3.0]
        assert events == []
        result = root(numpy.array([4.0, -1.0]))
    assert result[0] == 2.0 and math.isnan(result[1])
    assert events == ["invalid value"]
