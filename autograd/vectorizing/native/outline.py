"""What is settled about a kernel before its functions are written, and what all of them refer to."""

from __future__ import annotations

from collections import Counter
from typing import Any

from autograd.number_systems.llvm.instructions import Instructions
from autograd.vectorizing.native.chunks import Chunks
from autograd.vectorizing.native.code import Buffer
from autograd.vectorizing.native.kernels import Kernel
from autograd.vectorizing.native.liveness import Live
from autograd.vectorizing.native.scratch import Scratch


class Outline:
    """What all functions of a kernel have in common.

    Args:
        kernel: its code.
        name: what the kernel is called.
        lanes: how many examples are computed side by side.
        number_type: the type of the numbers of θ, of the batch and of the results: ``double`` or ``float``.
        vector: how many numbers a vector of the processor has; 0 for as many as there are lanes.

    Attributes:
        live: what of the code is live.
        chunks: the functions that it is cut into.
        memory: where what is not in registers lies.
        n_calls: how often each operation is written.
        functions: the elementary functions that are called, with the lanes they are called for.
        constants: the definitions of numbers that are compiled in.
    """

    def __init__(self, kernel: Kernel, name: str, lanes: int, number_type: str, vector: int) -> None:
        self.kernel = kernel
        self.name = name
        self.lanes = lanes
        self.number_type = number_type
        self.live = Live(kernel.blocks)
        if kernel.exact:
            self.live.added.clear()
        self.chunks = Chunks(kernel.blocks, self.live)
        n_parts = vector if 0 < vector < lanes and not kernel.exact else lanes
        self.memory = Scratch(self.live.buffers, self.chunks.crossing, lanes, n_parts)
        self.n_calls = Counter(number.operation for number in self.live.numbers())
        self.functions: set[tuple[str, int]] = set()
        self.constants: list[str] = []
        self._tables: dict[Any, str] = {}

    def table(self, integers: tuple[int, ...]) -> str:
        """Where a table of integers begins."""
        table = self._tables.get(integers)
        if table is None:
            content = ", ".join(f"i64 {number}" for number in integers)
            table = self._tables[integers] = self._constant(f"[{len(integers)} x i64] [{content}]")
        return table

    def numbers(self, buffer: Buffer) -> str:
        """Where a buffer of numbers that are compiled in begins."""
        numbers = self._tables.get(buffer)
        if numbers is None:
            constant = Instructions(1).constant
            content = ", ".join(f"double {constant(number)}" for number in buffer.constants)
            numbers = self._tables[buffer] = self._constant(f"[{len(buffer.constants)} x double] [{content}]")
        return numbers

    def _constant(self, content: str) -> str:
        name = f"@{self.name}.{len(self.constants)}"
        self.constants.append(f"{name} = private unnamed_addr constant {content}, align 8")
        return name
