"""Recording the formula of an optimizer: what is the same for all parameters, and what each parameter goes through.

A formula is a Python function that gives a parameter's new number. It is run once on numbers that only note what is done with
them; `UpdateFormula` is what it has become. What can't be recorded raises an error, and then the formula is computed as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy

from autograd.table.operators import Operators
from autograd.vectorizing.native.steps_formula import ARITHMETIC, COMPARISONS, Entry, UpdateFormula

# NumPy's functions that are one of these operations.
_BY_NUMPYS_NAME = {
    "absolute": "abs", "fabs": "abs", "true_divide": "divide", "not_equal": "differs",
    **{name: name for name in (*ARITHMETIC, *COMPARISONS) if hasattr(numpy, name)},
}  # fmt: skip
# NumPy takes these short cuts for a power with a plain exponent; other powers are not the same on each machine.
_POWERS = {2.0: "square", 1.0: "positive", 0.5: "sqrt", -1.0: "reciprocal"}
_PYTHONS = {
    "negative": "-{}", "abs": "abs({})", "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
    "modulo": "{} % {}", "floor_divide": "{} // {}", "power": "{} ** {}", "less": "{} < {}", "less_equal": "{} <= {}",
    "greater": "{} > {}", "greater_equal": "{} >= {}", "equal": "{} == {}", "differs": "{} != {}", "where": "{1} if {0} else {2}",
}  # fmt: skip
# Whole numbers up to here are doubles.
_LARGEST_WHOLE = 2**53


class Noted(Operators["Noted"]):
    """A number of a formula, which notes what is done with it.

    It answers no questions: a formula that branches on its numbers, or hands them to a function that isn't known here, fails with
    an error of any kind.

    Attributes:
        notes: the run of the formula that it belongs to.
        is_whole: whether NumPy may hold it as a truth value or a whole number, with which it computes in other ways.
    """

    __slots__ = ("is_whole", "notes")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, notes: FormulaNotes, *, is_whole: bool) -> None:
        self.notes = notes
        self.is_whole = is_whole

    def operate(self, operation: str, *operands: Any) -> Noted:
        """Note an operation."""
        return self.notes.operate(operation, operands)

    def __eq__(self, other: object) -> Any:
        return self.operate("equal", self, other)

    def __ne__(self, other: object) -> Any:
        return self.operate("differs", self, other)

    def __pos__(self) -> Noted:
        return self

    def __array__(self, *args: Any, **how: Any) -> Any:
        raise TypeError("a number of a formula is no array")

    def __array_ufunc__(self, function: Any, method: str, *operands: Any, **how: Any) -> Any:
        if method != "__call__" or how:
            return NotImplemented
        return self.notes.call(function, operands)

    def __array_function__(self, function: Any, types: Any, operands: Sequence[Any], how: dict[str, Any]) -> Any:
        if function is numpy.where and len(operands) == 3 and not how:
            return self.notes.operate("where", operands)
        if function is numpy.clip and len(operands) == 3 and not how:
            number, least, most = operands
            return self.notes.operate("minimum", (self.notes.operate("maximum", (number, least)), most))
        return NotImplemented


class Varying(Noted):
    """A number that each parameter has of its own, or the answer of a comparison of such numbers."""

    __slots__ = ("entry", "is_mask")

    def __init__(self, notes: FormulaNotes, entry: int, *, is_mask: bool = False, is_whole: bool = False) -> None:
        super().__init__(notes, is_whole=is_mask or is_whole)
        self.entry = entry
        self.is_mask = is_mask


class Common(Noted):
    """A number that all parameters share in a step.

    Attributes:
        text: what Python calls it.
        is_timed: whether it depends on t.
        column: how it is computed for many steps at a time, with arrays in place of numbers that depend on t; empty if that may
            give something else.
    """

    __slots__ = ("column", "is_timed", "text")

    def __init__(self, notes: FormulaNotes, text: str, *, is_timed: bool, is_whole: bool, column: str) -> None:
        super().__init__(notes, is_whole=is_whole)
        self.text = text
        self.is_timed = is_timed
        self.column = column


class FormulaNotes:
    """What a formula does, noted while it runs.

    >>> notes = FormulaNotes(n_states=0, n_settings=1)
    >>> moved = notes.number - notes.settings[0] / notes.t * notes.gradient
    >>> formula = notes.formula(moved, [])
    >>> [entry[0] for entry in formula.entries]
    ['number', 'gradient', 'timed', 'multiply', 'subtract']
    >>> fixed, timed, n_computed = formula.common([0.5], first=1, n_steps=4)
    >>> timed.tolist()
    [[0.5, 0.25, 0.16666666666666666, 0.125]]

    Args:
        n_states: how many numbers a parameter keeps from step to step.
        n_settings: how many settings the formula may read.

    Attributes:
        number, gradient: a parameter's, for the formula.
        states: what it keeps.
        settings: floats that are read anew whenever steps are run.
        t: the number of the step, a whole number.
    """

    def __init__(self, n_states: int, n_settings: int) -> None:
        self._entries: list[Entry] = []
        self._places: dict[Entry, int] = {}
        self._lines: dict[str, Common] = {}
        self._known: dict[str, Any] = {}
        self._fixed: list[str] = []
        self._timed: list[str] = []
        self.number = Varying(self, self._enter(("number",)))
        self.gradient = Varying(self, self._enter(("gradient",)))
        self.states = [Varying(self, self._enter(("state", place))) for place in range(n_states)]
        names = [f"s{place}" for place in range(n_settings)]
        self.settings = [Common(self, name, is_timed=False, is_whole=False, column=name) for name in names]
        self.t = Common(self, "t", is_timed=True, is_whole=True, column="t")

    def formula(self, moved: Any, states: Sequence[Any]) -> UpdateFormula:
        """The formula, from what it returned.

        Raises:
            ValueError: it returned another number of states.
            TypeError: what it returned are no numbers.
        """
        if len(states) != len(self.states):
            raise ValueError(f"the formula returned {len(states)} states, not {len(self.states)}")
        results = tuple([self._varying(result) for result in (moved, *states)])
        n_common = len(self._fixed), len(self._timed)
        sources = self._source(), self._columns_source()
        return UpdateFormula(len(self.states), tuple(self._entries), results, *sources, *n_common, self._known)

    # ----------------------------------------------------------------------------------------------------- operations

    def operate(self, operation: str, operands: Sequence[Any]) -> Noted:
        """Note an operation on numbers of which at least one is of this formula."""
        if not any(isinstance(operand, Varying) for operand in operands):
            is_whole = operation in COMPARISONS or (operation != "divide" and all(map(_is_whole, operands)))
            text = _PYTHONS[operation].format(*map(self._text, operands))
            return self._common(text, operands, is_whole, self._column(operation, operands))
        if operation == "power":
            return self._power(*operands)
        if operation == "where":
            condition, *choices = operands
            choice = self._enter(("where", self._mask(condition), *map(self._varying, choices)))
            return Varying(self, choice, is_whole=all(map(_is_whole, choices)))
        if operation not in ARITHMETIC and operation not in COMPARISONS:
            raise TypeError(f"{operation} of the numbers of a formula may differ between machines")
        if all(map(_is_whole, operands)):
            raise TypeError(f"NumPy computes {operation} with truth values or whole numbers here")
        entry = self._enter((operation, *map(self._varying, operands)))
        return Varying(self, entry, is_mask=operation in COMPARISONS)

    def call(self, function: Any, operands: Sequence[Any]) -> Noted:
        """Note the call of one of NumPy's functions of arrays."""
        name = function.__name__
        if function is not getattr(numpy, name, None):
            raise TypeError(f"{name} is not one of NumPy's functions")
        if not any(isinstance(operand, Varying) for operand in operands):
            self._known[f"f_{name}"] = function
            return self._common(f"f_{name}({', '.join(map(self._text, operands))})", operands, True, "")
        if name in _POWERS.values():
            return self._simple_power(name, operands[0])
        if name not in _BY_NUMPYS_NAME:
            raise TypeError(f"{name} of the numbers of a formula may differ between machines")
        return self.operate(_BY_NUMPYS_NAME[name], operands)

    def _power(self, base: Any, exponent: Any) -> Noted:
        if not isinstance(exponent, int | float) or exponent not in _POWERS:
            raise TypeError("powers of the numbers of a formula may differ between machines, but for a few plain exponents")
        return self._simple_power(_POWERS[exponent], base)

    def _simple_power(self, name: str, base: Any) -> Noted:
        if base.is_whole:
            raise TypeError("NumPy computes a power of truth values or whole numbers here")
        if name == "positive":
            return Varying(self, base.entry)
        if name == "square":
            return self.operate("multiply", (base, base))
        return self.operate("sqrt", (base,)) if name == "sqrt" else self.operate("divide", (1.0, base))

    def _enter(self, entry: Entry) -> int:
        place = self._places.get(entry)
        if place is None:
            place = self._places[entry] = len(self._entries)
            self._entries.append(entry)
        return place

    def _varying(self, operand: Any) -> int:
        """The entry of an operand as a number."""
        if isinstance(operand, Noted):
            self._check(operand)
        if isinstance(operand, Varying):
            if operand.is_mask:
                return self._enter(("where", operand.entry, self._varying(1.0), self._varying(0.0)))
            return operand.entry
        if isinstance(operand, Common):
            kind, names = ("timed", self._timed) if operand.is_timed else ("fixed", self._fixed)
            if operand.text not in names:
                names.append(operand.text)
            return self._enter((kind, names.index(operand.text)))
        # As text, in which zeros have a sign.
        return self._enter(("constant", float(_plain(operand)).hex()))

    def _mask(self, operand: Any) -> int:
        """The entry of an operand as a condition."""
        if isinstance(operand, Varying) and operand.is_mask:
            self._check(operand)
            return operand.entry
        return self._enter(("differs", self._varying(operand), self._varying(0.0)))

    def _check(self, operand: Noted) -> None:
        if operand.notes is not self:
            raise TypeError("the formula keeps a number of another run")

    # ---------------------------------------------------------------------------------------------- what Python computes

    def _common(self, right_hand_side: str, operands: Sequence[Any], is_whole: bool, column: str) -> Common:
        is_timed = any(isinstance(operand, Common) and operand.is_timed for operand in operands)
        new = Common(self, f"u{len(self._lines)}", is_timed=is_timed, is_whole=is_whole, column=column if is_timed else "")
        return self._lines.setdefault(right_hand_side, new)

    def _column(self, operation: str, operands: Sequence[Any]) -> str:
        """An operation with arrays, if its numbers are the same to the bit as those of Python."""
        texts = [self._text(operand) for operand in operands]
        if operation == "power":
            base, exponent = operands
            is_one_base = not _is_whole(base) and not (isinstance(base, Common) and base.is_timed)
            return f"powers({texts[0]})" if is_one_base and exponent is self.t else ""
        if operation == "divide":
            return f"quotient({', '.join(texts)})"
        # Whole numbers may become longer than those of arrays.
        is_short = operation in ("add", "subtract") or (
            operation in ("multiply", "negative") and not all(map(_is_whole, operands))
        )
        return _PYTHONS[operation].format(*texts) if is_short else ""

    def _text(self, operand: Any) -> str:
        if isinstance(operand, Common):
            self._check(operand)
            return operand.text
        number = _plain(operand)
        if number.__class__ in (int, float) and math.isfinite(number):
            return f"({number!r})"
        # Numbers of NumPy warn where others raise an error.
        name = f"k{len(self._known)}"
        self._known[name] = number
        return name

    def _source(self) -> str:
        lines = ["def common(settings, times, fixed, timed):"]
        if self.settings:
            lines.append(f"    {', '.join(setting.text for setting in self.settings)}, = settings")
        lines += [f"    {made.text} = {text}" for text, made in self._lines.items() if not made.is_timed]
        lines += [f"    fixed.append({name})" for name in self._fixed]
        if self._timed:
            lines += [f"    put{place} = timed[{place}].append" for place in range(len(self._timed))]
            lines.append("    for t in times:")
            lines += [f"        {made.text} = {text}" for text, made in self._lines.items() if made.is_timed]
            lines += [f"        put{place}({name})" for place, name in enumerate(self._timed)]
        return "\n".join(lines) + "\n"

    def _columns_source(self) -> str:
        lines = ["def columns(settings, t, powers):"]
        if self.settings:
            lines.append(f"    {', '.join(setting.text for setting in self.settings)}, = settings")
        for text, made in self._lines.items():
            if made.is_timed and not made.column:
                return ""
            lines.append(f"    {made.text} = {made.column if made.is_timed else text}")
        lines.append(f"    return [{', '.join(self._fixed)}], [{', '.join(self._timed)}]")
        return "\n".join(lines) + "\n" if self._timed else ""


def _plain(operand: Any) -> float:
    """An operand that is a number which floats and arrays treat alike.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(operand, float) or (isinstance(operand, int) and abs(operand) <= _LARGEST_WHOLE):
        return operand
    raise TypeError(f"a formula of numbers can't take {operand!r}")


def _is_whole(operand: Any) -> bool:
    return operand.is_whole if isinstance(operand, Noted) else not isinstance(operand, float)
