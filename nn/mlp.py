"""Feedforward networks: layers in a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, ClassVar

from autograd.engine.operands import Operand
from autograd.engine.outputs import Outputs
from autograd.engine.scopes import enter, leave
from nn.activations import Activation
from nn.attributes_elsewhere import answering
from nn.initializers import Initializer, random_source
from nn.layers import Bias, Layer
from nn.module import Module


class MLP(Module):
    """A feedforward network, or multi-layer perceptron: layers in a row, each fed with the outputs of the one before.

    Args:
        n_inputs: how many inputs it takes.
        sizes: the number of units of each layer; the last is the number of outputs.
        activation: of all layers but the last.
        output_activation: of the last layer; ``"identity"`` leaves logits, which the losses take.
        bias, initializer: as for `Neuron`, the same for all layers.
        direct: whether the last layer sees the inputs too, beside the outputs of the layer before it: direct connections, as in
            Bengio and others 2003, "A neural probabilistic language model", equation 1.
        seed: as for `Neuron`; all layers draw from the same source.

    Attributes:
        layers: a tuple of `Layer`.

    Raises:
        TypeError, ValueError: an argument has the wrong type or is out of range, or there are no sizes.

    Calling it with n_inputs Values or numbers gives `Outputs`, a tuple of Values. With one output, the tuple of length 1 can be
    used as if it were that Value.

    Source: the textbook's section on feedforward networks, whose network of two layers is h = f(Wx + b), z = Uh,
    ŷ = softmax(z).

    >>> network = MLP(2, [16, 16, 1])
    >>> score = network([0.5, -1.0])
    >>> len(network.parameters()), len(score), score.data == score[0].data
    (337, 1, True)
    >>> loss = (1 - score) ** 2
    >>> loss.backward()
    """

    _enters_scope = True
    _foreign_names: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("w", "weight", "weights", "W"), ".layers[0].weight, for each layer"),
        **dict.fromkeys(("b", "bias", "biases"), ".layers[0].bias, for each layer"),
        **dict.fromkeys(("nin", "n_in", "n_inputs", "in_features"), ".layers[0].n_inputs"),
        **dict.fromkeys(("nout", "n_out", "n_outputs", "out_features"), ".layers[-1].n_outputs"),
        **dict.fromkeys(("sizes", "nouts"), "[layer.n_outputs for layer in network.layers]"),
        **dict.fromkeys(("activation", "nonlin"), ".layers[0].activation, for each layer"),
        "neurons": "zip(layer.weight, layer.bias) for each layer of .layers",
    }

    @answering("MLP(2, [16, 16, 1])")
    def __init__(
        self,
        n_inputs: int,
        sizes: Sequence[int],
        activation: Activation = "tanh",
        output_activation: Activation = "identity",
        *,
        bias: Bias = "separate",
        initializer: Initializer = "glorot",
        direct: bool = False,
        seed: int | Random | None = None,
    ) -> None:
        if not isinstance(sizes, Sequence) or isinstance(sizes, str) or not sizes:
            whole = [one for one in (n_inputs, sizes, activation, output_activation) if isinstance(one, int)]
            write = f"; write MLP({whole[0]}, {whole[1:]})" if len(whole) > 1 else ""
            raise ValueError(f"an MLP takes a list of sizes, one for each layer and at least one, not {sizes!r}{write}")
        random = random_source(seed)
        self.direct = direct and len(sizes) > 1
        widths = [n_inputs, *sizes[:-1]]
        if self.direct:
            widths[-1] += n_inputs
        functions = [activation] * (len(sizes) - 1) + [output_activation]
        self.layers = tuple(
            Layer(n, n_outputs, function, bias=bias, initializer=initializer, seed=random)
            for n, n_outputs, function in zip(widths, sizes, functions, strict=True)
        )
        for index, layer in enumerate(self.layers):
            layer.label = f"layers.{index}"

    def __call__(self, inputs: Iterable[Operand]) -> Outputs:
        """The outputs of the last layer, a tuple of Values; a single one can be used as the Value it is."""
        # Before the scope begins: the inputs come from outside.
        x: Any = self.layers[0].values_of(inputs)
        token = enter(self)
        try:
            inputs_too = x if self.direct else ()
            for layer in self.layers[:-1]:
                x = layer(x)
            x = self.layers[-1]((*x, *inputs_too) if self.direct else x)
        finally:
            leave(token)
        return x  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        sizes = [layer.n_outputs for layer in self.layers]
        *hidden, last = [layer.described_activation() for layer in self.layers]
        if not hidden:
            given = f"output_activation={last}"
        elif len(set(hidden)) == 1:
            given = f"{hidden[0]}, {last}"
        else:
            # The activations were changed after the network was made.
            given = f"[{', '.join(hidden)}], {last}"
        return f"MLP({self.layers[0].n_inputs}, {sizes}, {given}{', direct=True' if self.direct else ''})"
