"""What a primitive computes in high precision, and its local derivatives, by the rules of the table.

Rules of one and two operands are compiled (`compiled_rules.py`), and sums are of compiled terms. Rules that look at a whole
sequence are read as they stand, on numbers of a context of mpmath, which costs several times more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.number_systems.high_precision import arithmetic
from autograd.number_systems.high_precision.arithmetic import Raw, as_float, at_precision, from_float
from autograd.number_systems.high_precision.compiled_rules import compile_rule, is_product
from autograd.number_systems.high_precision.mpmath_numbers import HighPrecision
from autograd.table.rules import Primitive, Selection, Summed

Forward = Callable[..., Raw]


def forward_of(primitive: Primitive) -> Forward:
    """The forward rule of a primitive, as a function of raw numbers and a precision; n-ary ones take lists."""
    if primitive.arity in (1, 2):
        return compile_rule(primitive.forward, primitive.arity)
    if isinstance(primitive, Summed):
        return _sum_of(primitive)
    if isinstance(primitive, Selection):
        return lambda *groups: groups[0][position_of(primitive, groups[:-1], groups[-1])]

    def compute(*groups_and_precision: Any) -> Raw:
        *groups, precision = groups_and_precision
        with at_precision(precision) as context:
            m = HighPrecision(context)
            return m.raw(primitive.forward(m, *m.numbers(groups)))

    return compute


def _sum_of(primitive: Summed) -> Forward:
    def compute(*groups_and_precision: Any) -> Raw:
        *groups, precision = groups_and_precision
        if is_product(primitive.term, len(groups)):
            return arithmetic.sum_of_products(groups[0], groups[1], precision)
        term = compile_rule(primitive.term, len(groups))
        return arithmetic.total([term(*operands, precision) for operands in zip(*groups, strict=True)], precision)

    return compute


def position_of(primitive: Selection, groups: Sequence[Any], precision: int) -> int:
    """Which operand a selection chooses.

    Raises:
        IndexError: it has no operand at that place.
    """
    with at_precision(precision) as context:
        m = HighPrecision(context)
        numbers = m.numbers(groups)
        place = primitive.position(m, *numbers)
        if place != int(place) or not 0 <= place < len(numbers[0]):
            raise IndexError(f"{primitive.name}: there is no operand {place} of {len(numbers[0])}")
        return int(place)


def derivative_of(primitive: Primitive, groups: Sequence[Any], result: Raw, position: int, precision: int) -> Raw:
    """One local derivative by the rule of the table; inf or nan where it is infinite or undefined."""
    if primitive.arity not in (1, 2):
        return derivatives_of(primitive, groups, result, precision)[position]
    try:
        rule = compile_rule(primitive.derivatives, primitive.arity + 1, position)
        derivative: Raw = rule(*groups, result, precision)
        return derivative
    except (ArithmeticError, ValueError):
        return _limits(primitive, groups, result)[position]


def derivatives_of(primitive: Primitive, groups: Sequence[Any], result: Raw, precision: int) -> list[Raw]:
    """All local derivatives of a primitive of many operands, in operand order; as `derivative_of` gives them one by one."""
    try:
        with at_precision(precision) as context:
            m = HighPrecision(context)
            return list(map(m.raw, primitive.local_derivatives(m, m.numbers(groups), context.make_mpf(result))))
    except (ArithmeticError, ValueError):
        return _limits(primitive, groups, result)


def _limits(primitive: Primitive, groups: Sequence[Any], result: Raw) -> list[Raw]:
    floats = [tuple(map(as_float, group)) if isinstance(group, list) else as_float(group) for group in groups]
    return list(map(from_float, primitive.quiet_local_derivatives(floats, as_float(result))))
