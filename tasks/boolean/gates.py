"""Perceptrons as logic gates: they learn AND and OR, and none computes XOR.

From the textbook's section on the XOR problem (Minsky & Papert 1969): a perceptron is a unit whose activation is a step, 1 where
w·x + b > 0 and 0 elsewhere. It learns by the perceptron rule (Rosenblatt 1958), which is not gradient descent: the step has no
slope to descend.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograd.colours import BLACK, BLUE
from nn import Neuron
from tasks.boolean.separability import CASES, NAMES, Contradiction, Targets, Unit, decide, explain_contradiction
from tasks.support.engines import add_idle_engine, check_engine
from tasks.support.pictures import draw_cases, picture, shade_positive
from tasks.support.tables import format_table

GATES: dict[str, Targets] = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "XOR": (0, 1, 1, 0)}
"""The outputs of the textbook's three gates for `CASES`."""


CAPTION = (
    "Filled circle: 1; white circle: 0. Shaded: the perceptron gives 1; on the line itself it gives 0.\n"
    "c) Both pairs have the same middle. A line with the filled pair on its one side and the white pair on the other\n"
    "would have the middle on both sides."
)


@dataclass(frozen=True)
class Epoch:
    """One pass over the four cases: its number, how many the perceptron got wrong, and its weights afterwards."""

    number: int
    mistakes: int
    w1: int
    w2: int
    b: int

    @property
    def weights(self) -> tuple[int, int, int]:
        """The weights and the bias after the epoch."""
        return self.w1, self.w2, self.b

    def score(self, x1: float, x2: float) -> float:
        """The weighted sum of those weights at any point of the plane: the perceptron gives 1 where it is positive."""
        return self.w1 * x1 + self.w2 * x2 + self.b


def learn_gate(targets: Targets) -> Iterator[Epoch]:
    """Teaches a perceptron a gate by the perceptron rule, from weights of 0, and yields every epoch, endlessly.

    After each wrong answer, target - output is added to the bias and to the weight of each input that is 1. All weights
    stay whole numbers, which floats hold exactly.

    >>> epochs = learn_gate(GATES["OR"])
    >>> [next(epochs).mistakes for _ in range(4)]
    [1, 2, 1, 0]
    """
    perceptron = Neuron(2, activation="step")
    w1, w2, b = perceptron.parameters()
    for parameter in (w1, w2, b):
        parameter.data = 0.0
    number = 0
    while True:
        number += 1
        mistakes = 0
        for (x1, x2), target in zip(CASES, targets, strict=True):
            error = target - perceptron((x1, x2)).data
            mistakes += error != 0
            for parameter, x in ((w1, x1), (w2, x2), (b, 1)):
                parameter.data = parameter.data + error * x
        yield Epoch(number, mistakes, int(w1.data), int(w2.data), int(b.data))


def learn_until_settled(targets: Targets) -> tuple[list[Epoch], Epoch | None]:
    """Teaches a perceptron a gate until an epoch has no mistake, or ends with the weights of an earlier one.

    In the second case it would repeat itself forever, because an epoch depends only on the weights that it begins with.

    Returns:
        All epochs, and the earlier one whose weights came back; None when the gate has been learned.

    >>> epochs, repeated = learn_until_settled(GATES["XOR"])
    >>> epochs[-1].weights == repeated.weights, len(epochs), repeated.number
    (True, 3, 2)
    """
    epochs: list[Epoch] = []
    for epoch in learn_gate(targets):
        earlier = next((one for one in epochs if one.weights == epoch.weights), None)
        epochs.append(epoch)
        if epoch.mistakes == 0:
            return epochs, None
        if earlier is not None:
            return epochs, earlier
    raise AssertionError("learn_gate is endless")


def describe_line(w1: float, w2: float, b: float) -> str:
    """Writes a decision boundary w₁x₁ + w₂x₂ + b = 0 with its numbers.

    >>> describe_line(2, 1, -2), describe_line(0, -1.5, 0)
    ('2x₁ + x₂ - 2 = 0', '-1.5x₂ = 0')
    """
    text = ""
    for number, name in ((w1, "x₁"), (w2, "x₂"), (b, "")):
        if number:
            sign = (" - " if number < 0 else " + ") if text else ("-" if number < 0 else "")
            text += sign + ("" if name and abs(number) == 1 else f"{abs(number):g}") + name
    return f"{text or '0'} = 0"


def plot_gates(path: Path, learned: dict[str, Epoch]) -> None:
    """Saves the textbook's figure: AND and OR with the lines that the perceptrons learned, and XOR, which has none.

    Args:
        path: Where to save.
        learned: For each gate that was learned, its last epoch.
    """
    points = [(float(x1), float(x2)) for x1, x2 in CASES]
    with picture(path, columns=3, height=4.1, caption=CAPTION) as (_, axes):
        for panel, letter, (name, targets) in zip(axes, "abc", GATES.items(), strict=True):
            limits = (-0.5, 1.5)
            if name in learned:
                epoch = learned[name]
                shade_positive(panel, epoch.score, x_limits=limits, y_limits=limits, steps=2)
                caption = describe_line(*epoch.weights)
            else:
                # A half-plane that holds both ends of a segment holds its middle; here two segments share it.
                panel.plot([0, 1], [0, 1], color=BLACK, linestyle=":", zorder=2)
                panel.plot([0, 1], [1, 0], color=BLUE, linestyle="--", zorder=2)
                panel.set(xlim=limits, ylim=limits)
                caption = "no line separates the two pairs"
            draw_cases(panel, points, targets)
            panel.set_title(f"{letter}) x₁ {name} x₂\n{caption}")
            panel.set_xticks([0, 1])
            panel.set_yticks([0, 1])


def print_epochs(name: str, epochs: Sequence[Epoch], repeated: Epoch | None) -> None:
    """Prints what a perceptron learned, epoch by epoch."""
    rows = [(epoch.number, epoch.mistakes, *epoch.weights) for epoch in epochs]
    print(format_table(["epoch", "mistakes", "w₁", "w₂", "b"], rows, title=f"The perceptron rule on {name}"))
    last = epochs[-1]
    if repeated is None:
        print(f"learned: the boundary is {describe_line(*last.weights)}\n")
    else:
        print(f"never learned: epoch {last.number} ends with the weights of epoch {repeated.number}, and so on forever\n")


def print_proof() -> None:
    """Prints the proof that no perceptron computes XOR: each function of two inputs, with a unit or a contradiction."""
    rows: list[tuple[object, ...]] = []
    contradictions = []
    for targets, name in NAMES.items():
        decision = decide(targets)
        if isinstance(decision, Unit):
            assert decision.outputs() == targets
            rows.append((name, *targets, decision.w1, decision.w2, decision.b))
        else:
            assert isinstance(decision, Contradiction) and decision.holds(targets)
            rows.append((name, *targets, None, None, None))
            contradictions.append((targets, decision))
    print(
        format_table(
            ["function", *("".join(map(str, case)) for case in CASES), "w₁", "w₂", "b"],
            rows,
            title="All 16 functions of two inputs: outputs at 00, 01, 10, 11, and a perceptron for each that has one",
        )
    )
    for targets, contradiction in contradictions:
        print(f"\n{explain_contradiction(targets, contradiction)}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds no options but the one that all tasks have: perceptrons start from weights of 0, and a proof leaves no choice."""
    add_idle_engine(parser, "perceptrons learn by their own rule, with whole numbers and without gradients")


def run(arguments: argparse.Namespace) -> None:
    """Prints how the perceptrons learn, and the proof about XOR; draws the decision boundaries."""
    check_engine(arguments.engine)
    learned = {}
    for name, targets in GATES.items():
        epochs, repeated = learn_until_settled(targets)
        print_epochs(name, epochs, repeated)
        if repeated is None:
            learned[name] = epochs[-1]
    print_proof()
    path = arguments.out / "gates.png"
    plot_gates(path, learned)
    print(f"\npicture: {path}")
