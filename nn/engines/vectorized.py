"""Training with compiled programs: the loss is compiled, once for each structure of example."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from autograd import FrozenChoiceError, Value
from autograd.vectorizing.choosing.choosing import Expected
from autograd.vectorizing.choosing.engines import require_machine_code
from autograd.vectorizing.entry import program_for
from nn.engines.by_programs import ByPrograms
from nn.engines.computing import Compiled, Computing, Stage
from nn.engines.eager import forget_gradients, in_step, loss_of
from nn.engines.engine import ManySteps, Memory, Training
from nn.engines.example_arrays import EXAMPLES_AT_ONCE, Batch, ExampleArrays
from nn.engines.parameter_vector import Numbers, ParameterVector
from nn.reaching import check_reach

_EAGER = 'engine="eager" runs the loss on every example with plain numbers, many times slower'
# How far a program may be from the loss on plain numbers. Roundings are far below; another choice is far above.
_TOLERANCE, _TOLERANCE_IN_SINGLE_PRECISION = 1e-6, 1e-3
# What a step takes besides the call of a NumPy program, in seconds: the optimizer's formula, and looks at what was computed.
_SPARED = 30e-6


class VectorizedEngine:
    """Computes with programs made by `autograd.vectorize`.

    Examples of one structure (lists of the same lengths, dictionaries with the same keys) are computed by one program. A batch of
    several structures takes several programs, whose gradients are added. A program is made when the first batch needs it.

    During training the parameters' numbers are in a vector; `write` and `finish` assign them to the Values. The vector has
    the order of the first program, which then need not permute it.

    Args:
        training: what to work on.
        computing: what computes with the programs; None for the programs themselves.

    Attributes:
        writes_checkpoints: whether this process writes the checkpoint of the training.
    """

    def __init__(self, training: Training, computing: Computing | None = None) -> None:
        if training.compiled_by == "native":
            require_machine_code()
        self._loss = training.loss
        self._optimizer = training.optimizer
        self._reached = training.reached
        gradients_flow_to = set(training.reached)
        self._dtype = "float32" if training.single_precision else "float64"
        self._examples, self._validation = (
            ExampleArrays(examples, name, gradients_flow_to, [mask.n for mask in training.noise.masks], self._dtype)
            for examples, name in ((training.examples, "examples"), (training.validation, "validation"))
        )
        self._arrays = training.arrays
        self._training = training
        self._compiled: dict[Hashable, Compiled] = {}
        self._reached_by: dict[tuple[Hashable, ...], Numbers | None] = {}
        self._vector = ParameterVector(
            training.optimizer,
            training.clip_norm,
            training.average,
            self._dtype,
            in_machine_code=training.compiled_by != "numpy",
        )
        # Where the elements of each array are in the vector, once it has an order.
        self._places_of_arrays: list[Numbers] = []
        self._is_reached = False
        self._computing: Computing = ByPrograms() if computing is None else computing
        self.writes_checkpoints = self._computing.writes_checkpoints

    def step(self, places: Sequence[int], where: str) -> float:
        """See `Engine.step`."""
        loss, reached = self._compute_gradient(places, self._training.noise.arrays(len(places)), where)
        try:
            self._vector.move(reached)
        except FloatingPointError as error:
            raise in_step(error, where) from None
        return loss

    def gradient(self, where: str) -> tuple[float, Numbers]:
        """See `Engine.gradient`."""
        n = len(self._examples.examples)
        # What other batches left there is no gradient of these; and what these leave may be infinite.
        self._vector.forget_gradient()
        try:
            loss, _ = self._compute_gradient(range(n), (), where)
            return loss / n, self._vector.gradient.copy()
        finally:
            self._vector.forget_gradient()

    def _compute_gradient(self, places: Sequence[int], masks: tuple[Numbers, ...], where: str) -> tuple[float, Numbers | None]:
        """Compute the gradient of the mean loss of some examples into the vector's.

        Returns:
            The sum of their losses, and the places of the parameters that have a gradient; None for all.
        """
        batches = self._examples.batches(places, masks)
        sums = []
        for number, batch in enumerate(batches):
            compiled = self._program_for(self._examples, batch, where)
            mean = self._add_gradient(compiled, batch, len(batch.places) / len(places), number == 0, where)
            sums.append(mean * len(batch.places))
        return math.fsum(sums), self._places_reached(tuple(dict.fromkeys(batch.structure for batch in batches)))

    def many_steps(self, n_steps: int) -> ManySteps | None:
        """See `Engine.many_steps`."""
        if len(self._examples.structures) != 1:
            return None
        (structure,) = self._examples.structures
        compiled = self._compiled.get(structure) or (self._compiled_ahead() if self._computing.compiles_ahead else None)
        if compiled is None or compiled.places is not None:
            return None
        if not self._examples.all_arrays(structure) and len(self._examples.examples) > 1:
            # The program can't tell how many examples there are.
            return None
        reached = self._places_reached((structure,))
        return self._computing.many_steps(Stage(self._training, self._examples, compiled, self._vector, reached), n_steps)

    def _compiled_ahead(self) -> Compiled | None:
        """The program for the examples, before their first batch needs it; None if it can't be made."""
        try:
            batch = self._examples.batches(range(len(self._examples.examples)))[0]
            return self._program_for(self._examples, batch, "the first batch")
        except Exception:
            # The first step, taken by itself, says what is wrong, and where.
            return None

    def measure(self, where: str) -> float:
        """See `Engine.measure`."""
        n = len(self._validation.examples)
        sums = []
        for batch in self._validation.batches(range(n)):
            compiled = self._program_for(self._validation, batch, where)
            losses = self._run(compiled.functions.losses, compiled, self._validation, batch, where, measured=True).tolist()
            if not all(map(math.isfinite, losses)):
                self._explain(compiled, self._validation, batch, where, measured=True)
            # A loss without arguments gives a single number for the whole batch.
            sums.append(math.fsum(losses) * (len(batch.places) / len(losses)))
        return self._computing.agreed(math.fsum(sums) / n)

    @property
    def values(self) -> Sequence[Value]:
        """The optimizer's parameters, in the order of the vector."""
        return self._vector.values

    def numbers(self) -> Numbers:
        """Copy the numbers that the parameters have now."""
        return self._vector.theta.copy()

    def measured_numbers(self) -> Numbers:
        """See `Engine.measured_numbers`."""
        return self._vector.measured.copy()

    def take_average(self) -> None:
        """See `Engine.take_average`."""
        self._vector.take_average()

    def memory(self) -> Memory:
        """See `Engine.memory`."""
        return self._vector.memory()

    def remember(self, memory: Memory) -> None:
        """See `Engine.remember`."""
        self._vector.remember(memory)

    def write(self) -> None:
        """Assign the parameters their numbers, so that other code sees them."""
        self._vector.write()

    def read(self) -> None:
        """Take over the numbers that other code may have assigned to the parameters."""
        self._vector.read()
        constants = [constant for compiled in self._compiled.values() for constant in compiled.captured]
        if any(leaf.data != number and not math.isnan(number) for leaf, number in constants):
            self._compiled.clear()
            self._reached_by.clear()

    def finish(self) -> None:
        """Assign the parameters their numbers, give the optimizer its state back, and leave no gradient behind."""
        try:
            self._finish()
        except KeyboardInterrupt:
            # After a second Ctrl-C too, what was learned is kept.
            self._finish()
            raise

    def _finish(self) -> None:
        self._vector.finish()
        forget_gradients(self._reached)

    def _program_for(self, examples: ExampleArrays, batch: Batch, where: str) -> Compiled:
        compiled = self._compiled.get(batch.structure)
        if compiled is None:
            compiled = self._compile(examples, batch, where)
            for some in (self._examples, self._validation):
                some.convert(batch.structure, compiled.program.index_limits)
                self._check_inputs(compiled, some, batch.structure)
            self._compiled[batch.structure] = compiled
        return compiled

    def _compile(self, examples: ExampleArrays, batch: Batch, where: str) -> Compiled:
        self.write()
        first, last = int(batch.places[0]), int(batch.places[-1])
        # A mistake in the loss itself is explained best by running it on plain numbers.
        expected = [self._eager_loss(examples, place, where) for place in (first, last)][-1]
        try:
            program = program_for(
                self._loss,
                examples.arguments_at(first),
                self._optimizer.parameters,
                dtype=self._dtype,
                engine=self._training.compiled_by,
                expected=self._expected(batch.structure),
            )
        except Exception as error:
            error.add_note(f"nn.train was compiling the loss, for {examples.name}[{first}]; {_EAGER}")
            raise
        if not self._is_reached and examples is self._examples:
            if not program.has_gradient:
                # What the loss of an example depends on follows from its structure.
                batches = self._examples.batches(range(len(self._examples.examples)))
                alike = {other.structure: self._examples.arguments_at(int(other.places[0])) for other in batches}
                check_reach(self._loss, alike.values(), self._optimizer.parameters)
            self._is_reached = True
        if not self._vector.values:
            # The order of the first program is the vector's.
            self._vector.set_order(program.parameters.values)
        if not self._places_of_arrays:
            self._places_of_arrays = [self._vector.places_of(array) for array in self._arrays]
        places = self._vector.places_of(program.parameters.values)
        in_order = places.tolist() == list(range(len(places)))
        captured = [(leaf, leaf.data) for leaf in program.captured]
        compiled = Compiled(program, self._computing.functions(program), None if in_order else places, captured)
        self._check(compiled, examples, first, last, expected, where)
        return compiled

    def _expected(self, structure: Hashable) -> Expected:
        """How many calls the program for a structure will have, and of how many examples."""
        epochs, size = self._training.epochs, self._training.batch_size
        n, n_alike = len(self._training.examples), self._examples.n_of(structure)
        if not n_alike:
            n_alike = self._validation.n_of(structure)
            n = size = len(self._training.validation)
        # Of each batch as large a part has this structure as of all examples, and large parts are computed a bit at a time.
        alike_in_batch = max(1, round(size * n_alike / n))
        n_parts = -(-alike_in_batch // EXAMPLES_AT_ONCE)
        n_batches = min(-(-n // size), n_alike)
        # Whole steps are one call of machine code, if there is a single structure.
        spared = _SPARED if len(self._examples.structures) == 1 and n_parts == 1 else 0.0
        return Expected(epochs * n_batches * n_parts, -(-alike_in_batch // n_parts), spared)

    def _check_inputs(self, compiled: Compiled, examples: ExampleArrays, structure: Hashable) -> None:
        """Check what the loss requires of its arguments, once for all examples of a structure."""

        def run(theta: Numbers, *arrays: Any, **how: bool) -> None:
            compiled.program.check_inputs(*arrays)

        if compiled.program.demands:
            for batch in examples.batches(range(len(examples.examples))):
                if batch.structure == structure:
                    self._run(run, compiled, examples, batch, "the check of all examples")

    def _check(self, compiled: Compiled, examples: ExampleArrays, first: int, last: int, expected: float, where: str) -> None:
        """Compare the program made from one example with the loss of another."""
        # Machine code for single examples is made where batches have no more.
        batch = examples.one(last) if self._training.batch_size == 1 else examples.twice(last)
        found, _ = self._run(compiled.program.value_and_grad, compiled, examples, batch, where)
        tolerance = _TOLERANCE_IN_SINGLE_PRECISION if self._training.single_precision else _TOLERANCE
        if not math.isclose(found, expected, rel_tol=tolerance, abs_tol=tolerance):
            raise FrozenChoiceError(
                f"the loss of {examples.name}[{last}] is {expected!r} if computed with plain numbers, but {found!r} by the "
                f"program compiled from {examples.name}[{first}] (in {where}). It depends on something other than its "
                f"arguments and the parameters, such as random numbers, which would be drawn only once; {_EAGER}"
            )

    def _add_gradient(self, compiled: Compiled, batch: Batch, share: float, is_first: bool, where: str) -> float:
        """Add a share of the gradient of the mean loss of a batch to the gradient, or begin it; return that mean loss."""
        own = self._vector.buffer_for_gradient(compiled.places, is_first=is_first)

        def run(theta: Numbers, *arrays: Any, **how: bool) -> tuple[float, Any]:
            return compiled.functions.value_and_grad(theta, *arrays, out=own, **how)

        mean, _ = self._run(run, compiled, self._examples, batch, where)
        if not math.isfinite(mean):
            self._explain(compiled, self._examples, batch, where)
        own[compiled.program.n_used :] = 0.0
        import numpy

        # A sum that is not finite is reported with the gradient.
        with numpy.errstate(all="ignore"):
            if share != 1.0:
                own *= share
            self._vector.add_gradient(own, compiled.places, is_first=is_first)
        return float(mean)

    def _run(
        self,
        run: Callable[..., Any],
        compiled: Compiled,
        examples: ExampleArrays,
        batch: Batch,
        where: str,
        *,
        measured: bool = False,
    ) -> Any:
        theta = self._vector.theta_at(compiled.places, measured=measured)
        try:
            return run(theta, *examples.arrays(batch), warn=False, check=False)
        except (ArithmeticError, ValueError, IndexError, TypeError) as error:
            self._explain(compiled, examples, batch, where, measured=measured)
            error.add_note(f"in {where}")
            raise

    def _explain(self, compiled: Compiled, examples: ExampleArrays, batch: Batch, where: str, *, measured: bool = False) -> None:
        """Raise what the eager engine would raise for the first example at fault.

        Nothing happens if no example is at fault: a sum over finite losses may overflow.
        """
        self._vector.write(measured=measured)
        theta = self._vector.theta_at(compiled.places, measured=measured)
        for number, place in enumerate(map(int, batch.places)):
            masks = [mask[number] for mask in batch.masks]
            try:
                one = examples.arrays(examples.one(place, masks))
                fine = math.isfinite(compiled.program.losses(theta, *one, warn=False)[0])
            except (ArithmeticError, ValueError, IndexError, TypeError):
                fine = False
            if not fine:
                self._eager_loss(examples, place, where, masks)
        self.write()

    def _eager_loss(self, examples: ExampleArrays, place: int, where: str, masks: Sequence[Numbers] = ()) -> float:
        return loss_of(self._loss, examples.arguments_at(place, masks), f"{examples.name}[{place}]", where)

    def _places_reached(self, structures: tuple[Hashable, ...]) -> Numbers | None:
        """Return the places in the vector of the parameters that have a gradient; None for all.

        They are the parameters that the losses depend on, and the other elements of their arrays, whose gradient is 0.
        """
        if structures not in self._reached_by:
            import numpy

            mask = numpy.zeros(len(self._vector.theta), bool)
            for structure in structures:
                compiled = self._compiled[structure]
                used = slice(compiled.program.n_used)
                mask[used if compiled.places is None else compiled.places[used]] = True
            for array in self._places_of_arrays:
                if mask[array].any():
                    mask[array] = True
            self._reached_by[structures] = None if mask.all() else mask.nonzero()[0]
        return self._reached_by[structures]
