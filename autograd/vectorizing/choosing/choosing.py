"""Choosing the engine of a program when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Literal

from autograd.engine.value import Value
from autograd.vectorizing.choosing.engines import (
    Engine,
    can_make_machine_code,
    may_make_machine_code,
    require_machine_code,
)
from autograd.vectorizing.choosing.estimates import Estimate, of_machine_code, of_numpy
from autograd.vectorizing.choosing.products import LARGE, has_large_products
from autograd.vectorizing.choosing.work import work_of
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.rolled.program import RolledProgram
from autograd.vectorizing.rolled.rolling import roll

# A program of more operations, with those of a loop counted once, is not made into machine code unless that is asked for: it
# would take many seconds to compile, and much memory.
_MOST_OPERATIONS = 100_000
# Looking for loops takes minutes, and gigabytes, in a graph whose operations have more operands than this.
_MOST_OPERANDS = 20_000_000

_INSTALL = 'pip install "chalkgrad[native]"'


@dataclass(frozen=True, slots=True)
class Expected:
    """How a program will probably be used.

    Attributes:
        calls: how many times it will be called.
        examples: how many examples a batch will have.
        spared: seconds that machine code saves around each call, besides the call's own.

    Raises:
        ValueError: one of them is not a whole number of at least 1.
    """

    calls: int
    examples: int
    spared: float = 0.0

    def __post_init__(self) -> None:
        for name, number in (("expected_calls", self.calls), ("expected_examples", self.examples)):
            if isinstance(number, bool) or not isinstance(number, Integral) or number < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, not {number!r}")


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine of a program.

    Attributes:
        engine: its name.
        reason: why it was chosen, a sentence.
        rolled: the program with its loops, for machine code.
    """

    engine: Literal["numpy", "native"]
    reason: str
    rolled: RolledProgram | None = None


def choose(recorded: RecordedExample, asked: Engine, expected: Expected, *, exact: bool) -> Choice:
    """Choose the engine of a program.

    Args:
        recorded: what the function recorded.
        asked: the engine that was asked for.
        expected: how the program will be used.
        exact: whether its results are to be bit-equal to those of the eager engine.

    Raises:
        ImportError: machine code was asked for and can't be made here. The message says what to install.
    """
    if asked == "numpy":
        return Choice("numpy", "NumPy was asked for.")
    if asked == "native":
        require_machine_code()
        return Choice("native", "Machine code was asked for.", roll(recorded, exact=exact))
    if not may_make_machine_code():
        return Choice("numpy", f"NumPy, since machine code needs llvmlite: {_INSTALL}.")
    if not exact and has_large_products(recorded):
        return Choice("numpy", f"NumPy, which is faster at products of matrices of {LARGE} × {LARGE} or larger.")
    n_operands = sum(map(_n_operands, recorded.computed or ()))
    if n_operands > _MOST_OPERANDS:
        return Choice(
            "numpy", f"NumPy, since it would take long to look for loops in operations that have {n_operands:,} operands."
        )
    rolled = roll(recorded, exact=exact)
    work = work_of(rolled)
    if work.n_operations > _MOST_OPERATIONS:
        return Choice("numpy", f"NumPy, since {work.n_operations:,} operations that don't repeat would take too long to compile.")
    numpy = of_numpy(work, rolled.n_nodes, expected.examples, exact=exact)
    native = of_machine_code(work, rolled.n_nodes, expected.examples)
    comparison = _comparison(numpy, native, expected)
    if native.of_calls(expected.calls) >= numpy.of_calls(expected.calls) + expected.calls * expected.spared:
        return Choice("numpy", f"NumPy. {comparison}")
    if not can_make_machine_code():
        return Choice("numpy", f"NumPy, since llvmlite is too old here, or doesn't know the processor: {_INSTALL}.")
    return Choice("native", f"Machine code. {comparison}", rolled)


def choose_again(recorded: RecordedExample, engine: Literal["numpy", "native"], reason: str, *, exact: bool) -> Choice:
    """Choose the engine of a copy: that of the original, so that it gives the same bits.

    Where machine code can't be made it is NumPy, whose results differ in roundings.

    Args:
        recorded: what the function recorded.
        engine: the engine of the original.
        reason: why it was chosen.
        exact: whether results are to be bit-equal to those of the eager engine.
    """
    if engine == "numpy":
        return Choice("numpy", reason)
    if not can_make_machine_code():
        return Choice("numpy", f"NumPy, since this is a copy of a program in machine code, which can't be made here: {_INSTALL}.")
    return Choice("native", reason, roll(recorded, exact=exact))


def _n_operands(node: Value) -> int:
    groups = (node._first, node._second)
    return sum(len(group) if group.__class__ is tuple else group is not None for group in groups)


def _comparison(numpy: Estimate, native: Estimate, expected: Expected) -> str:
    around = f", around each of which machine code spares a further {_time(expected.spared)}" if expected.spared else ""
    return (
        f"A call for {_counted(expected.examples, 'example')} is estimated to take {_time(numpy.call)} with NumPy and"
        f" {_time(native.call)} with machine code, compiling {_time(numpy.compiling)} and {_time(native.compiling)};"
        f" {_counted(expected.calls, 'call')} are expected{around}."
    )


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.2g} {unit}" if seconds < 100 * size else f"{seconds / size:.0f} {unit}"
    return f"{seconds / 1e-6:.2g} µs" if seconds < 1e-4 else f"{seconds / 1e-6:.0f} µs"
