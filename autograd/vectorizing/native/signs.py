"""What is known of the sign of a number before it is computed, so that nothing is checked that can't fail."""

from __future__ import annotations

from enum import Enum
from typing import Any

from autograd.vectorizing.native.code import Number


class Sign(Enum):
    """What a number is, unless it is not a number."""

    UNKNOWN = "any number"
    NOT_POSITIVE = "zero or below"
    NOT_NEGATIVE = "zero, of either sign, or above"
    POSITIVE = "above zero"


_AT_LEAST_ZERO = (Sign.NOT_NEGATIVE, Sign.POSITIVE)
# Functions whose results are never below zero; exponentials can be too small to be told from it.
_NEVER_NEGATIVE = frozenset(("exp", "exp2", "cosh", "hypot", "sech2"))
# The functions of Python's floats that don't raise for operands of these signs.
_ALLOWED: dict[str, tuple[Sign, ...]] = {
    "exp": (Sign.NOT_POSITIVE,),
    "exp2": (Sign.NOT_POSITIVE,),
    "expm1": (Sign.NOT_POSITIVE,),
    "log": (Sign.POSITIVE,),
    "log2": (Sign.POSITIVE,),
    "log10": (Sign.POSITIVE,),
    "log1p": _AT_LEAST_ZERO,
    "sqrt": _AT_LEAST_ZERO,
}
# So far back is looked.
_DEPTH = 8


def never_raises(name: str, operand: Any) -> bool:
    """Whether the function of Python's floats raises for no number that the operand can be."""
    allowed = _ALLOWED.get(name)
    return allowed is not None and sign_of(operand) in allowed


def sign_of(operand: Any, depth: int = _DEPTH) -> Sign:
    """What is known of the sign of an operand: a number of a kernel, or a float.

    >>> sign_of(2.0), sign_of(-0.0)
    (<Sign.POSITIVE: 'above zero'>, <Sign.NOT_NEGATIVE: 'zero, of either sign, or above'>)
    """
    if operand.__class__ is not Number:
        return Sign.POSITIVE if operand > 0.0 else Sign.NOT_NEGATIVE if operand == 0.0 else Sign.NOT_POSITIVE
    operation, operands = operand.operation, operand.operands
    if operation == "abs" or operation in _NEVER_NEGATIVE:
        return Sign.NOT_NEGATIVE
    if not depth or operation not in ("add", "multiply", "divide", "negative", "sqrt", "select", "repeat"):
        return Sign.UNKNOWN
    if operation == "multiply" and operands[0] is operands[1]:
        return Sign.NOT_NEGATIVE
    signs = [sign_of(part, depth - 1) for part in (operands[1:] if operation == "select" else operands)]
    return _of_operation(operation, signs)


def _of_operation(operation: str, signs: list[Sign]) -> Sign:
    """What the operands' signs say of the result's."""
    if operation == "repeat":
        return signs[0]
    if operation == "negative":
        return Sign.NOT_POSITIVE if signs[0] in _AT_LEAST_ZERO else Sign.UNKNOWN
    if operation == "sqrt":
        return Sign.POSITIVE if signs[0] is Sign.POSITIVE else Sign.NOT_NEGATIVE
    if not all(sign in _AT_LEAST_ZERO for sign in signs):
        one_below = operation == "multiply" and Sign.NOT_POSITIVE in signs and any(sign in _AT_LEAST_ZERO for sign in signs)
        return Sign.NOT_POSITIVE if one_below else Sign.UNKNOWN
    if operation == "add":
        # What is added to a number can't bring it below that number, however it is rounded.
        return Sign.POSITIVE if Sign.POSITIVE in signs else Sign.NOT_NEGATIVE
    if operation == "select":
        return Sign.NOT_NEGATIVE if Sign.NOT_NEGATIVE in signs else Sign.POSITIVE
    if operation == "divide" and signs[1] is not Sign.POSITIVE:
        return Sign.UNKNOWN
    # Products and quotients may be too small to be told from zero.
    return Sign.NOT_NEGATIVE
