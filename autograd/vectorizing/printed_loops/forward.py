"""The lines of the forward pass."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.vectorizing.printed_loops.forms import Form, Forms
from autograd.vectorizing.printed_loops.rules import computed
from autograd.vectorizing.printed_loops.terms import Operand, Reference, Term, is_batched
from autograd.vectorizing.printed_loops.texts import Texts
from autograd.vectorizing.rolled.program import Array, Item, Loop, Operation

INDENT = "    "


class ForwardPass:
    """Writes the forward pass.

    Args:
        forms: how each number appears.
        texts: what writes expressions; it knows the names.
    """

    def __init__(self, forms: Forms, texts: Texts) -> None:
        self._forms = forms
        self._texts = texts
        self._made: set[Array] = set()

    def lines(self) -> list[str]:
        """All lines, up to that of the loss."""
        program = self._forms.uses.program
        lines: list[str] = []
        for item in program.items:
            body = self._body([item])
            lines += [*self._arrays_for(item), *body]
        return [*lines, self._loss()]

    def _body(self, items: Sequence[Item]) -> list[str]:
        lines: list[str] = []
        for item in items:
            if isinstance(item, Loop):
                body = self._body(item.items)
                if body:
                    lines.append(f"for {self._texts.places.counter(item)} in range({item.trips}):")
                    lines += [INDENT + line for line in body]
            else:
                lines += self._statement(item)
        return lines

    def _statement(self, operation: Operation) -> list[str]:
        step = self._forms.uses.step_of.get(operation)
        if step is None:
            return []
        array = step.array
        match self._forms.of[array]:
            case Form.NESTED:
                return []
            case Form.VARIABLE:
                term = self._forms.term_of[array]
                if array.batched and not is_batched(term):
                    term = Term("for each example", (term,), batched=True)
                return [f"{self._texts.places.names[array]} = {self._texts.number(term)}"]
            case Form.ELEMENTS:
                place = self._texts.places.text(Reference(array, operation.result.index, step.path))
                return [f"{place} = {self._texts.number(computed(step, self._forms.read))}"]

    def _arrays_for(self, item: Item) -> list[str]:
        """The lines that make the arrays that elements are first written to by an item."""
        lines = []
        for operation in _operations([item]):
            array = operation.result.array
            if array not in self._made and self._forms.of.get(array) is Form.ELEMENTS:
                self._made.add(array)
                lines.append(f"{self._texts.places.names[array]} = {self._texts.array_of('empty', array)}")
        return lines

    def _loss(self) -> str:
        program = self._forms.uses.program
        array = program.loss.array
        term: Operand
        if self._forms.of.get(array) is Form.NESTED:
            term = self._forms.term_of[array]
        else:
            term = self._forms.loss()
        if array.batched:
            if not is_batched(term):
                term = Term("for each example", (term,), batched=True)
            return f"loss = {self._texts.number(term, 9)}.mean()"
        return f"loss = {self._texts.number(term)}"


def _operations(items: Sequence[Item]) -> list[Operation]:
    found: list[Operation] = []
    for item in items:
        found += _operations(item.items) if isinstance(item, Loop) else [item]
    return found
