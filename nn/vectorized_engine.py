"""Training with arrays: the loss is compiled into an array program, one for each structure of example."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Hashable, Sequence
from functools import wraps
from typing import Any

from autograd import Value
from autograd.assigning import assign_all
from nn.eager_engine import Example, forget_gradients, infinite_loss
from nn.losses import Loss
from nn.optimizers import Optimizer

Numbers = Any  # numpy.ndarray


class VectorizedEngine:
    """Computes with programs made by `autograd.vectorize`.

    Examples that are alike (lists of the same lengths, dictionaries of the same keys) are a batch of one program; a batch of
    several kinds is one of several programs, whose gradients are added.

    Args:
        loss: of one example.
        optimizer: what moves the parameters.
        reached: all Values whose gradient a backward pass may change.
        examples: for the programs that will be needed.
    """

    def __init__(self, loss: Loss, optimizer: Optimizer, reached: Sequence[Value], examples: Sequence[Example]) -> None:
        self._loss = loss
        self._optimizer = optimizer
        self._reached = reached
        self._programs: dict[Hashable, _Part] = {}
        self._stacks: dict[int, tuple[Sequence[Example], _Stacks]] = {}
        self._captured: list[tuple[Value, float]] = []
        # The order of the vector of all parameters is that of the first program, which then need not permute it.
        first = self._part_for(examples[0], "examples[0]")
        values = first.program.parameters.values
        place_of = {value: place for place, value in enumerate(optimizer.parameters)}
        self._values = values
        self._order = [place_of[value] for value in values]
        self._place_of = {value: place for place, value in enumerate(values)}
        self._moving = optimizer.on_arrays(self._order)
        self._theta = self._read()
        self._changed = False
        first.places = None

    # ----------------------------------------------------------------------------------------------- the interface

    def step(self, examples: Sequence[Example], indices: Sequence[int], where: str) -> float:
        """One step against the gradient of the mean loss of some examples; the sum of their losses.

        Raises:
            FloatingPointError: a loss or a gradient is infinite or nan; no parameter has changed.
        """
        import numpy

        self._look_for_changes()
        sums: list[float] = []
        gradient: Numbers = None
        reached: Numbers = None
        for part, rows, chosen in self._parts(examples, indices, "examples", where):
            mean, own = self._run(part, rows, chosen, examples, "examples", where)
            sums.append(mean * len(chosen))
            if len(chosen) == len(indices) and part.places is None:
                gradient, reached = own, part.n_used
                break
            if gradient is None:
                gradient, reached = numpy.zeros(len(self._theta)), numpy.zeros(len(self._theta), bool)
            places = slice(None) if part.places is None else part.places
            gradient[places] += own * (len(chosen) / len(indices))
            used = slice(part.n_used) if part.places is None else part.places[: part.n_used]
            reached[used] = True
        self._check_gradient(gradient, where)
        if isinstance(reached, int):
            moved: Any = slice(None) if reached == len(self._theta) else slice(reached)
        else:
            moved = slice(None) if reached.all() else numpy.flatnonzero(reached)
        theta = self._moving.moved(moved, self._theta, gradient)
        self._theta, self._changed = theta, True
        return math.fsum(sums)

    def measure(self, examples: Sequence[Example], where: str) -> float:
        """The mean loss of validation examples."""
        sums = []
        for part, rows, chosen in self._parts(examples, range(len(examples)), "validation", where):
            losses = self._losses(part, rows, chosen, examples, "validation", where)
            for place, loss in enumerate(losses.tolist()):
                if not math.isfinite(loss):
                    raise infinite_loss(loss, f"validation[{chosen[place]}]", examples[chosen[place]], where)
            sums.append(math.fsum(losses.tolist()))
        return math.fsum(sums) / len(examples)

    def numbers(self) -> Numbers:
        """The parameters' present numbers."""
        return self._theta

    def restore(self, numbers: Numbers) -> None:
        """Give the parameters the numbers they had."""
        self._theta, self._changed = numbers, True

    def finish(self) -> None:
        """Assign the parameters their numbers, give the optimizer its state back, and leave no gradient behind."""
        if self._changed:
            assign_all(self._values, self._theta.tolist())
        self._moving.finish()
        forget_gradients(self._reached)

    # --------------------------------------------------------------------------------------------------- programs

    def _part_for(self, example: Example, name: str) -> _Part:
        from autograd import vectorize
        from autograd.vectorizing.arguments import structure_of

        structure = structure_of(example)
        part = self._programs.get(structure)
        if part is None:
            try:
                program = vectorize(self._checked(name), *example, parameters=self._optimizer.parameters)
            except Exception as error:
                error.add_note(f"for {name} = {reprlib.repr(example)}")
                error.add_note('engine="eager" runs the loss on every example instead, with plain numbers, many times slower')
                raise
            part = self._programs[structure] = _Part(program)
            if self._programs and hasattr(self, "_place_of"):
                part.places = part.places_in(self._place_of)
            self._captured += [(leaf, leaf._data) for leaf in program.captured]
        return part

    def _checked(self, name: str) -> Loss:
        """The loss, which has to be a Value."""

        @wraps(self._loss)
        def loss(*example: Any) -> Value:
            value = self._loss(*example)
            if not isinstance(value, Value):
                raise TypeError(f"the loss of {name} is not a Value but {reprlib.repr(value)}")
            return value

        return loss

    def _look_for_changes(self) -> None:
        """Compile anew if a Value that was captured as a constant has another number by now."""
        if any(leaf._data != number for leaf, number in self._captured if number == number):
            self._programs.clear()
            self._stacks.clear()
            self._captured.clear()

    def _parts(self, examples: Sequence[Example], indices: Sequence[int], name: str, where: str) -> list[tuple[_Part, Any, list[int]]]:
        """The programs for some examples, with the rows of their arrays and the examples' numbers."""
        known = self._stacks.get(id(examples))
        if known is None:
            known = self._stacks[id(examples)] = (examples, _Stacks(examples))
        stacks = known[1]
        return [
            (self._part_for(examples[chosen[0]], f"{name}[{chosen[0]}]"), stacks.batch(structure, rows), chosen)
            for structure, rows, chosen in stacks.split(indices)
        ]

    def _run(
        self, part: _Part, batch: Any, chosen: list[int], examples: Sequence[Example], name: str, where: str
    ) -> tuple[float, Numbers]:
        theta = self._theta if part.places is None else self._theta[part.places]
        try:
            mean, gradient = part.program.value_and_grad(theta, *batch, warn=False)
        except (ArithmeticError, ValueError, IndexError) as error:
            raise _with_notes(error, chosen, examples, name, where) from None
        if not math.isfinite(mean):
            losses = self._losses(part, batch, chosen, examples, name, where).tolist()
            for place, loss in enumerate(losses):
                if not math.isfinite(loss):
                    raise infinite_loss(loss, f"{name}[{chosen[place]}]", examples[chosen[place]], where)
            raise FloatingPointError(f"the mean loss is {mean!r} in {where}; a smaller learning rate often helps")
        return mean, gradient

    def _losses(self, part: _Part, batch: Any, chosen: list[int], examples: Sequence[Example], name: str, where: str) -> Numbers:
        theta = self._theta if part.places is None else self._theta[part.places]
        try:
            return part.program.losses(theta, *batch, warn=False)
        except (ArithmeticError, ValueError, IndexError) as error:
            raise _with_notes(error, chosen, examples, name, where) from None

    def _check_gradient(self, gradient: Numbers, where: str) -> None:
        import numpy

        if math.isfinite(float(numpy.dot(gradient, gradient))):
            return
        wrong = numpy.flatnonzero(~numpy.isfinite(gradient))
        if len(wrong):
            place = min(wrong.tolist(), key=lambda one: self._order[one])
            name = self._values[place].label or f"parameter {self._order[place]}"
            raise FloatingPointError(
                f"the gradient of {name} is {float(gradient[place])!r}; no parameter was changed"
                f" (in {where}; a smaller learning rate often helps)"
            )

    def _read(self) -> Numbers:
        import numpy

        return numpy.array([value._data for value in self._values])


class _Part:
    """A program for examples of one structure.

    Attributes:
        program: the program.
        places: where its parameters are in the vector of all; None if they are in that order.
        n_used: how many of them, the first ones, the loss depends on.
    """

    def __init__(self, program: Any) -> None:
        self.program = program
        self.places: Any = None
        self.n_used: int = program.n_used

    def places_in(self, place_of: dict[Value, int]) -> Any:
        """Where its parameters are in a vector in another order."""
        import numpy

        places = numpy.array([place_of[value] for value in self.program.parameters.values], numpy.intp)
        return None if (places == numpy.arange(len(places))).all() else places


class _Stacks:
    """Examples as arrays, those of one structure together."""

    def __init__(self, examples: Sequence[Example]) -> None:
        import numpy

        from autograd.vectorizing.arguments import stacked, structure_of

        alike: dict[Hashable, list[int]] = {}
        for number, example in enumerate(examples):
            alike.setdefault(structure_of(example), []).append(number)
        self._arrays = {structure: stacked([examples[number] for number in some]) for structure, some in alike.items()}
        self._structures = list(alike)
        self._kind = numpy.empty(len(examples), numpy.intp)
        self._row = numpy.empty(len(examples), numpy.intp)
        for kind, some in enumerate(alike.values()):
            self._kind[some] = kind
            self._row[some] = numpy.arange(len(some))

    def split(self, indices: Sequence[int]) -> list[tuple[Hashable, Any, list[int]]]:
        """Examples by structure: the rows in its arrays, and the examples' numbers."""
        import numpy

        chosen = numpy.asarray(indices)
        if len(self._structures) == 1:
            return [(self._structures[0], self._row[chosen], list(indices))]
        kinds = self._kind[chosen]
        return [
            (self._structures[kind], self._row[chosen[kinds == kind]], chosen[kinds == kind].tolist()) for kind in numpy.unique(kinds).tolist()
        ]

    def batch(self, structure: Hashable, rows: Any) -> Any:
        """Rows of the arrays of a structure, as a program takes them."""
        return _rows_of(self._arrays[structure], rows)


def _rows_of(arrays: Any, rows: Any) -> Any:
    if isinstance(arrays, dict):
        return {key: _rows_of(part, rows) for key, part in arrays.items()}
    if isinstance(arrays, list | tuple):
        return type(arrays)([_rows_of(part, rows) for part in arrays])
    return arrays[rows]


def _with_notes(error: Exception, chosen: list[int], examples: Sequence[Example], name: str, where: str) -> Exception:
    place = getattr(error, "example", None)
    if place is None:
        error.add_note(f"in {where}")
    else:
        error.add_note(f"in {where}, for {name}[{chosen[place]}] = {reprlib.repr(examples[chosen[place]])}")
    return error
