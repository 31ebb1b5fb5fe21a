"""The formula of an optimizer, once it has been recorded.

What it computes from settings and from the number of the step alone, such as ``1 - beta**t``, is left to Python, which computes
it for each step as it would have done in the formula itself, errors included. What differs from parameter to parameter is written
as machine code. For that only operations are taken whose result is the same on each machine: arithmetic, roots, comparisons and
choices.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy

from autograd.number_systems.llvm.instructions import Instructions

Entry: TypeAlias = tuple[Any, ...]
"""What a number is: its name, and what belongs to it, such as the entries of its operands."""

# Comparisons, and LLVM's words for them.
COMPARISONS = {"less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge", "equal": "oeq", "differs": "une"}
ARITHMETIC = ("negative", "abs", "add", "subtract", "multiply", "divide", "sqrt", "maximum", "minimum", "sign", "where")
# With fewer numbers, calls of NumPy take longer than Python's operations.
_MANY_STEPS = 30

Powers: TypeAlias = Callable[[float, int, int], Any]


@dataclass(frozen=True)
class UpdateFormula:
    """A formula that has been recorded. Two that do the same are equal.

    Attributes:
        n_states: how many numbers are kept for each parameter.
        entries: the numbers that each parameter has of its own, those first that later ones are computed from.
        results: which of them are the new number and the states to keep.
        common_source: the Python function of what all parameters share.
        columns_source: the same for many steps at a time, with arrays; empty if that may give something else.
        n_fixed, n_timed: how many numbers it gives once, and in each step.
        known: the constants and functions it refers to.
    """

    n_states: int
    entries: tuple[Entry, ...]
    results: tuple[int, ...]
    common_source: str
    columns_source: str
    n_fixed: int
    n_timed: int
    known: dict[str, Any] = field(compare=False)

    @cached_property
    def _functions(self) -> dict[str, Any]:
        names: dict[str, Any] = {**self.known, "quotient": _quotient}
        exec(compile(self.common_source + self.columns_source, "<what the parameters of a step share>", "exec"), names)
        return names

    def common(self, settings: Sequence[float], first: int, n_steps: int, powers: Powers | None = None) -> tuple[Any, Any, int]:
        """Compute what all parameters share.

        Args:
            settings: the settings' present numbers.
            first: the number t of the first step.
            n_steps: the number of steps.
            powers: gives the powers of a float with `n` exponents from a first one on, or raises an error if it can't give what
                Python gives.

        Returns:
            What is the same in all steps, an array; a column for each step of what is not; and the number of steps for which
            Python could compute it. The formula itself says what is wrong with the next step.
        """
        # As where the formula is computed with arrays.
        with numpy.errstate(all="ignore"):
            if powers is not None and self.columns_source and n_steps >= _MANY_STEPS:
                try:
                    return self._columns(settings, first, n_steps, powers)
                except Exception:
                    # Step by step it shows where it goes wrong.
                    pass
            return self._step_by_step(settings, first, n_steps)

    def _columns(self, settings: Sequence[float], first: int, n_steps: int, powers: Powers) -> tuple[Any, Any, int]:
        t = numpy.arange(first, first + n_steps, dtype=float)
        fixed, timed = self._functions["columns"](settings, t, lambda base: powers(base, first, n_steps))
        rows = numpy.empty((self.n_timed, n_steps))
        for row, numbers in zip(rows, timed, strict=True):
            row[:] = numbers
        return numpy.array(fixed, float), rows, n_steps

    def _step_by_step(self, settings: Sequence[float], first: int, n_steps: int) -> tuple[Any, Any, int]:
        fixed, timed = array("d"), [array("d") for _ in range(self.n_timed)]
        n_computed = n_steps
        try:
            self._functions["common"](settings, range(first, first + n_steps), fixed, timed)
        except Exception:
            n_computed = min(map(len, timed), default=0)
        return numpy.array(fixed), numpy.array([numbers[:n_computed] for numbers in timed]), n_computed

    def write(
        self, code: Instructions, number: str, gradient: str, states: Sequence[str], fixed: Sequence[str], timed: Sequence[str]
    ) -> list[str]:
        """Write the formula as machine code.

        Args:
            code: where the instructions go.
            number, gradient, states, fixed, timed: the names of what it is computed from.

        Returns:
            The names of the new number and of the states to keep.
        """
        names: list[str] = []
        for kind, *operands in self.entries:
            if kind in ("number", "gradient"):
                names.append(number if kind == "number" else gradient)
            elif kind in ("state", "fixed", "timed"):
                names.append({"state": states, "fixed": fixed, "timed": timed}[kind][operands[0]])
            elif kind == "constant":
                names.append(code.constant(float.fromhex(operands[0])))
            else:
                names.append(_written(code, kind, *[names[operand] for operand in operands]))
        return [names[result] for result in self.results]


def _quotient(a: Any, b: Any) -> Any:
    """A quotient of floats, or of arrays of which each number is one."""
    if not numpy.all(b):
        raise ZeroDivisionError("division by zero")
    return a / b


def _written(code: Instructions, operation: str, *operands: str) -> str:
    if operation in COMPARISONS:
        return code.compare(COMPARISONS[operation], *operands)
    if operation in ("maximum", "minimum"):
        # As NumPy has them: what is not a number remains so.
        first, second = operands
        wins = code.either(
            code.compare("ogt" if operation == "maximum" else "olt", first, second), code.compare("uno", first, first)
        )
        return code.select(wins, first, second)
    if operation == "sign":
        (x,) = operands
        zero = code.constant(0.0)
        below = code.select(code.compare("olt", x, zero), code.constant(-1.0), code.select(code.compare("oeq", x, zero), zero, x))
        return code.select(code.compare("ogt", x, zero), code.constant(1.0), below)
    method = {"abs": "absolute", "sqrt": "square_root", "where": "select"}.get(operation, operation)
    result: str = getattr(code, method)(*operands)
    return result
