"""The replay: every rule of the table in high precision, compiled and generic, against mpmath's own functions and derivatives."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import libmp

from autograd import Value, dot, grad, maximum, pick, total, where
from autograd.checking import high_precision, raw_functions, raw_numbers
from autograd.checking.raw_numbers import as_float, bits
from autograd.checking.replay import Replay, UndefinedError
from autograd.checking.rule_text import RuleText, compile_rule, exact_constant, is_meant_exactly
from autograd.primitives import LN2, TABLE

PRECISION = bits(60) + 20
FIXED = sorted(name for name, primitive in TABLE.items() if primitive.arity in (1, 2))
ORACLE: dict[str, Any] = {
    "expm1": mpmath.expm1,
    "log1p": mpmath.log1p,
    "exp2": lambda x: mpmath.power(2, x),
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": mpmath.log10,
    "sech2": lambda x: mpmath.sech(x) ** 2,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "power": mpmath.power,
    "atan2": mpmath.atan2,
    "hypot": mpmath.hypot,
}


@pytest.mark.parametrize("name", sorted(raw_functions.FUNCTIONS))
@pytest.mark.parametrize("x", [1e-300, 1e-30, 1e-8, 0.3, 0.99])
@pytest.mark.parametrize("digits", [60, 400])
def test_functions_have_all_their_digits(name: str, x: float, digits: int) -> None:
    precision = bits(digits) + 20
    operands = [x, 0.7][: 2 if name in ("atan2", "hypot", "power") else 1]
    if name == "acosh":
        operands = [1.0 + x]
    found = raw_functions.FUNCTIONS[name](*map(libmp.from_float, operands), precision)
    with mpmath.workprec(precision + 2500):
        exact = ORACLE.get(name, getattr(mpmath, name, None))(*map(mpmath.mpf, operands))
        error = abs(mpmath.mpf(found) - exact)
        # Near 1, acos and acosh lose what the operand's own distance has lost.
        assert error <= abs(exact) * mpmath.mpf(2) ** (12 - precision), (name, x)


def test_erfc_far_out() -> None:
    for x in (2.0**39.5, 2.0**41, 1e30, 1e160, 1e300):
        found = raw_functions.FUNCTIONS["erfc"](libmp.from_float(x), 300)
        assert found[1]
    near, far = 2.0**40 - 2.0**-12, 2.0**40 + 2.0**-11
    ratios = []
    for x in (near, far):
        scale = libmp.mpf_exp(libmp.mpf_mul(libmp.from_float(x), libmp.from_float(x)), 400)
        ratios.append(as_float(libmp.mpf_mul(raw_functions.FUNCTIONS["erfc"](libmp.from_float(x), 400), scale, 400)) * x)
    assert ratios == pytest.approx([1.0 / math.sqrt(math.pi)] * 2, rel=1e-12)


@pytest.mark.parametrize("name", FIXED)
def test_forward_rules_agree_with_floats(name: str) -> None:
    primitive = TABLE[name]
    compute = compile_rule(primitive.forward, primitive.arity)
    for point in primitive.points:
        operands = point if isinstance(point, tuple) else (point,)
        found = as_float(compute(*map(libmp.from_float, operands), PRECISION))
        assert found == pytest.approx(primitive.calculate(*operands), rel=1e-13, abs=1e-320), operands


@pytest.mark.parametrize("name", FIXED)
def test_derivatives_agree_with_floats_and_with_the_generic_system(name: str) -> None:
    primitive = TABLE[name]
    compute = compile_rule(primitive.forward, primitive.arity)
    compared = 0
    for point in primitive.points[:: max(1, len(primitive.points) // 25)]:
        operands = point if isinstance(point, tuple) else (point,)
        raw = [libmp.from_float(x) for x in operands]
        result = compute(*raw, PRECISION)
        floats = primitive.quiet_local_derivatives(operands, primitive.calculate(*operands))
        for position, expected in enumerate(floats):
            try:
                found = compile_rule(primitive.derivatives, primitive.arity + 1, position)(*raw, result, PRECISION)
            except (ArithmeticError, ValueError):
                assert not math.isfinite(expected) or expected == 0.0, operands
                continue
            if math.isfinite(expected):
                assert as_float(found) == pytest.approx(expected, rel=1e-11, abs=1e-300), (operands, position)
                compared += 1
    assert compared >= 5


def test_every_float_in_a_rule_is_meant() -> None:
    """A constant that the table can only write rounded must be known, or the rules are right to sixteen digits only."""
    for primitive in TABLE.values():
        if primitive.arity not in (1, 2):
            continue
        program = RuleText()
        operands = [program.name(name) for name in ("a", "b")[: primitive.arity]]
        result = primitive.forward(program, *operands)
        primitive.local_derivatives(program, operands, result)
        assert all(map(is_meant_exactly, program.floats)), (primitive.name, program.floats)
    assert not is_meant_exactly(math.log(3.0))


def test_known_constants_are_exact() -> None:
    with mpmath.workprec(400):
        assert abs(mpmath.mpf(exact_constant(LN2, 300)) - mpmath.log(2)) < mpmath.mpf(2) ** -299
        assert abs(mpmath.mpf(exact_constant(-LN2, 300)) + mpmath.log(2)) < mpmath.mpf(2) ** -299


def test_sums_of_products_are_rounded_once() -> None:
    numbers = [0.5, 1e-20, -3.0, 0.0, 1e30, 2.0**-60]
    others = [1.5, -1e10, 0.1, 5.0, 1e-30, -7.0]
    raw = raw_numbers.sum_of_products([libmp.from_float(x) for x in numbers], [libmp.from_float(x) for x in others], 2000)
    with mpmath.workprec(2000):
        exact = mpmath.fsum(mpmath.mpf(a) * mpmath.mpf(b) for a, b in zip(numbers, others, strict=True))
        assert mpmath.mpf(raw) == exact
    infinite = raw_numbers.sum_of_products([libmp.finf, libmp.fone], [libmp.fone, libmp.fzero], 100)
    assert infinite == libmp.finf
    undefined = raw_numbers.sum_of_products([libmp.finf], [libmp.fzero], 100)
    assert undefined == libmp.fnan


_FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(_FLOATS, _FLOATS), max_size=6))
def test_sums_of_products_of_any_floats(pairs: list[tuple[float, float]]) -> None:
    # More bits than all floats together span, so nothing is rounded.
    raw = raw_numbers.sum_of_products(
        [raw_numbers.from_float(a) for a, _ in pairs], [raw_numbers.from_float(b) for _, b in pairs], 5000
    )
    sign, mantissa, exponent, length = raw
    assert Fraction((-1) ** sign * int(mantissa)) * Fraction(2) ** exponent == sum(Fraction(a) * Fraction(b) for a, b in pairs)
    assert length == int(mantissa).bit_length()


@given(st.floats())
def test_a_float_as_mpmath_has_it(x: float) -> None:
    assert raw_numbers.from_float(x) == libmp.from_float(x)


@given(_FLOATS, st.sampled_from([-1.0, -0.5, 0.5, 1.0]), st.integers(20, 400))
def test_a_small_move_is_exact(x: float, speed: float, shift: int) -> None:
    step = libmp.mpf_shift(libmp.from_float(speed), -shift)
    assert raw_numbers.moved(libmp.from_float(x), step, 5000) == libmp.mpf_add(libmp.from_float(x), step)


@given(_FLOATS)
def test_a_raw_number_as_the_nearest_float(x: float) -> None:
    raw = raw_numbers.from_float(x)
    assert as_float(raw) == x
    if abs(x) > 1e-290:
        up = libmp.mpf_add(raw, libmp.mpf_shift(raw, -55), 3000)
        assert as_float(up) == x


@pytest.mark.parametrize("raw", [libmp.finf, libmp.fninf, libmp.mpf_shift(libmp.fone, 5000), libmp.mpf_shift(libmp.fone, -5000)])
def test_a_raw_number_too_large_or_too_small_for_a_float(raw: Any) -> None:
    assert as_float(raw) == (0.0 if raw[2] < -4000 and raw[1] else -math.inf if raw == libmp.fninf else math.inf)


@pytest.mark.parametrize("absolute", [False, True])
def test_sums_of_products_go_backward_as_their_edges_say(absolute: bool) -> None:
    x = [Value(0.1 * k - 0.3) for k in range(7)]
    hidden = [dot(x, [Value(0.7 * k - j) for k in range(7)]).tanh() for j in range(3)]
    # Operands that are used twice, a constant, a 0, and a chain so long that exact products would outgrow the precision.
    L = dot([*hidden, hidden[0], x[3]], [hidden[1], Value(0.0), x[0], hidden[0], 2.0 + x[3]])
    for _ in range(30):
        L = dot([L, x[1]], [x[2] + 3.0, x[4]])
    replay = Replay([L], x)
    values = replay.forward(PRECISION)
    found = replay.backward(values, replay.outputs[0], PRECISION, absolute=absolute)
    expected: list[Any] = [None] * len(replay.nodes)
    expected[replay.outputs[0]] = mpmath.mpf(1)
    with mpmath.workprec(PRECISION + 40):
        for step in reversed(replay.steps):
            if expected[step.place] is None:
                continue
            for operand, derivative in replay.edges(step, values, PRECISION):
                slope = abs(mpmath.mpf(derivative)) if absolute else mpmath.mpf(derivative)
                expected[operand] = (expected[operand] or 0) + expected[step.place] * slope
        for one, other in zip(found, expected, strict=True):
            assert (one is None) == (other is None)
            if one is not None:
                assert abs(mpmath.mpf(one) - other) <= abs(other) * mpmath.mpf(2) ** (20 - PRECISION)
                assert one[3] <= 2 * PRECISION


def test_a_graph_of_all_shapes_of_rules() -> None:
    x = [Value(0.5), Value(-1.5), Value(2.0)]
    index = Value(1.0)
    L = dot(x, x[::-1]) + maximum(x) * total(x) + pick(x, index) * where(x[0] < 1.0, x[1], x[2]) + x[0] ** x[2]
    replay = Replay([L], x)
    values = replay.forward(PRECISION)
    gradients = replay.backward(values, replay.outputs[0], PRECISION)
    assert as_float(values[replay.outputs[0]]) == pytest.approx(L.data, rel=1e-15)
    found = [as_float(gradients[place]) for place in replay.inputs]  # type: ignore[index, arg-type]
    assert found == pytest.approx(grad(L, x), rel=1e-14)


def test_only_what_depends_on_an_input_is_computed_anew() -> None:
    a, b = Value(0.5), Value(2.0)
    L = (a * a) * (b + 1.0) + b
    replay = Replay([L], [a, b, Value(1.0)])
    assert replay.inputs[2] is None
    assert [replay.nodes[step.place].primitive.name for step in replay.steps_after(0)] == ["multiply", "multiply", "add"]
    assert replay.steps_after(2) == []
    assert len(replay.steps_after_any()) == 4


def test_an_operation_that_is_not_defined_is_named() -> None:
    x = Value(1.0)
    y = (x - 1.0 + 1e-30).log()
    replay = Replay([y], [x])
    values = replay.forward(PRECISION)
    place = replay.inputs[0]
    assert place is not None
    assert replay.moved(values, {place: libmp.fzero}, replay.steps_after(0), PRECISION) is None
    with pytest.raises(UndefinedError):
        replay._run([libmp.fzero, *values[1:]], replay.steps, 100)


def test_a_pick_wants_a_whole_number() -> None:
    index = Value(1.0)
    replay = Replay([pick([Value(1.0), Value(2.0)], index)], [index])
    values = replay.forward(PRECISION)
    moved = {replay.inputs[0]: libmp.from_float(1.0 + 2.0**-30)}
    assert replay.moved(values, moved, replay.steps, PRECISION) is None  # type: ignore[arg-type]


def test_the_generic_system_lacks_no_name_of_the_table() -> None:
    with raw_numbers.at_precision(200) as context:
        m = high_precision.HighPrecision(context)
        assert m.softplus(context.mpf(0)) == context.log(2)
        assert m.logsumexp([context.mpf(0), context.mpf(0)]) == context.log(2)
        assert m.softmax([1.0, 1.0]) == [0.5, 0.5]
        with pytest.raises(AttributeError, match="frobnicate"):
            m.frobnicate(1)
