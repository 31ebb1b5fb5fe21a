"""Derivatives that the user has: brought into rows, one for each output, of one number for each input."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd.checking.function.recording import as_number, is_array, is_number, named_numbers
from autograd.checking.verdicts import InputReport, Verdict
from autograd.errors import number_in

_CLOSE = 1e-2
_TRANSPOSED = "the Jacobian looks transposed: it is right with rows and columns exchanged (it needs a row for each output)"


def rows_of(
    given: Any,
    numbers: Sequence[float],
    n_outputs: int,
    point: Sequence[Any],
    *,
    is_jacobian: bool,
    n_parameters: int = 0,
    outputs: Any = 0.0,
) -> list[list[float]]:
    """Read a gradient or a Jacobian.

    Args:
        given: a function of the point, or nested numbers.
        numbers: the inputs' numbers.
        n_outputs: how many outputs the function has.
        point: the function's arguments, which a function for the derivative is called with.
        is_jacobian: there is a row for each output.
        n_parameters: how many of the inputs, the last, are none of the arguments' numbers.
        outputs: what the function returned, whose arrangement the rows of a Jacobian may have.

    Raises:
        ValueError: there are more or fewer numbers than derivatives, or they are arranged as neither the point nor one list is.
    """
    result = given(*point) if callable(given) else given
    n_inputs = len(numbers)
    if not is_jacobian and n_outputs != 1:
        raise ValueError(f"gradcheck: the function has {n_outputs} outputs; give their derivatives as jacobian=, a row for each")
    count = len(list(named_numbers(result, "")))
    what = f"a Jacobian of {n_outputs} rows and {n_inputs} columns" if is_jacobian else f"a gradient of {n_inputs} numbers"
    if count != n_outputs * n_inputs:
        raise ValueError(f"gradcheck: expected {what}, one for each input, but {count} numbers were given")
    # An argument without a number has no derivative.
    inputs = [argument for argument in point if next(named_numbers(argument, ""), None) is not None] + [0.0] * n_parameters
    arrangement = _Arrangement(inputs or [0.0] * n_inputs, n_inputs)
    try:
        return arrangement.rows(outputs, n_outputs, result) if is_jacobian else [arrangement.row(result)]
    except _OtherwiseArrangedError as error:
        how = "with a row for each output, each arranged as the point is, or as one list" if is_jacobian else "or as one list"
        raise ValueError(f"gradcheck: expected {what}, arranged as the point is, {how}, but {error}") from None


def told_if_transposed(
    rows: Sequence[Sequence[float]] | None,
    reports: Sequence[InputReport],
    check: Callable[[list[list[float]]], Sequence[InputReport]],
) -> list[str]:
    """A sentence for a square Jacobian that is not right, and transposed would be.

    Args:
        rows: the derivatives that were given, a row for each output; None: none were.
        reports: their check.
        check: makes a check of other derivatives.
    """
    wrong = next((checked for checked in reports if checked.verdict is Verdict.WRONG_GRADIENT), None)
    if rows is None or wrong is None or wrong.difference is None:
        return []
    if len(rows) == 1 or any(len(row) != len(rows) for row in rows):
        return []
    # Another check takes as long as the first did, so the number that should have stood there must stand somewhere.
    numbers = [number for row in rows for number in row]
    close = _CLOSE * max(map(abs, numbers))
    if not any(math.isclose(number, wrong.difference, rel_tol=_CLOSE, abs_tol=close) for number in numbers):
        return []
    return [_TRANSPOSED] if all(check([list(column) for column in zip(*rows, strict=True)])) else []


class _OtherwiseArrangedError(ValueError):
    """Numbers are not arranged as they should be."""


class _Arrangement:
    """The arrangement of the inputs.

    Args:
        inputs: the arguments, and the parameters one by one.
        count: how many numbers they hold.
    """

    def __init__(self, inputs: list[Any], count: int) -> None:
        self._inputs = inputs
        self._count = count

    def row(self, given: Any) -> list[float]:
        """A derivative by each input, of one output."""
        if is_number(given) or _is_list(given):
            flat = [given] if is_number(given) else list(given)
            if len(flat) == self._count and all(map(is_number, flat)):
                return list(map(as_number, flat))
        if len(self._inputs) == 1:
            try:
                return _numbers(_alike(self._inputs[0], given))
            except _OtherwiseArrangedError:
                if not (_is_list(given) and len(given) == 1):
                    raise
        return _numbers(_alike(self._inputs, given))

    def rows(self, outputs: Any, n_outputs: int, given: Any) -> list[list[float]]:
        """A row for each output."""
        if n_outputs == 1:
            try:
                return [self.row(given)]
            except _OtherwiseArrangedError:
                pass
        if _is_list(given) and len(given) == n_outputs:
            try:
                return [self.row(row) for row in given]
            except _OtherwiseArrangedError:
                if n_outputs == 1 or is_number(outputs):
                    raise
        if is_number(outputs):
            raise _OtherwiseArrangedError(f"{_described(given)} was given")
        return [self.row(row) for row in _alike(outputs, given)]


def _numbers(given: list[Any]) -> list[float]:
    for one in given:
        if not is_number(one):
            raise _OtherwiseArrangedError(f"{_described(one)} was given for one number")
    return list(map(as_number, given))


def _alike(pattern: Any, given: Any) -> list[Any]:
    """What stands in the place of each number of a nest of lists, tuples, dictionaries and arrays."""
    if is_number(pattern):
        return [number_in(given)]
    if isinstance(pattern, dict):
        if not isinstance(given, dict) or given.keys() != pattern.keys():
            raise _OtherwiseArrangedError(f"{_described(given)} was given for {_described(pattern)}")
        return [one for key, part in pattern.items() for one in _alike(part, given[key])]
    if not _is_list(pattern):
        return []
    parts = [part for part in pattern if next(named_numbers(part, ""), None) is not None]
    if not _is_list(given) or len(given) not in (len(parts), len(pattern)):
        raise _OtherwiseArrangedError(f"{_described(given)} was given for {_described(pattern)}")
    if len(given) == len(pattern):
        parts = list(pattern)
    return [one for part, other in zip(parts, given, strict=True) for one in _alike(part, other)]


def _is_list(thing: Any) -> bool:
    return isinstance(thing, list | tuple) or (is_array(thing) and thing.ndim > 0)


def _described(thing: Any) -> str:
    """The arrangement of something, in few words."""
    if isinstance(thing, dict):
        return f"a dictionary with the keys {', '.join(map(repr, thing))}"
    if not _is_list(thing):
        return f"a {type(thing).__name__}"
    shape = []
    while _is_list(thing) and len(thing) > 0:
        shape.append(len(thing))
        thing = thing[0]
    return f"a list or array of the shape {tuple(shape)}"
