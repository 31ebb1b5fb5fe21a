"""Where an operation has no derivative: a kink or a jump, read off the rule of the table beside the point.

No list of functions stands here: the forward rule and the local derivative are evaluated a hair to the left and to the right, in
floats, and in high precision where those differ, so that 0.1 + 0.2 and 0.3 are no tie.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, real
from autograd.table.floats import FLOATS
from autograd.table.number_system import NumberSystem
from autograd.table.operators import Operators
from autograd.table.rules import Primitive, Selection, Summed

# Smaller than any float, so also than any distance between two; the bits hold the largest float and the smaller step.
_STEPS = (-1100, -1200)
_BITS = 2600
_SAME_IN_FLOATS = 1e-9
_SAME = 2.0**-60
# What is smooth shrinks with the step, a hundred bits smaller; a kink or a jump stays.
_STAYS = 2.0**-10


@dataclass(frozen=True, slots=True)
class Kink:
    """A point without a derivative.

    Attributes:
        left, right: the slopes on both sides.
        jumps: whether the operation itself jumps there.
    """

    left: float
    right: float
    jumps: bool


class _MaybeNotSmoothError(Exception):
    pass


class _Smooth(Operators["_Smooth"]):
    """A number that only says whether a rule does nothing with it but what is smooth."""

    __slots__ = ()

    def operate(self, operation: str, *operands: Any) -> _Smooth:
        if operation not in ("negative", "add", "subtract", "multiply", "divide"):
            raise _MaybeNotSmoothError
        return self


class _SmoothFunctions(NumberSystem):
    def elementary(self, name: str, *operands: Any) -> _Smooth:
        if not ELEMENTARY_FUNCTIONS[name].is_smooth:
            raise _MaybeNotSmoothError
        return _Smooth()

    def _chosen(self, *operands: Any) -> Any:
        raise _MaybeNotSmoothError

    where = equal = argmax = argmin = _chosen  # type: ignore[assignment]


_known_as_smooth: dict[Primitive, bool] = {}


def is_smooth(node: Value) -> bool:
    """Whether the rule of an operation is seen to have no kink and no jump anywhere; a short cut for most operations.

    >>> x = Value(0.0)
    >>> is_smooth(x * x), is_smooth(x.tanh()), is_smooth(x.relu())
    (True, True, False)
    """
    primitive = node.primitive
    known = _known_as_smooth.get(primitive)
    if known is None:
        groups = [[_Smooth() for _ in group] if isinstance(group, tuple) else _Smooth() for group in graph.groups(node)]
        try:
            primitive.forward(_SmoothFunctions(), *groups)
            known = True
        except _MaybeNotSmoothError:
            known = False
        _known_as_smooth[primitive] = known
    return known


def kink_at(node: Value, position: int) -> Kink | None:
    """The kink or jump that an operation has along one operand at its numbers; None where it is smooth or ends.

    >>> x = Value(0.0)
    >>> kink_at(abs(x), 0), kink_at(x * x, 0)
    (Kink(left=-1.0, right=1.0, jumps=False), None)
    """
    if is_smooth(node):
        return None
    primitive = node.primitive
    groups = graph.numbers_of(graph.groups(node))
    if isinstance(primitive, Selection) and not primitive.first <= position < len(groups[0]):
        return None  # a condition or an index, which no operation leaves a little to the left or right
    if isinstance(primitive, Summed):
        # A term's slopes are its own.
        term, position = position % len(groups[0]), position // len(groups[0])
        groups = [(group[term],) for group in groups]
    x = graph.flatten(groups)[position]
    if not math.isfinite(x):
        return None
    sides = [
        _beside(primitive, groups, position, side) for side in (math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf))
    ]
    if None in sides:
        return None
    left, here, right = (side for side in sides if side is not None)
    if not all(map(math.isfinite, (*left, here[0], *right))):
        return None
    if _near(left[1], right[1]) and _near(left[0], here[0]) and _near(here[0], right[0]):
        return None
    return _confirmed(primitive, groups, position, x)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_IN_FLOATS * max(abs(one), abs(other))


def _with(groups: Sequence[Any], position: int, x: Any, convert: Any) -> list[Any]:
    """Groups of operands, converted, with another number at a position."""
    place = -1

    def moved(number: float) -> Any:
        nonlocal place
        place += 1
        return x if place == position else convert(number)

    return [type(group)(map(moved, group)) if isinstance(group, tuple) else moved(group) for group in groups]


def _beside(primitive: Primitive, groups: Sequence[Any], position: int, x: float) -> tuple[float, float] | None:
    """The value and the slope, in floats; None outside the domain."""
    moved = _with(groups, position, x, float)
    try:
        value = real(primitive.forward(FLOATS, *moved))
    except (ArithmeticError, ValueError, TypeError):
        return None
    return value, primitive.quiet_local_derivatives(moved, value)[position]


def _confirmed(primitive: Primitive, groups: Sequence[Any], position: int, x: float) -> Kink | None:
    """The same question in high precision, much closer to the point."""
    from autograd.number_systems.high_precision.arithmetic import at_precision
    from autograd.number_systems.high_precision.system import HighPrecision

    with at_precision(_BITS) as context:
        system, exact = HighPrecision(context), context.mpf(x)

        def beside(step: Any) -> tuple[Any, Any]:
            operands = _with(groups, position, exact + step, context.mpf)
            operands = [list(group) if isinstance(group, tuple) else group for group in operands]
            value = context.mpf(primitive.forward(system, *operands))
            return value, context.mpf(primitive.local_derivatives(system, operands, value)[position]) if step else value

        try:
            middle, _ = beside(0)
            bends, rises = [], []
            for exponent in _STEPS:
                (low, left), (high, right) = (beside(context.ldexp(sign, exponent)) for sign in (-1, 1))
                bends.append((abs(right - left), max(abs(left), abs(right))))
                rises.append((max(abs(low - middle), abs(high - middle)), max(abs(low), abs(middle), abs(high))))
        except (ArithmeticError, ValueError, TypeError):
            return None
        jumps = _stays(rises)
        return Kink(float(left), float(right), jumps) if jumps or _stays(bends) else None


def _stays(differences: Sequence[tuple[Any, Any]]) -> bool:
    """Whether a difference, beyond roundings of what it is the difference of, is there at the smaller step too."""
    (before, _), (after, size) = differences
    return bool(after > _SAME * size and after > _STAYS * before)
