"""The lines of the backward pass: the forward pass turned round, with the local derivatives that the table states.

What it passes on is added up in `gradients`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograd.vectorizing.printed_loops.forms import LONGEST, Form, Forms
from autograd.vectorizing.printed_loops.forward import INDENT
from autograd.vectorizing.printed_loops.gradients import Gradients
from autograd.vectorizing.printed_loops.rules import Contribution, contributions, passed_on
from autograd.vectorizing.printed_loops.steps import Step
from autograd.vectorizing.printed_loops.terms import (
    Operand,
    Path,
    Reference,
    Term,
    apply,
    is_batched,
    length_of,
    named,
    names_in,
    size_of,
    sum_of,
)
from autograd.vectorizing.printed_loops.texts import Texts
from autograd.vectorizing.rolled.program import Array, Item, Kind, Loop


class BackwardPass:
    """Writes the backward pass.

    Args:
        forms: how each number appears in the forward pass.
        texts: what writes expressions; it knows the names.
        is_sequential: whether the repetitions of a loop follow from one another.
    """

    def __init__(self, forms: Forms, texts: Texts, is_sequential: Callable[[Loop], bool]) -> None:
        self._forms = forms
        self._is_sequential = is_sequential
        self._texts = texts
        self._places = texts.places
        self._program = forms.uses.program
        self._gradients = Gradients(forms, texts)
        self._seeds: list[str] = []
        self._written: set[Array] = set()
        self._order = {array: place for place, array in enumerate(forms.uses.writers)}

    def lines(self) -> list[str]:
        """All lines; the gradient itself is complete after them."""
        self._seed()
        body = self._body(self._program.items, ())
        return [*self._seeds, *body]

    def _seed(self) -> None:
        """The gradient of the mean of all losses with respect to each of them."""
        loss = self._program.loss
        array = loss.array
        if array not in self._forms.is_live or not array.active:
            return
        seed: Operand = 1.0
        if array.batched:
            self._texts.from_numpy.add("full")
            if array.kind is Kind.COMPUTED and (self._gradients.is_collected(array) or array in self._forms.running):
                name = self._gradients.begins(array)
                self._seeds.append(f"{name} = full(m, 1.0 / m, theta.dtype)")
                seed = named(name, batched=True)
                if array in self._forms.running:
                    return
            else:
                seed = apply("divide", 1.0, named("m", batched=False))
        lines = self._gradients.add(Contribution(loss, 1.0), seed, ())
        self._seeds += [*self._gradients.made_before(()), *lines]

    def _body(self, items: Sequence[Item], path: Path) -> list[str]:
        lines: list[str] = []
        for item in reversed([*self._forms.uses.written_out(items)]):
            if isinstance(item, Loop):
                found = self._gradients.flushed()
                for array, running in self._forms.running.items():
                    if running.loop is item and array in self._forms.is_live and array.active:
                        self._gradients.make(array)
                lines += [*self._gradients.made_before(path), *found]
                inner = self._body(item.items, (*path, item))
                lines += self._gradients.made_before(path)
                if inner:
                    numbers = f"range({item.trips})"
                    if self._is_sequential(item):
                        numbers = f"reversed({numbers})"
                    lines.append(f"for {self._places.counter(item)} in {numbers}:")
                    lines += [INDENT + line for line in inner]
            elif (step := self._forms.uses.step_of.get(item)) is not None:
                found = self._reversed(step)
                lines += [*self._gradients.made_before(path), *found]
        found = self._gradients.flushed()
        lines += [*self._gradients.made_before(path), *found, *self._gradients.assigned_anew(path)]
        return [*self._zeros(items, path), *lines]

    def _zeros(self, items: Sequence[Item], path: Path) -> list[str]:
        """The first lines of a body: zeros for the gradients of variables that loops inside it read."""
        lines = []
        for item in self._forms.uses.written_out(items):
            if not isinstance(item, Loop) and (step := self._forms.uses.step_of.get(item)) is not None:
                array = step.array
                is_wanted = array in self._forms.is_live and array.active and array in self._forms.local
                if is_wanted and not self._gradients.is_collected(array):
                    lines.append(f"{self._gradients.adjoint_name(array)} = {self._texts.zeros_for(array, step.width)}")
        return lines

    def _reversed(self, step: Step) -> list[str]:
        """Pass the gradient of a result on to the operands."""
        if step.array not in self._forms.is_live or not self._forms.passes.get(step):
            return []
        named_lines: list[str] = []
        shared: list[Term] = []

        def name(term: Term, wanted: str) -> Term:
            if term.function == "as index" and self._places.is_index(term.operands[0]):
                return term
            given = self._texts.free.give(wanted)
            shared.append(term)
            named_lines.append(f"{given} = {self._texts.text(term)}")
            return named(given, batched=term.batched, length=term.length)

        passed = contributions(step, self._forms.read_again, self._forms.result_again(step), name)
        passed = [one for one in passed if one.target.array in self._forms.is_live]
        again = self._computed_anew([*(one.derivative for one in passed), *shared])
        upstream, lines = self._upstream(step, len(passed))
        if upstream is None:
            return lines
        lines = [*again, *lines]
        lines += named_lines
        for one in passed:
            if one.position is not None:
                lines += self._gradients.add_chosen(one, upstream, step)
            else:
                lines += self._gradients.add(one, passed_on(upstream, one), step.path)
        return lines

    def _computed_anew(self, terms: Sequence[Operand]) -> list[str]:
        """The lines of numbers of the forward pass that some terms need and that are not there."""
        found: dict[Array, str] = {}
        pending = [name for term in terms for name in names_in(term)]
        while pending:
            name = pending.pop()
            if isinstance(name, Reference) and not name.of_adjoint and name.array not in self._written:
                term = self._forms.again.get(name.array)
                if term is not None:
                    self._written.add(name.array)
                    found[name.array] = f"{self._places.names[name.array]} = {self._texts.number(term)}"
                    pending += names_in(term)
        # What a number is computed from comes first.
        return [found[array] for array in sorted(found, key=self._order.__getitem__)]

    def _upstream(self, step: Step, n_uses: int) -> tuple[Operand | None, list[str]]:
        """The gradient of a result, and the lines that it takes; None if there is none."""
        array = step.array
        if self._gradients.is_collected(array):
            received = self._gradients.received(array)
            if not received:
                return None, []
            total = sum_of(received)
            is_named = self._forms.of.get(array) is not Form.NESTED
            if not _is_short(total) and (is_named or n_uses > 1 or size_of(total) > LONGEST):
                name = self._gradients.adjoint_name(array)
                return named(name, batched=is_batched(total), length=length_of(total)), [f"{name} = {self._texts.number(total)}"]
            return total, []
        lines = self._gradients.flushed(array)
        length = step.width or None
        if array in self._forms.local:
            return named(self._gradients.adjoint_name(array), batched=array.batched, length=length), lines
        self._gradients.make(array)
        if array in self._forms.running:
            return named(self._gradients.adjoint_name(array), batched=array.batched, length=length), lines
        reference = Reference(array, step.result.index, step.path, length, of_adjoint=True)
        return named(reference, batched=array.batched, length=length), lines


def _is_short(term: Operand) -> bool:
    """Whether a term is a name, or one with a sign."""
    if isinstance(term, Term) and term.function == "negative":
        term = term.operands[0]
    return not isinstance(term, Term) or not term.function
