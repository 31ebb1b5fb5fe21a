"""A step of an optimizer in machine code: one pass over the numbers of all parameters, whatever computed their gradient."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy

from autograd.vectorizing.native.machine import Machine, compile_module, lanes
from autograd.vectorizing.native.steps_formula import UpdateFormula
from autograd.vectorizing.native.steps_module import module_of_moves

Numbers = Any  # numpy.ndarray

_MOVE = ctypes.CFUNCTYPE(
    None,
    *[ctypes.c_void_p] * 3,
    ctypes.c_int64,
    *[ctypes.c_void_p] * 2,
)


class Moves:
    """Moves all parameters by a formula.

    In 64 bits the results are those of the formula computed with NumPy, to the bit. In 32 bits it computes with 64 and rounds
    what it stores.

    Args:
        formula: how a parameter moves.
        dtype: the type of all arrays, float64 or float32.
    """

    def __init__(self, formula: UpdateFormula, dtype: Any) -> None:
        self._formula = formula
        self._dtype = numpy.dtype(dtype)
        self._machine = _machine(module_of_moves(formula, lanes(), "float" if self._dtype == numpy.float32 else "double"))
        self._function = _MOVE(self._machine.address("moves"))

    def run(self, theta: Numbers, gradient: Numbers, states: Numbers, settings: Sequence[float], t: int) -> bool:
        """Take step t, counted from 1, in place; tell whether it could be taken. If not, nothing has changed.

        Args:
            theta, gradient: vectors of the parameters' numbers, and of the gradient.
            states: an array of shape (number of states, number of parameters).
            settings: the present numbers of the formula's settings.

        Raises:
            ValueError: an array has another shape or type, or is not contiguous.
        """
        for array, shape in ((theta, theta.shape), (gradient, theta.shape), (states, (self._formula.n_states, len(theta)))):
            if array.dtype != self._dtype or array.shape != shape or not array.flags.carray:
                raise ValueError(f"not a contiguous array of {self._dtype} of shape {shape}, but {array.dtype} of {array.shape}")
        fixed, timed, n_computed = self._formula.common(settings, t, 1)
        if not n_computed:
            return False
        addresses = [array.ctypes.data for array in (theta, gradient, states)]
        self._function(*addresses, len(theta), fixed.ctypes.data, timed.ctypes.data)
        return True


@lru_cache(maxsize=16)
def _machine(text: str) -> Machine:
    return compile_module(text, level=1)
