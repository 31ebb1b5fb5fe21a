"""The formulas of machine code, read in JavaScript: functions that JavaScript lacks, and where the functions of floats raise.

They are written once, in `autograd.number_systems.llvm`, with operators that write instructions. Here those write JavaScript. It
has no fused multiplication, and integers of 64 bits are its BigInts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd.number_systems.javascript.statements import Statements, literal
from autograd.number_systems.llvm.expressions import Number
from autograd.number_systems.llvm.functions import FUNCTIONS
from autograd.number_systems.llvm.instructions import Instructions

# What converts a number into its bits, and back.
BIT_FUNCTIONS = "F=new Float64Array(1),B=new BigUint64Array(F.buffer),bits=x=>(F[0]=x,B[0]),number=b=>(B[0]=b,F[0])"
_INTEGER_SIGNS = {"add": "+", "sub": "-", "and": "&", "or": "|", "xor": "^", "shl": "<<", "lshr": ">>"}
_RELATIONS = {"olt": "<", "ole": "<=", "ogt": ">", "oge": ">=", "oeq": "==", "une": "!="}


class Formulas(Instructions):
    """Instructions that write JavaScript.

    Attributes:
        needs: the functions of `Math` that are called.
    """

    def __init__(self, write: Callable[[str], str]) -> None:
        super().__init__(lanes=1, has_fused=False)
        self._write = write
        self.needs: set[str] = set()

    def put(self, instruction: str) -> str:
        """Write a statement."""
        return self._write(instruction)

    def call(self, name: str, result_type: str, operands: Sequence[str], *, declared: bool = False) -> str:
        """Call a function of `Math`."""
        self.needs.add(name)
        return self.put(f"{name}({','.join(operands)})")

    def intrinsic(self, name: str, *operands: str) -> str:
        """A function that LLVM knows, by the name it has in `Math`."""
        return self.call({"llvm.fabs": "abs"}.get(name, name.removeprefix("llvm.")), "", operands)

    def constant(self, x: float) -> str:
        """A number, to the bit."""
        return literal(x)

    def integer_constant(self, x: int) -> str:
        """An integer of 64 bits."""
        return f"{x}n" if x >= 0 else f"({x}n)"

    def mask_constant(self, holds: bool) -> str:
        """An answer."""
        return "true" if holds else "false"

    def add(self, a: str, b: str) -> str:
        """The sum a + b."""
        return self.put(f"{a}+{b}")

    def subtract(self, a: str, b: str) -> str:
        """The difference a - b."""
        return self.put(f"{a}-{b}")

    def multiply(self, a: str, b: str) -> str:
        """The product a × b."""
        return self.put(f"{a}*{b}")

    def divide(self, a: str, b: str) -> str:
        """The quotient a ÷ b."""
        return self.put(f"{a}/{b}")

    def negative(self, a: str) -> str:
        """The number -a."""
        return self.put(f"-{a}")

    def copysign(self, magnitude: str, sign: str) -> str:
        """|magnitude| with the sign of another number, which is that of a zero too."""
        self.needs.add("abs")
        return self.put(f"({sign}<0||1/{sign}<0?-1:1)*abs({magnitude})")

    def compare(self, predicate: str, a: str, b: str) -> str:
        """The answer of a comparison."""
        if predicate == "uno":
            return self.put(f"({a}!={a}||{b}!={b})")
        return self.put(f"{a}{_RELATIONS[predicate]}{b}")

    def select(self, mask: str, a: str, b: str, *, of_integers: bool = False) -> str:
        """The operand a where the mask holds, else b."""
        return self.put(f"{mask}?{a}:{b}")

    def both(self, a: str, b: str) -> str:
        """Where two masks hold."""
        return self.put(f"{a}&&{b}")

    def either(self, a: str, b: str) -> str:
        """Where one of two masks holds."""
        return self.put(f"{a}||{b}")

    def opposite(self, a: str) -> str:
        """Where a mask does not hold."""
        return self.put(f"!{a}")

    def bits(self, a: str) -> str:
        """The bits of a number, as an integer."""
        self.needs.add("bits")
        return self.put(f"bits({a})")

    def from_bits(self, i: str) -> str:
        """The number with these bits."""
        self.needs.add("bits")
        return self.put(f"number({i})")

    def integer(self, operation: str, a: str, b: str) -> str:
        """An operation on integers, of which 64 bits are kept."""
        sign = _INTEGER_SIGNS[operation]
        text = f"{a}{sign}{b}"
        return self.put(f"BigInt.asUintN(64,{text})" if operation in ("add", "sub", "shl") else text)

    def compare_integers(self, predicate: str, a: str, b: str) -> str:
        """The answer of a comparison of integers."""
        assert predicate == "eq"
        return self.put(f"{a}=={b}")


def function_text(formula: Callable[..., Number], arity: int) -> tuple[str, set[str]]:
    """A formula of machine code as an arrow function, and the functions of `Math` that it calls."""
    statements = Statements()
    formulas = Formulas(statements.write)
    parameters = ["a", "b"][:arity]
    result = formula(*(Number(formulas, parameter) for parameter in parameters)).operand
    return f"({','.join(parameters)})=>{statements.body([result])}", formulas.needs


def refusal(name: str, operands: Sequence[str], result: str, write: Callable[[str], str]) -> tuple[str, set[str]] | None:
    """Where the function of floats raises, as a condition, and the functions of `Math` for it; None if it never raises.

    Args:
        name: a row of the registry, or ``"modulo"`` or ``"floor_divide"``.
        operands: the function's operands.
        result: the function's result for them.
        write: appends a statement, and returns the name it assigns to.
    """
    formulas = Formulas(write)
    condition = FUNCTIONS[name].refused(formulas, *operands, result=result)
    return None if condition is None else (condition, formulas.needs)
