"""The number system of NumPy arrays, and its functions, which emitted programs import by name.

Every function takes arrays of float64 or float32 and an optional ``out``, and computes each element as the rules for floats
do, to within a rounding. Where those raise, it gives the limit, inf or nan; warnings are for the caller to arrange
(`numpy.errstate`). `logsumexp`, `softmax`, `argmax` and `argmin` look along the last axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, ElementaryFunction
from autograd.table.floats import QUIET, quiet_function_of
from autograd.table.number_system import NumberSystem
from autograd.table.primitives import BUILT_IN, TABLE

Numbers = Any  # numpy.ndarray

# Below this number of elements, the number of calls decides, not what they do.
_FEW = 500


def _of_one_precision(operands: Sequence[Numbers]) -> tuple[list[Numbers], numpy.dtype[Any]]:
    """Operands as arrays, and the precision of the result; plain numbers take that of the arrays, as in NumPy's own functions."""
    arrays = [operand if operand.__class__ in (int, float) else numpy.asarray(operand) for operand in operands]
    floating = [array.dtype for array in arrays if isinstance(array, numpy.ndarray) and array.dtype.kind == "f"]
    dtype = numpy.result_type(*floating) if floating else numpy.dtype(float)
    return [array if isinstance(array, numpy.ndarray) else numpy.asarray(array, dtype) for array in arrays], dtype


def function_of(row: ElementaryFunction) -> Callable[..., Numbers]:
    """The function of a row of the registry: NumPy's own, else that of floats for element after element."""
    if row.numpy is not None:
        ufunc: Callable[..., Numbers] = getattr(numpy, row.numpy)
        return ufunc

    def each(*operands: Numbers, out: Numbers = None) -> Numbers:
        if len(operands) > row.arity:
            *operands, out = operands  # type: ignore[assignment]
        arrays, dtype = _of_one_precision(operands)
        arrays = list(numpy.broadcast_arrays(*arrays)) if len(arrays) > 1 else arrays
        columns = [array.ravel().tolist() for array in arrays]
        try:
            # Functions in C, which `map` calls without a step of the interpreter in between.
            numbers = numpy.fromiter(map(row.floats, *columns), dtype, arrays[0].size)
        except (ArithmeticError, ValueError):
            numbers = numpy.fromiter(map(quiet_function_of(row), *columns), dtype, arrays[0].size)
            if numpy.geterr()["invalid"] == "call":
                numpy.log(-1.0)  # a program is told of what is undefined, as NumPy's own functions tell it
        return _into(out, numbers.reshape(arrays[0].shape))

    return each


def equal(a: Numbers, b: Numbers, out: Numbers = None) -> Numbers:
    """1 where two numbers are equal, else 0."""
    result = numpy.equal(a, b) * numpy.result_type(a, b, numpy.float32).type(1.0)
    return _into(out, result)


def argmax(x: Numbers, out: Numbers = None) -> Numbers:
    """The place of the first largest number of each row; a nan is never larger, but stays if it is the first.

    >>> argmax(numpy.array([[1.0, 3.0, 3.0], [2.0, numpy.nan, 4.0]]))
    array([1, 2])
    """
    places = numpy.argmax(x, -1)
    chosen = numpy.take_along_axis(x, places[..., None], -1)[..., 0]
    # NumPy takes the first nan for the largest.
    if numpy.isnan(chosen).any():
        places = numpy.argmax(numpy.where(numpy.isnan(x), -numpy.inf, x), -1)
        places = numpy.where(numpy.isnan(x[..., 0]), 0, places)
    return _into(out, places)


def argmin(x: Numbers, out: Numbers = None) -> Numbers:
    """The place of the first smallest number of each row, of nan as `argmax` has it."""
    return argmax(numpy.negative(x), out)


def sech2(x: Numbers, out: Numbers = None) -> Numbers:
    """1 ÷ cosh² x.

    >>> sech2(numpy.array([0.0, 20.0])).round(20).tolist()
    [1.0, 1.699e-17]
    """
    out = numpy.empty_like(x) if out is None else out
    if x.size < _FEW:
        numpy.cosh(x, out)
        numpy.multiply(out, out, out)
        return numpy.divide(1.0, out, out)
    # More steps, but the exponential takes a fraction of the time of the hyperbolic cosine.
    numpy.absolute(x, out)
    numpy.multiply(out, -2.0, out)
    e = numpy.exp(out, out)
    square = numpy.add(e, 1.0)
    numpy.multiply(square, square, square)
    numpy.divide(e, square, e)
    return numpy.multiply(e, 4.0, e)


def total(x: Numbers, out: Numbers = None) -> Numbers:
    """The sum of each row."""
    return numpy.add.reduce(x, -1, out=out)


def logsumexp_and_softmax(x: Numbers, out_logsumexp: Numbers, out_softmax: Numbers) -> None:
    """Both of them for each row, with one exponential; ``x`` may be where the softmax goes, which must be contiguous."""
    n = x.shape[-1]
    places = x.argmax(-1)
    flat = places + (numpy.arange(places.size) * n).reshape(places.shape)
    shift = x.reshape(-1)[flat] if x.flags.c_contiguous else numpy.take_along_axis(x, places[..., None], -1)[..., 0]
    if not math.isfinite(float(shift.sum(dtype=float))):
        _of_infinite_rows(x, out_logsumexp, out_softmax)
        return
    shares = numpy.subtract(x, shift[..., None], out_softmax)
    numpy.exp(shares, shares)
    flat_shares = shares.reshape(-1)
    # log1p of the others' share keeps the digits where one number dominates.
    flat_shares[flat] = 0.0
    rest = numpy.add.reduce(shares, -1)
    flat_shares[flat] = 1.0
    numpy.add(numpy.log1p(rest), shift, out_logsumexp)
    numpy.multiply(shares, (1.0 / (rest + 1.0))[..., None], shares)


def _of_infinite_rows(x: Numbers, out_logsumexp: Numbers, out_softmax: Numbers) -> None:
    """Row by row, as the rules for floats have infinite and undefined numbers."""
    rows = x.reshape(-1, x.shape[-1]).astype(float).tolist()
    sums = [float(QUIET.logsumexp(row)) for row in rows]
    shares = [[float(share) for share in QUIET.softmax(row)] for row in rows]
    out_logsumexp[...] = numpy.array(sums).reshape(x.shape[:-1])
    out_softmax[...] = numpy.array(shares).reshape(x.shape)


def logsumexp(x: Numbers, out: Numbers = None) -> Numbers:
    """ln Σ exp xⱼ of each row.

    >>> logsumexp(numpy.array([[0.0, 0.0], [1000.0, 0.0]])).round(4).tolist()
    [0.6931, 1000.0]
    """
    result = numpy.empty(x.shape[:-1], x.dtype) if out is None else out
    logsumexp_and_softmax(x, result, numpy.empty(x.shape, x.dtype))
    return result


def softmax(x: Numbers, out: Numbers = None) -> Numbers:
    """exp xᵢ ÷ Σ exp xⱼ of each row (the textbook's equation for softmax).

    >>> softmax(numpy.array([[0.0, 0.0], [1000.0, 0.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    result = out if out is not None and out.flags.c_contiguous else numpy.empty(x.shape, x.dtype)
    logsumexp_and_softmax(x, numpy.empty(x.shape[:-1], x.dtype), result)
    return result if result is out else _into(out, result)


def _into(out: Numbers, result: Numbers) -> Numbers:
    if out is None:
        return result
    out[...] = result
    return out


FUNCTIONS_OUT: dict[str, Callable[..., Numbers]] = {
    **{name: function_of(row) for name, row in ELEMENTARY_FUNCTIONS.items()},
    "modulo": numpy.mod,
    "floor_divide": numpy.floor_divide,
    **{function.__name__: function for function in (equal, argmax, argmin, sech2, total, logsumexp, softmax)},
}


class Arrays(NumberSystem):
    """Arrays as numbers: a rule of the table computes each element."""

    def __init__(self) -> None:
        self.__dict__.update(FUNCTIONS_OUT)

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Numbers:
        """One of two numbers for each element; a comparison as 1 and 0 is one of floats."""
        return numpy.where(condition, if_true, if_false)


ARRAYS = Arrays()


def _primitive(name: str) -> Callable[..., Numbers]:
    forward = TABLE[name].forward

    def compute(*operands: Numbers, out: Numbers = None) -> Numbers:
        arrays, dtype = _of_one_precision(operands)
        return _into(out, numpy.asarray(forward(ARRAYS, *arrays)).astype(dtype, copy=False))

    compute.__name__ = compute.__qualname__ = name
    compute.__doc__ = f"{TABLE[name].meaning}, of each element: the table's rule for {name}."
    return compute


def __getattr__(name: str) -> Callable[..., Numbers]:
    """Any other function of the table, made from its rule on first use."""
    if name in FUNCTIONS_OUT:
        return FUNCTIONS_OUT[name]
    if name in TABLE and TABLE[name].arity in (1, 2):
        function = _primitive(name)
        if name in BUILT_IN:  # others may be defined anew
            FUNCTIONS_OUT[name] = function
        return function
    raise AttributeError(f"{__name__} has no function {name!r}")
