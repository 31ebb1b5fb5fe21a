"""Instructions of LLVM as text, for one number or for several side by side.

An operand is a string: the name of an earlier result, as ``%v3``, or a constant. What is written is valid for LLVM 15 to 22 and
has no fast-math flags, so that a number is the same to the bit however many of them are computed side by side.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence


class Instructions:
    """A list of instructions that grows, for numbers of ``lanes`` examples.

    >>> instructions = Instructions(lanes=2)
    >>> square = instructions.multiply("%x", "%x")
    >>> instructions.lines
    ['%v0 = fmul <2 x double> %x, %x']

    Attributes:
        lanes: how many numbers an instruction computes with; with one, numbers are plain doubles and not vectors.
        has_fused: whether the processor multiplies and adds with one rounding. Where it doesn't, `fused` is two instructions.
        lines: what has been written.
        declarations: what the module must declare or define for that, each by itself.
        block: the label of the block that is being written, or an empty string in the first one.
        number_type, mask_type, integer_type: LLVM's types of numbers, of answers of comparisons, and of integers of 64 bits.
    """

    def __init__(self, lanes: int, has_fused: bool = True) -> None:
        self.lanes = lanes
        self.has_fused = has_fused
        self.lines: list[str] = []
        self.declarations: set[str] = set()
        self.block = ""
        self.number_type = self.wide("double")
        self.mask_type = self.wide("i1")
        self.integer_type = self.wide("i64")
        self._numbers = itertools.count()
        self._constants: dict[float, str] = {}

    # ----------------------------------------------------------------------------------------------------------- writing

    def wide(self, scalar_type: str) -> str:
        """The type of as many scalars as there are lanes."""
        return scalar_type if self.lanes == 1 else f"<{self.lanes} x {scalar_type}>"

    def fresh(self, hint: str = "v") -> str:
        """A name for a result that nothing else has."""
        return f"%{hint}{next(self._numbers)}"

    def beside(self, lanes: int) -> Instructions:
        """What writes into the same text with another number of lanes."""
        other = Instructions(lanes, self.has_fused)
        other.lines, other.declarations, other._numbers = self.lines, self.declarations, self._numbers
        return other

    def put(self, instruction: str) -> str:
        """Write an instruction that has a result, whose name is returned."""
        name = self.fresh()
        self.lines.append(f"{name} = {instruction}")
        return name

    def begin(self, label: str) -> None:
        """Begin a block; the one before must have ended with a jump."""
        self.lines.append(f"{label}:")
        self.block = label

    def intrinsic(self, name: str, *operands: str) -> str:
        """A function that LLVM knows, of numbers, as ``llvm.fabs``."""
        suffix = "f64" if self.lanes == 1 else f"v{self.lanes}f64"
        return self.call(f"{name}.{suffix}", self.number_type, operands, declared=True)

    def call(self, name: str, result_type: str, operands: Sequence[str], *, declared: bool = False) -> str:
        """Call a function of numbers.

        Args:
            name: the function's name, without the @.
            result_type: the type of what it returns.
            operands: numbers, as many as the function has parameters.
            declared: whether to add its declaration; without it, the module must define the function.
        """
        if declared:
            self.declarations.add(f"declare {result_type} @{name}({', '.join([self.number_type] * len(operands))})")
        return self.put(f"call {result_type} @{name}({', '.join(f'{self.number_type} {operand}' for operand in operands)})")

    # --------------------------------------------------------------------------------------------------------- constants

    def constant(self, x: float) -> str:
        """A number in all lanes, exact to the bit, also where it is infinite or not a number."""
        # Zeros of both signs are equal.
        text = self._constants.get(x) if x else None
        if text is None:
            text = self._in_all_lanes("double", f"0x{struct.unpack('>Q', struct.pack('>d', x))[0]:016X}")
            if x:
                self._constants[x] = text
        return text

    def integer_constant(self, x: int) -> str:
        """An integer of 64 bits in all lanes."""
        return self._in_all_lanes("i64", str(x))

    def mask_constant(self, holds: bool) -> str:
        """The same answer in all lanes."""
        return self._in_all_lanes("i1", "true" if holds else "false")

    def _in_all_lanes(self, scalar_type: str, text: str) -> str:
        return text if self.lanes == 1 else f"<{', '.join([f'{scalar_type} {text}'] * self.lanes)}>"

    # -------------------------------------------------------------------------------------------------------- arithmetic

    def add(self, a: str, b: str) -> str:
        """The sum a + b."""
        return self.put(f"fadd {self.number_type} {a}, {b}")

    def subtract(self, a: str, b: str) -> str:
        """The difference a - b."""
        return self.put(f"fsub {self.number_type} {a}, {b}")

    def multiply(self, a: str, b: str) -> str:
        """The product a × b."""
        return self.put(f"fmul {self.number_type} {a}, {b}")

    def divide(self, a: str, b: str) -> str:
        """The quotient a ÷ b."""
        return self.put(f"fdiv {self.number_type} {a}, {b}")

    def negative(self, a: str) -> str:
        """The number -a, which turns the sign of zeros and of what is not a number too."""
        return self.put(f"fneg {self.number_type} {a}")

    def fused(self, a: str, b: str, c: str) -> str:
        """The sum a × b + c, rounded once where the processor can do that."""
        if self.has_fused:
            return self.intrinsic("llvm.fma", a, b, c)
        return self.add(self.multiply(a, b), c)

    def absolute(self, a: str) -> str:
        """The absolute value |a|."""
        return self.intrinsic("llvm.fabs", a)

    def square_root(self, a: str) -> str:
        """√a, correctly rounded, and nan below zero."""
        return self.intrinsic("llvm.sqrt", a)

    def floor(self, a: str) -> str:
        """The largest whole number that is not above a."""
        return self.intrinsic("llvm.floor", a)

    def truncated(self, a: str) -> str:
        """The whole number next to a towards zero."""
        return self.intrinsic("llvm.trunc", a)

    def rounded(self, a: str) -> str:
        """The nearest whole number, the even one of two."""
        # As processors round while nobody changes their mode; others need a newer C library if there is no instruction.
        return self.intrinsic("llvm.rint", a)

    def copysign(self, magnitude: str, sign: str) -> str:
        """|magnitude| with the sign of another number."""
        return self.intrinsic("llvm.copysign", magnitude, sign)

    # ------------------------------------------------------------------------------------------- comparisons and choices

    def compare(self, predicate: str, a: str, b: str) -> str:
        """The mask of a comparison of numbers, with a predicate of LLVM's ``fcmp``: ``olt``, ``une``, ``uno``, …"""
        return self.put(f"fcmp {predicate} {self.number_type} {a}, {b}")

    def select(self, mask: str, a: str, b: str, *, of_integers: bool = False) -> str:
        """The operand a where the mask holds, else b."""
        kind = self.integer_type if of_integers else self.number_type
        return self.put(f"select {self.mask_type} {mask}, {kind} {a}, {kind} {b}")

    def both(self, a: str, b: str) -> str:
        """Where two masks hold."""
        return self.put(f"and {self.mask_type} {a}, {b}")

    def either(self, a: str, b: str) -> str:
        """Where one of two masks holds."""
        return self.put(f"or {self.mask_type} {a}, {b}")

    def opposite(self, a: str) -> str:
        """Where a mask does not hold."""
        return self.put(f"xor {self.mask_type} {a}, {self.mask_constant(True)}")

    def anywhere(self, mask: str) -> str:
        """Whether a mask holds in any lane, as a single ``i1``."""
        if self.lanes == 1:
            return mask
        name = f"llvm.vector.reduce.or.v{self.lanes}i1"
        self.declarations.add(f"declare i1 @{name}({self.mask_type})")
        return self.put(f"call i1 @{name}({self.mask_type} {mask})")

    # ---------------------------------------------------------------------------------------------------------- integers

    def bits(self, a: str) -> str:
        """The bits of a number, as an integer."""
        return self.put(f"bitcast {self.number_type} {a} to {self.integer_type}")

    def from_bits(self, i: str) -> str:
        """The number with these bits."""
        return self.put(f"bitcast {self.integer_type} {i} to {self.number_type}")

    def integer(self, operation: str, a: str, b: str) -> str:
        """An operation on integers: ``add``, ``sub``, ``mul``, ``and``, ``or``, ``xor``, ``shl``, ``lshr``, ``ashr``."""
        return self.put(f"{operation} {self.integer_type} {a}, {b}")

    def compare_integers(self, predicate: str, a: str, b: str) -> str:
        """The mask of a comparison of integers, with a predicate of LLVM's ``icmp``: ``slt``, ``eq``, ``ugt``, …"""
        return self.put(f"icmp {predicate} {self.integer_type} {a}, {b}")

    def to_integer(self, a: str) -> str:
        """The whole number next to a towards zero, as an integer, which must be able to hold it."""
        return self.put(f"fptosi {self.number_type} {a} to {self.integer_type}")

    def to_number(self, i: str) -> str:
        """An integer, with its sign, as the nearest number."""
        return self.put(f"sitofp {self.integer_type} {i} to {self.number_type}")

    # ------------------------------------------------------------------------------------------------------------- lanes

    def splat(self, scalar: str, scalar_type: str = "double") -> str:
        """A scalar in all lanes."""
        if self.lanes == 1:
            return scalar
        wide = self.wide(scalar_type)
        first = self.put(f"insertelement {wide} poison, {scalar_type} {scalar}, i64 0")
        return self.put(f"shufflevector {wide} {first}, {wide} poison, <{self.lanes} x i32> zeroinitializer")

    def lane(self, vector: str, k: int, scalar_type: str = "double") -> str:
        """The scalar in one lane."""
        return vector if self.lanes == 1 else self.put(f"extractelement {self.wide(scalar_type)} {vector}, i64 {k}")

    def with_lane(self, vector: str, k: int, scalar: str, scalar_type: str = "double") -> str:
        """A vector with another scalar in one lane."""
        if self.lanes == 1:
            return scalar
        return self.put(f"insertelement {self.wide(scalar_type)} {vector}, {scalar_type} {scalar}, i64 {k}")
