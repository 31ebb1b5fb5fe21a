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


class ByPrograms:
    """The programs compute, and where they are machine code, whole steps too."""

    compiles_ahead = False
    writes_checkpoints = True

    def __init__(self) -> None:
        self._many: Any = None
        self._has_none: Compiled | None = None

    def functions(self, program: Program) -> Functions:
        """See `Computing.functions`."""
        return program

    def agreed(self, loss: float) -> float:
        """See `Computing.agreed`."""
        return loss

    def many_steps(self, stage: Stage, n_steps: int) -> ManySteps | None:
        """See `Engine.many_steps`."""
        training, compiled = stage.training, stage.compiled
        if training.noise.masks or training.single_precision or not stage.vector.takes_plain_steps:
            return None
        if compiled is self._has_none or compiled.program.engine != "native":
            return None
        # They are imported only where machine code is made.
        from nn.engines.machine_steps import MachineSteps
        from nn.engines.optimizer_formula import FEW_STEPS, NoFormulaError

        many = self._many
        if many is None or many.program is not compiled.program or (many.is_outdated and n_steps >= FEW_STEPS):
            if n_steps < FEW_STEPS and training.compiled_by != "native":
                return None
            try:
                many = self._many = MachineSteps(stage)
            except NoFormulaError:
                self._many, self._has_none = None, compiled
                return None
        possible: ManySteps | None = many if many.is_possible(n_steps) else None
        return possible
