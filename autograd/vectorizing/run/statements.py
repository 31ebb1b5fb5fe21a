"""The statements of a program that runs, while they are written: what is called, and what the variables are."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, assert_never

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, is_scalar
from autograd.vectorizing.arrays.steps import Lengths, ViewStep, alignment, lengths_of, steps_of
from autograd.vectorizing.arrays.views import Shape, View
from autograd.vectorizing.run.calls import Argument, Assignment, Call, Name, NumpyView


class Statements:
    """Statements that write into buffers, in the order of the arrays they compute.

    Attributes:
        setup: what is named once for a batch size.
        live: views of the batch, named for each batch.
        calls: what is called for each batch.
        names: the variables of arrays.
        captured: objects that the statements refer to by name.
        inputs: the input arrays that are read, by number.
    """

    def __init__(self) -> None:
        self.names: dict[Array, Name] = {}
        self.setup: list[Assignment] = []
        self.live: list[Assignment] = []
        self.calls: list[Call] = []
        self.captured: dict[str, Any] = {}
        self.inputs: dict[int, Array] = {}
        self._known: dict[Any, Name] = {}
        self._n_names = 0

    def write(self, function: str, *arguments: Argument, out: str = "") -> None:
        """Append a statement."""
        self.calls.append(Call(function, arguments, out))

    # ------------------------------------------------------------------------------------------- variables

    def new_name(self, letter: str) -> Name:
        """A variable that nothing else has."""
        self._n_names += 1
        return Name(f"{letter}{self._n_names}")

    def once(self, key: Any, make: Callable[[], Name]) -> Name:
        """The variable of a key, made when it is first asked for."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = make()
        return known

    def define(self, letter: str, function: str, *arguments: Argument) -> Name:
        """A variable for what a call gives, made once for a batch size; for the same call it is the same."""
        call = Call(function, arguments)

        def make() -> Name:
            name = self.new_name(letter)
            self.setup.append(Assignment(name, call))
            return name

        # Numbers are told apart by their text: 0.0 is not -0.0, and nan is nan.
        return self.once(call.text, make)

    def capture(self, thing: Any, letter: str = "c") -> Name:
        """A variable for an object that the program needs."""
        name = self.new_name(letter)
        self.captured[name] = thing
        return name

    def name(self, operand: Array | float) -> Name | float:
        """The variable of an array, or a number."""
        return self.names[operand] if isinstance(operand, Array) else float(operand)

    def number(self, operand: Array | float) -> Name:
        """An operand of an elementwise operation: numbers as arrays without axes, which NumPy need not convert each time."""
        if isinstance(operand, Array) and not is_scalar(operand):
            return self.names[operand]
        return self.define("c", "filled", (), self.name(operand))

    def name_given(self, array: Array, operation: op.Given) -> None:
        """Name an array that is there before the program runs."""
        match operation:
            case op.GivenNumbers.THETA:
                name = Name("theta")
            case op.ParameterBlock(number):
                name = Name(f"p{number}")
            case op.Input(number):
                name = Name(f"x{number}")
                self.inputs[number] = array
            case op.Captured(data, shape):
                name = self.capture((data, shape), "k")
            case op.GivenNumbers.WEIGHT:
                name = Name("weight")
            case op.GivenNumbers.NUMBER_OF_EXAMPLES:
                name = Name("count")
            case _:
                assert_never(operation)
        self.names[array] = name

    # ----------------------------------------------------------------------------------------------- views

    def shown(self, array: Array, name: Name, steps: tuple[ViewStep, ...]) -> Name:
        """A variable for a view of an array, which a variable is the name of."""
        if not steps:
            return name

        def make() -> Name:
            known = self.new_name("v")
            # The batch is there only while the program runs, and so are views of it.
            is_live = isinstance(array.base.operation, op.Input)
            (self.live if is_live else self.setup).append(Assignment(known, NumpyView(name, steps)))
            return known

        return self.once((name, steps), make)

    def name_view(self, array: Array, view: View) -> None:
        """Name an array that is a view."""
        (base,) = array.arrays
        self.names[array] = self.shown(base, self.names[base], steps_of(view, base.batched))

    def reshaped(self, array: Array, lengths: Lengths) -> Name:
        """A variable for an array in another shape; it shares the array's numbers, which lie side by side."""
        if lengths == lengths_of(array.shape, array.batched):
            return self.names[array]
        return self.shown(array, self.names[array], (("reshape", lengths),))

    def flat(self, array: Array) -> Name:
        """A variable for an array with one axis for each example."""
        return self.reshaped(array, lengths_of((prod(array.shape),), array.batched))

    def aligned(self, operand: Array | float, shape: Shape) -> Name | float:
        """An operand with the axes it needs to be repeated over a shape."""
        if not isinstance(operand, Array):
            return float(operand)
        return self.shown(operand, self.names[operand], alignment(operand, shape))
