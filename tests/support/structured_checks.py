"""Checks of a compiled random program against the eager engine, in memory that is full of rubbish."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from typing import Any

import numpy
from eager_oracle import Eager, as_values
from index_patterns import flat, shape_of
from loop_programs import LoopProgram
from rubbish import memory_full_of_rubbish
from structured_programs import StructuredProgram

from autograd import Value, vectorize
from autograd.engine import graph
from autograd.vectorizing.choosing.engines import Engine

# What roundings may add up to, in units of the last place of the numbers that were added.
ROUNDINGS = 4500.0
# Programs beyond are drawn again: their roundings hide faults, or make some.
LARGEST_NUMBER, LARGEST_SHARE = 1e3, 1e4
FOUR, TWO = [0, 1, 2, 3, 1, 1, 0], [4, 2, 4, 2, 2, 4, 4]
CHOICES = {"less", "less_equal", "greater", "greater_equal", "equal", "maximum", "minimum", "argmax", "argmin"}
KINKS = {"relu", "abs"}


class UnsuitableError(Exception):
    """A program that the eager engine can't compute, or not well."""


class FailedError(AssertionError):
    """A check that a program failed."""


# ------------------------------------------------------------------------------------------------ the oracle


class Expected:
    """What the eager engine computes for examples, by their place in the batch, with the parameters' present data.

    Attributes:
        losses: of the examples; outputs: by name, of the examples.
        leaves: what the loss or an output depends on.
        largest: the largest number in the graphs.
        gradients: of the examples, by parameter.
        sizes: the sum of the magnitudes of what was added up to them, along each path of the graph.
        scale: of the roundings of the losses.
        margin: how far the closest choice was from being another one.
    """

    def __init__(self, f: StructuredProgram | LoopProgram, examples: dict[int, Any]) -> None:
        self.losses: dict[int, float] = {}
        self.outputs: dict[str, dict[int, Any]] = {}
        self.gradients: dict[int, dict[Value, float]] = {}
        self.sizes: dict[int, dict[Value, float]] = {}
        self.scale, self.margin, self.largest = 1.0, numpy.inf, 1.0
        for row, example in examples.items():
            loss, outputs = f(*example)
            self.losses[row] = loss.data
            for name, tensor in outputs.items():
                numbers = numpy.array([one.data for one in flat(tensor)])
                self.outputs.setdefault(name, {})[row] = numbers.reshape(shape_of(tensor))
            order = graph.topological_order(loss, *[one for tensor in outputs.values() for one in flat(tensor)])
            self.leaves = {node for node in order if node._first is None}
            self.gradients[row], self.sizes[row] = self._traced(loss, order)

    def _traced(self, loss: Value, order: Sequence[Value]) -> tuple[dict[Value, float], dict[Value, float]]:
        gradient, size = {loss: 1.0}, {loss: 1.0}
        for node in reversed(order):
            self.largest = max(self.largest, abs(node.data))
            self._look_at_choice(node)
            upstream = gradient.get(node)
            if upstream is None:
                continue
            self.scale = max(self.scale, size[node] * abs(node.data))
            if node._first is None:
                continue
            for operand, local in graph.contributions(node, 1.0):
                gradient[operand] = gradient.get(operand, 0.0) + upstream * local
                size[operand] = size.get(operand, 0.0) + size[node] * abs(local)
        return gradient, size

    def _look_at_choice(self, node: Value) -> None:
        name = node.primitive.name
        if name in KINKS:
            self._note_margin([graph.operands(node)[0]], abs(graph.operands(node)[0].data))
        elif name in CHOICES:
            ordered = sorted(dict.fromkeys(graph.operands(node)), key=lambda operand: operand.data)
            if len(ordered) > 1:
                first, second = ordered[-2:] if name in ("maximum", "argmax") else ordered[:2]
                self._note_margin([first, second], second.data - first.data)

    def _note_margin(self, operands: Sequence[Value], margin: float) -> None:
        # That computed numbers are equal, and not those that were given, is a matter of roundings.
        if margin == 0.0 and any(operand.operands for operand in operands):
            margin = 5e-324
        self.margin = min(self.margin, margin)

    def gradient(self, parameters: Sequence[Value], rows: Sequence[int]) -> Any:
        """Of the mean loss of some examples."""
        return numpy.array([[self.gradients[row].get(one, 0.0) for one in parameters] for row in rows]).mean(0)

    def size(self, parameters: Sequence[Value], rows: Sequence[int]) -> Any:
        """What its roundings are relative to."""
        sizes = numpy.array([[self.sizes[row].get(one, 0.0) for one in parameters] for row in rows])
        return numpy.maximum(1.0, sizes.max(0, initial=1.0) if len(parameters) else sizes.sum(0)) * self.largest


def rows_of(batch: Any, rows: Sequence[int]) -> Any:
    """Some examples of a batch."""
    if isinstance(batch, dict):
        return {key: rows_of(part, rows) for key, part in batch.items()}
    if isinstance(batch, list):
        return [rows_of(part, rows) for part in batch]
    return batch[list(rows)]


def example_of(batch: Any, row: int) -> Any:
    """One example, in plain numbers."""
    if isinstance(batch, dict):
        return {key: example_of(part, row) for key, part in batch.items()}
    if isinstance(batch, list):
        return [example_of(part, row) for part in batch]
    return batch[row].tolist()


def arrays_of(batch: Any) -> list[Any]:
    """The input arrays in order, as the printed source takes them."""
    if isinstance(batch, dict):
        return [array for part in batch.values() for array in arrays_of(part)]
    if isinstance(batch, list):
        return [array for part in batch for array in arrays_of(part)]
    return [batch]


# ------------------------------------------------------------------------------------------------ the checks


class Check:
    """All checks of one program on one engine. Raises `UnsuitableError` or `FailedError`."""

    def __init__(self, f: StructuredProgram | LoopProgram, engine: Engine = "numpy") -> None:
        self.f = f
        self.batch = f.batch()
        # A batch of 7 holds examples repeatedly: the eager engine computes each once.
        self.calls = [(0, FOUR), (1, TWO[:2]), (1, TWO), (0, FOUR[3:4]), (0, FOUR)]
        if not self.batch:
            self.calls = [(0, [0]), (1, [0]), (0, [0])]
        self.example = [example_of(part, 0) for part in self.batch]
        first = self._expected(0)
        self.given = f.given_parameters()
        self.program = vectorize(f, *self.example, parameters=self.given, engine=engine)
        self.exact = vectorize(f, *self.example, parameters=self.given, engine=engine, exact=True)
        self.single = vectorize(f, *self.example, parameters=self.given, engine=engine, dtype=numpy.float32)
        conditions = [demand.condition for demand in self.program._recorded.demands]
        self.of_demands = set(graph.topological_order(*conditions)) if conditions else set()
        draw = numpy.random.default_rng(len(f.leaves()))
        self.first = self.program.parameters.read()
        self.second = (self.first + draw.uniform(-0.4, 0.4, len(self.first))).round(3)
        self.program.parameters.write(self.second)
        second = self._expected(1)
        self.cases = [(self.first, first), (self.second, second)]
        self.values = self.program.parameters.values

    def _expected(self, case: int) -> Expected:
        rows = sorted({row for of_case, some in self.calls if of_case == case for row in some})
        examples = {row: [as_values(example_of(part, row)) for part in self.batch] for row in rows}
        try:
            expected = Expected(self.f, examples)
        except (ArithmeticError, ValueError) as error:
            raise UnsuitableError(str(error)) from None
        if expected.largest > LARGEST_NUMBER or max(max(sizes.values()) for sizes in expected.sizes.values()) > LARGEST_SHARE:
            raise UnsuitableError("large numbers")
        if 0.0 < expected.margin < 1e-9:
            raise UnsuitableError("a close choice")
        return expected

    def run(self) -> None:
        with memory_full_of_rubbish():
            self._parameters()
            self._refusal()
            self._runs(self.program, 1.0)
            self._printed()
            if min(expected.margin for _, expected in self.cases) > 1e-3:
                self._runs(self.single, float(numpy.finfo(numpy.float32).eps / numpy.finfo(float).eps))
            self._exactly()

    def _close(self, what: str, found: Any, wanted: Any, size: Any, precision: float = 1.0) -> None:
        found, wanted = numpy.asarray(found, float), numpy.asarray(wanted, float)
        if found.shape != wanted.shape:
            raise FailedError(f"{what} has shape {found.shape}, not {wanted.shape}")
        tolerance = ROUNDINGS * numpy.finfo(float).eps * precision * size
        wrong = ~(numpy.abs(found - wanted) <= tolerance)
        if wrong.any():
            raise FailedError(f"{what} is\n{found}, but in the eager engine\n{wanted}")

    def _parameters(self) -> None:
        values = self.values
        if self.given is None:
            wanted = set(self.f.leaves()) & (self.cases[0][1].leaves | self.of_demands)
            if set(values) != wanted or len(values) != len(wanted):
                raise FailedError(f"parameters are {values}, not those of {wanted}")
        elif set(values) != set(self.given) or len(values) != len(self.given):
            raise FailedError(f"parameters are {values}, not those given: {self.given}")
        if self.single.parameters.values != values:
            raise FailedError("in single precision, parameters are in another order")

    def _refusal(self) -> None:
        if not self.batch:
            return
        empty = [rows_of(part, []) for part in self.batch]
        for program in (self.program, self.exact, self.single):
            for method in (program, program.losses, program.value_and_grad, program.outputs):
                try:
                    method(program.parameters.read(), *empty)
                except ValueError as error:
                    if "at least one example" in str(error):
                        continue
                raise FailedError("a batch of no examples is not refused")

    def _runs(self, program: Any, precision: float) -> None:
        """Batches of several sizes back and forth, with other parameters; earlier results must stay as they were."""
        kept: list[tuple[Any, Any]] = []
        kind = str(program.dtype)
        for number, (case, rows) in enumerate(self.calls):
            theta, expected = self.cases[case]
            batch = [rows_of(part, rows) for part in self.batch]
            what = f"({kind}, call {number}, {len(rows)} examples)"
            wanted = [expected.losses[row] for row in rows]
            scale = expected.scale * expected.largest
            loss, gradient = program.value_and_grad(theta, *batch)
            losses = program.losses(theta, *batch)
            outputs = program.outputs(theta, *batch)
            self._close(f"the loss {what}", loss, numpy.mean(wanted), scale, precision)
            wanted_gradient, size = expected.gradient(self.values, rows), expected.size(self.values, rows)
            self._close(f"the gradient {what}", gradient, wanted_gradient, size, precision)
            self._close(f"losses {what}", losses, wanted, scale, precision)
            self._close(f"the mean loss {what}", program(theta, *batch), numpy.mean(wanted), scale, precision)
            self._outputs(what, outputs, expected, rows, precision)
            for result in (gradient, losses, *outputs.values()):
                kept.append((result, result.copy()))
                if any(numpy.shares_memory(result, other) for other, _ in kept[:-1]):
                    raise FailedError(f"a result {what} shares its memory with an earlier one")
        if any(result.tobytes() != copy.tobytes() for result, copy in kept):
            raise FailedError(f"a later call changed an earlier result ({kind})")

    def _outputs(self, what: str, outputs: Any, expected: Expected, rows: Sequence[int], precision: float) -> None:
        if list(outputs) != list(expected.outputs):
            raise FailedError(f"outputs are {list(outputs)}, not {list(expected.outputs)}")
        for name, array in outputs.items():
            wanted = [expected.outputs[name][row] for row in rows]
            self._close(f"the output {name} {what}", array, wanted, expected.largest**2, precision)

    def _printed(self) -> None:
        scope: dict[str, Any] = {}
        exec(self.program.source, scope)
        theta, expected = self.cases[1]
        for rows in [rows for case, rows in self.calls if case]:
            arrays = arrays_of([rows_of(part, rows) for part in self.batch])
            with numpy.errstate(all="ignore"):
                loss, gradient = scope["value_and_grad"](theta, *arrays)
            wanted = numpy.mean([expected.losses[row] for row in rows])
            self._close("the loss of the printed source", loss, wanted, expected.scale * expected.largest)
            size = expected.size(self.values, rows)
            self._close("the gradient of the printed source", gradient, expected.gradient(self.values, rows), size)

    def _exactly(self) -> None:
        rows = self.calls[1][1]
        batch = [rows_of(part, rows) for part in self.batch]
        examples = [[as_values(example_of(part, row)) for part in self.batch] for row in rows]
        results: list[Any] = []

        def f(*example: Any) -> Any:
            results.append(self.f(*example))
            return results[-1]

        eager = Eager(f, examples, self.exact.parameters.values)
        theta = self.exact.parameters.read()
        loss, gradient = self.exact.value_and_grad(theta, *batch)
        outputs = self.exact.outputs(theta, *batch)
        pairs: list[tuple[str, Any, Any]] = [("loss", loss, eager.loss), ("gradient", gradient, eager.gradient)]
        pairs.append(("losses", self.exact.losses(theta, *batch), eager.losses))
        for name, array in outputs.items():
            wanted = [[one.data for one in flat(result[1][name])] for result in results]
            pairs.append((f"output {name}", array.reshape(len(rows), -1), wanted))
        for what, found, wanted in pairs:
            if numpy.array(found, float).tobytes() != numpy.array(wanted, float).tobytes():
                raise FailedError(f"exact=True: the {what} is\n{found}, but in the eager engine\n{wanted}")


def failure_of(f: StructuredProgram) -> Exception | None:
    """What is wrong with the compiled program; None: nothing.

    Raises:
        UnsuitableError: the program can't be checked.
    """
    try:
        Check(f).run()
    except UnsuitableError:
        raise
    except Exception as error:
        return error
    return None


def check(seed: object) -> int:
    """Check the program of a seed; one that is unsuitable is drawn again.

    Returns:
        How many were unsuitable.

    Raises:
        FailedError: the message says what is wrong, what the program is in words, and how to run it alone.
    """
    for attempt in range(50):
        f = StructuredProgram(seed if not attempt else f"{seed}/{attempt}")
        try:
            failure = failure_of(f)
        except UnsuitableError:
            continue
        if failure is not None:
            alone = f"To run it alone: python tests/support/structured_programs.py {f.seed}"
            raise FailedError(f"seed {f.seed}: {_described(failure)}\n\n{f}\n\n{alone}") from failure
        return attempt
    raise FailedError(f"seed {seed}: no suitable program")


def _described(failure: Exception) -> str:
    return str(failure) if isinstance(failure, FailedError) else f"{type(failure).__name__}: {failure}"


def smallest(f: StructuredProgram, failure: Exception) -> tuple[StructuredProgram, Exception]:
    """The same program without the terms, and with parameters in place of the steps, that its failure doesn't need."""

    def still_fails(replaced: list[int], terms: list[int]) -> bool:
        nonlocal f, failure
        try:
            smaller = StructuredProgram(f.seed, replaced, terms)
            found = failure_of(smaller)
        except UnsuitableError:
            return False
        # A smaller program with another fault does not show this one.
        if found is None or _described(found)[:20] != _described(failure)[:20]:
            return False
        f, failure = smaller, found
        return True

    terms, replaced = list(range(f.n_terms)), list[int]()
    for term in range(f.n_terms):
        fewer = [one for one in terms if one != term]
        if fewer and still_fails(replaced, fewer):
            terms = fewer
    for step in range(f.n_steps):
        if still_fails([*replaced, step], terms):
            replaced.append(step)
    return f, failure


def main() -> None:
    """Say of each seed given what its program is, and which check fails; then for the smallest part of it that fails."""
    for seed in sys.argv[1:]:
        f = StructuredProgram(seed)
        try:
            failure = failure_of(f)
        except UnsuitableError as error:
            print(f"seed {seed}: unsuitable ({error})")
            continue
        print(f"seed {seed}: {_described(failure) if failure else 'right'}\n\n{f}\n")
        if failure is not None:
            f, failure = smallest(f, failure)
            print(f"The smallest part that fails: {_described(failure)}\n\n{f}\n")
            print(f"parameters given: {f.given_parameters()}\n")
            traceback.print_exception(failure, limit=-4)
