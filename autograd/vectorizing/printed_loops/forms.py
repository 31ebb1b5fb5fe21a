"""How each computed number appears in the source: written where it is read, as a variable, or as an element of an array.

A number that is read once is written where it is read. One that is needed again has a name: that of a variable, or, if the
backward pass or another repetition of a loop needs it, of an array that has an element for each repetition. What costs next to
nothing is computed anew in the backward pass.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum

from autograd.table.rules import MANY
from autograd.vectorizing.printed_loops.rules import computed, contributions
from autograd.vectorizing.printed_loops.running import find_running
from autograd.vectorizing.printed_loops.slots import Rectangle, Taken, count_of, is_spread
from autograd.vectorizing.printed_loops.steps import Step
from autograd.vectorizing.printed_loops.terms import (
    NOT_KEPT,
    Operand,
    Path,
    Reference,
    Term,
    is_batched,
    named,
    names_in,
    size_of,
)
from autograd.vectorizing.printed_loops.uses import Uses
from autograd.vectorizing.rolled.program import Array, Kind

# A longer expression gets a line of its own.
LONGEST = 70
# How many operations the backward pass rather computes anew than looks up.
_FEW = 2
_CHEAP = ("add", "subtract", "multiply", "negative", "less", "less_equal", "greater", "greater_equal", "equal")
# A variable outside of all loops is there in the backward pass: only what is as short as a name is written anew.
_NEARLY_FREE = ("negative", "less", "less_equal", "greater", "greater_equal", "equal")


class Form(Enum):
    """How a number appears."""

    NESTED = "where it is read"
    VARIABLE = "as a variable"
    ELEMENTS = "as elements of an array"
    RUNNING = "as a variable that is assigned anew"


class Forms:
    """The form of each computed array.

    Attributes:
        of: the form of each array.
        passes: for each operation what it passes on in the backward pass, if anything of it reaches a parameter; with operands
            by name.
        is_live: the arrays whose gradient is needed.
        term_of: what computes the number of an array that is a variable or nested.
        running: the arrays of which only the latest element is read.
        often: the arrays whose numbers the backward pass computes anew and needs several times, so that they have a line there.
        again: what computes these; filled while they are read.
    """

    def __init__(self, uses: Uses) -> None:
        self.uses = uses
        self.of: dict[Array, Form] = {}
        self.term_of: dict[Array, Operand] = {}
        self.local = {array for array in uses.writers if uses.is_local(array)}
        self.passes = {step: contributions(step, _by_name, self._result(step)) for step in uses.steps if step.array.active}
        self.is_live = self._live()
        self._read_in_reverse: set[Array] = set()
        self._needed = self._needed_in_reverse()
        self._anew: dict[Array, Operand] = {}
        self.again: dict[Array, Operand] = {}
        for step in uses.steps:
            self._decide(step)
        nested = {array for array, form in self.of.items() if form is Form.NESTED}
        elements = [array for array, form in self.of.items() if form is Form.ELEMENTS and array not in self._read_in_reverse]
        self.running = find_running(uses, elements, nested)
        self.of.update(dict.fromkeys(self.running, Form.RUNNING))
        self.often = self._often_computed_anew()

    # ---------------------------------------------------------------------------------------------- reading

    def read(self, operand: Taken, step: Step) -> Operand:
        """The term of an operand in the forward pass."""
        if self.of.get(operand.array) is Form.NESTED:
            return self.term_of[operand.array]
        return _by_name(operand, step)

    def read_again(self, operand: Taken, step: Step) -> Operand:
        """The term of an operand in the backward pass."""
        array = operand.array
        if array.kind is not Kind.COMPUTED or self._is_there(array):
            return _by_name(operand, step)
        return self._not_kept(step) if array in self.running else self._computed_anew(array)

    def loss(self) -> Operand:
        """The loss of each example, as the forward pass has it."""
        place = self.uses.program.loss
        if self.of.get(place.array) is Form.NESTED:
            return self.term_of[place.array]
        if place.array.kind is Kind.CONSTANTS:
            return place.array.constants[place.index.base]
        return named(Reference(place.array, place.index, ()), batched=place.array.batched)

    def result_again(self, step: Step) -> Operand:
        """The term of the result of a step in the backward pass."""
        if self._is_there(step.array):
            return self._result(step)
        return self._not_kept(step) if step.array in self.running else self._computed_anew(step.array)

    @staticmethod
    def _not_kept(step: Step) -> Term:
        """What no local derivative depends on."""
        return named(NOT_KEPT, batched=step.array.batched, length=step.width or None)

    def _is_there(self, array: Array) -> bool:
        form = self.of[array]
        return form is Form.ELEMENTS or (form is Form.VARIABLE and not self.uses.writers[array][0].path)

    def _computed_anew(self, array: Array) -> Operand:
        known = self._anew.get(array)
        if known is None:
            (writer,) = self.uses.writers[array]
            known = self._anew[array] = computed(writer, self.read_again)
        if array in self.often:
            self.again.setdefault(array, known)
            return self._result(self.uses.writers[array][0])
        return known

    @staticmethod
    def _result(step: Step) -> Term:
        return _reference(step.result, step)

    # ---------------------------------------------------------------------------------------------- deciding

    def _live(self) -> set[Array]:
        """The arrays that the loss depends on in a way that can be differentiated, with something active below them."""
        live = {self.uses.program.loss.array}
        grows = True
        while grows:
            n = len(live)
            for step in reversed(self.uses.steps):
                if step.array in live:
                    live.update(one.target.array for one in self.passes.get(step, []))
            grows = len(live) > n
        return live

    def _needed_in_reverse(self) -> set[Array]:
        """The computed arrays whose numbers the backward pass needs, those it computes anew left out."""
        needed: set[Array] = set()
        for step in self.uses.steps:
            if step.array in self.is_live:
                for one in self.passes.get(step, []):
                    for term in (one.derivative, one.position):
                        needed.update(
                            name.array for name in names_in(0.0 if term is None else term) if isinstance(name, Reference)
                        )
        kept = self._kept(needed)
        for step in reversed(self.uses.steps):
            if step.array in needed and step.array not in kept:
                # What is computed anew from it is needed.
                kept.update(one.array for one in step.operands if one.array in self.local and not self._path_of(one.array))
                needed.update(one.array for one in step.operands)
        self._read_in_reverse = needed
        return kept

    def _kept(self, needed: set[Array]) -> set[Array]:
        """Those of the needed numbers that aren't computed anew: what that takes are more than a few operations, or a label."""
        kept: set[Array] = set()
        costs: dict[Array, float] = {}
        for step in self.uses.steps:
            array = step.array
            name = step.operation.primitive.name
            if array not in self.local or name not in (_CHEAP if step.path else _NEARLY_FREE):
                costs[array] = float("inf")
            else:
                below = {one.array for one in step.operands} & self.local
                costs[array] = 1.0 + sum(costs[one] for one in below - kept if self._path_of(one))
            if array in needed and (costs[array] > _FEW or step.operation.node.label):
                kept.add(array)
        return kept

    def _path_of(self, array: Array) -> Path:
        """The loops in which a number is computed."""
        return self.uses.writers[array][0].path

    def _often_computed_anew(self) -> set[Array]:
        counts: Counter[Array] = Counter()
        elsewhere: set[Array] = set()
        for step in self.uses.steps:
            for one in self.passes.get(step, []) if step.array in self.is_live else ():
                for name in names_in(one.derivative):
                    if isinstance(name, Reference) and name.array in self.local and not self._is_there(name.array):
                        counts[name.array] += 1
                        if self._path_of(name.array) != step.path:
                            elsewhere.add(name.array)
        return {array for array, count in counts.items() if count > 1 and self._path_of(array)} - elsewhere

    def _decide(self, step: Step) -> None:
        array = step.array
        if array not in self.local or (step.path and array in self._needed):
            self.of[array] = Form.ELEMENTS
            return
        term = self.term_of[array] = computed(step, self.read)
        self.of[array] = Form.NESTED if self._is_nested(step, term) else Form.VARIABLE
        if self.of[array] is Form.NESTED and isinstance(term, Term) and term.function == "repeated":
            readers = self.uses.readers.get(array, [])
            if readers and readers[0].step.width == step.width and readers[0].step.operation.primitive.arity != MANY:
                # Where each number is computed from one of each operand, one for all will do.
                self.term_of[array] = term.operands[0]

    def _is_nested(self, step: Step, term: Operand) -> bool:
        readers = self.uses.readers.get(step.array, [])
        is_loss = step.array is self.uses.program.loss.array
        if step.array in self._needed or step.operation.node.label or size_of(term) > LONGEST:
            return False
        is_constant = not isinstance(term, Term) or (term.function == "repeated" and not isinstance(term.operands[0], Term))
        if step.array.batched and not is_batched(term) and not is_constant:
            return False
        if len(readers) + is_loss != 1:
            return False
        return is_loss or readers[0].step.path == step.path


def _by_name(operand: Taken, step: Step) -> Operand:
    array = operand.array
    if array.kind is Kind.CONSTANTS and (len(set(map(repr, array.constants))) == 1 or not _moves(operand)):
        return array.constants[operand.index.at(()) if not _moves(operand) else 0]
    return _reference(operand, step)


def _moves(operand: Taken) -> bool:
    return any(operand.index.steps) or bool(operand.index.table)


def _reference(operand: Taken, step: Step) -> Term:
    """What is read by name; the same number all along a run is one number."""
    array = operand.array
    size = 3 + 4 * sum(map(bool, operand.index.steps[: len(step.path)]))
    if isinstance(operand, Rectangle):
        reference = Reference(array, operand.index, step.path, operand.count, rows=operand.rows)
        return named(reference, batched=array.batched, length=operand.count, size=size)
    count = count_of(operand) if is_spread(operand, len(step.path)) else None
    return named(Reference(array, operand.index, step.path, count), batched=array.batched, length=count, size=size)
