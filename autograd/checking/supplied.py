"""Derivatives that the user has: brought into rows, one for each output, of one number for each input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.checking.recording import as_number, named_numbers


def rows_of(
    given: Any, numbers: Sequence[float], n_outputs: int, point: Sequence[Any], *, is_jacobian: bool
) -> list[list[float]]:
    """Read a gradient or a Jacobian.

    Args:
        given: a function of the point, or nested numbers.
        numbers: the inputs' numbers.
        n_outputs: how many outputs the function has.
        point: the function's arguments, which a function for the derivative is called with.
        is_jacobian: there is a row for each output.

    Raises:
        ValueError: there are more or fewer numbers than derivatives.
    """
    result = given(*point) if callable(given) else given
    flat = [as_number(number) for _, number in named_numbers(result, "")]
    n_inputs = len(numbers)
    if not is_jacobian and n_outputs != 1:
        raise ValueError(f"gradcheck: the function has {n_outputs} outputs; give their derivatives as jacobian=, a row for each")
    if len(flat) != n_outputs * n_inputs:
        what = f"a Jacobian of {n_outputs} rows and {n_inputs} columns" if is_jacobian else f"a gradient of {n_inputs} numbers"
        raise ValueError(f"gradcheck: expected {what}, one for each input, but {len(flat)} numbers were given")
    return [flat[row * n_inputs : (row + 1) * n_inputs] for row in range(n_outputs)]
