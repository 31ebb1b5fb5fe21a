"""All elementary functions of machine code, compiled as one module, to be called with columns of numbers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import llvm_columns
import numpy

from autograd.number_systems.llvm.exact import EXACT
from autograd.number_systems.llvm.expressions import Mask, Number
from autograd.number_systems.llvm.expressions import where as where_numbers
from autograd.number_systems.llvm.functions import FUNCTIONS, definition, symbol
from autograd.number_systems.llvm.instructions import Instructions
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.table.number_system import NumberSystem

OfColumns = Callable[..., list[float]]


@cache
def machine_functions(lanes: int, has_fused: bool = True, inline: bool = False) -> dict[str, OfColumns]:
    """The functions by name."""
    texts, declarations = [], set()
    for name, function in FUNCTIONS.items():
        text, declared = definition(name, lanes, inline, has_fused)
        texts.append(text)
        declarations |= declared
        texts.append(_loop(f"run_{name}", _calling(symbol(name, lanes)), lanes, function.arity, declarations))
    return _compiled([*sorted(declarations), *texts], lanes, {name: function.arity for name, function in FUNCTIONS.items()})


@cache
def refusals(lanes: int) -> dict[str, OfColumns]:
    """For each function 1 where Python's floats raise, else 0."""
    texts: list[str] = []
    declarations: set[str] = set()
    for name, function in FUNCTIONS.items():

        def write(instructions: Instructions, operands: list[str], name: str = name) -> str:
            mask = FUNCTIONS[name].refused(instructions, *operands)
            ones = instructions.constant(1.0), instructions.constant(0.0)
            return ones[1] if mask is None else instructions.select(mask, *ones)

        texts.append(_loop(f"run_{name}", write, lanes, function.arity, declarations))
    return _compiled([*sorted(declarations), *texts], lanes, {name: function.arity for name, function in FUNCTIONS.items()})


@cache
def exact_functions() -> dict[str, OfColumns]:
    """The functions with the bits of Python's floats, by the names of their rows."""
    texts: list[str] = []
    declarations: set[str] = set()
    for name, row in ELEMENTARY_FUNCTIONS.items():
        declarations.add(f"declare double @{EXACT[name]}({', '.join(['double'] * row.arity)})")
        texts.append(_loop(f"run_{name}", _calling(EXACT[name]), 1, row.arity, declarations))
    return _compiled([*sorted(declarations), *texts], 1, {name: row.arity for name, row in ELEMENTARY_FUNCTIONS.items()})


def _calling(function: str) -> llvm_columns.Write:
    return lambda instructions, operands: instructions.call(function, instructions.number_type, operands)


def _loop(name: str, write: llvm_columns.Write, lanes: int, arity: int, declarations: set[str]) -> str:
    text, declared = llvm_columns.loop_over_columns(name, write, lanes, arity)
    declarations |= declared
    return text


def _compiled(parts: Sequence[str], lanes: int, arities: dict[str, int]) -> dict[str, OfColumns]:
    engine = llvm_columns.compiled("\n".join(parts))

    def of_columns(name: str, arity: int) -> OfColumns:
        kind = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * (arity + 1), ctypes.c_int64)
        function = kind(engine.get_function_address(f"run_{name}"))

        def run(*columns: Sequence[float]) -> list[float]:
            return llvm_columns.applied(function, lanes, columns)

        run.engine = engine  # type: ignore[attr-defined]  # it holds the machine code
        return run

    return {name: of_columns(name, arity) for name, arity in arities.items()}


class MachineNumbers(NumberSystem):
    """The number system in which a rule of the table writes instructions."""

    def elementary(self, name: str, *operands: Any) -> Number:
        instructions = next(operand.instructions for operand in operands if isinstance(operand, Number))
        texts = [one.operand if isinstance(one, Number) else instructions.constant(one) for one in operands]
        return Number(instructions, FUNCTIONS[name].write(instructions, *texts))

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Number:
        mask = condition if isinstance(condition, Mask) else condition.differs_from(0.0)
        return where_numbers(mask, if_true, if_false)

    def equal(self, left: Number, right: Number) -> Number:
        return where_numbers(left.equals(right), left.constant(1.0), 0.0)

    def sech2(self, x: Number) -> Number:
        return self.elementary("sech2", x)


def by_machine_code(rule: Callable[..., Any], points: Sequence[tuple[float, ...]], lanes: int = 4) -> list[float]:
    """What a rule of the table gives in machine code at some points."""

    def write(instructions: Instructions, operands: list[str]) -> str:
        result = rule(MachineNumbers(), *(Number(instructions, operand) for operand in operands))
        assert isinstance(result, Number)
        return result.operand

    return llvm_columns.computed(write, lanes, list(zip(*points, strict=True)))


def numbers_between(low: float, high: float, count: int, seed: int) -> list[float]:
    """Numbers that are spread evenly, the same ones each time."""
    return [float(x) for x in numpy.random.default_rng(seed).uniform(low, high, count)]
