"""The elementary functions that a module calls, as functions of that module."""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from collections.abc import Iterable
from functools import cache

from autograd.number_systems.llvm.exact import EXACT, exact_symbols
from autograd.number_systems.llvm.functions import FUNCTIONS
from autograd.number_systems.llvm.instructions import Instructions
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.vectorizing.native.writing import function_name

_LIBRARY = "chalkgrad_"


def definitions(wanted: Iterable[tuple[str, int]]) -> tuple[list[str], set[str]]:
    """The definitions of functions, and what they declare.

    Args:
        wanted: names of functions and numbers of lanes.
    """
    texts, declarations = [], set()
    for name, lanes in sorted(wanted):
        write = Instructions(lanes)
        n_operands = FUNCTIONS[name].arity if name in FUNCTIONS else ELEMENTARY_FUNCTIONS[name].arity
        operands = [f"%x{place}" for place in range(n_operands)]
        if name in FUNCTIONS:
            result = FUNCTIONS[name].write(write, *operands)
        else:
            result = _lane_by_lane(write, name, operands)
        parameters = ", ".join(f"{write.number_type} {operand}" for operand in operands)
        head = f"define internal {write.number_type} @{function_name(name, lanes)}({parameters})"
        body = "\n".join(f"  {line}" for line in [*write.lines, f"ret {write.number_type} {result}"])
        texts.append(f"{head} nounwind noinline {{\n{body}\n}}")
        declarations |= write.declarations
    return texts, declarations


def _lane_by_lane(write: Instructions, name: str, operands: list[str]) -> str:
    """A function of the C library, for one number after the other."""
    single = write.beside(1)
    vector = "poison"
    for lane in range(write.lanes):
        numbers = [write.lane(operand, lane) for operand in operands]
        vector = write.with_lane(vector, lane, single.call(_LIBRARY + name, "double", numbers, declared=True))
    return vector


def symbols(text: str) -> dict[str, int]:
    """The addresses of what a module takes from the C library, or from Python where that computes something else."""
    declared = set(re.findall(rf"declare double @({_LIBRARY}\w+)\(", text))
    exact = [name for name, symbol in EXACT.items() if symbol in declared]
    of_library = declared - set(EXACT.values())
    return {name: _address(name.removeprefix(_LIBRARY)) for name in of_library} | exact_symbols(exact)


@cache
def _address(name: str) -> int:
    library = ctypes.CDLL(ctypes.util.find_library("m"))
    return ctypes.cast(getattr(library, {"power": "pow"}.get(name, name)), ctypes.c_void_p).value or 0
