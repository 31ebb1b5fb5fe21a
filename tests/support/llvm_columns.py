"""Compiles instructions of LLVM and runs them on columns of numbers, for tests of what was written."""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from autograd.number_systems.llvm.c_library import c_symbols
from autograd.number_systems.llvm.exact import exact_symbols
from autograd.number_systems.llvm.instructions import Instructions

Write = Callable[[Instructions, list[str]], str]


def same_bits(a: float, b: float) -> bool:
    """Whether two floats are the same to the bit; all that are not numbers are."""
    return struct.pack("d", a) == struct.pack("d", b) or (math.isnan(a) and math.isnan(b))


def _machine() -> Any:
    """The machine that this runs on, as LLVM knows it; an engine takes one for itself."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=1, jit=True
    )


def compiled(text: str) -> Any:
    """An engine with the functions of a module, optimised for this machine."""
    import llvmlite.binding as llvm

    symbols = c_symbols()
    if "@chalkgrad_exact_" in text:
        symbols |= exact_symbols()
    for symbol, address in symbols.items():
        llvm.add_symbol(symbol, address)
    machine = _machine()
    module = llvm.parse_assembly(text)
    module.verify()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=1))
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


def loop_over_columns(name: str, write: Write, lanes: int, count: int, has_fused: bool = True) -> tuple[str, set[str]]:
    """A function that applies what is written to the rows of ``count`` columns, and what it declares."""
    instructions = Instructions(lanes, has_fused)
    kind = instructions.number_type
    pointers = [f"%column{k}" for k in range(count)]
    instructions.lines += ["entry:", "br label %loop"]
    instructions.begin("loop")
    instructions.lines.append("%at = phi i64 [0, %entry], [%next, %end]")
    operands = [
        instructions.put(f"load {kind}, ptr {instructions.put(f'getelementptr double, ptr {pointer}, i64 %at')}, align 8")
        for pointer in pointers
    ]
    result = write(instructions, operands)
    place = instructions.put("getelementptr double, ptr %results, i64 %at")
    instructions.lines += [f"store {kind} {result}, ptr {place}, align 8", "br label %end", "end:"]
    instructions.lines += [f"%next = add i64 %at, {lanes}", "%more = icmp slt i64 %next, %n"]
    instructions.lines += ["br i1 %more, label %loop, label %done", "done:", "ret void"]
    head = f"define void @{name}({', '.join(f'ptr {pointer}' for pointer in pointers)}, ptr %results, i64 %n) {{"
    return "\n".join([head, *instructions.lines, "}"]), instructions.declarations


def applied(function: Callable[..., None], lanes: int, columns: Sequence[Sequence[float]]) -> list[float]:
    """What such a function gives for columns of any length."""
    n = len(columns[0])
    padded = [numpy.resize(numpy.array(column, float), -(-n // lanes) * lanes) for column in columns]
    results = numpy.empty(len(padded[0]))
    function(*(column.ctypes.data for column in padded), results.ctypes.data, len(results))
    return [float(number) for number in results[:n]]


def computed(write: Write, lanes: int, columns: Sequence[Sequence[float]], *, has_fused: bool = True) -> list[float]:
    """What the instructions give for each row of the columns."""
    text, declarations = loop_over_columns("run", write, lanes, len(columns), has_fused)
    engine = compiled("\n".join([*sorted(declarations), text]))
    kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * (len(columns) + 1), ctypes.c_int64)
    return applied(kind(engine.get_function_address("run")), lanes, columns)
