"""The rules of a primitive on raw numbers: compiled for a fixed number of operands, read as they stand for many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.number_systems.high_precision import arithmetic, system
from autograd.number_systems.high_precision.arithmetic import Raw, as_float, from_float
from autograd.number_systems.high_precision.rule_text import compile_rule, is_product
from autograd.table.rules import Primitive, Selection, Summed

Forward = Callable[..., Raw]


def forward_of(primitive: Primitive) -> Forward:
    """The forward rule of a primitive on raw numbers; n-ary ones take lists."""
    if primitive.arity in (1, 2):
        return compile_rule(primitive.forward, primitive.arity)
    if isinstance(primitive, Summed):
        return _sum_of(primitive)
    if isinstance(primitive, Selection):
        return lambda *groups: groups[0][position_of(primitive, groups[:-1], groups[-1])]
    return lambda *groups: system.forward(primitive, groups[:-1], groups[-1])


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
    with arithmetic.at_precision(precision) as context:
        make = context.make_mpf
        numbers = [[make(raw) for raw in group] if isinstance(group, list) else make(group) for group in groups]
        place = primitive.position(system.HighPrecision(context), *numbers)
        if place != int(place) or not 0 <= place < len(numbers[0]):
            raise IndexError(f"{primitive.name}: there is no operand {place} of {len(numbers[0])}")
        return int(place)


def derivative_of(primitive: Primitive, groups: Sequence[Any], result: Raw, position: int, precision: int) -> Raw:
    """One local derivative by the rule of the table; inf or nan where it is infinite or undefined."""
    try:
        if primitive.arity in (1, 2):
            rule = compile_rule(primitive.derivatives, primitive.arity + 1, position)
            derivative: Raw = rule(*groups, result, precision)
            return derivative
        return system.local_derivatives(primitive, groups, result, precision)[position]
    except (ArithmeticError, ValueError):
        floats = [tuple(map(as_float, group)) if isinstance(group, list) else as_float(group) for group in groups]
        limit: Raw = from_float(primitive.quiet_local_derivatives(floats, as_float(result))[position])
        return limit
