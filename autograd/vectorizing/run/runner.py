"""The compiled functions of a program, each bound to buffers for the batch sizes last used."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context
from typing import Any

import numpy

from autograd.vectorizing.arrays.building import ArrayProgram
from autograd.vectorizing.layout.plans import ArrayLayout
from autograd.vectorizing.run.binding import Binding, Compiled
from autograd.vectorizing.run.compiling import FunctionKind, compile_function

# Up to this many parameters, copying them is faster than checking whether they are still where they were.
_FEW_PARAMETERS = 50_000
# How many different batch sizes have their buffers kept.
_SIZES_KEPT = 4


class Runner:
    """What runs of a program share; calls from several threads have to wait for each other.

    Args:
        program: the array program.
        layout: where parameters stand in θ.
        n_parameters: how many numbers θ has.
        n_used: how many of them, the first ones, the results depend on.

    Attributes:
        copies: whether θ and the gradient are copied into buffers; else the functions are bound to the arrays themselves.
    """

    def __init__(self, program: ArrayProgram, layout: ArrayLayout, n_parameters: int, n_used: int) -> None:
        self.copies = n_parameters <= _FEW_PARAMETERS
        self._program = program
        self._layout = layout
        self._n_used = n_used
        self._compiled: dict[FunctionKind, Compiled] = {}
        self._bindings: dict[tuple[FunctionKind, int], Binding] = {}
        self._events: list[str] = []
        # Floating-point events are noted while a program runs, and only those of the program.
        self._context = copy_context()
        self._context.run(_note_events, self._events)

    def compiled(self, kind: FunctionKind) -> Compiled:
        """A function of the program, compiled when it is first asked for."""
        compiled = self._compiled.get(kind)
        if compiled is None:
            compiled = self._compiled[kind] = compile_function(kind, self._program, self._layout.blocks, self._events)
        return compiled

    def binding(self, kind: FunctionKind, m: int, theta: Any, out: Any = None) -> Binding:
        """A compiled function in its buffers for a batch of m examples; those last used are kept."""
        key = (kind, m)
        binding = self._bindings.get(key)
        if self.copies:
            if binding is None:
                binding = self._bound(key, numpy.empty_like(theta), numpy.empty_like(theta), None)
            return binding
        gradient = None
        if kind == "value_and_grad":
            gradient = numpy.empty_like(theta) if out is None else out
        if binding is None or binding.theta is not theta or binding.gradient is not gradient:
            binding = self._bound(key, theta, gradient, binding)
        return binding

    def once(self, kind: FunctionKind, theta: Any, gradient: Any, arrays: Sequence[Any]) -> Any:
        """The result of a compiled function for a batch of one, in buffers of the dtype of θ that are not kept."""
        return self.run(self.compiled(kind).bind(1, theta, gradient), theta, arrays)[0]

    def _bound(self, key: tuple[FunctionKind, int], theta: Any, gradient: Any, earlier: Binding | None) -> Binding:
        if gradient is not None:
            # Parameters that the loss does not depend on.
            gradient[self._n_used :] = 0.0
        binding = self.compiled(key[0]).bind(key[1], theta, gradient, earlier.buffers if earlier else None)
        self._bindings.pop(key, None)
        self._bindings[key] = binding
        if len(self._bindings) > 3 * _SIZES_KEPT:
            del self._bindings[next(iter(self._bindings))]
        return binding

    def run(self, binding: Binding, theta: Any, arrays: Sequence[Any]) -> tuple[Any, bool, Any]:
        """The result of a compiled function, whether something overflowed or was invalid, and the sum of the gradient's squares.

        Raises:
            IndexOutOfRangeError: a computed index is out of range.
            UnmetDemandError: an example does not meet what the function requires.
        """
        if binding.theta is not theta:
            binding.theta[:] = theta
        try:
            result, n_events, squares = self._context.run(binding.run, *arrays)
        except (IndexError, ValueError):
            self._events.clear()
            raise
        if not self._events:
            return result, False, squares
        self._events.clear()
        return result, bool(n_events), squares


def _note_events(events: list[str]) -> None:
    """Have overflow, division by zero and invalid operations noted in a list, in the present context."""
    numpy.seterrcall(lambda kind, flag: events.append(kind))
    numpy.seterr(over="call", divide="call", invalid="call", under="ignore")
