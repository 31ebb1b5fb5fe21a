"""How many digits the rules of a primitive have in floats, over the points at which the table tests it.

The exact numbers come from the same rules in high precision; that the rules are right is what the tests compare with mpmath.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, NamedTuple

from autograd.checking.graph.digits import agreeing_digits
from autograd.number_systems.high_precision.arithmetic import from_float
from autograd.number_systems.high_precision.evaluation import derivative_of, forward_of
from autograd.table.rules import Primitive

PRECISION = 700  # bits, of which the largest and the smallest points leave more than enough
_UNITS = re.compile(r"([a-z]\w*(?:, [a-z]\w*)*) \| ([\d.]+)")


class Accuracy(NamedTuple):
    """The fewest correct digits of the result and of the local derivatives, and over how many points."""

    result: float
    derivatives: float
    points: int


def accuracy_of(primitive: Primitive) -> Accuracy:
    """The accuracy of a primitive in floats."""
    forward = forward_of(primitive)
    results, slopes = [17.0], [17.0]
    for point in primitive.points:
        groups = tuple(point) if primitive.arity == 2 or isinstance(point[0] if _is_nest(point) else 0, tuple) else (point,)
        y = primitive.calculate(*groups)
        raw = [_raw(group) for group in groups]
        exact = forward(*raw, PRECISION)
        results.append(agreeing_digits(y, exact))
        for place, slope in enumerate(primitive.quiet_local_derivatives(groups, y)):
            if math.isfinite(slope):
                slopes.append(agreeing_digits(float(slope), derivative_of(primitive, raw, exact, place, PRECISION)))
    return Accuracy(min(results), min(slopes), len(primitive.points))


def _is_nest(point: Any) -> bool:
    return isinstance(point, tuple)


def _raw(group: Any) -> Any:
    return [from_float(float(number)) for number in group] if isinstance(group, tuple) else from_float(float(group))


def units_in_machine_code(page: Path) -> dict[str, str]:
    """The largest errors in units in the last place that the page on machine code reports, by function."""
    text = page.read_text(encoding="utf-8")
    section = text[text.index("## How exact the elementary functions are") :]
    rows = [line for line in section.splitlines() if line.startswith("| ") and any(map(str.isdigit, line))]
    return {name: units for row in rows for names, units in _UNITS.findall(row) for name in names.split(", ")}
