"""What may be asked for a derivative, and what is said about the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.engine.modes import is_paused
from autograd.engine.refusals import check, traces
from autograd.engine.value import Value


def check_reading(output: Value, way: str) -> None:
    """Refuse a derivative as a float to a traced function: it is a number that was read.

    Raises:
        FrozenChoiceError: the output depends on what varies.
    """
    if traces:
        check(output, way)


def require_record(output: Value, inputs: Sequence[Value]) -> None:
    """Refuse a derivative of what was computed inside `no_grad`: it would be 0, whatever was computed.

    Raises:
        ValueError: the output has no record, and is not an input itself.
    """
    if output._first is None and is_paused() and not any(output is v for v in inputs):
        raise ValueError(
            f"inside no_grad nothing is recorded, so {output!r} has no derivative; compute it outside, or leave no_grad out"
        )


def require_values(values: Sequence[Any], role: str) -> None:
    """Refuse to differentiate what is not a Value, or with respect to it.

    Raises:
        TypeError: one of them is not a Value.
    """
    for value in values:
        if not isinstance(value, Value):
            how = ": compute y = f(x) first, then grad(y, x); value_and_grad(f)(3.0) takes a function" if callable(value) else ""
            raise TypeError(f"the {role} of a derivative must be a Value, not {value!r}{how}")
