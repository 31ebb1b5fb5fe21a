"""Numbers that a formula is not made for, given to a function of the C library one by one, in a branch that is rarely taken."""

from __future__ import annotations

from autograd.number_systems.llvm.expressions import Mask, Number, where

# The names that machine code uses, and those in the C library. LLVM takes what it knows by name for something else, so no name is
# a known one.
C_FUNCTIONS = {"chalkgrad_sin": "sin", "chalkgrad_cos": "cos", "chalkgrad_tan": "tan", "chalkgrad_fmod": "fmod"}


def one_by_one(name: str, is_rare: Mask, operands: tuple[Number, ...], otherwise: Number) -> Number:
    """A result, with that of a function of the C library in lanes where a case is rare.

    This ends the block that is being written and begins others.

    Args:
        name: one of `C_FUNCTIONS`.
        is_rare: where the case is rare.
        operands: the function's operands.
        otherwise: the result in all other lanes.
    """
    assert name in C_FUNCTIONS
    instructions = is_rare.instructions
    here, rare, after = (instructions.fresh(label)[1:] for label in ("common", "rare", "after"))
    anywhere = instructions.anywhere(is_rare.operand)
    instructions.lines.append(f"br label %{here}")
    instructions.begin(here)
    instructions.lines.append(f"br i1 {anywhere}, label %{rare}, label %{after}")
    instructions.begin(rare)
    parameters = ", ".join(["double"] * len(operands))
    instructions.declarations.add(f"declare double @{name}({parameters}) nounwind willreturn readnone")
    result = otherwise.operand
    for k in range(instructions.lanes):
        arguments = ", ".join(f"double {instructions.lane(operand.operand, k)}" for operand in operands)
        result = instructions.with_lane(result, k, instructions.put(f"call double @{name}({arguments})"))
    chosen = where(is_rare, Number(instructions, result), otherwise)
    instructions.lines.append(f"br label %{after}")
    instructions.begin(after)
    kind = instructions.number_type
    phi = f"phi {kind} [{otherwise.operand}, %{here}], [{chosen.operand}, %{rare}]"
    return Number(instructions, instructions.put(phi))
