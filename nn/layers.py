"""Units, and layers of units.

Source: the textbook (Jurafsky & Martin, *Speech and Language Processing*, the chapter on neural networks), the sections on
units and on feedforward networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any, ClassVar, Literal, TypeAlias

from autograd import Value, dot
from autograd.engine.operands import Operand, as_operand
from autograd.engine.outputs import Outputs as Outputs
from autograd.engine.scopes import enter, leave
from nn.activations import Activation, activation_function
from nn.attributes_elsewhere import answering
from nn.checks import whole_number
from nn.initializers import Initializer, initializer_function, random_source
from nn.module import Module

Bias: TypeAlias = Literal["separate", "dummy input"] | None
"""The form of a bias: a number that is added, the weight of a dummy input a₀ = 1, or None for no bias."""

# A constant takes no gradient, so all networks can share it.
_DUMMY_INPUT = as_operand(1.0)
_DUMMY_INPUT.label = "a₀"


class _Unit(Module):
    """What neurons and layers have in common: inputs, an activation and a form of bias."""

    _foreign_names: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("w", "weights", "W"), ".weight"),
        **dict.fromkeys(("b", "biases"), ".bias"),
        **dict.fromkeys(("nin", "n_in", "in_features"), ".n_inputs"),
        **dict.fromkeys(("nonlin", "nonlinearity"), ".activation"),
    }

    def __init__(self, n_inputs: int, activation: Activation, bias: Bias) -> None:
        self.n_inputs = whole_number(n_inputs, "n_inputs")
        self.activation = activation
        if bias not in ("separate", "dummy input", None):
            raise ValueError(
                f'bias is "separate", "dummy input" or None, not {bias!r}: write "separate" for True and None for False'
            )
        self._dummies = (_DUMMY_INPUT,) if bias == "dummy input" else ()

    @property
    def activation(self) -> Activation:
        """The activation as it was given: a name or a function."""
        return self._activation

    @activation.setter
    def activation(self, activation: Activation) -> None:
        self._function: Callable[[Value], Value] = activation_function(activation)
        self._activation = activation

    def _draw_row(self, n_outputs: int, initializer: Initializer, random: Random) -> tuple[Value, ...]:
        """Draw the weights of one unit. The weight of the dummy input comes first and is 0, like any bias at first."""
        draw = initializer_function(initializer)
        weights = [Value(draw(random, self.n_inputs, n_outputs)) for _ in range(self.n_inputs)]
        return tuple([Value(0.0) for _ in self._dummies] + weights)

    def values_of(self, inputs: Iterable[Operand]) -> tuple[Value, ...]:
        """Convert the inputs to a tuple of Values, once for all units."""
        if inputs.__class__ is Outputs:
            inputs = tuple(inputs)
        elif inputs.__class__ is not tuple:
            if isinstance(inputs, Value | str | bytes | set | frozenset | dict) or not isinstance(inputs, Iterable):
                raise TypeError(f"{self._described()} takes a list of {self.n_inputs} Values or numbers, not {inputs!r}")
            inputs = tuple(inputs)
        if len(inputs) != self.n_inputs:
            raise ValueError(f"{self._described()} takes {self.n_inputs} inputs, but was given {len(inputs)}")
        for x in inputs:
            if x.__class__ is not Value:
                inputs = tuple(map(as_operand, inputs))
                break
        return inputs  # type: ignore[return-value]

    def first_index(self, attribute: str, n_dimensions: int) -> Sequence[int]:
        """Count the dummy input as input 0 along the weights of a unit."""
        ones = super().first_index(attribute, n_dimensions)
        return (*ones[:-1], 0) if attribute == "weight" and self._dummies else ones

    def _require_value(self, output: Any) -> None:
        """Refuse an activation that leaves Values, as `math.tanh` does: it would silently lose the gradient."""
        if not isinstance(output, Value):
            raise TypeError(f"the activation of {self._described()} must give a Value, as autograd's do, not {output!r}")

    def _described(self) -> str:
        return f"{self.label}, {self!r}," if self.label else repr(self)

    def described_activation(self) -> str:
        """The activation as `repr` shows it."""
        return repr(self._activation) if isinstance(self._activation, str) else _name_of(self._activation)


class Neuron(_Unit):
    """A unit: the activation of z = w·x + b (the textbook's equations for a neural unit).

    Args:
        n_inputs: how many inputs it takes.
        activation: a name (see `nn.ACTIVATIONS`) or a function from a Value to a Value.
        bias: ``"separate"`` adds b to w·x. ``"dummy input"`` makes b the weight of an input a₀ that is always 1, so
            that z = w·x with a longer w. None means that there is no bias.
        initializer: a name (``"glorot"``, ``"he"``, ``"zeros"``) or a function; see `nn.initializers`. Biases
            start at 0.
        seed: a whole number, or a `random.Random` to draw from. None draws from the stream of `nn.seed`, so all differ.

    Attributes:
        weight: the weights, a tuple of Values; with a dummy input the first is its weight, the bias.
        bias: a Value, or None with a dummy input or without a bias.

    Raises:
        TypeError, ValueError: an argument has the wrong type or is out of range.

    Calling it with n_inputs Values or numbers gives one Value. It raises ValueError for another number of inputs.

    The textbook's worked example, from its section on units:

    >>> neuron = Neuron(3, "sigmoid")
    >>> for w, number in zip(neuron.weight, [0.2, 0.3, 0.9]):
    ...     w.data = number
    >>> neuron.bias.data = 0.5
    >>> round(neuron([0.5, 0.6, 0.1]).data, 2)
    0.7
    """

    scope_level = "neuron"
    _enters_scope = True

    @answering('Neuron(3, "tanh")')
    def __init__(
        self,
        n_inputs: int,
        activation: Activation = "tanh",
        *,
        bias: Bias = "separate",
        initializer: Initializer = "glorot",
        seed: int | Random | None = None,
    ) -> None:
        super().__init__(n_inputs, activation, bias)
        self.weight = self._draw_row(1, initializer, random_source(seed))
        self.bias = Value(0.0) if bias == "separate" else None

    def __call__(self, inputs: Iterable[Operand]) -> Value:
        """The output of the unit, one Value."""
        x = self._dummies + self.values_of(inputs)
        token = enter(self)
        try:
            z = dot(self.weight, x)
            output = self._function(z if self.bias is None else z + self.bias)
        finally:
            leave(token)
        self._require_value(output)
        return output

    def __repr__(self) -> str:
        return f"Neuron({self.n_inputs}, {self.described_activation()})"


class Layer(_Unit):
    """Units side by side that see the same inputs: h = f(Wx + b) (the textbook's equation for the hidden layer).

    Args:
        n_inputs: how many inputs it takes.
        n_outputs: how many units it has.
        activation, bias, initializer, seed: as for `Neuron`.

    Attributes:
        weight: W, a tuple of n_outputs rows of n_inputs Values each; with a dummy input each row begins with the bias.
        bias: b, a tuple of n_outputs Values, or None with a dummy input or without a bias.

    Both can be assigned, so that layers share parameters: ``output.weight = embedding.weight``.

    Raises:
        TypeError, ValueError: an argument has the wrong type or is out of range.

    Calling it with n_inputs Values or numbers gives `Outputs`, a tuple of n_outputs Values. It raises ValueError for
    another number of inputs.

    >>> layer = Layer(2, 3, "relu", seed=1)
    >>> [h.data >= 0 for h in layer([1.0, -2.0])]
    [True, True, True]
    """

    scope_level = "layer"
    _enters_scope = True
    _foreign_names: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("nout", "n_out", "out_features"), ".n_outputs"),
        **dict.fromkeys(("neurons", "units"), "zip(layer.weight, layer.bias), the weights and the bias of each unit"),
    }

    @answering('Layer(3, 2, "tanh")')
    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        activation: Activation = "tanh",
        *,
        bias: Bias = "separate",
        initializer: Initializer = "glorot",
        seed: int | Random | None = None,
    ) -> None:
        super().__init__(n_inputs, activation, bias)
        self.n_outputs = whole_number(n_outputs, "n_outputs")
        random = random_source(seed)
        self.weight = tuple([self._draw_row(self.n_outputs, initializer, random) for _ in range(self.n_outputs)])
        self.bias = tuple([Value(0.0) for _ in self.weight]) if bias == "separate" else None

    def __call__(self, inputs: Iterable[Operand]) -> Outputs:
        """The outputs of the units, a tuple of Values; a single one can be used as the Value it is."""
        x = self._dummies + self.values_of(inputs)
        f = self._function
        token = enter(self)
        try:
            if self.bias is None:
                outputs = Outputs([f(dot(w, x)) for w in self.weight])
            else:
                outputs = Outputs([f(dot(w, x) + b) for w, b in zip(self.weight, self.bias, strict=True)])
        finally:
            leave(token)
        self._require_value(outputs[0])
        return outputs

    def __repr__(self) -> str:
        return f"Layer({self.n_inputs}, {self.n_outputs}, {self.described_activation()})"


def _name_of(function: Any) -> str:
    return getattr(function, "__name__", None) or repr(function)
