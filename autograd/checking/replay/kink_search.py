"""Where an operation has no derivative: a kink or a jump, read off the rule of the table beside the point.

No list of functions stands here: the forward rule and the local derivative are evaluated at the floats to the left and to the
right, and where those differ, in high precision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, real
from autograd.table.floats import FLOATS
from autograd.table.number_system import NumberSystem
from autograd.table.operators import Operators
from autograd.table.rules import Primitive, Selection

_SAME_IN_FLOATS = 1e-9


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
    if primitive.plain:
        return True  # nobody can see what a rule of plain Python does
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
    if isinstance(node.primitive, Selection) and not node.primitive.first <= position < len(graph.groups(node)[0]):
        return None  # a condition or an index, which no operation leaves a little to the left or right
    x = graph.operands(node)[position]._data
    if not math.isfinite(x):
        return None
    sides = [_beside(node, position, side) for side in (math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf))]
    if None in sides:
        return None
    left, here, right = (side for side in sides if side is not None)
    if not all(map(math.isfinite, (*left, here[0], *right))):
        return None
    if _near(left[1], right[1]) and _near(left[0], here[0]) and _near(here[0], right[0]):
        return None
    # mpmath is imported only for the few operations that floats have doubts about.
    from autograd.checking.replay.bending import slopes_at_bend

    found = slopes_at_bend(node, position)
    return None if found is None else Kink(*found)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_IN_FLOATS * max(abs(one), abs(other))


def _beside(node: Value, position: int, x: float) -> tuple[float, float] | None:
    """The value and the slope, in floats, with an operand at another number; None outside the domain."""
    numbers = [operand._data for operand in graph.operands(node)]
    numbers[position] = x
    moved = [group for group in graph.regrouped(node, numbers) if group is not None]
    try:
        value = real(node.primitive.forward(FLOATS, *moved))
    except (ArithmeticError, ValueError, TypeError):
        return None
    return value, node.primitive.quiet_local_derivatives(moved, value)[position]
