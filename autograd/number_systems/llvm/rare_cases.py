"""Numbers that a formula is not made for, given to a function of the C library one by one, in a branch that is rarely taken."""

from __future__ import annotations

from autograd.number_systems.llvm.expressions import Mask, Number, where
from autograd.number_systems.llvm.instructions import Instructions

# The names that machine code uses, and those in the C library. LLVM takes what it knows by name for something else, so no name is
# a known one.
C_FUNCTIONS = {"chalkgrad_sin": "sin", "chalkgrad_cos": "cos", "chalkgrad_tan": "tan", "chalkgrad_fmod": "fmod"}
# It reads and changes no memory; later versions of LLVM know the word too.
_IS_PURE = "nounwind willreturn readnone"


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
    instructions.declarations.add(f"declare double @{name}({', '.join(['double'] * len(operands))}) {_IS_PURE}")
    if instructions.lanes > 1:
        text = _of_lanes(name, instructions.lanes, len(operands))
        instructions.declarations.add(text)
        name = _name_of_lanes(name, instructions.lanes)
    called = instructions.call(name, instructions.number_type, [operand.operand for operand in operands])
    chosen = where(is_rare, Number(instructions, called), otherwise)
    instructions.lines.append(f"br label %{after}")
    instructions.begin(after)
    phi = f"phi {instructions.number_type} [{otherwise.operand}, %{here}], [{chosen.operand}, %{rare}]"
    return Number(instructions, instructions.put(phi))


def _name_of_lanes(name: str, lanes: int) -> str:
    return f"{name}_one_by_one_{lanes}"


def _of_lanes(name: str, lanes: int, n_operands: int) -> str:
    """The definition of a function that calls another one for each lane. It is seldom called, so its code is there once."""
    write = Instructions(lanes)
    operands = ["%a", "%b"][:n_operands]
    result = "poison"
    for k in range(lanes):
        arguments = ", ".join(f"double {write.lane(operand, k)}" for operand in operands)
        result = write.with_lane(result, k, write.put(f"call double @{name}({arguments})"))
    kind = write.number_type
    parameters = ", ".join(f"{kind} {operand}" for operand in operands)
    head = f"define internal {kind} @{_name_of_lanes(name, lanes)}({parameters}) {_IS_PURE} noinline cold {{"
    return "\n".join([head, *write.lines, f"ret {kind} {result}", "}"])
