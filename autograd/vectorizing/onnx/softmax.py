"""The softmax, one operator in ONNX, which `autograd.softmax` states by a maximum, exponentials and their sum."""

from __future__ import annotations

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.arrays.views import View


def argument_of_softmax(array: Array) -> tuple[Array, int] | None:
    """What an array is the softmax of, and along which axis; None if it is anything else.

    It is one if it reads exp(z - max z) ÷ Σ exp(z - max z), where the difference of two infinities is 0.
    """
    if array.function != "divide" or len(array.arrays) != 2:
        return None
    shares, whole = array.arrays
    summed = _without_single_axes(whole)
    if shares.function != "exp" or not isinstance(summed.operation, op.Sum) or summed.arrays != (shares,):
        return None
    (gap,) = shares.arrays
    if gap.function != "gap" or len(gap.arrays) != 2 or len(summed.operation.axes) != 1 or summed.operation.over_examples:
        return None
    values, largest = gap.arrays
    (axis,) = summed.operation.axes
    kept = (*values.shape[:axis], 1, *values.shape[axis + 1 :])
    if not values.shape == shares.shape == array.shape or not whole.shape == largest.shape == kept:
        return None
    chosen = _without_single_axes(largest)
    if chosen.operation is not op.Plain.CHOOSE:
        return None
    rows, index = chosen.arrays
    if index.operation != op.OfRows("argmax") or index.arrays != (rows,):
        return None
    return (values, axis) if _has_rows_along(rows, values, axis) else None


def _without_single_axes(array: Array) -> Array:
    """What an array shows with further axes of length 1."""
    while isinstance(array.operation, op.Show):
        (shown,) = array.arrays
        view = array.operation.view
        has_other_axes = [n for n in shown.shape if n > 1] != [n for n in array.shape if n > 1]
        if view.slices is not None or view.order is not None or has_other_axes:
            break
        array = shown
    return array


def _has_rows_along(rows: Array, values: Array, axis: int) -> bool:
    """Whether an array has the elements of another one along an axis for its rows."""
    if axis == len(values.shape) - 1:
        return rows is values
    order = (*[other for other in range(len(values.shape)) if other != axis], axis)
    return (
        isinstance(rows.operation, op.Show) and rows.arrays == (values,) and rows.operation.view == View(rows.shape, order=order)
    )
