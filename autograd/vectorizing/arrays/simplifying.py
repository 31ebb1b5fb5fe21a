"""Elementwise operations in a simpler form with the same bits. Nothing is taken for 0: 0 × x is left, as x - x is."""

from __future__ import annotations

from typing import Any

from autograd.table.floats import QUIET, QuietFloat
from autograd.table.primitives import TABLE
from autograd.vectorizing.arrays.array import Arithmetic, Array, Literal, is_scalar
from autograd.vectorizing.arrays.operations import COMPARISONS


def calculated(name: str, operands: tuple[float, ...], graph: Arithmetic) -> Literal | bool:
    """An operation on plain numbers, as the number system of floats that never raise has it."""
    number = TABLE[name].forward(QUIET, *map(QuietFloat, operands))
    return bool(number) if name in COMPARISONS else Literal(float(number), graph)


def simplified(graph: Arithmetic, name: str, operands: tuple[Any, ...]) -> Any:
    """A simpler expression for an operation on arrays, or on arrays and floats; None if there is none."""
    if len(operands) == 1:
        return _simplified_unary(graph, name, operands[0])
    first, second = operands
    if name == "multiply":
        return _simplified_product(graph, first, second)
    if name == "divide" and second == 1.0:
        return first
    if name == "add":
        for one, other in ((first, second), (second, first)):
            if isinstance(one, Array) and one.function == "negative" and isinstance(other, Array):
                return graph.elementwise("subtract", other, one.operands[0])
    elif name == "power" and second.__class__ is float:
        if second == 1.0:
            return first
        if second == 2.0:
            return graph.elementwise("multiply", first, first)
        if second == 0.0:
            return Literal(1.0, graph)
    elif name == "equal" and second == 0.0 and isinstance(first, Array) and first.function == "add":
        # |x| + c for c > 0 is never 0.
        left, right = first.operands
        if right.__class__ is float and right > 0.0 and isinstance(left, Array) and left.function == "abs":
            return False
    return None


def _simplified_unary(graph: Arithmetic, name: str, operand: Array) -> Any:
    inner = operand.operands[0] if operand.function == "negative" else None
    if name == "negative" and inner is not None:
        return inner
    if name == "negative" and operand.function == "multiply":
        # The sign goes to a number that is the same for all elements, where it costs nothing.
        for scalar, other in (operand.operands, operand.operands[::-1]):
            if is_scalar(scalar):
                return graph.elementwise("multiply", graph.elementwise("negative", scalar), other)
    if name == "abs" and inner is not None:
        return graph.elementwise("abs", inner)
    return None


def _simplified_product(graph: Arithmetic, first: Any, second: Any) -> Any:
    for number, other in ((first, second), (second, first)):
        if not isinstance(other, Array):
            continue
        if number.__class__ is float:
            if number == 1.0:
                return graph.as_float(other)
            if number == -1.0 and other.kind == "float":
                return graph.elementwise("negative", other)
        if _is_moderate(number) and other.function == "multiply" and not is_scalar(other):
            for scalar, inner in (other.operands, other.operands[::-1]):
                if _is_moderate(scalar):
                    return graph.elementwise("multiply", graph.elementwise("multiply", number, scalar), inner)
    return None


def _is_moderate(operand: Any) -> bool:
    """Whether a scalar may be multiplied with another one first: the product neither overflows nor vanishes.

    1e-200 × (1e-200 × x) is 1e-100 for x = 1e300, and not 0 × x. What has no number yet is a share of the examples.
    """
    return is_scalar(operand) and (isinstance(operand, Array) or 2.0**-100 <= abs(operand) <= 2.0**100)
