"""Writing the body of a function: the numbers, statements and loops of blocks, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.vectorizing.native.addresses import Addresses
from autograd.vectorizing.native.chunks import changed_by
from autograd.vectorizing.native.code import Block, Number, Statement
from autograd.vectorizing.native.names import Names
from autograd.vectorizing.native.operations import Operations
from autograd.vectorizing.native.outline import Outline
from autograd.vectorizing.native.shared_text import SharedText
from autograd.vectorizing.native.statements import Statements


class Body:
    """The body of a function while it is written.

    Args:
        outline: what is settled about the kernel.
        text: what the function is written to.

    Attributes:
        names: those of its numbers and variables.
        addresses: those that it computes.
    """

    def __init__(self, outline: Outline, text: SharedText) -> None:
        self._live = outline.live
        self._slots = outline.memory.slots
        self.names = Names(text, outline.memory)
        self.addresses = Addresses(outline, self.names)
        self._operations = Operations(outline, self.names, self.addresses)
        self._statements = Statements(outline, self.names, self.addresses)
        self.addresses.find_inputs()

    def write(self, parts: Sequence[Any]) -> None:
        """Write the live parts of a block."""
        found, added, define, write = self._live.found, self._live.added, self.names.define, self._operations.write
        for part in parts:
            if part.__class__ is Block:
                if part in self._live:
                    self._loop(part)
            elif part in found:
                if part.__class__ is not Number:
                    self._statements.write(part)
                elif part not in added:
                    define(part, write(part))

    def _loop(self, block: Block) -> None:
        write = self.names.narrow
        label = write.fresh("loop")[1:]
        counter, following = write.fresh("t"), write.fresh("n")
        self.addresses.counters[block] = counter
        first, step = (block.trips - 1, -1) if block.backwards else (0, 1)
        end = self.turns(block, label, counter, str(first), following, self.write)
        write.lines.append(f"{following} = add nsw i64 {counter}, {step}")
        more = write.put(f"icmp sgt i64 {counter}, 0" if block.backwards else f"icmp slt i64 {following}, {block.trips}")
        end(more)

    def turns(
        self, block: Block, label: str, counter: str, first: str, following: str, inside: Callable[[Sequence[Any]], None]
    ) -> Callable[[str], None]:
        """Write what is repeated; what is given ends it, and takes the condition for another turn.

        Args:
            block: the loop.
            label: of the block that begins with it.
            counter, first, following: the counter, what it is in the first turn, and what it becomes in the next one.
            inside: writes the parts of the loop.
        """
        names, write = self.names, self.names.narrow
        before = write.block or "entry"
        carried = [
            number
            for number in block.code
            if number.__class__ is Number and number.operation == "carried" and number in self._live
        ]
        starts = [(number, names.text(number.operands[0], number.wide)) for number in carried]
        changed = [key for key in self.changed_in(block) if key not in self._slots and key in names.present]
        present = {key: names.present[key] for key in changed}
        write.lines.append(f"br label %{label}")
        names.begin(label)
        place = len(write.lines)
        write.lines += ["" for _ in range(1 + len(carried) + len(changed))]
        for number in carried:
            number.name = write.fresh("c")
        for key in changed:
            names.present[key] = write.fresh("a")
        phis = [names.present[key] for key in changed]
        names.wide.known.append({})
        known = self.addresses.begin_loop()
        inside(block.code)
        ends = [names.text(number.operands[1], number.wide) for number in carried]
        self.addresses.end_loop(known)

        def end(more: str) -> None:
            latch = write.block
            write.lines[place] = f"{counter} = phi i64 [ {first}, %{before} ], [ {following}, %{latch} ]"
            for k, ((number, start), last) in enumerate(zip(starts, ends, strict=True), place + 1):
                kind = names.writer(number.wide).number_type
                write.lines[k] = f"{number.name} = phi {kind} [ {start}, %{before} ], [ {last}, %{latch} ]"
            for k, (key, phi) in enumerate(zip(changed, phis, strict=True), place + 1 + len(carried)):
                kind = names.type_of(key)
                write.lines[k] = f"{phi} = phi {kind} [ {present[key]}, %{before} ], [ {names.present[key]}, %{latch} ]"
            write.lines.append(f"br i1 {more}, label %{label}, label %{label}.end")
            names.wide.known.pop()
            names.begin(f"{label}.end")

        return end

    def changed_in(self, block: Block) -> Sequence[Any]:
        """The variables, and the bits of the status, that are changed in a block."""
        found: dict[Any, None] = {}
        for part in block.code:
            if part.__class__ is Block:
                found.update(dict.fromkeys(self.changed_in(part)))
            elif part.__class__ is Statement and part in self._live:
                key = changed_by(part)
                if key is not None:
                    found[key] = None
        return list(found)
