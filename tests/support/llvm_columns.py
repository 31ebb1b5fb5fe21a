"""Compiles instructions of LLVM and runs them on columns of numbers, for tests of what was written."""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy

from autograd.number_systems.llvm.instructions import Instructions

Write = Callable[[Instructions, list[str]], str]
# What runs over columns: pointers to them, to the results, and how many numbers each has, a multiple of the lanes.
_Run = Callable[[Sequence["numpy.ndarray[Any, Any]"], "numpy.ndarray[Any, Any]"], None]


def same_bits(a: float, b: float) -> bool:
    """Whether two floats are the same to the bit; all that are not numbers are."""
    return struct.pack("d", a) == struct.pack("d", b) or (math.isnan(a) and math.isnan(b))


def _machine() -> Any:
    """The machine that this runs on, as LLVM knows it; an engine takes one for itself."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=2, jit=True
    )


def compiled(text: str, *, speed_level: int = 2) -> Any:
    """An engine with the functions of a module, optimised for this machine."""
    import llvmlite.binding as llvm

    module = llvm.parse_assembly(text)
    module.verify()
    machine = _machine()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=speed_level))
    builder.getModulePassManager().run(module, builder)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


def text_over_columns(write: Write, lanes: int, count: int, *, has_fused: bool = True, definitions: str = "") -> str:
    """A module whose function ``run`` applies what is written to ``count`` columns."""
    instructions = Instructions(lanes, has_fused)
    kind = instructions.number_type
    pointers = [f"%column{k}" for k in range(count)]
    instructions.lines.append("entry:")
    instructions.lines.append("br label %loop")
    instructions.begin("loop")
    instructions.lines.append("%at = phi i64 [0, %entry], [%next, %end]")
    operands = [
        instructions.put(f"load {kind}, ptr {instructions.put(f'getelementptr double, ptr {pointer}, i64 %at')}, align 8")
        for pointer in pointers
    ]
    result = write(instructions, operands)
    place = instructions.put("getelementptr double, ptr %results, i64 %at")
    instructions.lines += [f"store {kind} {result}, ptr {place}, align 8", "br label %end", "end:"]
    instructions.lines += [
        f"%next = add i64 %at, {lanes}",
        "%more = icmp slt i64 %next, %n",
        "br i1 %more, label %loop, label %done",
    ]
    instructions.lines += ["done:", "ret void"]
    head = f"define void @run({', '.join(f'ptr {pointer}' for pointer in pointers)}, ptr %results, i64 %n) {{"
    declared = sorted(line for line in instructions.declarations if line not in definitions)
    return "\n".join([*declared, definitions, head, *instructions.lines, "}"])


def runner(text: str, lanes: int, count: int) -> _Run:
    """The function ``run`` of a module, for columns that are padded to a multiple of the lanes."""
    engine = compiled(text)
    kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * (count + 1), ctypes.c_int64)
    function = kind(engine.get_function_address("run"))

    def run(columns: Sequence[numpy.ndarray[Any, Any]], results: numpy.ndarray[Any, Any]) -> None:
        assert len(results) % lanes == 0 and all(len(column) == len(results) for column in columns)
        function(*(column.ctypes.data for column in columns), results.ctypes.data, len(results))

    run.engine = engine  # type: ignore[attr-defined]  # it holds the machine code
    return run


def computed(
    write: Write, lanes: int, columns: Sequence[Sequence[float]], *, has_fused: bool = True, definitions: str = ""
) -> list[float]:
    """What the instructions give for each row of the columns."""
    run = runner(text_over_columns(write, lanes, len(columns), has_fused=has_fused, definitions=definitions), lanes, len(columns))
    n = len(columns[0])
    padded = [numpy.resize(numpy.array(column, float), -(-n // lanes) * lanes) for column in columns]
    results = numpy.empty(len(padded[0]))
    run(padded, results)
    return [float(number) for number in results[:n]]
