"""The memory that a kernel computes in: where each buffer lies, and which accesses can't meet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.vectorizing.native.code import Buffer, Memory

ALIGNMENT = 64


class Scratch:
    """The layout of a kernel's memory.

    Args:
        buffers: what is read or written.
        crossing: numbers and variables that several functions refer to.
        lanes: how many examples are computed side by side.
        n_parts: in how many parts is added up what the examples contribute to the same number.

    Attributes:
        offsets: where buffers begin, in bytes.
        slots: where numbers and variables are that several functions refer to.
        zeroed: the beginning and the length of what is filled with zeros once for each call, and anew for each turn of examples.
        size: how many bytes there are.
        tags: what accesses have been told apart.
    """

    def __init__(self, buffers: Iterable[Buffer], crossing: Iterable[Any], lanes: int, n_parts: int) -> None:
        self._lanes = lanes
        self._n_parts = n_parts
        self.offsets: dict[Buffer, int] = {}
        self.slots: dict[Any, int] = {}
        self.zeroed: dict[str, tuple[int, int]] = {}
        self.tags: dict[Any, str] = {}
        offset = 0
        inside = [buffer for buffer in buffers if buffer.memory is Memory.SCRATCH]
        for zeroed in ("call", "block", ""):
            # What is filled with zeros together lies side by side.
            start = offset
            for buffer in inside:
                if buffer.zeroed == zeroed:
                    self.offsets[buffer] = offset
                    size = 8 * buffer.size * self.lanes_of(buffer)
                    offset += -(-size // ALIGNMENT) * ALIGNMENT
            self.zeroed[zeroed] = (start, offset - start)
        for number in crossing:
            self.slots[number] = offset
            offset += 8 * lanes
        self.size = offset

    def lanes_of(self, buffer: Buffer) -> int:
        """How many numbers an element has."""
        if not buffer.wide:
            return 1
        return self._n_parts if buffer.zeroed == "call" else self._lanes

    def tag(self, what: Any) -> str:
        """What tells a compiler that an access doesn't meet those with other tags."""
        tag = self.tags.get(what)
        if tag is None:
            tag = self.tags[what] = f"!tbaa !{2 * len(self.tags) + 2}"
        return tag
