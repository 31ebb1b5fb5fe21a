"""The number system whose numbers are computed by a kernel: a rule of the table, read on it, writes low-level code."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd.number_systems.llvm.functions import FUNCTIONS
from autograd.table.floats import QUIET, QuietFloat
from autograd.table.number_system import NumberSystem
from autograd.table.operators import OPERATORS
from autograd.vectorizing.native.code import WOULD_RAISE, Number
from autograd.vectorizing.native.numbering import NumberedCode, key_of
from autograd.vectorizing.native.signs import Sign, never_raises, sign_of

COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal")
# What floats refuse where the divisor is 0.
_DIVISIONS = ("divide", "modulo", "floor_divide")


class KernelNumbers(NumberedCode, NumberSystem):
    """Numbers of a kernel, and floats, which are known when it is written.

    In an exact kernel, adjoints are added up as the eager engine does it: one contribution after the other, the first one
    assigned, with marks for an adjoint to which nothing has been added yet, and for one that a choice has left out.

    Args:
        exact: whether results are to be bit-equal to those of the eager engine.

    Attributes:
        refuses: whether what floats would raise for is noted while the kernel runs.
    """

    def __init__(self, *, exact: bool = False) -> None:
        super().__init__()
        self.refuses = False
        self.exact = exact
        # What a position is that of the largest or smallest of, and that number.
        self._extremes: dict[Number, tuple[list[Any], Any]] = {}

    # ------------------------------------------------------------------------------------------------------- adjoints

    def left_out(self) -> Number:
        """The adjoint of what a choice left out, in an exact kernel."""
        return self.make("left out")

    def passed_on(self, upstream: Any, contribution: Any) -> Any:
        """A contribution to an adjoint; in an exact kernel, what was left out or not reached passes that on."""
        if not self.exact or upstream.__class__ is not Number:
            return contribution
        return self.make("pass on", upstream, contribution)

    def combined(self, adjoint: Any, contribution: Any) -> Any:
        """An adjoint to which a contribution is added."""
        if not self.exact:
            return self.operate("add", adjoint, contribution)
        return self.make("combine", adjoint, contribution)

    def seed(self) -> Any:
        """The adjoint of the loss of each example: its share in the mean."""
        return self.make("select", self.valid(), self.make("share"), 0.0)

    # -------------------------------------------------------------------------------------------------- the operations

    def operate(self, operation: str, *operands: Any) -> Any:
        """See `Operators.operate`."""
        numbers: Sequence[Any] = operands
        is_known, is_plain = True, True
        for operand in operands:
            if operand.__class__ is Number:
                is_known = False
                if operand.kind == "mask":
                    is_plain = False
            elif operand.__class__ is not float:
                is_plain = False
        if not is_plain:
            numbers = [self.as_number(operand) for operand in operands]
        if is_known:
            return _folded(operation, *numbers)
        if operation == "multiply":
            if not (is_plain or self.exact):
                mask = self._times_mask(*operands)
                if mask is not None:
                    return mask
            if numbers[0].__class__ is float and numbers[0] == 1.0:
                return numbers[1]
            if numbers[1].__class__ is float and numbers[1] == 1.0:
                return numbers[0]
            if numbers[1].__class__ is float and numbers[1] == -1.0 and not self.exact:
                return self.make("negative", numbers[0])
        elif operation in _DIVISIONS:
            divisor = numbers[1]
            if self.refuses and sign_of(divisor) is not Sign.POSITIVE:
                self.refuse(self.operate("equal", divisor, 0.0))
            if divisor.__class__ is float and divisor == 1.0 and operation == "divide":
                return numbers[0]
        elif operation == "power":
            return self._power(*numbers)
        elif operation == "abs" and numbers[0].operation == "negative":
            return self.make("abs", numbers[0].operands[0])
        elif operation in COMPARISONS:
            return self.make(operation, *numbers, kind="mask")
        return self.make(operation, *numbers)

    def _times_mask(self, left: Any, right: Any) -> Any:
        """A number where a mask holds, and 0 elsewhere."""
        for mask, other in ((left, right), (right, left)):
            if mask.__class__ is Number and mask.kind == "mask":
                return self.where(mask, other, 0.0)
        return None

    def _power(self, base: Any, exponent: Any) -> Any:
        if exponent.__class__ is float and not self.exact:
            if exponent == 2.0:
                if self.refuses:
                    self._refuse_infinite(self.make("multiply", base, base), base)
                return self.make("multiply", base, base)
            if exponent == 0.0:
                return 1.0
        if exponent.__class__ is float and exponent == 1.0:
            return base
        return self.elementary("power", base, exponent)

    def _refuse_infinite(self, result: Any, operand: Any) -> None:
        infinite = self.make("equal", self.make("abs", result), math.inf, kind="mask")
        finite = self.make("less", self.make("abs", operand), math.inf, kind="mask")
        self.refuse(self.make("both", infinite, finite, kind="mask"))

    def elementary(self, name: str, *operands: Any) -> Any:
        """See `NumberSystem.elementary`."""
        numbers = [self.as_number(operand) for operand in operands]
        if not any(number.__class__ is Number for number in numbers):
            return float(getattr(QUIET, name)(*map(QuietFloat, numbers)))
        if self.refuses and not FUNCTIONS[name].is_total and not never_raises(name, numbers[0]):
            self.refuse(self.make("refused by " + name, *numbers, kind="mask"))
        return self.make(name, *numbers)

    def refuse(self, condition: Any, why: int = WOULD_RAISE) -> None:
        """Note the examples for which the eager engine would raise."""
        if condition.__class__ is Number:
            block = self.block
            self.block = condition.block
            self.state("refuse", why, condition)
            self.block = block
        elif condition:
            self.state("refuse", why, 1.0)

    # ------------------------------------------------------------------------------------------------------ functions

    def as_number(self, operand: Any) -> Any:
        """A mask as 1 and 0; anything else as it is."""
        if operand.__class__ is Number:
            return self.make("select", operand, 1.0, 0.0) if operand.kind == "mask" else operand
        return float(operand)

    def as_mask(self, condition: Any) -> Any:
        """A number as a mask, which holds where it isn't 0."""
        if condition.__class__ is not Number:
            return bool(condition)
        if condition.kind == "mask":
            return condition
        if condition.operation == "select" and condition.operands[1:] == (1.0, 0.0):
            return condition.operands[0]
        return self.make("differs", condition, 0.0, kind="mask")

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers."""
        mask = self.as_mask(condition)
        if mask.__class__ is not Number:
            return if_true if mask else if_false
        if_true, if_false = self.as_number(if_true), self.as_number(if_false)
        if key_of(if_true) == key_of(if_false):
            return if_true
        return self.make("select", mask, if_true, if_false)

    def equal(self, left: Any, right: Any) -> Any:
        """A mask that holds where two numbers are equal."""
        if left.__class__ is Number and left.operation == "select" and isinstance(right, float | int):
            # A choice between two known numbers: the condition itself, or its opposite.
            mask, if_true, if_false = left.operands
            if if_true.__class__ is float and if_false.__class__ is float:
                holds = (if_true == right, if_false == right)
                if holds == (True, False):
                    return mask
                if holds == (False, True):
                    return self.make("opposite", mask, kind="mask")
                return 1.0 if holds[0] else 0.0
        return self.operate("equal", left, right)

    def argmax(self, values: Sequence[Any]) -> Any:
        """The position of the first largest number."""
        return self._place(values, "greater")

    def argmin(self, values: Sequence[Any]) -> Any:
        """The position of the first smallest number."""
        return self._place(values, "less")

    def _place(self, values: Sequence[Any], comparison: str) -> Any:
        best: Any = values[0]
        place: Any = 0.0
        for position, value in enumerate(values[1:], 1):
            beats = self.operate(comparison, value, best)
            best, place = self.where(beats, value, best), self.where(beats, float(position), place)
        if place.__class__ is Number:
            self._extremes[place] = [key_of(value) for value in values], best
        return place

    def chosen(self, values: Sequence[Any], place: Any) -> Any:
        """The number at a position."""
        if place.__class__ is not Number:
            return values[int(place)]
        among, extreme = self._extremes.get(place, (None, None))
        if among == [key_of(value) for value in values]:
            return extreme
        result = values[-1]
        for position in reversed(range(len(values) - 1)):
            result = self.where(self.equal(place, float(position)), values[position], result)
        return result

    def total(self, terms: Sequence[Any]) -> Any:
        """The sum of a sequence, from left to right."""
        result = terms[0]
        for term in terms[1:]:
            result = self.operate("add", result, term)
        return result

    def _shares(self, values: Sequence[Any]) -> tuple[Any, Any, list[Any]]:
        """The place of the largest number, the number, and exp(value - largest) of each; equal infinities are 0 apart."""
        place = self.argmax(values)
        largest = self.chosen(values, place)
        refuses, self.refuses = self.refuses, False
        gaps = [self.where(self.equal(v, largest), 0.0, self.operate("subtract", v, largest)) for v in values]
        shares = [self.elementary("exp", gap) for gap in gaps]
        self.refuses = refuses
        return place, largest, shares

    def logsumexp(self, values: Sequence[Any]) -> Any:
        """ln Σ exp xᵢ; log1p of the others' share keeps the digits where one number dominates."""
        if len(values) == 1:
            return values[0]
        place, largest, shares = self._shares(values)
        others = [self.where(self.equal(place, float(k)), 0.0, share) for k, share in enumerate(shares)]
        return self.operate("add", largest, self.make("log1p", self.as_number(self.total(others))))

    def sech2(self, x: Any) -> Any:
        """1 ÷ cosh² x."""
        if self.exact or x.__class__ is not Number:
            return super().sech2(x)
        return self.make("sech2", x)

    def softmax(self, values: Sequence[Any]) -> list[Any]:
        """exp xᵢ ÷ Σ exp xⱼ for each i."""
        _, _, shares = self._shares(values)
        whole = self.total(shares)
        return [self.make("divide", share, whole) if share.__class__ is Number else share / whole for share in shares]


def _folded(operation: str, *operands: float) -> float:
    if operation in ("equal",):
        return 1.0 if operands[0] == operands[1] else 0.0
    symbol: Callable[..., Any] = OPERATORS[operation]
    quiet = [QuietFloat(operand) for operand in operands]
    return float(symbol(*quiet))
