"""The names of arrays, and how their elements are written: ``h[t + 1, i]``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd.vectorizing.printed.naming import Names
from autograd.vectorizing.printed_loops.blocks import Block
from autograd.vectorizing.printed_loops.shapes import Affine, Axes
from autograd.vectorizing.printed_loops.slots import Rectangle, Taken, access_to, step_of
from autograd.vectorizing.printed_loops.terms import Operand, Reference, Term
from autograd.vectorizing.rolled.program import Array, Kind, Loop, Place, Run

_WIDTH = 110


class Places:
    """Writes references.

    Args:
        blocks: the named parts of θ.
        counters: the names of loop counters.
        n_parameters: the length of θ.
        free: gives out names of constants.

    Attributes:
        names: of inputs and computed arrays; `adjoints`: of their gradients.
        axes: the axes of those that are no single numbers.
        indices: the inputs that are nothing but positions in sequences, and the length of these.
        constants: lines that define arrays of constants.
        from_numpy: what these need of NumPy's.
        whole_gradient: whether a part of the gradient was written that is no part of a named block.
    """

    def __init__(self, blocks: Sequence[Block], counters: Mapping[Loop, str], n_parameters: int, free: Names) -> None:
        self._n_parameters = n_parameters
        self._block_at = {place: block for block in blocks for place in block.places}
        self._counters = counters
        self._free = free
        self.names: dict[Array, str] = {}
        self.adjoints: dict[Array, str] = {}
        self.axes: dict[Array, Axes] = {}
        self.constants: list[str] = []
        self.from_numpy: set[str] = set()
        self.whole_gradient = False
        self.indices: dict[Array, int] = {}
        self._constant_names: dict[str, str] = {}

    def text(self, reference: Reference) -> str:
        """The expression of what is referred to."""
        array = reference.array
        match array.kind:
            case Kind.PARAMETERS:
                return self._parameter(reference)
            case Kind.CONSTANTS:
                return self._at(self.constant(array.constants), Axes((array.size,), (1,)), reference)
            case _:
                name = (self.adjoints if reference.of_adjoint else self.names)[array]
                axes = self.axes.get(array)
                return name if axes is None else self._at(name, axes, reference)

    def counter(self, loop: Loop) -> str:
        """What the counter of a loop is called."""
        return self._counters[loop]

    def is_index(self, operand: Operand) -> bool:
        """Whether an operand is an element of an input that is nothing but positions."""
        return isinstance(operand, Term) and isinstance(operand.name, Reference) and operand.name.array in self.indices

    def block_of(self, reference: Reference) -> Block | None:
        """The named part of θ that parameters are in, if they are in one."""
        index = reference.index
        if index.table:
            block = self._block_at.get(index.base + index.table[0])
            return block if block is not None and block.has_all(lowest_and_highest(reference)) else None
        block = self._block_at.get(index.base)
        is_inside = block is not None and block.axes.coordinates(access_to(taken(reference), reference.path)) is not None
        return block if is_inside else None

    def is_turned(self, reference: Reference) -> bool:
        """Whether the rows of a matrix lie along the second of the axes that it has in its array."""
        block = self.block_of(reference) if reference.array.kind is Kind.PARAMETERS else None
        axes = self.axes.get(reference.array) if block is None else block.axes
        found = axes.coordinates(access_to(taken(reference), reference.path)) if axes is not None else None
        if found is None:
            return False
        along_rows, along_columns = [[axis for axis, one in enumerate(found) if one.steps[-run]] for run in (2, 1)]
        return along_rows > along_columns

    def has(self, reference: Reference) -> bool:
        """Whether the elements can be written as a part of an array."""
        if reference.array.kind is Kind.PARAMETERS:
            return reference.rows is None or self.block_of(reference) is not None
        axes = self.axes.get(reference.array)
        if axes is None or axes.coordinates(access_to(taken(reference), reference.path)) is None:
            return False
        # Turned, the axis of the examples would no longer be the last one.
        return not (reference.array.batched and self.is_turned(reference))

    def _parameter(self, reference: Reference) -> str:
        block = self.block_of(reference)
        if block is None:
            self.whole_gradient |= reference.of_adjoint
            whole = "gradient" if reference.of_adjoint else "theta"
            return self._at(whole, Axes((self._n_parameters,), (1,)), reference)
        name = block.adjoint if reference.of_adjoint else block.name
        return name if block.is_single else self._at(name, block.axes, reference)

    def _at(self, name: str, axes: Axes, reference: Reference) -> str:
        if not axes.shape:
            return name
        counters = [self._counters[loop] for loop in reference.path]
        index = reference.index
        if index.table:
            is_reversed = reference.count is not None and step_of(taken(reference), len(counters)) < 0
            return f"{name}[{self._from_table(reference, counters, axes.offset)}]{'[::-1]' if is_reversed else ''}"
        base, moves, n_runs = access_to(taken(reference), reference.path)
        found = axes.coordinates((base, moves, n_runs))
        if found is None:  # only a flat array holds everything
            raise AssertionError(f"{name} has no such elements")
        counts = [count for _, count in moves[len(moves) - n_runs :]]
        texts, suffixes = [], []
        for affine, length in zip(found, axes.shape, strict=True):
            steps = affine.steps[len(affine.steps) - n_runs :]
            along = [(step, count) for step, count in zip(steps, counts, strict=True) if step]
            if not along:
                texts.append(affine_text(affine, counters))
                continue
            ((step, count),) = along
            start = Affine(affine.base + min(0, step * (count - 1)), affine.steps[: len(counters)])
            suffixes.append("::-1" if step < 0 else ":")
            texts.append(_slice(start, abs(step), count, length, counters))
        suffix = f"[{', '.join(suffixes)}]" if "::-1" in suffixes else ""
        while len(texts) > 1 and texts[-1] == ":":
            texts.pop()
        return (name if texts == [":"] else f"{name}[{', '.join(texts)}]") + suffix

    def _from_table(self, reference: Reference, counters: Sequence[str], offset: int) -> str:
        index, depth = reference.index, len(counters)
        moved = affine_text(Affine(0, index.steps[:depth]), counters)
        name = self.constant(tuple([index.base - offset + number for number in index.table]), integer=True)
        place = Affine(0, index.table_steps[:depth])
        of_table = index.table_steps[depth] if len(index.table_steps) > depth else 0
        if reference.count is not None and of_table:
            inside = _slice(place, of_table, reference.count, len(index.table), counters)
            chosen = name if inside == ":" else f"{name}[{inside}]"
            return chosen if moved == "0" else f"{chosen} + {moved}"
        chosen = f"{name}[{affine_text(place, counters)}]"
        first = chosen if moved == "0" else f"{chosen} + {moved}"
        if reference.count is None:
            return first
        # A slice from a place of the table on, or up to it.
        step = index.steps[depth]
        length = (reference.count - 1) * abs(step)
        start, stop = (f"{first} - {length}", f"{first} + 1") if step < 0 else (first, f"{first} + {length + 1}")
        return f"{start}:{stop}" + (f":{abs(step)}" if abs(step) > 1 else "")

    def constant(self, numbers: Sequence[float], *, integer: bool = False) -> str:
        """The name of an array of numbers that are the same for all examples."""
        texts = [repr(one) for one in numbers]
        key = ", ".join(texts)
        name = self._constant_names.get(key)
        if name is None:
            name = self._constant_names[key] = self._free.give("places" if integer else "constants")
            self.from_numpy |= {"array", *(word for word in ("inf", "nan") if word in key)}
            self.constants += _filled(f"{name} = array([", texts, "])")
        return name


def taken(reference: Reference) -> Taken:
    """The elements that are referred to."""
    if reference.rows is not None:
        return Rectangle(reference.array, reference.index, reference.rows, reference.count or 1)
    if reference.count is None:
        return Place(reference.array, reference.index)
    return Run(reference.array, reference.index, reference.count)


def lowest_and_highest(reference: Reference) -> tuple[int, int]:
    """Between which elements all lie that a table chooses."""
    base, moves, _ = access_to(taken(reference), reference.path)
    ends = [step * (count - 1) for step, count in moves]
    table = reference.index.table
    return base + sum(min(0, end) for end in ends) + min(table), base + sum(max(0, end) for end in ends) + max(table)


def affine_text(affine: Affine, counters: Sequence[str]) -> str:
    """A sum of multiples of counters.

    >>> affine_text(Affine(1, (1, 3)), ["t", "i"]), affine_text(Affine(9, (-1,)), ["t"]), affine_text(Affine(-2, (1,)), ["t"])
    ('t + 3 * i + 1', '9 - t', 't - 2')
    """
    terms = [(step, counter) for step, counter in zip(affine.steps, counters, strict=False) if step]
    positive = [counter if step == 1 else f"{step} * {counter}" for step, counter in terms if step > 0]
    negative = [counter if step == -1 else f"{-step} * {counter}" for step, counter in terms if step < 0]
    if affine.base > 0 or not (positive or negative or affine.base):
        # What is subtracted is subtracted from the number.
        positive.append(str(affine.base))
    elif affine.base:
        negative.append(str(-affine.base))
    text = " + ".join(positive)
    return text + "".join(f" - {one}" for one in negative) if positive else "-" + " - ".join(negative)


def _slice(start: Affine, step: int, count: int, length: int, counters: Sequence[str]) -> str:
    stop = Affine(start.base + (count - 1) * step + 1, start.steps)
    if step == 1 and count == length:
        return ":"
    first = affine_text(start, counters)
    text = f"{'' if first == '0' else first}:{affine_text(stop, counters)}"
    return text if step == 1 else f"{text}:{step}"


def _filled(begin: str, texts: Sequence[str], end: str) -> list[str]:
    """A list on as many lines as it takes."""
    line = begin + ", ".join(texts) + end
    if len(line) <= _WIDTH:
        return [line]
    lines, row = [begin], ""
    for text in texts:
        if len(row) + len(text) > _WIDTH - 8:
            lines.append(f"    {row.rstrip()}")
            row = ""
        row += f"{text}, "
    return [*lines, f"    {row.rstrip()}", end]
