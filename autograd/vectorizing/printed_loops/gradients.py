"""What the gradient of each number gets in the backward pass, and the lines that add it up.

A number that is read in the repetition that computes it gets all at once: its gradient is written where it is needed, or has a
line of its own. All that another one gets in one repetition of a loop is added up in one line; what it gets in several of them is
collected in an array, which has zeros at first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from autograd.vectorizing.printed_loops.forms import LONGEST, Form, Forms
from autograd.vectorizing.printed_loops.labels import NAMELESS
from autograd.vectorizing.printed_loops.rules import Contribution, passed_on
from autograd.vectorizing.printed_loops.sequences import sum_of_sequence, sum_over_examples
from autograd.vectorizing.printed_loops.slots import Rectangle, Taken, is_scattered, is_spread
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
    size_of,
    sum_of,
)
from autograd.vectorizing.printed_loops.texts import Texts
from autograd.vectorizing.rolled.program import Array, Index, Kind, Place, Run

_Awaited: TypeAlias = tuple[Path, Array, Index]
"""A body, and elements that its operations add to."""


class Gradients:
    """The gradients that numbers have received so far.

    Args:
        forms: how each number appears in the forward pass.
        texts: what writes expressions; it knows the names.
    """

    def __init__(self, forms: Forms, texts: Texts) -> None:
        self._forms = forms
        self._texts = texts
        self._places = texts.places
        self._received: dict[Array, list[Operand]] = {}
        self._pending: dict[Array, dict[Taken, tuple[Path, list[Operand]]]] = {}
        self._next: dict[Array, Operand] = {}
        self._collected: dict[Array, bool] = {}
        self._made: set[Array] = set()
        self._new: list[str] = []
        self._awaited = self._expected()
        # What has a name gives it to its gradient first.
        for array in forms.uses.writers:
            if array in forms.is_live and array.active and forms.of[array] is not Form.NESTED:
                self.adjoint_name(array)

    def received(self, array: Array) -> list[Operand]:
        """All that the gradient of a number is the sum of, if that is collected; asked for once."""
        return self._received.pop(array, [])

    def begins(self, array: Array) -> str:
        """The name of a gradient that is assigned by the next line."""
        self._made.add(array)
        return self.adjoint_name(array)

    def made_before(self, path: Path) -> list[str]:
        """Outside of all loops, the lines that make the arrays that the next lines add something to."""
        if path:
            return []
        lines, self._new = self._new, []
        return lines

    def make(self, array: Array) -> None:
        """Begin with zeros, unless that has been done."""
        if array not in self._made:
            self._made.add(array)
            self._new.append(f"{self.adjoint_name(array)} = {self._zeros_for(array)}")

    def _zeros_for(self, array: Array) -> str:
        if array in self._forms.running:
            return self._texts.zeros_for(array, self._forms.running[array].next.width)
        return self._texts.array_of("zeros", array)

    def is_collected(self, array: Array) -> bool:
        """Whether all that a number gets arrives in the body in which it was computed."""
        known = self._collected.get(array)
        if known is None:
            uses = self._forms.uses
            known = self._collected[array] = array in self._forms.local and all(
                use.step.path == uses.writers[array][0].path for use in uses.readers.get(array, [])
            )
        return known

    def add(self, one: Contribution, term: Operand, path: Path) -> list[str]:
        """Add to the gradient of an operand; the lines that this takes now."""
        target = one.target
        array = target.array
        if one.run is not None and (array in self._forms.local or array in self._forms.running):
            # Such an array gets gradients as a whole.
            is_at = Term("is at", (float(one.offset), 0.0, float(one.run.count)), batched=False, length=one.run.count)
            return self.add(Contribution(one.run, 1.0), apply("multiply", term, is_at), path)
        if isinstance(target, Run) and not is_spread(target, len(path)):
            term = sum_of_sequence(term, target.count)
            target = Place(array, target.index)
        elif isinstance(target, Place) and (length := length_of(term)) is not None:
            term = sum_of_sequence(term, length)
        if not array.batched and is_batched(term):
            term = sum_over_examples(term)
        if array.kind is Kind.COMPUTED and self.is_collected(array):
            self._received.setdefault(array, []).append(term)
            return []
        self._pending.setdefault(array, {}).setdefault(target, (path, []))[1].append(term)
        awaited = (path, array, one.target.index)
        self._awaited[awaited] -= 1
        return self._flush(array, target) if self._awaited[awaited] <= 0 else []

    def _expected(self) -> Counter[_Awaited]:
        """How often each body adds to each target."""
        return Counter(
            (step.path, one.target.array, one.target.index)
            for step in self._forms.uses.steps
            if step.array in self._forms.is_live
            for one in self._forms.passes.get(step, [])
        )

    def flushed(self, array: Array | None = None) -> list[str]:
        """The lines of all that has not been added yet, to an array or to any."""
        arrays = list(self._pending) if array is None else [array] if array in self._pending else []
        return [line for one in arrays for target in list(self._pending[one]) for line in self._flush(one, target)]

    def _flush(self, array: Array, target: Taken) -> list[str]:
        path, terms = self._pending[array].pop(target)
        if not self._pending[array]:
            del self._pending[array]
        if isinstance(target, Rectangle):
            return self._flush_matrix(target, terms, path)
        total = sum_of(terms)
        if array in self._forms.running:
            return self._flush_running(array, target, total, path)
        parts = [total] if size_of(total) <= 2 * LONGEST else terms
        name = self._target(array, target, path)
        lines = []
        if not path and array.kind is Kind.COMPUTED and array not in self._forms.local and array not in self._made:
            self._made.add(array)
            if name == self.adjoint_name(array) and _is_whole(parts[0], array):
                # Something may be added to it, but not to what it was taken from.
                copied = "" if _is_computed(parts[0]) else ".copy()"
                lines.append(f"{name} = {self._texts.number(parts.pop(0), 9 if copied else 0)}{copied}")
            else:
                self._new.append(f"{self.adjoint_name(array)} = {self._zeros_for(array)}")
        elif array.kind is Kind.COMPUTED and array not in self._forms.local:
            self.make(array)
        for part in parts:
            if is_scattered(target, len(path)):
                self._texts.from_numpy.add("add")
                whole, _, index = name.partition("[")
                lines.append(f"add.at({whole}, {index.removesuffix(']')}, {self._texts.number(part)})")
            else:
                lines.append(self._added(name, part))
        return lines

    def _flush_running(self, array: Array, target: Taken, term: Operand, path: Path) -> list[str]:
        """Add to the gradient of the latest element; that of the one before it takes its place when the repetition is over."""
        running = self._forms.running[array]
        if path and running.is_previous(target, running.next):
            self._next[array] = term
            return []
        name = self.adjoint_name(array)
        if array in self._made:
            term = apply("add", named(name, batched=array.batched, length=length_of(term)), term)
        self._made.add(array)
        return [f"{name} = {self._texts.number(term)}"]

    def assigned_anew(self, path: Path) -> list[str]:
        """The last line of a loop's body: the gradients of what the next repetition, an earlier one, has computed."""
        assigned: list[tuple[str, str]] = []
        for array, running in self._forms.running.items():
            if path == (running.loop,) and array in self._made:
                name = self.adjoint_name(array)
                term = self._next.pop(array, None)
                text = self._zeros_for(array) if term is None else self._texts.number(term)
                if text != name:
                    assigned.append((name, text))
        # All at once: one may be computed from another.
        return [f"{', '.join(name for name, _ in assigned)} = {', '.join(text for _, text in assigned)}"] if assigned else []

    def _flush_matrix(self, target: Rectangle, terms: Sequence[Operand], path: Path) -> list[str]:
        """Add to a matrix, which may be turned in its array."""
        array = target.array
        if array.kind is Kind.COMPUTED:
            self.make(array)
        reference = Reference(array, target.index, path, target.count, rows=target.rows, of_adjoint=True)
        name = self._places.text(reference)
        if self._places.is_turned(reference):
            terms = [Term("turned", (one,), batched=False) for one in terms]
        return [self._added(name, one) for one in terms]

    def _added(self, name: str, term: Operand) -> str:
        sign = "+="
        if isinstance(term, Term) and term.function == "negative":
            sign, term = "-=", term.operands[0]
        return f"{name} {sign} {self._texts.number(term)}"

    def _target(self, array: Array, target: Taken, path: Path) -> str:
        if array.kind is Kind.COMPUTED:
            name = self.adjoint_name(array)
            if array in self._forms.local:
                return name
        count = target.count if isinstance(target, Run) and target.count > 1 else None
        return self._places.text(Reference(array, target.index, path, count, of_adjoint=True))

    def add_chosen(self, one: Contribution, upstream: Operand, step: Step) -> list[str]:
        """Add to that operand of a sequence that a choice has taken."""
        run, position = one.target, one.position
        assert isinstance(run, Run) and isinstance(position, Term)
        if run.array in self._forms.local or run.array in self._forms.running or is_scattered(run, len(step.path)):
            # What is added to a part of them would be lost: the next repetition has its own gradients, a table gives copies.
            is_chosen = Term("is at", (position, 0.0, float(run.count)), batched=position.batched, length=run.count)
            return self.add(one, apply("multiply", upstream, is_chosen), step.path)
        lines = self.flushed(run.array)
        array = run.array
        if array.kind is Kind.COMPUTED:
            self.make(array)
        target = self._target(array, run, step.path)
        term = passed_on(upstream, one)
        if not array.batched and position.batched:
            self._texts.from_numpy.add("add")
            return [*lines, f"add.at({target}, {self._texts.text(position)}, {self._texts.number(term)})"]
        if not array.batched and is_batched(term):
            term = sum_over_examples(term)
        rows = named("", batched=array.batched)
        return [*lines, self._added(f"{target}[{self._texts.choice(rows, position)}]", term)]

    def adjoint_name(self, array: Array) -> str:
        """What a gradient is called: d and the name of what it is the gradient of."""
        name = self._places.adjoints.get(array)
        if name is None:
            own = self._places.names[array]
            is_nameless = own == NAMELESS and self._forms.of.get(array) is Form.NESTED
            name = self._places.adjoints[array] = self._texts.free.give("d" if is_nameless else f"d{own}")
        return name


def _is_whole(term: Operand, array: Array) -> bool:
    """Whether a term has a number for each element of a flat array."""
    return isinstance(term, Term) and term.rows is None and term.length == array.size and term.batched == array.batched


def _is_computed(term: Operand) -> bool:
    """Whether a term is an array of its own, which nothing else refers to."""
    return isinstance(term, Term) and term.function in ("multiply", "negative", "add", "subtract", "divide", "product")
