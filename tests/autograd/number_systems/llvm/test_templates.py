"""Copies of a formula's instructions: with names of their own, and nothing computed twice."""

from __future__ import annotations

from autograd.number_systems.llvm.expressions import Mask, Number
from autograd.number_systems.llvm.instructions import Instructions
from autograd.number_systems.llvm.rare_cases import one_by_one
from autograd.number_systems.llvm.templates import template_of


def _write(instructions: Instructions, a: str, b: str) -> str:
    x, y = Number(instructions, a), Number(instructions, b)
    return ((x * y + abs(x)) - (x * y) * abs(y)).operand


def test_a_copy_has_the_instructions_of_the_formula() -> None:
    template = template_of(_write, 4, True, 2)
    assert template is not None
    instructions = Instructions(4)
    assert instructions.fresh() == "%v0"
    assert template.write(instructions, "%p", "%q") == "%v6"
    assert instructions.lines == [
        "%v1 = fmul <4 x double> %p, %q",
        "%v2 = call <4 x double> @llvm.fabs.v4f64(<4 x double> %p)",
        "%v3 = fadd <4 x double> %v1, %v2",
        "%v4 = call <4 x double> @llvm.fabs.v4f64(<4 x double> %q)",
        "%v5 = fmul <4 x double> %v1, %v4",
        "%v6 = fsub <4 x double> %v3, %v5",
    ]
    assert instructions.declarations == {"declare <4 x double> @llvm.fabs.v4f64(<4 x double>)"}
    assert template.write(instructions, "%v6", "%p") == "%v12"
    assert instructions.lines[6] == "%v7 = fmul <4 x double> %v6, %p"


def test_a_copy_is_told_the_names_that_instructions_already_have() -> None:
    """What writes it may know an instruction, and give its result another name."""

    class Known(Instructions):
        def put(self, instruction: str) -> str:
            return "%known" if instruction == "fmul double %a, %b" else super().put(instruction)

    template = template_of(_write, 1, True, 2)
    assert template is not None
    instructions = Known(1)
    template.write(instructions, "%a", "%b")
    assert instructions.lines[1] == "%v1 = fadd double %known, %v0"


def test_a_result_may_be_an_operand() -> None:
    template = template_of(lambda instructions, a, b: b, 2, True, 2)
    assert template is not None
    assert template.write(Instructions(2), "%a", "%b") == "%b"


def test_no_template_of_several_blocks_nor_of_a_constant() -> None:
    def write(instructions: Instructions, a: str) -> str:
        x = Number(instructions, a)
        is_large: Mask = abs(x) > 5.0
        return one_by_one("chalkgrad_sin", is_large, (x,), x).operand

    assert template_of(write, 4, True, 1) is None
    assert template_of(lambda instructions, a: instructions.constant(1.0), 4, True, 1) is None
