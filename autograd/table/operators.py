"""Python's operators, all handed to one method.

They serve numbers that only say what was done with them (text, formulas, arrays of a program being written), and numbers that
compute each operation in a way of their own (quiet floats, complex numbers).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# What each operation is called, and what it does with numbers.
OPERATORS: dict[str, Callable[..., Any]] = {
    "negative": operator.neg,
    "abs": operator.abs,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "modulo": operator.mod,
    "floor_divide": operator.floordiv,
    "power": operator.pow,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}


class Operators(Generic[T]):
    """Every operator, handed to `operate` by its name, with the operands in their order.

    >>> class Said(Operators[tuple]):
    ...     def operate(self, operation, *operands):
    ...         return operation, ["self" if operand is self else operand for operand in operands]
    >>> 2.0 / Said()
    ('divide', [2.0, 'self'])
    """

    __slots__ = ()

    def operate(self, operation: str, *operands: Any) -> T:
        """What an operation on such numbers, and others, gives."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        raise TypeError(
            "a rule can't branch on a number that is not known yet: "
            "instead of if, and, or, not, min and max, write m.where(condition, a, b)"
        )

    def __neg__(self) -> T:
        return self.operate("negative", self)

    def __abs__(self) -> T:
        return self.operate("abs", self)

    def __add__(self, other: Any) -> T:
        return self.operate("add", self, other)

    def __radd__(self, other: Any) -> T:
        return self.operate("add", other, self)

    def __sub__(self, other: Any) -> T:
        return self.operate("subtract", self, other)

    def __rsub__(self, other: Any) -> T:
        return self.operate("subtract", other, self)

    def __mul__(self, other: Any) -> T:
        return self.operate("multiply", self, other)

    def __rmul__(self, other: Any) -> T:
        return self.operate("multiply", other, self)

    def __truediv__(self, other: Any) -> T:
        return self.operate("divide", self, other)

    def __rtruediv__(self, other: Any) -> T:
        return self.operate("divide", other, self)

    def __mod__(self, other: Any) -> T:
        return self.operate("modulo", self, other)

    def __rmod__(self, other: Any) -> T:
        return self.operate("modulo", other, self)

    def __floordiv__(self, other: Any) -> T:
        return self.operate("floor_divide", self, other)

    def __rfloordiv__(self, other: Any) -> T:
        return self.operate("floor_divide", other, self)

    def __pow__(self, other: Any) -> T:
        return self.operate("power", self, other)

    def __rpow__(self, other: Any) -> T:
        return self.operate("power", other, self)

    def __lt__(self, other: Any) -> T:
        return self.operate("less", self, other)

    def __le__(self, other: Any) -> T:
        return self.operate("less_equal", self, other)

    def __gt__(self, other: Any) -> T:
        return self.operate("greater", self, other)

    def __ge__(self, other: Any) -> T:
        return self.operate("greater_equal", self, other)
