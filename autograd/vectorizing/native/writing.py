"""Writing low-level code as a function of LLVM's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from autograd.number_systems.llvm.exact import EXACT
from autograd.number_systems.llvm.functions import FUNCTIONS, symbol
from autograd.number_systems.llvm.instructions import Instructions
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.vectorizing.native.chunks import Chunks, changed_by
from autograd.vectorizing.native.code import Block, Buffer, Memory, Number, Statement, Variable
from autograd.vectorizing.native.kernels import Kernel
from autograd.vectorizing.native.liveness import Live
from autograd.vectorizing.native.marks import LEFT_OUT, combine, is_mark, pass_on
from autograd.vectorizing.native.numbers import COMPARISONS
from autograd.vectorizing.native.scratch import ALIGNMENT, Scratch
from autograd.vectorizing.native.shared_text import SharedText
from autograd.vectorizing.rolled.program import Index

_PREDICATES = {"less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge", "equal": "oeq"}
_BINARY = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
# An elementary function that is called in more places is a function of the module.
MOST_COPIES = 24


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
        self._name = name
        self._lanes = lanes
        self._given_type = number_type
        self._wide = SharedText(lanes, has_fused)
        self._narrow = self._wide.beside(1)
        blocks = [kernel.before, kernel.examples, kernel.after]
        self._live = Live(blocks)
        if kernel.exact:
            self._live.added.clear()
        self._chunks = Chunks(blocks, self._live)
        n_parts = vector if 0 < vector < lanes and not kernel.exact else lanes
        self._memory = Scratch(self._live.buffers, self._chunks.crossing, lanes, n_parts)
        self.scratch_bytes = self._memory.size
        self._pieces: list[str] = []
        self.functions: set[tuple[str, int]] = set()
        self._n_calls = Counter(number.operation for number in self._live.numbers())
        self._globals: list[str] = []
        self._tables: dict[Any, str] = {}
        self._constants: dict[Buffer, str] = {}
        self._counters: dict[Block, str] = {}
        # What variables and the bits of the status are at present.
        self._present: dict[Any, str] = {}
        self._indices: dict[Any, str] = {}
        self._rows: list[str] = []
        self._inputs: dict[int, str] = {}
        self._input_rows: dict[tuple[int, int], str] = {}

    @property
    def text(self) -> str:
        """The function, and those that it is cut into, with what they refer to."""
        write, kernel = self._narrow, self._kernel
        self._input_arrays()
        self._zero("call")
        blocks = kernel.before, kernel.examples, kernel.after
        # Bits of the status, wherever they are kept: nobody else sets them at the beginning.
        for key in dict.fromkeys(key for block in blocks for key in self._changed_in(block, all_of_them=True)):
            if key.__class__ is tuple:
                self._set(key, self._writer(key[1]).integer_constant(0))
        self._block(kernel.before)
        if kernel.examples in self._live:
            self._loop_over_examples()
        status = self._status()
        is_conditional = self._keeps_out and status != "0"
        if is_conditional:
            fine = write.put(f"icmp eq i64 {status}, 0")
            write.lines.append(f"br i1 {fine}, label %after, label %end")
            self._begin("after")
        if self._n_parameters:
            self._fill("%out", self._n_parameters * (8 if self._given_type == "double" else 4), 4, "0")
        self._block(kernel.after)
        if is_conditional:
            write.lines.append("br label %end")
            self._begin("end")
        write.lines.append(f"ret i64 {status}")
        main = self._function(f"i64 @{self._name}", "", write.lines)
        tags = [
            f'!{2 * k + 1} = !{{!"{k}", !0}}\n!{2 * k + 2} = !{{!{2 * k + 1}, !{2 * k + 1}, i64 0}}'
            for k in range(len(self._memory.tags))
        ]
        return "\n".join([*self._globals, *self._pieces, main, '!0 = !{!"numbers"}', *tags, ""])

    @staticmethod
    def _function(head: str, more: str, lines: Sequence[str]) -> str:
        pointers = ", ".join(f"ptr noalias {name}" for name in ("%theta", "%out", "%inputs"))
        body = "\n".join(f"  {line}" for line in lines)
        return (
            f"define {head}({pointers}, i64 %m, ptr noalias %scratch, ptr noalias %results{more}) nounwind {{\nentry:\n{body}\n}}"
        )

    @property
    def declarations(self) -> set[str]:
        """What the module has to declare."""
        return self._wide.declarations

    # --------------------------------------------------------------------------------------------------------- memory

    def _input_arrays(self) -> None:
        write = self._narrow
        numbers = {buffer.number for buffer in self._live.buffers if buffer.memory is Memory.INPUT}
        places = {number: write.put(f"getelementptr ptr, ptr %inputs, i64 {number}") for number in sorted(numbers)}
        self._inputs = {number: write.put(f"load ptr, ptr {place}") for number, place in places.items()}

    def _pointer(self, buffer: Buffer) -> str:
        """Where a buffer begins."""
        if buffer.memory is not Memory.CONSTANTS:
            return self._in_scratch(self._memory.offsets[buffer])
        if buffer not in self._constants:
            numbers = ", ".join(f"double {self._narrow.constant(number)}" for number in buffer.constants)
            self._constants[buffer] = self._global(f"[{len(buffer.constants)} x double] [{numbers}]")
        return self._constants[buffer]

    def _in_scratch(self, offset: int) -> str:
        return self._narrow.put(f"getelementptr i8, ptr %scratch, i64 {offset}") if offset else "%scratch"

    def _global(self, content: str) -> str:
        name = f"@{self._name}.{len(self._globals)}"
        self._globals.append(f"{name} = private unnamed_addr constant {content}, align 8")
        return name

    def _zero(self, when: str) -> None:
        start, size = self._memory.zeroed[when]
        # All bits set is the mark of an exact kernel for what nothing has been added to yet.
        filling = "-1" if self._kernel.exact else "0"
        if size:
            self._fill(self._in_scratch(start), size, ALIGNMENT, filling)

    def _fill(self, pointer: str, size: int, alignment: int, byte: str) -> None:
        self._wide.declarations.add("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)")
        self._narrow.lines.append(
            f"call void @llvm.memset.p0.i64(ptr align {alignment} {pointer}, i8 {byte}, i64 {size}, i1 false)"
        )

    # --------------------------------------------------------------------------------------------------------- blocks

    def _block(self, block: Block) -> None:
        pieces = self._chunks.pieces(block)
        if not pieces:
            self._parts(block.code)
        for piece in pieces:
            self._piece(piece, block is self._kernel.examples)

    def _piece(self, piece: Sequence[Any], of_examples: bool) -> None:
        """A function for a part of a block."""
        around = (self._wide, self._narrow, self._indices, self._present, self._rows, self._inputs, self._input_rows)
        self._wide = self._wide.afresh()
        self._narrow = self._wide.beside(1)
        self._indices, self._present, self._input_rows = {}, {}, {}
        self._input_arrays()
        if of_examples:
            self._find_rows()
        self._parts(piece)
        name = f"@{self._name}.piece.{len(self._pieces)}"
        lines = [*self._narrow.lines, "ret void"]
        self._pieces.append(self._function(f"internal void {name}", ", i64 %example" if of_examples else "", lines))
        self._wide, self._narrow, self._indices, self._present, self._rows, self._inputs, self._input_rows = around
        example = ", i64 %example" if of_examples else ""
        arguments = "ptr %theta, ptr %out, ptr %inputs, i64 %m, ptr %scratch, ptr %results"
        self._narrow.lines.append(f"call void {name}({arguments}{example})")

    def _parts(self, parts: Sequence[Any]) -> None:
        for part in parts:
            if part.__class__ is Block:
                if part in self._live:
                    self._loop(part)
            elif part in self._live:
                if part.__class__ is Number:
                    if part in self._live.added:
                        continue
                    part.name = self._number(part)
                    if part in self._memory.slots:
                        self._to_slot(part, part.name, self._type_of_number(part))
                        self._wide.known[-1][f"slot {self._memory.slots[part]}"] = part.name
                else:
                    self._statement(part)

    def _loop(self, block: Block) -> None:
        write = self._narrow
        label = write.fresh("loop")[1:]
        counter, following = write.fresh("t"), write.fresh("n")
        self._counters[block] = counter
        first, step = (block.trips - 1, -1) if block.backwards else (0, 1)
        end = self._turns(block, label, counter, str(first), following)
        write.lines.append(f"{following} = add nsw i64 {counter}, {step}")
        more = write.put(f"icmp sgt i64 {counter}, 0" if block.backwards else f"icmp slt i64 {following}, {block.trips}")
        end(more)

    def _turns(self, block: Block, label: str, counter: str, first: str, following: str) -> Callable[[str], None]:
        """Write what is repeated; what is given ends it, and takes the condition for another turn."""
        write = self._narrow
        before = write.block or "entry"
        carried = [
            number
            for number in block.code
            if number.__class__ is Number and number.operation == "carried" and number in self._live
        ]
        starts = [(number, self._text(number.operands[0], number.wide)) for number in carried]
        changed = [key for key in self._changed_in(block) if key in self._present]
        present = {key: self._present[key] for key in changed}
        write.lines.append(f"br label %{label}")
        self._begin(label)
        place = len(write.lines)
        write.lines += ["" for _ in range(1 + len(carried) + len(changed))]
        for number in carried:
            number.name = write.fresh("c")
        for key in changed:
            self._present[key] = write.fresh("a")
        phis = [self._present[key] for key in changed]
        self._wide.known.append({})
        known, self._indices = self._indices, dict(self._indices)
        if block is self._kernel.examples:
            self._start_of_examples()
        self._block(block)
        ends = [self._text(number.operands[1], number.wide) for number in carried]
        self._indices = known

        def end(more: str) -> None:
            latch = write.block
            write.lines[place] = f"{counter} = phi i64 [ {first}, %{before} ], [ {following}, %{latch} ]"
            for k, ((number, start), last) in enumerate(zip(starts, ends, strict=True), place + 1):
                kind = self._writer(number.wide).number_type
                write.lines[k] = f"{number.name} = phi {kind} [ {start}, %{before} ], [ {last}, %{latch} ]"
            for k, (key, phi) in enumerate(zip(changed, phis, strict=True), place + 1 + len(carried)):
                kind = self._type_of(key)
                write.lines[k] = f"{phi} = phi {kind} [ {present[key]}, %{before} ], [ {self._present[key]}, %{latch} ]"
            write.lines.append(f"br i1 {more}, label %{label}, label %{label}.end")
            self._wide.known.pop()
            self._begin(f"{label}.end")

        return end

    def _changed_in(self, block: Block, *, all_of_them: bool = False) -> Sequence[Any]:
        """The variables, and the bits of the status, that are changed in a block; those in memory only if all are wanted."""
        found: dict[Any, None] = {}
        for part in block.code:
            if part.__class__ is Block:
                found.update(dict.fromkeys(self._changed_in(part, all_of_them=all_of_them)))
            elif part.__class__ is Statement and part in self._live:
                key = changed_by(part)
                if key is not None and (all_of_them or key not in self._memory.slots):
                    found[key] = None
        return list(found)

    def _get(self, key: Any) -> str:
        """What a variable or a bit of the status is at present."""
        return self._from_slot(key, self._type_of(key)) if key in self._memory.slots else self._present[key]

    def _set(self, key: Any, name: str) -> None:
        if key in self._memory.slots:
            self._to_slot(key, name, self._type_of(key))
        else:
            self._present[key] = name

    def _to_slot(self, key: Any, name: str, kind: str) -> None:
        self._narrow.lines.append(f"store {kind} {name}, ptr {self._in_scratch(self._memory.slots[key])}, align 8")

    def _from_slot(self, key: Any, kind: str) -> str:
        return self._narrow.put(f"load {kind}, ptr {self._in_scratch(self._memory.slots[key])}, align 8")

    def _type_of_number(self, number: Number) -> str:
        write = self._writer(number.wide)
        return write.mask_type if number.kind == "mask" else write.number_type

    def _type_of(self, key: Any) -> str:
        return self._writer(key.wide).number_type if key.__class__ is Variable else self._writer(key[1]).integer_type

    def _begin(self, label: str) -> None:
        self._wide.begin(label)
        self._narrow.block = label

    def _loop_over_examples(self) -> None:
        """A vector of examples in each turn. Where some are missing in the last one, the last example stands in for them."""
        write = self._narrow
        # An exact kernel adds up the gradient of the last example first, as a backward pass does.
        backwards = self._kernel.exact
        first = write.put("sub nsw i64 %m, 1") if backwards else "0"
        end = self._turns(self._kernel.examples, "examples", "%example", first, "%following")
        write.lines.append(f"%following = add nsw i64 %example, {-1 if backwards else self._lanes}")
        end(write.put("icmp sge i64 %following, 0" if backwards else "icmp slt i64 %following, %m"))

    def _start_of_examples(self) -> None:
        self._zero("block")
        if not self._chunks.pieces(self._kernel.examples):
            self._find_rows()

    def _find_rows(self) -> None:
        write = self._narrow
        last = write.put("sub nsw i64 %m, 1") if self._lanes > 1 else ""
        self._rows = ["%example"]
        for lane in range(1, self._lanes):
            row = write.put(f"add nsw i64 %example, {lane}")
            smaller = write.put(f"icmp slt i64 {row}, {last}")
            self._rows.append(write.put(f"select i1 {smaller}, i64 {row}, i64 {last}"))
        self._input_pointers()

    # -------------------------------------------------------------------------------------------------------- numbers

    def _writer(self, wide: bool) -> SharedText:
        return self._wide if wide else self._narrow

    def _text(self, operand: Any, wide: bool) -> str:
        """An operand as a name or a constant."""
        write = self._writer(wide)
        if operand.__class__ is not Number:
            return write.constant(float(operand))
        if wide and not operand.wide:
            return write.splat(self._name_of(operand), "i1" if operand.kind == "mask" else "double")
        return self._name_of(operand)

    def _name_of(self, number: Number) -> str:
        if number not in self._memory.slots:
            return number.name
        key = f"slot {self._memory.slots[number]}"
        for known in reversed(self._wide.known):
            if key in known:
                return known[key]
        name = self._wide.known[-1][key] = self._from_slot(number, self._type_of_number(number))
        return name

    def _number(self, number: Number) -> str:
        write, operation, wide = self._writer(number.wide), number.operation, number.wide
        if operation == "load":
            return self._load(*number.operands, wide=wide)
        if operation == "gather":
            return self._gather(*number.operands, wide=wide)
        if operation == "variable":
            return self._get(number.operands[0])
        if operation == "carried":
            return number.name
        if operation == "left by a loop":
            return self._name_of(number.operands[0])
        if operation == "sum of examples":
            return self._sum_of_examples(number.operands[0])
        if operation == "repeat":
            return write.splat(self._name_of(number.operands[0]), "i1" if number.kind == "mask" else "double")
        texts = [self._text(operand, wide) for operand in number.operands]
        if operation in _BINARY:
            return write.put(f"{_BINARY[operation]} {write.number_type} {texts[0]}, {texts[1]}")
        if operation in COMPARISONS:
            return write.compare(_PREDICATES[operation], *texts)
        if operation in ELEMENTARY_FUNCTIONS or operation in ("modulo", "floor_divide", "sech2"):
            return self._call(operation, write, texts, is_repeated=wide or bool(number.block.nest))
        if operation.startswith("refused by "):
            return self._refused(operation.removeprefix("refused by "), write, texts)
        return self._simple(operation, write, texts)

    def _call(self, name: str, write: SharedText, texts: Sequence[str], *, is_repeated: bool) -> str:
        """An elementary function, written out where a loop needs it, unless there are many such places."""
        if self._kernel.exact and name in EXACT:
            return write.call(EXACT[name], write.number_type, texts, declared=True)
        function = FUNCTIONS.get(name)
        if function is not None and is_repeated and self._n_calls[name] <= MOST_COPIES:
            known = self._wide.known
            known.append({})
            block, write.branches = write.block, True
            result: str = function.write(write, *texts)
            write.branches = False
            written = known.pop()
            if write.block == block:
                known[-1].update(written)
            else:
                self._wide.block = self._narrow.block = write.block
            return result
        self.functions.add((name, write.lanes))
        return write.call(symbol(name, write.lanes), write.number_type, texts, declared=True)

    def _simple(self, operation: str, write: Instructions, texts: Sequence[str]) -> str:
        simple: dict[str, Callable[..., str]] = {
            "negative": write.negative,
            "abs": write.absolute,
            "select": write.select,
            "both": write.both,
            "opposite": write.opposite,
            "floor": write.floor,
            "differs": lambda a, b: write.compare("une", a, b),
            "pass on": lambda upstream, number: pass_on(write, upstream, number),
            "combine": lambda adjoint, number: combine(write, adjoint, number),
            "settle": lambda adjoint: write.select(is_mark(write, adjoint), write.constant(0.0), adjoint),
            "left out": lambda: write.from_bits(write.integer_constant(LEFT_OUT)),
        }
        if operation in simple:
            return simple[operation](*texts)
        if operation == "count":
            return write.put("sitofp i64 %m to double")
        if operation == "share":
            return write.put(f"fdiv double 1.0, {write.put('sitofp i64 %m to double')}")
        assert operation == "valid", operation
        if write.lanes == 1:
            return "true"
        lanes = ", ".join(f"i64 {lane}" for lane in range(write.lanes))
        there = write.integer("add", write.splat("%example", "i64"), f"<{lanes}>")
        return write.compare_integers("slt", there, write.splat("%m", "i64"))

    def _refused(self, name: str, write: Instructions, texts: Sequence[str]) -> str:
        if name not in FUNCTIONS:
            return write.mask_constant(False)
        mask: str | None = FUNCTIONS[name].refused(write, *texts)
        return write.mask_constant(False) if mask is None else mask

    def _sum_of_examples(self, number: Number) -> str:
        n_lanes = self._memory.lanes_of(number.operands[0]) if number.operation == "load" else self._lanes
        vector = self._wide.beside(n_lanes)
        parts = [vector.lane(self._name_of(number), lane) for lane in range(n_lanes)]
        while len(parts) > 1:
            parts = [self._narrow.add(parts[k], parts[k + 1]) for k in range(0, len(parts), 2)]
        return parts[0]

    # ------------------------------------------------------------------------------------------------------ addresses

    def _index(self, index: Index, nest: Sequence[Block]) -> str:
        """An index as an integer."""
        if not index.steps and not index.table_steps:
            return str(index.at(()))
        key = (index, tuple(nest))
        known = self._indices.get(key)
        if known is None:
            known = str(index.base)
            if index.table:
                table = self._tables.get(index.table)
                if table is None:
                    numbers = ", ".join(f"i64 {number}" for number in index.table)
                    table = self._tables[index.table] = self._global(f"[{len(index.table)} x i64] [{numbers}]")
                place = self._narrow.put(f"getelementptr i64, ptr {table}, i64 {self._linear('0', index.table_steps, nest)}")
                known = self._plus(known, self._narrow.put(f"load i64, ptr {place}"))
            known = self._indices[key] = self._linear(known, index.steps, nest)
        return known

    def _linear(self, start: str, steps: Sequence[int], nest: Sequence[Block]) -> str:
        for step, block in zip(steps, nest, strict=False):
            if step:
                counter = self._counters[block]
                start = self._plus(start, counter if step == 1 else self._narrow.put(f"mul nsw i64 {counter}, {step}"))
        return start

    def _plus(self, a: str, b: str) -> str:
        return b if a == "0" else self._narrow.put(f"add nsw i64 {a}, {b}")

    def _load(self, buffer: Buffer, index: Index, nest: Sequence[Block], *, wide: bool) -> str:
        place = self._index(index, nest)
        if buffer.memory is Memory.INPUT:
            return self._input(buffer, place, wide)
        if buffer.memory is Memory.PARAMETERS:
            return self._writer(wide).splat(self._given("%theta", place, self._memory.tag("theta")))
        write = self._wide.beside(self._memory.lanes_of(buffer))
        pointer = write.put(f"getelementptr {write.number_type}, ptr {self._pointer(buffer)}, i64 {place}")
        loaded = write.put(f"load {write.number_type}, ptr {pointer}, {self._memory.tag(buffer)}")
        return self._wide.splat(loaded) if wide and not buffer.wide else loaded

    def _given(self, pointer: str, place: str, tag: str) -> str:
        """A number of θ or of the batch."""
        write, kind = self._narrow, self._given_type
        element = pointer if place == "0" else write.put(f"getelementptr {kind}, ptr {pointer}, i64 {place}")
        loaded = write.put(f"load {kind}, ptr {element}, {tag}")
        return loaded if kind == "double" else write.put(f"fpext float {loaded} to double")

    def _input_pointers(self) -> None:
        """Where the numbers of each of the examples side by side begin."""
        write = self._narrow
        for buffer in self._live.buffers:
            if buffer.memory is Memory.INPUT:
                for lane, row in enumerate(self._rows):
                    start = row if buffer.size == 1 else write.put(f"mul nsw i64 {row}, {buffer.size}")
                    array = self._inputs[buffer.number]
                    pointer = write.put(f"getelementptr {self._given_type}, ptr {array}, i64 {start}")
                    self._input_rows[buffer.number, lane] = pointer

    def _input(self, buffer: Buffer, place: str, wide: bool) -> str:
        vector = "poison"
        for lane in range(self._lanes):
            number = self._given(self._input_rows[buffer.number, lane], place, self._memory.tag("batch"))
            vector = self._wide.with_lane(vector, lane, number)
        return vector

    def _chosen(self, place: Any, lane: int, wide: bool, start: str, step: int, length: int) -> str:
        """The index of the element that a number chooses; one that is out of range has been noted, and is no index."""
        write = self._narrow
        number = self._text(place, wide)
        if wide:
            number = self._wide.lane(number, lane)
        self._wide.declarations.add("declare i64 @llvm.fptosi.sat.i64.f64(double)")
        self._wide.declarations |= {f"declare i64 @llvm.{name}.i64(i64, i64)" for name in ("smin", "smax")}
        chosen = write.put(f"call i64 @llvm.fptosi.sat.i64.f64(double {number})")
        chosen = write.put(f"call i64 @llvm.smax.i64(i64 {chosen}, i64 0)")
        chosen = write.put(f"call i64 @llvm.smin.i64(i64 {chosen}, i64 {length - 1})")
        if step != 1:
            chosen = write.put(f"mul nsw i64 {chosen}, {step}")
        return self._plus(start, chosen)

    def _gather(
        self, buffer: Buffer, index: Index, nest: Sequence[Block], step: int, place: Number, length: int, *, wide: bool
    ) -> str:
        start = self._index(index, nest)
        vector = "poison"
        for lane in range(self._lanes if wide else 1):
            chosen = self._chosen(place, lane, wide, start, step, length)
            if buffer.memory is Memory.PARAMETERS:
                number = self._given("%theta", chosen, self._memory.tag("theta"))
            elif buffer.memory is Memory.INPUT:
                number = self._given(self._input_rows[buffer.number, lane], chosen, self._memory.tag("batch"))
            else:
                number = self._narrow.put(f"load double, ptr {self._scalar(buffer, chosen, lane)}, {self._memory.tag(buffer)}")
            if not wide:
                return number
            vector = self._wide.with_lane(vector, lane, number)
        return vector

    def _scalar(self, buffer: Buffer, place: str, lane: int) -> str:
        """Where a single number of a buffer is."""
        write = self._narrow
        n_lanes = self._memory.lanes_of(buffer)
        if n_lanes > 1:
            place = self._plus(str(lane % n_lanes), write.put(f"mul nsw i64 {place}, {n_lanes}"))
        return write.put(f"getelementptr double, ptr {self._pointer(buffer)}, i64 {place}")

    # ----------------------------------------------------------------------------------------------------- statements

    def _statement(self, statement: Statement) -> None:
        target, values = statement.target, statement.values
        match statement.action:
            case "store" | "add":
                self._store(statement)
            case "scatter":
                number, place, step, length = values
                start = self._index(statement.index, statement.nest)
                for lane in range(self._lanes if target.wide else 1):
                    pointer = self._scalar(target, self._chosen(place, lane, target.wide, start, step, length), lane)
                    old = self._narrow.put(f"load double, ptr {pointer}, {self._memory.tag(target)}")
                    part = self._text(number, target.wide)
                    part = self._wide.lane(part, lane) if target.wide else part
                    new = combine(self._narrow, old, part) if self._kernel.exact else self._narrow.add(old, part)
                    self._narrow.lines.append(f"store double {new}, ptr {pointer}, {self._memory.tag(target)}")
            case "set" | "increase":
                if statement.action == "increase":
                    new = self._sum(self._get(target), values[0], target.wide)
                else:
                    new = self._text(values[0], target.wide)
                self._set(target, new)
            case "refuse":
                self._refuse(target, values[0])
            case "result":
                vector = self._text(values[0], True)
                for lane, row in enumerate(self._rows):
                    place = row if self._kernel.width == 1 else self._narrow.put(f"mul nsw i64 {row}, {self._kernel.width}")
                    place = place if not target else self._narrow.put(f"add nsw i64 {place}, {target}")
                    self._give("%out", place, self._wide.lane(vector, lane))
            case "figure":
                pointer = self._narrow.put(f"getelementptr double, ptr %results, i64 {target}")
                self._narrow.lines.append(f"store double {self._text(values[0], False)}, ptr {pointer}")

    def _store(self, statement: Statement) -> None:
        buffer, place = statement.target, self._index(statement.index, statement.nest)
        if buffer.memory is Memory.GRADIENT:
            self._give("%out", place, self._text(statement.values[0], False))
            return
        n_lanes = self._memory.lanes_of(buffer)
        write = self._wide.beside(n_lanes)
        pointer = write.put(f"getelementptr {write.number_type}, ptr {self._pointer(buffer)}, i64 {place}")
        if statement.action == "add":
            value = write.put(f"load {write.number_type}, ptr {pointer}, {self._memory.tag(buffer)}")
            for start in range(0, self._lanes if buffer.wide else 1, n_lanes):
                value = self._sum(value, statement.values[0], buffer.wide, start, n_lanes)
        else:
            value = self._text(statement.values[0], buffer.wide)
        write.lines.append(f"store {write.number_type} {value}, ptr {pointer}, {self._memory.tag(buffer)}")

    def _sum(self, old: str, number: Any, wide: bool, start: int = 0, n_lanes: int = 0) -> str:
        """A number, or some lanes of it, added to what was there before."""
        n_all = self._lanes if wide else 1
        write = self._wide.beside(n_lanes or n_all)

        def part(operand: Any) -> str:
            text = self._text(operand, wide)
            if write.lanes == n_all:
                return text
            kind = self._writer(wide).number_type
            chosen = ", ".join(f"i32 {lane}" for lane in range(start, start + write.lanes))
            return write.put(f"shufflevector {kind} {text}, {kind} poison, <{write.lanes} x i32> <{chosen}>")

        if self._kernel.exact:
            return combine(write, old, part(number))
        if number in self._live.added:
            left, right = number.operands
            return write.fused(part(left), part(right), old)
        return write.add(old, part(number))

    def _give(self, pointer: str, place: str, number: str) -> None:
        """Write a result in the type of the results."""
        write, kind = self._narrow, self._given_type
        element = write.put(f"getelementptr {kind}, ptr {pointer}, i64 {place}")
        if kind == "float":
            number = write.put(f"fptrunc double {number} to float")
        write.lines.append(f"store {kind} {number}, ptr {element}, {self._memory.tag('out')}")

    def _refuse(self, bit: int, mask: Any) -> None:
        wide = _is_wide(mask)
        write, noted = self._writer(wide), "-1"
        if mask.__class__ is Number:
            noted = write.put(f"sext {write.mask_type} {self._name_of(mask)} to {write.integer_type}")
        self._set((bit, wide), write.integer("or", self._get((bit, wide)), noted))

    def _status(self) -> str:
        write, status = self._narrow, "0"
        for key in [key for key in (*self._present, *self._memory.slots) if key.__class__ is tuple]:
            bit, kind, noted = key[0], self._writer(key[1]), self._get(key)
            for lane in range(kind.lanes):
                part = write.integer("and", kind.lane(noted, lane, "i64"), str(bit))
                status = part if status == "0" else write.integer("or", status, part)
        return status


def _is_wide(mask: Any) -> bool:
    return mask.__class__ is Number and mask.wide
