"""Writing low-level code as functions of LLVM's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.vectorizing.native.bodies import Body
from autograd.vectorizing.native.code import Block
from autograd.vectorizing.native.kernels import Kernel
from autograd.vectorizing.native.outline import Outline
from autograd.vectorizing.native.shared_text import SharedText


class KernelWriter:
    """Writes a kernel.

    Args:
        kernel: its code.
        name: what the function is called.
        lanes: how many examples are computed side by side.
        number_type: the type of the numbers of θ, of the batch and of the results: ``double`` or ``float``.
        n_parameters: how long the gradient is, if there is one; what the program doesn't reach is 0.
        has_fused: whether the processor multiplies and adds with one rounding.
        vector: how many numbers a vector of the processor has; 0 for as many as there are lanes. What the examples contribute to
            the same number is added up in as many parts.
        keeps_out: whether the gradient stays unwritten if an example is refused.

    Attributes:
        functions: the elementary functions that are called, with the lanes they are called for.
        scratch_bytes: how much memory a call needs.
    """

    def __init__(
        self,
        kernel: Kernel,
        name: str,
        lanes: int,
        number_type: str,
        n_parameters: int,
        *,
        has_fused: bool,
        vector: int = 0,
        keeps_out: bool = False,
    ) -> None:
        self._keeps_out = keeps_out
        self._n_parameters = n_parameters
        self._kernel = kernel
        self._outline = Outline(kernel, name, lanes, number_type, vector)
        self.functions = self._outline.functions
        self.scratch_bytes = self._outline.memory.size
        self._pieces: list[str] = []
        self._text = SharedText(lanes, has_fused)
        self._main = Body(self._outline, self._text)

    @property
    def declarations(self) -> set[str]:
        """What the module has to declare."""
        return self._text.declarations

    @property
    def text(self) -> str:
        """The function, and those that it is cut into, with what they refer to."""
        outline, kernel, main = self._outline, self._kernel, self._main
        names, write = main.names, main.names.narrow
        main.addresses.clear("call")
        # Bits of the status, wherever they are kept: nobody else sets them at the beginning.
        for key in dict.fromkeys(key for block in kernel.blocks for key in main.changed_in(block)):
            if key.__class__ is tuple:
                names.set(key, names.writer(key[1]).integer_constant(0))
        self._block(kernel.before)
        if kernel.examples in outline.live:
            self._loop_over_examples()
        status = self._status()
        is_conditional = self._keeps_out and status != "0"
        if is_conditional:
            fine = write.put(f"icmp eq i64 {status}, 0")
            write.lines.append(f"br i1 {fine}, label %after, label %end")
            names.begin("after")
        if self._n_parameters:
            main.addresses.fill("%out", self._n_parameters * (8 if outline.number_type == "double" else 4), 4, "0")
        self._block(kernel.after)
        if is_conditional:
            write.lines.append("br label %end")
            names.begin("end")
        write.lines.append(f"ret i64 {status}")
        text = _function(f"i64 @{outline.name}", "", write.lines)
        tags = [
            f'!{2 * k + 1} = !{{!"{k}", !0}}\n!{2 * k + 2} = !{{!{2 * k + 1}, !{2 * k + 1}, i64 0}}'
            for k in range(len(outline.memory.tags))
        ]
        return "\n".join([*outline.constants, *self._pieces, text, '!0 = !{!"numbers"}', *tags, ""])

    def _block(self, block: Block) -> None:
        pieces = self._outline.chunks.pieces(block)
        if not pieces:
            self._main.write(block.code)
        for piece in pieces:
            self._piece(piece, block is self._kernel.examples)

    def _piece(self, piece: Sequence[Any], of_examples: bool) -> None:
        """A function for a part of a block."""
        body = Body(self._outline, self._text.afresh())
        if of_examples:
            body.addresses.find_rows()
        body.write(piece)
        name = f"@{self._outline.name}.piece.{len(self._pieces)}"
        example = ", i64 %example" if of_examples else ""
        self._pieces.append(_function(f"internal void {name}", example, [*body.names.narrow.lines, "ret void"]))
        arguments = "ptr %theta, ptr %out, ptr %inputs, i64 %m, ptr %scratch, ptr %results"
        self._text.lines.append(f"call void {name}({arguments}{example})")

    def _loop_over_examples(self) -> None:
        """A vector of examples in each turn."""
        write, examples = self._main.names.narrow, self._kernel.examples
        # An exact kernel adds up the gradient of the last example first, as a backward pass does.
        backwards = self._kernel.exact
        first = write.put("sub nsw i64 %m, 1") if backwards else "0"
        end = self._main.turns(examples, "examples", "%example", first, "%following", self._examples)
        write.lines.append(f"%following = add nsw i64 %example, {-1 if backwards else self._outline.lanes}")
        end(write.put("icmp sge i64 %following, 0" if backwards else "icmp slt i64 %following, %m"))

    def _examples(self, _: Sequence[Any]) -> None:
        addresses, examples = self._main.addresses, self._kernel.examples
        addresses.clear("block")
        if not self._outline.chunks.pieces(examples):
            addresses.find_rows()
        self._block(examples)

    def _status(self) -> str:
        names, status = self._main.names, "0"
        write = names.narrow
        for key in [key for key in (*names.present, *self._outline.memory.slots) if key.__class__ is tuple]:
            bit, kind, noted = key[0], names.writer(key[1]), names.get(key)
            for lane in range(kind.lanes):
                part = write.integer("and", kind.lane(noted, lane, "i64"), str(bit))
                status = part if status == "0" else write.integer("or", status, part)
        return status


def _function(head: str, more: str, lines: Sequence[str]) -> str:
    pointers = ", ".join(f"ptr noalias {name}" for name in ("%theta", "%out", "%inputs"))
    body = "\n".join(f"  {line}" for line in lines)
    return f"define {head}({pointers}, i64 %m, ptr noalias %scratch, ptr noalias %results{more}) nounwind {{\nentry:\n{body}\n}}"
