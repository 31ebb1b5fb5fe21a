"""Elementary functions in machine code, against mpmath, against floats outside the domain, and at each number of lanes."""

from __future__ import annotations

import itertools
import math
import operator
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import llvm_columns
import llvm_functions
import mpmath
import numpy
import pytest
from llvm_functions import exact_functions, machine_functions, refusals

from autograd.number_systems.llvm.c_library import address_of, c_symbols
from autograd.number_systems.llvm.exact import EXACT, exact_symbols
from autograd.number_systems.llvm.functions import FUNCTIONS, definition
from autograd.number_systems.llvm.instructions import Instructions
from autograd.number_systems.llvm.rare_cases import C_FUNCTIONS
from autograd.table import floats
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.table.floats import QUIET, QuietFloat, quiet_function_of
from autograd.table.primitives import TABLE

pytest.importorskip("llvmlite")

INF, NAN = math.inf, math.nan
LARGEST = sys.float_info.max
Points = list[tuple[float, ...]]
SPECIAL = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 2.5, -2.5, 20.0, -20.0, 710.0, -746.0, 1e5, 1e16, 1e154, -1e154, 1e200,
    -1e200, 1e300, -1e300, LARGEST, -LARGEST, 1e-8, 1e-300, -1e-300, 2.2250738585072014e-308, 5e-324,
    -5e-324, INF, -INF, NAN,
)  # fmt: skip
# What has no row in the registry.
OTHERS = {"sech2", "modulo", "floor_divide"}
each_row = pytest.mark.parametrize("name", ELEMENTARY_FUNCTIONS)


# ---------------------------------------------------------------------------------------------------------- accuracy

ORACLES: dict[str, Callable[..., Any]] = {
    "exp2": lambda x: mpmath.power(2, x),
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": lambda x: mpmath.log(x) / mpmath.log(10),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "erfc": lambda x: mpmath.erfc(x) if not x > 1e4 else mpmath.mpf(0),  # it gives up far out
    "sech2": lambda x: mpmath.sech(x) ** 2,
}
# The largest errors that may be seen, in units of the last place; those of 100,000 other points were a little smaller.
LARGEST_ERRORS = {
    "exp": 1.05, "exp2": 0.9, "expm1": 1.15, "log": 0.9, "log2": 0.75, "log10": 0.75, "log1p": 1.4, "sqrt": 0.5, "cbrt": 0.51,
    "sin": 0.85, "cos": 0.85, "tan": 1.05, "asin": 0.75, "acos": 0.7, "atan": 1.5, "atan2": 1.6, "hypot": 0.51, "sinh": 1.6,
    "cosh": 1.3, "tanh": 3.0, "asinh": 1.7, "acosh": 1.5, "atanh": 1.6, "erf": 1.2, "erfc": 2.0, "power": 1.05, "sech2": 3.4,
}  # fmt: skip
# With more roundings than a processor that multiplies and adds at once.
WITHOUT_FUSED = {"exp2": 1.1, "erfc": 2.5}


def _spread(low: float, high: float, seed: int, count: int = 150) -> list[float]:
    """Numbers of all magnitudes between two."""
    return [math.exp(x) for x in llvm_functions.numbers_between(math.log(low), math.log(high), count, seed)]


def _both_signs(numbers: Sequence[float]) -> list[float]:
    return [-x if k % 2 else x for k, x in enumerate(numbers)]


def _next_to(points: Sequence[float], seed: int) -> list[float]:
    """Numbers that are closer and closer to some points."""
    distances = _both_signs([2.0**-k for k in llvm_functions.numbers_between(1.0, 54.0, 60, seed)])
    return [*points, *(point * (1.0 + distance) for point in points for distance in distances[:: max(1, len(points) // 4)])]


def _structured(name: str) -> Points:
    """Points where a function is easily wrong: near 0 and what is special, in the tails, and where its formula changes."""
    uniform = llvm_functions.numbers_between
    if name in ("exp", "expm1", "exp2", "sinh", "cosh"):
        halves = [k / 2.0 * (1.0 if name == "exp2" else math.log(2.0)) for k in (-5, -3, -2, -1, 1, 2, 3, 15)]
        far = [*uniform(-708.0, 709.0, 150, 1), *_both_signs(_spread(1e-300, 700.0, 2))]
        return [(x,) for x in (*far, *uniform(-1.0, 1.0, 150, 3), *_next_to(halves, 4))]
    if name in ("log", "log2", "log10"):
        powers = [2.0**k * factor for k in (-900, -1, 0, 1, 900) for factor in (1.0, math.sqrt(0.5))]
        return [(x,) for x in (*_spread(5e-324, 1.7e308, 1), *uniform(0.3, 3.0, 150, 2), *_next_to(powers, 3))]
    if name == "log1p":
        small = [-x for x in _spread(1e-300, 0.9999999, 1)]
        edges = _next_to([math.sqrt(2.0) - 1.0, math.sqrt(0.5) - 1.0, 1.0, 3.0, 1e18], 4)
        return [(x,) for x in (*small, *_spread(1e-300, 1.7e308, 2), *uniform(-0.6, 0.6, 150, 3), *edges)]
    if name in ("sin", "cos", "tan"):
        turns = [k * math.pi / 4.0 for k in (1, 2, 3, 4, 5, 8, 710, -11, 100000, 2**29 - 1)]
        large = [*uniform(-1e5, 1e5, 100, 1), *_both_signs(_spread(1e-300, 1e18, 2))]
        return [(x,) for x in (*large, *uniform(-7.0, 7.0, 200, 3), *_next_to(turns, 4), 2.0**30, -(2.0**30) - 1.0)]
    if name in ("asin", "acos", "atanh"):
        edge = [math.copysign(min(abs(x), 1.0 - 2.0**-53), x) for x in _next_to([0.5, -0.5, 1.0, -1.0], 1)]
        return [(x,) for x in (*uniform(-1.0, 1.0, 250, 2), *_both_signs(_spread(1e-300, 1.0, 3)), *edge)]
    if name == "acosh":
        near = [1.0 + x for x in _spread(1e-16, 3.0, 1, 300)]
        return [(x,) for x in (*near, *_spread(1.0, 1.7e308, 2), *_next_to([1e9], 3))]
    if name in ("erf", "erfc", "tanh", "sech2"):
        near = [*uniform(-1.5, 1.5, 200, 2), *_both_signs(_spread(1e-300, 26.0, 4))]
        return [(x,) for x in (*near, *uniform(-6.0, 26.0, 200, 3), *_next_to([0.5, -0.5, 0.7, 1.0, 3.0], 1))]
    if name == "power":
        bases = [*_spread(1e-300, 1e300, 1), *uniform(0.2, 5.0, 150, 2), *_next_to([1.0], 3)]
        reach = uniform(-700.0, 700.0, len(bases), 4)
        moderate = [(base, y / max(abs(math.log(base)), 1e-17)) for base, y in zip(bases, reach, strict=True)]
        exponents = (2.0, 0.5, -1.0, 1.0 / 3.0, 3.0, -0.75)
        usual = [(base, y) for base in bases[::5] for y in exponents if abs(y * math.log(base)) < 700.0]
        negative = [(-base, y) for base in bases[150:300:10] for y in (2.0, -3.0, 7.0)]
        return [*moderate, *usual, *negative, (2.0, 1023.0), (2.0, -1074.0), (10.0, 22.0), (3.0, 33.0)]
    if name in ("atan2", "hypot"):
        wide = zip(_both_signs(_spread(1e-320, 1e307, 1)), _spread(1e-320, 1e307, 2), strict=True)
        close = zip(uniform(-3.0, 3.0, 300, 3), uniform(-3.0, 3.0, 300, 4), strict=True)
        return [*wide, *close, *((x, 1.0) for x in _next_to([1.0, 0.5, 2.0], 5)), (2.0**501, 2.0**480), (2.0**-401, 2.0**-410)]
    return [
        (x,)
        for x in (*_both_signs(_spread(5e-324, 1.7e308, 1, 300)), *uniform(-10.0, 10.0, 200, 2), *_next_to([1.0, 2.0, 8.0], 3))
    ]


def points_inside(name: str) -> Points:
    """Structured points, and those of the table."""
    own = [point if isinstance(point, tuple) else (point,) for point in TABLE[name].points]
    points = [*own, *_structured(name)]
    return [point for point in points if point[0] >= 0.0] if name == "sqrt" else points


def _error(found: float, exact: Any) -> float:
    """In units of the last place of a normal number."""
    nearest = float(exact)
    if not math.isfinite(found) or not math.isfinite(nearest):
        return 0.0 if found == nearest else INF
    if abs(nearest) < 2.2250738585072014e-308:
        return 0.0 if abs(found - nearest) <= 1e-322 else INF
    return float(abs(found - exact) / math.ulp(nearest))


def errors(name: str, points: Points, found: Sequence[float]) -> Iterator[tuple[float, tuple[float, ...]]]:
    oracle = ORACLES.get(name) or getattr(mpmath, name)
    for point, number in zip(points, found, strict=True):
        # A sum of squares needs all digits of both; mpmath is cautious enough with large angles.
        with mpmath.workprec(150):
            yield _error(number, oracle(*map(mpmath.mpf, point))), point


@pytest.mark.parametrize("name", LARGEST_ERRORS)
def test_the_last_place_against_mpmath(name: str) -> None:
    points = points_inside(name)
    assert len(points) >= 300
    columns = list(zip(*points, strict=True))
    largest = max(errors(name, points, machine_functions(4)[name](*columns)))
    assert largest[0] <= LARGEST_ERRORS[name], largest
    # A processor without fused multiplication has other last places.
    some = points[::4]
    unfused = machine_functions(1, has_fused=False)[name](*zip(*some, strict=True))
    largest = max(errors(name, some, unfused))
    assert largest[0] <= WITHOUT_FUSED.get(name, LARGEST_ERRORS[name] + 0.1), largest


def test_exact_cases() -> None:
    functions = machine_functions(4)
    whole = [float(k) for k in range(-20, 21)]
    assert functions["exp2"](whole) == [2.0**k for k in whole]
    assert functions["log2"]([2.0**k for k in whole]) == whole
    assert functions["log10"]([10.0**k for k in range(23)]) == [float(k) for k in range(23)]
    assert functions["cbrt"]([x**3 for x in whole]) == whole
    pairs = [(x, y) for x in whole if x != 0.0 for y in (0.0, 1.0, 2.0, 3.0, 4.0)]
    assert functions["power"](*zip(*pairs, strict=True)) == [x**y for x, y in pairs]
    assert functions["hypot"]([3.0, 5.0, 3e300], [4.0, -12.0, 0.0]) == [5.0, 13.0, 3e300]
    for name in ("exp", "cosh", "cos", "exp2", "erfc", "sech2"):
        assert functions[name]([0.0]) == [1.0], name
    for name in ("log", "acos", "acosh"):
        assert functions[name]([1.0]) == [0.0], name


def test_squares_are_products() -> None:
    x = [*_spread(1e-150, 1e150, 1), *llvm_functions.numbers_between(-3.0, 3.0, 150, 2)]
    for number, square in zip(x, machine_functions(4)["power"](x, [2.0] * len(x)), strict=True):
        assert abs(square - number * number) <= math.ulp(square)


# ---------------------------------------------------------------------------------------------- any number of lanes


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_same_bits_with_and_without_vectors(name: str) -> None:
    arity = FUNCTIONS[name].arity
    points = [*itertools.product(SPECIAL, repeat=arity)]
    if name in LARGEST_ERRORS:
        points += points_inside(name)[::3]
    columns = list(zip(*points, strict=True))
    single = machine_functions(1)[name](*columns)
    for functions in (machine_functions(2, inline=True), machine_functions(4), machine_functions(8)):
        assert all(map(llvm_columns.same_bits, functions[name](*columns), single))


def test_a_definition_says_whether_its_code_is_copied() -> None:
    for inline, attribute in ((True, "alwaysinline"), (False, "noinline")):
        text, declarations = definition("sin", 4, inline)
        assert f" {attribute} " in text.splitlines()[0]
        assert "declare double @chalkgrad_sin(double) nounwind willreturn readnone" in declarations
        assert all(not line.startswith("declare") for line in text.splitlines())


def test_code_stays_short() -> None:
    lengths = {name: definition(name, 4, True)[0].count("\n") - 3 for name in FUNCTIONS}
    assert lengths["exp"] <= 40 and lengths["log"] <= 50, lengths
    assert max(lengths.values()) <= 190, lengths


# ---------------------------------------------------------------------------------------- outside the domain, far out


def _quiet(name: str) -> Callable[..., float]:
    if name in ELEMENTARY_FUNCTIONS:
        return quiet_function_of(ELEMENTARY_FUNCTIONS[name])
    if name == "sech2":
        return lambda x: float(QUIET.sech2(QuietFloat(x)))
    return lambda a, b: float(TABLE[name].forward(QUIET, QuietFloat(a), QuietFloat(b)))


def _is_close(found: float, expected: float) -> bool:
    if math.isnan(expected) or math.isinf(expected) or expected == 0.0:
        return llvm_columns.same_bits(found, expected)
    return abs(found - expected) <= 3.0 * max(math.ulp(expected), 5e-324)


@pytest.mark.parametrize("name", [*ELEMENTARY_FUNCTIONS, "sech2"])
@pytest.mark.parametrize("has_fused", [True, False])
def test_limits_and_signs_are_those_of_floats_that_never_raise(name: str, has_fused: bool) -> None:
    arity = FUNCTIONS[name].arity
    outside = [point if isinstance(point, tuple) else (point,) for point in TABLE[name].outside]
    points = [*itertools.product(SPECIAL, repeat=arity), *(tuple(map(float, point)) for point in outside)]
    found = machine_functions(1, has_fused)[name](*zip(*points, strict=True))
    quiet = _quiet(name)
    wrong = [(point, a, quiet(*point)) for point, a in zip(points, found, strict=True) if not _is_close(a, quiet(*point))]
    assert not wrong


def _never_raises(*operands: float) -> None:
    pass


def _raises(name: str, point: Sequence[float]) -> float:
    functions = {**floats.FUNCTIONS, "modulo": operator.mod, "floor_divide": operator.floordiv}
    try:
        functions.get(name, _never_raises)(*point)
    except (ArithmeticError, ValueError):
        return 1.0
    return 0.0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_floats_refuse_is_refused(name: str) -> None:
    edges = [709.782712893384, 710.4758600739439, 1024.0, 1.0, -1.0, 0.0]
    numbers = [*SPECIAL, *edges, *(math.nextafter(x, direction) for x in edges for direction in (-INF, INF))]
    arity = FUNCTIONS[name].arity
    points = [*itertools.product(numbers, repeat=arity)]
    if name in TABLE:
        points += [tuple(map(float, point if isinstance(point, tuple) else (point,))) for point in TABLE[name].outside]
    if name == "power":
        points = [(a, b) for a, b in points if not (abs(a) == LARGEST and b == 1.0)]  # it might have been rounded
    expected = [_raises(name, point) for point in points]
    assert refusals(4)[name](*zip(*points, strict=True)) == expected
    never = {"atan", "atan2", "hypot", "cbrt", "tanh", "asinh", "erf", "erfc", "sech2"}
    assert (1.0 in expected) == (name not in never)


def test_a_result_that_is_known_is_not_computed_again() -> None:
    instructions = Instructions(1)
    FUNCTIONS["power"].refused(instructions, "%a", "%b", result="%r")
    assert len(instructions.lines) < 20 and "%r" in "\n".join(instructions.lines)
    assert FUNCTIONS["power"].is_refused_by_result and not FUNCTIONS["log"].is_refused_by_result
    assert FUNCTIONS["atan"].refused(instructions, "%a") is None


def test_the_largest_power_is_refused_where_floats_refuse_it() -> None:
    exponents = [1023.99999999, 1024.0, 1024.00000001, -1074.0, -1080.0]
    points = [(base, y / math.log2(abs(base))) for base in (2.0, 1.5, 1e10, 1e-5) for y in exponents]
    assert refusals(4)["power"](*zip(*points, strict=True)) == [_raises("power", point) for point in points]


# -------------------------------------------------------------------------------------------------------- remainders


@pytest.mark.parametrize("name", ["modulo", "floor_divide"])
@pytest.mark.parametrize("has_fused", [True, False])
def test_remainders_have_the_bits_of_floats(name: str, has_fused: bool) -> None:
    operation = {"modulo": operator.mod, "floor_divide": operator.floordiv}[name]
    numbers = (*SPECIAL, 0.1, 0.3, 7.5, -7.5, 1e22)
    pairs = list(itertools.product(numbers, repeat=2))
    generator = numpy.random.default_rng(1)
    divisors = generator.normal(size=3000) * 10.0 ** generator.uniform(-8, 8, 3000)
    quotients = numpy.round(generator.normal(size=3000) * 10.0 ** generator.uniform(0, 16, 3000))
    for moved in (0.0, 1.0, 1.0 + 2.0**-52, 1.0 - 2.0**-53):
        dividends = generator.normal(size=3000) * 100.0 if moved == 0.0 else quotients * divisors * moved
        pairs += zip(dividends.tolist(), divisors.tolist(), strict=True)
    found = machine_functions(4 if has_fused else 1, has_fused)[name](*zip(*pairs, strict=True))
    for (a, b), number in zip(pairs, found, strict=True):
        expected = operation(a, b) if b != 0.0 else _quiet(name)(a, b)
        assert llvm_columns.same_bits(number, expected), (a, b, number, expected)


# ------------------------------------------------------------------------------------------------- the C library


def test_huge_angles_have_the_bits_of_the_c_library() -> None:
    x = [*_both_signs(_spread(2.0**31, 1.7e308, 1)), 1.0, 0.5]
    for name in ("sin", "cos", "tan"):
        found = machine_functions(4)[name](x)
        assert found[:-2] == [getattr(math, name)(number) for number in x[:-2]]


@each_row
def test_exact_functions_have_the_bits_of_floats(name: str) -> None:
    arity = ELEMENTARY_FUNCTIONS[name].arity
    points = list(itertools.product(SPECIAL, repeat=arity))
    numbers = [*_both_signs(_spread(1e-300, 1e300, 1, 600)), *llvm_functions.numbers_between(-30.0, 30.0, 600, 2)]
    others = [*numbers[601:], *numbers[:601]]
    points += [(x, y)[:arity] for x, y in zip(numbers, others, strict=True)]
    points += points_inside(name)
    found = exact_functions()[name](*zip(*points, strict=True))
    quiet = quiet_function_of(ELEMENTARY_FUNCTIONS[name])
    for point, number in zip(points, found, strict=True):
        assert llvm_columns.same_bits(number, quiet(*point)), point


def test_what_differs_from_python_is_asked_from_python(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    from autograd.number_systems.llvm import exact

    assert exact_symbols(["hypot"])[EXACT["hypot"]] != address_of("hypot")
    exact._address_for.cache_clear()
    monkeypatch.setattr(exact, "address_of", lambda name: address_of("log" if name == "log2" else name))
    try:
        addresses = exact_symbols(["log2", "log"])
        assert addresses[EXACT["log"]] == address_of("log")
        function = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(addresses[EXACT["log2"]])
        assert [function(x) for x in (8.0, 0.3, 0.0)] == [3.0, math.log2(0.3), -INF]
    finally:
        exact._address_for.cache_clear()


def test_the_c_library_has_all_that_is_taken_from_it() -> None:
    assert c_symbols().keys() == C_FUNCTIONS.keys() and all(c_symbols().values())


# ------------------------------------------------------------------------------------------------------- the names


def test_every_row_of_the_registry_has_machine_code() -> None:
    assert set(FUNCTIONS) == set(ELEMENTARY_FUNCTIONS) | OTHERS
    assert EXACT.keys() == ELEMENTARY_FUNCTIONS.keys()
    for name, row in ELEMENTARY_FUNCTIONS.items():
        assert FUNCTIONS[name].arity == row.arity
