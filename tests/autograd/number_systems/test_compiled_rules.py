"""The rules of the table in high precision, compiled and read as they stand, against floats."""

from __future__ import annotations

import math

import mpmath
import pytest
from mpmath import libmp

from autograd.number_systems.high_precision import arithmetic, mpmath_numbers
from autograd.number_systems.high_precision.arithmetic import as_float, bits
from autograd.number_systems.high_precision.compiled_rules import RuleText, compile_rule, exact_constant, is_meant_exactly
from autograd.table.constants import LN2
from autograd.table.primitives import TABLE

PRECISION = bits(60) + 20
FIXED = sorted(name for name, primitive in TABLE.items() if primitive.arity in (1, 2))


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


def test_the_generic_system_lacks_no_name_of_the_table() -> None:
    with arithmetic.at_precision(200) as context:
        m = mpmath_numbers.HighPrecision(context)
        assert m.softplus(context.mpf(0)) == context.log(2)
        assert m.logsumexp([context.mpf(0), context.mpf(0)]) == context.log(2)
        assert m.softmax([1.0, 1.0]) == [0.5, 0.5]
        with pytest.raises(AttributeError, match="frobnicate"):
            m.frobnicate(1)
