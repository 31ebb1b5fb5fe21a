"""Each instruction, compiled for one and for several numbers side by side, does what Python does with floats."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

import llvm_columns
import pytest

from autograd.number_systems.llvm.instructions import Instructions

pytest.importorskip("llvmlite")

NUMBERS = (0.0, -0.0, 1.0, -1.5, 2.5, 3.5, -7.25, 0.1, 1e-300, 5e-324, 1e300, math.inf, -math.inf, math.nan)
PAIRS = [(a, b) for a in NUMBERS for b in NUMBERS]
each_width = pytest.mark.parametrize("lanes", [1, 4])


def _where(predicate: str) -> Callable[[Instructions, str, str], str]:
    return lambda i, a, b: i.select(i.compare(predicate, a, b), i.constant(1.0), i.constant(0.0))


def _quotient(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    return math.nan if a == 0.0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)


def _of_finite(function: Callable[[float], float], x: float) -> float:
    return math.copysign(function(x), x) if math.isfinite(x) else x


CASES: dict[str, tuple[Callable[[Instructions, str, str], str], Callable[[float, float], float]]] = {
    "add": (lambda i, a, b: i.add(a, b), lambda a, b: a + b),
    "subtract": (lambda i, a, b: i.subtract(a, b), lambda a, b: a - b),
    "multiply": (lambda i, a, b: i.multiply(a, b), lambda a, b: a * b),
    "divide": (lambda i, a, b: i.divide(a, b), _quotient),
    "negative": (lambda i, a, b: i.negative(a), lambda a, b: -a),
    "absolute": (lambda i, a, b: i.absolute(a), lambda a, b: abs(a)),
    "square_root": (lambda i, a, b: i.square_root(a), lambda a, b: math.sqrt(a) if not a < 0.0 else math.nan),
    "floor": (lambda i, a, b: i.floor(a), lambda a, b: _of_finite(math.floor, a)),
    "truncated": (lambda i, a, b: i.truncated(a), lambda a, b: _of_finite(math.trunc, a)),
    "rounded": (lambda i, a, b: i.rounded(a), lambda a, b: _of_finite(round, a)),
    "copysign": (lambda i, a, b: i.copysign(a, b), math.copysign),
    "less": (_where("olt"), lambda a, b: float(a < b)),
    "equal": (_where("oeq"), lambda a, b: float(a == b)),
    "different": (_where("une"), lambda a, b: float(a != b)),
    "both": (
        lambda i, a, b: i.select(
            i.both(i.compare("ogt", a, i.constant(0.0)), i.opposite(i.compare("ogt", b, i.constant(0.0)))), a, b
        ),
        lambda a, b: a if a > 0.0 and not b > 0.0 else b,
    ),
    "either": (
        lambda i, a, b: i.select(
            i.either(i.compare("uno", a, a), i.compare("uno", b, b)), i.constant(math.nan), i.constant(5e-324)
        ),
        lambda a, b: math.nan if a != a or b != b else 5e-324,
    ),
    "bits": (
        lambda i, a, b: i.from_bits(i.integer("xor", i.bits(a), i.integer("and", i.bits(b), i.integer_constant(-(2**63))))),
        lambda a, b: -a if math.copysign(1.0, b) < 0.0 else a,
    ),
    "integers": (
        lambda i, a, b: i.to_number(i.to_integer(i.select(i.compare("olt", i.absolute(a), i.constant(1e9)), a, i.constant(3.7)))),
        lambda a, b: float(math.trunc(a)) if abs(a) < 1e9 else 3.0,
    ),
    "integer comparison": (
        lambda i, a, b: i.from_bits(
            i.select(i.compare_integers("slt", i.bits(a), i.bits(b)), i.bits(a), i.bits(b), of_integers=True)
        ),
        lambda a, b: min((a, b), key=lambda x: struct.unpack("q", struct.pack("d", x))[0]),
    ),
    "anywhere": (
        lambda i, a, b: i.select(
            i.splat(i.anywhere(i.both(i.compare("oeq", a, a), i.mask_constant(False))), "i1"), i.constant(1.0), b
        ),
        lambda a, b: b,
    ),
}


@each_width
@pytest.mark.parametrize("case", CASES)
def test_an_instruction_does_what_python_does(case: str, lanes: int) -> None:
    write, expected = CASES[case]
    columns = [list(column) for column in zip(*PAIRS, strict=True)]
    found = llvm_columns.computed(lambda instructions, operands: write(instructions, *operands), lanes, columns)
    for pair, number in zip(PAIRS, found, strict=True):
        assert llvm_columns.same_bits(number, expected(*pair)), pair


@each_width
@pytest.mark.parametrize("has_fused", [True, False])
def test_a_product_and_a_sum_with_one_rounding_or_two(lanes: int, has_fused: bool) -> None:
    def write(instructions: Instructions, operands: list[str]) -> str:
        return instructions.fused(operands[0], operands[1], instructions.constant(-1.0))

    a, b = 1.0 + 2.0**-30, 1.0 - 2.0**-30
    found = llvm_columns.computed(write, lanes, [[a], [b]], has_fused=has_fused)
    assert found == [-(2.0**-60) if has_fused else 0.0]


@pytest.mark.parametrize("lanes", [2, 4, 8])
def test_lanes_are_read_and_written_one_by_one(lanes: int) -> None:
    def write(instructions: Instructions, operands: list[str]) -> str:
        (x,) = operands
        turned = instructions.splat(instructions.lane(x, 0))
        for k in range(1, lanes):
            turned = instructions.with_lane(turned, k, instructions.lane(x, lanes - k))
        return turned

    numbers = [float(k) for k in range(lanes)]
    assert llvm_columns.computed(write, lanes, [numbers]) == [0.0, *reversed(numbers[1:])]


@pytest.mark.parametrize("lanes", [1, 4])
@pytest.mark.parametrize("x", [*NUMBERS, math.pi, -math.pi, 1.7976931348623157e308], ids=repr)
def test_constants_are_exact(x: float, lanes: int) -> None:
    (found,) = llvm_columns.computed(lambda instructions, operands: instructions.constant(x), lanes, [[0.0]])
    assert llvm_columns.same_bits(found, x)
