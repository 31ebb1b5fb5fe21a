"""Single units and small networks: the textbook's worked numbers, beside the same numbers computed by the engine.

From its sections on units (the weighted sum and its sigmoid, the plots of sigmoid, tanh and ReLU), on feedforward networks
(the softmax), and on computation graphs and backward differentiation (L = c(a + 2b), and the two-layer network whose ∂L/∂z is
a - y).
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from math import nan
from pathlib import Path
from random import Random

from autograd import Value, dot, grad, relu, sigmoid, softmax, tanh
from autograd.colours import BLUE, VERMILION
from nn import binary_cross_entropy
from tasks.support.engines import add_idle_engine, check_engine
from tasks.support.pictures import picture
from tasks.support.tables import format_table

ACTIVATIONS: dict[str, Callable[[Value], Value]] = {"sigmoid": sigmoid, "tanh": tanh, "ReLU": relu}


@dataclass(frozen=True)
class WorkedNumber:
    """A number that the textbook prints, and what the engine computes for it."""

    quantity: str
    computed: float
    text: str

    @property
    def agrees(self) -> bool:
        """Whether the computed number, rounded to the decimals that the textbook prints, is the textbook's.

        >>> [WorkedNumber("y", 0.7047, text).agrees for text in (".70", ".705", ".71")]
        [True, True, False]
        """
        return round(self.computed, self._decimals) == float(self.text)

    @property
    def verdict(self) -> str:
        """ "yes" where the two agree, "cut off" where the textbook drops further digits instead of rounding, else "no".

        >>> [WorkedNumber("y", 0.7047, text).verdict for text in (".705", ".704", ".71")]
        ['yes', 'cut off', 'no']
        """
        if self.agrees:
            return "yes"
        cut = Decimal(self.computed).quantize(Decimal(1).scaleb(-self._decimals), ROUND_DOWN)
        return "cut off" if cut == Decimal(self.text) else "no"

    @property
    def _decimals(self) -> int:
        return len(self.text.partition(".")[2])


def compute_unit() -> list[WorkedNumber]:
    """The textbook's unit with three inputs: z = w·x + b and y = σ(z)."""
    w, b, x = (Value(0.2), Value(0.3), Value(0.9)), Value(0.5), (Value(0.5), Value(0.6), Value(0.1))
    z = dot(w, x) + b
    y = sigmoid(z)
    return [WorkedNumber("z = w·x + b", z.data, "0.87"), WorkedNumber("y = σ(z)", y.data, ".70")]


def compute_graph() -> list[WorkedNumber]:
    """The textbook's computation graph L = c(a + 2b), forward and backward."""
    a, b, c = Value(3, "a"), Value(1, "b"), Value(-2, "c")
    d = 2 * b
    e = a + d
    L = c * e
    L.backward()
    numbers = [WorkedNumber("L = c(a + 2b)", L.data, "-10")]
    for leaf, text in ((a, "-2"), (b, "-4"), (c, "5")):
        assert leaf.gradient is not None
        numbers.append(WorkedNumber(f"∂L/∂{leaf.label}", leaf.gradient, text))
    return numbers


def compute_softmax() -> list[WorkedNumber]:
    """The textbook's softmax of six numbers. It prints two of them cut off (0.00671 and 0.0999); newer drafts round them."""
    z = [0.6, 1.1, -1.5, 1.2, 3.2, -1.1]
    printed = ["0.055", "0.090", "0.006", "0.099", "0.74", "0.010"]
    return [
        WorkedNumber(f"softmax(z) at z = {number}", share.data, text)
        for number, share, text in zip(z, softmax(z), printed, strict=True)
    ]


def compute_kink() -> list[WorkedNumber]:
    """The derivative of ReLU at its kink, which the textbook sets to 1."""
    z = Value(0.0)
    return [WorkedNumber("∂ReLU(z)/∂z at z = 0", grad(relu(z), z), "1")]


@dataclass(frozen=True)
class OutputGradient:
    """The output unit of a two-layer network: its activation a, the target y, and ∂L/∂z from the backward pass."""

    a: float
    y: int
    gradient: float


def differentiate_network(random: Random, y: int) -> OutputGradient:
    """Runs the textbook's two-layer network backward: two inputs, two ReLU units, a sigmoid output, binary cross-entropy.

    Args:
        random: Where the inputs and all weights come from, each between -2 and 2.
        y: The target, 0 or 1.

    >>> result = differentiate_network(Random(0), y=1)
    >>> abs(result.gradient - (result.a - result.y)) < 1e-15
    True
    """

    def draw(count: int) -> tuple[Value, ...]:
        return tuple(Value(4 * random.random() - 2) for _ in range(count))

    x = draw(2)
    a1 = tuple(relu(dot(draw(2), x) + draw(1)[0]) for _ in range(2))
    z2 = dot(draw(2), a1) + draw(1)[0]
    a2 = sigmoid(z2)
    L = binary_cross_entropy(a2, y)
    return OutputGradient(a2.data, y, grad(L, z2))


def trace_activation(activation: Callable[[Value], Value], inputs: Sequence[float]) -> tuple[list[float], list[float]]:
    """Returns the activations at some inputs, and the derivatives there, both by the engine.

    >>> trace_activation(sigmoid, [0.0])
    ([0.5], [0.25])
    """
    z = [Value(number) for number in inputs]
    y = [activation(value) for value in z]
    return [value.data for value in y], [grad(output, value) for output, value in zip(y, z, strict=True)]


def break_at_jumps(numbers: Sequence[float]) -> list[float]:
    """Makes the last number before a jump a gap (nan), so that a plot doesn't join the two sides of a kink.

    >>> break_at_jumps([0.0, 0.0, 1.0])
    [0.0, nan, 1.0]
    """
    following = [*numbers[1:], numbers[-1]]
    return [nan if abs(after - number) > 0.5 else number for number, after in zip(numbers, following, strict=True)]


def plot_activations(path: Path) -> None:
    """Saves a picture of the textbook's three activation functions with their derivatives."""
    z = [step / 50 for step in range(-250, 251)]
    with picture(path, columns=3, title="Activation functions and their derivatives") as (_, axes):
        for panel, (name, activation) in zip(axes, ACTIVATIONS.items(), strict=True):
            y, slopes = trace_activation(activation, z)
            panel.plot(z, y, color=BLUE, label="y")
            panel.plot(z, break_at_jumps(slopes), color=VERMILION, linestyle="--", label="∂y/∂z")
            panel.set_title(f"y = {name}(z)")
            panel.set_xlabel("z")
            panel.legend(loc="upper left")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds no options but the one that all tasks have: the textbook's numbers leave nothing to choose."""
    add_idle_engine(parser, "nothing learns, and the eager engine computes the textbook's graphs one number at a time")


def run(arguments: argparse.Namespace) -> None:
    """Prints the textbook's numbers beside the engine's, checks ∂L/∂z = a - y, and plots the activation functions."""
    check_engine(arguments.engine)
    numbers = compute_unit() + compute_graph() + compute_softmax() + compute_kink()
    print(
        format_table(
            ["quantity", "computed", "textbook", "agrees"],
            [(number.quantity, f"{number.computed:.6g}", number.text, number.verdict) for number in numbers],
            title="The textbook's worked numbers",
        )
    )
    print("cut off: the textbook drops further digits instead of rounding.")
    random = Random(arguments.seed)
    gradients = [differentiate_network(random, y) for _ in range(3) for y in (1, 0)]
    rows = [(one.a, one.y, one.a - one.y, one.gradient) for one in gradients]
    print()
    print(
        format_table(
            ["a", "y", "a - y", "∂L/∂z by backward"],
            rows,
            title="The two-layer network (ReLU, sigmoid, cross-entropy), for random weights: ∂L/∂z = a - y",
            digits=12,
        )
    )
    largest = max(abs(one.gradient - (one.a - one.y)) for one in gradients)
    print(f"largest difference: {largest:.0e}")
    path = arguments.out / "units.png"
    plot_activations(path)
    print(f"\npicture: {path}")
