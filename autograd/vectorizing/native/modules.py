"""Modules of machine code: a kernel with the elementary functions that it calls, compiled."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy

from autograd.number_systems.llvm.c_library import c_symbols
from autograd.number_systems.llvm.exact import EXACT, exact_symbols
from autograd.number_systems.llvm.functions import definition, symbol
from autograd.vectorizing.native import machine as processor
from autograd.vectorizing.native.kernels import KernelKind, lower
from autograd.vectorizing.native.machine import Machine, compile_module, has_fused
from autograd.vectorizing.native.writing import KernelWriter
from autograd.vectorizing.rolled.program import RolledProgram

NAME = "kernel"
# Code of more lines than this is compiled with the least effort: more would take longer than it saves.
_MOST_LINES_WITH_EFFORT = 15_000


# Kernels call functions of these as long as the process lives.
_FUNCTIONS: list[Machine] = []


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


def compile_kernel(
    rolled: RolledProgram,
    kind: KernelKind,
    *,
    n_parameters: int,
    lanes: int,
    dtype: Any,
    exact: bool = False,
    keeps_out: bool = False,
) -> CompiledKernel:
    """Compile a kernel of a program.

    Args:
        rolled: the program.
        kind: what it computes.
        n_parameters: how long θ is; parameters behind those that the program uses have the gradient 0.
        lanes: how many examples are computed side by side.
        dtype: the type of θ, of the batch and of the results.
        exact: whether results are to be bit-equal to those of the eager engine, which takes a single lane.
        keeps_out: whether the gradient stays unwritten if an example is refused.
    """
    is_single = numpy.dtype(dtype) == numpy.float32
    kernel = lower(rolled, kind, exact=exact, single=is_single)
    number_type = "float" if is_single else "double"
    n_written = n_parameters if kind == "value_and_grad" else 0
    writer = KernelWriter(
        kernel,
        NAME,
        lanes,
        number_type,
        n_written,
        has_fused=has_fused(),
        vector=processor.lanes(),
        keeps_out=keeps_out and kind == "value_and_grad",
    )
    text = writer.text
    whole = "\n".join([*sorted(writer.declarations), text])
    level = 1 if whole.count("\n") <= _MOST_LINES_WITH_EFFORT else 0
    called = {symbol(name, width): _function(name, width) for name, width in sorted(writer.functions)}
    machine = compile_module(whole, _symbols(writer.declarations) | called, level=level)
    return CompiledKernel(machine, whole, lanes, kernel.width, writer.scratch_bytes)


@cache
def _function(name: str, lanes: int) -> int:
    """The address of an elementary function, which is compiled once for all programs."""
    text, declarations = definition(name, lanes, False, has_fused())
    own = f"@{symbol(name, lanes)}("
    # The other functions in the text are its own.
    lines = [line.replace("define internal", "define", 1) if own in line else line for line in text.split("\n")]
    machine = compile_module("\n".join([*sorted(declarations), *lines]), _symbols(declarations), level=1)
    _FUNCTIONS.append(machine)
    return machine.address(symbol(name, lanes))


def _symbols(declarations: Set[str]) -> dict[str, int]:
    """The addresses of what a module takes from the C library, and from Python where that computes something else."""
    declared = {match[1] for match in map(re.compile(r"declare double @(chalkgrad_\w+)\(").match, declarations) if match}
    found = {name: address for name, address in c_symbols().items() if name in declared}
    return found | exact_symbols([name for name, exact in EXACT.items() if exact in declared])
