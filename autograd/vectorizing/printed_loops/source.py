"""Source of a rolled program: a Python module that a person could have written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.printed.expressions import RESERVED
from autograd.vectorizing.printed.naming import Names
from autograd.vectorizing.printed_loops.backward import BackwardPass
from autograd.vectorizing.printed_loops.blocks import Block, blocks_of
from autograd.vectorizing.printed_loops.counters import COUNTERS, name_counters
from autograd.vectorizing.printed_loops.forms import Form, Forms
from autograd.vectorizing.printed_loops.forward import ForwardPass
from autograd.vectorizing.printed_loops.independence import loops_to_widen, sequential_loops
from autograd.vectorizing.printed_loops.labels import wanted_names
from autograd.vectorizing.printed_loops.places import Places
from autograd.vectorizing.printed_loops.rewriting.chains import without_chains
from autograd.vectorizing.printed_loops.rewriting.joining import joined
from autograd.vectorizing.printed_loops.rewriting.nesting import nested
from autograd.vectorizing.printed_loops.shapes import Axes, axes_of, shape_for
from autograd.vectorizing.printed_loops.slots import Rectangle
from autograd.vectorizing.printed_loops.steps import Step
from autograd.vectorizing.printed_loops.terms import Reference
from autograd.vectorizing.printed_loops.texts import FROM_NUMPY, Texts
from autograd.vectorizing.printed_loops.uses import Uses, length_chosen_from
from autograd.vectorizing.printed_loops.wrapping import wrapped
from autograd.vectorizing.rolled.program import Array, Loop, RolledProgram

_INDENT = "    "
_WIDTH = 110
_MOST_IN_A_ROW = 8
_EXAMPLES_LAST = "  # with the examples last"
# What stands behind a dot is an attribute.
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_OWN = ("range", "reversed", "as_index")


def source_of(rolled: RolledProgram, recorded: RecordedExample, n_parameters: int) -> str:
    """A Python module whose ``value_and_grad(theta, …)`` computes the mean loss of a batch and its gradient.

    A number that is one for each example is an array of m numbers. Arrays of such numbers have the examples last, so that
    ``h[t]`` holds the numbers of step t for all examples. What a choice leaves out is multiplied by 0, which gives nan where that
    is infinite.

    Args:
        rolled: the program.
        recorded: what the function recorded, for the names and shapes of its arguments.
        n_parameters: the length of θ; parameters that nothing depends on stand at its end.

    >>> from autograd import Value
    >>> from autograd.vectorizing.example.tracing import record
    >>> from autograd.vectorizing.rolled.rolling import roll
    >>> w, b = Value(2.0, "w"), Value(-1.0, "b")
    >>> recorded = record(lambda x, y: (w * x + b - y).square(), (1.0, 0.5), None)
    >>> print(source_of(roll(recorded), recorded, 2), end="")
    from numpy import full, zeros_like
    <BLANKLINE>
    from autograd.number_systems.arrays import square
    <BLANKLINE>
    <BLANKLINE>
    def value_and_grad(theta, x, y):
        w = theta[0]
        b = theta[1]
        m = len(x)
    <BLANKLINE>
        # forward
        v = w * x + b - y
        loss = square(v).mean()
    <BLANKLINE>
        # backward
        gradient = zeros_like(theta)
        dlosses = full(m, 1.0 / m, theta.dtype)
        dv = dlosses * (2.0 * v)
        db = dv.sum()
        dw = dv @ x
        gradient[0:2] = dw, db
        return loss, gradient
    """
    return _Module(rolled, recorded, n_parameters).text


class _Module:
    def __init__(self, rolled: RolledProgram, recorded: RecordedExample, n_parameters: int) -> None:
        self._arguments = recorded.arguments.arrays
        self._n_parameters = n_parameters
        rolled = without_chains(joined(without_chains(nested(rolled))))
        plain = Uses(rolled)
        sequential = sequential_loops(plain)
        widened = loops_to_widen(plain, sequential)
        while True:
            blocks = self._take_apart(rolled, widened, sequential)
            # A matrix must be a part of an array with axes of its own.
            outside = {step.loop for step, reference in self._matrices() if not self._places.has(reference)}
            if not outside:
                break
            widened = {loop for loop in widened if loop not in outside}
        names = [*self._inputs.values()]
        self._texts = Texts(self._places, self._free)
        self._find_indices()
        forward = ForwardPass(self._forms, self._texts).lines()
        backward = BackwardPass(self._forms, self._texts, sequential.__contains__).lines()
        body = [*forward, "", "# backward", *self._gradients(blocks, backward), "return loss, gradient"]
        head = [*self._parameters(blocks, body), *self._given(body)]
        lines = [*head, *([""] if head else []), "# forward", *body]
        lines = [short for line in lines for short in wrapped(line, _WIDTH - len(_INDENT))]
        function = [f"def value_and_grad({', '.join(['theta', *names])}):", *(line and _INDENT + line for line in lines)]
        self.text = "\n".join([*self._imports(), "", *function]) + "\n"

    def _take_apart(self, rolled: RolledProgram, widened: set[Loop], sequential: set[Loop]) -> list[Block]:
        """Find out what is read and written where, and name it; the named parts of θ."""
        self._uses = Uses(rolled, widened)
        self._forms = Forms(self._uses)
        self._free = Names([*RESERVED - {"losses"}, *FROM_NUMPY, *_OWN, *COUNTERS])
        names = self._free.give_all([array.name for array in self._arguments])
        counters = name_counters(self._uses, sequential)
        blocks = blocks_of(rolled.parameter_values, self._uses.accesses(rolled.parameters) or [], self._factors(), self._free)
        self._places = Places(blocks, counters, self._n_parameters, self._free)
        self._inputs = dict(zip(rolled.inputs, names, strict=True))
        self._places.names.update(self._inputs)
        self._shape_inputs()
        self._name_computed()
        return blocks

    def _matrices(self) -> Iterator[tuple[Step, Reference]]:
        """What is read as a matrix."""
        for step in self._uses.steps:
            for operand in step.operands:
                if isinstance(operand, Rectangle):
                    yield step, Reference(operand.array, operand.index, step.path, operand.count, rows=operand.rows)

    # ------------------------------------------------------------------------------------------------ names

    def _factors(self) -> list[int]:
        """The places of some of the parameters that are multiplied with something."""
        readers = self._uses.readers.get(self._uses.program.parameters, [])
        return [use.operand.index.base for use in readers if use.step.operation.primitive.name in ("multiply", "dot")]

    def _shape_inputs(self) -> None:
        self._flattened: set[Array] = set()
        for array, argument in zip(self._inputs, self._arguments, strict=True):
            accesses = self._uses.accesses(array)
            axes = axes_of(argument.shape)
            if len(argument.shape) > 1 and (accesses is None or any(axes.coordinates(one) is None for one in accesses)):
                self._flattened.add(array)
                axes = Axes((array.size,), (1,))
            if argument.shape:
                self._places.axes[array] = axes

    def _find_indices(self) -> None:
        """Which inputs are nothing but positions in sequences of one length."""
        for array in self._inputs:
            lengths = {length_chosen_from(use) for use in self._uses.readers.get(array, [])}
            if len(lengths) == 1 and (length := lengths.pop()):
                self._places.indices[array] = length

    def _name_computed(self) -> None:
        wanted = wanted_names(self._uses)
        forms = self._forms
        named = [array for array in self._uses.writers if forms.of[array] is not Form.NESTED or array in forms.often]
        self._places.names.update(zip(named, self._free.give_all([wanted[array] for array in named]), strict=True))
        for array in self._uses.writers:
            if array not in self._places.names:
                self._places.names[array] = wanted[array]
            if self._forms.of[array] is Form.ELEMENTS:
                accesses = self._uses.accesses(array)
                shape = (array.size,) if accesses is None else shape_for(array.size, accesses, padded=True)
                self._places.axes[array] = axes_of(shape)

    # ------------------------------------------------------------------------------------------------ lines

    def _parameters(self, blocks: Sequence[Block], body: Sequence[str]) -> list[str]:
        """The lines that take the parameters from θ."""
        lines = []
        where = _where_named(body)
        for block in blocks:
            if block.name in where:
                note = "" if block.note in ("", block.name) else f"  # {_printable(block.note)}"
                lines.append(f"{block.name} = {block.taken_from('theta')}{note}")
        return lines

    def _given(self, body: Sequence[str]) -> list[str]:
        """The lines for the inputs and the number of examples."""
        lines: list[str] = []
        where = _where_named(body)
        for (array, name), argument in zip(self._inputs.items(), self._arguments, strict=True):
            if name not in where:
                continue
            text = name
            if len(argument.shape) == 1:
                text = f"{name}.T"
            elif array in self._flattened:
                text = f"{name}.reshape(m, -1).T"
            elif argument.shape:
                text = f"{self._texts.numpy('moveaxis')}({name}, 0, -1)"
            if array in self._places.indices:
                text = f"{self._texts.runtime('as_index')}({text}, {self._places.indices[array]})"
            if text != name:
                is_first = bool(argument.shape) and not any(_EXAMPLES_LAST in line for line in lines)
                lines.append(f"{name} = {text}{_EXAMPLES_LAST if is_first else ''}")
        if self._texts.uses_examples:
            self._texts.from_numpy.add("arange")
            lines.append("examples = arange(m)")
        if "m" in where or "m" in _where_named(lines):
            lines.insert(0, f"m = len({next(iter(self._inputs.values()))})" if self._inputs else "m = 1")
        return lines

    def _gradients(self, blocks: Sequence[Block], backward: Sequence[str]) -> list[str]:
        """The lines of the backward pass, with those in front that make the gradient, and behind that complete it."""
        self._texts.from_numpy.add("zeros_like")
        before, after = ["gradient = zeros_like(theta)"], []
        lines = list(backward)
        where = _where_named(lines)
        for block in blocks:
            name = f"d{block.name}"
            adding = where.get(name, [])
            if not adding:
                continue
            if not block.is_single:
                before.append(f"{name} = {block.taken_from('gradient')}")
                continue
            after.append((block.axes.offset, name))
            start = re.match(rf"{name} ([+-])= ", lines[adding[0]])
            if len(adding) == 1 and start:
                sign = "-" if start[1] == "-" else ""
                rest = lines[adding[0]][start.end() :]
                lines[adding[0]] = (
                    f"{name} = {sign}({rest})" if sign and re.search(r"[^\w.()\[\], ]", rest) else f"{name} = {sign}{rest}"
                )
            else:
                before.append(f"{name} = 0.0")
        return [*before, *lines, *self._singles(after)]

    def _singles(self, singles: Sequence[tuple[int, str]]) -> list[str]:
        """The lines that enter the gradients of single parameters."""
        sign = "+=" if self._places.whole_gradient else "="
        rows: list[list[tuple[int, str]]] = []
        for offset, name in sorted(singles):
            if rows and rows[-1][-1][0] == offset - 1 and len(rows[-1]) < _MOST_IN_A_ROW:
                rows[-1].append((offset, name))
            else:
                rows.append([(offset, name)])
        lines = []
        for row in rows:
            place = f"{row[0][0]}" if len(row) == 1 else f"{row[0][0]}:{row[-1][0] + 1}"
            lines.append(f"gradient[{place}] {sign} {', '.join(name for _, name in row)}")
        return lines

    def _imports(self) -> list[str]:
        texts = self._texts
        lines = [f"from numpy import {', '.join(sorted(texts.from_numpy))}", ""]
        if texts.from_arrays:
            lines.append(f"from autograd.number_systems.arrays import {', '.join(sorted(texts.from_arrays))}")
        if texts.from_runtime:
            lines.append(f"from autograd.vectorizing.run.runtime import {', '.join(sorted(texts.from_runtime))}")
        lines += [""] if texts.from_arrays or texts.from_runtime else []
        return [*lines, *self._places.constants, *([""] if self._places.constants else [])]


def _where_named(lines: Sequence[str]) -> dict[str, list[int]]:
    """In which lines each name occurs."""
    found: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        for name in set(_NAME.findall(line)):
            found.setdefault(name, []).append(place)
    return found


def _printable(text: str) -> str:
    return "".join([c if c.isprintable() else ascii(c)[1:-1] for c in text])
