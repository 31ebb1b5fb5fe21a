"""Writing what computes a number of a kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd.number_systems.llvm.exact import EXACT
from autograd.number_systems.llvm.functions import FUNCTIONS, symbol
from autograd.number_systems.llvm.instructions import Instructions
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS
from autograd.vectorizing.native.addresses import Addresses
from autograd.vectorizing.native.code import Number
from autograd.vectorizing.native.marks import LEFT_OUT, combine, is_mark, pass_on
from autograd.vectorizing.native.names import Names
from autograd.vectorizing.native.numbers import COMPARISONS
from autograd.vectorizing.native.outline import Outline
from autograd.vectorizing.native.shared_text import SharedText

_PREDICATES = {"less": "olt", "less_equal": "ole", "greater": "ogt", "greater_equal": "oge", "equal": "oeq"}
_BINARY = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
# An elementary function that is called in more places is a function of the module.
MOST_COPIES = 24


class Operations:
    """Writes what computes the numbers of a function.

    Args:
        outline: what is settled about the kernel.
        names: those of the function.
        addresses: those that it computes.
    """

    def __init__(self, outline: Outline, names: Names, addresses: Addresses) -> None:
        self._outline = outline
        self._names = names
        self._addresses = addresses

    def write(self, number: Number) -> str:
        """Write what computes a number, and give the result's name."""
        names, operation, wide = self._names, number.operation, number.wide
        write = names.writer(wide)
        if operation in _BINARY:
            left, right = number.operands
            return write.put(f"{_BINARY[operation]} {write.number_type} {names.text(left, wide)}, {names.text(right, wide)}")
        if operation == "load":
            return self._addresses.load(*number.operands, wide=wide)
        if operation == "gather":
            return self._addresses.gather(*number.operands, wide=wide)
        if operation == "variable":
            return names.get(number.operands[0])
        if operation == "carried":
            return number.name
        if operation == "left by a loop":
            return names.name_of(number.operands[0])
        if operation == "sum of examples":
            return self._sum_of_examples(number.operands[0])
        if operation == "repeat":
            return write.splat(names.name_of(number.operands[0]), "i1" if number.kind == "mask" else "double")
        texts = [names.text(operand, wide) for operand in number.operands]
        if operation in COMPARISONS:
            return write.compare(_PREDICATES[operation], *texts)
        if operation in ELEMENTARY_FUNCTIONS or operation in ("modulo", "floor_divide", "sech2"):
            return self._call(operation, write, texts, is_repeated=wide or bool(number.block.nest))
        if operation.startswith("refused by "):
            return self._refused(operation.removeprefix("refused by "), write, texts)
        return self._simple(operation, write, texts)

    def _call(self, name: str, write: SharedText, texts: Sequence[str], *, is_repeated: bool) -> str:
        """An elementary function, written out where a loop needs it, unless there are many such places."""
        outline, wide = self._outline, self._names.wide
        if outline.kernel.exact and name in EXACT:
            return write.call(EXACT[name], write.number_type, texts, declared=True)
        function = FUNCTIONS.get(name)
        if function is not None and is_repeated and outline.n_calls[name] <= MOST_COPIES:
            known = wide.known
            known.append({})
            block, write.branches = write.block, True
            result: str = function.write(write, *texts)
            write.branches = False
            written = known.pop()
            if write.block == block:
                known[-1].update(written)
            else:
                wide.block = self._names.narrow.block = write.block
            return result
        outline.functions.add((name, write.lanes))
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
        names, outline = self._names, self._outline
        n_lanes = outline.memory.lanes_of(number.operands[0]) if number.operation == "load" else outline.lanes
        vector = names.wide.beside(n_lanes)
        parts = [vector.lane(names.name_of(number), lane) for lane in range(n_lanes)]
        while len(parts) > 1:
            parts = [names.narrow.add(parts[k], parts[k + 1]) for k in range(0, len(parts), 2)]
        return parts[0]
