"""Formulas that write instructions: numbers, masks and integers of machine code, with Python's operators.

The elementary functions are written with them, once, for any number of lanes. No operation is left out or moved, so the bits of
a result are those of the formula as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.number_systems.llvm.instructions import Instructions


class Mask:
    """Answers of a comparison, one a lane."""

    __slots__ = ("instructions", "operand")

    def __init__(self, instructions: Instructions, operand: str) -> None:
        self.instructions = instructions
        self.operand = operand

    def __and__(self, other: Mask) -> Mask:
        return Mask(self.instructions, self.instructions.both(self.operand, other.operand))

    def __or__(self, other: Mask) -> Mask:
        return Mask(self.instructions, self.instructions.either(self.operand, other.operand))

    def __invert__(self) -> Mask:
        return Mask(self.instructions, self.instructions.opposite(self.operand))


class Integer:
    """Integers of 64 bits, one a lane."""

    __slots__ = ("instructions", "operand")

    def __init__(self, instructions: Instructions, operand: str) -> None:
        self.instructions = instructions
        self.operand = operand

    def _with(self, operation: str, other: Integer | int) -> Integer:
        operand = self.instructions.integer_constant(other) if isinstance(other, int) else other.operand
        return Integer(self.instructions, self.instructions.integer(operation, self.operand, operand))

    def __add__(self, other: Integer | int) -> Integer:
        return self._with("add", other)

    def __sub__(self, other: Integer | int) -> Integer:
        return self._with("sub", other)

    def __rsub__(self, other: int) -> Integer:
        constant = self.instructions.integer_constant(other)
        return Integer(self.instructions, self.instructions.integer("sub", constant, self.operand))

    def __and__(self, other: Integer | int) -> Integer:
        return self._with("and", other)

    def __or__(self, other: Integer | int) -> Integer:
        return self._with("or", other)

    def __xor__(self, other: Integer | int) -> Integer:
        return self._with("xor", other)

    def __lshift__(self, bits: int) -> Integer:
        return self._with("shl", bits)

    def __rshift__(self, bits: int) -> Integer:
        """Bits move down, and zeros come in."""
        return self._with("lshr", bits)

    def equals(self, other: int) -> Mask:
        """Where an integer is the given one."""
        return Mask(
            self.instructions,
            self.instructions.compare_integers("eq", self.operand, self.instructions.integer_constant(other)),
        )

    def as_number(self) -> Number:
        """The number with these bits."""
        return Number(self.instructions, self.instructions.from_bits(self.operand))


class Number:
    """Doubles, one a lane.

    >>> instructions = Instructions(lanes=1)
    >>> x = Number(instructions, "%x")
    >>> (x * x + 1.0).operand
    '%v1'
    >>> instructions.lines
    ['%v0 = fmul double %x, %x', '%v1 = fadd double %v0, 0x3FF0000000000000']
    """

    __slots__ = ("instructions", "operand")

    def __init__(self, instructions: Instructions, operand: str) -> None:
        self.instructions = instructions
        self.operand = operand

    def constant(self, x: float) -> Number:
        """A constant beside this number."""
        return Number(self.instructions, self.instructions.constant(x))

    def of(self, x: Number | float) -> str:
        """The operand of a number or constant beside this one."""
        return x.operand if isinstance(x, Number) else self.instructions.constant(x)

    def __add__(self, other: Number | float) -> Number:
        return Number(self.instructions, self.instructions.add(self.operand, self.of(other)))

    def __radd__(self, other: float) -> Number:
        return Number(self.instructions, self.instructions.add(self.of(other), self.operand))

    def __sub__(self, other: Number | float) -> Number:
        return Number(self.instructions, self.instructions.subtract(self.operand, self.of(other)))

    def __rsub__(self, other: float) -> Number:
        return Number(self.instructions, self.instructions.subtract(self.of(other), self.operand))

    def __mul__(self, other: Number | float) -> Number:
        return Number(self.instructions, self.instructions.multiply(self.operand, self.of(other)))

    def __rmul__(self, other: float) -> Number:
        return Number(self.instructions, self.instructions.multiply(self.of(other), self.operand))

    def __truediv__(self, other: Number | float) -> Number:
        return Number(self.instructions, self.instructions.divide(self.operand, self.of(other)))

    def __rtruediv__(self, other: float) -> Number:
        return Number(self.instructions, self.instructions.divide(self.of(other), self.operand))

    def __neg__(self) -> Number:
        return Number(self.instructions, self.instructions.negative(self.operand))

    def __abs__(self) -> Number:
        return Number(self.instructions, self.instructions.absolute(self.operand))

    def __lt__(self, other: Number | float) -> Mask:
        return self._compared("olt", other)

    def __le__(self, other: Number | float) -> Mask:
        return self._compared("ole", other)

    def __gt__(self, other: Number | float) -> Mask:
        return self._compared("ogt", other)

    def __ge__(self, other: Number | float) -> Mask:
        return self._compared("oge", other)

    def equals(self, other: Number | float) -> Mask:
        """Where two numbers are equal; a nan never is."""
        return self._compared("oeq", other)

    def differs_from(self, other: Number | float) -> Mask:
        """Where two numbers are different; a nan always is."""
        return self._compared("une", other)

    def is_nan(self) -> Mask:
        """Where this is not a number."""
        return self._compared("uno", self)

    def _compared(self, predicate: str, other: Number | float) -> Mask:
        return Mask(self.instructions, self.instructions.compare(predicate, self.operand, self.of(other)))

    def bits(self) -> Integer:
        """The bits of this number."""
        return Integer(self.instructions, self.instructions.bits(self.operand))

    def sqrt(self) -> Number:
        """The square root, correctly rounded."""
        return Number(self.instructions, self.instructions.square_root(self.operand))

    def floor(self) -> Number:
        """The largest whole number that is not above this one."""
        return Number(self.instructions, self.instructions.floor(self.operand))

    def truncated(self) -> Number:
        """The whole number next to this one towards zero."""
        return Number(self.instructions, self.instructions.truncated(self.operand))

    def with_sign_of(self, other: Number | float) -> Number:
        """This number's magnitude with another one's sign."""
        return Number(self.instructions, self.instructions.copysign(self.operand, self.of(other)))


def where(mask: Mask, if_true: Number | float, if_false: Number | float) -> Number:
    """One of two numbers, both already computed."""
    instructions = mask.instructions
    a, b = (x.operand if isinstance(x, Number) else instructions.constant(x) for x in (if_true, if_false))
    return Number(instructions, instructions.select(mask.operand, a, b))


def where_integers(mask: Mask, if_true: int, if_false: int) -> Integer:
    """One of two integers."""
    instructions = mask.instructions
    a, b = map(instructions.integer_constant, (if_true, if_false))
    return Integer(instructions, instructions.select(mask.operand, a, b, of_integers=True))


def fused(a: Number, b: Number | float, c: Number | float) -> Number:
    """The sum a × b + c, rounded once where the processor can do that."""
    return Number(a.instructions, a.instructions.fused(a.operand, a.of(b), a.of(c)))


def at_most(x: Number, bound: Number | float) -> Number:
    """The smaller of a number and a bound; a nan stays."""
    return where(x > bound, bound, x)


def at_least(x: Number, bound: Number | float) -> Number:
    """The larger of a number and a bound; a nan stays."""
    return where(x < bound, bound, x)


def polynomial(x: Number, coefficients: Sequence[float]) -> Number:
    """A polynomial, lowest coefficient first, in pairs, so that few steps wait for each other (Estrin's scheme)."""
    terms: list[Number | float] = list(coefficients)
    while len(terms) > 3:
        pairs = [fused(x, b, a) for a, b in zip(terms[0::2], terms[1::2], strict=False)]
        terms = [*pairs, *terms[2 * len(pairs) :]]
        x = x * x
    result = terms[-1]
    for term in reversed(terms[:-1]):
        result = fused(x, result, term)
    assert isinstance(result, Number)
    return result


# ------------------------------------------------------------------------------------- sums and products without an error


def sum_of_ordered(a: Number | float, b: Number) -> tuple[Number, Number]:
    """The sum of two numbers and what its rounding has lost (Dekker 1971).

    It is exact where |a| ≥ |b|, where a is 0, and where a is 1 and |b| is below 2⁵³, because then the sum minus 1 is exact.
    """
    whole = b + a if isinstance(a, float) else a + b
    return whole, b - (whole - a)


def sum_of_two(a: Number, b: Number) -> tuple[Number, Number]:
    """The sum of two numbers and what its rounding has lost (Knuth, *The Art of Computer Programming* 2, section 4.2.2)."""
    whole = a + b
    of_b = whole - a
    return whole, (a - (whole - of_b)) + (b - of_b)


def product_of_two(a: Number, b: Number | float) -> tuple[Number, Number]:
    """The product of two numbers and what its rounding has lost.

    Where the processor has no fused multiplication, factors above 1e300 in magnitude are too large (Veltkamp's splitting).
    """
    product = a * b
    if a.instructions.has_fused:
        return product, fused(a, b, -product)
    a_high, a_low = _halves(a)
    b_high, b_low = _halves(b if isinstance(b, Number) else a.constant(b))
    return product, a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def remainder_of_product(a: Number, b: Number | float, c: Number) -> Number:
    """What is left of c, c - a × b, exactly where a × b is close to c."""
    if a.instructions.has_fused:
        return fused(-a, b, c)
    product, lost = product_of_two(a, b)
    return (c - product) - lost


def _halves(x: Number) -> tuple[Number, Number]:
    """A number as a sum of two with half as many digits."""
    shifted = x * 134217729.0  # 2²⁷ + 1
    high = shifted - (shifted - x)
    return high, x - high
