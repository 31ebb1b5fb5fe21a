"""What computes the steps of a training whose loss is compiled: the programs themselves, or something made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from autograd import Program, Value
from nn.engines.engine import ManySteps, Training
from nn.engines.example_arrays import ExampleArrays
from nn.engines.parameter_vector import Numbers, ParameterVector


class Functions(Protocol):
    """The two functions of a program that a training calls. `autograd.Program` says what they take and give."""

    def losses(self, theta: Any, *batch: Any, warn: bool = True, check: bool = True) -> Any:
        """The loss of each example."""

    def value_and_grad(
        self, theta: Any, *batch: Any, out: Any = None, warn: bool = True, check: bool = True
    ) -> tuple[float, Any]:
        """The mean loss of a batch and its gradient."""


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A program for examples of one structure.

    Attributes:
        program: the program.
        functions: what computes it.
        places: where its parameters are in the vector of all; None if they are in that order.
        captured: the leaves that are constants of the program, and the numbers they had.
    """

    program: Program
    functions: Functions
    places: Numbers | None
    captured: list[tuple[Value, float]]


@dataclass(frozen=True, slots=True)
class Stage:
    """What whole steps are made of, where all examples have one structure.

    Attributes:
        training: what is to be done.
        examples: those to learn from.
        compiled: the program for them.
        vector: the parameters, in the order of the program.
        reached: the places of the parameters that have a gradient; None for all.
    """

    training: Training
    examples: ExampleArrays
    compiled: Compiled
    vector: ParameterVector
    reached: Numbers | None


class Computing(Protocol):
    """What computes with programs.

    Attributes:
        compiles_ahead: whether the program is needed before the first step, so that this one is taken like all others.
        writes_checkpoints: whether this process writes the checkpoint of the training. Where several train together, one does.
    """

    compiles_ahead: bool
    writes_checkpoints: bool

    def functions(self, program: Program) -> Functions:
        """What computes a program."""

    def many_steps(self, stage: Stage, n_steps: int) -> ManySteps | None:
        """See `Engine.many_steps`."""

    def agreed(self, loss: float) -> float:
        """A loss that decides how the training goes on, as all processes that train together have it."""
