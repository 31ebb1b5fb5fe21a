"""Text of instructions in which nothing is computed twice."""

from __future__ import annotations

from autograd.number_systems.llvm.instructions import Instructions


class SharedText(Instructions):
    """Instructions that compute nothing twice.

    Attributes:
        known: the results of instructions in the blocks around, the innermost last.
        branches: whether blocks that begin now are run or not, so that nothing may be taken from them.
    """

    def __init__(self, lanes: int, has_fused: bool) -> None:
        super().__init__(lanes, has_fused)
        self.known: list[dict[str, str]] = [{}]
        self.branches = False

    def beside(self, lanes: int) -> SharedText:
        """What writes into the same text with another number of lanes."""
        other = SharedText(lanes, self.has_fused)
        other.lines, other.declarations, other.known, other._numbers = self.lines, self.declarations, self.known, self._numbers
        return other

    def afresh(self) -> SharedText:
        """What writes into a text of its own, with names that this one doesn't have."""
        other = SharedText(self.lanes, self.has_fused)
        other.declarations, other._numbers = self.declarations, self._numbers
        return other

    def put(self, instruction: str) -> str:
        """The name of the result of an instruction, which may have been written before."""
        if instruction.startswith("load"):
            return super().put(instruction)
        for known in self.known:
            if instruction in known:
                return known[instruction]
        name = known[instruction] = f"%v{next(self._numbers)}"
        self.lines.append(f"{name} = {instruction}")
        return name

    def begin(self, label: str) -> None:
        """Begin a block."""
        super().begin(label)
        if self.branches:
            self.known[-1] = {}
