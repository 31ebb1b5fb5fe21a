"""The elementary functions of machine code: for each row of the registry how it is computed, and where floats would raise.

Results are right to two units in the last place where they are normal numbers, and those of `remainders` to the bit; tanh is
right to three and its slope to three and a half, because networks compute these more often than anything else. Outside the domain
they are the limits of the registry. Nothing depends on the number of lanes, not even the last bit.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd.number_systems.llvm import (
    arcs,
    error_functions,
    exponentials,
    logarithms,
    powers,
    remainders,
    roots,
    trigonometry,
)
from autograd.number_systems.llvm.expressions import Mask, Number
from autograd.number_systems.llvm.instructions import Instructions
from autograd.number_systems.llvm.rare_cases import one_by_one
from autograd.number_systems.llvm.templates import Template, template_of


class MachineFunction:
    """A function that writes the instructions that compute it.

    Attributes:
        name: its name, that of its row in the registry if it has one.
        arity: how many operands it has.
        is_refused_by_result: whether `refused` looks at the result too, so that giving it spares computing it again.
    """

    __slots__ = ("_formula", "_rare", "_refusal", "_templates", "arity", "is_refused_by_result", "name")

    def __init__(
        self,
        name: str,
        formula: Callable[..., Number],
        refusal: Callable[..., Mask] | None = None,
        arity: int = 1,
        *,
        is_refused_by_result: bool = False,
        rare: tuple[str, Callable[..., Mask]] | None = None,
    ) -> None:
        self.name = name
        self.arity = arity
        self.is_refused_by_result = is_refused_by_result
        self._formula = formula
        self._refusal = refusal
        # A function of the C library, and where it is called.
        self._rare = rare
        self._templates: dict[tuple[int, bool], Template | None] = {}

    @property
    def is_total(self) -> bool:
        """Whether the function of Python's floats never raises."""
        return self._refusal is None

    def write(self, instructions: Instructions, *operands: str) -> str:
        """Write what computes the function, and give the result's name.

        Some functions end the block that is being written and begin others: then `Instructions.block` is another one afterwards.
        """
        key = instructions.lanes, instructions.has_fused
        if key not in self._templates:
            self._templates[key] = template_of(self._write_anew, *key, self.arity)
        template = self._templates[key]
        write = self._write_anew if template is None else template.write
        result = write(instructions, *operands)
        if self._rare is None:
            return result
        name, is_rare = self._rare
        numbers = tuple(Number(instructions, operand) for operand in operands)
        return one_by_one(name, is_rare(*numbers), numbers, Number(instructions, result)).operand

    def _write_anew(self, instructions: Instructions, *operands: str) -> str:
        return self._formula(*(Number(instructions, operand) for operand in operands)).operand

    def refused(self, instructions: Instructions, *operands: str, result: str | None = None) -> str | None:
        """Write where the function of Python's floats raises, as a mask, or give None if it never does.

        Where it raises, the mask holds; it also holds where a power is the largest float, which another library may round to
        infinity.

        Args:
            instructions: what is written to.
            operands: the function's operands.
            result: the function's result for them; it is computed again if it is needed and not given.
        """
        if self._refusal is None:
            return None
        if self.is_refused_by_result:
            operands = (*operands, self.write(instructions, *operands) if result is None else result)
        return self._refusal(*(Number(instructions, operand) for operand in operands)).operand


_ROWS = (
    MachineFunction("exp", exponentials.exp, exponentials.exp_refused),
    MachineFunction("exp2", exponentials.exp2, exponentials.exp2_refused),
    MachineFunction("expm1", exponentials.expm1, exponentials.exp_refused),
    MachineFunction("log", logarithms.log, logarithms.log_refused),
    MachineFunction("log2", logarithms.log2, logarithms.log_refused),
    MachineFunction("log10", logarithms.log10, logarithms.log_refused),
    MachineFunction("log1p", logarithms.log1p, logarithms.log1p_refused),
    MachineFunction("sqrt", roots.sqrt, roots.sqrt_refused),
    MachineFunction("cbrt", roots.cbrt),
    MachineFunction("sin", trigonometry.sin, trigonometry.refused, rare=("chalkgrad_sin", trigonometry.is_huge)),
    MachineFunction("cos", trigonometry.cos, trigonometry.refused, rare=("chalkgrad_cos", trigonometry.is_huge)),
    MachineFunction("tan", trigonometry.tan, trigonometry.refused, rare=("chalkgrad_tan", trigonometry.is_huge)),
    MachineFunction("asin", arcs.asin, arcs.refused),
    MachineFunction("acos", arcs.acos, arcs.refused),
    MachineFunction("atan", arcs.atan),
    MachineFunction("atan2", arcs.atan2, arity=2),
    MachineFunction("hypot", roots.hypot, arity=2),
    MachineFunction("sinh", exponentials.sinh, exponentials.hyperbolic_refused),
    MachineFunction("cosh", exponentials.cosh, exponentials.hyperbolic_refused),
    MachineFunction("tanh", exponentials.tanh),
    MachineFunction("asinh", logarithms.asinh),
    MachineFunction("acosh", logarithms.acosh, logarithms.acosh_refused),
    MachineFunction("atanh", logarithms.atanh, logarithms.atanh_refused),
    MachineFunction("erf", error_functions.erf),
    MachineFunction("erfc", error_functions.erfc),
    MachineFunction("power", powers.power, powers.power_refused, arity=2, is_refused_by_result=True),
    # What number systems override, and operators that processors don't have.
    MachineFunction("sech2", exponentials.sech2),
    MachineFunction("modulo", remainders.modulo, remainders.refused, arity=2),
    MachineFunction("floor_divide", remainders.floor_divide, remainders.refused, arity=2),
)

FUNCTIONS = {function.name: function for function in _ROWS}


def symbol(name: str, lanes: int) -> str:
    """The name of a function in machine code, one that no library has."""
    return f"chalkgrad_{name}_{lanes}"


def definition(name: str, lanes: int, inline: bool, has_fused: bool = True) -> tuple[str, set[str]]:
    """The definition of a function for a module, so that its code is there once.

    Args:
        name: one of `FUNCTIONS`.
        lanes: how many numbers it computes side by side.
        inline: whether a compiler puts its code where it is called.
        has_fused: whether the processor multiplies and adds with one rounding.

    Returns:
        The text, of a function called `symbol`, and the declarations that the module must have for it.

    >>> print(definition("sqrt", lanes=2, inline=True)[0])
    define internal <2 x double> @chalkgrad_sqrt_2(<2 x double> %a) nounwind willreturn alwaysinline {
    entry:
    %v0 = call <2 x double> @llvm.sqrt.v2f64(<2 x double> %a)
    ret <2 x double> %v0
    }
    """
    function = FUNCTIONS[name]
    instructions = Instructions(lanes, has_fused)
    instructions.begin("entry")
    operands = ["%a", "%b"][: function.arity]
    kind = instructions.number_type
    result = function.write(instructions, *operands)
    parameters = ", ".join(f"{kind} {operand}" for operand in operands)
    attributes = f"nounwind willreturn {'alwaysinline' if inline else 'noinline'}"
    head = f"define internal {kind} @{symbol(name, lanes)}({parameters}) {attributes} {{"
    return "\n".join([head, *instructions.lines, f"ret {kind} {result}", "}"]), instructions.declarations
