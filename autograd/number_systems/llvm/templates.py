"""Formulas that are written once and then copied, because writing instructions from a formula takes longer than copying them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from autograd.number_systems.llvm.instructions import Instructions

# Stands for a name: that of an operand or of an earlier result.
_NAME = re.compile("<(\\d+)>")


class _Recorder(Instructions):
    """Instructions whose names are places in a list, and which compute nothing twice."""

    def __init__(self, lanes: int, has_fused: bool, n_operands: int) -> None:
        super().__init__(lanes, has_fused)
        self.texts: dict[str, str] = {}
        self._n_operands = n_operands

    def put(self, instruction: str) -> str:
        return self.texts.setdefault(instruction, f"<{self._n_operands + len(self.texts)}>")


class Template:
    """The instructions of a formula, with names left open.

    Attributes:
        declarations: what they need declared.
    """

    __slots__ = ("_result", "_steps", "declarations")

    def __init__(self, steps: Sequence[tuple[str, tuple[int, ...]]], result: int, declarations: set[str]) -> None:
        self._steps = steps
        self._result = result
        self.declarations = declarations

    def write(self, instructions: Instructions, *operands: str) -> str:
        """Write the instructions for some operands, and give the result's name."""
        instructions.declarations |= self.declarations
        names = list(operands)
        put = instructions.put
        for text, places in self._steps:
            names.append(put(text % tuple([names[place] for place in places])))
        return names[self._result]


def template_of(write: Callable[..., str], lanes: int, has_fused: bool, n_operands: int) -> Template | None:
    """The template of what writes a formula, or None if it writes more than one block.

    Args:
        write: writes to its first argument, for operands that are its other arguments.
        lanes, has_fused: as in `Instructions`.
        n_operands: how many operands there are.
    """
    recorder = _Recorder(lanes, has_fused, n_operands)
    result = _NAME.fullmatch(write(recorder, *(f"<{place}>" for place in range(n_operands))))
    if recorder.lines or result is None:
        return None
    steps = []
    for text in recorder.texts:
        places = tuple(map(int, _NAME.findall(text)))
        steps.append((_NAME.sub("%s", text.replace("%", "%%")), places))
    return Template(steps, int(result[1]), recorder.declarations)
