"""The lines of the backward pass: the forward pass turned round, with the local derivatives that the table states.

What an operation passes on to a number that is read once is written where it is needed. All that a number gets in one repetition of
a loop is added up in one line; what it gets in several is collected in an array, which has zeros at first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from autograd.vectorizing.printed_loops.forms import LONGEST, Forms, passed_on
from autograd.vectorizing.printed_loops.forward import INDENT
from autograd.vectorizing.printed_loops.rules import Contribution, contributions
from autograd.vectorizing.printed_loops.terms import (
    Operand,
    Path,
    Reference,
    Term,
    apply,
    is_batched,
    named,
    size_of,
    sum_of_sequence,
    sum_over_examples,
)
from autograd.vectorizing.printed_loops.texts import Texts
from autograd.vectorizing.printed_loops.uses import Step, step_of_run
from autograd.vectorizing.rolled.program import Array, Item, Kind, Loop, Place, Run

_Key: TypeAlias = tuple[Array, Place | Run]


class BackwardPass:
    """Writes the backward pass.

    Args:
        forms: how each number appears in the forward pass.
        texts: what writes expressions; it knows the names.
    """

    def __init__(self, forms: Forms, texts: Texts) -> None:
        self._forms = forms
        self._texts = texts
        self._places = texts.places
        self._program = forms.uses.program
        self._received: dict[Array, list[Operand]] = {}
        self._pending: dict[_Key, list[Operand]] = {}
        self._paths: dict[_Key, Path] = {}
        self._singles: dict[str, int] = {}
        self._seeds: list[str] = []
        self.expected = self._expected()

    # ---------------------------------------------------------------------------------------------- the whole

    def lines(self) -> list[str]:
        """All lines; the gradient itself is complete after them."""
        self._seed()
        body = self._body(self._program.items, ())
        return [*self._seeds, *self._arrays(), *body]

    def _seed(self) -> None:
        """The gradient of the mean of all losses with respect to each of them."""
        loss = self._program.loss
        array = loss.array
        if array not in self._forms.is_live or not array.active:
            return
        seed: Operand = 1.0
        if array.batched:
            self._texts.from_numpy.add("full")
            if array.kind is Kind.COMPUTED and self._is_collected(array):
                name = self._adjoint_name(array)
                self._seeds.append(f"{name} = full(m, 1.0 / m, theta.dtype)")
                seed = named(name, batched=True)
            else:
                seed = apply("divide", 1.0, named("m", batched=False))
        self._add(Contribution(loss, 1.0), seed, ())

    def _arrays(self) -> list[str]:
        """The lines that make the arrays in which gradients are collected."""
        lines = []
        for array in self._forms.uses.writers:
            if array in self._forms.is_live and array.active and array not in self._forms.local:
                lines.append(f"{self._adjoint_name(array)} = {self._texts.array_of('zeros', array)}")
        return lines

    # ---------------------------------------------------------------------------------------------- bodies

    def _body(self, items: Sequence[Item], path: Path) -> list[str]:
        lines: list[str] = []
        for item in reversed(items):
            if isinstance(item, Loop):
                lines += self._flushed()
                inner = self._body(item.items, (*path, item))
                if inner:
                    lines.append(f"for {self._places.counter(item)} in reversed(range({item.trips})):")
                    lines += [INDENT + line for line in inner]
            elif (step := self._forms.uses.step_of.get(item)) is not None:
                lines += self._reversed(step)
        lines += self._flushed()
        return [*self._zeros(items, path), *lines]

    def _zeros(self, items: Sequence[Item], path: Path) -> list[str]:
        """The first lines of a body: zeros for the gradients of variables that loops inside it read."""
        lines = []
        for item in items:
            if not isinstance(item, Loop) and (step := self._forms.uses.step_of.get(item)) is not None:
                array = step.array
                is_wanted = array in self._forms.is_live and array.active and array in self._forms.local
                if is_wanted and not self._is_collected(array):
                    lines.append(f"{self._adjoint_name(array)} = {self._texts.zeros_for_number(array)}")
        return lines

    def _reversed(self, step: Step) -> list[str]:
        """Pass the gradient of a result on to the operands."""
        if step.array not in self._forms.is_live or not self._forms.passes.get(step):
            return []
        passed = contributions(step, self._forms.read_again, self._forms.result_again(step))
        passed = [one for one in passed if one.target.array in self._forms.is_live]
        upstream, lines = self._upstream(step, len(passed))
        if upstream is None:
            return lines
        for one in passed:
            if one.position is not None:
                lines += self._add_chosen(one, upstream, step)
            else:
                lines += self._add(one, passed_on(upstream, one), step.path)
        return lines

    def _upstream(self, step: Step, n_uses: int) -> tuple[Operand | None, list[str]]:
        """The gradient of a result, and the lines that it takes; None if there is none."""
        array = step.array
        if self._is_collected(array):
            received = self._received.pop(array, [])
            if not received:
                return None, []
            total = received[0]
            for one in received[1:]:
                total = apply("add", total, one)
            if isinstance(total, Term) and total.function and (n_uses > 1 or size_of(total) > LONGEST):
                name = self._adjoint_name(array)
                return named(name, batched=total.batched), [f"{name} = {self._texts.number(total)}"]
            return total, []
        lines = self._flushed(array)
        if array in self._forms.local:
            return named(self._adjoint_name(array), batched=array.batched), lines
        self._adjoint_name(array)
        reference = Reference(array, step.operation.result.index, step.path, of_adjoint=True)
        return named(reference, batched=array.batched), lines

    def _is_collected(self, array: Array) -> bool:
        """Whether all that a number gets arrives in the body in which it was computed."""
        if array not in self._forms.local:
            return False
        (writer,) = self._forms.uses.writers[array]
        return all(use.step.path == writer.path for use in self._forms.uses.readers.get(array, []))

    # ---------------------------------------------------------------------------------------------- adding

    def _add(self, one: Contribution, term: Operand, path: Path) -> list[str]:
        """Add to the gradient of an operand; the lines that this takes now."""
        target = one.target
        array = target.array
        key = (array, target)
        if isinstance(target, Run) and not target.index.table and not step_of_run(target, len(path)):
            term = sum_of_sequence(term, target.count)
            target = Place(array, target.index)
        if not array.batched and is_batched(term):
            term = sum_over_examples(term)
        if array.kind is Kind.COMPUTED and self._is_collected(array):
            self._received.setdefault(array, []).append(term)
            return []
        entered = (array, target)
        self._pending.setdefault(entered, []).append(term)
        self._paths[entered] = path
        self.expected[path, key] -= 1
        return self._flush(entered) if self._is_complete(entered, path) else []

    def _is_complete(self, key: _Key, path: Path) -> bool:
        array, target = key
        return all(
            left <= 0
            for (where, (other, operand)), left in self._expected_of(array)
            if where == path and other is array and operand.index == target.index
        )

    def _expected_of(self, array: Array) -> list[tuple[tuple[Path, _Key], int]]:
        return [(key, self.expected[key]) for key in self._keys_of.get(array, ())]

    def _expected(self) -> Counter[tuple[Path, _Key]]:
        """How often each body adds to each target."""
        expected: Counter[tuple[Path, _Key]] = Counter()
        self._keys_of: dict[Array, dict[tuple[Path, _Key], None]] = {}
        for step in self._forms.uses.steps:
            if step.array in self._forms.is_live:
                for one in self._forms.passes.get(step, []):
                    key = (step.path, (one.target.array, one.target))
                    expected[key] += 1
                    self._keys_of.setdefault(one.target.array, {})[key] = None
        return expected

    def _flushed(self, array: Array | None = None) -> list[str]:
        """The lines of all that has not been added yet, to an array or to any."""
        keys = [key for key in self._pending if array is None or key[0] is array]
        return [line for key in keys for line in self._flush(key)]

    def _flush(self, key: _Key) -> list[str]:
        terms, path = self._pending.pop(key), self._paths.pop(key)
        array, target = key
        total = terms[0]
        for one in terms[1:]:
            total = apply("add", total, one)
        parts = [total] if size_of(total) <= 2 * LONGEST else terms
        name = self._target(array, target, path)
        lines = []
        for part in parts:
            if isinstance(target, Run) and target.index.table:
                self._texts.from_numpy.add("add")
                whole, _, index = name.partition("[")
                lines.append(f"add.at({whole}, {index.removesuffix(']')}, {self._texts.number(part)})")
            else:
                lines.append(self._added(name, part))
        return lines

    def _added(self, name: str, term: Operand) -> str:
        sign = "+="
        if isinstance(term, Term) and term.function == "negative":
            sign, term = "-=", term.operands[0]
        return f"{name} {sign} {self._texts.number(term)}"

    def _target(self, array: Array, target: Place | Run, path: Path) -> str:
        if array.kind is Kind.COMPUTED:
            name = self._adjoint_name(array)
            if array in self._forms.local:
                return name
        return self._places.text(
            Reference(array, target.index, path, target.count if isinstance(target, Run) else None, of_adjoint=True)
        )

    def _add_chosen(self, one: Contribution, upstream: Operand, step: Step) -> list[str]:
        """Add to that operand of a sequence that a choice has taken."""
        run, position = one.target, one.position
        assert isinstance(run, Run) and isinstance(position, Term)
        lines = self._flushed(run.array)
        if size_of(position) > 6:
            name = self._texts.free.give("place")
            lines.append(f"{name} = {self._texts.text(position)}")
            position = named(name, batched=position.batched)
        array = run.array
        target = self._target(array, run, step.path)
        term = passed_on(upstream, one)
        if not array.batched and position.batched:
            self._texts.from_numpy.add("add")
            return [*lines, f"add.at({target}, {self._texts.text(position)}, {self._texts.number(term)})"]
        if not array.batched and is_batched(term):
            term = sum_over_examples(term)
        rows = named("", batched=array.batched)
        return [*lines, self._added(f"{target}[{self._texts.choice(rows, position)}]", term)]

    def _adjoint_name(self, array: Array) -> str:
        name = self._places.adjoints.get(array)
        if name is None:
            own = self._places.names.get(array) or "v"
            name = self._places.adjoints[array] = self._texts.free.give(f"d{own}")
        return name
