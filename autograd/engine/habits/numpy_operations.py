"""Values among NumPy's arrays: ``array * v``, ``np.exp(v)``, ``np.maximum(array, v)``.

NumPy hands every operation that a Value takes part in to `Value.__array_ufunc__`, and so here. What has a twin in this library
is computed by that, element by element, and recorded; the results are Values, or arrays of objects that hold Values. Tests
such as `isnan` give plain answers. All else is refused with what to write instead, so that no gradient is lost silently.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cache
from typing import Any

from autograd.engine import state
from autograd.engine.habits.recorded_forms import function_here, recorded_form
from autograd.errors import is_real_number, number_in
from autograd.table.operators import OPERATORS

# NumPy's names for Python's operators where they are not the table's.
_OPERATORS: dict[str, Callable[..., Any]] = {
    **OPERATORS,
    "remainder": operator.mod,
    "float_power": operator.pow,
    "positive": operator.pos,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "divmod": divmod,
}
_COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")
_TESTS = ("isnan", "isinf", "isfinite", "signbit")
# What NumPy computes with elements of any kind by their own operators: sums of products, and what is made of a binary operation.
_BY_OPERATORS = ("matmul", "matvec", "vecmat", "vecdot")


# Comparisons joined by these are plain answers, as they are to `numpy.isclose`.
_JOINED = ("bitwise_and", "bitwise_or", "bitwise_xor")


def apply(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What `Value.__array_ufunc__` answers.

    Args:
        ufunc: NumPy's function.
        method: ``"__call__"``, or ``"reduce"``, ``"outer"``, … of the function.
        inputs: its operands: Values, arrays, numbers, lists.
        options: ``out``, ``where``, ``dtype``, …

    Raises:
        TypeError: the function has no twin here, or its result is to be written into an array of plain numbers.
    """
    import numpy  # which has called, so that it is there

    Value = state.Value
    known = (Value, numpy.ndarray, numpy.generic)
    if any(hasattr(type(x), "__array_ufunc__") and not isinstance(x, known) for x in inputs):
        return NotImplemented
    options = {name: option for name, option in options.items() if option is not None}
    _check_room(ufunc, options)
    name = ufunc.__name__
    if method == "__call__" and not options and all(isinstance(x, Value) or is_real_number(x) for x in inputs):
        operands = [x if isinstance(x, Value) else number_in(x) for x in inputs]
        # Python has no number for a long double.
        operands = [float(x) if isinstance(x, numpy.generic) else x for x in operands]
        if name in _JOINED and all(map(_is_truth, operands)):
            return ufunc(*map(bool, operands))
        return ufunc(*map(float, operands)) if name in _TESTS else _function(name)(*operands)
    objects = [numpy.asarray(x, dtype=object) for x in inputs]
    if name in _TESTS and method == "__call__":
        return ufunc(*(x.astype(float) for x in objects), **options)
    if name in _BY_OPERATORS or name in _COMPARISONS or method != "__call__":
        # Comparisons with an array make a mask of it, as comparisons of arrays do.
        if name not in _BY_OPERATORS:
            _function(name)
        return getattr(ufunc, method)(*objects, **options)
    return numpy.frompyfunc(_function(name), ufunc.nin, ufunc.nout)(*objects, **options)


@cache
def _function(name: str) -> Callable[..., Any]:
    """The function of Values that does what a function of NumPy's does.

    Raises:
        TypeError: there is none.
    """
    if name in _OPERATORS:
        return _OPERATORS[name]
    here = function_here(name)
    if here is not None:
        return here
    recorded = recorded_form(name)
    advice = f"Write {recorded} to record it" if recorded else "Use functions of autograd to record it"
    raise TypeError(f"{name} knows no Values, and would lose the gradient. {advice}, or {name}(float(…)) if the number is meant.")


def _is_truth(operand: Any) -> bool:
    return operand.primitive.name in _COMPARISONS if isinstance(operand, state.Value) else isinstance(operand, bool)


def _check_room(ufunc: Any, options: dict[str, Any]) -> None:
    """Refuse to write Values into an array of plain numbers, which would keep no gradient."""
    import numpy

    if ufunc.__name__ in _TESTS or ufunc.__name__ in _COMPARISONS:
        return
    given = [array.dtype for array in options.get("out", ()) if array is not None]
    if "dtype" in options:
        given.append(numpy.dtype(options["dtype"]))
    for dtype in given:
        if dtype.kind != "O":
            raise TypeError(
                f"{ufunc.__name__} with a Value can't give an array of {dtype}, which keeps no gradient. Write a = a + v instead "
                f"of a += v, make it an array of objects (array.astype(object)), or use float(v) if the number is meant."
            )
