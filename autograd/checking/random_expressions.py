"""Random expressions over the table's primitives, at points of their domains: what checks of derivatives are tried on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from autograd.engine import graph
from autograd.engine.value import Value, recorded_as
from autograd.table.primitives import BUILT_IN, TABLE
from autograd.table.rules import MANY, Primitive

# Numbers stay where float64 keeps its digits and no function leaves its range.
_LARGEST = 50.0
_STEEPEST = 1e3
# So far from a kink, and from a tie, that rounding decides nothing.
_CLEAR = 1e-4
# All but `pick`, whose index no operation computes.
PRIMITIVES = tuple(name for name in BUILT_IN if TABLE[name].arity and name != "pick")
_COMPARING = ("less", "less_equal", "greater", "greater_equal", "equal", "maximum", "minimum", "argmax", "argmin")


class Operation(NamedTuple):
    """One operation: the name of its primitive, and the places of its operands among the inputs and the results so far."""

    primitive: str
    operands: tuple[int, ...]


@dataclass(frozen=True)
class RandomExpression:
    """A program of primitives, and a point in its domain. It can be called with Values, and written down.

    Attributes:
        point: the inputs.
        steps: the operations, in order; the last one's result is the output.

    >>> expression = RandomExpression((0.5, 2.0), (Operation("multiply", (0, 1)), Operation("tanh", (2,))))
    >>> expression
    Expression at x0 = 0.5, x1 = 2.0:
        t2 = multiply(x0, x1)
        t3 = tanh(t2)
    >>> expression(Value(0.5), Value(2.0)).data == math.tanh(1.0)
    True
    """

    point: tuple[float, ...]
    steps: tuple[Operation, ...]

    def __call__(self, *inputs: Value) -> Value:
        """Compute the output from the inputs."""
        results = list(inputs)
        for step in self.steps:
            results.append(recorded_on(TABLE[step.primitive], [results[place] for place in step.operands]))
        return results[-1]

    @property
    def primitives(self) -> frozenset[str]:
        """The names of the primitives in it."""
        return frozenset(step.primitive for step in self.steps)

    def __repr__(self) -> str:
        n = len(self.point)
        names = [f"x{k}" if k < n else f"t{k}" for k in range(n + len(self.steps))]
        lines = [
            f"    t{n + k} = {step.primitive}({', '.join(names[place] for place in step.operands)})"
            for k, step in enumerate(self.steps)
        ]
        at = ", ".join(f"x{k} = {x!r}" for k, x in enumerate(self.point))
        return "\n".join([f"Expression at {at}:", *lines])


def recorded_on(primitive: Primitive, operands: Sequence[Value]) -> Value:
    """Record a primitive on operands; a dot product takes the first half as w, a pick its last as the index.

    Raises:
        ArithmeticError, ValueError, IndexError: it is not defined there.
    """
    first: Any
    second: Any = None
    if primitive.arity != MANY:
        first = operands[0]
        second = operands[1] if len(operands) > 1 else None
    elif primitive.name == "dot":
        half = len(operands) // 2
        first, second = tuple(operands[:half]), tuple(operands[half:])
    elif primitive.name == "pick":
        first, second = tuple(operands[:-1]), operands[-1]
    else:
        first = tuple(operands)
    made = recorded_as(primitive, first, second, 0.0)
    made._data = primitive.calculate(*graph.numbers_of(graph.groups(made)))
    return made


def operand_count(primitive: Primitive, choose: Callable[[int], int]) -> int:
    """How many operands to give a primitive."""
    if primitive.arity != MANY:
        return primitive.arity
    if primitive.name == "where":
        return 3
    return 2 * (1 + choose(3)) if primitive.name == "dot" else 2 + choose(3)


class Growing:
    """An expression under construction: steps that leave the domain, or come near a kink, are not taken.

    Args:
        point: the inputs.
        primitives: the names to choose from.
        kinks: also take steps near a kink.
    """

    def __init__(self, point: Sequence[float], primitives: Sequence[str] = PRIMITIVES, *, kinks: bool = False) -> None:
        self.point = tuple(point)
        self.names = tuple(primitives)
        self.results = [Value(x) for x in point]
        self.steps: list[Operation] = []
        self._kinks = kinks

    def try_step(self, choose: Callable[[int], int], name: str | None = None) -> bool:
        """Choose an operation and its operands, and take the step if it is a good one.

        Args:
            choose: gives a number below the one it is called with.
            name: of the primitive; None: one is chosen.
        """
        primitive = TABLE[name or self.names[choose(len(self.names))]]
        count = len(self.results)
        # Mostly of late results, so that the expression grows deep.
        places = tuple(count - 1 - choose(count) * choose(count) // count for _ in range(operand_count(primitive, choose)))
        operands = [self.results[place] for place in places]
        if not self._kinks and not is_clear(primitive.name, [operand._data for operand in operands]):
            return False
        try:
            made = recorded_on(primitive, operands)
        except (ArithmeticError, ValueError, IndexError):
            return False
        slopes = graph.local_derivatives(made)
        if not all(math.isfinite(number) for number in (made._data, *slopes)):
            return False
        if abs(made._data) > _LARGEST or any(abs(slope) > _STEEPEST for slope in slopes):
            return False
        self.steps.append(Operation(primitive.name, places))
        self.results.append(made)
        return True

    def finished(self) -> RandomExpression:
        """The expression: every result that nothing uses is added to the output."""
        used = {place for step in self.steps for place in step.operands}
        loose = [place for place in range(len(self.results)) if place not in used]
        steps = list(self.steps)
        if len(loose) > 1:
            steps.append(Operation("total", tuple(loose)))
        return RandomExpression(self.point, tuple(steps))


def is_clear(name: str, data: Sequence[float]) -> bool:
    """Whether operands are away from a primitive's kinks."""
    if name in ("abs", "relu", "softsign", "cbrt"):
        return abs(data[0]) > _CLEAR
    if name == "hypot":
        return math.hypot(*data) > _CLEAR
    if name == "atan2":
        return math.hypot(*data) > _CLEAR and (data[1] > 0.0 or abs(data[0]) > _CLEAR)
    if name == "where":
        return data[0] in (0.0, 1.0) or abs(data[0]) > _CLEAR
    if name == "power":
        return data[0] > _CLEAR
    if name in ("modulo", "floor_divide"):
        return abs(data[1]) > _CLEAR and _CLEAR < data[0] / data[1] % 1.0 < 1.0 - _CLEAR
    if name == "xlogy":
        return data[1] > _CLEAR and abs(data[0]) > _CLEAR
    if name in _COMPARING:
        ordered = sorted(data)
        return all(b - a > _CLEAR for a, b in pairwise(ordered))
    return True


def random_expression(seed: int, nodes: int = 50, inputs: int = 5, primitives: Sequence[str] = PRIMITIVES) -> RandomExpression:
    """An expression of about `nodes` nodes, the same for the same seed.

    >>> expression = random_expression(7)
    >>> 45 <= len(expression.steps) <= 55
    True
    """
    generator = Random(seed)
    growing = Growing([round(generator.uniform(-2.0, 2.0), 3) or 0.5 for _ in range(inputs)], primitives)
    for _ in range(100 * nodes):
        if len(growing.steps) == nodes - 1:
            break
        growing.try_step(generator.randrange)
    return growing.finished()
