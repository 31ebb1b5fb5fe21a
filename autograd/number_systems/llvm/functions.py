"""The elementary functions of machine code: for each row of the registry how it is computed, and where floats would raise."""

from __future__ import annotations

from collections.abc import Callable

from autograd.number_systems.llvm import exponentials
from autograd.number_systems.llvm.expressions import Mask, Number
from autograd.number_systems.llvm.instructions import Instructions


class MachineFunction:
    """A function that writes the instructions that compute it.

    Attributes:
        name: its name, that of its row in the registry if it has one.
        arity: how many operands it has.
    """

    __slots__ = ("_formula", "_refusal", "arity", "name")

    def __init__(self, name: str, formula: Callable[..., Number], refusal: Callable[..., Mask] | None = None, arity: int = 1):
        self.name = name
        self.arity = arity
        self._formula = formula
        self._refusal = refusal

    def write(self, instructions: Instructions, *operands: str) -> str:
        """Write what computes the function, and give the result's name."""
        return self._formula(*(Number(instructions, operand) for operand in operands)).operand

    def refused(self, instructions: Instructions, *operands: str, result: str | None = None) -> str | None:
        """Write where the function of Python's floats raises, as a mask, or give None if it never does.

        Where it raises, the mask holds; it may also hold for a few results next to the largest float, as another library may
        round them to infinity.

        Args:
            instructions: what is written to.
            operands: the function's operands.
            result: the function's result for them; it is computed again if it is needed and not given.
        """
        if self._refusal is None:
            return None
        if result is None:
            result = self.write(instructions, *operands)
        return self._refusal(*(Number(instructions, operand) for operand in (*operands, result))).operand


_ROWS = (
    MachineFunction("exp", exponentials.exp, exponentials.exp_refused),
    MachineFunction("exp2", exponentials.exp2, exponentials.exp2_refused),
    MachineFunction("expm1", exponentials.expm1, exponentials.exp_refused),
    MachineFunction("sinh", exponentials.sinh, exponentials.hyperbolic_refused),
    MachineFunction("cosh", exponentials.cosh, exponentials.hyperbolic_refused),
    MachineFunction("tanh", exponentials.tanh),
    MachineFunction("sech2", exponentials.sech2),
    MachineFunction("decay_scale", exponentials.decay_scale),
    MachineFunction("decay_rest", exponentials.decay_rest),
)

FUNCTIONS = {function.name: function for function in _ROWS}
