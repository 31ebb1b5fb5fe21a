"""The functions of a program on JAX, called as those of the program itself."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import jax
import numpy

from autograd import Program
from autograd.vectorizing.jax.functions import flat_functions

Numbers = Any  # numpy.ndarray, or an array of JAX


class JaxProgram:
    """A program that is computed by JAX.

    Results that are not finite it has computed by the program itself, which raises what the eager engine would raise, or finds
    out that they are finite if what was not chosen is left out.

    Args:
        program: the program.
        in_powers: whether batches are of many sizes. A function is compiled for each size, so gradients are computed in parts of
            as many examples as powers of two, and losses with further examples up to the next power.

    Attributes:
        program: the program.
        flat: its functions.
    """

    def __init__(self, program: Program, *, in_powers: bool) -> None:
        self.program = program
        self._in_powers = in_powers
        functions = flat_functions(program)
        self.flat = functions
        self._losses, self._value_and_grad = jax.jit(functions.losses), jax.jit(functions.value_and_grad)

    def arrays_of(self, *batch: Any) -> list[Numbers]:
        """The arrays of a batch, one after the other, checked.

        Raises:
            TypeError, ValueError, IndexError: the batch has a wrong shape or type, or an index is out of range.
        """
        return list(self.program.input_arrays(*batch)[1])

    def losses(self, theta: Any, *batch: Any, warn: bool = True, check: bool = True) -> Any:
        """See `Functions.losses`."""
        m, arrays = self.program.input_arrays(*batch)
        n_more = (1 << (m - 1).bit_length()) - m if self._in_powers else 0
        filled = [numpy.concatenate([array, numpy.repeat(array[-1:], n_more, 0)]) for array in arrays] if n_more else arrays
        with jax.enable_x64(True):
            losses = numpy.asarray(self._losses(theta, filled))[:m]
        if not numpy.isfinite(losses).all():
            return self.program.losses(theta, *batch, warn=warn, check=check)
        return losses

    def value_and_grad(
        self, theta: Any, *batch: Any, out: Any = None, warn: bool = True, check: bool = True
    ) -> tuple[float, Any]:
        """See `Functions.value_and_grad`."""
        m, arrays = self.program.input_arrays(*batch)
        mean, gradient = 0.0, numpy.zeros_like(theta) if out is None else out
        with jax.enable_x64(True):
            for number, part in enumerate(self._parts(m, arrays)):
                loss, own = self._value_and_grad(theta, part)
                share = (len(part[0]) if part else m) / m
                mean += float(loss) * share
                if number:
                    gradient += numpy.asarray(own) * share
                else:
                    numpy.multiply(own, share, out=gradient)
        if not (math.isfinite(mean) and numpy.isfinite(gradient).all()):
            return self.program.value_and_grad(theta, *batch, out=gradient, warn=warn, check=check)
        return mean, gradient

    def _parts(self, m: int, arrays: Sequence[Numbers]) -> Iterator[list[Numbers]]:
        if not (self._in_powers and arrays):
            yield list(arrays)
            return
        start = 0
        while start < m:
            stop = start + (1 << (m - start).bit_length() - 1)
            yield [array[start:stop] for array in arrays]
            start = stop
