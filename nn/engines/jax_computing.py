"""Training on JAX: its functions compute what programs say, on all devices that JAX has."""

from __future__ import annotations

import jax

from autograd import Program
from nn.engines.computing import Compiled, Functions, Stage
from nn.engines.engine import ManySteps, Training
from nn.engines.jax_devices import Devices
from nn.engines.jax_program import JaxProgram
from nn.engines.jax_steps import JaxSteps
from nn.engines.optimizer_formula import NoFormulaError


class ByJax:
    """JAX computes; see `nn.engines.computing.Computing`.

    Args:
        training: what is to be done.

    Raises:
        ValueError: a batch can't be divided among the devices.
    """

    compiles_ahead = True

    def __init__(self, training: Training) -> None:
        self._devices = Devices(training.batch_size)
        self.writes_checkpoints = self._devices.is_first
        self._many: JaxSteps | None = None
        self._has_none: Compiled | None = None

    def functions(self, program: Program) -> Functions:
        """See `Computing.functions`."""
        # So no process takes a step, and writes a checkpoint, before all have read the last one.
        self._devices.check_agreement("before the first step", program.parameters.read())
        with jax.enable_x64(True):
            return JaxProgram(program, in_powers=True)

    def many_steps(self, stage: Stage, n_steps: int) -> ManySteps | None:
        """See `Engine.many_steps`."""
        compiled = stage.compiled
        if compiled is self._has_none:
            return None
        if self._many is None or self._many.stage.compiled is not compiled:
            assert isinstance(compiled.functions, JaxProgram)
            try:
                with jax.enable_x64(True):
                    self._many = JaxSteps(stage, compiled.functions, self._devices)
            except (NoFormulaError, IndexError, TypeError, ValueError):
                # Step by step, an example at fault is found in the batch that it is in.
                self._many, self._has_none = None, compiled
                return None
        return self._many if self._many.is_possible() else None

    def agreed(self, loss: float) -> float:
        """See `Computing.agreed`."""
        return self._devices.same(loss)
