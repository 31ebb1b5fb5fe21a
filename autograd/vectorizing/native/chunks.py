"""Cutting long code into functions.

The time of some of a compiler's steps grows faster than the length of a function. What one function computes and another one
needs goes through memory, as most of it would anyway: there are few registers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.vectorizing.native.code import Block, Number, Statement, Variable
from autograd.vectorizing.native.liveness import Live

# About how many instructions a function has, and from how many on code is cut.
_INSTRUCTIONS = 3_000
_FROM = 2 * _INSTRUCTIONS


class Chunks:
    """The functions that code is cut into.

    Args:
        blocks: the blocks that are run once, and the loop over the examples.
        live: what of them is live.

    Attributes:
        crossing: the numbers and variables that are in memory, because several functions refer to them.
    """

    def __init__(self, blocks: Sequence[Block], live: Live) -> None:
        self._live = live
        self._pieces: dict[Block, list[list[Any]]] = {}
        self._function_of: dict[Any, int] = {}
        self.crossing: dict[Any, None] = {}
        functions = 0
        for block in blocks:
            weights = list(map(self._weight, block.code))
            if sum(weights) <= _FROM:
                continue
            pieces = self._pieces[block] = _cut(block.code, weights)
            for piece in pieces:
                functions += 1
                for part in piece:
                    self._enter(part, functions)
        if functions:
            self._find_crossing(blocks)

    def pieces(self, block: Block) -> Sequence[Sequence[Any]]:
        """The parts of a block by function; nothing if the block is not cut."""
        return self._pieces.get(block, ())

    def _weight(self, part: Any) -> int:
        if part.__class__ is Block:
            return 5 + sum(map(self._weight, part.code)) if part in self._live else 0
        if part not in self._live.found:
            return 0
        if part.__class__ is Number:
            return 20 if part.operation in ELEMENTARY_FUNCTIONS else 1
        return 4

    def _enter(self, part: Any, function: int) -> None:
        self._function_of[part] = function
        if part.__class__ is Block:
            for inner in part.code:
                self._enter(inner, function)

    def _find_crossing(self, blocks: Sequence[Block]) -> None:
        referred: dict[Any, int] = {}
        function_of, found, added = self._function_of.get, self._live.found, self._live.added
        for part in _parts(blocks):
            if part not in found or part in added:
                continue
            function = function_of(part, 0)
            operands = (part, *part.operands) if part.__class__ is Number else (*part.values, changed_by(part))
            if part.__class__ is Statement and part.values and part.values[0] in added:
                # The product is computed where it is added.
                operands = (*part.values[0].operands, *operands[1:])
            for operand in operands:
                if operand.__class__ is Number:
                    home = function_of(operand, 0)
                elif operand.__class__ is Variable:
                    home = referred.setdefault(operand, function)
                elif operand.__class__ is tuple and part.__class__ is Statement and part.action == "refuse":
                    home = 0  # where the status is put together
                else:
                    continue
                if home != function:
                    self.crossing[operand] = None


def _cut(code: Sequence[Any], weights: Sequence[int]) -> list[list[Any]]:
    pieces: list[list[Any]] = [[]]
    sum_of_piece = 0
    for part, weight in zip(code, weights, strict=True):
        sum_of_piece += weight
        if sum_of_piece > _INSTRUCTIONS and pieces[-1]:
            pieces.append([])
            sum_of_piece = weight
        pieces[-1].append(part)
    return pieces


def changed_by(statement: Statement) -> Any:
    """The variable, or the bit of the status and whether each example has its own, that a statement changes."""
    if statement.action in ("set", "increase"):
        return statement.target
    if statement.action == "refuse":
        mask = statement.values[0]
        return (statement.target, mask.__class__ is Number and mask.wide)
    return None


def _parts(blocks: Sequence[Block]) -> Iterator[Any]:
    for block in blocks:
        for part in block.code:
            if part.__class__ is Block:
                yield from _parts([part])
            else:
                yield part
