"""Two layers compute XOR: with weights built by hand, and with weights learned by gradient descent.

From the textbook's section on the XOR problem. The hand-built network, after Goodfellow, Bengio & Courville (2016, section
6.1), has two ReLU units h₁ = ReLU(x₁ + x₂) and h₂ = ReLU(x₁ + x₂ - 1), and the output y = ReLU(h₁ - 2h₂). Its hidden
layer puts (0, 1) and (1, 0) on the same point, and then one line separates the classes.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import dist
from pathlib import Path
from typing import TYPE_CHECKING

from autograd import Value, mean, no_grad, sigmoid
from nn import MLP, SGD, Recording, binary_cross_entropy_from_logit, watch
from tasks.boolean.separability import CASES
from tasks.support.engines import Engine, add_engine, check_engine
from tasks.support.errors import UserError
from tasks.support.options import positive_number, positive_whole_number
from tasks.support.pages import save_training
from tasks.support.pictures import draw_cases, picture, shade_positive
from tasks.support.tables import format_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TARGETS = (0, 1, 1, 0)
"""XOR of the four `CASES`."""

SETTINGS = ((2, "relu"), (2, "tanh"), (3, "tanh"), (8, "relu"))
"""Sizes and activations of the hidden layers that are tried; a learned network of the first kind is drawn."""

ENOUGH = 0.05
"""Learning stops at this loss, in nats per case: the right answer then has a probability of about 95 %."""

CAPTION = "Filled circle: XOR is 1; white circle: it is 0. Shaded: the network says 1. Numbers: the inputs (x₁, x₂)."

# A pale background, so that a label can be read where it meets the boundary.
LABEL_BOX = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}

Point = tuple[float, float]


def build_network() -> MLP:
    """Returns the textbook's network, whose weights were found by thinking.

    >>> network = build_network()
    >>> [network(case)[0].data for case in CASES]
    [0.0, 1.0, 1.0, 0.0]
    """
    network = MLP(2, [2, 1], "relu", "relu")
    hidden, output = network.layers
    for layer, weights, biases in ((hidden, [(1, 1), (1, 1)], (0, -1)), (output, [(1, -2)], (0,))):
        assert layer.bias is not None
        for row, numbers in zip(layer.weight, weights, strict=True):
            for parameter, number in zip(row, numbers, strict=True):
                parameter.data = number
        for parameter, number in zip(layer.bias, biases, strict=True):
            parameter.data = number
    return network


@dataclass(frozen=True)
class Outcome:
    """The result of one network: its seed, the epochs it took, how many of the four cases it gets right, and its recording."""

    network: MLP
    seed: int
    epochs: int
    right: int
    recording: Recording | None = None


def learn_network(
    n_hidden: int,
    activation: str,
    *,
    seed: int,
    learning_rate: float = 1.0,
    epochs: int = 200,
    watched: bool = False,
    engine: Engine = "eager",
) -> Outcome:
    """Teaches a network XOR from random weights: gradient descent on the mean cross-entropy of all four cases.

    The network gives a logit: a case is right when it is greater than 0 for the target 1, and is not for the target 0.

    Args:
        n_hidden: Units in the hidden layer.
        activation: The hidden units' activation, by its name in `nn`.
        seed: Seed of the initial weights.
        learning_rate: The factor of the gradient in each step.
        epochs: The number of epochs after which learning stops, unless the loss falls below `ENOUGH` before.
        watched: Whether it is recorded, to be shown epoch by epoch, which takes the eager engine.
        engine: What computes the gradients: the eager engine, or a compiled program, whose steps are the same but for roundings.

    >>> learn_network(3, "tanh", seed=0).right
    4
    """
    network = MLP(2, [n_hidden, 1], activation, seed=seed)
    if engine != "eager" and not watched:
        # It needs NumPy.
        from tasks.boolean.compiled_learning import descend

        n_epochs = descend(network, CASES, TARGETS, engine=engine, learning_rate=learning_rate, epochs=epochs, enough=ENOUGH)
        return Outcome(network, seed, n_epochs, count_right(network))
    optimizer = SGD(network.parameters(), learning_rate)
    inputs = [tuple(map(Value, case)) for case in CASES]
    recording = watch(network, list(zip(CASES, TARGETS, strict=True))) if watched else None
    for epoch in range(epochs + 1):
        loss = mean([binary_cross_entropy_from_logit(network(x)[0], target) for x, target in zip(inputs, TARGETS, strict=True)])
        optimizer.zero_grad()
        loss.backward()
        if recording is not None:
            recording.record(loss)
        if epoch == epochs or loss.data < ENOUGH:
            break
        optimizer.step()
    return Outcome(network, seed, epoch, count_right(network), recording)


def count_right(network: MLP) -> int:
    """Counts the cases in which the network's logit is on the right side of 0."""
    with no_grad():
        return sum((network(case)[0].data > 0) == bool(target) for case, target in zip(CASES, TARGETS, strict=True))


def hidden_point(network: MLP, case: Sequence[float]) -> Point:
    """Returns the point (h₁, h₂) to which the hidden layer of two units takes an input."""
    with no_grad():
        h1, h2 = network.layers[0](case)
        return h1.data, h2.data


def surround(points: Sequence[Point]) -> tuple[Point, Point]:
    """Returns the ends of a square region around some points, with room beside them: (left, right), (lower, upper).

    >>> surround([(0.0, 0.0), (2.0, 1.0)])
    ((-0.7, 2.7), (-1.2, 2.2))
    """
    xs, ys = zip(*points, strict=True)
    half = 0.85 * (max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0)
    (left, right), (low, high) = (((min(n) + max(n)) / 2 - half, (min(n) + max(n)) / 2 + half) for n in (xs, ys))
    return (left, right), (low, high)


def name_points(points: Sequence[Point]) -> dict[Point, str]:
    """Names each place by the inputs that the hidden layer takes there; inputs that fall together share a name.

    >>> name_points([(0.0, 0.0), (1.0, 0.0), (1.0, 0.0), (2.0, 1.0)])
    {(0.0, 0.0): '(0, 0)', (1.0, 0.0): '(0, 1)\\n(1, 0)', (2.0, 1.0): '(1, 1)'}
    """
    (left, right), _ = surround(points)
    names: dict[Point, str] = {}
    for point, case in zip(points, CASES, strict=True):
        near = [other for other in names if dist(other, point) < 0.05 * (right - left)]
        place = near[0] if near else point
        names[place] = f"{names[place]}\n{case}" if near else str(case)
    return names


def plot_spaces(path: Path, network: MLP, *, threshold: float, title: str) -> None:
    """Saves the textbook's figure: the cases in the x space, and where a hidden layer of two units puts them, the h space.

    Args:
        path: Where to save.
        network: A network with two inputs, two hidden units and one output.
        threshold: The output above which the network says 1; that region is shaded in both spaces.
        title: A title above both panels.
    """
    _, output = network.layers
    inputs = [(float(x1), float(x2)) for x1, x2 in CASES]
    hidden = [hidden_point(network, case) for case in CASES]
    panels = picture(path, columns=2, width=4.2, height=4.8, title=title, caption=CAPTION)
    with no_grad(), panels as (_, [x_space, h_space]):
        draw_space(x_space, inputs, lambda x1, x2: network((x1, x2))[0].data - threshold, names=("x₁", "x₂"))
        x_space.set_title("a) x space: one line won't do")
        x_space.set_xticks([0, 1])
        x_space.set_yticks([0, 1])
        draw_space(h_space, hidden, lambda h1, h2: output((h1, h2))[0].data - threshold, names=("h₁", "h₂"))
        h_space.set_title("b) h space: one line")
        h_space.locator_params(nbins=6)


def draw_space(axes: "Axes", points: Sequence[Point], score: Callable[[float, float], float], *, names: tuple[str, str]) -> None:
    """Draws the four cases at their points of one space, and shades where the score is greater than 0."""
    x_limits, y_limits = surround(points)
    shade_positive(axes, score, x_limits=x_limits, y_limits=y_limits)
    draw_cases(axes, points, TARGETS, names=names)
    filled = {point for point, target in zip(points, TARGETS, strict=True) if target}
    for place, name in name_points(points).items():
        offset, side = ((0, -12), "top") if place in filled else ((0, 12), "bottom")
        axes.annotate(name, place, offset, textcoords="offset points", ha="center", va=side, zorder=4, bbox=LABEL_BOX)


def print_network(network: MLP, title: str, *, logit: bool) -> None:
    """Prints what a network with two hidden units does with the four cases."""
    rows = []
    for (x1, x2), target in zip(CASES, TARGETS, strict=True):
        with no_grad():
            output = network((x1, x2))[0]
            y = sigmoid(output).data if logit else output.data
        rows.append((x1, x2, *hidden_point(network, (x1, x2)), y, target))
    print(format_table(["x₁", "x₂", "h₁", "h₂", "y", "XOR"], rows, title=title, digits=3))


def summarize(outcomes: Sequence[Outcome]) -> tuple[int, int, int, float | None]:
    """Counts the outcomes with 4 cases right, with 3, and with fewer, and gives the mean epochs of those with 4.

    The mean is None when no outcome has all four right.
    """
    counts = [outcome.right for outcome in outcomes]
    epochs = [outcome.epochs for outcome in outcomes if outcome.right == 4]
    fewer = sum(count < 3 for count in counts)
    return counts.count(4), counts.count(3), fewer, sum(epochs) / len(epochs) if epochs else None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of learning."""
    parser.add_argument(
        "--runs", type=positive_whole_number, default=100, metavar="N", help="networks of each kind (default: 100)"
    )
    parser.add_argument(
        "--epochs", type=positive_whole_number, default=200, metavar="N", help="most epochs of a run (default: 200)"
    )
    parser.add_argument(
        "--learning-rate", type=positive_number, default=1.0, metavar="RATE", help="of gradient descent (default: 1.0)"
    )
    add_engine(parser, "eager")


def run(arguments: argparse.Namespace) -> None:
    """Shows the hand-built network, lets networks learn from many seeds, and draws the x space and the h space."""
    check_engine(arguments.engine)
    built = build_network()
    print_network(built, "Built by hand: h₁ = ReLU(x₁ + x₂), h₂ = ReLU(x₁ + x₂ - 1), y = ReLU(h₁ - 2h₂)", logit=False)
    paths = [arguments.out / "xor-by-hand.png", arguments.out / "xor-learned.png"]
    plot_spaces(paths[0], built, threshold=0.5, title="XOR by the text's hand-built network")

    seeds = range(arguments.seed, arguments.seed + arguments.runs)
    outcomes = {}
    rate = arguments.learning_rate
    try:
        for n_hidden, activation in SETTINGS:
            outcomes[n_hidden, activation] = [
                learn_network(
                    n_hidden, activation, seed=seed, learning_rate=rate, epochs=arguments.epochs, engine=arguments.engine
                )
                for seed in seeds
            ]
    except ArithmeticError as error:
        raise UserError(f"--learning-rate {rate:g} is too large to learn with, take a smaller one: {error}") from None
    first = outcomes[SETTINGS[0]]
    drawn = next((outcome for outcome in first if outcome.right == 4), first[0])
    print()
    title = f"Two ReLU units after {drawn.epochs} epochs from seed {drawn.seed}: {drawn.right} of 4 cases right"
    print_network(drawn.network, f"{title}; y = σ(z)", logit=True)
    plot_spaces(paths[1], drawn.network, threshold=0.0, title=title)
    print()
    print(
        format_table(
            ["hidden layer", "4 right", "3 right", "fewer", "mean epochs to 4"],
            [(f"{size} {activation}", *summarize(found)) for (size, activation), found in outcomes.items()],
            title=f"Cases right after learning from random weights, seeds {seeds[0]} to {seeds[-1]}",
            digits=0,
        )
    )
    print()
    for path in paths:
        print(f"picture: {path}")
    for name, seed in _seeds_to_watch(first).items():
        page = arguments.out / f"xor-{name}.html"
        watched = learn_network(*SETTINGS[0], seed=seed, learning_rate=rate, epochs=arguments.epochs, watched=True)
        assert watched.recording is not None
        save_training(page, watched.recording)
        print(f"page: {page} (learning from seed {seed}, epoch by epoch: {watched.right} of 4 cases right; open it in a browser)")


def _seeds_to_watch(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """The first seed that learns XOR and the first one that doesn't, by the names of their pages."""
    seeds: dict[str, int] = {}
    for outcome in outcomes:
        seeds.setdefault("learning" if outcome.right == 4 else "failing", outcome.seed)
    return dict(sorted(seeds.items(), reverse=True))
