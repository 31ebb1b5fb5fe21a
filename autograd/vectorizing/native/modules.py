"""Modules of machine code: a kernel with the elementary functions that it calls, compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy

from autograd.vectorizing.native.elementary import definitions, symbols
from autograd.vectorizing.native.kernels import KernelKind, lower
from autograd.vectorizing.native.machine import Machine, compile_module
from autograd.vectorizing.native.writing import KernelWriter
from autograd.vectorizing.rolled.program import RolledProgram

NAME = "kernel"
# Code of more lines than this is compiled with the least effort: more would take longer than it saves.
_MOST_LINES_WITH_EFFORT = 3_000


@dataclass(frozen=True, slots=True)
class CompiledKernel:
    """A kernel that can be called.

    Attributes:
        machine: the machine code.
        text: what it was compiled from.
        lanes: how many examples are computed side by side.
        width: how many results each example has.
        scratch_bytes: how much memory a call needs.
    """

    machine: Machine
    text: str
    lanes: int
    width: int
    scratch_bytes: int


def compile_kernel(rolled: RolledProgram, kind: KernelKind, *, n_parameters: int, lanes: int, dtype: Any) -> CompiledKernel:
    """Compile a kernel of a program.

    Args:
        rolled: the program.
        kind: what it computes.
        n_parameters: how long θ is; parameters behind those that the program uses have the gradient 0.
        lanes: how many examples are computed side by side.
        dtype: the type of θ, of the batch and of the results.
    """
    kernel = lower(rolled, kind)
    number_type = "float" if numpy.dtype(dtype) == numpy.float32 else "double"
    writer = KernelWriter(kernel, NAME, lanes, number_type, n_parameters if kind == "value_and_grad" else 0)
    text = writer.text
    level = 2 if text.count("\n") <= _MOST_LINES_WITH_EFFORT else 0
    functions, declarations = definitions(writer.functions)
    whole = "\n".join([*sorted(writer.declarations | declarations), *functions, text])
    return CompiledKernel(compile_module(whole, symbols(whole), level=level), whole, lanes, kernel.width, writer.scratch_bytes)
