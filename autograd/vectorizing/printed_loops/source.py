"""Source of a rolled program: a Python module that a person could have written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.printed.expressions import RESERVED
from autograd.vectorizing.printed.naming import Names
from autograd.vectorizing.printed_loops.backward import BackwardPass
from autograd.vectorizing.printed_loops.blocks import Block, blocks_of
from autograd.vectorizing.printed_loops.counters import COUNTERS, name_counters
from autograd.vectorizing.printed_loops.forms import Form, Forms
from autograd.vectorizing.printed_loops.forward import ForwardPass
from autograd.vectorizing.printed_loops.labels import wanted_names
from autograd.vectorizing.printed_loops.places import Places
from autograd.vectorizing.printed_loops.shapes import Axes, axes_of, shape_for
from autograd.vectorizing.printed_loops.texts import Texts
from autograd.vectorizing.printed_loops.uses import Uses
from autograd.vectorizing.rolled.program import Array, RolledProgram

_INDENT = "    "
_FROM_NUMPY = ("clip", "empty", "full", "moveaxis", "outer", "stack", "zeros_like")
_OWN = ("range", "reversed", "as_index")


def source_of(rolled: RolledProgram, recorded: RecordedExample, n_parameters: int) -> str:
    """A Python module whose ``value_and_grad(theta, …)`` computes the mean loss of a batch and its gradient.

    A number that is one for each example is an array of m numbers. Arrays of such numbers have the examples last, so that ``h[t]``
    holds the numbers of step t for all examples. What a choice leaves out is multiplied by 0, which gives nan where it is infinite.

    Args:
        rolled: the program.
        recorded: what the function recorded, for the names and shapes of its arguments.
        n_parameters: the length of θ; parameters that nothing depends on stand at its end.

    >>> from autograd import Value, dot
    >>> from autograd.vectorizing.example.tracing import record
    >>> from autograd.vectorizing.rolled.rolling import roll
    >>> w, b = Value(2.0, "w"), Value(-1.0, "b")
    >>> recorded = record(lambda x, y: (w * x + b - y).square(), (1.0, 0.5), None)
    >>> print(source_of(roll(recorded), recorded, 2))
    from numpy import full, zeros_like
    <BLANKLINE>
    from autograd.number_systems.arrays import square
    """
    return _Module(rolled, recorded, n_parameters).text


class _Module:
    def __init__(self, rolled: RolledProgram, recorded: RecordedExample, n_parameters: int) -> None:
        self._uses = Uses(rolled)
        self._forms = Forms(self._uses)
        self._arguments = recorded.arguments.arrays
        self._free = Names([*RESERVED - {"losses"}, *_FROM_NUMPY, *_OWN, *COUNTERS])
        names = self._free.give_all([array.name for array in self._arguments])
        blocks = blocks_of(rolled.parameter_values, self._uses.accesses(rolled.parameters) or [], self._free)
        self._places = Places(blocks, name_counters(self._uses), self._free)
        self._texts = Texts(self._places, self._free)
        self._inputs = dict(zip(rolled.inputs, names, strict=True))
        self._places.names.update(self._inputs)
        self._shape_inputs()
        self._name_computed()
        forward = ForwardPass(self._forms, self._texts).lines()
        backward = BackwardPass(self._forms, self._texts).lines()
        body = [*forward, "", "# backward", *self._gradients(blocks, backward), "return loss, gradient"]
        head = [*self._parameters(blocks, body), *self._given(body)]
        lines = [*head, *([""] if head else []), "# forward", *body]
        function = [f"def value_and_grad({', '.join(['theta', *names])}):", *(line and _INDENT + line for line in lines)]
        self.text = "\n".join([*self._imports(), "", *function]) + "\n"

    # ------------------------------------------------------------------------------------------------ names

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

    def _name_computed(self) -> None:
        wanted = wanted_names(self._uses)
        named = [array for array in self._uses.writers if self._forms.of[array] is not Form.NESTED]
        self._places.names.update(zip(named, self._free.give_all([wanted[array] for array in named]), strict=True))
        for array in self._uses.writers:
            if self._forms.of[array] is Form.NESTED:
                self._places.names[array] = wanted[array]
            if self._forms.of[array] is Form.ELEMENTS or array not in self._forms.local:
                accesses = self._uses.accesses(array)
                shape = (array.size,) if accesses is None else shape_for(array.size, accesses, padded=True)
                self._places.axes[array] = axes_of(shape)

    # ------------------------------------------------------------------------------------------------ lines

    def _parameters(self, blocks: Sequence[Block], body: Sequence[str]) -> list[str]:
        """The lines that take the parameters from θ."""
        lines = []
        for block in blocks:
            if _mentions(block.name, body):
                note = "" if block.note in ("", block.name) else f"  # {_printable(block.note)}"
                lines.append(f"{block.name} = {block.taken_from('theta')}{note}")
        return lines

    def _given(self, body: Sequence[str]) -> list[str]:
        """The lines for the inputs and the number of examples."""
        lines = []
        for (array, name), argument in zip(self._inputs.items(), self._arguments, strict=True):
            if argument.shape and _mentions(name, body):
                if len(argument.shape) == 1:
                    lines.append(f"{name} = {name}.T")
                elif array in self._flattened:
                    lines.append(f"{name} = {name}.reshape(m, -1).T")
                else:
                    self._texts.from_numpy.add("moveaxis")
                    lines.append(f"{name} = moveaxis({name}, 0, -1)")
        if self._texts.uses_examples:
            self._texts.from_numpy.add("arange")
            lines.append("examples = arange(m)")
        if _mentions("m", [*lines, *body]):
            lines.insert(0, f"m = len({next(iter(self._inputs.values()))})" if self._inputs else "m = 1")
        return lines

    def _gradients(self, blocks: Sequence[Block], backward: Sequence[str]) -> list[str]:
        """The lines of the backward pass, with those in front that make the gradient, and behind that complete it."""
        self._texts.from_numpy.add("zeros_like")
        before, after = ["gradient = zeros_like(theta)"], []
        for block in blocks:
            name = f"d{block.name}"
            if not _mentions(name, backward):
                continue
            if block.is_single:
                before.append(f"{name} = 0.0")
                after.append((block.axes.offset, name))
            else:
                before.append(f"{name} = {block.taken_from('gradient')}")
        sign = "+=" if self._places.whole_gradient else "="
        return [*before, *backward, *(f"gradient[{offset}] {sign} {name}" for offset, name in after)]

    def _imports(self) -> list[str]:
        texts = self._texts
        lines = [f"from numpy import {', '.join(sorted(texts.from_numpy))}", ""]
        if texts.from_arrays:
            lines.append(f"from autograd.number_systems.arrays import {', '.join(sorted(texts.from_arrays))}")
        if texts.from_runtime:
            lines.append(f"from autograd.vectorizing.run.runtime import {', '.join(sorted(texts.from_runtime))}")
        lines += [""] if texts.from_arrays or texts.from_runtime else []
        return [*lines, *self._places.constants, *([""] if self._places.constants else [])]


def _mentions(name: str, lines: Sequence[str]) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", "\n".join(lines)) is not None


def _printable(text: str) -> str:
    return "".join([c if c.isprintable() else ascii(c)[1:-1] for c in text])
