"""What computes the results of an exact program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy

from autograd.vectorizing.exact.forward import ForwardPass
from autograd.vectorizing.exact.reverse import ReversePass
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.example_at_fault import Examination
from autograd.vectorizing.grouping.groups import Grouping
from autograd.vectorizing.parameters import Parameters
from autograd.vectorizing.report import report_of

Numbers = Any  # numpy.ndarray


class ExactBackend:
    """Interprets the groups of a graph in the order of the eager engine. What is required of the inputs is checked on the way."""

    is_exact = True
    checks_inputs = False
    fast: Callable[..., tuple[float, Numbers] | None] | None = None

    def __init__(self, recorded: RecordedExample, grouping: Grouping, parameters: Parameters, examination: Examination) -> None:
        self._recorded = recorded
        self.grouping = grouping
        self._parameters = parameters
        self._examination = examination
        self._forward = ForwardPass(grouping)
        self._reverse = ReversePass(grouping, self._forward)
        self.index_limits: list[int | None] = [None for _ in recorded.arguments.arrays]

    def check_inputs(self, arrays: Sequence[Numbers], m: int) -> None:
        """Check what is required of the inputs alone."""
        self._examination.explain(None, arrays)

    def losses(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> Numbers:
        """The loss of each example."""
        number, position = self.grouping.loss
        return self._run(lambda data: data[number][:, position].copy(), theta, arrays, m)

    def value_and_grad(
        self, theta: Numbers, arrays: Sequence[Numbers], m: int, out: Numbers = None
    ) -> tuple[float, Numbers, float]:
        """The mean loss, its gradient and the sum of the gradient's squares."""
        number, position = self.grouping.loss
        value, used = self._run(
            lambda data: (
                float((-0.0 + numpy.add.accumulate(data[number][:, position])[-1]) / m),
                self._reverse.gradient(data, m),
            ),
            theta,
            arrays,
            m,
        )
        gradient = numpy.zeros(len(self._parameters)) if out is None else out
        gradient[: len(used)] = used
        gradient[len(used) :] = 0.0
        return value, gradient, float(numpy.dot(gradient, gradient))

    def outputs(self, theta: Numbers, arrays: Sequence[Numbers], m: int) -> dict[str, Numbers]:
        """The named outputs of each example."""
        data = self._run(lambda data: data, theta, arrays, m)
        results = {}
        for name, located in self.grouping.outputs.items():
            columns = numpy.stack([data[number][:, position] for number, position in located], axis=1)
            results[name] = columns.reshape((m, *self._recorded.outputs[name].shape))
        return results

    def once_in_doubles(self, theta: Numbers, arrays: Sequence[Numbers]) -> tuple[float, Numbers]:
        """The loss of one example and its gradient."""
        loss, gradient, _ = self.value_and_grad(theta, arrays, 1)
        return loss, gradient

    def _run(self, result_of: Callable[[dict[int, Numbers]], Any], theta: Numbers, arrays: Sequence[Numbers], m: int) -> Any:
        """What is to be computed from a forward pass."""
        try:
            with numpy.errstate(all="ignore"):
                return result_of(self._forward.run(theta, arrays, m))
        except (ArithmeticError, ValueError, IndexError) as error:
            raise self._examination.explained(error, theta, arrays) from None

    @property
    def source(self) -> str:
        """A description: the groups that are computed, one after the other."""
        lines = ["# An exact program is not emitted as statements: these groups are computed one after the other."]
        for group in self.grouping.groups:
            operands = ", ".join(f"group {number}" for number in group.operand_groups())
            lines.append(
                f"# group {group.number}: {len(group.members)} × {group.primitive}" + (f" of {operands}" if operands else "")
            )
        return "\n".join(lines) + "\n"

    buffered_source = source

    def report(self) -> str:
        """What became of the recorded graph."""
        return report_of(self.grouping, None, None, self._parameters)
