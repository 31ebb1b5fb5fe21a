"""What the user asks of a check, as one object: the order, the digits, derivatives of the user's own, and which inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograd.checking.sampled_inputs import Choice
from autograd.engine.value import real_number


@dataclass(frozen=True)
class Options:
    """The options of `gradcheck`, which explains them.

    Attributes:
        order: 1 or 2.
        digits: how many digits must be right; None: as many as usual.
        gradient: the derivatives that the user gives for one output, or None.
        jacobian: the same for several outputs.
        parameters: leaves that are inputs too.
        choice: of inputs and directions.

    Raises:
        TypeError: both a gradient and a Jacobian are given.
        ValueError: order or digits are out of range.
    """

    order: int
    digits: float | None
    gradient: Any
    jacobian: Any
    parameters: Any
    choice: Choice

    def __post_init__(self) -> None:
        if self.order not in (1, 2):
            raise ValueError(f"gradcheck: order must be 1 or 2, not {self.order!r}")
        if self.digits is not None and not 0.0 <= real_number(self.digits) <= 17.0:
            raise ValueError(f"gradcheck: a float64 has at most 17 digits, so digits={self.digits!r} can't be asked for")
        if self.gradient is not None and self.jacobian is not None:
            raise TypeError("gradcheck: give gradient= for one output or jacobian= for several, not both")

    @property
    def given(self) -> Any:
        """The derivatives that the user gives, or None."""
        return self.gradient if self.jacobian is None else self.jacobian

    @property
    def is_jacobian(self) -> bool:
        """Whether those have a row for each output."""
        return self.jacobian is not None

    def refuse(self, what: str, *names: str) -> None:
        """Refuse options that would change nothing.

        Args:
            what: is checked.
            names: the names of options that it doesn't use.

        Raises:
            TypeError: one of them is given.
        """
        are_given = {
            "gradient": self.gradient is not None,
            "jacobian": self.jacobian is not None,
            "parameters": bool(self.parameters),
            "order": self.order != 1,
        }
        given = [f"{name}=" for name in names if are_given[name]]
        if given:
            named = " and ".join(given)
            raise TypeError(f"gradcheck of {what} doesn't use {named}; leave it out, or pass a function instead")
