"""The lines of the forward pass."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.vectorizing.printed_loops.forms import Form, Forms
from autograd.vectorizing.printed_loops.rules import computed
from autograd.vectorizing.printed_loops.steps import Step
from autograd.vectorizing.printed_loops.terms import Operand, Reference, Term, is_batched, length_of
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
        for item in self._forms.uses.written_out(program.items):
            body = self._body([item])
            lines += [*self._arrays_for(item), *body]
        return [*lines, self._loss()]

    def _body(self, items: Sequence[Item]) -> list[str]:
        lines: list[str] = []
        for item in self._forms.uses.written_out(items):
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
                term = self._for_each(self._forms.term_of[array], array)
                return [f"{self._texts.places.names[array]} = {self._texts.number(term)}"]
            case Form.RUNNING:
                term = self._for_each(computed(step, self._forms.read), array)
                return [f"{self._texts.places.names[array]} = {self._texts.number(term)}"]
            case Form.ELEMENTS:
                place = self._texts.places.text(_reference(step))
                term = computed(step, self._forms.read)
                if self._is_whole(step):
                    term = self._for_each(term, array)
                elif place == self._texts.places.names[array]:
                    place = f"{place}[...]"
                elif isinstance(term, Term) and term.function == "repeated":
                    term = term.operands[0]
                elif step.width and array.batched and not is_batched(term):
                    term = self._for_each(term, array)
                return [f"{place} = {self._texts.number(term)}"]

    def _arrays_for(self, item: Item) -> list[str]:
        """The lines that make the arrays that elements are first written to by an item."""
        lines = []
        for operation in _operations([item]):
            array = operation.result.array
            step = self._forms.uses.step_of.get(operation)
            if step is not None and self._is_whole(step):
                self._made.add(array)
            if array not in self._made and self._forms.of.get(array) is Form.ELEMENTS:
                self._made.add(array)
                lines.append(f"{self._texts.places.names[array]} = {self._texts.array_of('empty', array)}")
        return lines

    def _is_whole(self, step: Step) -> bool:
        """Whether a step computes all elements of an array, which need not be made before."""
        if step.path or not step.width or self._forms.of[step.array] is not Form.ELEMENTS:
            return False
        places = self._texts.places
        return places.axes[step.array].shape == (step.width,) and places.text(_reference(step)) == places.names[step.array]

    @staticmethod
    def _for_each(term: Operand, array: Array) -> Operand:
        """A term as one for each example, if the array has one for each."""
        if array.batched and not is_batched(term):
            return Term("for each example", (term,), batched=True, length=length_of(term))
        return term

    def _loss(self) -> str:
        program = self._forms.uses.program
        array = program.loss.array
        term = self._forms.loss()
        if array.batched:
            return f"loss = {self._texts.number(self._for_each(term, array), 9)}.mean()"
        return f"loss = {self._texts.number(term)}"


def _reference(step: Step) -> Reference:
    return Reference(step.array, step.result.index, step.path, step.width or None)


def _operations(items: Sequence[Item]) -> list[Operation]:
    found: list[Operation] = []
    for item in items:
        found += _operations(item.items) if isinstance(item, Loop) else [item]
    return found
