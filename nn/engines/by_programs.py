"""Training with programs as they are: NumPy's calls, or machine code, which takes many steps in one call."""

from __future__ import annotations

from typing import Any

from autograd import Program
from nn.engines.computing import Compiled, Functions, Stage
from nn.engines.engine import ManySteps


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
